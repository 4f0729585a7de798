/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The verdict on a connection: who closed it, how it ended, and the four waves,
 * from what was seen of one end or both.
 *
 * A number is one that was seen, or one that follows from what was seen in
 * whatever order segments came, and however often. All others are unknown: an
 * end that was not seen may have sent a FIN, or data, in place of a plain ACK.
 * The manual page has a table of what each number follows from.
 */
#ifndef TRACK_VERDICT_H
#define TRACK_VERDICT_H

#include <stdbool.h>
#include <stdint.h>

#include "track/conn.h"

/* Yes, no or unknown */
enum tri {
	TRI_UNKNOWN,
	TRI_NO,
	TRI_YES,
};

/*
 * One of the four waves of a teardown: the first segment sent that did this, not
 * counting keepalive and window probes, whose numbers are old on purpose (RFC
 * 9293 3.8.4)
 */
struct wave {
	bool happened;		/* seen, or implied by a later wave */
	/* when the sender queued the FIN, in ns; never known for an ACK */
	struct optional sent;
	struct optional received;	/* when it changed the receiver's state, in ns */
	/* sequence number; for a FIN the number of the FIN itself */
	struct optional seq;
	struct optional ack;	/* acknowledgment number */
	bool rel_seq_known;	/* @rel_seq is known */
	bool rel_ack_known;	/* @rel_ack is known */
	int32_t rel_seq;	/* @seq less the sequence number of the sender's FIN */
	/* @ack less the sequence number of the receiver's FIN */
	int32_t rel_ack;
};

/**
 * struct verdict - what is known of a connection
 * @end: the ends that were seen: if both were, the active closer comes first,
 *	else @end[1] is NULL
 * @closer: never CLOSER_REMOTE if both ends were seen
 * @how: how the connection ended, by what the end @by did
 * @by: index in @end, 0 or 1
 * @open: an end that was seen has not ended yet
 * @partial: a transition of an end is missing, and so is what it would have
 *	told
 * @lost: events were lost meanwhile, so counts may be too low
 * @self: the socket was connected to itself: it has the parts of both ends, and what
 *	it sent, waves 1 and 2, came back to it
 * @translated: addresses or ports were translated between the ends (NAT)
 * @injected: the end @by received a RST, and neither end sent it: the other one went
 *	on. A packet filter may have sent it, a middlebox, or somebody else
 * @half_close_ns: how long the active closer waited in FIN_WAIT2 for wave 3; if
 *	only the passive closer was seen, how long that was in CLOSE_WAIT
 * @x: sequence number of the active closer's FIN, see @wave
 * @y: sequence number of the passive closer's FIN
 * @wave: wave 1 (FIN seq=x), 2 (ACK ack=x+1), 3 (FIN seq=y), 4 (ACK ack=y+1);
 *	the active closer sends 1 and 4. If both ends closed, or the closer is
 *	unknown, @end[0] stands for the closer
 * @merged: waves 2 and 3 were one segment
 * @half_close_sent: bytes that the passive closer's process wrote between the
 *	arrival of wave 1 and wave 3
 * @half_close_received: bytes that the active closer received between waves 2
 *	and 3, if wave 3 came
 */
struct verdict {
	const struct conn *end[2];
	enum closer closer;
	enum how how;
	unsigned int by;
	bool open;
	bool partial;
	bool lost;
	bool self;
	bool translated;
	bool injected;
	struct optional half_close_ns;
	struct optional x;
	struct optional y;
	struct wave wave[4];
	enum tri merged;
	struct optional half_close_sent;
	struct optional half_close_received;
};

/* Judge a connection by one or both ends; @b is NULL if it was not seen. */
void verdict_of(const struct conn *a, const struct conn *b, struct verdict *v);

/*
 * Judge only who closed, how and how long, as verdict_of() does; the fields of
 * @v from @x on are not written.
 */
void verdict_brief(const struct conn *a, const struct conn *b, struct verdict *v);

/* Is the connection open, and is TIME_WAIT all that its ends have left? */
bool verdict_only_waits(const struct verdict *v);

/* Was the connection shown before, see pairing_early_fn? */
static inline bool verdict_was_shown(const struct verdict *v)
{
	return v->end[0]->flags & CONN_SHOWN ||
	       (v->end[1] && v->end[1]->flags & CONN_SHOWN);
}

/*
 * Return the cause of how the connection ended: that of the end @by, "injected", or
 * NULL.
 */
const char *verdict_cause(const struct verdict *v);

/* Return @closer as seen from the other end. */
enum closer closer_turned(enum closer closer);

#endif /* TRACK_VERDICT_H */
