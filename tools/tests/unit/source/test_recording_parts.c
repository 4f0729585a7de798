// SPDX-License-Identifier: GPL-2.0
/* A recording in several files: together they give the items of one file. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "check.h"
#include "fixtures.h"
#include "recording_builder.h"
#include "source/recording_read.h"
#include "source/recording_write.h"

#define COUNT	24
#define PARTS	4

static struct tcpfin_event ev[COUNT];
static struct item items[COUNT];
static off_t cut;	/* bytes that the first part lacks */
static uint32_t third_cpu = 2;	/* ring of its third event */

/* Times that repeat and go back, as with a late tw-birth; and losses. */
static void make_items(void)
{
	unsigned int i;

	for (i = 0; i < COUNT; i++) {
		ev[i] = fixture_event(TCPFIN_KIND_STATE, i, 1, 4,
				      (50 + i / 3 - i % 3) * SEC);
		items[i] = (struct item){
			.type = ITEM_EVENT, .cpu = i % 4,
			.event = &ev[i],
		};
	}
	items[2].cpu = third_cpu;
	items[7] = (struct item){
		.type = ITEM_LOST, .cpu = 127, .count = 11,
		.time_ns = 52 * SEC,
	};
	items[13] = (struct item){
		.type = ITEM_MISSED, .count = 3, .mini = 2,
		.time_ns = 54 * SEC,
	};
}

/* Record all items in parts of equal size. */
static void record(struct source *list[PARTS], unsigned int parts)
{
	static struct recorder recorder;
	char why[ERROR_LINE_MAX];
	struct script script;
	unsigned int i, n;
	int fd[PARTS];

	make_items();
	script_init(&script, NULL, 0);
	script.src.header = builder_header();
	script.src.wall_offset_ns = 1000 * SEC;
	for (n = 0; n < parts; n++) {
		fd[n] = memfd_create("part", MFD_CLOEXEC);
		script.now_ns = (40 + n) * SEC;
		script.src.wall_offset_ns += n;
		assert_true(n ? recorder_continue(&recorder, fd[n],
						  &script.src) :
				recorder_start(&recorder, fd[0],
					       &script.src));
		for (i = n * COUNT / parts; i < (n + 1) * COUNT / parts; i++)
			assert_true(recorder_item(&recorder, &script.src,
						  &items[i]));
		strcpy(script.src.header.caller[n + 1], "some_function");
		script.now_ns = (n + 1 < parts ? 41 + n : 99) * SEC;
		assert_true(recorder_finish(&recorder, &script.src));
		assert_int_equal(recorder.bytes, lseek(fd[n], 0, SEEK_END));
	}
	assert_int_equal(ftruncate(fd[0], lseek(fd[0], 0, SEEK_END) - cut), 0);
	for (n = 0; n < parts; n++) {
		lseek(fd[n], 0, SEEK_SET);
		list[n] = recording_open_fd(fd[n], "part", -1, why);
		assert_non_null(list[n]);
	}
}

static void expect_items(struct source *src, unsigned int from,
			 unsigned int end)
{
	for (; from < end; from++)
		builder_expect(src, &items[from]);
}

static void expect_end(struct source *src, const char *fault)
{
	struct item item;

	source_next(src, &item);
	assert_int_equal(item.type, ITEM_END);
	assert_string_equal(src->fault, fault);
	source_close(src);
}

/* The order of the files does not matter. */
static void parts_are_one_recording(void **state)
{
	static const unsigned char orders[][PARTS] = {
		{ 0, 1, 2, 3 }, { 3, 2, 1, 0 }, { 2, 0, 3, 1 }, { 1, 3, 0, 2 },
	};
	struct source *list[PARTS], *given[PARTS];
	unsigned int i, n;

	(void)state;
	for (i = 0; i < sizeof(orders) / sizeof(orders[0]); i++) {
		record(list, PARTS);
		for (n = 0; n < PARTS; n++)
			given[n] = list[orders[i][n]];
		assert_int_equal(recording_join(given, PARTS), 1);
		assert_int_equal(recording_part_of(given[0]).number, 0);
		assert_int_equal(source_now(given[0]), 40 * SEC);
		expect_items(given[0], 0, COUNT);
		assert_int_equal(source_wall(given[0], 0), 1000 * SEC);
		assert_string_equal(given[0]->header.caller[3],
				    "some_function");
		expect_end(given[0], "");
	}
}

/* One part alone has its items, and the count of events before it. */
static void a_part_stands_alone(void **state)
{
	struct source *list[PARTS];
	struct recording_part part;
	unsigned int n;

	(void)state;
	record(list, PARTS);
	for (n = 0; n < PARTS; n++) {
		part = recording_part_of(list[n]);
		assert_int_equal(part.number, n);
		/* A sixth of these is no event. */
		assert_int_equal(part.before.events,
				 n * COUNT / PARTS - (n > 1) - (n > 2));
		assert_int_equal(part.before.lost, n > 1 ? 11 : 0);
		assert_int_equal(part.before.missed, n > 2 ? 3 : 0);
		assert_int_equal(part.before.time_ns, 40 * SEC);
		expect_items(list[n], n * COUNT / PARTS,
			     (n + 1) * COUNT / PARTS);
		expect_end(list[n], "");
	}
}

/* A missing part is a loss of its events and of its own losses. */
static void a_part_between_is_a_loss(void **state)
{
	const struct item hole = {
		.type = ITEM_LOST, .cpu = CPU_NONE,
		.count = 2 * COUNT / PARTS - 2 + 11 + 3, .time_ns = 43 * SEC,
	};
	struct source *list[PARTS];

	(void)state;
	record(list, PARTS);
	source_close(list[1]);
	source_close(list[2]);
	list[1] = list[3];
	assert_int_equal(recording_join(list, 2), 1);
	expect_items(list[0], 0, COUNT / PARTS);
	builder_expect(list[0], &hole);
	expect_items(list[0], 3 * COUNT / PARTS, COUNT);
	expect_end(list[0], "");
}

/* Parts after a damaged part are read. */
static void goes_on_after_a_damaged_part(void **state)
{
	const struct item hole = {
		.type = ITEM_LOST, .cpu = CPU_NONE,
		.count = COUNT / PARTS, .time_ns = 41 * SEC,
	};
	struct source *list[PARTS];

	(void)state;
	cut = 60;
	record(list, PARTS);
	cut = 0;
	assert_int_equal(recording_join(list, PARTS), 1);
	builder_expect(list[0], &hole);
	expect_items(list[0], COUNT / PARTS, COUNT);
	if (!strstr(list[0]->fault, "part: cut off at byte"))
		fail_msg("fault '%s'", list[0]->fault);
	expect_end(list[0], list[0]->fault);
}

/* The rest of the damaged block is lost. */
static void goes_on_after_nonsense(void **state)
{
	const struct item hole = {
		.type = ITEM_LOST, .cpu = CPU_NONE,
		.count = COUNT / PARTS - 2, .time_ns = 41 * SEC,
	};
	struct source *list[PARTS];

	(void)state;
	third_cpu = 9;
	record(list, PARTS);
	third_cpu = 2;
	assert_int_equal(recording_join(list, PARTS), 1);
	expect_items(list[0], 0, 2);
	builder_expect(list[0], &hole);
	expect_items(list[0], COUNT / PARTS, COUNT);
	if (!strstr(list[0]->fault, "an event of an unknown ring"))
		fail_msg("fault '%s'", list[0]->fault);
	expect_end(list[0], list[0]->fault);
}

static void another_recording_is_no_part(void **state)
{
	struct source *list[PARTS + 1], *other[PARTS];

	(void)state;
	record(list, 2);
	record(other, 1);
	/* The same part twice, and a part of another recording. */
	list[2] = other[0];
	assert_int_equal(recording_join(list, 3), 2);
	assert_ptr_equal(list[1], other[0]);
	expect_items(list[0], 0, COUNT);
	expect_end(list[0], "");
	expect_items(list[1], 0, COUNT);
	expect_end(list[1], "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_are_one_recording),
		cmocka_unit_test(a_part_stands_alone),
		cmocka_unit_test(a_part_between_is_a_loss),
		cmocka_unit_test(goes_on_after_a_damaged_part),
		cmocka_unit_test(goes_on_after_nonsense),
		cmocka_unit_test(another_recording_is_no_part),
	};

	return RUN_TESTS(tests);
}
