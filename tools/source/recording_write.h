/* SPDX-License-Identifier: GPL-2.0 */
/* Writes a recording: what a source hands out, in the form of source/recording.h. */
#ifndef TCPFIN_RECORDER_H
#define TCPFIN_RECORDER_H

#include <stdbool.h>
#include <stdint.h>

#include "source/recording.h"
#include "source/source.h"

/* How often a recording tells the time. */
#define TCPFIN_RECORDER_TICK_NS	1000000000ULL

/* Events in a block at most: it fits the 64 KiB of a pipe. */
#define TCPFIN_RECORDER_EVENTS	480

/*
 * Bytes that may be written between two looks at tcpfin_recorder.bytes: a full
 * block of events, what is new of the module, a gap, the time and the end mark.
 */
#define TCPFIN_RECORDER_ROOM						\
	(sizeof(struct tcpfin_rec_event) * TCPFIN_RECORDER_EVENTS +	\
	 sizeof(struct tcpfin_header) + 512)

/**
 * struct tcpfin_recorder - a recording that is being written
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
struct tcpfin_recorder {
	int fd;
	int error;
	uint32_t number;
	uint32_t part;
	uint64_t bytes;
	struct tcpfin_rec_end before;
	struct tcpfin_rec_end total;
	struct tcpfin_header module;
	struct tcpfin_rec_block head;
	struct tcpfin_rec_event event[TCPFIN_RECORDER_EVENTS];
};

/**
 * tcpfin_recorder_start() - begin a recording
 * @r: the recorder, of any content
 * @fd: the file; it stays the caller's
 * @src: where the events will come from
 *
 * Return: false if it could not be written, see tcpfin_recorder.error.
 */
bool tcpfin_recorder_start(struct tcpfin_recorder *r, int fd,
			   struct tcpfin_source *src);

/**
 * tcpfin_recorder_continue() - begin the recording's next part
 * @r: the recorder, after tcpfin_recorder_finish()
 * @fd: the next part's file
 * @src: see tcpfin_recorder_start()
 *
 * Return: false if it could not be written, see tcpfin_recorder.error.
 */
bool tcpfin_recorder_continue(struct tcpfin_recorder *r, int fd,
			      struct tcpfin_source *src);

/**
 * tcpfin_recorder_item() - add an item
 * @r: the recorder
 * @src: where it comes from
 * @item: EVENT, LOST or MISSED; an event is kept until its block is full or
 *	flushed, a gap is written at once
 *
 * Return: false if it could not be written, see tcpfin_recorder.error.
 */
bool tcpfin_recorder_item(struct tcpfin_recorder *r,
			  struct tcpfin_source *src,
			  const struct tcpfin_item *item);

/**
 * tcpfin_recorder_take() - add the source's next events, unseen
 * @r: the recorder
 * @src: the source
 * @max: how many at most
 *
 * It is tcpfin_source_next() and tcpfin_recorder_item() for many, without the
 * way through an item.
 *
 * Return: how many; 0 if the source has to be asked for its next item, or if
 * they could not be written, see tcpfin_recorder.error.
 */
size_t tcpfin_recorder_take(struct tcpfin_recorder *r,
			    struct tcpfin_source *src, uint64_t max);

/**
 * tcpfin_recorder_flush() - write what is kept
 * @r: the recorder
 * @src: see tcpfin_recorder_item()
 *
 * Return: false if it could not be written, see tcpfin_recorder.error.
 */
bool tcpfin_recorder_flush(struct tcpfin_recorder *r,
			   struct tcpfin_source *src);

/**
 * tcpfin_recorder_idle() - there is nothing more for now
 * @r: the recorder
 * @src: see tcpfin_recorder_item()
 *
 * Writes what is kept and, TCPFIN_RECORDER_TICK_NS after the last time, what
 * time it is. To be called at least that often.
 *
 * Return: false if it could not be written, see tcpfin_recorder.error.
 */
bool tcpfin_recorder_idle(struct tcpfin_recorder *r,
			  struct tcpfin_source *src);

/**
 * tcpfin_recorder_finish() - write what is kept and the end mark
 * @r: the recorder
 * @src: see tcpfin_recorder_item()
 *
 * Return: false if it could not be written, see tcpfin_recorder.error.
 */
bool tcpfin_recorder_finish(struct tcpfin_recorder *r,
			    struct tcpfin_source *src);

#endif /* TCPFIN_RECORDER_H */
