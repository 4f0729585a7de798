// SPDX-License-Identifier: GPL-2.0
/*
 * The module's rings, compiled as a program: what readers find after writers are done.
 * tests/ring/ runs both at the same time.
 */
#include "check.h"
#include "kernel/kernel.h"
#include "module/ring.h"

#define RECORDS		64

struct cpus cpus;
_Thread_local unsigned int this_cpu;

static int setup(void **state)
{
	(void)state;
	this_cpu = 0;
	cpus = (struct cpus){ .possible = 3, .present = 3, .online = 3 };
	return tcpfin_ring_init(RECORDS);
}

/* Rings for a machine with these CPUs, of the default size. */
static const struct tcpfin_header *init_for(unsigned int possible, unsigned int present,
					    unsigned int online)
{
	tcpfin_ring_exit();
	cpus = (struct cpus){
		.possible = possible, .present = present, .online = online,
	};
	assert_int_equal(tcpfin_ring_init(0), 0);
	return tcpfin_ring_header();
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

/* A ring for each CPU that is present, and at most four for those that may come. */
static void spare_rings_are_few(void **state)
{
	(void)state;
	assert_int_equal(init_for(1, 1, 1)->rings, 1);
	assert_int_equal(init_for(8, 8, 2)->rings, 8);
	assert_int_equal(init_for(3, 1, 1)->rings, 3);
	assert_int_equal(init_for(128, 1, 1)->rings, 5);
	assert_int_equal(tcpfin_ring_count_used(), 1);
	assert_int_equal(init_for(128, 16, 16)->rings, 20);
	assert_int_equal(tcpfin_ring_count_used(), 16);
}

/* All rings together take 64 MiB, but no ring is very small or very large. */
static void default_size_has_a_limit(void **state)
{
	const struct tcpfin_header *header;

	(void)state;
	assert_int_equal(init_for(1, 1, 1)->records, 16384);
	header = init_for(128, 1, 1);
	assert_int_equal(header->records, 16384);
	assert_in_range(header->size, 10 << 20, 11 << 20);
	assert_int_equal(init_for(32, 32, 32)->records, 16384);
	header = init_for(33, 33, 33);
	assert_int_equal(header->records, 8192);
	assert_in_range(header->size, 33 << 20, 34 << 20);
	header = init_for(256, 256, 256);
	assert_int_equal(header->records, 2048);
	assert_in_range(header->size, 64 << 20, 65 << 20);
	header = init_for(1024, 1024, 1024);
	assert_int_equal(header->records, 1024);
}

static void a_cpu_that_comes_gets_the_next_ring(void **state)
{
	const struct tcpfin_ring *ring;

	(void)state;
	init_for(128, 1, 1);
	ring = tcpfin_rings.ring;
	assert_int_equal(cpus.prepare(77), 0);
	assert_int_equal(tcpfin_ring_count_used(), 2);
	assert_int_equal(ring[1].cpu, 77);
	assert_int_equal(ring[1].used, 1);
	assert_int_equal(ring[2].used, 0);
	this_cpu = 77;
	write_one();
	assert_int_equal(tcpfin_ring_head(0), 0);
	assert_int_equal(tcpfin_ring_head(1), 1);
	/* It keeps the ring while it is offline, and CPU 0 keeps its own. */
	cpus.prepare(5);
	cpus.prepare(0);
	cpus.prepare(77);
	write_one();
	assert_int_equal(tcpfin_ring_count_used(), 3);
	assert_int_equal(ring[2].cpu, 5);
	assert_int_equal(tcpfin_ring_head(1), 2);
	assert_int_equal(tcpfin_ring_count_lost(), 0);
}

static void without_a_ring_records_are_lost(void **state)
{
	const struct tcpfin_header *header = init_for(128, 1, 1);
	unsigned int cpu, ring;
	struct tcpfin_event *outer;
	u64 seq;

	(void)state;
	for (cpu = 1; cpu < 10; cpu++)
		cpus.prepare(cpu);
	assert_int_equal(tcpfin_ring_count_used(), 5);
	for (this_cpu = 0; this_cpu < 10; this_cpu++)
		write_one();
	for (ring = 0; ring < 5; ring++)
		assert_int_equal(tcpfin_ring_head(ring), 1);
	assert_int_equal(header->no_ring, 0);
	assert_int_equal(tcpfin_ring_count_lost(), 5);
	assert_int_equal(header->no_ring, 5);
	/* An interrupt may nest here as in a ring. */
	this_cpu = 9;
	cpus.prepare(9);
	outer = tcpfin_ring_begin(&seq);
	write_one();
	fill(outer, seq - 1);
	tcpfin_ring_commit(outer, seq);
	assert_int_equal(tcpfin_ring_count_lost(), 7);
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
		TEST(spare_rings_are_few),
		TEST(default_size_has_a_limit),
		TEST(a_cpu_that_comes_gets_the_next_ring),
		TEST(without_a_ring_records_are_lost),
	};

	return RUN_TESTS(tests);
}
