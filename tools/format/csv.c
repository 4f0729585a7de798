// SPDX-License-Identifier: GPL-2.0
/* Prints JSON objects as lines of comma-separated values. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "format/csv.h"

/* Size for the longest name in a path */
#define NAME_MAX_LEN	32

void csv_titles(FILE *out, const char *const *columns)
{
	size_t i;

	for (i = 0; columns[i]; i++)
		fprintf(out, i ? ",%s" : "%s", columns[i]);
	/* RFC 4180 wants a CR, too, but no reader needs it. */
	putc('\n', out);
}

/* Follow one part of a path: a member of an object, or an element of a list. */
static struct json_object *member(struct json_object *obj, const char *name,
				  size_t len)
{
	char key[NAME_MAX_LEN];

	if (json_object_is_type(obj, json_type_array))
		return json_object_array_get_idx(obj, strtoul(name, NULL, 10));
	if (len >= sizeof(key))
		return NULL;
	memcpy(key, name, len);
	key[len] = '\0';
	return json_object_object_get(obj, key);
}

static struct json_object *find(struct json_object *obj, const char *path)
{
	size_t len;

	for (; obj; path += len + 1) {
		len = strcspn(path, ".");
		obj = member(obj, path, len);
		if (!path[len])
			break;
	}
	return obj;
}

static void print_string(FILE *out, const char *text)
{
	bool quoted = strpbrk(text, ",\"\r\n");

	if (quoted)
		putc('"', out);
	if (*text && strchr("=+-@", *text))
		fprintf(out, "\\x%02x", (unsigned char)*text++);
	for (; *text; text++) {
		if (*text == '"')
			putc('"', out);
		putc(*text, out);
	}
	if (quoted)
		putc('"', out);
}

static void print_value(FILE *out, struct json_object *value)
{
	if (!value)
		return;
	if (json_object_is_type(value, json_type_string))
		print_string(out, json_object_get_string(value));
	else
		fputs(json_object_to_json_string_ext(value,
						     JSON_C_TO_STRING_PLAIN),
		      out);
}

void csv_line(FILE *out, const char *const *columns, struct json_object *obj)
{
	size_t i;

	for (i = 0; columns[i]; i++) {
		if (i)
			putc(',', out);
		print_value(out, find(obj, columns[i]));
	}
	putc('\n', out);
}
