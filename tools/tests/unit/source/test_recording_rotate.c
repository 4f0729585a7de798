// SPDX-License-Identifier: GPL-2.0
/* The files of a rotating recording, and the values of --rotate. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "source/recording_rotate.h"
#include "temp_folder.h"

static struct rotation rot;
static char base[64];

static int setup(void **state)
{
	(void)state;
	assert_true(temp_folder_open());
	snprintf(base, sizeof(base), "%s/f", temp_folder);
	rot = (struct rotation){ .file = base, .size = 1, .keep = 3 };
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	return temp_folder_remove();
}

static void put(const char *suffix, const char *text)
{
	char name[128];
	FILE *f;

	snprintf(name, sizeof(name), "%s%s", base, suffix);
	f = fopen(name, "we");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

/* NULL: it is not there. */
static void expect(const char *suffix, const char *want)
{
	char name[128], text[64] = "";
	FILE *f;

	snprintf(name, sizeof(name), "%s%s", base, suffix);
	f = fopen(name, "re");
	if (!f || !want) {
		assert_true(!f && !want);
		return;
	}
	assert_true(!fgets(text, sizeof(text), f) == !*want);
	assert_string_equal(text, want);
	fclose(f);
}

/* Write a part with this text, and rotate. */
static void turn(const char *text)
{
	int fd = rotation_open(&rot);

	if (fd < 0)
		fail_msg("%s", rot.why);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	if (!rotation_turn(&rot))
		fail_msg("%s", rot.why);
	close(fd);
}

static void keeps_the_newest_files(void **state)
{
	struct stat st;

	(void)state;
	turn("a");
	expect("", "a");
	expect(".1", NULL);
	turn("b");
	turn("c");
	expect("", "c");
	expect(".1", "b");
	expect(".2", "a");
	turn("d");
	expect("", "d");
	expect(".1", "c");
	expect(".2", "b");
	expect(".3", NULL);
	expect(".new", NULL);
	assert_int_equal(stat(base, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
}

/* Files as after a crash between two renames, or after an earlier run. */
static void goes_on_from_what_is_there(void **state)
{
	(void)state;
	put(".1", "one");
	put(".2", "two");
	put(".new", "half a header");
	put(".7", "of one who kept more");
	turn("a");
	expect("", "a");
	expect(".1", "one");
	expect(".2", "two");
	/* A missing number is filled before a file is dropped. */
	unlink(strcat(strcpy(rot.why, base), ".1"));
	turn("b");
	expect(".1", "a");
	expect(".2", "two");
	turn("c");
	expect(".2", "a");
	expect(".7", "of one who kept more");
}

/* Existing files do not change before the new part is complete. */
static void a_new_part_can_be_abandoned(void **state)
{
	int fd;

	(void)state;
	turn("a");
	fd = rotation_open(&rot);
	assert_true(fd >= 0);
	expect("", "a");
	rotation_discard(&rot);
	close(fd);
	expect(".new", NULL);
	expect(".1", NULL);
}

static void refuse(const char *want)
{
	assert_int_equal(rotation_open(&rot), -1);
	if (!strstr(rot.why, want))
		fail_msg("'%s' expected, '%s' seen", want, rot.why);
}

static void refuses_what_cannot_rotate(void **state)
{
	char name[128], text[PATH_MAX + 2];

	(void)state;
	assert_int_equal(symlink("elsewhere", base), 0);
	refuse("is not a regular file");
	rot.file = "/dev/null";
	refuse("/dev/null is not a regular file");
	rot.file = temp_folder;
	refuse("is not a regular file");
	snprintf(name, sizeof(name), "%s/none/f", temp_folder);
	rot.file = name;
	refuse("none/f.new: No such file or directory");
	memset(text, 'x', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	rot.file = text;
	refuse("too long");
}

static void two_recorders_do_not_write_one_file(void **state)
{
	int fd;

	(void)state;
	fd = rotation_open(&rot);
	assert_true(fd >= 0);
	assert_true(rotation_turn(&rot));
	refuse("is being written by another tcpfin");
	close(fd);
	fd = rotation_open(&rot);
	assert_true(fd >= 0);
	close(fd);
}

static void reports_what_cannot_be_renamed(void **state)
{
	char name[128];
	int fd;

	(void)state;
	turn("a");
	snprintf(name, sizeof(name), "%s.1", base);
	assert_int_equal(mkdir(name, 0700), 0);
	snprintf(name, sizeof(name), "%s.2", base);
	assert_int_equal(mkdir(name, 0700), 0);
	snprintf(name, sizeof(name), "%s.2/x", base);
	assert_int_equal(mkdir(name, 0700), 0);
	fd = rotation_open(&rot);
	assert_false(rotation_turn(&rot));
	if (!strstr(rot.why, "cannot rename") || strchr(rot.why, '\n'))
		fail_msg("'%s' seen", rot.why);
	expect("", "a");
	close(fd);
}

static void reads_sizes(void **state)
{
	static const struct {
		const char *text;
		uint64_t size;
	} good[] = {
		{ "131072", 128 << 10 }, { "128k", 128 << 10 },
		{ "100M", 100 << 20 }, { "3G", 3ULL << 30 },
		{ "1T", 1ULL << 40 }, { "1024G", 1ULL << 40 },
	};
	static const char *const bad[] = {
		"", "k", "0", "127k", "131071", "1k", "-1M", "+1M", " 1M",
		"1.5M", "1MB", "1MiB", "1m", "1 M", "2T", "1025G", "0x100000",
		"99999999999999999999M", "18446744073709551615", "1M\n",
		"17179869184G", "36028797018963968k",
	};
	uint64_t size;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		assert_true(rotation_parse_size(good[i].text, &size));
		assert_int_equal(size, good[i].size);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (rotation_parse_size(bad[i], &size))
			fail_msg("'%s' was accepted", bad[i]);
}

#define FILE_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		FILE_TEST(keeps_the_newest_files),
		FILE_TEST(goes_on_from_what_is_there),
		FILE_TEST(a_new_part_can_be_abandoned),
		FILE_TEST(refuses_what_cannot_rotate),
		FILE_TEST(two_recorders_do_not_write_one_file),
		FILE_TEST(reports_what_cannot_be_renamed),
		cmocka_unit_test(reads_sizes),
	};

	return RUN_TESTS(tests);
}
