// SPDX-License-Identifier: GPL-2.0
/* Compares words by the number of typing mistakes between them. */
#include <string.h>

#include "util/similar.h"

/* Longer words are not compared. */
#define WORD_MAX	32

static unsigned int min(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/*
 * Count the letters that were left out, added, mistaken for another or swapped with
 * the next one (optimal string alignment). Each row of the table is for one letter
 * more of @a, each column for one of @b.
 */
static unsigned int distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
	unsigned int cost[WORD_MAX + 1][WORD_MAX + 1];
	size_t i, j;

	for (i = 0; i <= a_len; i++)
		cost[i][0] = (unsigned int)i;
	for (j = 1; j <= b_len; j++)
		cost[0][j] = (unsigned int)j;
	for (i = 1; i <= a_len; i++) {
		for (j = 1; j <= b_len; j++) {
			cost[i][j] = min(cost[i - 1][j - 1] + (a[i - 1] != b[j - 1]),
					 min(cost[i - 1][j], cost[i][j - 1]) + 1);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] &&
			    a[i - 2] == b[j - 1])
				cost[i][j] = min(cost[i][j], cost[i - 2][j - 2] + 1);
		}
	}
	return cost[a_len][b_len];
}

const char *similar_find(const char *word, const char *const *words, size_t count)
{
	size_t len = strlen(word), word_len, i;
	unsigned int least = WORD_MAX, mistakes;
	const char *found = NULL;

	if (len < 2 || len > WORD_MAX)
		return NULL;
	for (i = 0; i < count; i++) {
		word_len = strlen(words[i]);
		if (word_len > WORD_MAX)
			continue;
		mistakes = strncmp(word, words[i], len) ?
			   distance(word, len, words[i], word_len) : 0;
		if (mistakes >= least || 3 * mistakes > word_len)
			continue;
		least = mistakes;
		found = words[i];
	}
	return found;
}
