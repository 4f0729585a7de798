// SPDX-License-Identifier: GPL-2.0
/*
 * The live source: reads the per-CPU rings of the loaded module and merges them
 * by time.
 *
 * Work goes in rounds. A round notes all heads, stages the next record of each
 * ring and hands out the earliest staged record until no ring has a record
 * before its noted head. A heap holds the staged rings, so an event costs the
 * logarithm of the number of busy CPUs. While one CPU's records follow each
 * other they are copied and handed out as a run.
 *
 * A record may be published shortly after a record with a later time on another
 * CPU. While following, a record therefore waits until it is HOLD_NS old; at
 * the end, or if one CPU has a ring, it does not.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "source/choice.h"
#include "source/recording.h"
#include "source/ring_cursor.h"
#include "source/ring_wait.h"
#include "source/source.h"
#include "util/basics.h"
#include "util/clock.h"
#include "util/min_heap.h"
#include "util/progress.h"

#define HOLD_NS		(RING_WAIT_HOLD_MS * 1000000ULL)
/* At the end: how often to wait 100 us for unfinished writers */
#define PATIENCE	20
/* How long to wait for the end of a change of what is chosen */
#define CHANGE_MS	100
/* Most records in a run */
#define RUN_MAX		64

/* Calls that the kernel did not hand to the probes, by kind of socket */
struct missed {
	uint64_t full;
	uint64_t mini;
};

/* The live source */
struct live {
	struct source src;
	struct ring_map map;
	bool closing;		/* the next round is the last */
	bool final;		/* this round is the last */
	bool fresh;		/* a round was started since the last wait */
	bool given;	/* the event on top of the heap was handed out */
	bool losses;		/* a cursor has a loss to report */
	bool alone;		/* only one CPU writes: its records are in order */
	unsigned int patience;	/* see PATIENCE */
	struct ring_wait wait;	/* waiting between two rounds */
	struct min_heap heap;
	struct ring_cursor *cursors;
	struct cgroups *cgroups;
	uint64_t now_ns;
	struct missed missed;
	uint64_t no_ring;	/* the header's count, as far as it was reported */
	struct rec_event records[RUN_MAX];	/* room for a run */
};

static struct live *to_live(struct source *src)
{
	return (struct live *)((char *)src - offsetof(struct live, src));
}

/* The next record was overwritten, or is unfinished: find out. */
static bool fetch_next(struct live *l, uint32_t ring, struct ring_cursor *c)
{
	enum ring_fetch found;

	found = ring_cursor_fetch(&l->map, ring, c, l->final ? &l->patience : NULL);
	if (found == RING_FETCH_LATER)
		l->wait.pending = true;
	if (c->lost)
		l->losses = true;
	return found == RING_FETCH_WHOLE;
}

/* Stage the next record of the round, if there is one. */
static inline bool stage(struct live *l, uint32_t ring, struct ring_cursor *c)
{
	if (c->next >= c->end)
		return false;
	if (!ring_cursor_copy(&l->map, ring, c) && !fetch_next(l, ring, c))
		return false;
	c->staged = true;
	c->staged_ns = l->now_ns;
	return true;
}

/* Replace the event on top, which was used, by the next one of its ring. */
static void replace_top(struct live *l)
{
	uint32_t ring = l->heap.list[0].index;
	struct ring_cursor *c = &l->cursors[ring];
	bool more;

	l->given = false;
	c->staged = false;
	c->next++;
	more = stage(l, ring, c);
	min_heap_replace(&l->heap, more, c->event.time_ns);
}

static uint32_t count_used(const struct ring_map *map)
{
	uint32_t ring, used = 0;

	for (ring = 0; ring < map->nrings; ring++)
		used += ring_map_cpu(map, ring) != CPU_NONE;
	return used;
}

static uint64_t count_left_out(const struct live *l)
{
	uint64_t sum = 0;
	uint32_t i;

	for (i = 0; i < l->map.nrings; i++)
		sum += __atomic_load_n(&l->map.rings[i].left_out, __ATOMIC_RELAXED);
	return sum;
}

/* Return false if what is chosen is being changed: then the choice before stays. */
static bool copy_header(struct live *l)
{
	const size_t choice = offsetof(struct tcpfin_header, chosen);
	const size_t behind = offsetof(struct tcpfin_header, version);
	const struct tcpfin_header *from = l->map.header;
	struct tcpfin_header *to = &l->src.header;

	memcpy(to, from, choice);
	memcpy((char *)to + behind, (const char *)from + behind, sizeof(*to) - behind);
	l->src.left_out = count_left_out(l);
	/* Keep the checked values: the mapping may have changed. */
	l->src.header.records = l->map.records;
	l->src.header.rings = l->map.nrings;
	return choice_copy(to, from);
}

/* A change of what is chosen takes some milliseconds. */
static void copy_first_header(struct live *l)
{
	const struct timespec pause = { .tv_nsec = 1000000 };
	unsigned int tries = 0;

	while (!copy_header(l) && tries++ < CHANGE_MS)
		nanosleep(&pause, NULL);
	if (tries > CHANGE_MS)
		l->src.header.chosen = 1;
}

/*
 * Start a round. The header is copied after the heads: a caller's name is
 * written before the record that refers to it. The rings in use are counted
 * after the heads, too: a CPU that gets its ring later writes later records.
 */
static void start_round(struct live *l)
{
	uint32_t ring;

	l->final = l->closing;
	l->fresh = true;
	l->wait.pending = false;
	l->wait.pressed = false;
	l->now_ns = clock_mono_ns();
	l->src.wall_offset_ns = clock_wall_offset_ns();
	for (ring = 0; ring < l->map.nrings; ring++)
		l->cursors[ring].end = ring_cursor_head(&l->map, ring);
	copy_header(l);
	l->alone = count_used(&l->map) <= 1;
	if (l->src.header.gone && !l->closing) {
		l->closing = true;
		l->src.gone = true;
	}
	for (ring = 0; ring < l->map.nrings; ring++) {
		struct ring_cursor *c = &l->cursors[ring];

		if (c->end > c->next && c->end - c->next > l->map.records / 4)
			l->wait.pressed = true;
		if (!c->staged && stage(l, ring, c))
			min_heap_push(&l->heap, ring, c->event.time_ns);
	}
}

/* Return the time up to which records may be handed out now. */
static uint64_t due_until_ns(const struct live *l)
{
	if (l->final || l->alone)
		return UINT64_MAX;
	return saturating_sub(l->now_ns, HOLD_NS);
}

/* A record with a time in the future is held from when it was seen. */
static bool is_due(const struct live *l, const struct ring_cursor *c)
{
	uint64_t seen_ns = c->event.time_ns;

	if (seen_ns > c->staged_ns)
		seen_ns = c->staged_ns;
	return seen_ns <= due_until_ns(l);
}

/* Report losses at once: other rings' records may be newer than these. */
static bool emit_loss(struct live *l, struct item *item)
{
	struct ring_cursor *c;
	uint32_t ring;

	for (ring = 0; l->losses && ring < l->map.nrings; ring++) {
		c = &l->cursors[ring];
		if (!c->lost)
			continue;
		item->type = ITEM_LOST;
		item->cpu = ring_map_cpu(&l->map, ring);
		item->count = c->lost;
		item->time_ns = c->staged ? c->event.time_ns : clock_mono_ns();
		c->lost = 0;
		return true;
	}
	l->losses = false;
	return false;
}

static struct missed count_missed(const struct tcpfin_header *h)
{
	struct missed sum = { 0, 0 };
	unsigned int i;

	for (i = 0; i < TCPFIN_PROBES; i++) {
		uint64_t missed = h->probe[i].missed, mini = 0;

		if (h->probe[i].about == TCPFIN_ABOUT_MINI)
			mini = missed;
		else if (h->probe[i].about == TCPFIN_ABOUT_BOTH)
			mini = missed / 2;
		sum.mini += mini;
		sum.full += missed - mini;
	}
	return sum;
}

static bool emit_missed(struct live *l, struct item *item)
{
	struct missed missed = count_missed(&l->src.header);

	item->mini = saturating_sub(missed.mini, l->missed.mini);
	item->count = item->mini + saturating_sub(missed.full, l->missed.full);
	if (!item->count)
		return false;
	item->type = ITEM_MISSED;
	item->time_ns = clock_mono_ns();
	l->missed = missed;
	return true;
}

static bool emit_no_ring(struct live *l, struct item *item)
{
	uint64_t no_ring = l->src.header.no_ring;

	if (no_ring <= l->no_ring)
		return false;
	item->type = ITEM_LOST;
	item->cpu = CPU_NO_RING;
	item->count = no_ring - l->no_ring;
	item->time_ns = clock_mono_ns();
	l->no_ring = no_ring;
	return true;
}

/* Return the latest time that may be handed out before other rings' records. */
static uint64_t last_of_run(const struct live *l)
{
	const struct min_heap_entry *list = l->heap.list;
	uint64_t last = due_until_ns(l);
	uint32_t i;

	for (i = 1; i < 3 && i < l->heap.count; i++)
		if (list[i].time_ns <= last)
			last = list[i].time_ns - (list[i].index < list[0].index);
	return last;
}

/* Count the records after the staged one, to the run's or the ring's end. */
static size_t count_run(const struct live *l, const struct ring_cursor *c)
{
	uint64_t left = ~c->next & (l->map.records - 1);

	if (c->end <= c->next)
		return 0;
	if (c->end - c->next - 1 < left)
		left = c->end - c->next - 1;
	return left < RUN_MAX ? (size_t)left : RUN_MAX;
}

/*
 * The ring on top of the heap goes first until another ring's record is due:
 * copy the records after the staged one, straight from the ring.
 */
static void copy_run(struct live *l, uint32_t ring, struct ring_cursor *c)
{
	const struct tcpfin_event *slot = ring_cursor_slot(&l->map, ring, c->next);
	const struct rec_event *stop = l->records + count_run(l, c);
	struct rec_event *at = l->records;
	const uint64_t last = last_of_run(l);
	uint64_t next = c->next;

	for (; at != stop; at++, next++) {
		slot++;
		if (!ring_cursor_copy_to(slot, next + 1, &at->event) ||
		    at->event.time_ns > last)
			break;
		at->cpu = ring;
	}
	c->next = next;
	l->src.run = l->records;
	l->src.run_end = at;
}

static bool emit_top(struct live *l, struct item *item)
{
	uint32_t ring = l->heap.list[0].index;
	struct ring_cursor *c = &l->cursors[ring];

	if (!is_due(l, c)) {
		l->wait.pending = true;
		return false;
	}
	l->given = true;
	item->type = ITEM_EVENT;
	item->host = 0;
	item->cpu = ring;
	item->time_ns = c->event.time_ns;
	item->event = &c->event;
	copy_run(l, ring, c);
	return true;
}

static void live_next(struct source *src, struct item *item)
{
	struct live *l = to_live(src);

	item->host = 0;
	if (l->given)
		replace_top(l);
	for (;;) {
		if (!l->fresh)
			start_round(l);
		if (emit_loss(l, item))
			return;
		if (l->heap.count && emit_top(l, item))
			return;
		if (emit_missed(l, item) || emit_no_ring(l, item))
			return;
		if (!l->closing || l->final)
			break;
		l->fresh = false;
	}
	item->type = l->final ? ITEM_END : ITEM_IDLE;
	if (l->final)
		progress_wipe();
	l->fresh = l->final;
}

static void live_wait(struct source *src, int timeout_ms)
{
	struct live *l = to_live(src);

	ring_wait_for_more(&l->wait, &l->map, l->cursors, timeout_ms);
}

static void live_finish(struct source *src)
{
	struct live *l = to_live(src);

	if (l->closing)
		return;
	l->closing = true;
	l->fresh = false;
}

static uint64_t live_now(struct source *src)
{
	(void)src;
	return clock_mono_ns();
}

static uint64_t live_recorded(struct source *src, uint32_t ring)
{
	struct live *l = to_live(src);

	return ring < l->map.nrings ? ring_cursor_head(&l->map, ring) : 0;
}

static uint32_t live_cpu(struct source *src, uint32_t ring)
{
	struct live *l = to_live(src);

	return ring < l->map.nrings ? ring_map_cpu(&l->map, ring) : CPU_NONE;
}

static const char *live_cgroup(struct source *src, uint32_t host, uint64_t id)
{
	(void)host;
	return cgroups_path(to_live(src)->cgroups, id);
}

static void live_close(struct source *src)
{
	struct live *l = to_live(src);

	ring_map_close(&l->map);
	close(l->wait.fd);
	cgroups_free(l->cgroups);
	free(l->heap.list);
	free(l->cursors);
	free(l);
}

static const struct source_ops live_ops = {
	.next = live_next,
	.wait = live_wait,
	.finish = live_finish,
	.now = live_now,
	.recorded = live_recorded,
	.cpu = live_cpu,
	.cgroup = live_cgroup,
	.close = live_close,
};

static void start_from_now(struct live *l)
{
	uint32_t ring;

	for (ring = 0; ring < l->map.nrings; ring++)
		l->cursors[ring].next = ring_cursor_head(&l->map, ring);
	l->missed = count_missed(&l->src.header);
	l->no_ring = l->src.header.no_ring;
}

struct source *live_open_fd(int fd, const struct live_options *opts,
			    char why[ERROR_LINE_MAX])
{
	struct live *l = calloc(1, sizeof(*l));

	snprintf(why, ERROR_LINE_MAX, "out of memory");
	if (!l)
		goto err_fd;
	if (ring_map_open(&l->map, fd, why, ERROR_LINE_MAX))
		goto err_free;
	l->cursors = calloc(l->map.nrings, sizeof(*l->cursors));
	l->heap.list = calloc(l->map.nrings, sizeof(*l->heap.list));
	l->cgroups = cgroups_new(cgroup_mount());
	if (!l->cursors || !l->heap.list || !l->cgroups)
		goto err_map;
	l->src.ops = &live_ops;
	l->src.hosts = 1;
	l->src.live = true;
	l->src.wall_offset_ns = clock_wall_offset_ns();
	l->wait.fd = fd;
	l->wait.stop_fd = opts->stop_fd;
	l->closing = !opts->follow;
	l->patience = PATIENCE;
	copy_first_header(l);
	if (!opts->history)
		start_from_now(l);
	return &l->src;

err_map:
	cgroups_free(l->cgroups);
	free(l->heap.list);
	free(l->cursors);
	ring_map_close(&l->map);
err_free:
	free(l);
err_fd:
	close(fd);
	return NULL;
}

struct source *live_open(const char *path, const struct live_options *opts,
			 char why[ERROR_LINE_MAX])
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd >= 0)
		return live_open_fd(fd, opts, why);
	if (errno == ENOENT)
		snprintf(why, ERROR_LINE_MAX,
			 "%s is not there: load the module first (modprobe tcpfin, or insmod tcpfin.ko; its package is tcpfin-dkms)",
			 path);
	else if (errno == EACCES || errno == EPERM)
		snprintf(why, ERROR_LINE_MAX,
			 "no permission to open %s: run as root (CAP_NET_ADMIN is needed)",
			 path);
	else
		snprintf(why, ERROR_LINE_MAX, "cannot open %s: %s", path,
			 strerror(errno));
	return NULL;
}
