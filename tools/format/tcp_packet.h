/* SPDX-License-Identifier: GPL-2.0 */
/* Makes a TCP segment as bytes, from the IP header on. */
#ifndef FORMAT_TCP_PACKET_H
#define FORMAT_TCP_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* An IPv6 header and a TCP header, neither with options. */
#define TCP_PACKET_MAX	60

/**
 * struct tcp_packet - what is known of a segment
 * @family: AF_INET or AF_INET6
 * @from: the sender's address, 4 or 16 bytes, network order
 * @to: the receiver's
 * @sport: the sender's port
 * @dport: the receiver's
 * @seq: the sequence number
 * @ack: the acknowledgment number
 * @has_ack: it is known
 * @fin: it is a FIN
 */
struct tcp_packet {
	uint8_t family;
	const uint8_t *from;
	const uint8_t *to;
	uint16_t sport;
	uint16_t dport;
	uint32_t seq;
	uint32_t ack;
	bool has_ack;
	bool fin;
};

/**
 * tcp_packet_make() - make it
 * @p: the segment
 * @buf: the result, with right checksums. Nothing is known of the window, the
 *	hop limit and the IP id: they are 65535, 64 and 0
 *
 * Return: its length; 0 if the family is neither.
 */
size_t tcp_packet_make(const struct tcp_packet *p,
			uint8_t buf[TCP_PACKET_MAX]);

#endif /* FORMAT_TCP_PACKET_H */
