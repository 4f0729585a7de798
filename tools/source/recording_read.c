// SPDX-License-Identifier: GPL-2.0
/*
 * The recorded source: reads a recording from a file or a pipe.
 *
 * A recording is hostile input. blocks_next() guarantees complete blocks; their
 * content is checked here. If it is wrong the source ends: everything before
 * was handed out, and the reason is in its fault.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "source/recording_read.h"
#include "source/recording_reader.h"
#include "util/progress.h"
#include "util/text.h"

/* End the part, and append a fault: each part may have one. */
static void end_with(struct recording_reader *r, const char *what)
{
	size_t len = strlen(r->src.fault);

	snprintf(r->src.fault + len, sizeof(r->src.fault) - len,
		 "%s%s: %.120s", len ? "; " : "", r->name, what);
	r->ended = true;
}

/* End the part because a complete block has impossible content. */
static void end_as_damaged(struct recording_reader *r, const char *what)
{
	char text[96];

	snprintf(text, sizeof(text), "damaged before byte %" PRIu64 ": %s",
		 r->in.offset, what);
	end_with(r, text);
}

/* Fill in a LOST or MISSED item. Return whether the block was valid. */
static bool take_gap(struct recording_reader *r, const struct rec_block *block,
		     struct item *item)
{
	bool lost = block->type == REC_LOST;
	const struct rec_gap *gap = (const void *)(block + 1);

	if (block->length != sizeof(*gap) || !gap->count || gap->mini > gap->count) {
		end_as_damaged(r, "an impossible loss");
		return false;
	}
	if (lost)
		r->seen.lost += gap->count;
	else
		r->seen.missed += gap->count;
	recording_note_time(r, gap->time_ns);
	item->type = lost ? ITEM_LOST : ITEM_MISSED;
	item->cpu = gap->cpu;
	item->count = gap->count;
	item->mini = gap->mini;
	item->time_ns = gap->time_ns;
	return true;
}

/* Count the events of the run that were handed out so far. */
static void count_run(struct recording_reader *r)
{
	r->seen.events += (uint64_t)(r->src.run - r->counted);
	if (r->src.run == r->src.run_end) {
		recording_note_time(r, r->run_ns);
		r->counted = r->src.run;
	}
	for (; r->counted != r->src.run; r->counted++)
		recording_note_time(r, r->counted->event.time_ns);
}

static void take_events(struct recording_reader *r, const struct rec_block *block)
{
	const struct rec_event *first = (const void *)(block + 1);
	uint32_t rings = r->src.header.rings;
	const struct rec_event *end, *e;
	uint64_t latest_ns = 0;

	if (!block->count || block->length != (uint64_t)block->count * sizeof(*first)) {
		end_as_damaged(r, "a block of a wrong number of events");
		return;
	}
	end = first + block->count;
	for (e = first; e != end && e->cpu < rings; e++)
		if (e->event.time_ns > latest_ns)
			latest_ns = e->event.time_ns;
	r->run_ns = latest_ns;
	r->src.run = first;
	r->src.run_end = e;
	r->counted = first;
	r->foreign = e != end;
}

static void take_module(struct recording_reader *r, const struct rec_block *block)
{
	const struct tcpfin_header *h = (const void *)(block + 1);
	const char *what;

	what = block->length == sizeof(*h) ? recording_check(h) :
					     "holds no header of the module";
	if (!what && h->rings != r->src.header.rings)
		what = "the number of rings has changed";
	if (what)
		end_as_damaged(r, what);
	else
		r->src.header = *h;
}

static void take_time(struct recording_reader *r, const struct rec_block *block)
{
	const struct rec_time *t = (const void *)(block + 1);

	if (block->length != sizeof(*t))
		end_as_damaged(r, "an impossible time");
	else
		recording_note_time(r, t->time_ns);
}

static void take_left_out(struct recording_reader *r, const struct rec_block *block)
{
	const struct rec_left_out *left_out = (const void *)(block + 1);

	if (block->length != sizeof(*left_out))
		end_as_damaged(r, "an impossible count of records left out");
	else
		r->src.left_out = left_out->count;
}

static void take_cgroup(struct recording_reader *r, const struct rec_block *block)
{
	const struct rec_cgroup *cgroup = (const void *)(block + 1);
	size_t room = block->length - offsetof(struct rec_cgroup, path);

	if (!room || room > sizeof(cgroup->path) || cgroup->path[0] != '/' ||
	    !memchr(cgroup->path, '\0', room))
		end_as_damaged(r, "an impossible cgroup");
	else
		cgroups_add(r->cgroups, cgroup->id, cgroup->path);
}

static void take_end(struct recording_reader *r, const struct rec_block *block)
{
	const struct rec_end *end = (const void *)(block + 1);

	if (block->length != sizeof(*end)) {
		end_as_damaged(r, "an impossible end mark");
	} else if (end->events != r->seen.events || end->lost != r->seen.lost ||
		   end->missed != r->seen.missed) {
		end_as_damaged(r, "the end mark counts other events");
	} else {
		recording_note_time(r, end->time_ns);
		r->marked = true;
	}
}

/* Process a block. Return whether @item was filled in. */
static bool take_block(struct recording_reader *r,
		       const struct rec_block *block, struct item *item)
{
	if (r->marked) {
		end_as_damaged(r, "it goes on after its end mark");
		return false;
	}
	switch (block->type) {
	case REC_EVENTS:
		take_events(r, block);
		break;
	case REC_LOST:
	case REC_MISSED:
		return take_gap(r, block, item);
	case REC_MODULE:
		take_module(r, block);
		break;
	case REC_TIME:
		take_time(r, block);
		break;
	case REC_LEFT_OUT:
		take_left_out(r, block);
		break;
	case REC_CGROUP:
		take_cgroup(r, block);
		break;
	case REC_END:
		take_end(r, block);
		break;
	default:
		end_as_damaged(r, "a block of unknown type");
	}
	return false;
}

/* Read a block. Return whether @item was filled in, with anything but END. */
static bool read_on(struct recording_reader *r, struct item *item)
{
	const uint64_t before = r->in.offset;
	const struct rec_block *block;

	if (!blocks_wait(&r->in, r->stop_fd, 0)) {
		r->stopped = true;
		r->ended = true;
		return false;
	}
	switch (blocks_next(&r->in, &block)) {
	case FOUND_BLOCK:
		progress_read(r->in.offset - before);
		return take_block(r, block, item);
	case FOUND_LATER:
		r->stopped = r->closing;
		r->ended = r->marked || r->stopped;
		item->type = ITEM_IDLE;
		return !r->ended;
	case FOUND_END:
		r->ended = true;
		if (!r->marked)
			end_with(r, "has no end mark: it was cut off, or is still being written");
		break;
	case FOUND_DAMAGE:
		end_with(r, r->in.why);
		break;
	}
	return false;
}

/* Called when the run is used up. */
static void recorded_next(struct source *src, struct item *item)
{
	struct recording_reader *r = to_recording_reader(src);
	bool given = false;

	item->host = 0;
	count_run(r);
	while (!given) {
		if (source_more(src, item)) {
			given = true;
		} else if (!r->ended && r->foreign) {
			end_as_damaged(r, "an event of an unknown ring");
		} else if (!r->ended) {
			given = read_on(r, item);
		} else if (r->then && !r->stopped) {
			given = recording_go_on(r, item);
		} else {
			progress_wipe();
			item->type = ITEM_END;
			return;
		}
	}
}

static void recorded_wait(struct source *src, int timeout_ms)
{
	struct recording_reader *r = to_recording_reader(src);

	blocks_wait(&r->in, r->stop_fd, timeout_ms);
}

static void recorded_finish(struct source *src)
{
	to_recording_reader(src)->closing = true;
}

/* Return the time that the recording has come to. */
static uint64_t recorded_now(struct source *src)
{
	struct recording_reader *r = to_recording_reader(src);

	count_run(r);
	return r->seen.time_ns;
}

static const char *recorded_host_name(struct source *src, uint32_t host)
{
	(void)host;
	return to_recording_reader(src)->host;
}

static void recorded_sysctls(struct source *src, struct sysctl list[SYSCTLS])
{
	memcpy(list, to_recording_reader(src)->sysctls,
	       sizeof(to_recording_reader(src)->sysctls));
}

static const char *recorded_cgroup(struct source *src, uint32_t host, uint64_t id)
{
	(void)host;
	return cgroups_path(to_recording_reader(src)->cgroups, id);
}

static void free_reader(struct recording_reader *r)
{
	blocks_exit(&r->in);
	cgroups_free(r->cgroups);
	free(r);
}

static void recorded_close(struct source *src)
{
	struct recording_reader *r = to_recording_reader(src);

	if (r->then)
		recorded_close(&r->then->src);
	close(r->in.fd);
	free_reader(r);
}

static const struct source_ops recorded_ops = {
	.next = recorded_next,
	.wait = recorded_wait,
	.finish = recorded_finish,
	.now = recorded_now,
	.host_name = recorded_host_name,
	.sysctls = recorded_sysctls,
	.cgroup = recorded_cgroup,
	.close = recorded_close,
};

int recording_fd(struct source *src)
{
	return to_recording_reader(src)->in.fd;
}

const char *recording_boot_id(struct source *src)
{
	return to_recording_reader(src)->boot_id;
}

struct source *recording_open_fd(int fd, const char *name, int stop_fd,
				 char why[ERROR_LINE_MAX])
{
	struct recording_reader *r = calloc(1, sizeof(*r));
	const char *what;

	if (r)
		r->cgroups = cgroups_new(NULL);
	if (!r || !r->cgroups || blocks_init(&r->in, fd)) {
		snprintf(why, ERROR_LINE_MAX, "out of memory");
		goto err;
	}
	r->src.ops = &recorded_ops;
	r->src.hosts = 1;
	r->stop_fd = stop_fd;
	text_escape(name, strlen(name), r->name, sizeof(r->name));
	what = recording_info(r);
	if (!what)
		return &r->src;
	snprintf(why, ERROR_LINE_MAX, "%s: %.120s", r->name, what);
err:
	if (r)
		free_reader(r);
	close(fd);
	return NULL;
}

struct source *recording_open(const char *path, int stop_fd, char why[ERROR_LINE_MAX])
{
	bool is_stdin = !strcmp(path, "-");
	char name[128];
	int fd;

	if (is_stdin && isatty(STDIN_FILENO)) {
		snprintf(why, ERROR_LINE_MAX,
			 "-: stdin is a terminal, not a recording");
		return NULL;
	}
	fd = is_stdin ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0) :
			open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0)
		return recording_open_fd(fd, is_stdin ? "stdin" : path, stop_fd, why);
	snprintf(why, ERROR_LINE_MAX, "cannot open %s: %s",
		 text_escape(path, strlen(path), name, sizeof(name)), strerror(errno));
	return NULL;
}
