// SPDX-License-Identifier: GPL-2.0
/*
 * Merges several recordings into one source, in the order of time.
 *
 * Machines share the wall clock, but not the monotonic clock. The distance
 * between the two clocks of each machine maps all events to one monotonic
 * clock: that of the machine that was started first, so that no time is below
 * 0. Recordings of one boot share their clock.
 *
 * Callers' names are looked up by the index in the records, and each module has
 * a table of its own: events get the index in a common table.
 *
 * Recordings of the same time and machine hold the same records. A record is
 * identified by its ring and its number there, and handed out once.
 *
 * A pipe may be silent for long. The other recordings wait for it, but only for
 * HOLD_MS.
 */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source/choice.h"
#include "source/merge.h"
#include "source/probes.h"
#include "source/recording_read.h"
#include "util/clock.h"
#include "util/min_heap.h"

#define HOLD_MS		200
#define MS_NS		1000000ULL
/* Items handed out between two looks at silent lanes */
#define ASK_EVERY	256
/* Latest records remembered, to drop the copy from another recording */
#define RECENT		64

/* One of the recordings */
struct lane {
	struct source *src;	/* the recording */
	/* its next item, while the lane is in the heap */
	struct item item;
	/* added to its times, to get the common clock */
	uint64_t shift_ns;
	/* when it had an item after a silence (this machine's clock) */
	uint64_t since_ns;
	uint32_t host;		/* number of the machine */
	bool idle;		/* it has no item for now */
};

/* Identity of a record */
struct identity {
	uint64_t load_ns;
	uint64_t seq;
	uint32_t host;
	uint32_t cpu;
};

/**
 * struct merge - the merged source
 * @given: the item on top of the heap was handed out
 * @asked: items to hand out before silent lanes are asked again
 * @nidle: number of silent lanes
 * @now_ns: when the silent lanes were last asked
 * @event: the event that was handed out
 * @recent: ring of the latest events' identities
 * @nrecent: number of identities ever stored in @recent
 * @names: names of the machines
 * @fds: for waiting: the files of silent lanes, and @stop_fd
 */
struct merge {
	struct source src;
	int stop_fd;
	bool given;
	uint32_t asked;
	uint32_t nidle;
	uint32_t count;
	uint64_t now_ns;
	struct tcpfin_event event;
	struct identity recent[RECENT];
	uint64_t nrecent;
	struct min_heap heap;
	struct lane *lanes;
	char (*names)[SOURCE_HOST_MAX];
	struct pollfd *fds;
};

static struct merge *to_merge(struct source *src)
{
	return (struct merge *)((char *)src - offsetof(struct merge, src));
}

/* Append a recording's fault to those of the others. */
static void append_fault(struct merge *m, const struct source *src)
{
	size_t len = strlen(m->src.fault);

	if (src->fault[0])
		snprintf(m->src.fault + len, sizeof(m->src.fault) - len, "%s%s",
			 len ? "; " : "", src->fault);
}

/* Get a lane's next item. Return whether there is one. */
static bool fetch(struct merge *m, struct lane *lane)
{
	m->nidle -= lane->idle;
	lane->idle = false;
	source_next(lane->src, &lane->item);
	switch (lane->item.type) {
	case ITEM_IDLE:
		lane->idle = true;
		m->nidle++;
		return false;
	case ITEM_END:
		append_fault(m, lane->src);
		return false;
	default:
		lane->item.time_ns += lane->shift_ns;
		return true;
	}
}

static void replace_top(struct merge *m)
{
	struct lane *lane = &m->lanes[m->heap.list[0].index];
	bool more = fetch(m, lane);

	m->given = false;
	min_heap_replace(&m->heap, more, lane->item.time_ns);
}

static void ask_silent(struct merge *m)
{
	struct lane *lane;
	uint32_t i;

	m->asked = ASK_EVERY;
	m->now_ns = clock_mono_ns();
	for (i = 0; i < m->count; i++) {
		lane = &m->lanes[i];
		if (!lane->idle || !fetch(m, lane))
			continue;
		lane->since_ns = m->now_ns;
		min_heap_push(&m->heap, i, lane->item.time_ns);
	}
}

/* Return the index of a caller's name in the common table, 0 if full. */
static uint32_t common_caller(struct merge *m, const struct tcpfin_header *from,
			      uint32_t detail)
{
	const size_t size = sizeof(from->caller[0]);
	uint32_t i;

	for (i = 0; i < TCPFIN_CALLERS; i++) {
		char *name = m->src.header.caller[i];

		if (!name[0])
			memcpy(name, from->caller[detail], size);
		if (!strncmp(name, from->caller[detail], size))
			return i;
	}
	return 0;
}

/* Was the event handed out from another recording? Else remember it. */
static bool is_repeated(struct merge *m, const struct lane *lane)
{
	const struct identity id = {
		.load_ns = lane->src->header.load_ns, .host = lane->host,
		.cpu = lane->item.cpu, .seq = lane->item.event->seq,
	};
	uint64_t i;

	if (m->src.hosts == m->count)
		return false;
	for (i = 0; i < RECENT && i < m->nrecent; i++)
		if (!memcmp(&m->recent[i], &id, sizeof(id)))
			return true;
	m->recent[m->nrecent++ % RECENT] = id;
	return false;
}

static void convert_event(struct merge *m, const struct lane *lane, struct item *item)
{
	struct tcpfin_event *ev = &m->event;
	const struct tcpfin_header *from = &lane->src->header;

	*ev = *item->event;
	ev->time_ns += lane->shift_ns;
	if (ev->reason == TCPFIN_REASON_CALLER && ev->detail < TCPFIN_CALLERS &&
	    from->caller[ev->detail][0])
		ev->detail = common_caller(m, from, ev->detail);
	item->event = ev;
}

/* May the item on top be handed out before those that silent lanes may get? */
static bool may_go_first(const struct merge *m)
{
	const struct lane *lane = &m->lanes[m->heap.list[0].index];

	return !m->nidle || lane->since_ns + HOLD_MS * MS_NS <= m->now_ns;
}

/* Hand out the item on top. Return false if it was handed out before. */
static bool give_top(struct merge *m, struct item *item)
{
	const struct lane *lane = &m->lanes[m->heap.list[0].index];

	m->given = true;
	if (lane->item.type == ITEM_EVENT && is_repeated(m, lane))
		return false;
	m->asked -= !!m->asked;
	*item = lane->item;
	item->host = lane->host;
	if (item->type == ITEM_EVENT)
		convert_event(m, lane, item);
	return true;
}

/* A count of a lane's module since it was loaded */
typedef uint64_t count_fn(const struct source *src);

static uint64_t unmatched_of(const struct source *src)
{
	return src->header.unmatched;
}

static uint64_t unreached_of(const struct source *src)
{
	return module_unreached(&src->header);
}

static uint64_t left_out_of(const struct source *src)
{
	return src->left_out;
}

/* Does another recording of the same load of the module have a higher count? */
static bool is_outcounted(const struct merge *m, uint32_t at, count_fn *count_of)
{
	const struct lane *mine = &m->lanes[at], *lane;
	uint64_t count = count_of(mine->src);
	uint32_t i;

	for (i = 0; i < m->count; i++) {
		lane = &m->lanes[i];
		if (i == at || lane->host != mine->host ||
		    lane->src->header.load_ns != mine->src->header.load_ns)
			continue;
		if (count_of(lane->src) > count ||
		    (count_of(lane->src) == count && i < at))
			return true;
	}
	return false;
}

/* Sum up what the modules counted, as of the latest items of all lanes. */
static uint64_t sum_up(const struct merge *m, count_fn *count_of)
{
	uint64_t sum = 0;
	uint32_t i;

	for (i = 0; i < m->count; i++)
		if (!is_outcounted(m, i, count_of))
			sum += count_of(m->lanes[i].src);
	return sum;
}

static void note_counts(struct merge *m)
{
	uint32_t i;

	m->src.header.unmatched = sum_up(m, unmatched_of);
	m->src.left_out = sum_up(m, left_out_of);
	for (i = 1; i < m->count; i++)
		if (!choice_equal(&m->src.header, &m->lanes[i].src->header))
			m->src.choices_differ = true;
}

static void merge_next(struct source *src, struct item *item)
{
	struct merge *m = to_merge(src);

	for (;;) {
		if (m->given)
			replace_top(m);
		if (m->nidle && !m->asked)
			ask_silent(m);
		if (!m->heap.count || !may_go_first(m))
			break;
		if (give_top(m, item))
			return;
	}
	note_counts(m);
	m->asked = 0;
	item->type = m->heap.count || m->nidle ? ITEM_IDLE : ITEM_END;
}

static void merge_wait(struct source *src, int timeout_ms)
{
	struct merge *m = to_merge(src);
	nfds_t n = 0;
	uint32_t i;

	if (m->heap.count && (timeout_ms < 0 || timeout_ms > HOLD_MS))
		timeout_ms = HOLD_MS;
	m->fds[n++] = (struct pollfd){ .fd = m->stop_fd, .events = POLLIN };
	for (i = 0; i < m->count; i++)
		if (m->lanes[i].idle)
			m->fds[n++] = (struct pollfd){
				.fd = recording_fd(m->lanes[i].src),
				.events = POLLIN,
			};
	poll(m->fds, n, timeout_ms);
}

static void merge_finish(struct source *src)
{
	struct merge *m = to_merge(src);
	uint32_t i;

	m->asked = 0;
	for (i = 0; i < m->count; i++)
		source_finish(m->lanes[i].src);
}

static uint64_t merge_now(struct source *src)
{
	const struct merge *m = to_merge(src);
	uint64_t now = 0, theirs;
	uint32_t i;

	for (i = 0; i < m->count; i++) {
		theirs = source_now(m->lanes[i].src) + m->lanes[i].shift_ns;
		if (theirs > now)
			now = theirs;
	}
	return now;
}

static const char *merge_host_name(struct source *src, uint32_t host)
{
	return to_merge(src)->names[host];
}

static const struct tcpfin_header *merge_module(struct source *src, uint32_t n,
						uint32_t *host)
{
	const struct merge *m = to_merge(src);
	uint32_t i;

	for (i = 0; i < m->count; i++) {
		if (is_outcounted(m, i, unreached_of) || n--)
			continue;
		*host = m->lanes[i].host;
		return &m->lanes[i].src->header;
	}
	return NULL;
}

static void merge_sysctls(struct source *src, struct sysctl list[SYSCTLS])
{
	struct sysctl more[SYSCTLS];
	const struct merge *m = to_merge(src);
	uint32_t i, next = 1;

	source_sysctls(m->lanes[0].src, list);
	for (i = 1; i < m->count; i++) {
		if (m->lanes[i].host != next)
			continue;
		source_sysctls(m->lanes[i].src, more);
		sysctl_merge_all(list, more);
		next++;
	}
}

/* Recordings of one machine may have started at different times: ask all. */
static const char *merge_cgroup(struct source *src, uint32_t host, uint64_t id)
{
	const struct merge *m = to_merge(src);
	const char *path = NULL;
	uint32_t i;

	for (i = 0; i < m->count && !path; i++)
		if (m->lanes[i].host == host)
			path = source_cgroup(m->lanes[i].src, 0, id);
	return path;
}

static void free_merge(struct merge *m)
{
	free(m->heap.list);
	free(m->lanes);
	free(m->names);
	free(m->fds);
	free(m);
}

static void merge_close(struct source *src)
{
	struct merge *m = to_merge(src);
	uint32_t i;

	for (i = 0; i < m->count; i++)
		source_close(m->lanes[i].src);
	free_merge(m);
}

static const struct source_ops merge_ops = {
	.next = merge_next,
	.wait = merge_wait,
	.finish = merge_finish,
	.now = merge_now,
	.host_name = merge_host_name,
	.module = merge_module,
	.sysctls = merge_sysctls,
	.cgroup = merge_cgroup,
	.close = merge_close,
};

/* Return an earlier lane of the same boot, or NULL. */
static const struct lane *same_boot(const struct merge *m, uint32_t n)
{
	const char *id = recording_boot_id(m->lanes[n].src);
	uint32_t i;

	for (i = 0; id[0] && i < n; i++)
		if (!strcmp(id, recording_boot_id(m->lanes[i].src)))
			return &m->lanes[i];
	return NULL;
}

/*
 * Use the clock of the machine that was started first. Recordings of the same
 * boot differ slightly in their offset: the first one counts.
 */
static void choose_offset(struct merge *m)
{
	uint64_t offset;
	uint32_t i;

	m->src.wall_offset_ns = m->lanes[0].src->wall_offset_ns;
	for (i = 1; i < m->count; i++) {
		offset = m->lanes[i].src->wall_offset_ns;
		if (offset < m->src.wall_offset_ns && !same_boot(m, i))
			m->src.wall_offset_ns = offset;
	}
}

static bool is_name_used(const struct merge *m, uint32_t host)
{
	uint32_t i;

	for (i = 0; i < host; i++)
		if (!strcmp(m->names[i], m->names[host]))
			return true;
	return false;
}

/* Machines of the same name get numbers. */
static void name_host(struct merge *m, uint32_t host, const char *name)
{
	unsigned int number = 1;

	snprintf(m->names[host], SOURCE_HOST_MAX, "%s", name);
	while (is_name_used(m, host))
		snprintf(m->names[host], SOURCE_HOST_MAX, "%s#%u", name, ++number);
}

static void add_lane(struct merge *m, uint32_t at)
{
	struct lane *lane = &m->lanes[at];
	const struct lane *same = same_boot(m, at);

	lane->idle = true;
	m->nidle++;
	if (same) {
		lane->host = same->host;
		lane->shift_ns = same->shift_ns;
		return;
	}
	lane->host = m->src.hosts++;
	lane->shift_ns = lane->src->wall_offset_ns - m->src.wall_offset_ns;
	name_host(m, lane->host, source_host_name(lane->src, 0));
}

static struct merge *new_merge(uint32_t count)
{
	struct merge *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	m->heap.list = calloc(count, sizeof(*m->heap.list));
	m->lanes = calloc(count, sizeof(*m->lanes));
	m->names = calloc(count, sizeof(*m->names));
	m->fds = calloc(count + 1, sizeof(*m->fds));
	m->count = count;
	if (m->heap.list && m->lanes && m->names && m->fds)
		return m;
	free_merge(m);
	return NULL;
}

struct source *merge_open(struct source *const *list, uint32_t count, int stop_fd)
{
	struct merge *m = new_merge(count);
	uint32_t i;

	if (!m) {
		for (i = 0; i < count; i++)
			source_close(list[i]);
		return NULL;
	}
	m->src.ops = &merge_ops;
	m->src.header = list[0]->header;
	m->stop_fd = stop_fd;
	for (i = 0; i < count; i++)
		m->lanes[i].src = list[i];
	choose_offset(m);
	for (i = 0; i < count; i++)
		add_lane(m, i);
	note_counts(m);
	return &m->src;
}
