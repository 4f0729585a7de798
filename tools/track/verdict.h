/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The verdict on a connection: who closed it, how it ended, and the four waves,
 * from what was seen of one end or of both.
 *
 * Nothing that was not seen is filled in. A number counts as seen, too, where
 * it follows from what was: an acknowledgment of FIN seq=x is x+1, and a value
 * that lay between two others is known where these are the same.
 */
#ifndef TCPFIN_VERDICT_H
#define TCPFIN_VERDICT_H

#include <stdbool.h>
#include <stdint.h>

#include "track/conn.h"

/* Yes, no, or not known. */
enum tcpfin_tri {
	TCPFIN_NOT_KNOWN,
	TCPFIN_NO,
	TCPFIN_YES,
};

/**
 * struct tcpfin_wave - one of the four waves
 * @happened: it did, seen or implied by what came after it
 * @sent: when its sender queued it, nanoseconds. An ACK's sending is never seen
 * @received: when it changed the receiver's state
 * @seq: its sequence number; for a FIN that of the FIN itself
 * @ack: its acknowledgment number
 * @rel_seq: @seq less the sequence number of its sender's FIN
 * @rel_ack: @ack less the sequence number of its receiver's FIN
 * @rel_seq_known: both of these are known
 * @rel_ack_known: likewise
 */
struct tcpfin_wave {
	bool happened;
	struct tcpfin_fact sent;
	struct tcpfin_fact received;
	struct tcpfin_fact seq;
	struct tcpfin_fact ack;
	bool rel_seq_known;
	bool rel_ack_known;
	int32_t rel_seq;
	int32_t rel_ack;
};

/**
 * struct tcpfin_verdict - what is known of a connection
 * @end: the ends that were seen: if both were, the one that closed first comes
 *	first, else @end[1] is NULL
 * @closer: enum tcpfin_closer; of two ends never TCPFIN_CLOSER_REMOTE
 * @how: how it ended: what the end did that brought it about
 * @by: which end that was, 0 or 1
 * @open: an end that was seen has not ended yet
 * @partial: a step of an end is missing: what it would have told is not known
 * @lost: events were lost in the meantime, so counts may be too low
 * @half_close_ns: how long the closer waited in FIN_WAIT2 for wave 3; where
 *	only the other end was seen, how long that was in CLOSE_WAIT
 * @x: sequence number of the closer's FIN, see @wave
 * @y: that of the other end's
 * @wave: wave 1 (FIN seq=x), 2 (ACK ack=x+1), 3 (FIN seq=y), 4 (ACK ack=y+1);
 *	1 and 4 come from the closer. If both closed, or none is known to have,
 *	@end[0] stands for the closer
 * @merged: wave 3 took wave 2 along
 * @half_close_sent: bytes that the other end's process wrote between the
 *	arrival of wave 1 and wave 3
 * @half_close_received: bytes that the closer received between waves 2 and 3, if
 *	wave 3 came
 */
struct tcpfin_verdict {
	const struct tcpfin_conn *end[2];
	enum tcpfin_closer closer;
	enum tcpfin_how how;
	unsigned int by;
	bool open;
	bool partial;
	bool lost;
	struct tcpfin_fact half_close_ns;
	struct tcpfin_fact x;
	struct tcpfin_fact y;
	struct tcpfin_wave wave[4];
	enum tcpfin_tri merged;
	struct tcpfin_fact half_close_sent;
	struct tcpfin_fact half_close_received;
};

/**
 * tcpfin_verdict_make() - judge a connection
 * @a: one end
 * @b: the other one, or NULL if it was not seen
 * @v: the verdict
 */
void tcpfin_verdict_make(const struct tcpfin_conn *a,
			 const struct tcpfin_conn *b,
			 struct tcpfin_verdict *v);

/**
 * tcpfin_verdict_brief() - judge no more than who closed, how and how long
 * @a: one end
 * @b: the other one, or NULL if it was not seen
 * @v: the verdict; the fields from @x on are left as they are
 */
void tcpfin_verdict_brief(const struct tcpfin_conn *a,
			  const struct tcpfin_conn *b,
			  struct tcpfin_verdict *v);

/**
 * tcpfin_closer_turned() - who closed first, as seen from the other end
 * @closer: as seen from this one
 *
 * Return: enum tcpfin_closer.
 */
enum tcpfin_closer tcpfin_closer_turned(enum tcpfin_closer closer);

#endif /* TCPFIN_VERDICT_H */
