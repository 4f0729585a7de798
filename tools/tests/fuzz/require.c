// SPDX-License-Identifier: GPL-2.0
/* What the program must never do, as the fuzz programs put it. */
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "require.h"

void require(bool holds, const char *what)
{
	if (holds)
		return;
	fprintf(stderr, "not so: %s\n", what);
	abort();
}

/* The length of a character that ladders are drawn of, 0 if it is none. */
static size_t drawn_len(const char *at, size_t size)
{
	static const char *const characters[] = {
		"\u22ee", "\u2500", "\u2502", "\u250a", "\u2514", "\u2518",
		"\u251c", "\u2524", "\u2534", "\u254c", "\u2550", "\u256d",
		"\u256e", "\u256f", "\u2570", "\u2573", "\u25b6", "\u25c0",
	};
	size_t i;

	for (i = 0; i < sizeof(characters) / sizeof(characters[0]); i++)
		if (size >= 3 && !memcmp(at, characters[i], 3))
			return 3;
	return 0;
}

void require_plain(const char *text, size_t size, bool drawn)
{
	size_t at, len;

	for (at = 0; at < size; at += len) {
		len = text[at] == '\n' || (text[at] >= ' ' && text[at] <= '~');
		if (!len && drawn)
			len = drawn_len(text + at, size - at);
		if (!len)
			fprintf(stderr, "byte %#x in: %.*s\n",
				(unsigned char)text[at], (int)size, text);
		require(len, "all that is printed is printable");
	}
}

void require_json(const char *text, size_t size)
{
	struct json_tokener *tok = json_tokener_new();
	const char *end;
	size_t len;

	require(tok, "there is memory");
	json_tokener_set_flags(tok, JSON_TOKENER_STRICT |
				    JSON_TOKENER_VALIDATE_UTF8);
	while (size) {
		struct json_object *obj;

		end = memchr(text, '\n', size);
		require(end, "JSON ends with a line break");
		len = (size_t)(end - text);
		json_tokener_reset(tok);
		obj = json_tokener_parse_ex(tok, text, (int)len);
		if (!json_object_is_type(obj, json_type_object))
			fprintf(stderr, "%.*s\n", (int)len, text);
		require(json_object_is_type(obj, json_type_object) &&
			json_tokener_get_parse_end(tok) == len,
			"each line is a JSON object");
		json_object_put(obj);
		size -= len + 1;
		text = end + 1;
	}
	json_tokener_free(tok);
}
