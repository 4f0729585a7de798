// SPDX-License-Identifier: GPL-2.0
/* Looks for the columns that -o names among those of a view. */
#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "output/pick.h"

/* Write the words of all headings, each with a space in front. */
static void list_headings(const char *line, char *to, size_t size)
{
	size_t len, at = 0;

	to[0] = '\0';
	for (; *line && at < size; line += len) {
		line += strspn(line, "\n ");
		len = strcspn(line, "\n ");
		if (len && isalnum((unsigned char)line[0]))
			at += (size_t)snprintf(to + at, size - at, " %.*s",
					       (int)len, line);
	}
}

bool pick_text(struct picked_columns *p, struct fields *f, fields_fn *view,
	       struct source *src, const char *list)
{
	char headings[PICKED_WHY_MAX / 2];
	struct fields plain;
	unsigned int i;

	if (!picked_parse(p, list))
		return false;
	f->shown &= ~FIELD_SHORT;
	f->shown |= FIELD_UNITS | FIELD_EXTENDED | FIELD_CLOCK | FIELD_RELATIVE |
		    FIELD_COMM | FIELD_LOCAL;
	p->out = f->lines;
	plain = *f;
	plain.coloured = false;
	fields_titles(&plain, view, src);
	*f->lines->at = '\0';
	list_headings(f->lines->text, headings, sizeof(headings));
	p->out->at = p->out->text;

	columns_init(&p->line, NULL);
	f->lines = &p->line;
	f->picked = p;
	f->mode = FIELD_PICKED;
	fields_titles(f, view, src);
	p->out->at = p->out->text;
	for (i = 0; i < p->count && p->column[i].found; i++)
		;
	if (i == p->count)
		return true;
	snprintf(p->why, sizeof(p->why), "no column '%s' (columns:%s)",
		 p->column[i].name, headings);
	return false;
}

bool pick_csv(struct picked_columns *p, struct field_names *names,
	      const char *list)
{
	const char *name[PICKED_MAX];
	unsigned int i, k;

	if (!picked_parse(p, list))
		return false;
	for (i = 0; i < p->count; i++) {
		for (k = 0; k < names->count; k++)
			if (!strcasecmp(names->name[k], p->column[i].name))
				break;
		name[i] = names->name[k];
		if (name[i])
			continue;
		snprintf(p->why, sizeof(p->why), "no column '%s' in the first line of CSV",
			 p->column[i].name);
		return false;
	}
	memcpy(names->name, name, i * sizeof(name[0]));
	names->name[i] = NULL;
	names->count = i;
	return true;
}
