/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where events come from: the interface that every source offers.
 *
 * A source hands out items in the order of time. The reader takes items until
 * ITEM_IDLE, waits, and goes on, until ITEM_END, without knowing whether a
 * kernel or a file is behind the source.
 */
#ifndef SOURCE_SOURCE_H
#define SOURCE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "module/tcpfin.h"
#include "source/recording.h"
#include "source/ring_map.h"
#include "system/cgroup.h"
#include "system/sysctl.h"
#include "util/message.h"

#define SOURCE_PATH	"/proc/" TCPFIN_PROC_NAME
/* Size for a machine's name, with each byte escaped, and a number */
#define SOURCE_HOST_MAX	(4 * 64 + 16)

/* Like CPU_NONE in place of the number of a CPU, see struct item */
#define CPU_NO_RING	(UINT32_MAX - 1)

/**
 * enum item_type - what source_next() found
 * @ITEM_EVENT: a record
 * @ITEM_LOST: records of one CPU were overwritten unread; the item precedes
 *	everything that may be newer than them. Or CPUs had no ring for records,
 *	at some time before this item
 * @ITEM_MISSED: the kernel did not hand calls to the probes, at some time
 *	before this item
 * @ITEM_IDLE: nothing for now: wait, then ask again
 * @ITEM_END: nothing will follow
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
 * @type: tells which other fields are valid
 * @host: EVENT, LOST and MISSED: number of the machine, below source.hosts;
 *	cookies and namespaces of different machines are unrelated
 * @cpu: EVENT: number of the ring, which need not be its CPU's. LOST: number of
 *	the CPU, CPU_NO_RING if CPUs had no ring, CPU_NONE if the records are in
 *	a part of a recording that is not read
 * @count: LOST and MISSED: number of records or calls
 * @mini: MISSED: how many of @count were about mini-sockets
 * @time_ns: EVENT: its time. LOST and MISSED: everything missing is older
 *	(CLOCK_MONOTONIC)
 * @event: EVENT: the record, valid until the next call. The record is complete,
 *	but any field may hold any value
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

/* All that may be missing from what was counted */
struct losses {
	uint64_t lost;		/* records overwritten unread, or without a ring */
	uint64_t no_ring;	/* the latter: of CPUs that had no ring */
	uint64_t missed;	/* calls that the kernel did not hand to the probes */
	uint64_t unmatched;	/* see struct tcpfin_header */
	uint64_t unreached;	/* calls that did not reach a probe that is in place */
};

struct source;

/**
 * struct source_ops - what a source implements
 * @next: fill in the next item, without blocking. Called when the run of events
 *	is used up; may provide a new run that follows the item
 * @wait: block until there may be a new item, at most @timeout_ms (-1: no
 *	limit)
 * @finish: hand out what is there, then END, without waiting
 * @now: the time that ages are measured against (CLOCK_MONOTONIC)
 * @recorded: number of records ever written to @ring. NULL: always 0
 * @cpu: number of the CPU that writes to @ring, CPU_NONE of a spare ring. NULL:
 *	always CPU_NONE
 * @host_name: printable name of machine @host. NULL: this machine only
 * @module: the header of load @n of a module, NULL behind the last; see
 *	source_module(). NULL: there is only the source's own header
 * @sysctls: the settings that govern TIME_WAIT. NULL: this machine's
 * @cgroup: the path of a cgroup of machine @host, NULL if unknown; valid until the
 *	next call. NULL: all are unknown
 * @close: free everything, including the source itself
 */
struct source_ops {
	void (*next)(struct source *src, struct item *item);
	void (*wait)(struct source *src, int timeout_ms);
	void (*finish)(struct source *src);
	uint64_t (*now)(struct source *src);
	uint64_t (*recorded)(struct source *src, uint32_t ring);
	uint32_t (*cpu)(struct source *src, uint32_t ring);
	const char *(*host_name)(struct source *src, uint32_t host);
	const struct tcpfin_header *(*module)(struct source *src, uint32_t n,
					      uint32_t *host);
	void (*sysctls)(struct source *src, struct sysctl list[SYSCTLS]);
	const char *(*cgroup)(struct source *src, uint32_t host, uint64_t id);
	void (*close)(struct source *src);
};

/**
 * struct source - what all sources share
 * @ops: the source's implementation
 * @run: events of machine 0 that are handed out next, in this order, without
 *	calling @ops->next for each
 * @run_end: the end of the run
 * @header: a copy of the module's header, as of the latest item; its geometry
 *	was checked, its strings may lack the NUL. Its names of callers are
 *	those of the events of all machines
 * @wall_offset_ns: wall clock time of an event minus its own time
 * @hosts: number of machines that events come from; 0 means 1
 * @left_out: records that the modules left out since they were loaded, because of
 *	their parameters "ports" and "netns"
 * @choices_differ: of several recordings: they do not have the same parameters,
 *	and @header has those of one of them
 * @live: events come from the rings of this machine's module
 * @notes_cgroups: paths of cgroups are asked for with each event: a cgroup may have gone
 *	by the time that its path is needed
 * @gone: the source ends because the module was unloaded
 * @fault: after END: what was wrong with the input, or "". Everything before
 *	the fault was handed out
 */
struct source {
	const struct source_ops *ops;
	const struct rec_event *run;
	const struct rec_event *run_end;
	struct tcpfin_header header;
	uint64_t wall_offset_ns;
	uint32_t hosts;
	uint64_t left_out;
	bool choices_differ;
	bool live;
	bool notes_cgroups;
	bool gone;
	char fault[ERROR_LINE_MAX];
};

/* Hand out the next event of the run. Return false at its end. */
static inline bool source_more(struct source *src, struct item *item)
{
	const struct rec_event *e = src->run;

	if (e == src->run_end)
		return false;
	src->run++;
	item->type = ITEM_EVENT;
	item->cpu = e->cpu;
	item->host = 0;
	item->time_ns = e->event.time_ns;
	item->event = &e->event;
	return true;
}

static inline void source_next(struct source *src, struct item *item)
{
	if (!source_more(src, item))
		src->ops->next(src, item);
}

static inline void source_wait(struct source *src, int timeout_ms)
{
	src->ops->wait(src, timeout_ms);
}

static inline void source_finish(struct source *src)
{
	src->ops->finish(src);
}

static inline uint64_t source_now(struct source *src)
{
	return src->ops->now(src);
}

static inline uint64_t source_recorded(struct source *src, uint32_t ring)
{
	return src->ops->recorded ? src->ops->recorded(src, ring) : 0;
}

static inline uint32_t source_cpu(struct source *src, uint32_t ring)
{
	return src->ops->cpu ? src->ops->cpu(src, ring) : CPU_NONE;
}

/* Return the wall clock time of a moment, in ns since 1970. */
static inline uint64_t source_wall(const struct source *src, uint64_t time_ns)
{
	return time_ns + src->wall_offset_ns;
}

/* Return a machine's name, or NULL if the only machine is this one. */
static inline const char *source_host_name(struct source *src, uint32_t host)
{
	return src->ops->host_name ? src->ops->host_name(src, host) : NULL;
}

/*
 * Return the header of the @n-th load of a module that events come from, with its
 * machine in @host, or NULL behind the last. Several recordings of one load have
 * one header.
 */
static inline const struct tcpfin_header *source_module(struct source *src, uint32_t n,
							uint32_t *host)
{
	if (src->ops->module)
		return src->ops->module(src, n, host);
	*host = 0;
	return n ? NULL : &src->header;
}

static inline void source_sysctls(struct source *src, struct sysctl list[SYSCTLS])
{
	if (src->ops->sysctls)
		src->ops->sysctls(src, list);
	else
		sysctl_read_all(list);
}

/* Return the path of a machine's cgroup, NULL if unknown; valid until the next call. */
static inline const char *source_cgroup(struct source *src, uint32_t host, uint64_t id)
{
	return id && src->ops->cgroup ? src->ops->cgroup(src, host, id) : NULL;
}

static inline void source_close(struct source *src)
{
	src->ops->close(src);
}

/* How to read the live rings */
struct live_options {
	bool history;	/* start with the oldest records kept, not with new ones */
	/* go on with new records, else end after those there at the first request */
	bool follow;
	int stop_fd;	/* waiting also ends when this file is readable, -1 for none */
};

/*
 * Open the rings of the loaded module; @path is usually SOURCE_PATH. Return NULL
 * on failure, with one line in @why, without a newline, that tells what is wrong.
 */
struct source *live_open(const char *path, const struct live_options *opts,
			 char why[ERROR_LINE_MAX]);

/*
 * Open the rings as live_open() does, from a file that is open already. The
 * source owns @fd, even on failure.
 */
struct source *live_open_fd(int fd, const struct live_options *opts,
			    char why[ERROR_LINE_MAX]);

#endif /* SOURCE_SOURCE_H */
