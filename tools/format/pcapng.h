/* SPDX-License-Identifier: GPL-2.0 */
/* Makes blocks of the pcapng format (draft-ietf-opsawg-pcapng). */
#ifndef FORMAT_PCAPNG_H
#define FORMAT_PCAPNG_H

#include <stdint.h>

#include "format/tcp_packet.h"

/* Room for a comment or a name. */
#define PCAPNG_TEXT	1024
/* Room for any block of ours: at most three texts, and a packet. */
#define PCAPNG_MAX	(3 * (PCAPNG_TEXT + 8) + 256)

/**
 * struct pcapng - a block that is being made
 * @len: its length so far
 * @data: its bytes
 */
struct pcapng {
	uint32_t len;
	uint8_t data[PCAPNG_MAX];
};

/**
 * pcapng_section() - the block that begins a file
 * @b: the block
 * @application: who wrote it
 * @system: the kernel that the events came from
 * @comment: what the file is
 */
void pcapng_section(struct pcapng *b, const char *application,
		    const char *system, const char *comment);

/**
 * pcapng_interface() - the block for an interface
 * @b: the block; its packets begin with an IP header and have nanoseconds
 * @name: what it is called
 * @comment: what it is
 */
void pcapng_interface(struct pcapng *b, const char *name, const char *comment);

/**
 * pcapng_packet() - the block for a packet
 * @b: the block
 * @interface: number of its interface, the first one is 0
 * @time_ns: when it was, nanoseconds since 1970
 * @packet: its bytes
 * @len: how many
 * @comment: what it is
 */
void pcapng_packet(struct pcapng *b, uint32_t interface, uint64_t time_ns,
		   const uint8_t packet[TCP_PACKET_MAX], size_t len,
		   const char *comment);

#endif /* FORMAT_PCAPNG_H */
