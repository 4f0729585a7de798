// SPDX-License-Identifier: GPL-2.0
/* Prints messages that contain foreign words. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "util/message.h"
#include "util/text.h"

#define PIECE	64

void message_print(const char *format, ...)
{
	char *text, piece[4 * PIECE + 1];
	va_list args;
	size_t len, part;
	const char *at;
	int ret;

	va_start(args, format);
	ret = vasprintf(&text, format, args);
	va_end(args);
	if (ret < 0) {
		fputs("tcpfin: out of memory\n", stderr);
		return;
	}
	len = (size_t)ret;
	for (at = text; len; at += part, len -= part) {
		part = len < PIECE ? len : PIECE;
		fputs(text_escape(at, part, piece, sizeof(piece)), stderr);
	}
	putc('\n', stderr);
	free(text);
}
