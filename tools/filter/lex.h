/* SPDX-License-Identifier: GPL-2.0 */
/* Splits a filter into words. */
#ifndef FILTER_LEX_H
#define FILTER_LEX_H

#include <stdbool.h>
#include <stddef.h>

/* Operators come last, from FILTER_WORD_EQ on. */
enum filter_word_type {
	FILTER_WORD_END,
	FILTER_WORD_PLAIN, FILTER_WORD_QUOTED, FILTER_WORD_OPEN_QUOTE,
	FILTER_WORD_OPEN, FILTER_WORD_CLOSE,
	FILTER_WORD_AND, FILTER_WORD_OR, FILTER_WORD_NOT,
	FILTER_WORD_EQ, FILTER_WORD_NE,
	FILTER_WORD_LT, FILTER_WORD_LE, FILTER_WORD_GT, FILTER_WORD_GE,
};

/* A word and its position in the text */
struct filter_word {
	enum filter_word_type type;	/* its type */
	const char *at;		/* its beginning */
	size_t len;		/* its length, 0 at the end of the text */
	const char *value;	/* the word without quotes */
	size_t value_len;	/* length of @value */
	const char *next;	/* where the search for the next word begins */
};

/* Go on to the next word. At first @word->next is the text. */
void filter_word_next(struct filter_word *word);

/* Is this the word @name, not in quotes? */
bool filter_word_is(const struct filter_word *word, const char *name);

#endif /* FILTER_LEX_H */
