/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The pump: takes the items of a source and hands them to a command's callbacks
 * until the source ends or the command has enough. It waits, and tells on stderr
 * what is the same for all commands.
 */
#ifndef CLI_PUMP_H
#define CLI_PUMP_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "source/source.h"
#include "track/pairing.h"

/**
 * struct pump - what a command does with the items of its source
 * @name: the command's name, for messages
 * @src: the source
 * @pairing: follows the connections of all items, see pump_pairing(); or NULL
 * @hint: what is told on a terminal, besides that the command watches, when the
 *	rings have nothing at first; or NULL
 * @out: flushed before each wait; the pump stops when it cannot be written. NULL
 *	if the command does not write while the pump runs
 * @data: the callbacks' first argument. All callbacks but @loss may be NULL
 * @events: without @pairing: takes an event, and those that source_more() puts
 *	into @item after it, until it has enough
 * @paired: with @pairing: takes an event, and its end of a connection
 * @loss: takes an item of type LOST or MISSED
 * @idle: called before each wait
 * @print: called at the first wait and then every @interval_ns, but not when the
 *	pump is about to end; returns false to stop the pump
 * @enough: called before each item but those that @events takes by itself;
 *	returns true to stop the pump
 * @open: called, after the last item, for each connection of @pairing that has
 *	not ended
 * @end: called after that; neither is called if the pump was stopped
 * @for_ns: how long to run, 0 for no limit
 * @interval_ns: time between two calls of @print, 0 for no calls
 */
struct pump {
	const char *name;
	struct source *src;
	struct pairing *pairing;
	const char *hint;
	FILE *out;
	void *data;
	void (*events)(void *data, struct item *item);
	void (*paired)(void *data, const struct item *item,
		       const struct conn *conn);
	void (*loss)(void *data, const struct item *item);
	void (*idle)(void *data);
	bool (*print)(void *data);
	bool (*enough)(void *data);
	pairing_fn *open;
	void (*end)(void *data);
	uint64_t for_ns;
	uint64_t interval_ns;
};

/**
 * pump_run() - take items from a source until it ends or the pump is stopped
 * @p: the source and what to do
 *
 * When the user asks for the end (stop_requested()) or after @p->for_ns, the
 * source is stopped, and what it still holds is taken.
 */
void pump_run(const struct pump *p);

/**
 * pump_pairing() - make what pairs the ends of a source's connections
 * @src: the source; events of several hosts may be further apart
 * @ended: see pairing_new()
 * @data: for @ended
 *
 * Return: the pairing, or NULL without memory.
 */
struct pairing *pump_pairing(const struct source *src, pairing_fn *ended,
			     void *data);

/**
 * pump_tell_if_off() - tell on stderr when kprobes were switched off or on
 * @name: the command's name
 * @src: the source; nothing is told of recordings, or while a command fills the
 *	terminal
 */
void pump_tell_if_off(const char *name, const struct source *src);

#endif /* CLI_PUMP_H */
