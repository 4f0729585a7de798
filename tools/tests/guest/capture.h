/* SPDX-License-Identifier: GPL-2.0 */
/*
 * TCP connections from packets captured at both ends' devices: the client's tap (0)
 * and the server's tap (1).
 *
 * Packets may be lost between the taps, so only an end's own tap tells which packets
 * it sent and received.
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
 * @ns: wall-clock time at the tap
 * @seq: sequence number
 * @ack: acknowledgment number
 * @len: bytes of payload
 * @flags: PACKET_*
 * @from: the end that sent the segment
 * @tap: the tap that captured the segment
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
 * struct wire_end - state of one end, by its own tap
 * @syn: the peer's SYN arrived
 * @fin: this end sent a FIN
 * @fin_seq: sequence number of the FIN
 * @fin_ack: acknowledgment number of the FIN's first transmission
 * @fin_ns: time of the FIN's first transmission
 * @fins: transmissions of the FIN
 * @acked: an acknowledgment of the FIN arrived
 * @acked_ns: time at which it arrived
 * @acked_rcv_nxt: @rcv_nxt at that time
 * @peer_fin: the peer's FIN arrived, and no data before it is missing
 * @peer_fin_ns: time at which both were true
 * @peer_fin_snd_nxt: @snd_nxt at that time
 * @peer_fin_in_flight: there was unacknowledged data just before that time
 * @ack_alone: this end acknowledged the peer's FIN before it sent its own
 * @over_ns: time since which both @acked and @peer_fin are true, 0 if never
 * @rsts: RSTs sent
 * @rsts_came: RSTs received
 * @snd_nxt: SND.NXT
 * @snd_una: SND.UNA
 * @rcv_nxt: RCV.NXT
 * @rcv_wup: the last RCV.NXT that this end sent to the peer
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
 * @addr: addresses of the end that sent the SYN (0) and of its peer (1)
 * @port: ports of both ends
 * @packet: packets at both taps, in the order of time
 * @packets: entries in @packet
 * @end: state of both ends
 * @established: the client acknowledged the SYN-ACK
 * @judged: there is a verdict on this end
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
 * struct capture - the connections in the captures of both taps
 * @conn: connections; those with the same addresses and ports are in order of time
 * @conns: entries in @conn
 * @packet: the packets of all connections
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
void capture_fill_ends(struct wire_conn *conn);

/* Is sequence number @a before @b? They must be less than 2^31 apart. */
static inline bool seq_before(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) < 0;
}

#endif /* TESTS_CAPTURE_H */
