// SPDX-License-Identifier: GPL-2.0
/* Writes single values: processes' names, addresses, time spans, moments. */
#include <arpa/inet.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "text.h"

#define NS_PER_SEC	1000000000ULL

const char *tcpfin_escape(const char *from, size_t len, char *to, size_t size)
{
	size_t i, at = 0;

	for (i = 0; i < len && from[i]; i++) {
		unsigned char c = (unsigned char)from[i];

		if (c >= ' ' && c <= '~' && c != '\\') {
			if (at + 1 >= size)
				break;
			to[at++] = (char)c;
		} else {
			if (at + 4 >= size)
				break;
			snprintf(to + at, size - at, "\\x%02x", c);
			at += 4;
		}
	}
	to[at] = '\0';
	return to;
}

static bool is_link_local(const uint8_t addr[16])
{
	return addr[0] == 0xfe && (addr[1] & 0xc0) == 0x80;
}

/* A device of another network namespace may have no name here. */
static void append_scope(uint32_t ifindex, char buf[TCPFIN_ADDR_MAX])
{
	size_t len = strlen(buf);
	char name[IF_NAMESIZE];

	if (if_indextoname(ifindex, name))
		snprintf(buf + len, TCPFIN_ADDR_MAX - len, "%%%s", name);
	else
		snprintf(buf + len, TCPFIN_ADDR_MAX - len, "%%%u", ifindex);
}

const char *tcpfin_addr_text(uint8_t family, const uint8_t addr[16],
			     uint32_t ifindex, char buf[TCPFIN_ADDR_MAX])
{
	if ((family != AF_INET && family != AF_INET6) ||
	    !inet_ntop(family, addr, buf, TCPFIN_ADDR_MAX))
		strcpy(buf, "?");
	else if (family == AF_INET6 && ifindex && is_link_local(addr))
		append_scope(ifindex, buf);
	return buf;
}

const char *tcpfin_end_text(uint8_t family, const uint8_t addr[16],
			    uint16_t port, char buf[TCPFIN_END_MAX])
{
	char text[TCPFIN_ADDR_MAX];

	tcpfin_addr_text(family, addr, 0, text);
	snprintf(buf, TCPFIN_END_MAX, family == AF_INET6 ? "[%s]:%u" : "%s:%u",
		 text, port);
	return buf;
}

const char *tcpfin_ms_text(bool known, uint64_t ns, char buf[TCPFIN_SPAN_MAX])
{
	uint64_t us = ns / 1000, ms = us / 1000;

	if (!known)
		strcpy(buf, "-");
	else if (ms < 1000)
		snprintf(buf, TCPFIN_SPAN_MAX, "%u.%03u", (unsigned int)ms,
			 (unsigned int)(us % 1000));
	else if (ms < 100000)
		snprintf(buf, TCPFIN_SPAN_MAX, "%u.%u", (unsigned int)ms,
			 (unsigned int)(us % 1000 / 100));
	else
		snprintf(buf, TCPFIN_SPAN_MAX, "%llu", (unsigned long long)ms);
	return buf;
}

const char *tcpfin_span_text(uint64_t ns, char buf[TCPFIN_SPAN_MAX])
{
	unsigned long long us = ns / 1000;

	if (ns < 1000000)
		snprintf(buf, TCPFIN_SPAN_MAX, "%llu.%lluus", us,
			 (unsigned long long)(ns % 1000 / 100));
	else if (ns < NS_PER_SEC)
		snprintf(buf, TCPFIN_SPAN_MAX, "%llu.%03llums", us / 1000,
			 us % 1000);
	else
		snprintf(buf, TCPFIN_SPAN_MAX, "%llu.%03llus", us / 1000000,
			 us / 1000 % 1000);
	return buf;
}

const char *tcpfin_stamp_text(uint64_t wall_ns, char buf[TCPFIN_STAMP_MAX])
{
	time_t sec = (time_t)(wall_ns / NS_PER_SEC);
	char day[24];
	struct tm tm;

	if (!gmtime_r(&sec, &tm) ||
	    !strftime(day, sizeof(day), "%Y-%m-%dT%H:%M:%S", &tm))
		strcpy(buf, "-");
	else
		snprintf(buf, TCPFIN_STAMP_MAX, "%s.%06uZ", day,
			 (unsigned int)(wall_ns % NS_PER_SEC / 1000));
	return buf;
}

const char *tcpfin_clock_text(uint64_t wall_ns, char buf[TCPFIN_STAMP_MAX])
{
	time_t sec = (time_t)(wall_ns / NS_PER_SEC);
	struct tm tm;

	if (!localtime_r(&sec, &tm))
		strcpy(buf, "-");
	else
		snprintf(buf, TCPFIN_STAMP_MAX, "%02d:%02d:%02d.%03u",
			 tm.tm_hour, tm.tm_min, tm.tm_sec,
			 (unsigned int)(wall_ns % NS_PER_SEC / 1000000));
	return buf;
}
