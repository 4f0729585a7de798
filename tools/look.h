/* SPDX-License-Identifier: GPL-2.0 */
/* Looks at the live system for "doctor": sockets, settings, counts. */
#ifndef TCPFIN_LOOK_H
#define TCPFIN_LOOK_H

#include "facts.h"
#include "ports.h"

/* Sockets that wait for too long: beyond this they are only counted. */
#define TCPFIN_HELD_MAX	(1U << 17)
/* The longest time over which the births of mini-sockets are counted. */
#define TCPFIN_WINDOW_NS	60000000000ULL

/**
 * struct tcpfin_look - a look under way
 * @facts: where the result goes
 * @tracker: knows when states began
 * @filter: connections to look at, NULL for all
 * @ephemeral: ports that connect() chooses from
 * @listeners: ports that have a listener
 * @dests: destinations, from @ephemeral
 * @held_room: room in @facts->present.held
 * @window_ns: births and deaths in @dests are those since then
 * @failed: no memory
 */
struct tcpfin_look {
	struct tcpfin_facts *facts;
	const struct tcpfin_tracker *tracker;
	const struct tcpfin_filter *filter;
	struct tcpfin_ports ephemeral;
	struct tcpfin_ports listeners;
	struct tcpfin_dests dests;
	size_t held_room;
	uint64_t window_ns;
	bool failed;
};

/**
 * tcpfin_look_begin() - read settings and find out which ports have listeners
 * @l: the look, with @facts, @tracker and @filter given
 * @now_ns: now
 *
 * Return: false if inet_diag cannot be asked: @facts->why_not says why.
 */
bool tcpfin_look_begin(struct tcpfin_look *l, uint64_t now_ns);

/**
 * tcpfin_look_sample() - count ports in use, to compare with later
 * @l: the look
 *
 * Return: as tcpfin_look_begin().
 */
bool tcpfin_look_sample(struct tcpfin_look *l);

/**
 * tcpfin_look_serves() - is this the server's end of a connection?
 * @l: the look
 * @ev: a step of it
 *
 * It is if its port has a listener, or if only the other end's port is one that
 * connect() chooses.
 *
 * Return: true if so.
 */
bool tcpfin_look_serves(const struct tcpfin_look *l,
			const struct tcpfin_event *ev);

/**
 * tcpfin_look_event() - count births and deaths of mini-sockets
 * @l: the look
 * @ev: a step in this network namespace
 */
void tcpfin_look_event(struct tcpfin_look *l, const struct tcpfin_event *ev);

/**
 * tcpfin_look_from() - what was counted so far is not all: count anew
 * @l: the look
 * @time_ns: steps are missing that are older than this
 */
void tcpfin_look_from(struct tcpfin_look *l, uint64_t time_ns);

/**
 * tcpfin_look_sockets() - look at all sockets, and at who holds them
 * @l: the look
 *
 * Return: as tcpfin_look_begin().
 */
bool tcpfin_look_sockets(struct tcpfin_look *l);

/**
 * tcpfin_look_end() - free what a look holds, but for its facts
 * @l: the look
 */
void tcpfin_look_end(struct tcpfin_look *l);

#endif /* TCPFIN_LOOK_H */
