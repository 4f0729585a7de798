// SPDX-License-Identifier: GPL-2.0
/*
 * Derives the state of each end of a connection from the packets at its own tap.
 *
 * A FIN has arrived when no data before it is missing (RFC 9293 3.10.7.4): a FIN that
 * overtook lost data waits for it, as in the receiver.
 */
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "capture.h"

#define HELD_MAX	64

/**
 * struct queue - out-of-order data at an end
 * @from: first sequence number of each piece
 * @to: sequence number after each piece
 * @count: entries in @from and @to
 * @fin: a FIN arrived
 * @fin_seq: sequence number of the FIN
 */
struct queue {
	uint32_t from[HELD_MAX];
	uint32_t to[HELD_MAX];
	size_t count;
	bool fin;
	uint32_t fin_seq;
};

static void sent(struct wire_end *end, const struct packet *p)
{
	uint32_t next = p->seq + p->len;

	if (p->flags & PACKET_RST) {
		end->rsts++;
		return;
	}
	if (p->flags & PACKET_SYN)
		end->snd_una = end->snd_nxt = ++next;
	if (p->flags & PACKET_FIN) {
		if (!end->fin) {
			end->fin_seq = next;
			end->fin_ack = p->ack;
			end->fin_ns = p->ns;
		} else if (end->fin_seq != next) {
			fail_msg("FINs with seq %u and %u", end->fin_seq, next);
		}
		end->fin = true;
		end->fins++;
		next++;
	} else if (end->peer_fin && !end->fin && p->ack == end->rcv_nxt) {
		end->ack_alone = true;
	}
	if (seq_before(end->snd_nxt, next))
		end->snd_nxt = next;
	if (p->flags & PACKET_ACK && seq_before(end->rcv_wup, p->ack))
		end->rcv_wup = p->ack;
}

/* Advance rcv_nxt over the pieces that are in order now. */
static void take(struct wire_end *end, struct queue *queue)
{
	size_t i;

again:
	for (i = 0; i < queue->count; i++) {
		if (seq_before(end->rcv_nxt, queue->from[i]))
			continue;
		if (seq_before(end->rcv_nxt, queue->to[i]))
			end->rcv_nxt = queue->to[i];
		queue->count--;
		queue->from[i] = queue->from[queue->count];
		queue->to[i] = queue->to[queue->count];
		goto again;
	}
}

static void came(struct wire_end *end, struct queue *queue,
		 const struct packet *p)
{
	bool in_flight;

	if (p->flags & PACKET_RST) {
		end->rsts_came++;
		return;
	}
	/* This end has aborted: it has no socket any more. */
	if (end->rsts)
		return;
	if (p->flags & PACKET_SYN) {
		if (!end->syn)
			end->rcv_nxt = end->rcv_wup = p->seq + 1;
		end->syn = true;
		return;
	}
	/* The kernel ignores even the ACK of an old segment: tcp_sequence(). */
	if (seq_before(p->seq + p->len + !!(p->flags & PACKET_FIN),
		       end->rcv_wup))
		return;
	in_flight = end->snd_una != end->snd_nxt;
	if (seq_before(end->snd_una, p->ack))
		end->snd_una = p->ack;
	/* The kernel processes the ACK before the payload. */
	if (end->fin && !end->acked && !seq_before(p->ack, end->fin_seq + 1)) {
		end->acked = true;
		end->acked_ns = p->ns;
		end->acked_rcv_nxt = end->rcv_nxt;
	}
	assert_in_range(queue->count, 0, HELD_MAX - 1);
	queue->from[queue->count] = p->seq;
	queue->to[queue->count++] = p->seq + p->len;
	take(end, queue);
	if (p->flags & PACKET_FIN) {
		queue->fin = true;
		queue->fin_seq = p->seq + p->len;
	}
	if (queue->fin && !end->peer_fin && end->rcv_nxt == queue->fin_seq) {
		end->peer_fin = true;
		end->peer_fin_ns = p->ns;
		end->peer_fin_snd_nxt = end->snd_nxt;
		end->peer_fin_in_flight = in_flight;
		end->rcv_nxt++;
	}
	if (end->acked && end->peer_fin && !end->over_ns)
		end->over_ns = p->ns;
}

/* Fill in conn->end and conn->established from conn->packet. */
void capture_fill_ends(struct wire_conn *conn)
{
	struct queue queue[2] = { 0 };
	size_t i;

	for (i = 0; i < conn->packets; i++) {
		const struct packet *p = &conn->packet[i];

		if (!p->from && (p->flags & (PACKET_SYN | PACKET_RST |
					     PACKET_ACK)) == PACKET_ACK)
			conn->established = true;
		if (p->from == p->tap)
			sent(&conn->end[p->tap], p);
		else
			came(&conn->end[p->tap], &queue[p->tap], p);
	}
}
