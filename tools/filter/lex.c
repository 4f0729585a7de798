// SPDX-License-Identifier: GPL-2.0
/* Splits a filter into words, and shows which of them is wrong. */
#include <string.h>

#include "filter/filter.h"
#include "filter/lex.h"
#include "util/text.h"

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))
#define SPACES		" \t\n\v\f\r"
#define ENDS_A_WORD	SPACES "()!=<>&|\"'"

/* What is shown of an expression around the wrong word, in bytes. */
#define BEFORE_MAX	32
#define WORD_MAX	64
#define AFTER_MAX	24

struct spelling {
	const char *text;
	enum tcpfin_word_type type;
};

/* The longer ones first where one begins like another. */
static const struct spelling signs[] = {
	{ "(", TCPFIN_WORD_OPEN },	{ ")", TCPFIN_WORD_CLOSE },
	{ "&&", TCPFIN_WORD_AND },	{ "&", TCPFIN_WORD_AND },
	{ "||", TCPFIN_WORD_OR },	{ "|", TCPFIN_WORD_OR },
	{ "!=", TCPFIN_WORD_NE },	{ "!", TCPFIN_WORD_NOT },
	{ "==", TCPFIN_WORD_EQ },	{ "=", TCPFIN_WORD_EQ },
	{ "<=", TCPFIN_WORD_LE },	{ "<", TCPFIN_WORD_LT },
	{ ">=", TCPFIN_WORD_GE },	{ ">", TCPFIN_WORD_GT },
};

static const struct spelling keywords[] = {
	{ "and", TCPFIN_WORD_AND },	{ "or", TCPFIN_WORD_OR },
	{ "not", TCPFIN_WORD_NOT },	{ "eq", TCPFIN_WORD_EQ },
	{ "ne", TCPFIN_WORD_NE },	{ "neq", TCPFIN_WORD_NE },
	{ "lt", TCPFIN_WORD_LT },	{ "le", TCPFIN_WORD_LE },
	{ "leq", TCPFIN_WORD_LE },	{ "gt", TCPFIN_WORD_GT },
	{ "ge", TCPFIN_WORD_GE },	{ "geq", TCPFIN_WORD_GE },
};

static void take_quoted(struct tcpfin_word *word)
{
	const char *end = strchr(word->at + 1, *word->at);

	if (!end) {
		word->type = TCPFIN_WORD_OPEN_QUOTE;
		word->len = strlen(word->at);
		return;
	}
	word->type = TCPFIN_WORD_QUOTED;
	word->value = word->at + 1;
	word->value_len = (size_t)(end - word->value);
	word->len = word->value_len + 2;
}

static bool take_sign(struct tcpfin_word *word)
{
	size_t i;

	for (i = 0; i < COUNT(signs); i++) {
		word->len = strlen(signs[i].text);
		if (!strncmp(word->at, signs[i].text, word->len)) {
			word->type = signs[i].type;
			return true;
		}
	}
	return false;
}

static void take_plain(struct tcpfin_word *word)
{
	size_t i;

	word->type = TCPFIN_WORD_PLAIN;
	word->len = strcspn(word->at, ENDS_A_WORD);
	word->value = word->at;
	word->value_len = word->len;
	for (i = 0; i < COUNT(keywords); i++) {
		if (tcpfin_word_is(word, keywords[i].text)) {
			word->type = keywords[i].type;
			return;
		}
	}
}

void tcpfin_word_next(struct tcpfin_word *word)
{
	word->at = word->next + strspn(word->next, SPACES);
	if (!*word->at) {
		word->type = TCPFIN_WORD_END;
		word->len = 0;
	} else if (*word->at == '"' || *word->at == '\'') {
		take_quoted(word);
	} else if (!take_sign(word)) {
		take_plain(word);
	}
	word->next = word->at + word->len;
}

bool tcpfin_word_is(const struct tcpfin_word *word, const char *name)
{
	return word->type == TCPFIN_WORD_PLAIN && word->len == strlen(name) &&
	       !memcmp(word->at, name, word->len);
}

/* Escaped bytes are wider than they were, so the mark goes by what is shown. */
void tcpfin_filter_tell(const struct tcpfin_filter_error *error,
			const char *command, FILE *out)
{
	char before[4 * BEFORE_MAX + 1], word[4 * WORD_MAX + 1];
	char after[4 * AFTER_MAX + 1];
	size_t from = error->at > BEFORE_MAX ? error->at - BEFORE_MAX : 0;
	size_t len = error->len < WORD_MAX ? error->len : WORD_MAX;
	size_t to = error->at + len;
	size_t indent, mark;

	fprintf(out, "tcpfin %s: bad filter: %s\n", command, error->what);
	if (!error->text[0])
		return;
	tcpfin_escape(error->text + from, error->at - from, before,
		      sizeof(before));
	tcpfin_escape(error->text + error->at, len, word, sizeof(word));
	tcpfin_escape(error->text + to, strnlen(error->text + to, AFTER_MAX),
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
