// SPDX-License-Identifier: GPL-2.0
/* Shows the progress of long work in a line on the terminal. */
#include <stdarg.h>
#include <stdio.h>

#include "util/clock.h"
#include "util/progress.h"

#define FIRST_NS	1000000000ULL
#define AGAIN_NS	500000000ULL

/*
 * The one progress line. @name is NULL while nothing is to be shown; @shown is
 * the length of the line on the terminal. @done bytes of @expected were read,
 * unless @unknown.
 */
static struct {
	const char *name;
	uint64_t next_ns;
	bool unknown;
	uint64_t expected;
	uint64_t done;
	int shown;
} progress;

void progress_init(const char *name)
{
	progress.name = name;
	progress.next_ns = clock_mono_ns() + FIRST_NS;
}

bool progress_wanted(void)
{
	return progress.name;
}

bool progress_due(void)
{
	uint64_t now;

	if (!progress.name)
		return false;
	now = clock_mono_ns();
	if (now < progress.next_ns)
		return false;
	progress.next_ns = now + AGAIN_NS;
	return true;
}

void progress_show(const char *format, ...)
{
	char line[80] = "";
	va_list args;
	int len;

	va_start(args, format);
	vsnprintf(line, sizeof(line) - 1, format, args);
	va_end(args);
	len = fprintf(stderr, "\rtcpfin %s: %s", progress.name, line) - 1;
	if (len < progress.shown)
		fprintf(stderr, "%*s", progress.shown - len, "");
	fflush(stderr);
	progress.shown = len;
}

void progress_wipe(void)
{
	if (!progress.shown)
		return;
	fprintf(stderr, "\r%*s\r", progress.shown, "");
	fflush(stderr);
	progress.shown = 0;
}

void progress_expect(uint64_t bytes)
{
	progress.unknown |= !bytes;
	progress.expected += bytes;
}

void progress_read(uint64_t bytes)
{
	double mib;

	progress.done += bytes;
	if (!progress_due())
		return;
	mib = (double)progress.done / (1 << 20);
	if (!progress.unknown && progress.done <= progress.expected)
		progress_show("%.1f MiB read, %u%%", mib,
			      (unsigned int)(100 * (double)progress.done /
					     (double)progress.expected));
	else
		progress_show("%.1f MiB read", mib);
}
