/* SPDX-License-Identifier: GPL-2.0 */
/* Writes a recording: what a source hands out, in the form of source/recording.h. */
#ifndef SOURCE_RECORDING_WRITE_H
#define SOURCE_RECORDING_WRITE_H

#include <stdbool.h>
#include <stdint.h>

#include "source/recording.h"
#include "source/source.h"

/* How often a recording tells the time. */
#define RECORDER_TICK_NS	1000000000ULL

/* Events in a block at most: it fits the 64 KiB of a pipe. */
#define RECORDER_EVENTS	480

/*
 * Bytes that may be written between two looks at recorder.bytes: a full
 * block of events, what is new of the module, a gap, the time and the end mark.
 */
#define RECORDER_ROOM						\
	(sizeof(struct rec_event) * RECORDER_EVENTS +	\
	 sizeof(struct tcpfin_header) + 512)

/**
 * struct recorder - a recording that is being written
 * @fd: where to
 * @error: 0, or the errno that ended it
 * @number: of the next block
 * @part: parts of the recording that were finished before this one
 * @bytes: that were written to this part
 * @before: sums over these parts; its time is when the first one began
 * @total: what was written to this one; its time is the latest that was told
 * @module: what the recording knows about the module by now
 * @head: of the block of events
 * @event: the block's events, right behind its head
 */
struct recorder {
	int fd;
	int error;
	uint32_t number;
	uint32_t part;
	uint64_t bytes;
	struct rec_end before;
	struct rec_end total;
	struct tcpfin_header module;
	struct rec_block head;
	struct rec_event event[RECORDER_EVENTS];
};

/**
 * recorder_start() - begin a recording
 * @r: the recorder, of any content
 * @fd: the file; it stays the caller's
 * @src: where the events will come from
 *
 * Return: false if it could not be written, see recorder.error.
 */
bool recorder_start(struct recorder *r, int fd, struct source *src);

/**
 * recorder_continue() - begin the recording's next part
 * @r: the recorder, after recorder_finish()
 * @fd: the next part's file
 * @src: see recorder_start()
 *
 * Return: false if it could not be written, see recorder.error.
 */
bool recorder_continue(struct recorder *r, int fd, struct source *src);

/**
 * recorder_item() - add an item
 * @r: the recorder
 * @src: where it comes from
 * @item: EVENT, LOST or MISSED; an event is kept until its block is full or
 *	flushed, a gap is written at once
 *
 * Return: false if it could not be written, see recorder.error.
 */
bool recorder_item(struct recorder *r,
		   struct source *src,
		   const struct item *item);

/**
 * recorder_flush() - write what is kept
 * @r: the recorder
 * @src: see recorder_item()
 *
 * Return: false if it could not be written, see recorder.error.
 */
bool recorder_flush(struct recorder *r, struct source *src);

/**
 * recorder_idle() - there is nothing more for now
 * @r: the recorder
 * @src: see recorder_item()
 *
 * Writes what is kept and, RECORDER_TICK_NS after the last time, what
 * time it is. To be called at least that often.
 *
 * Return: false if it could not be written, see recorder.error.
 */
bool recorder_idle(struct recorder *r,
		   struct source *src);

/**
 * recorder_finish() - write what is kept and the end mark
 * @r: the recorder
 * @src: see recorder_item()
 *
 * Return: false if it could not be written, see recorder.error.
 */
bool recorder_finish(struct recorder *r, struct source *src);

#endif /* SOURCE_RECORDING_WRITE_H */
