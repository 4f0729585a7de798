// SPDX-License-Identifier: GPL-2.0
/* Makes blocks of the pcapng format, in the byte order of this machine. */
#include <string.h>

#include "format/pcapng.h"

#define BLOCK_SECTION	0x0a0d0d0aU
#define BLOCK_INTERFACE	1U
#define BLOCK_PACKET	6U

#define BYTE_ORDER_MAGIC	0x1a2b3c4dU
/* Packets begin with an IPv4 or IPv6 header. */
#define LINKTYPE_RAW		101

#define OPT_END			0
#define OPT_COMMENT		1
#define OPT_SECTION_OS		3
#define OPT_SECTION_APPL	4
#define OPT_INTERFACE_NAME	2
#define OPT_INTERFACE_TSRESOL	9
/* Resolution of times, as a negative power of ten */
#define TSRESOL_NS		9

static void put(struct pcapng *b, const void *data, size_t len)
{
	memcpy(b->data + b->len, data, len);
	b->len += (uint32_t)len;
}

static void put16(struct pcapng *b, uint16_t value)
{
	put(b, &value, sizeof(value));
}

static void put32(struct pcapng *b, uint32_t value)
{
	put(b, &value, sizeof(value));
}

/* All fields are aligned to 4 bytes. */
static void put_padded(struct pcapng *b, const void *data, size_t len)
{
	static const uint8_t zeros[3];

	put(b, data, len);
	put(b, zeros, -len & 3);
}

static void put_option(struct pcapng *b, uint16_t code, const void *data,
		       size_t len)
{
	put16(b, code);
	put16(b, (uint16_t)len);
	put_padded(b, data, len);
}

static void put_text(struct pcapng *b, uint16_t code, const char *text)
{
	size_t len = strlen(text);

	put_option(b, code, text, len < PCAPNG_TEXT ? len : PCAPNG_TEXT);
}

static void begin(struct pcapng *b, uint32_t type)
{
	b->len = 0;
	put32(b, type);
	put32(b, 0);
}

/* The length of a block precedes and follows its content. */
static void end(struct pcapng *b)
{
	uint32_t len;

	put_option(b, OPT_END, "", 0);
	len = b->len + (uint32_t)sizeof(len);
	memcpy(b->data + sizeof(len), &len, sizeof(len));
	put32(b, len);
}

void pcapng_section(struct pcapng *b, const char *application,
		    const char *system, const char *comment)
{
	const uint64_t length_unknown = UINT64_MAX;

	begin(b, BLOCK_SECTION);
	put32(b, BYTE_ORDER_MAGIC);
	put16(b, 1);
	put16(b, 0);
	put(b, &length_unknown, sizeof(length_unknown));
	put_text(b, OPT_COMMENT, comment);
	put_text(b, OPT_SECTION_OS, system);
	put_text(b, OPT_SECTION_APPL, application);
	end(b);
}

void pcapng_interface(struct pcapng *b, const char *name, const char *comment)
{
	const uint8_t resolution = TSRESOL_NS;

	begin(b, BLOCK_INTERFACE);
	put16(b, LINKTYPE_RAW);
	put16(b, 0);
	put32(b, 0);
	put_text(b, OPT_COMMENT, comment);
	put_text(b, OPT_INTERFACE_NAME, name);
	put_option(b, OPT_INTERFACE_TSRESOL, &resolution, sizeof(resolution));
	end(b);
}

void pcapng_packet(struct pcapng *b, uint32_t interface, uint64_t time_ns,
		   const uint8_t packet[TCP_PACKET_MAX], size_t len,
		   const char *comment)
{
	begin(b, BLOCK_PACKET);
	put32(b, interface);
	put32(b, (uint32_t)(time_ns >> 32));
	put32(b, (uint32_t)time_ns);
	put32(b, (uint32_t)len);
	put32(b, (uint32_t)len);
	put_padded(b, packet, len);
	put_text(b, OPT_COMMENT, comment);
	end(b);
}
