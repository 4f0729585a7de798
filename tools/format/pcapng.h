/* SPDX-License-Identifier: GPL-2.0 */
/* Makes blocks of the pcapng format (draft-ietf-opsawg-pcapng). */
#ifndef FORMAT_PCAPNG_H
#define FORMAT_PCAPNG_H

#include <stdint.h>

#include "format/tcp_packet.h"

/* Most bytes of a comment or a name */
#define PCAPNG_TEXT	1024
/* Size of the largest block: three texts and a packet */
#define PCAPNG_MAX	(3 * (PCAPNG_TEXT + 8) + 256)

/* A block being made */
struct pcapng {
	uint32_t len;			/* its length so far */
	uint8_t data[PCAPNG_MAX];	/* its bytes */
};

/* Make the block that begins a file; @system is the events' kernel. */
void pcapng_section(struct pcapng *b, const char *application,
		    const char *system, const char *comment);

/*
 * Make the block of an interface, whose packets begin with an IP header and
 * have times in nanoseconds.
 */
void pcapng_interface(struct pcapng *b, const char *name, const char *comment);

/* Make a packet's block. Interfaces count from 0, @time_ns from 1970. */
void pcapng_packet(struct pcapng *b, uint32_t interface, uint64_t time_ns,
		   const uint8_t packet[TCP_PACKET_MAX], size_t len,
		   const char *comment);

#endif /* FORMAT_PCAPNG_H */
