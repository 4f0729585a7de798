/* SPDX-License-Identifier: GPL-2.0 */
/* Messages in which words of others stand: names of files, arguments. */
#ifndef TCPFIN_MESSAGE_H
#define TCPFIN_MESSAGE_H

/**
 * tcpfin_message() - print one line on stderr
 * @format: as of printf(), without a newline
 *
 * Whatever bytes come of it: it stays one line, and does nothing to a terminal,
 * see tcpfin_escape().
 */
__attribute__((format(printf, 1, 2)))
void tcpfin_message(const char *format, ...);

#endif /* TCPFIN_MESSAGE_H */
