// SPDX-License-Identifier: GPL-2.0
/* The terminal of "top", with ncurses. */
#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "commands/top/screen.h"
#include "util/basics.h"

#include <curses.h>
#include <term.h>
/* term.h defines these everyday words as macros. */
#undef columns
#undef lines

/* How long the start of a key's sequence waits for the rest of it. */
#define ESCAPE_MS	25

/* Data for signal handlers, to restore the terminal */
static struct {
	struct termios modes;
	char text[256];
	size_t len;
} restore;

static SCREEN *screen;
static bool coloured;
/* Draw all rows: the screen is not as screen_show() left it. */
static bool redraw_all = true;
static volatile sig_atomic_t size_changed;

/* Signals that end the program and can be caught, except SIGINT and SIGTERM. */
static const int fatal[] = {
	SIGHUP, SIGQUIT, SIGILL, SIGABRT, SIGBUS, SIGFPE, SIGSEGV,
};

static const int asking[] = { SIGINT, SIGTERM };
static struct sigaction asked[2];

/* All calls are async-signal-safe, see signal-safety(7). */
static void restore_terminal(void)
{
	ssize_t ret = write(STDOUT_FILENO, restore.text, restore.len);

	(void)ret;
	tcsetattr(STDIN_FILENO, TCSANOW, &restore.modes);
}

/* SA_RESETHAND has removed this handler: the default action follows. */
static void on_fatal(int sig)
{
	restore_terminal();
	raise(sig);
}

/* The first signal asks the program to end; the second ends it at once. */
static void on_stop_signal(int sig)
{
	unsigned int i;

	for (i = 0; i < 2; i++) {
		if (asking[i] != sig || !asked[i].sa_handler)
			continue;
		asked[i].sa_handler(sig);
		asked[i].sa_handler = NULL;
		return;
	}
	restore_terminal();
	signal(sig, SIG_DFL);
	raise(sig);
}

static void on_new_size(int sig)
{
	(void)sig;
	size_changed = 1;
}

/* No SA_RESTART: a new size has to end a wait. */
static void catch_signals(void)
{
	struct sigaction sa = {
		.sa_handler = on_fatal,
		.sa_flags = (int)SA_RESETHAND,
	};
	unsigned int i;

	sigemptyset(&sa.sa_mask);
	for (i = 0; i < ARRAY_SIZE(fatal); i++)
		sigaction(fatal[i], &sa, NULL);
	sa.sa_handler = on_new_size;
	sa.sa_flags = 0;
	sigaction(SIGWINCH, &sa, NULL);
	sa.sa_handler = on_stop_signal;
	for (i = 0; i < 2; i++)
		sigaction(asking[i], &sa, &asked[i]);
}

/* Called by tputs(): collect a string without the padding for old terminals. */
static int put_restore(int c)
{
	if (restore.len < sizeof(restore.text))
		restore.text[restore.len++] = (char)c;
	return c;
}

static void prepare_restore(void)
{
	static const char *const names[] = { "sgr0", "cnorm", "rmkx", "rmcup" };
	const char *text;
	unsigned int i;

	restore.len = 0;
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		text = tigetstr((char *)names[i]);
		if (text && (intptr_t)text != -1)
			tputs(text, 1, put_restore);
	}
}

static void choose_colours(void)
{
	start_color();
	use_default_colors();
	init_pair(TOP_STYLE_TITLE, COLOR_CYAN, -1);
	init_pair(TOP_STYLE_WARNING, COLOR_YELLOW, -1);
	init_pair(TOP_STYLE_CRITICAL, COLOR_RED, -1);
}

/* ncurses has no message for some of its failures. */
static bool tell(const char *what)
{
	fprintf(stderr, "tcpfin top: %s: --batch needs no terminal\n", what);
	return false;
}

bool screen_open(bool colour)
{
	const char *term = getenv("TERM");

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) ||
	    tcgetattr(STDIN_FILENO, &restore.modes))
		return tell("stdin or stdout is not a terminal");
	setlocale(LC_CTYPE, "");
	set_escdelay(ESCAPE_MS);
	screen = newterm(NULL, stdout, stdin);
	if (!screen)
		return tell(term ? "the terminal of this name in TERM is not known" :
				   "TERM is not set");
	prepare_restore();
	catch_signals();
	coloured = colour && has_colors();
	if (coloured)
		choose_colours();
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	nodelay(stdscr, TRUE);
	curs_set(0);
	return true;
}

void screen_close(void)
{
	unsigned int i;

	if (!screen)
		return;
	endwin();
	delscreen(screen);
	screen = NULL;
	for (i = 0; i < ARRAY_SIZE(fatal); i++)
		signal(fatal[i], SIG_DFL);
	signal(SIGWINCH, SIG_DFL);
	for (i = 0; i < 2; i++)
		signal(asking[i], SIG_DFL);
}

void screen_size(unsigned int *rows, unsigned int *columns)
{
	*rows = (unsigned int)getmaxy(stdscr);
	*columns = (unsigned int)getmaxx(stdscr);
}

/* Without colours, attributes still tell rows apart. */
static attr_t attributes(enum top_style style)
{
	attr_t colour = coloured ? COLOR_PAIR(style) : 0;

	switch (style) {
	case TOP_STYLE_TITLE:
	case TOP_STYLE_WARNING:
	case TOP_STYLE_CRITICAL:
		return A_BOLD | colour;
	case TOP_STYLE_HEADING:
		return A_UNDERLINE;
	case TOP_STYLE_SELECTED:
		return A_REVERSE;
	case TOP_STYLE_KEYS:
		return A_BOLD;
	case TOP_STYLE_PLAIN:
		break;
	}
	return A_NORMAL;
}

/* A row is clipped at the right edge of the screen. */
static void show_row(const struct top_page *page, int row)
{
	attr_t attr = A_NORMAL;

	if (row < (int)page->count)
		attr = attributes(page->style[row]);
	attrset(attr);
	move(row, 0);
	if (attr & (A_REVERSE | A_UNDERLINE))
		hline((chtype)' ' | attr, getmaxx(stdscr));
	else
		clrtoeol();
	if (row < (int)page->count)
		addnstr(page->row[row], -1);
}

static bool is_same(const struct top_page *a, const struct top_page *b, int row)
{
	unsigned int i = (unsigned int)row;

	if (i >= a->count || i >= b->count)
		return i >= a->count && i >= b->count;
	return a->style[i] == b->style[i] && !strcmp(a->row[i], b->row[i]);
}

/* Draw only rows that have changed: most have not. */
void screen_show(const struct top_page *page)
{
	int rows = getmaxy(stdscr), row;
	static struct top_page shown;

	if (redraw_all)
		erase();
	for (row = 0; row < rows && row < TOP_PAGE_ROWS; row++)
		if (redraw_all || !is_same(page, &shown, row))
			show_row(page, row);
	redraw_all = false;
	shown.count = page->count;
	memcpy(shown.style, page->style, page->count * sizeof(page->style[0]));
	memcpy(shown.row, page->row, page->count * sizeof(page->row[0]));
	attrset(A_NORMAL);
	refresh();
}

static bool follow_size(void)
{
	struct winsize size;

	if (!size_changed)
		return false;
	size_changed = 0;
	redraw_all = true;
	if (!ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) && size.ws_row && size.ws_col)
		resizeterm(size.ws_row, size.ws_col);
	return true;
}

/* poll() first: getch() does much work when there is no key. */
int screen_key(void)
{
	static const struct {
		int curses;
		int key;	/* enum top_key */
	} keys[] = {
		{ KEY_UP, TOP_KEY_UP }, { KEY_DOWN, TOP_KEY_DOWN },
		{ KEY_PPAGE, TOP_KEY_PAGE_UP }, { KEY_NPAGE, TOP_KEY_PAGE_DOWN },
		{ KEY_HOME, TOP_KEY_HOME }, { KEY_END, TOP_KEY_END },
		{ KEY_ENTER, TOP_KEY_ENTER }, { '\r', TOP_KEY_ENTER },
		{ '\n', TOP_KEY_ENTER }, { KEY_BACKSPACE, TOP_KEY_BACKSPACE },
		{ 0x7f, TOP_KEY_BACKSPACE }, { '\b', TOP_KEY_BACKSPACE },
		{ 0x1b, TOP_KEY_ESCAPE },
	};
	struct pollfd fd = { .fd = STDIN_FILENO, .events = POLLIN };
	unsigned int i;
	int key;

	if (follow_size())
		return TOP_KEY_RESIZED;
	if (!poll(&fd, 1, 0))
		return TOP_KEY_NONE;
	key = getch();
	if (key == ERR)
		return fd.revents & ~POLLIN ? TOP_KEY_HUNG_UP : TOP_KEY_NONE;
	for (i = 0; i < ARRAY_SIZE(keys); i++)
		if (keys[i].curses == key)
			return keys[i].key;
	return key;
}
