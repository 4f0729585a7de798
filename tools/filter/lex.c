// SPDX-License-Identifier: GPL-2.0
/* Splits a filter into words, and prints errors with a mark. */
#include <string.h>

#include "filter/filter.h"
#include "filter/lex.h"
#include "util/basics.h"
#include "util/text.h"

#define SPACES		" \t\n\v\f\r"
#define ENDS_A_WORD	SPACES "()!=<>&|\"'"

/* Bytes of a wrong expression shown: before, of, after the wrong word */
#define BEFORE_MAX	32
#define WORD_MAX	64
#define AFTER_MAX	24

struct spelling {
	const char *text;
	enum filter_word_type type;
};

/* A sign that begins like a shorter one precedes it. */
static const struct spelling signs[] = {
	{ "(", FILTER_WORD_OPEN },	{ ")", FILTER_WORD_CLOSE },
	{ "&&", FILTER_WORD_AND },	{ "&", FILTER_WORD_AND },
	{ "||", FILTER_WORD_OR },	{ "|", FILTER_WORD_OR },
	{ "!=", FILTER_WORD_NE },	{ "!", FILTER_WORD_NOT },
	{ "==", FILTER_WORD_EQ },	{ "=", FILTER_WORD_EQ },
	{ "<=", FILTER_WORD_LE },	{ "<", FILTER_WORD_LT },
	{ ">=", FILTER_WORD_GE },	{ ">", FILTER_WORD_GT },
};

static const struct spelling keywords[] = {
	{ "and", FILTER_WORD_AND },	{ "or", FILTER_WORD_OR },
	{ "not", FILTER_WORD_NOT },	{ "eq", FILTER_WORD_EQ },
	{ "ne", FILTER_WORD_NE },	{ "neq", FILTER_WORD_NE },
	{ "lt", FILTER_WORD_LT },	{ "le", FILTER_WORD_LE },
	{ "leq", FILTER_WORD_LE },	{ "gt", FILTER_WORD_GT },
	{ "ge", FILTER_WORD_GE },	{ "geq", FILTER_WORD_GE },
};

static void take_quoted(struct filter_word *word)
{
	const char *end = strchr(word->at + 1, *word->at);

	if (!end) {
		word->type = FILTER_WORD_OPEN_QUOTE;
		word->len = strlen(word->at);
		return;
	}
	word->type = FILTER_WORD_QUOTED;
	word->value = word->at + 1;
	word->value_len = (size_t)(end - word->value);
	word->len = word->value_len + 2;
}

static bool take_sign(struct filter_word *word)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(signs); i++) {
		word->len = strlen(signs[i].text);
		if (!strncmp(word->at, signs[i].text, word->len)) {
			word->type = signs[i].type;
			return true;
		}
	}
	return false;
}

static void take_plain(struct filter_word *word)
{
	size_t i;

	word->type = FILTER_WORD_PLAIN;
	word->len = strcspn(word->at, ENDS_A_WORD);
	word->value = word->at;
	word->value_len = word->len;
	for (i = 0; i < ARRAY_SIZE(keywords); i++) {
		if (filter_word_is(word, keywords[i].text)) {
			word->type = keywords[i].type;
			return;
		}
	}
}

void filter_word_next(struct filter_word *word)
{
	word->at = word->next + strspn(word->next, SPACES);
	if (!*word->at) {
		word->type = FILTER_WORD_END;
		word->len = 0;
	} else if (*word->at == '"' || *word->at == '\'') {
		take_quoted(word);
	} else if (!take_sign(word)) {
		take_plain(word);
	}
	word->next = word->at + word->len;
}

bool filter_word_is(const struct filter_word *word, const char *name)
{
	return word->type == FILTER_WORD_PLAIN && word->len == strlen(name) &&
	       !memcmp(word->at, name, word->len);
}

/* The mark is positioned by the escaped text, which may be longer. */
void filter_tell(const struct filter_error *error, const char *command, FILE *out)
{
	char before[4 * BEFORE_MAX + 1], word[4 * WORD_MAX + 1];
	char after[4 * AFTER_MAX + 1];
	size_t from = saturating_sub(error->at, BEFORE_MAX);
	size_t len = error->len < WORD_MAX ? error->len : WORD_MAX;
	size_t to = error->at + len;
	size_t indent, mark;

	fprintf(out, "tcpfin %s: bad filter: %s\n", command, error->what);
	if (!error->text[0])
		return;
	text_escape(error->text + from, error->at - from, before, sizeof(before));
	text_escape(error->text + error->at, len, word, sizeof(word));
	text_escape(error->text + to, strnlen(error->text + to, AFTER_MAX),
		    after, sizeof(after));
	fprintf(out, "  %s%s%s%s%s\n", from ? "..." : "", before, word, after,
		strlen(error->text) > to + AFTER_MAX ? "..." : "");
	indent = 2 + (from ? 3 : 0) + strlen(before);
	mark = word[0] ? strlen(word) : 1;
	fprintf(out, "%*s", (int)indent, "");
	while (mark--)
		putc('^', out);
	putc('\n', out);
}
