/* SPDX-License-Identifier: GPL-2.0 */
/* Looks at the live system for "doctor": sockets, settings, counts. */
#ifndef DIAGNOSIS_SNAPSHOT_H
#define DIAGNOSIS_SNAPSHOT_H

#include <netinet/tcp.h>

#include "diagnosis/facts.h"
#include "system/port_range.h"

/* States of sockets that have a local port and a remote end. */
#define SNAPSHOT_CONNECTED						\
	(SOCK_DIAG_STATE(TCP_ESTABLISHED) |				\
	 SOCK_DIAG_STATE(TCP_SYN_SENT) |				\
	 SOCK_DIAG_STATE(TCP_SYN_RECV) |				\
	 SOCK_DIAG_STATE(TCP_FIN_WAIT1) |				\
	 SOCK_DIAG_STATE(TCP_TIME_WAIT) |				\
	 SOCK_DIAG_STATE(TCP_LAST_ACK) |				\
	 SOCK_DIAG_STATE(TCP_CLOSING))
/* Those that wait for somebody. */
#define SNAPSHOT_WAITING						\
	(SOCK_DIAG_STATE(TCP_FIN_WAIT2) |				\
	 SOCK_DIAG_STATE(TCP_CLOSE_WAIT))

/* Sockets that wait for too long: beyond this they are only counted. */
#define SNAPSHOT_HELD_MAX	(1U << 17)
/* The longest time over which the births of mini-sockets are counted. */
#define SNAPSHOT_WINDOW_NS	60000000000ULL

/**
 * struct snapshot - a look under way
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
struct snapshot {
	struct facts *facts;
	const struct tracker *tracker;
	const struct filter *filter;
	struct port_set ephemeral;
	struct port_set listeners;
	struct destinations dests;
	size_t held_room;
	uint64_t window_ns;
	bool failed;
};

/**
 * snapshot_begin() - read settings and find out which ports have listeners
 * @l: the look, with @facts, @tracker and @filter given
 * @now_ns: now
 *
 * Return: false if inet_diag cannot be asked: @facts->why_not says why.
 */
bool snapshot_begin(struct snapshot *l, uint64_t now_ns);

/**
 * snapshot_sample() - count ports in use, to compare with later
 * @l: the look
 *
 * Return: as snapshot_begin().
 */
bool snapshot_sample(struct snapshot *l);

/**
 * snapshot_serves() - is this the server's end of a connection?
 * @l: the look
 * @ev: a step of it
 *
 * It is if its port has a listener, or if only the other end's port is one that
 * connect() chooses.
 *
 * Return: true if so.
 */
bool snapshot_serves(const struct snapshot *l, const struct tcpfin_event *ev);

/**
 * snapshot_event() - count births and deaths of mini-sockets
 * @l: the look
 * @ev: a step in this network namespace
 */
void snapshot_event(struct snapshot *l, const struct tcpfin_event *ev);

/**
 * snapshot_from() - what was counted so far is not all: count anew
 * @l: the look
 * @time_ns: steps are missing that are older than this
 */
void snapshot_from(struct snapshot *l, uint64_t time_ns);

/**
 * snapshot_sockets() - look at all sockets, and at who holds them
 * @l: the look
 *
 * Return: as snapshot_begin().
 */
bool snapshot_sockets(struct snapshot *l);

/**
 * snapshot_dest() - the destination of a socket
 * @l: the look
 * @sock: the socket
 *
 * Return: it, see destinations_get(); NULL also if the connection is not an
 * outgoing one.
 */
struct destination *snapshot_dest(struct snapshot *l,
				  const struct sock_diag_entry *sock);

/**
 * snapshot_conn() - what was recorded of a socket
 * @l: the look
 * @cookie: the socket
 * @state: the state that it is in
 *
 * Return: that; NULL if there is nothing, or it may have changed since.
 */
const struct conn *snapshot_conn(const struct snapshot *l, uint64_t cookie,
				 uint8_t state);

/**
 * snapshot_age() - how long a socket has been in its state
 * @l: the look
 * @sock: the socket
 * @age_ns: the result, set only if it is known
 *
 * Return: whether that was recorded.
 */
bool snapshot_age(const struct snapshot *l, const struct sock_diag_entry *sock,
		  uint64_t *age_ns);

/**
 * snapshot_held() - what is known of a socket that waits, but for its age
 * @sock: the socket
 *
 * Return: that.
 */
struct held_socket snapshot_held(const struct sock_diag_entry *sock);

/**
 * snapshot_keep() - make room for one more socket that waits
 * @l: the look
 *
 * Return: its place in @l->facts->present.held; NULL if there is none, which is
 * counted.
 */
struct held_socket *snapshot_keep(struct snapshot *l);

/**
 * snapshot_end() - free what a look holds, but for its facts
 * @l: the look
 */
void snapshot_end(struct snapshot *l);

#endif /* DIAGNOSIS_SNAPSHOT_H */
