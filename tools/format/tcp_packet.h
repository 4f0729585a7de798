/* SPDX-License-Identifier: GPL-2.0 */
/* Makes the bytes of a TCP segment, from the IP header on. */
#ifndef FORMAT_TCP_PACKET_H
#define FORMAT_TCP_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Size of an IPv6 header and a TCP header without options */
#define TCP_PACKET_MAX	60

/**
 * struct tcp_packet - what is known of a segment
 * @family: AF_INET or AF_INET6
 * @from: the sender's address, 4 or 16 bytes, network order
 * @to: the receiver's address
 * @sport: the sender's port
 * @dport: the receiver's port
 * @seq: sequence number
 * @ack: acknowledgment number
 * @has_ack: @ack is known
 * @fin: the segment has a FIN
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
 * tcp_packet_make() - make the bytes of a segment
 * @p: the segment
 * @buf: the bytes, with correct checksums. Window, hop limit and IP id are
 *	unknown: they are 65535, 64 and 0
 *
 * Return: the length, 0 if the family is unknown.
 */
size_t tcp_packet_make(const struct tcp_packet *p, uint8_t buf[TCP_PACKET_MAX]);

#endif /* FORMAT_TCP_PACKET_H */
