/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Examines the live machine: its sockets, settings and counters. Functions that
 * return bool return false if inet_diag failed: see facts.why_not.
 */
#ifndef DIAGNOSIS_SNAPSHOT_H
#define DIAGNOSIS_SNAPSHOT_H

#include <netinet/tcp.h>

#include "diagnosis/ended.h"
#include "diagnosis/facts.h"
#include "system/port_range.h"

/* States in which the own FIN waits for its ACK */
#define SNAPSHOT_CLOSING						\
	(SOCK_DIAG_STATE(TCP_FIN_WAIT1) |				\
	 SOCK_DIAG_STATE(TCP_LAST_ACK) |				\
	 SOCK_DIAG_STATE(TCP_CLOSING))
/* States of connected sockets, except those of SNAPSHOT_WAITING */
#define SNAPSHOT_CONNECTED						\
	(SOCK_DIAG_STATE(TCP_ESTABLISHED) |				\
	 SOCK_DIAG_STATE(TCP_SYN_SENT) |				\
	 SOCK_DIAG_STATE(TCP_SYN_RECV) |				\
	 SOCK_DIAG_STATE(TCP_TIME_WAIT) |				\
	 SNAPSHOT_CLOSING)
/* States that wait for a process or a peer */
#define SNAPSHOT_WAITING						\
	(SOCK_DIAG_STATE(TCP_FIN_WAIT2) |				\
	 SOCK_DIAG_STATE(TCP_CLOSE_WAIT))

/* Most waiting sockets kept; further ones are only counted */
#define SNAPSHOT_HELD_MAX	(1U << 17)
/* Longest time over which births of mini-sockets are counted */
#define SNAPSHOT_WINDOW_NS	60000000000ULL

/* Living sockets that take the ports of a destination, all that may become a finding */
struct port_takers {
	uint32_t *inode;	/* one for each socket that has one */
	size_t count;		/* number of @inode */
	size_t room;		/* room in @inode */
};

/* An examination of the machine */
struct snapshot {
	struct facts *facts;		/* the result */
	/* knows when states began; NULL before the first event */
	const struct tracker *tracker;
	const struct filter *filter;	/* connections to examine, NULL for all */
	struct port_set ephemeral;	/* ports that connect() chooses from */
	struct port_set listeners;	/* ports with a listener */
	/* destinations of connections from @ephemeral */
	struct destinations dests;
	size_t held_room;		/* room in @facts->present.held */
	struct ended_sockets ended;	/* sockets that may never have been closed */
	struct port_takers takers[FACTS_WORST_MAX];	/* by @facts->present.target */
	/* sockets with the port that was asked for, which the filter may match later */
	struct port_holder *undecided;
	size_t nundecided;		/* number of @undecided */
	size_t undecided_room;		/* room in @undecided */
	uint64_t window_ns;	/* births and deaths in @dests are counted since then */
	bool failed;			/* out of memory */
};

/* Read settings and listening ports. @facts, @tracker and @filter of @s must be set. */
bool snapshot_begin(struct snapshot *s, uint64_t now_ns);

/* Count ports in use, for a later comparison. */
bool snapshot_sample(struct snapshot *s);

/*
 * Is this end the server's? True if its port has a listener, or if only the peer's
 * port is an ephemeral port. @data is a snapshot, see resets_serves_fn.
 */
bool snapshot_serves(const void *data, const struct conn *conn);

/* Count births and deaths of this namespace's mini-sockets. */
void snapshot_event(struct snapshot *s, const struct tcpfin_event *ev);

/* Restart counting, because events older than @time_ns are missing. */
void snapshot_from(struct snapshot *s, uint64_t time_ns);

/* Take a step that the filter matches, or not: its socket may stay open. */
void snapshot_ended(struct snapshot *s, const struct tcpfin_event *ev, bool chosen);

/* Examine all sockets, without their owners. */
bool snapshot_sockets(struct snapshot *s);

/* Ask for owners and other ends of the sockets that snapshot_sockets() found. */
void snapshot_want(struct snapshot *s, struct socket_owners *owners, struct peers *peers);

/* Look for other ends of sockets of all namespaces among the sockets of this one. */
void snapshot_peers(const struct snapshot *s, struct peers *peers);

/* Take owners and other ends, and choose among the sockets again. */
void snapshot_owned(struct snapshot *s, const struct socket_owners *owners,
		    const struct peers *peers);

/* Is there a waiting socket of which no owner was found? */
bool snapshot_hides(const struct snapshot *s);

/* List sockets again: drop those without an owner that were closed meanwhile. */
void snapshot_recheck(struct snapshot *s);

/* Does the filter match a socket, with the owner that is known by now? */
bool snapshot_chooses(const struct snapshot *s, const struct held_socket *held);

/* Return the destination, see destinations_get(); NULL if not outgoing. */
struct destination *snapshot_dest(struct snapshot *s,
				  const struct sock_diag_entry *sock);

/* Return the destination of a waiting socket, as snapshot_dest() does. */
struct destination *snapshot_dest_of(struct snapshot *s, const struct held_socket *held);

/* Find the destinations that use the most ports, and the sockets that take them. */
bool snapshot_takers(struct snapshot *s);

/* Return the recorded end of a socket in this state, or NULL. */
const struct conn *snapshot_conn(const struct snapshot *s, uint64_t cookie,
				 uint8_t state);

/*
 * Get how long a socket has been in its state. Return whether that was
 * recorded; otherwise @age_ns is not written.
 */
bool snapshot_age(const struct snapshot *s, const struct sock_diag_entry *sock,
		  uint64_t *age_ns);

/* Return the entry of a waiting socket, without its age. */
struct held_socket snapshot_held(const struct sock_diag_entry *sock);

/* Add a waiting socket. Return its entry, or NULL (counted) if full. */
struct held_socket *snapshot_keep(struct snapshot *s);

/* Free everything but the facts. */
void snapshot_end(struct snapshot *s);

#endif /* DIAGNOSIS_SNAPSHOT_H */
