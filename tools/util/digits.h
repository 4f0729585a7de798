/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Writes values as text into a buffer, without a NUL, and returns the end of
 * the text: fast, for what is written with each event. The caller provides
 * enough room.
 */
#ifndef UTIL_DIGITS_H
#define UTIL_DIGITS_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* "00" to "99" */
extern const char put_pairs[201];

static inline char *put_char(char *to, char c)
{
	*to = c;
	return to + 1;
}

/* @value is below 100. */
static inline char *put_pair(char *to, unsigned int value)
{
	memcpy(to, put_pairs + 2 * value, 2);
	return to + 2;
}

static inline char *put_string(char *to, const char *from)
{
	while (*from)
		*to++ = *from++;
	return to;
}

/* @value is below 100. */
static inline char *put_short(char *to, unsigned int value)
{
	if (value < 10)
		return put_char(to, (char)('0' + value));
	return put_pair(to, value);
}

/* @value is below 10000. */
static inline char *put_below_10000(char *to, unsigned int value)
{
	if (value < 100)
		return put_short(to, value);
	return put_pair(put_short(to, value / 100), value % 100);
}

/* @value is below 10000; written with leading zeros. */
static inline char *put_4_digits(char *to, unsigned int value)
{
	return put_pair(put_pair(to, value / 100), value % 100);
}

/* Write any whole number, as put_number() does. */
char *put_large(char *to, uint64_t value);

/* Write a whole number, at most 20 bytes. */
static inline char *put_number(char *to, uint64_t value)
{
	unsigned int low = (unsigned int)value;

	if (value < 10000)
		return put_below_10000(to, low);
	if (value >= 100000000)
		return put_large(to, value);
	to = put_below_10000(to, low / 10000);
	return put_4_digits(to, low % 10000);
}

/* Write a port, at most 5 bytes. */
static inline char *put_port(char *to, uint16_t port)
{
	if (port < 10000)
		return put_below_10000(to, port);
	to = put_char(to, (char)('0' + port / 10000));
	return put_4_digits(to, port % 10000U);
}

/* Write a whole number in hexadecimal, at most 16 bytes. */
char *put_hex(char *to, uint64_t value);

/* Write an IPv4 address, at most 16 bytes: spaces may follow the text. */
char *put_ipv4(char *to, const uint8_t addr[4]);

/* Write an IPv6 address as inet_ntop(), at most 46 bytes; see put_ipv4(). */
char *put_ipv6(char *to, const uint8_t addr[16]);

/* Write a time span in milliseconds as ms_text() does, at most 20 bytes. */
char *put_ms(char *to, bool known, uint64_t ns);

/*
 * Write a time span with its unit, 7 bytes at most: 850us, 482.8ms, 61.2s, 16m40s, 2h46m,
 * 3d04h; "-" if not @known.
 */
char *put_span(char *to, bool known, uint64_t ns);

#endif /* UTIL_DIGITS_H */
