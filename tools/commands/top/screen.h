/* SPDX-License-Identifier: GPL-2.0 */
/* The terminal of "top", by ncurses: shows pages, hands keys out. */
#ifndef COMMANDS_TOP_SCREEN_H
#define COMMANDS_TOP_SCREEN_H

#include <stdbool.h>

#include "commands/top/layout.h"

/* What screen_key() returns besides keys. */
#define TOP_KEY_NONE		(-1)
#define TOP_KEY_RESIZED	(-2)
#define TOP_KEY_HUNG_UP	(-3)

/**
 * screen_open() - take the terminal over
 * @colour: use colours, if it has any
 *
 * It is given back by screen_close(), and also when a signal ends the
 * program. SIGINT and SIGTERM have to be caught already; what catches them is
 * called the first time.
 *
 * Return: false, with the reason on stderr, if that does not work.
 */
bool screen_open(bool colour);

/**
 * screen_close() - give the terminal back
 */
void screen_close(void);

/**
 * screen_size() - how large it is
 * @rows: the result
 * @columns: likewise
 */
void screen_size(unsigned int *rows, unsigned int *columns);

/**
 * screen_show() - show a page
 * @page: the page
 */
void screen_show(const struct top_page *page);

/**
 * screen_key() - what was typed
 *
 * Return: a character, enum top_key, or one of the above; it never waits.
 */
int screen_key(void);

#endif /* COMMANDS_TOP_SCREEN_H */
