/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where events come from: what every source offers to what reads it.
 *
 * A source hands out one item after the other, in the order of time. A view
 * takes items until ITEM_IDLE, waits, and goes on, until
 * ITEM_END. It never learns whether a kernel or a file is behind it.
 */
#ifndef SOURCE_SOURCE_H
#define SOURCE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "module/tcpfin.h"
#include "source/recording.h"
#include "system/sysctl.h"
#include "util/error_line.h"

#define SOURCE_PATH	"/proc/" TCPFIN_PROC_NAME
/* Room for a machine's name, each byte of it escaped, and a number. */
#define SOURCE_HOST_MAX	(4 * 64 + 16)

#define CPU_NONE	UINT32_MAX

/**
 * enum item_type - what source_next() found
 * @ITEM_EVENT: a record
 * @ITEM_LOST: records of one ring that were overwritten unread; the
 *	item stands before all that may be newer
 * @ITEM_MISSED: calls that the kernel did not hand to the probes; they
 *	happened at some time before this item
 * @ITEM_IDLE: nothing for now: wait, then ask again
 * @ITEM_END: nothing will come any more
 */
enum item_type {
	ITEM_EVENT,
	ITEM_LOST,
	ITEM_MISSED,
	ITEM_IDLE,
	ITEM_END,
};

/**
 * struct item - one thing that a source hands out
 * @type: which of the others mean something
 * @host: EVENT, LOST and MISSED: number of the machine, below
 *	source.hosts. Cookies and namespaces of two are not related
 * @cpu: EVENT and LOST: number of the ring; LOST: CPU_NONE if the
 *	records were not lost there, but are in a part that is not read
 * @count: LOST and MISSED: how many
 * @mini: MISSED: how many of these were about mini-sockets
 * @time_ns: EVENT: its time. LOST and MISSED: everything that is not there is
 *	older than this (CLOCK_MONOTONIC)
 * @event: EVENT: the record; it stays as it is until the next call. Only its
 *	wholeness was checked: any field may hold any value
 */
struct item {
	enum item_type type;
	uint32_t cpu;
	uint8_t host;
	uint64_t count;
	uint64_t mini;
	uint64_t time_ns;
	const struct tcpfin_event *event;
};

struct source;

/**
 * struct source_ops - what a source must be able to do
 * @next: fill in the next item; never blocks. It is asked when the run of
 *	events is at its end, and may leave a new run behind the item it gives
 * @wait: block until there may be a new item, at most @timeout_ms (-1: no
 *	limit)
 * @stop: wait no more: hand out what is there, then END
 * @now: the time that an age is measured against (CLOCK_MONOTONIC)
 * @recorded: number of records that ring @cpu was given so far
 * @host_name: name of machine @host, printable. NULL: there is one, this one
 * @sysctls: the settings that govern TIME_WAIT. NULL: this machine's
 * @close: free everything, the source itself too
 */
struct source_ops {
	void (*next)(struct source *src, struct item *item);
	void (*wait)(struct source *src, int timeout_ms);
	void (*stop)(struct source *src);
	uint64_t (*now)(struct source *src);
	uint64_t (*recorded)(struct source *src, uint32_t cpu);
	const char *(*host_name)(struct source *src, uint32_t host);
	void (*sysctls)(struct source *src, struct sysctl list[SYSCTLS]);
	void (*close)(struct source *src);
};

/**
 * struct source - what all sources share
 * @ops: how this one works
 * @header: a copy of the facts about the module, as fresh as the last item;
 *	its geometry was checked, its strings may lack the NUL. Its names of
 *	callers are those of all events, from whichever machine
 * @wall_offset_ns: the wall clock's time of an event is its own and this
 * @hosts: machines that events come from; 0 and 1 are one
 * @live: events come from the rings of this machine's module
 * @gone: the module was unloaded, which is why the source ends
 * @fault: after END: what was wrong with what was read, "" if nothing. All
 *	that stood before was handed out
 * @run: events of machine 0 that source_next() hands out before it calls
 *	source_ops.next again, so that few events cost that call
 * @run_end: the end of these
 */
struct source {
	const struct source_ops *ops;
	const struct rec_event *run;
	const struct rec_event *run_end;
	struct tcpfin_header header;
	uint64_t wall_offset_ns;
	uint32_t hosts;
	bool live;
	bool gone;
	char fault[ERROR_LINE_MAX];
};

/* Hand out the next event of a run that is not at its end. For sources only. */
static inline void source_step(struct source *src, struct item *item)
{
	const struct rec_event *e = src->run++;

	item->type = ITEM_EVENT;
	item->cpu = e->cpu;
	item->host = 0;
	item->time_ns = e->event.time_ns;
	item->event = &e->event;
}

static inline void source_next(struct source *src, struct item *item)
{
	if (src->run != src->run_end)
		source_step(src, item);
	else
		src->ops->next(src, item);
}

static inline void source_wait(struct source *src,
			       int timeout_ms)
{
	src->ops->wait(src, timeout_ms);
}

static inline void source_stop(struct source *src)
{
	src->ops->stop(src);
}

static inline uint64_t source_now(struct source *src)
{
	return src->ops->now(src);
}

static inline uint64_t source_recorded(struct source *src, uint32_t cpu)
{
	return src->ops->recorded(src, cpu);
}

/* The wall clock's time of a moment, in nanoseconds since 1970. */
static inline uint64_t source_wall(const struct source *src, uint64_t time_ns)
{
	return time_ns + src->wall_offset_ns;
}

/* A machine's name, NULL for the only one there is: this one. */
static inline const char *source_host_name(struct source *src, uint32_t host)
{
	return src->ops->host_name ? src->ops->host_name(src, host) : NULL;
}

static inline void source_sysctls(struct source *src,
				  struct sysctl list[SYSCTLS])
{
	if (src->ops->sysctls)
		src->ops->sysctls(src, list);
	else
		sysctl_read_all(list);
}

static inline void source_close(struct source *src)
{
	src->ops->close(src);
}

/**
 * struct live_options - how the live rings are to be read
 * @history: start with the oldest records kept, not with what comes from now on
 * @follow: go on with what comes; without it the source ends after what is
 *	there when it is first asked
 * @stop_fd: a wait also ends when this file can be read, -1 for none
 */
struct live_options {
	bool history;
	bool follow;
	int stop_fd;
};

/**
 * live_open() - open the rings of the loaded module
 * @path: usually SOURCE_PATH
 * @opts: how to read them
 * @why: on failure one line, without a newline, that says what is wrong
 *
 * Return: the source, or NULL.
 */
struct source *live_open(const char *path, const struct live_options *opts,
			 char why[ERROR_LINE_MAX]);

/**
 * live_open_fd() - the same for a file that is open already
 * @fd: the file; the source owns it from now on, even when this fails
 * @opts: how to read it
 * @why: see live_open()
 *
 * Return: the source, or NULL.
 */
struct source *live_open_fd(int fd,
			    const struct live_options *opts,
			    char why[ERROR_LINE_MAX]);

#endif /* SOURCE_SOURCE_H */
