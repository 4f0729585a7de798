// SPDX-License-Identifier: GPL-2.0
/* Paths of cgroups, and containers, of real connections. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "program.h"

#define ROOT		"/sys/fs/cgroup"
#define CONTAINER	"3f2a9c1b7d10"
#define SLICE		"/test.slice"
#define SCOPE		SLICE "/docker-" CONTAINER				\
	"0123456789abcdef0123456789abcdef0123456789abcdef0123.scope"

/* Make a cgroup and return its number. */
static uint64_t make_cgroup(const char *path)
{
	char full[256];
	struct stat st;

	snprintf(full, sizeof(full), ROOT "%s", path);
	if (mkdir(full, 0700) && errno != EEXIST)
		fail_msg("mkdir %s: %m", full);
	must(stat(full, &st));
	return st.st_ino;
}

static void remove_cgroup(const char *path)
{
	char full[256];

	snprintf(full, sizeof(full), ROOT "%s", path);
	must(rmdir(full));
}

/* Move this process; sockets stay in the cgroup in which they were made. */
static void enter_cgroup(const char *path)
{
	char procs[256];
	int fd;

	snprintf(procs, sizeof(procs), ROOT "%s/cgroup.procs", path);
	fd = must(open(procs, O_WRONLY | O_CLOEXEC));
	must(write(fd, "0", 1));
	close(fd);
}

/* Open a connection whose sockets are in this cgroup. */
static void open_in(struct testbed *tb, const char *path, struct pair *pair)
{
	enter_cgroup(path);
	testbed_connect(tb, pair);
	enter_cgroup("");
}

/* All steps of one connection, from both ends, and no others. */
static void want_steps(struct reader *r, uint64_t id, const char *path,
		       const char *container)
{
	size_t i;

	assert_int_equal(r->objects, 8);
	for (i = 0; i < r->objects; i++) {
		want_number(r->object[i], "cgroup", id);
		want_string(r->object[i], "cgroup_path", path);
		want_string(r->object[i], "container", container);
	}
}

/* Live, and in a recording that is read when the cgroup has gone. */
static void test_container(void **state)
{
	struct reader recorder = { 0 };
	struct testbed tb = { 0 };
	struct pair pair;
	char args[96];
	uint64_t id;

	(void)state;
	testbed_open(&tb, AF_INET);
	make_cgroup(SLICE);
	id = make_cgroup(SCOPE);
	reader_start(&recorder, 0, "record -w /tmp/a");
	reader_wait_following(&recorder);
	reader_follow(&tb.reader, "watch --json -c 8 cgroup = " ROOT SCOPE);
	open_in(&tb, SCOPE, &pair);
	testbed_open_and_close(&tb);
	testbed_teardown(&tb, &pair);
	reader_end(&tb.reader, 0);
	reader_parse(&tb.reader);
	want_steps(&tb.reader, id, SCOPE, CONTAINER);
	reader_run(&tb.reader, "handshakes -x --history cgroup = " SCOPE);
	reader_expect(&tb.reader, " cgroup           " CONTAINER " ");
	reader_expect(&tb.reader, " " SCOPE "\n");
	reader_run(&tb.reader, "watch -o container,cgroup --history -c 1");
	reader_expect(&tb.reader, "CONTAINER    CGROUP\n-            /\n");

	reader_stop(&recorder);
	remove_cgroup(SCOPE);
	reader_run_json(&tb.reader, "watch --json -r /tmp/a cgroup = " SCOPE);
	want_steps(&tb.reader, id, SCOPE, CONTAINER);
	reader_run_json(&tb.reader, "watch --json -r /tmp/a cgroup != /");
	want_steps(&tb.reader, id, SCOPE, CONTAINER);
	reader_run_json(&tb.reader, "watch --json -r /tmp/a cgroup = " SLICE);
	assert_int_equal(tb.reader.objects, 0);
	/* Without the recording only the number is left. */
	snprintf(args, sizeof(args), "watch --json --history cgroup = %lu", id);
	reader_run_json(&tb.reader, args);
	want_steps(&tb.reader, id, NULL, NULL);
	reader_run_json(&tb.reader, "watch --json --history cgroup = " SCOPE);
	assert_int_equal(tb.reader.objects, 0);
	remove_cgroup(SLICE);
	testbed_close(&tb);
}

/* A cgroup that comes while a command runs, and has gone before TIME_WAIT ends. */
static void test_short_life(void **state)
{
	struct json_object *ends;
	struct testbed tb = { 0 };
	struct pair pair;
	uint64_t id;
	size_t i;

	(void)state;
	testbed_open(&tb, AF_INET6);
	reader_follow(&tb.reader, "handshakes --json -c 1 cgroup = /short");
	testbed_open_and_close(&tb);
	pause_ms(5000);
	id = make_cgroup("/short");
	open_in(&tb, "/short", &pair);
	testbed_teardown(&tb, &pair);
	/* The reader wakes up and looks for the path. */
	pause_ms(1000);
	remove_cgroup("/short");
	reader_end(&tb.reader, 0);
	reader_parse(&tb.reader);
	assert_int_equal(tb.reader.objects, 1);
	ends = member(tb.reader.object[0], "ends");
	for (i = 0; i < 2; i++) {
		struct json_object *end = json_object_array_get_idx(ends, i);

		want_number(end, "cgroup", id);
		want_string(end, "cgroup_path", "/short");
		want_null(end, "container");
	}
	testbed_close(&tb);
}

/* A socket that is older than the module, and so has no recorded step. */
static void test_living_socket(void **state)
{
	struct testbed tb = { 0 };
	struct pair pair;

	(void)state;
	testbed_open(&tb, AF_INET);
	make_cgroup("/living");
	open_in(&tb, "/living", &pair);
	close(pair.fd[0]);
	expect_eof(pair.fd[1]);
	pause_ms(70000);
	run("rmmod tcpfin && insmod /lib/tcpfin.ko");
	reader_run(&tb.reader, "top --batch -c 1 cgroup = /living");
	reader_expect(&tb.reader, "oldest first: 1 of 1, filtered");
	reader_run(&tb.reader, "top --batch -c 1 cgroup = /");
	reader_expect(&tb.reader, "oldest first: 0 of 0, filtered");
	reader_start(&tb.reader, 0, "doctor cgroup = /living and state close-wait");
	reader_end(&tb.reader, 2);
	reader_expect(&tb.reader, " in CLOSE_WAIT");
	close(pair.fd[1]);
	remove_cgroup("/living");
	testbed_close(&tb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_container),
		cmocka_unit_test(test_short_life),
		cmocka_unit_test(test_living_socket),
	};

	return cmocka_run_group_tests_name("cgroup", tests, NULL, NULL);
}
