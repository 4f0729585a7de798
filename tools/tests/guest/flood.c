// SPDX-License-Identifier: GPL-2.0
/*
 * The smallest ring with much traffic: the events that a reader prints and those that it
 * reports as lost must add up to the module's count, and nothing of an old record may
 * stay in the record that overwrites it.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/mman.h>
#include <unistd.h>

#include "events.h"
#include "module/tcpfin.h"
#include "traffic.h"

#define CONNECTIONS	3000
#define QUIET_MS	65000	/* longer than TIME_WAIT */

static struct path lo;

static int setup(void **state)
{
	(void)state;
	path_open(&lo, AF_INET, false);
	run("rmmod tcpfin && insmod /lib/tcpfin.ko ring_size=64");
	return 0;
}

/* A slow reader of the text. */
static void test_slow_text(void **state)
{
	unsigned long start = events_totals().recorded, end;
	struct events events;
	int i;

	(void)state;
	events_open(&events);
	for (i = 0; i < 10; i++) {
		traffic_some(&lo, CONNECTIONS / 10);
		events_read(&events);
	}
	end = events_settle(QUIET_MS);
	events_read(&events);
	assert_int_not_equal(events.lost, 0);
	assert_int_equal(events.count + events.lost, end - start);
	events_close(&events);
}

struct shown {
	unsigned long events;
	unsigned long lost;
	unsigned long missed;
};

static void count_lines(const char *file, struct shown *shown)
{
	FILE *f = fopen(file, "re");
	const char *count;
	char line[1024];

	assert_non_null(f);
	memset(shown, 0, sizeof(*shown));
	while (fgets(line, sizeof(line), f)) {
		count = strstr(line, "\"count\":");
		if (strstr(line, "\"type\":\"lost\"") && count)
			shown->lost += strtoul(count + 8, NULL, 10);
		else if (strstr(line, "\"type\":\"missed\"") && count)
			shown->missed += strtoul(count + 8, NULL, 10);
		else
			shown->events++;
	}
	fclose(f);
}

static void test_watch(void **state)
{
	static const char *const watch[] = { "tcpfin", "watch", "--json", NULL };
	unsigned long start_count, end;
	struct shown shown;
	pid_t reader;

	(void)state;
	start_count = events_settle(QUIET_MS);
	reader = start("/root/watch.out", watch);
	pause_ms(1000);
	traffic_some(&lo, CONNECTIONS);
	end = events_settle(QUIET_MS);
	stop(reader, SIGINT);
	count_lines("/root/watch.out", &shown);
	assert_int_not_equal(shown.lost, 0);
	assert_int_equal(shown.events + shown.lost, end - start_count);
}

static void expect_zero(const void *field, size_t size)
{
	static const char zero[sizeof(struct tcpfin_event)];

	assert_memory_equal(field, zero, size);
}

/* Fields that do not apply and the bytes after an IPv4 address must be 0. */
static void expect_clean(const struct tcpfin_event *ev)
{
	assert_int_equal(ev->family, AF_INET);
	expect_zero(ev->laddr + 4, sizeof(ev->laddr) - 4);
	expect_zero(ev->raddr + 4, sizeof(ev->raddr) - 4);
	if (!(ev->flags & TCPFIN_F_TASK)) {
		bool has_inode = ev->new_state == TCP_CLOSE_WAIT ||
				 ev->new_state == TCP_CLOSE;

		assert_int_equal(ev->pid, 0);
		expect_zero(ev->comm + (has_inode ? sizeof(ev->inode) : 0),
			    sizeof(ev->comm) - (has_inode ? sizeof(ev->inode) : 0));
	}
	if (!(ev->flags & TCPFIN_F_OWNER)) {
		assert_int_equal(ev->uid, 0);
		assert_int_equal(ev->cgroup, 0);
	}
	if (!(ev->flags & TCPFIN_F_SNDBUF)) {
		assert_int_equal(ev->snd_una, 0);
		assert_int_equal(ev->write_seq, 0);
		assert_int_equal(ev->err, 0);
	}
	if (ev->new_state != TCP_CLOSE)
		assert_int_equal(ev->reason, TCPFIN_REASON_NONE);
	if (ev->new_state != TCP_CLOSE && ev->new_state != TCP_LAST_ACK)
		assert_int_equal(ev->detail, 0);
}

/* Overwrite records of IPv6 connections with an owner, which use most bytes. */
static void test_overwritten_leaves_nothing(void **state)
{
	const struct tcpfin_header *header;
	const struct tcpfin_event *ev;
	struct path six, four;
	unsigned int i;
	size_t size;
	int fd;

	(void)state;
	path_open(&six, AF_INET6, false);
	setfsuid(1000);
	traffic_some(&six, 100);
	setfsuid(0);
	path_open(&four, AF_INET, false);
	traffic_some(&four, 100);

	fd = must(open("/proc/tcpfin", O_RDONLY));
	header = mmap(NULL, sizeof(*header), PROT_READ, MAP_SHARED, fd, 0);
	assert_ptr_not_equal(header, MAP_FAILED);
	size = header->size;
	header = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
	assert_ptr_not_equal(header, MAP_FAILED);
	ev = (const void *)((const char *)header + header->data_offset);
	for (i = 0; i < header->records; i++)
		expect_clean(&ev[i]);
	close(fd);
	path_close(&four);
	path_close(&six);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_slow_text),
		cmocka_unit_test(test_watch),
		cmocka_unit_test(test_overwritten_leaves_nothing),
	};

	return cmocka_run_group_tests_name("flood", tests, setup, NULL);
}
