/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What was on the wire: TCP connections from what was captured at both ends'
 * devices, the client's tap (0) and the server's tap (1).
 *
 * Between the taps packets may be lost. So what an end sent is what left by its
 * own tap, and what reached it is what came in there.
 */
#ifndef TESTS_CAPTURE_H
#define TESTS_CAPTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* packet.flags, as in the TCP header */
#define PACKET_FIN	0x01
#define PACKET_SYN	0x02
#define PACKET_RST	0x04
#define PACKET_ACK	0x10

/**
 * struct packet - a segment at one of the taps
 * @ns: when, of the wall clock
 * @seq: of its first byte
 * @ack: its acknowledgment number
 * @len: bytes of payload
 * @flags: PACKET_*
 * @from: the end that sent it
 * @tap: the end that saw it
 */
struct packet {
	uint64_t ns;
	uint32_t seq;
	uint32_t ack;
	uint32_t len;
	uint8_t flags;
	uint8_t from;
	uint8_t tap;
};

/**
 * struct wire_end - what one end did and saw, by its own tap
 * @syn: it had the other end's SYN
 * @fin: it sent a FIN
 * @fin_seq: that one's sequence number
 * @fin_ack: the acknowledgment number of its first transmission
 * @fin_ns: when that left
 * @fins: how often it was sent
 * @acked: an acknowledgment of it came
 * @acked_ns: when
 * @acked_rcv_nxt: what was expected of the other end at that time
 * @peer_fin: the other end's FIN came, and nothing before it was missing
 * @peer_fin_ns: when that was so
 * @peer_fin_snd_nxt: what this end was to send next at that time
 * @peer_fin_in_flight: not all that it had sent was acknowledged just before
 * @ack_alone: the other end's FIN was acknowledged before this one's left
 * @over_ns: when both @acked and @peer_fin were so, 0 if never
 * @rsts: how many RSTs it sent
 * @rsts_came: how many came
 * @snd_nxt: what it is to send next
 * @snd_una: what the other end has not acknowledged
 * @rcv_nxt: what it expects of the other end
 * @rcv_wup: the same as the other end was last told it
 */
struct wire_end {
	bool syn;
	bool fin;
	bool acked;
	bool peer_fin;
	bool ack_alone;
	bool peer_fin_in_flight;
	uint32_t fin_seq;
	uint32_t fin_ack;
	uint32_t acked_rcv_nxt;
	uint32_t peer_fin_snd_nxt;
	uint32_t snd_nxt;
	uint32_t snd_una;
	uint32_t rcv_nxt;
	uint32_t rcv_wup;
	uint64_t fin_ns;
	uint64_t acked_ns;
	uint64_t peer_fin_ns;
	uint64_t over_ns;
	unsigned int fins;
	unsigned int rsts;
	unsigned int rsts_came;
};

/**
 * struct wire_conn - a connection, from a SYN to the last packet or the next SYN
 * @family: AF_INET or AF_INET6
 * @addr: of the end that sent the SYN (0) and of the other one (1)
 * @port: likewise
 * @packet: its packets at both taps, in the order of time
 * @packets: how many
 * @end: what the two ends did
 * @established: its client had an answer to the SYN, and acknowledged it
 * @judged: a verdict that tells of this end was found
 */
struct wire_conn {
	int family;
	uint8_t addr[2][16];
	uint16_t port[2];
	const struct packet *packet;
	size_t packets;
	struct wire_end end[2];
	bool established;
	bool judged[2];
};

/**
 * struct capture - the connections of two captures
 * @conn: the connections, those with the same ends in the order of time
 * @conns: how many
 * @packet: all their packets
 */
struct capture {
	struct wire_conn *conn;
	size_t conns;
	struct packet *packet;
};

void capture_read(struct capture *capture, const char *const path[2]);
void capture_free(struct capture *capture);
void capture_print(FILE *out, const struct wire_conn *conn);

/* In capture_ends.c: fill in conn->end. */
void capture_learn_ends(struct wire_conn *conn);

/**
 * seq_before() - is a sequence number below another one?
 * @a: the one
 * @b: the other, not 2^31 or more away
 *
 * Return: whether it is.
 */
static inline bool seq_before(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) < 0;
}

#endif /* TESTS_CAPTURE_H */
