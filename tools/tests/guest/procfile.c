// SPDX-License-Identifier: GPL-2.0
/* Reading, seeking, polling and mapping /proc/tcpfin. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "events.h"
#include "module/tcpfin.h"
#include "net.h"

#define PROC	"/proc/tcpfin"

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
	assert_non_null(strstr(first, "pid comm facts\n"));
	assert_string_equal(strstr(first, "pid comm facts\n") + strlen("pid comm facts\n"),
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
	};

	return cmocka_run_group_tests_name("procfile", tests, setup, NULL);
}
