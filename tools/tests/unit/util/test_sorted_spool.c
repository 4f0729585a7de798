// SPDX-License-Identifier: GPL-2.0
/* Pieces of output, sorted by time. */
#include <stdlib.h>

#include "check.h"
#include "util/sorted_spool.h"

static void sorts_by_time(void **state)
{
	struct sorted_spool s;
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	assert_true(sorted_spool_init(&s));
	assert_true(sorted_spool_put(&s, UINT64_MAX, "last", 4));
	assert_true(sorted_spool_put(&s, 5, "b", 1));
	assert_true(sorted_spool_put(&s, 5, "c", 1));
	assert_true(sorted_spool_put(&s, 0, "a", 1));
	assert_true(sorted_spool_write(&s, out));
	fclose(out);
	assert_string_equal(text, "abclast");
	sorted_spool_exit(&s);
	free(text);
}

/* More pieces than fit at first. */
static void grows(void **state)
{
	struct sorted_spool s;
	unsigned int i;
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	assert_true(sorted_spool_init(&s));
	for (i = 0; i < 5000; i++)
		assert_true(sorted_spool_put(&s, 5000 - i,
					     i == 4999 ? "(" : ".", 1));
	assert_true(sorted_spool_write(&s, out));
	fclose(out);
	assert_int_equal(size, 5000);
	assert_int_equal(text[0], '(');
	sorted_spool_exit(&s);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sorts_by_time),
		cmocka_unit_test(grows),
	};

	return RUN_TESTS(tests);
}
