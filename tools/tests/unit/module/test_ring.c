// SPDX-License-Identifier: GPL-2.0
/*
 * The module's rings, compiled as a program: what readers find after writers are done.
 * tests/ring/ runs both at the same time.
 */
#include "check.h"
#include "kernel/kernel.h"
#include "module/ring.h"

#define RECORDS		64

unsigned int nr_cpu_ids = 3;
_Thread_local unsigned int this_cpu;

static int setup(void **state)
{
	(void)state;
	this_cpu = 0;
	return tcpfin_ring_init(RECORDS);
}

static int teardown(void **state)
{
	(void)state;
	tcpfin_ring_exit();
	return 0;
}

/* Fill each part of a record with the record's number. */
static void fill(struct tcpfin_event *event, u64 n)
{
	event->time_ns = n;
	event->cookie = n;
	event->cgroup = n;
	event->snd_nxt = n;
	event->detail = n;
	event->ifindex = n;
}

static bool is_torn(const struct tcpfin_event *event, u64 n)
{
	return event->time_ns != n || event->cookie != n ||
	       event->cgroup != n || event->snd_nxt != (uint32_t)n ||
	       event->detail != (uint32_t)n || event->ifindex != (uint32_t)n;
}

static void write_one(void)
{
	u64 seq;
	struct tcpfin_event *event = tcpfin_ring_begin(&seq);

	fill(event, seq - 1);
	tcpfin_ring_commit(event, seq);
}

static void geometry_is_that_of_the_abi(void **state)
{
	const struct tcpfin_header *header = tcpfin_ring_header();

	(void)state;
	assert_memory_equal(header->magic, TCPFIN_MAGIC, 8);
	assert_int_equal(header->abi, TCPFIN_ABI);
	assert_int_equal(header->rings, 3);
	assert_int_equal(header->records, RECORDS);
	assert_int_equal(header->rings_offset % 64, 0);
	assert_int_equal(header->data_offset % 4096, 0);
	assert_true(header->rings_offset >= sizeof(*header));
	assert_true(header->data_offset >= header->rings_offset +
					   3 * sizeof(struct tcpfin_ring));
	assert_true(header->size >= header->data_offset +
				    3 * RECORDS * sizeof(struct tcpfin_event));
	assert_string_equal(header->kernel, "6.1.0-test");
}

static void rings_are_apart(void **state)
{
	struct tcpfin_event copy;

	(void)state;
	this_cpu = 2;
	write_one();
	assert_int_equal(tcpfin_ring_head(0), 0);
	assert_int_equal(tcpfin_ring_head(2), 1);
	assert_int_equal(tcpfin_ring_copy(2, 0, &copy), TCPFIN_COPY_WHOLE);
	assert_int_equal(tcpfin_ring_copy(0, 0, &copy), TCPFIN_COPY_PENDING);
}

static void begun_is_pending_until_committed(void **state)
{
	struct tcpfin_event *event, copy;
	u64 seq;

	(void)state;
	event = tcpfin_ring_begin(&seq);
	assert_int_equal(tcpfin_ring_copy(0, 0, &copy), TCPFIN_COPY_PENDING);
	fill(event, 0);
	assert_int_equal(tcpfin_ring_copy(0, 0, &copy), TCPFIN_COPY_PENDING);
	tcpfin_ring_commit(event, seq);
	assert_int_equal(tcpfin_ring_copy(0, 0, &copy), TCPFIN_COPY_WHOLE);
}

/* The record of an interrupt is complete before the interrupted one. */
static void nested_writer_takes_the_next(void **state)
{
	struct tcpfin_event *outer, copy;
	u64 seq;

	(void)state;
	outer = tcpfin_ring_begin(&seq);
	write_one();
	assert_int_equal(tcpfin_ring_copy(0, 0, &copy), TCPFIN_COPY_PENDING);
	assert_int_equal(tcpfin_ring_copy(0, 1, &copy), TCPFIN_COPY_WHOLE);
	fill(outer, 0);
	tcpfin_ring_commit(outer, seq);
	assert_int_equal(tcpfin_ring_copy(0, 0, &copy), TCPFIN_COPY_WHOLE);
	assert_false(is_torn(&copy, 0));
}

static void oldest_makes_room(void **state)
{
	struct tcpfin_event *event, copy;
	u64 seq;
	int i;

	(void)state;
	for (i = 0; i < RECORDS; i++)
		write_one();
	assert_int_equal(tcpfin_ring_oldest(0), 0);
	assert_int_equal(tcpfin_ring_copy(0, 0, &copy), TCPFIN_COPY_WHOLE);
	/* Lost as soon as the record that overwrites it is begun. */
	event = tcpfin_ring_begin(&seq);
	assert_int_equal(tcpfin_ring_copy(0, 0, &copy), TCPFIN_COPY_LOST);
	fill(event, RECORDS);
	tcpfin_ring_commit(event, seq);
	assert_int_equal(tcpfin_ring_copy(0, 0, &copy), TCPFIN_COPY_LOST);
	assert_int_equal(tcpfin_ring_oldest(0), 1);
	assert_int_equal(tcpfin_ring_copy(0, 1, &copy), TCPFIN_COPY_WHOLE);
}

/* After a loss a reader goes on with the oldest record. */
static void after_a_loss_comes_the_oldest(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < RECORDS + 10; i++)
		write_one();
	assert_int_equal(tcpfin_ring_after(0, 0), 10);
	assert_int_equal(tcpfin_ring_after(0, 9), 10);
	assert_int_equal(tcpfin_ring_after(0, 10), 11);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name)	cmocka_unit_test_setup_teardown(name, setup, teardown)
		TEST(geometry_is_that_of_the_abi),
		TEST(rings_are_apart),
		TEST(begun_is_pending_until_committed),
		TEST(nested_writer_takes_the_next),
		TEST(oldest_makes_room),
		TEST(after_a_loss_comes_the_oldest),
	};

	return RUN_TESTS(tests);
}
