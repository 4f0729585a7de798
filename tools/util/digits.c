// SPDX-License-Identifier: GPL-2.0
/* Writes numbers, addresses and time spans into a buffer. */
#include "util/digits.h"

#define GROUPS	8

const char put_pairs[201] =
	"0001020304050607080910111213141516171819"
	"2021222324252627282930313233343536373839"
	"4041424344454647484950515253545556575859"
	"6061626364656667686970717273747576777879"
	"8081828384858687888990919293949596979899";

char *put_large(char *to, uint64_t value)
{
	to = put_number(to, value / 10000);
	return put_4_digits(to, (unsigned int)(value % 10000));
}

char *put_hex(char *to, uint64_t value)
{
	unsigned int digits = value ? (67 - __builtin_clzll(value)) / 4 : 1;
	unsigned int i;

	for (i = digits; i--; value >>= 4)
		to[i] = "0123456789abcdef"[value & 15];
	return to + digits;
}

/* A byte as text, padded with spaces, and its length */
struct byte_text {
	char text[4];
	uint32_t len;
};

#define DIGIT(n)	((char)('0' + (n) % 10))
#define BYTE_1(n)	{ { DIGIT(n), ' ', ' ', ' ' }, 1 }
#define BYTE_2(n)	{ { DIGIT((n) / 10), DIGIT(n), ' ', ' ' }, 2 }
#define BYTE_3(n)	{ { DIGIT((n) / 100), DIGIT((n) / 10), DIGIT(n), ' ' }, 3 }
#define TEN(of, n)							\
	of(n), of((n) + 1), of((n) + 2), of((n) + 3), of((n) + 4),	\
	of((n) + 5), of((n) + 6), of((n) + 7), of((n) + 8), of((n) + 9)
#define FIFTY(n)							\
	TEN(BYTE_3, n), TEN(BYTE_3, (n) + 10), TEN(BYTE_3, (n) + 20),	\
	TEN(BYTE_3, (n) + 30), TEN(BYTE_3, (n) + 40)

static const struct byte_text bytes[260] = {
	TEN(BYTE_1, 0), TEN(BYTE_2, 10), TEN(BYTE_2, 20), TEN(BYTE_2, 30),
	TEN(BYTE_2, 40), TEN(BYTE_2, 50), TEN(BYTE_2, 60), TEN(BYTE_2, 70),
	TEN(BYTE_2, 80), TEN(BYTE_2, 90), FIFTY(100), FIFTY(150), FIFTY(200),
	TEN(BYTE_3, 250),
};

static inline char *put_byte(char *to, uint8_t value)
{
	memcpy(to, bytes[value].text, sizeof(bytes[value].text));
	return to + bytes[value].len;
}

char *put_ipv4(char *to, const uint8_t addr[4])
{
	to = put_char(put_byte(to, addr[0]), '.');
	to = put_char(put_byte(to, addr[1]), '.');
	to = put_char(put_byte(to, addr[2]), '.');
	return put_byte(to, addr[3]);
}

/* Find the longest run of two or more zero groups, the first of equals. */
static unsigned int find_zeros(const uint16_t group[GROUPS], unsigned int *len)
{
	unsigned int at = GROUPS, i, run = 0;

	*len = 1;
	for (i = 0; i < GROUPS; i++) {
		run = group[i] ? 0 : run + 1;
		if (run <= *len)
			continue;
		*len = run;
		at = i + 1 - run;
	}
	return at;
}

char *put_ipv6(char *to, const uint8_t addr[16])
{
	unsigned int i, zeros, len, groups = GROUPS;
	uint16_t group[GROUPS];

	for (i = 0; i < GROUPS; i++)
		group[i] = (uint16_t)(addr[2 * i] << 8 | addr[2 * i + 1]);
	zeros = find_zeros(group, &len);
	/* With an IPv4 address inside: ::192.0.2.7 and ::ffff:192.0.2.7 */
	if (!zeros && (len == 6 || (len == 5 && group[5] == 0xffff)))
		groups = 6;
	for (i = 0; i < groups; i++) {
		if (i == zeros) {
			to = put_char(to, ':');
			i += len - 1;
			if (i + 1 == GROUPS)
				return put_char(to, ':');
			continue;
		}
		if (i)
			to = put_char(to, ':');
		to = put_hex(to, group[i]);
	}
	if (groups == GROUPS)
		return to;
	return put_ipv4(put_char(to, ':'), addr + 12);
}

char *put_ms(char *to, bool known, uint64_t ns)
{
	uint64_t us = ns / 1000, ms = us / 1000;
	unsigned int rest = (unsigned int)(us % 1000);

	if (!known)
		return put_char(to, '-');
	to = put_number(to, ms);
	if (ms >= 100000)
		return to;
	to = put_char(put_char(to, '.'), (char)('0' + rest / 100));
	return ms < 1000 ? put_pair(to, rest % 100) : to;
}

static inline char *put_unit(char *to, const char *unit, unsigned int len)
{
	memcpy(to, unit, len);
	return to + len;
}

/* @tenths is below 10000. */
static inline char *put_tenths(char *to, unsigned int tenths)
{
	to = put_char(put_below_10000(to, tenths / 10), '.');
	return put_char(to, (char)('0' + tenths % 10));
}

/* Write minutes, hours or days, and how much of the next smaller unit is over. */
static char *put_long_span(char *to, uint64_t seconds)
{
	static const struct {
		unsigned int seconds, part;
		char unit, smaller;
	} units[] = {
		{ 60, 1, 'm', 's' }, { 3600, 60, 'h', 'm' }, { 86400, 3600, 'd', 'h' },
	};
	unsigned int i = seconds < 3600 ? 0 : seconds < 86400 ? 1 : 2;
	uint64_t count = seconds / units[i].seconds;

	to = put_char(put_number(to, count), units[i].unit);
	if (count >= 1000)
		return to;
	to = put_pair(to, (unsigned int)(seconds % units[i].seconds / units[i].part));
	return put_char(to, units[i].smaller);
}

char *put_span(char *to, bool known, uint64_t ns)
{
	if (!known)
		return put_char(to, '-');
	if (ns < 1000000)
		return put_unit(put_below_10000(to, (unsigned int)ns / 1000), "us", 2);
	if (ns < 1000000000)
		return put_unit(put_tenths(to, (unsigned int)ns / 100000), "ms", 2);
	if (ns < 1000000000000)
		return put_unit(put_tenths(to, (unsigned int)(ns / 100000000)), "s", 1);
	return put_long_span(to, ns / 1000000000);
}
