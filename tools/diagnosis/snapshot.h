/* SPDX-License-Identifier: GPL-2.0 */
/* Looks at the live system for "doctor": sockets, settings, counts. */
#ifndef TCPFIN_LOOK_H
#define TCPFIN_LOOK_H

#include <netinet/tcp.h>

#include "diagnosis/facts.h"
#include "system/port_range.h"

/* States of sockets that have a local port and a remote end. */
#define TCPFIN_LOOK_CONNECTED						\
	(TCPFIN_DIAG_STATE(TCP_ESTABLISHED) |				\
	 TCPFIN_DIAG_STATE(TCP_SYN_SENT) |				\
	 TCPFIN_DIAG_STATE(TCP_SYN_RECV) |				\
	 TCPFIN_DIAG_STATE(TCP_FIN_WAIT1) |				\
	 TCPFIN_DIAG_STATE(TCP_TIME_WAIT) |				\
	 TCPFIN_DIAG_STATE(TCP_LAST_ACK) |				\
	 TCPFIN_DIAG_STATE(TCP_CLOSING))
/* Those that wait for somebody. */
#define TCPFIN_LOOK_WAITING						\
	(TCPFIN_DIAG_STATE(TCP_FIN_WAIT2) |				\
	 TCPFIN_DIAG_STATE(TCP_CLOSE_WAIT))

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
 * tcpfin_look_dest() - the destination of a socket
 * @l: the look
 * @sock: the socket
 *
 * Return: it, see tcpfin_dests_get(); NULL also if the connection is not an
 * outgoing one.
 */
struct tcpfin_dest *tcpfin_look_dest(struct tcpfin_look *l,
				     const struct tcpfin_diag_sock *sock);

/**
 * tcpfin_look_conn() - what was recorded of a socket
 * @l: the look
 * @cookie: the socket
 * @state: the state that it is in
 *
 * Return: that; NULL if there is nothing, or it may have changed since.
 */
const struct tcpfin_conn *tcpfin_look_conn(const struct tcpfin_look *l,
					   uint64_t cookie, uint8_t state);

/**
 * tcpfin_look_age() - how long a socket has been in its state
 * @l: the look
 * @sock: the socket
 * @age_ns: the result, set only if it is known
 *
 * Return: whether that was recorded.
 */
bool tcpfin_look_age(const struct tcpfin_look *l,
		     const struct tcpfin_diag_sock *sock, uint64_t *age_ns);

/**
 * tcpfin_look_held() - what is known of a socket that waits, but for its age
 * @sock: the socket
 *
 * Return: that.
 */
struct tcpfin_held tcpfin_look_held(const struct tcpfin_diag_sock *sock);

/**
 * tcpfin_look_keep() - make room for one more socket that waits
 * @l: the look
 *
 * Return: its place in @l->facts->present.held; NULL if there is none, which is
 * counted.
 */
struct tcpfin_held *tcpfin_look_keep(struct tcpfin_look *l);

/**
 * tcpfin_look_end() - free what a look holds, but for its facts
 * @l: the look
 */
void tcpfin_look_end(struct tcpfin_look *l);

#endif /* TCPFIN_LOOK_H */
