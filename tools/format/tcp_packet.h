/* SPDX-License-Identifier: GPL-2.0 */
/* Makes the bytes of a TCP segment, from the IP header on. */
#ifndef FORMAT_TCP_PACKET_H
#define FORMAT_TCP_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Size of an IPv6 header and a TCP header without options */
#define TCP_PACKET_MAX	60

/* What is known of a segment */
struct tcp_packet {
	uint8_t family;		/* AF_INET or AF_INET6 */
	/* the sender's address, 4 or 16 bytes, network order */
	const uint8_t *from;
	const uint8_t *to;	/* the receiver's address */
	uint16_t sport;		/* the sender's port */
	uint16_t dport;		/* the receiver's port */
	uint32_t seq;		/* sequence number */
	uint32_t ack;		/* acknowledgment number */
	bool has_ack;		/* @ack is known */
	bool fin;		/* the segment has a FIN */
	bool rst;		/* the segment has a RST */
};

/*
 * Make the bytes of a segment, with correct checksums. Window, hop limit and IP
 * id are unknown: they are 65535, 64 and 0. Return the length, 0 if the family
 * is unknown.
 */
size_t tcp_packet_make(const struct tcp_packet *p, uint8_t buf[TCP_PACKET_MAX]);

#endif /* FORMAT_TCP_PACKET_H */
