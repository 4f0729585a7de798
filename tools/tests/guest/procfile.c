// SPDX-License-Identifier: GPL-2.0
/* Reading, seeking, polling and mapping /proc/tcpfin. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "events.h"
#include "module/tcpfin.h"
#include "net.h"

#define PROC		"/proc/tcpfin"
#define LONG_ADDRESS	"2001:db8:1111:2222:3333:4444:5555:6666"
#define LAST_TITLE	" key=value ...\n"	/* the end of the header */

static struct path lo;

static int setup(void **state)
{
	(void)state;
	path_open(&lo, AF_INET, false);
	return 0;
}

/* A teardown: five steps of full sockets and two of a mini-socket. */
static void tear_down_one(void)
{
	struct pair pair;

	pair_open(&lo, &pair);
	close(pair.fd[0]);
	expect_eof(pair.fd[1]);
	pause_ms(100);
	close(pair.fd[1]);
	close(pair.listener);
}

static size_t read_all(int fd, char *buf, size_t size, size_t chunk)
{
	size_t len = 0;
	ssize_t part;

	while ((part = must(read(fd, buf + len, chunk < size - len ? chunk :
				 size - len))) > 0)
		len += part;
	assert_true(len < size);
	buf[len] = '\0';
	return len;
}

static int open_proc(void)
{
	return must(open(PROC, O_RDONLY | O_CLOEXEC));
}

static void expect_errno(int ret, int expected)
{
	assert_int_equal(ret, -1);
	assert_string_equal(strerror(errno), strerror(expected));
}

static void *map(int fd, size_t size, int prot, int flags, off_t offset)
{
	return mmap(NULL, size, prot, flags, fd, offset);
}

/* Reading one byte at a time gives the same text as one large read. */
static void test_tiny_reads(void **state)
{
	const size_t size = 4 << 20;
	char *big = malloc(size), *tiny = malloc(size);
	int a, b;

	(void)state;
	assert_true(big && tiny);
	tear_down_one();
	a = open_proc();
	b = open_proc();
	assert_int_not_equal(read_all(a, big, size, size), 0);
	read_all(b, tiny, size, 1);
	assert_string_equal(big, tiny);
	close(a);
	close(b);
	free(big);
	free(tiny);
}

/* Two readers take turns; each gets everything, in order. */
static void test_two_readers(void **state)
{
	const size_t size = 4 << 20;
	char *text[2] = { malloc(size), malloc(size) };
	size_t len[2] = { 0, 0 };
	int fd[2] = { open_proc(), open_proc() };
	bool more = true;

	(void)state;
	assert_true(text[0] && text[1]);
	while (more) {
		int i;

		for (more = false, i = 0; i < 2; i++) {
			ssize_t part = must(read(fd[i], text[i] + len[i],
						 100 + 77 * i));

			len[i] += part;
			more |= part > 0;
		}
	}
	assert_int_equal(len[0], len[1]);
	assert_memory_equal(text[0], text[1], len[0]);
	close(fd[0]);
	close(fd[1]);
	free(text[0]);
	free(text[1]);
}

/* The end of file is the newest record at open(); later reads get later records. */
static void test_snapshot_and_more(void **state)
{
	const size_t size = 4 << 20;
	char *text = malloc(size);
	int before = open_proc(), fd = open_proc();
	size_t len;

	(void)state;
	len = read_all(before, text, size, 1000);
	tear_down_one();
	assert_int_equal(read_all(fd, text, size, 1000), len);
	/* After the end of file come the records since open(). */
	read_all(fd, text, size, 1000);
	assert_non_null(strstr(text, "ESTABLISHED -> FIN_WAIT1"));
	assert_null(strchr(text, '#'));
	assert_int_equal(read_all(fd, text, size, 1000), 0);
	close(before);
	close(fd);
	free(text);
}

/* A read into a bad buffer loses nothing. */
static void test_bad_buffer(void **state)
{
	const size_t size = 4 << 20;
	char *good = malloc(size), *after = malloc(size);
	int a = open_proc(), b = open_proc();
	void *nowhere = map(-1, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, 0);

	(void)state;
	read_all(a, good, size, size);
	expect_errno(read(b, nowhere, 100), EFAULT);
	read_all(b, after, size, size);
	assert_string_equal(good, after);
	close(a);
	close(b);
	free(good);
	free(after);
}

/* Open the file at its end, with nothing to read. */
static int open_at_end(void)
{
	int fd = open_proc();

	assert_int_equal(must(lseek(fd, 0, SEEK_END)), 0);
	return fd;
}

static int is_readable(int fd, int timeout_ms)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	int ret = must(poll(&pfd, 1, timeout_ms));

	if (ret)
		assert_int_equal(pfd.revents, POLLIN);
	return ret;
}

/* poll() tells whether read() would return data, any number of times. */
static void test_poll(void **state)
{
	int fd = open_proc(), end = open_at_end();
	char c;

	(void)state;
	assert_true(is_readable(fd, 0));
	assert_false(is_readable(end, 100));
	tear_down_one();
	assert_true(is_readable(end, 100));
	assert_true(is_readable(end, 100));
	must(read(end, &c, 1));
	assert_true(is_readable(end, 100));
	must(lseek(end, 0, SEEK_END));
	assert_false(is_readable(end, 100));
	close(fd);
	close(end);
}

/* A new record wakes a sleeping poll() within 100 ms. */
static void test_poll_wakes(void **state)
{
	struct timespec before, after;
	int fd = open_at_end();
	pid_t child = fork();

	(void)state;
	if (!child) {
		pause_ms(500);
		tear_down_one();
		_exit(0);
	}
	clock_gettime(CLOCK_MONOTONIC, &before);
	assert_true(is_readable(fd, 10000));
	clock_gettime(CLOCK_MONOTONIC, &after);
	assert_in_range((after.tv_sec - before.tv_sec) * 1000 +
			(after.tv_nsec - before.tv_nsec) / 1000000, 490, 600);
	waitpid(child, NULL, 0);
	close(fd);
}

static void test_epoll(void **state)
{
	struct epoll_event event = { .events = EPOLLIN };
	int fd = open_at_end(), epoll = must(epoll_create1(EPOLL_CLOEXEC));

	(void)state;
	must(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event));
	assert_int_equal(must(epoll_wait(epoll, &event, 1, 100)), 0);
	tear_down_one();
	assert_int_equal(must(epoll_wait(epoll, &event, 1, 100)), 1);
	assert_int_equal(must(epoll_wait(epoll, &event, 1, 100)), 1);
	close(epoll);
	close(fd);

	/* A file that is readable when it is added. */
	fd = open_proc();
	epoll = must(epoll_create1(EPOLL_CLOEXEC));
	must(epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event));
	assert_int_equal(must(epoll_wait(epoll, &event, 1, 100)), 1);
	close(epoll);
	close(fd);
}

/* As in /dev/kmsg: SEEK_SET to the oldest record, SEEK_END after the newest. */
static void test_lseek(void **state)
{
	const size_t size = 4 << 20;
	char *first = malloc(size), *again = malloc(size);
	int fd = open_proc();

	(void)state;
	assert_true(first && again);
	read_all(fd, first, size, 1000);
	assert_int_equal(must(lseek(fd, 0, SEEK_SET)), 0);
	read_all(fd, again, size, 1000);
	/* The header lines come only once. */
	assert_non_null(strstr(first, LAST_TITLE));
	assert_string_equal(strstr(first, LAST_TITLE) + strlen(LAST_TITLE),
			    again);
	must(lseek(fd, 0, SEEK_END));
	assert_int_equal(read_all(fd, again, size, 1000), 0);
	expect_errno(lseek(fd, 1, SEEK_SET), EINVAL);
	expect_errno(lseek(fd, -1, SEEK_END), EINVAL);
	expect_errno(lseek(fd, 0, SEEK_CUR), EINVAL);
	expect_errno(pread(fd, again, 1, 0), ESPIPE);
	close(fd);
	free(first);
	free(again);
}

/* Header, ring heads and records are where the ABI says. */
static void test_mapping_contents(void **state)
{
	int fd = open_proc();
	struct tcpfin_header *header = map(fd, 4096, PROT_READ, MAP_SHARED, 0);
	const struct tcpfin_event *events;
	const struct tcpfin_ring *ring;
	uint64_t n, head;

	(void)state;
	assert_memory_equal(header->magic, TCPFIN_MAGIC, 8);
	assert_int_equal(header->abi, TCPFIN_ABI);
	assert_int_equal(header->record_size, sizeof(*events));
	assert_int_equal(header->gone, 0);
	header = map(fd, header->size, PROT_READ, MAP_SHARED, 0);
	assert_ptr_not_equal(header, MAP_FAILED);
	ring = (void *)((char *)header + header->rings_offset);
	events = (void *)((char *)header + header->data_offset);
	tear_down_one();
	head = ring[0].head;
	assert_int_not_equal(head, 0);
	for (n = head - 5; n < head; n++) {
		const struct tcpfin_event *e = &events[n % header->records];

		assert_int_equal(e->seq, n + 1);
		assert_in_range(e->kind, 1, TCPFIN_KIND_MAX);
		assert_int_equal(e->family, AF_INET);
		assert_memory_equal(e->laddr, "\x7f\0\0\x01", 4);
	}
	munmap(header, header->size);
	close(fd);
}

#define WORDS	9	/* of a line, before its pairs */

/* Split a line of text where it is: its words and what follows them. */
static size_t split(char *line, char *words[], size_t room)
{
	char *word, *rest = NULL;
	size_t n = 0;

	for (word = strtok_r(line, " \n", &rest); word && n < room;
	     word = strtok_r(NULL, " \n", &rest))
		words[n++] = word;
	return n;
}

/* The last lines of the text of /proc/tcpfin: five, which a teardown has at least. */
static void read_lines(char *titles, size_t size, char *lines[5])
{
	const size_t room = 4 << 20;
	char *text = malloc(room), *line;
	int fd = open_proc(), i;

	assert_non_null(text);
	read_all(fd, text, room, room);
	line = strstr(text, "# time ");
	assert_non_null(line);
	snprintf(titles, size, "%.*s", (int)strcspn(line, "\n"), line);
	line = text + strlen(text);
	for (i = 5; i--;) {
		line[-1] = '\0';
		line = strrchr(text, '\n') + 1;
		lines[i] = strdup(line);
	}
	close(fd);
	free(text);
}

/* Nine words, then pairs: no blank where there should be none. */
static void expect_words(const char *line)
{
	char copy[512], *words[64] = { NULL };
	size_t n, i;

	assert_in_range(strlen(line), 1, sizeof(copy) - 1);
	strcpy(copy, line);
	n = split(copy, words, 64);
	assert_in_range(n, WORDS + 1, 63);
	assert_string_equal(words[6], "->");
	for (i = 0; i < n; i++) {
		const bool is_pair = i >= WORDS;

		if (!strchr(words[i], '=') == is_pair)
			fail_msg("word %zu is '%s' in: %s", i, words[i], line);
	}
}

/* Each word begins below its title, and the reason ends in column 110. */
static void expect_columns(char *titles, const char *line)
{
	static const char *const title[] = {
		" pid ", " comm ", " local ", " remote ", " old ", " -> ",
		" new ", " reason ", " key=value ",
	};
	size_t i, at = 0;

	for (i = 0; i < sizeof(title) / sizeof(*title); i++) {
		const char *found = strstr(titles, title[i]);

		assert_non_null(found);
		assert_true((size_t)(found - titles) >= at);
		at = found - titles + 1;
		if (line[at - 1] != ' ' || line[at] == ' ')
			fail_msg("no word of '%s' in column %zu: %s", title[i],
				 at + 1, line);
	}
	assert_in_range(at, 1, 111);
}

static void test_columns(void **state)
{
	char titles[512], *lines[5];
	int i;

	(void)state;
	tear_down_one();
	read_lines(titles, sizeof(titles), lines);
	for (i = 0; i < 5; i++) {
		expect_words(lines[i]);
		expect_columns(titles, lines[i]);
		free(lines[i]);
	}
}

/* Long addresses and names move the columns; the words stay. */
static void test_long_words(void **state)
{
	struct sockaddr_in6 *addr;
	char titles[512], *lines[5];
	struct path path;
	struct pair pair;
	int i;

	(void)state;
	path_open(&path, AF_INET6, false);
	addr = (struct sockaddr_in6 *)&path.addr;
	inet_pton(AF_INET6, LONG_ADDRESS, &addr->sin6_addr);
	run("ip address add " LONG_ADDRESS "/128 dev lo nodad");
	/* The kernel adds the route later, in a work queue. */
	run("until ip -6 route show table local | grep -q '^local " LONG_ADDRESS " '; do sleep 1; done");
	must(prctl(PR_SET_NAME, "\\ \\ \\ \\ \\ \\ \\ \\"));
	pair_open(&path, &pair);
	close(pair.fd[0]);
	expect_eof(pair.fd[1]);
	close(pair.fd[1]);
	close(pair.listener);
	read_lines(titles, sizeof(titles), lines);
	for (i = 0; i < 5; i++) {
		expect_words(lines[i]);
		assert_non_null(strstr(lines[i], "[" LONG_ADDRESS "]:"));
		free(lines[i]);
	}
	path_close(&path);
	must(prctl(PR_SET_NAME, "procfile"));
}

/* The format's version, all probes in one line, and the clock. */
static void test_header(void **state)
{
	(void)state;
	run("grep -q '^# tcpfin [0-9.]*, abi %u, format %u, kernel [^ ]*, scope teardown$' " PROC,
	    TCPFIN_ABI, TCPFIN_TEXT_FORMAT);
	run("grep -q '^# hooked: \\([0-9]*\\) of \\1$' " PROC);
	run("test $(grep -ci hooked " PROC ") = 1");
	run("grep -q '^# time: CLOCK_MONOTONIC, seconds since boot;' " PROC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tiny_reads),
		cmocka_unit_test(test_two_readers),
		cmocka_unit_test(test_snapshot_and_more),
		cmocka_unit_test(test_bad_buffer),
		cmocka_unit_test(test_poll),
		cmocka_unit_test(test_poll_wakes),
		cmocka_unit_test(test_epoll),
		cmocka_unit_test(test_lseek),
		cmocka_unit_test(test_mapping_contents),
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_long_words),
	};

	return cmocka_run_group_tests_name("procfile", tests, setup, NULL);
}
