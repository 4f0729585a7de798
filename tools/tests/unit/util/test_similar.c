// SPDX-License-Identifier: GPL-2.0
/* The word that was probably meant. */
#include "check.h"
#include "util/similar.h"

static const char *find(const char *word)
{
	static const char *const words[] = { "watch", "top", "status", "summary" };

	return similar_find(word, words, 4);
}

static void finds_what_was_mistyped(void **state)
{
	(void)state;
	assert_string_equal(find("wacth"), "watch");
	assert_string_equal(find("watc"), "watch");
	assert_string_equal(find("waatch"), "watch");
	assert_string_equal(find("match"), "watch");
	assert_string_equal(find("tpo"), "top");
	assert_string_equal(find("statsu"), "status");
	assert_string_equal(find("sumary"), "summary");
	/* A beginning. */
	assert_string_equal(find("su"), "summary");
	assert_string_equal(find("watch"), "watch");
}

static void finds_nothing_else(void **state)
{
	static const char *const words[] = {
		"", "w", "xyzzy", "hctaw", "tip-top", "ladder", "stop it",
		"watchwatchwatchwatchwatchwatchwatch",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (find(words[i]))
			fail_msg("'%s' is like '%s'", words[i], find(words[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_what_was_mistyped),
		cmocka_unit_test(finds_nothing_else),
	};

	return RUN_TESTS(tests);
}
