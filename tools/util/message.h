/* SPDX-License-Identifier: GPL-2.0 */
/* Messages in which words of others stand: names of files, arguments. */
#ifndef UTIL_MESSAGE_H
#define UTIL_MESSAGE_H

/**
 * message_print() - print one line on stderr
 * @format: as of printf(), without a newline
 *
 * Whatever bytes come of it: it stays one line, and does nothing to a terminal,
 * see text_escape().
 */
__attribute__((format(printf, 1, 2)))
void message_print(const char *format, ...);

#endif /* UTIL_MESSAGE_H */
