/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Writes single values as text: process names, addresses, times. Functions that
 * write to @buf return @buf.
 */
#ifndef UTIL_TEXT_H
#define UTIL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Size for a process's name, with each byte escaped */
#define COMM_TEXT_MAX		(4 * 16 + 1)
/* Size for an IPv6 address, "%" and the number of a device */
#define ADDR_TEXT_MAX		(46 + 1 + 16)
/* Size for an address with brackets, a colon and a port */
#define END_TEXT_MAX		(ADDR_TEXT_MAX + 8)
#define SPAN_TEXT_MAX		32
#define STAMP_TEXT_MAX	40

/*
 * Make @len bytes at most, up to a NUL, printable (bytes after the NUL may be
 * read, too): printable ASCII except the backslash is kept, all else becomes
 * \xHH. What does not fit is left out, never half an escape. Return @to.
 */
const char *text_escape(const char *from, size_t len, char *to, size_t size);

/*
 * Write as text_escape() does, but without a NUL, into @max bytes; spaces may
 * follow the text. Return the end of the text.
 */
char *put_escaped(char *to, const char *from, size_t len, size_t max);

/*
 * Write an address of 4 or 16 bytes, with the scope @ifindex of a link-local
 * IPv6 address unless it is 0; "?" for other families. Return @buf.
 */
const char *addr_text(uint8_t family, const uint8_t addr[16], uint32_t ifindex,
		      char buf[ADDR_TEXT_MAX]);

/* As addr_text() without a NUL, at most ADDR_TEXT_MAX - 1 bytes; to its end. */
char *put_addr(char *to, uint8_t family, const uint8_t addr[16], uint32_t ifindex);

/* Write a process's name, any bytes up to a NUL, so that it is printable. */
static inline const char *comm_text(const char comm[16], char buf[COMM_TEXT_MAX])
{
	return text_escape(comm, 16, buf, COMM_TEXT_MAX);
}

/* Size for any text of process_text() */
#define PROCESS_TEXT_MAX	(COMM_TEXT_MAX + 32)

/* Write a process's name and pid: "NAME (pid N)". */
const char *process_text(const char comm[16], uint32_t pid, char buf[PROCESS_TEXT_MAX]);

/* Write address and port, such as 192.0.2.7:443 or [2001:db8::7]:443. */
const char *end_text(uint8_t family, const uint8_t addr[16], uint16_t port,
		     char buf[END_TEXT_MAX]);

/* Write milliseconds, "-" if not @known; 7 characters below 10,000 s. */
const char *ms_text(bool known, uint64_t ns, char buf[SPAN_TEXT_MAX]);

/* Write a time span such as 850.0us, 12.345ms or 60.512s. */
const char *span_text(uint64_t ns, char buf[SPAN_TEXT_MAX]);

/* Write a time (ns since 1970) as RFC 3339 in UTC, "-" if out of range. */
const char *stamp_text(uint64_t wall_ns, char buf[STAMP_TEXT_MAX]);

/* Make clock_text() use UTC instead of local time. */
void text_clock_utc(void);

/* Write the local time of day as HH:MM:SS.mmm, "-" if out of range. */
const char *clock_text(uint64_t wall_ns, char buf[STAMP_TEXT_MAX]);

#endif /* UTIL_TEXT_H */
