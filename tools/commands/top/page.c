// SPDX-License-Identifier: GPL-2.0
/* Adds rows to the page of "top", and writes what several kinds of rows show. */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "commands/top/page.h"

#define NS_PER_S	1000000000ULL

void top_page_add(struct top_page *page, enum top_style style, const char *format, ...)
{
	va_list args;
	size_t len;
	char *row;

	if (page->count == TOP_PAGE_ROWS)
		return;
	row = page->row[page->count];
	va_start(args, format);
	vsnprintf(row, page->columns + 1, format, args);
	va_end(args);
	for (len = strlen(row); len && row[len - 1] == ' ';)
		row[--len] = '\0';
	page->style[page->count++] = style;
}

const char *top_age_text(uint64_t ns, char buf[SPAN_TEXT_MAX])
{
	uint64_t s = ns / NS_PER_S;

	if (!s)
		snprintf(buf, SPAN_TEXT_MAX, "%" PRIu64 "ms", ns / 1000000);
	else if (s < 60)
		snprintf(buf, SPAN_TEXT_MAX, "%" PRIu64 ".%" PRIu64 "s", s,
			 (uint64_t)(ns / (NS_PER_S / 10) % 10));
	else if (s < 3600)
		snprintf(buf, SPAN_TEXT_MAX, "%" PRIu64 "m%02" PRIu64 "s",
			 s / 60, s % 60);
	else if (s < 86400)
		snprintf(buf, SPAN_TEXT_MAX, "%" PRIu64 "h%02" PRIu64 "m",
			 s / 3600, s / 60 % 60);
	else
		snprintf(buf, SPAN_TEXT_MAX, "%" PRIu64 "d%02" PRIu64 "h",
			 s / 86400, s / 3600 % 24);
	return buf;
}

static const char *place_text(const struct top_frame *frame, uint32_t netns,
			      char buf[TOP_NETNS_WIDTH + 1])
{
	const struct netns *ns = netns_get(frame->namespaces, netns);

	if (ns && ns->name[0])
		text_escape(ns->name, sizeof(ns->name), buf, TOP_NETNS_WIDTH + 1);
	else
		snprintf(buf, TOP_NETNS_WIDTH + 1, "%" PRIu32, netns);
	return buf;
}

const char *top_netns_text(const struct top_frame *frame, const char *before,
			   uint32_t netns, char buf[TOP_NETNS_TEXT_MAX])
{
	char place[TOP_NETNS_WIDTH + 1];

	buf[0] = '\0';
	if (frame->namespaces)
		snprintf(buf, TOP_NETNS_TEXT_MAX, "%s%s", before, place_text(frame, netns, place));
	return buf;
}
