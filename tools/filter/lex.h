/* SPDX-License-Identifier: GPL-2.0 */
/* Splits a filter into words. */
#ifndef FILTER_LEX_H
#define FILTER_LEX_H

#include <stdbool.h>
#include <stddef.h>

/* Operators come last, from FILTER_WORD_EQ on. */
enum filter_word_type {
	FILTER_WORD_END,
	FILTER_WORD_PLAIN,
	FILTER_WORD_QUOTED,
	FILTER_WORD_OPEN_QUOTE,
	FILTER_WORD_OPEN,
	FILTER_WORD_CLOSE,
	FILTER_WORD_AND,
	FILTER_WORD_OR,
	FILTER_WORD_NOT,
	FILTER_WORD_EQ,
	FILTER_WORD_NE,
	FILTER_WORD_LT,
	FILTER_WORD_LE,
	FILTER_WORD_GT,
	FILTER_WORD_GE,
};

/**
 * struct filter_word - a word and its position in the text
 * @type: its type
 * @at: its beginning
 * @len: its length, 0 at the end of the text
 * @value: the word without quotes
 * @value_len: length of @value
 * @next: where the search for the next word begins
 */
struct filter_word {
	enum filter_word_type type;
	const char *at;
	size_t len;
	const char *value;
	size_t value_len;
	const char *next;
};

/* Go on to the next word. At first @word->next is the text. */
void filter_word_next(struct filter_word *word);

/* Is this the word @name, not in quotes? */
bool filter_word_is(const struct filter_word *word, const char *name);

#endif /* FILTER_LEX_H */
