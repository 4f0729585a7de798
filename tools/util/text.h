/* SPDX-License-Identifier: GPL-2.0 */
/* Turning single values into text: names of processes, addresses, times. */
#ifndef UTIL_TEXT_H
#define UTIL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A process's name, each byte of it escaped. */
#define COMM_TEXT_MAX		(4 * 16 + 1)
/* The longest IPv6 address, "%" and the number of a device. */
#define ADDR_TEXT_MAX		(46 + 1 + 16)
/* The same with brackets, a colon and a port. */
#define END_TEXT_MAX		(ADDR_TEXT_MAX + 8)
#define SPAN_TEXT_MAX		32
#define STAMP_TEXT_MAX	40

/**
 * text_escape() - make a string of unknown bytes harmless
 * @from: the bytes; a NUL ends them, but need not be there
 * @len: how many there are; those behind a NUL may be read, too
 * @to: the result: printable ASCII but the backslash stays, anything else is
 *	\xHH
 * @size: its size; what does not fit is left out, never half of an escape
 *
 * Return: @to.
 */
const char *text_escape(const char *from, size_t len, char *to, size_t size);

/**
 * put_escaped() - the same without a NUL
 * @to: the buffer
 * @from: the bytes
 * @len: likewise
 * @max: room in @to; spaces may follow the text
 *
 * Return: where the text ends.
 */
char *put_escaped(char *to, const char *from, size_t len, size_t max);

/**
 * addr_text() - write an address
 * @family: AF_INET or AF_INET6, or anything
 * @addr: 4 or 16 bytes
 * @ifindex: the scope of a link-local IPv6 address, 0 if none
 * @buf: the result; "?" if the family is neither
 *
 * Return: @buf.
 */
const char *addr_text(uint8_t family, const uint8_t addr[16], uint32_t ifindex,
		      char buf[ADDR_TEXT_MAX]);

/**
 * put_addr() - the same without a NUL
 * @to: the buffer, ADDR_TEXT_MAX - 1 bytes
 * @family: as with addr_text()
 * @addr: likewise
 * @ifindex: likewise
 *
 * Return: where the text ends.
 */
char *put_addr(char *to, uint8_t family, const uint8_t addr[16],
	       uint32_t ifindex);

/**
 * comm_text() - write a process's name so that it is printable
 * @comm: the name: any bytes, up to a NUL
 * @buf: the result
 *
 * Return: @buf.
 */
static inline const char *comm_text(const char comm[16],
				    char buf[COMM_TEXT_MAX])
{
	return text_escape(comm, 16, buf, COMM_TEXT_MAX);
}

/**
 * end_text() - write an address and a port
 * @family: as with addr_text()
 * @addr: likewise
 * @port: the port
 * @buf: the result, such as 192.0.2.7:443 or [2001:db8::7]:443
 *
 * Return: @buf.
 */
const char *end_text(uint8_t family, const uint8_t addr[16], uint16_t port,
		     char buf[END_TEXT_MAX]);

/**
 * ms_text() - write a time span in milliseconds
 * @known: without it the text is "-"
 * @ns: the span
 * @buf: the result, at most 7 characters below 10,000 seconds
 *
 * Return: @buf.
 */
const char *ms_text(bool known, uint64_t ns, char buf[SPAN_TEXT_MAX]);

/**
 * span_text() - write a time span with the unit that suits it
 * @ns: the span
 * @buf: the result, such as 850.0us, 12.345ms or 60.512s
 *
 * Return: @buf.
 */
const char *span_text(uint64_t ns, char buf[SPAN_TEXT_MAX]);

/**
 * stamp_text() - write a moment as RFC 3339 in UTC, with microseconds
 * @wall_ns: nanoseconds since 1970
 * @buf: the result, "-" if the calendar cannot say it
 *
 * Return: @buf.
 */
const char *stamp_text(uint64_t wall_ns, char buf[STAMP_TEXT_MAX]);

/**
 * text_clock_utc() - let times of day be in UTC from now on
 *
 * They are the local ones otherwise.
 */
void text_clock_utc(void);

/**
 * clock_text() - write a moment's local time of day, HH:MM:SS.mmm
 * @wall_ns: nanoseconds since 1970
 * @buf: the result, "-" if the calendar cannot say it
 *
 * Return: @buf.
 */
const char *clock_text(uint64_t wall_ns, char buf[STAMP_TEXT_MAX]);

#endif /* UTIL_TEXT_H */
