// SPDX-License-Identifier: GPL-2.0
/* Writes single values as text: process names, addresses, times. */
#include <endian.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "util/digits.h"
#include "util/text.h"

#define NS_PER_SEC	1000000000ULL

#define EACH(c)	(0x0101010101010101ULL * (c))

static bool is_plain(unsigned char c)
{
	return (unsigned int)c - ' ' <= '~' - ' ' && c != '\\';
}

/*
 * Return how many of eight characters, the first in the lowest bits, are plain
 * before the first that is not; see is_plain(). No sum carries into the next
 * byte.
 */
static inline unsigned int count_plain(uint64_t eight)
{
	uint64_t low = eight & EACH(0x7f);
	uint64_t plain = (low + EACH(0x80 - ' ')) & ~(low + EACH(0x7f - '~')) &
			 ((low ^ EACH('\\')) + EACH(0x7f)) & ~eight;
	uint64_t odd = ~plain & EACH(0x80);

	return odd ? (unsigned int)__builtin_ctzll(odd) / 8 : 8;
}

/* Keep the first characters, and replace the others by spaces. */
static inline uint64_t keep_first(uint64_t eight, unsigned int count)
{
	uint64_t behind = count < 8 ? ~0ULL << 8 * count : 0;

	return (eight & ~behind) | (EACH(' ') & behind);
}

static __attribute__((noinline)) char *
put_escapes(char *to, const char *from, const char *stop, const char *end)
{
	unsigned char c;

	for (; from != stop && *from && to != end; from++) {
		c = (unsigned char)*from;
		if (is_plain(c)) {
			*to++ = (char)c;
			continue;
		}
		if (end - to < 4)
			break;
		/* NOLINTNEXTLINE(bugprone-not-null-terminated-result): goes on */
		memcpy(to, "\\x", 2);
		to[2] = "0123456789abcdef"[c >> 4];
		to[3] = "0123456789abcdef"[c & 15];
		to += 4;
	}
	return to;
}

/* Eight bytes at a time, which mostly is all. */
char *put_escaped(char *to, const char *from, size_t len, size_t max)
{
	const char *stop = from + len, *end = to + max;
	unsigned int count;
	uint64_t eight;

	while (stop - from >= 8 && end - to >= 8) {
		memcpy(&eight, from, sizeof(eight));
		count = count_plain(le64toh(eight));
		eight = htole64(keep_first(le64toh(eight), count));
		memcpy(to, &eight, sizeof(eight));
		to += count;
		from += count;
		if (count < 8 && !*from)
			return to;
		if (count < 8)
			break;
	}
	return to == end ? to : put_escapes(to, from, stop, end);
}

const char *text_escape(const char *from, size_t len, char *to, size_t size)
{
	*put_escaped(to, from, len, size - 1) = '\0';
	return to;
}

static bool is_link_local(const uint8_t addr[16])
{
	return addr[0] == 0xfe && (addr[1] & 0xc0) == 0x80;
}

/*
 * A link-local address has its device's number: a name is valid only in its own
 * machine and namespace, and could contain any bytes.
 */
static __attribute__((noinline)) char *
put_scoped(char *to, const uint8_t addr[16], uint32_t ifindex)
{
	to = put_ipv6(to, addr);
	if (!ifindex || !is_link_local(addr))
		return to;
	return put_number(put_char(to, '%'), ifindex);
}

char *put_addr(char *to, uint8_t family, const uint8_t addr[16], uint32_t ifindex)
{
	if (family == AF_INET)
		return put_ipv4(to, addr);
	if (family != AF_INET6)
		return put_char(to, '?');
	return put_scoped(to, addr, ifindex);
}

const char *addr_text(uint8_t family, const uint8_t addr[16], uint32_t ifindex,
		      char buf[ADDR_TEXT_MAX])
{
	*put_addr(buf, family, addr, ifindex) = '\0';
	return buf;
}

const char *process_text(const char comm[16], uint32_t pid, char buf[PROCESS_TEXT_MAX])
{
	char text[COMM_TEXT_MAX];

	snprintf(buf, PROCESS_TEXT_MAX, "%s (pid %" PRIu32 ")", comm_text(comm, text), pid);
	return buf;
}

const char *end_text(uint8_t family, const uint8_t addr[16], uint16_t port,
		     char buf[END_TEXT_MAX])
{
	char text[ADDR_TEXT_MAX];

	addr_text(family, addr, 0, text);
	snprintf(buf, END_TEXT_MAX, family == AF_INET6 ? "[%s]:%u" : "%s:%u",
		 text, port);
	return buf;
}

const char *ms_text(bool known, uint64_t ns, char buf[SPAN_TEXT_MAX])
{
	*put_ms(buf, known, ns) = '\0';
	return buf;
}

const char *span_text(uint64_t ns, char buf[SPAN_TEXT_MAX])
{
	unsigned long long us = ns / 1000;

	if (ns < 1000000)
		snprintf(buf, SPAN_TEXT_MAX, "%llu.%lluus", us,
			 (unsigned long long)(ns % 1000 / 100));
	else if (ns < NS_PER_SEC)
		snprintf(buf, SPAN_TEXT_MAX, "%llu.%03llums", us / 1000, us % 1000);
	else
		snprintf(buf, SPAN_TEXT_MAX, "%llu.%03llus", us / 1000000,
			 us / 1000 % 1000);
	return buf;
}

const char *stamp_text(uint64_t wall_ns, char buf[STAMP_TEXT_MAX])
{
	time_t sec = (time_t)(wall_ns / NS_PER_SEC);
	char day[24];
	struct tm tm;

	if (!gmtime_r(&sec, &tm) ||
	    !strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &tm))
		strcpy(buf, "-");
	else
		snprintf(buf, STAMP_TEXT_MAX, "%s.%06uZ", day,
			 (unsigned int)(wall_ns % NS_PER_SEC / 1000));
	return buf;
}

void text_clock_utc(void)
{
	setenv("TZ", "UTC0", 1);
	tzset();
}

const char *clock_text(uint64_t wall_ns, char buf[STAMP_TEXT_MAX])
{
	time_t sec = (time_t)(wall_ns / NS_PER_SEC);
	struct tm tm;

	if (!localtime_r(&sec, &tm))
		strcpy(buf, "-");
	else
		snprintf(buf, STAMP_TEXT_MAX, "%02d:%02d:%02d.%03u", tm.tm_hour,
			 tm.tm_min, tm.tm_sec,
			 (unsigned int)(wall_ns % NS_PER_SEC / 1000000));
	return buf;
}
