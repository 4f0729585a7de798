// SPDX-License-Identifier: GPL-2.0
/*
 * "tcpfin record --rotate": all files together must give the same output as one file,
 * and stay readable however the recorder ends.
 */
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "program.h"
#include "traffic.h"

#define HOME	"/tmp/rotate"
#define SIZE	(128 << 10)

static int setup(void **state)
{
	(void)state;
	run("rm -rf %s && mkdir %s", HOME, HOME);
	return 0;
}

static bool is_there(const char *name)
{
	return !access(name, F_OK);
}

/* Count the files f, f.1, ..., each of which must have @size bytes at most. */
static unsigned int count_files(const char *dir, off_t size)
{
	char name[64];
	struct stat st;
	unsigned int n;

	for (n = 0; ; n++) {
		snprintf(name, sizeof(name), n ? "%s/f.%u" : "%s/f", dir, n);
		if (stat(name, &st))
			return n;
		assert_in_range(st.st_size, 1, size);
	}
}

/* "-r FILE" for each file, the oldest first. */
static const char *all_files(const char *dir, unsigned int n)
{
	static char args[2048];
	size_t len = 0;

	for (args[0] = '\0'; n > 1; n--)
		len += snprintf(args + len, sizeof(args) - len, " -r %s/f.%u",
				dir, n - 1);
	snprintf(args + len, sizeof(args) - len, " -r %s/f", dir);
	return args;
}

/* Wait until the recorder has taken all records, then end it. */
static void end_record(struct reader *r, int want_status)
{
	reader_wait_following(r);
	kill(r->pid, SIGINT);
	reader_end(r, want_status);
}

static unsigned long written(const struct reader *r)
{
	const char *text = strstr(r->text[1], "tcpfin record: ");
	unsigned long events, lost;

	while (text && sscanf(text, "tcpfin record: %lu events written, %lu",
			      &events, &lost) != 2)
		text = strstr(text + 1, "tcpfin record: ");
	if (!text)
		fail_msg("no count in: %s", r->text[1]);
	assert_int_equal(lost, 0);
	return events;
}

/* A command on all files must print the same as on the single file. */
static void expect_same_output(const char *command, unsigned int files)
{
	run("tcpfin %s -r %s/one >%s/a", command, HOME, HOME);
	run("tcpfin %s %s >%s/b 2>&1", command, all_files(HOME, files), HOME);
	run("cmp %s/a %s/b && test -s %s/a", HOME, HOME, HOME);
}

/* Two recorders, one of them with rotation. */
static void test_same_output(void **state)
{
	struct reader one = { 0 };
	struct testbed tb = { 0 };
	unsigned int files;

	(void)state;
	testbed_open(&tb, AF_INET);
	reader_start(&one, 0, "record -w " HOME "/one");
	reader_start(&tb.reader, 0,
		     "record -w " HOME "/f --rotate 128k --keep 64");
	reader_wait_following(&one);
	reader_wait_following(&tb.reader);
	traffic_some(&tb.path, 800);
	pause_ms(65000);
	end_record(&one, 0);
	end_record(&tb.reader, 0);
	assert_int_equal(written(&one), written(&tb.reader));
	files = count_files(HOME, SIZE);
	assert_in_range(files, 4, 20);
	assert_false(is_there(HOME "/f.new"));
	expect_same_output("watch -x", files);
	expect_same_output("handshakes -x", files);
	expect_same_output("summary --by rport", files);
	expect_same_output("ladder --ascii -c 20", files);
	testbed_close(&tb);
}

/* Count the lines of "watch --json" on all files. */
static unsigned long count_lines(unsigned int files)
{
	char args[4096];
	unsigned long n;
	FILE *f;

	snprintf(args, sizeof(args), "tcpfin watch --json %s 2>%s/err | wc -l",
		 all_files(HOME, files), HOME);
	f = popen(args, "re");
	assert_non_null(f);
	assert_int_equal(fscanf(f, "%lu", &n), 1);
	assert_int_equal(pclose(f), 0);
	return n;
}

/* --keep bounds the files, and a reader reports how many events were dropped. */
static void test_keep(void **state)
{
	struct testbed tb = { 0 };
	unsigned long events, left, before;
	FILE *err;

	(void)state;
	testbed_open(&tb, AF_INET);
	reader_follow(&tb.reader, "record -w " HOME "/f --rotate 128k --keep 3");
	traffic_some(&tb.path, 1000);
	end_record(&tb.reader, 0);
	events = written(&tb.reader);
	assert_int_equal(count_files(HOME, SIZE), 3);
	left = count_lines(3);
	assert_in_range(left, 1, events - 1);
	err = fopen(HOME "/err", "re");
	assert_non_null(err);
	assert_int_equal(fscanf(err, "tcpfin watch: a recording is read from its part %*u on: %lu events stand before it",
				&before), 1);
	fclose(err);
	assert_int_equal(before + left, events);

	/* The next run begins a new file and drops the oldest. */
	run("cp %s/f %s/was", HOME, HOME);
	reader_start(&tb.reader, 0,
		     "record -w " HOME "/f --rotate 128k --keep 3 --for 10ms");
	reader_end(&tb.reader, 0);
	assert_int_equal(count_files(HOME, SIZE), 3);
	run("cmp %s/was %s/f.1", HOME, HOME);
	testbed_close(&tb);
}

/* Each file must be a recording; at most its end may be missing. */
static void expect_all_readable(const char *dir)
{
	struct reader r = { 0 };
	char args[512];
	struct dirent *d;
	DIR *list = opendir(dir);
	int status;

	assert_non_null(list);
	while ((d = readdir(list))) {
		if (d->d_name[0] != 'f' || !strcmp(d->d_name, "f.new"))
			continue;
		snprintf(args, sizeof(args), "summary -r %s/%s", dir, d->d_name);
		reader_start(&r, 0, args);
		status = reader_finish(&r);
		if (status != 0 && status != 1)
			fail_msg("%s: status %d", args, status);
		reader_expect(&r, "events ");
	}
	closedir(list);
}

static void test_killed(void **state)
{
	struct testbed tb = { 0 };
	unsigned int i;
	pid_t traffic;

	(void)state;
	testbed_open(&tb, AF_INET);
	sysctl_set("ipv4/tcp_max_tw_buckets", "10");
	traffic = traffic_start(&tb.path);
	/* More rounds on a slow machine, where a run may write nothing. */
	for (i = 0; i < 10 || (i < 40 && count_files(HOME, SIZE) < 5); i++) {
		reader_start(&tb.reader, 0,
			     "record -w " HOME "/f --rotate 128k --keep 5 --history -f");
		pause_ms(40 + 37 * i);
		kill(tb.reader.pid, SIGKILL);
		reader_end(&tb.reader, 128 + SIGKILL);
		expect_all_readable(HOME);
	}
	stop(traffic, SIGKILL);
	assert_int_equal(count_files(HOME, SIZE), 5);
	testbed_close(&tb);
}

/* A full disk: one message, exit status 1, and readable files. */
static void fill_disk(struct testbed *tb, const char *options)
{
	char args[128], *line;

	must(mount("tmpfs", HOME, "tmpfs", 0, "size=400k"));
	snprintf(args, sizeof(args), "record -w %s/f %s", HOME, options);
	reader_follow(&tb->reader, args);
	traffic_some(&tb->path, 1500);
	reader_end(&tb->reader, 1);
	line = strchr(tb->reader.text[1], '\n');
	assert_non_null(line);
	*line = '\0';
	assert_string_equal(tb->reader.text[1],
		"tcpfin record: cannot write " HOME "/f: No space left on device");
	*line = '\n';
	assert_in_range(written(&tb->reader), 100, 3000);
	expect_all_readable(HOME);
	assert_false(is_there(HOME "/f.new"));
	must(umount(HOME));
}

static void test_disk_full(void **state)
{
	struct testbed tb = { 0 };

	(void)state;
	testbed_open(&tb, AF_INET);
	fill_disk(&tb, "");
	fill_disk(&tb, "--rotate 128k --keep 64");
	testbed_close(&tb);
}

/* Fewer files than fit on the disk never fill it. */
static void test_bounded(void **state)
{
	struct testbed tb = { 0 };

	(void)state;
	testbed_open(&tb, AF_INET);
	must(mount("tmpfs", HOME, "tmpfs", 0, "size=400k"));
	reader_follow(&tb.reader, "record -w " HOME "/f --rotate 128k --keep 2");
	traffic_some(&tb.path, 1500);
	end_record(&tb.reader, 0);
	assert_int_equal(count_files(HOME, SIZE), 2);
	must(umount(HOME));
	testbed_close(&tb);
}

static void test_mistakes(void **state)
{
	struct testbed tb = { 0 };
	struct reader r = { 0 };

	(void)state;
	testbed_open(&tb, AF_INET);
	reader_refuses(0, "record -w /dev/null --rotate 1M --keep 2",
		       "/dev/null is not a regular file");
	reader_refuses(0, "record -w /none/f --rotate 1M --keep 2",
		       "cannot open /none/f.new: No such file or directory");
	reader_follow(&r, "record -w " HOME "/f --rotate 1M --keep 2");
	reader_refuses(0, "record -w " HOME "/f --rotate 1M --keep 2",
		       HOME "/f is being written by another tcpfin");
	end_record(&r, 0);
	testbed_close(&tb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_same_output, setup),
		cmocka_unit_test_setup(test_keep, setup),
		cmocka_unit_test_setup(test_killed, setup),
		cmocka_unit_test_setup(test_disk_full, setup),
		cmocka_unit_test_setup(test_bounded, setup),
		cmocka_unit_test_setup(test_mistakes, setup),
	};

	return cmocka_run_group_tests_name("rotate", tests, NULL, NULL);
}
