// SPDX-License-Identifier: GPL-2.0
/* Puts the columns of a line that -o picks in its order. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "output/picked.h"

/* The width of a column that usually stands last, and has none. */
#define LAST_WIDTH	18

bool picked_parse(struct picked_columns *p, const char *list)
{
	char *at = p->text, *name;

	p->count = 0;
	snprintf(p->why, sizeof(p->why), "-o: too many columns");
	if (strlen(list) >= sizeof(p->text))
		return false;
	strcpy(p->text, list);
	while ((name = strsep(&at, ","))) {
		if (p->count == PICKED_MAX)
			return false;
		p->column[p->count++] = (struct picked_column){ .name = name };
	}
	return true;
}

static bool has_word(const char *title, const char *word)
{
	size_t len;

	for (; *title; title += len) {
		title += strspn(title, " ");
		len = strcspn(title, " ");
		if (len && strlen(word) == len && !strncasecmp(title, word, len))
			return true;
	}
	return false;
}

/* A colour may follow, which belongs to the next column. */
void picked_close(struct picked_columns *p)
{
	unsigned int i;

	if (p->closed)
		return;
	p->closed = true;
	p->next = (size_t)(p->line.at - p->line.text);
	for (i = 0; i < p->count; i++) {
		if (p->column[i].open)
			p->column[i].end = p->next;
		p->column[i].open = false;
	}
}

/* Of two columns with one heading, the first is taken: it is the wider one. */
bool picked_begin(struct picked_columns *p, const char *title, unsigned int width)
{
	bool any = false;
	unsigned int i;

	picked_close(p);
	p->closed = false;
	for (i = 0; i < p->count; i++) {
		struct picked_column *c = &p->column[i];

		if (c->done || !has_word(title, c->name))
			continue;
		c->again = any;
		any = true;
		c->found = true;
		c->done = true;
		c->open = true;
		c->width = width ? width : LAST_WIDTH;
		c->begin = p->next;
		c->end = p->next;
	}
	return any;
}

/* Count the characters of a text that are no part of a colour. */
static size_t visible(const char *text, size_t len)
{
	size_t i, count = 0;
	bool escape = false;

	for (i = 0; i < len; i++) {
		escape |= text[i] == '\033';
		count += !escape;
		escape &= text[i] != 'm';
	}
	return count;
}

static void put_column(struct picked_columns *p, const struct picked_column *c,
		       bool last)
{
	const char *from = p->line.text + c->begin;
	size_t len = c->end - c->begin, seen;

	while (len && from[len - 1] == ' ')
		len--;
	memcpy(p->out->at, from, len);
	p->out->at += len;
	seen = visible(from, len);
	if (!last && seen < c->width) {
		memset(p->out->at, ' ', c->width - seen);
		p->out->at += c->width - seen;
	}
	*p->out->at++ = ' ';
}

/* A line that gets too long ends sooner. */
void picked_end_line(struct picked_columns *p)
{
	const char *start = p->out->at;
	unsigned int i;

	picked_close(p);
	for (i = 0; i < p->count; i++) {
		struct picked_column *c = &p->column[i];
		size_t room = COLUMNS_LINE_MAX - (size_t)(p->out->at - start);

		if (!c->again && c->end - c->begin + c->width + 1 < room)
			put_column(p, c, i + 1 == p->count);
		/* A column that the next line does not have is blank. */
		c->done = false;
		c->begin = 0;
		c->end = 0;
	}
	p->closed = false;
	p->line.at = p->line.text;
	columns_end(p->out);
}
