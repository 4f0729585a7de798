/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Writes a recording: the items of a source, in the form of source/recording.h.
 */
#ifndef SOURCE_RECORDING_WRITE_H
#define SOURCE_RECORDING_WRITE_H

#include <stdbool.h>
#include <stdint.h>

#include "source/recording.h"
#include "source/source.h"

/* Period in which a recording tells the time */
#define RECORDER_TICK_NS	1000000000ULL

/* Most events in a block: fits into the 64 KiB of a pipe */
#define RECORDER_EVENTS	480

/*
 * Most bytes written between two looks at recorder.bytes: a full block of
 * events, a changed header of the module, a cgroup, a gap, what was left out, the time
 * and the end mark.
 */
#define RECORDER_ROOM						\
	(sizeof(struct rec_event) * RECORDER_EVENTS +	\
	 sizeof(struct tcpfin_header) + sizeof(struct rec_cgroup) + 512)

/* Cgroups whose paths are known to be written; a forgotten one is written again */
#define RECORDER_CGROUPS	16384

/* A recording that is being written */
struct recorder {
	int fd;			/* the file */
	int error;		/* 0, or the errno that ended the recording */
	uint32_t number;	/* number of the next block */
	uint32_t part;		/* number of parts finished before this one */
	uint64_t bytes;		/* bytes written to this part */
	/* sums over the finished parts; its time is when the first began */
	struct rec_end before;
	/* sums over this part; its time is the latest that was written */
	struct rec_end total;
	/* the header of the module as it was last written */
	struct tcpfin_header module;
	uint64_t left_out;	/* the count that was last written, 0 for none */
	/* of the event before this one, if its path is written, else 0 */
	uint64_t cgroup;
	/* ids of the cgroups whose paths are in this part, by their number */
	uint64_t cgroups[RECORDER_CGROUPS];
	struct rec_block head;	/* head of the block of events */
	/* the block's events, right after its head */
	struct rec_event event[RECORDER_EVENTS];
};

/*
 * Begin a recording of @src; @r may hold anything, and @fd stays the caller's.
 * Return false if writing failed, as all functions here: see recorder.error.
 */
bool recorder_start(struct recorder *r, int fd, struct source *src);

/* After recorder_finish(), begin the next part in another file. */
bool recorder_continue(struct recorder *r, int fd, struct source *src);

/* Write what is kept. */
bool recorder_flush(struct recorder *r, struct source *src);

/* Write the path of an event's cgroup, if it is known and not in this part. */
bool recorder_cgroup(struct recorder *r, struct source *src, const struct item *item);

/* Add an event; keep it until its block is full or flushed. */
static inline bool recorder_event(struct recorder *r, struct source *src,
				  const struct item *item)
{
	struct rec_event *slot = &r->event[r->head.count++];
	uint64_t cgroup = item->event->cgroup;

	if (cgroup && cgroup != r->cgroup && !recorder_cgroup(r, src, item))
		return false;
	slot->cpu = item->cpu;
	slot->reserved = 0;
	slot->event = *item->event;
	return r->head.count < RECORDER_EVENTS || recorder_flush(r, src);
}

/* Add an item of type EVENT, LOST or MISSED. A gap is written at once. */
bool recorder_item(struct recorder *r, struct source *src, const struct item *item);

/*
 * There are no more items for now: write what is kept and, RECORDER_TICK_NS
 * after the last time written, the time. Call this at least that often.
 */
bool recorder_idle(struct recorder *r, struct source *src);

/* Write what is kept and the end mark. */
bool recorder_finish(struct recorder *r, struct source *src);

#endif /* SOURCE_RECORDING_WRITE_H */
