// SPDX-License-Identifier: GPL-2.0
/* A file that gets its name after all of it is written. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "temp_folder.h"
#include "util/atomic_file.h"

static struct atomic_file file;
static char path[64];

static int setup(void **state)
{
	(void)state;
	assert_true(temp_folder_open());
	snprintf(path, sizeof(path), "%s/page", temp_folder);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	return temp_folder_remove();
}

static void put(const char *text)
{
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

/* The folder must have only this file, with this text. */
static void expect(const char *want)
{
	char text[64] = "", command[128];
	FILE *f = fopen(path, "re");

	assert_non_null(f);
	assert_true(fread(text, 1, sizeof(text) - 1, f) < sizeof(text));
	fclose(f);
	assert_string_equal(text, want);
	snprintf(command, sizeof(command), "test $(ls '%s' | wc -l) = 1",
		 temp_folder);
	assert_int_equal(system(command), 0);
}

static void replaces_at_the_end(void **state)
{
	(void)state;
	put("old");
	assert_true(atomic_file_open(&file, path));
	fputs("new", file.out);
	fflush(file.out);
	assert_int_equal(access(file.part, F_OK), 0);
	assert_true(atomic_file_close(&file, true));
	expect("new");
}

static void leaves_what_was_there(void **state)
{
	(void)state;
	put("old");
	assert_true(atomic_file_open(&file, path));
	fputs("new", file.out);
	assert_true(atomic_file_close(&file, false));
	expect("old");
}

static void is_for_its_owner_alone(void **state)
{
	struct stat st;

	(void)state;
	umask(0);
	assert_true(atomic_file_open(&file, path));
	assert_true(atomic_file_close(&file, true));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

static void keeps_links(void **state)
{
	char link[80];
	struct stat st;

	(void)state;
	put("old");
	snprintf(link, sizeof(link), "%s-link", temp_folder);
	assert_int_equal(symlink(path, link), 0);
	assert_true(atomic_file_open(&file, link));
	fputs("new", file.out);
	assert_true(atomic_file_close(&file, true));
	assert_int_equal(lstat(link, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	unlink(link);
	expect("new");
}

/* A rename would replace the device by a file. */
static void writes_devices_in_place(void **state)
{
	struct stat st;

	(void)state;
	assert_true(atomic_file_open(&file, "/dev/null"));
	assert_string_equal(file.part, "");
	assert_true(atomic_file_close(&file, true));
	assert_int_equal(stat("/dev/null", &st), 0);
	assert_true(S_ISCHR(st.st_mode));
}

static void reports_a_full_disk(void **state)
{
	(void)state;
	assert_true(atomic_file_open(&file, "/dev/full"));
	fputs("new", file.out);
	assert_false(atomic_file_close(&file, true));
	assert_non_null(strstr(file.why, "cannot write /dev/full: No space"));
}

static void reports_a_missing_folder(void **state)
{
	(void)state;
	assert_false(atomic_file_open(&file, "/nowhere/page"));
	assert_non_null(strstr(file.why, "/nowhere/page: No such file"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
		TEST(replaces_at_the_end),
		TEST(leaves_what_was_there),
		TEST(is_for_its_owner_alone),
		TEST(keeps_links),
		cmocka_unit_test(writes_devices_in_place),
		cmocka_unit_test(reports_a_full_disk),
		cmocka_unit_test(reports_a_missing_folder),
	};

	return RUN_TESTS(tests);
}
