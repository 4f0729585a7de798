/* SPDX-License-Identifier: GPL-2.0 */
/* The terminal of "top", by ncurses: shows pages, hands keys out. */
#ifndef TCPFIN_SCREEN_H
#define TCPFIN_SCREEN_H

#include <stdbool.h>

#include "commands/top/layout.h"

/* What tcpfin_screen_key() returns besides keys. */
#define TCPFIN_KEY_NONE		(-1)
#define TCPFIN_KEY_RESIZED	(-2)
#define TCPFIN_KEY_HUNG_UP	(-3)

/**
 * tcpfin_screen_open() - take the terminal over
 * @colour: use colours, if it has any
 *
 * It is given back by tcpfin_screen_close(), and also when a signal ends the
 * program. SIGINT and SIGTERM have to be caught already; what catches them is
 * called the first time.
 *
 * Return: false, with the reason on stderr, if that does not work.
 */
bool tcpfin_screen_open(bool colour);

/**
 * tcpfin_screen_close() - give the terminal back
 */
void tcpfin_screen_close(void);

/**
 * tcpfin_screen_size() - how large it is
 * @rows: the result
 * @columns: likewise
 */
void tcpfin_screen_size(unsigned int *rows, unsigned int *columns);

/**
 * tcpfin_screen_show() - show a page
 * @page: the page
 */
void tcpfin_screen_show(const struct tcpfin_page *page);

/**
 * tcpfin_screen_key() - what was typed
 *
 * Return: a character, enum tcpfin_key, or one of the above; it never waits.
 */
int tcpfin_screen_key(void);

#endif /* TCPFIN_SCREEN_H */
