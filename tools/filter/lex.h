/* SPDX-License-Identifier: GPL-2.0 */
/* The words of a filter. */
#ifndef TCPFIN_FILTER_WORD_H
#define TCPFIN_FILTER_WORD_H

#include <stdbool.h>
#include <stddef.h>

/* Operators come last, from TCPFIN_WORD_EQ on. */
enum tcpfin_word_type {
	TCPFIN_WORD_END,
	TCPFIN_WORD_PLAIN,
	TCPFIN_WORD_QUOTED,
	TCPFIN_WORD_OPEN_QUOTE,
	TCPFIN_WORD_OPEN,
	TCPFIN_WORD_CLOSE,
	TCPFIN_WORD_AND,
	TCPFIN_WORD_OR,
	TCPFIN_WORD_NOT,
	TCPFIN_WORD_EQ,
	TCPFIN_WORD_NE,
	TCPFIN_WORD_LT,
	TCPFIN_WORD_LE,
	TCPFIN_WORD_GT,
	TCPFIN_WORD_GE,
};

/**
 * struct tcpfin_word - a word, in the text it stands in
 * @type: what it is
 * @at: where it begins
 * @len: its length, 0 at the end
 * @value: the same without quotes
 * @value_len: its length
 * @next: where to look for the next one
 */
struct tcpfin_word {
	enum tcpfin_word_type type;
	const char *at;
	size_t len;
	const char *value;
	size_t value_len;
	const char *next;
};

/**
 * tcpfin_word_next() - go on to the next word
 * @word: the word; to begin, its @next is the text
 */
void tcpfin_word_next(struct tcpfin_word *word);

/**
 * tcpfin_word_is() - is it this word, not in quotes?
 * @word: the word
 * @name: the name
 *
 * Return: true if so.
 */
bool tcpfin_word_is(const struct tcpfin_word *word, const char *name);

#endif /* TCPFIN_FILTER_WORD_H */
