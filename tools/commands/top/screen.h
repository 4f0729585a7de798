/* SPDX-License-Identifier: GPL-2.0 */
/* The terminal of "top", with ncurses: shows pages and reads keys. */
#ifndef COMMANDS_TOP_SCREEN_H
#define COMMANDS_TOP_SCREEN_H

#include "commands/top/layout.h"

/* What screen_key() returns besides keys. */
#define TOP_KEY_NONE		(-1)
#define TOP_KEY_RESIZED	(-2)
#define TOP_KEY_HUNG_UP	(-3)

/*
 * Take the terminal, with colours if it has any and @colour asks for them. It is
 * given back by screen_close(), and when a signal ends the program. SIGINT and
 * SIGTERM have to be caught before; their handlers are called the first time.
 *
 * Return false, with the reason on stderr, if there is no such terminal.
 */
bool screen_open(bool colour);
void screen_close(void);
void screen_size(unsigned int *rows, unsigned int *columns);
void screen_show(const struct top_page *page);

/* Return the next key: a character, enum top_key or one of the above. Never waits. */
int screen_key(void);

#endif /* COMMANDS_TOP_SCREEN_H */
