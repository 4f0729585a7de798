// SPDX-License-Identifier: GPL-2.0
/*
 * CRC-32C (Castagnoli, RFC 3720 B.4): the checksum of recordings.
 *
 * x86-64 has an instruction for it since SSE 4.2, for eight bytes at a time.
 * Other CPUs use tables, also for eight bytes at a time.
 */
#include <stdbool.h>
#include <string.h>

#include "util/crc32c.h"

/* The polynomial, with the highest power in the lowest bit */
#define POLYNOMIAL	0x82f63b78U

/* The effect of a byte on the checksum if 0 to 7 more bytes follow */
static uint32_t table[8][256];

static void fill_table(void)
{
	uint32_t byte, crc, bit, more;

	for (byte = 0; byte < 256; byte++) {
		for (crc = byte, bit = 0; bit < 8; bit++)
			crc = crc >> 1 ^ (crc & 1 ? POLYNOMIAL : 0);
		table[0][byte] = crc;
	}
	for (more = 1; more < 8; more++) {
		for (byte = 0; byte < 256; byte++) {
			crc = table[more - 1][byte];
			table[more][byte] = crc >> 8 ^ table[0][crc & 0xff];
		}
	}
}

static uint32_t eight_bytes(uint32_t crc, const unsigned char *p)
{
	return table[7][p[0] ^ (crc & 0xff)] ^
	       table[6][p[1] ^ (crc >> 8 & 0xff)] ^
	       table[5][p[2] ^ (crc >> 16 & 0xff)] ^
	       table[4][p[3] ^ crc >> 24] ^
	       table[3][p[4]] ^ table[2][p[5]] ^ table[1][p[6]] ^
	       table[0][p[7]];
}

uint32_t crc32c_plain(uint32_t crc, const void *data, size_t size)
{
	const unsigned char *p = data;

	if (!table[0][1])
		fill_table();
	crc = ~crc;
	for (; size >= 8; p += 8, size -= 8)
		crc = eight_bytes(crc, p);
	for (; size; p++, size--)
		crc = crc >> 8 ^ table[0][(crc ^ *p) & 0xff];
	return ~crc;
}

#ifdef __x86_64__
#define WORDS	16	/* words in one round of the loop below */

static inline uint64_t load(const unsigned char *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof(word));
	return word;
}

static bool has_instruction(void)
{
	return __builtin_cpu_supports("sse4.2");
}

__attribute__((target("sse4.2")))
static uint32_t by_instruction(uint32_t start, const void *data, size_t size)
{
	const unsigned char *p = data;
	uint64_t crc = (uint32_t)~start;
	unsigned int i;

	for (; size >= 8 * WORDS; p += 8 * WORDS, size -= 8 * WORDS) {
#pragma GCC unroll 16
		for (i = 0; i < WORDS; i++)
			crc = __builtin_ia32_crc32di(crc, load(p + 8 * i));
	}
	for (; size >= 8; p += 8, size -= 8)
		crc = __builtin_ia32_crc32di(crc, load(p));
	for (; size; p++, size--)
		crc = __builtin_ia32_crc32qi((uint32_t)crc, *p);
	return ~(uint32_t)crc;
}
#else
static bool has_instruction(void)
{
	return false;
}

static uint32_t by_instruction(uint32_t start, const void *data, size_t size)
{
	return crc32c_plain(start, data, size);
}
#endif

uint32_t crc32c(uint32_t crc, const void *data, size_t size)
{
	return has_instruction() ? by_instruction(crc, data, size) :
				   crc32c_plain(crc, data, size);
}
