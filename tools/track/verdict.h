/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The verdict on a connection: who closed it, how it ended, and the four waves,
 * from what was seen of one end or of both.
 *
 * Nothing that was not seen is filled in. A number counts as seen, too, where
 * it follows from what was: an acknowledgment of FIN seq=x is x+1, and a value
 * that lay between two others is known where these are the same.
 */
#ifndef TRACK_VERDICT_H
#define TRACK_VERDICT_H

#include <stdbool.h>
#include <stdint.h>

#include "track/conn.h"

/* Yes, no, or not known. */
enum tri {
	TRI_UNKNOWN,
	TRI_NO,
	TRI_YES,
};

/**
 * struct wave - one of the four waves
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
struct wave {
	bool happened;
	struct fact sent;
	struct fact received;
	struct fact seq;
	struct fact ack;
	bool rel_seq_known;
	bool rel_ack_known;
	int32_t rel_seq;
	int32_t rel_ack;
};

/**
 * struct verdict - what is known of a connection
 * @end: the ends that were seen: if both were, the one that closed first comes
 *	first, else @end[1] is NULL
 * @closer: enum closer; of two ends never CLOSER_REMOTE
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
struct verdict {
	const struct conn *end[2];
	enum closer closer;
	enum how how;
	unsigned int by;
	bool open;
	bool partial;
	bool lost;
	struct fact half_close_ns;
	struct fact x;
	struct fact y;
	struct wave wave[4];
	enum tri merged;
	struct fact half_close_sent;
	struct fact half_close_received;
};

/**
 * verdict_of() - judge a connection
 * @a: one end
 * @b: the other one, or NULL if it was not seen
 * @v: the verdict
 */
void verdict_of(const struct conn *a,
		const struct conn *b,
		struct verdict *v);

/**
 * verdict_brief() - judge no more than who closed, how and how long
 * @a: one end
 * @b: the other one, or NULL if it was not seen
 * @v: the verdict; the fields from @x on are left as they are
 */
void verdict_brief(const struct conn *a, const struct conn *b,
		   struct verdict *v);

/**
 * closer_turned() - who closed first, as seen from the other end
 * @closer: as seen from this one
 *
 * Return: enum closer.
 */
enum closer closer_turned(enum closer closer);

#endif /* TRACK_VERDICT_H */
