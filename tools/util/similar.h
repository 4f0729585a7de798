/* SPDX-License-Identifier: GPL-2.0 */
/* Finds the word that was probably meant by one that is not known. */
#ifndef UTIL_SIMILAR_H
#define UTIL_SIMILAR_H

#include <stddef.h>

/**
 * similar_find() - find the word that is most like a mistyped one
 * @word: what was typed; a word that begins with it is like it, too
 * @words: the known words
 * @count: how many words are known
 *
 * Return: the first of the most similar known words, or NULL if there is none that
 * differs in a third of its letters at most.
 */
const char *similar_find(const char *word, const char *const *words, size_t count);

#endif /* UTIL_SIMILAR_H */
