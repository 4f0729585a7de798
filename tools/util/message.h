/* SPDX-License-Identifier: GPL-2.0 */
/* Messages on stderr that contain foreign words, such as file names. */
#ifndef UTIL_MESSAGE_H
#define UTIL_MESSAGE_H

/* Size for one line that tells what is wrong */
#define ERROR_LINE_MAX	256

/*
 * Print a line on stderr, without a newline in @format. All bytes are escaped
 * as by text_escape(), so the message stays one line and cannot control the
 * terminal.
 */
__attribute__((format(printf, 1, 2)))
void message_print(const char *format, ...);

#endif /* UTIL_MESSAGE_H */
