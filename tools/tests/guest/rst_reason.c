// SPDX-License-Identifier: GPL-2.0
/* Reads the kernel's reasons for RSTs from its tracepoint tcp:tcp_send_reset. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "net.h"
#include "rst_reason.h"

#define TRACING	"/sys/kernel/tracing/"
#define EVENT	TRACING "events/tcp/tcp_send_reset/"

/* Read a file from its beginning; what does not fit is left out. */
static void read_file(const char *path, char *text, size_t size)
{
	FILE *f = fopen(path, "re");

	text[0] = '\0';
	if (!f)
		return;
	text[fread(text, 1, size - 1, f)] = '\0';
	fclose(f);
}

static void write_file(const char *path, const char *text, int flags)
{
	int fd = must(open(path, O_WRONLY | O_CLOEXEC | flags));

	must(write(fd, text, strlen(text)));
	close(fd);
}

/* Does this kernel tell a reason at all? */
static bool is_told(void)
{
	char format[4096];

	read_file(EVENT "format", format, sizeof(format));
	return strstr(format, " reason;");
}

/* Forget the RSTs before now. */
void rst_reason_begin(void)
{
	if (!is_told())
		return;
	write_file(TRACING "trace", "\n", O_TRUNC);
	write_file(EVENT "enable", "1", 0);
}

/* Fail unless the first RST since rst_reason_begin() had one of these reasons. */
void rst_reason_expect(const char *reasons)
{
	static char trace[65536];
	char word[64] = "none";
	const char *first, *at;

	if (!is_told())
		return;
	write_file(EVENT "enable", "0", 0);
	read_file(TRACING "trace", trace, sizeof(trace));
	first = strstr(trace, "reason=");
	if (first)
		sscanf(first, "reason=%63s", word);
	at = strstr(reasons, word);
	if (!at || !strchr(" ", at[strlen(word)]))
		fail_msg("the kernel's reason for a RST: %s expected, %s seen in:\n%s",
			 reasons, word, trace);
}
