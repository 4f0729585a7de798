// SPDX-License-Identifier: GPL-2.0
/* Several recordings as one source: order, clocks, machines, names. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "commands/commands.h"
#include "fixtures.h"
#include "recording_builder.h"
#include "source/merge.h"
#include "source/probes.h"
#include "source/recording_read.h"

#define BOOT_A	"11111111-1111-1111-1111-111111111111"
#define BOOT_B	"22222222-2222-2222-2222-222222222222"

#define HERE	(1000 * SEC)

/* Make events of one ring at these times, with numbers from @seq on. */
static struct tcpfin_event *make_events(const uint64_t *times, size_t count,
					uint64_t seq, struct item *items)
{
	struct tcpfin_event *ev = calloc(count, sizeof(*ev));
	size_t i;

	assert_non_null(ev);
	for (i = 0; i < count; i++) {
		ev[i] = fixture_event(TCPFIN_KIND_STATE, seq + i, 1, 4,
				      times[i]);
		ev[i].seq = seq + i;
		items[i] = (struct item)SCRIPT_EVENT(&ev[i]);
	}
	return ev;
}

static struct source *record(const uint64_t *times, size_t count, uint64_t seq,
			     const char *boot, const char *host,
			     uint64_t offset)
{
	struct item items[8];
	struct tcpfin_event *ev = make_events(times, count, seq, items);
	struct recording_bytes recording =
		builder_of(items, count, boot, host, offset);
	char why[ERROR_LINE_MAX];
	struct source *src = builder_open(recording.data, recording.size, why);

	assert_non_null(src);
	builder_free(&recording);
	free(ev);
	return src;
}

static void expect(struct source *src, uint32_t host, uint64_t time_ns,
		   uint64_t cookie)
{
	struct item item;

	source_next(src, &item);
	assert_int_equal(item.type, ITEM_EVENT);
	assert_int_equal(item.host, host);
	assert_int_equal(item.time_ns, time_ns);
	assert_int_equal(item.event->time_ns, time_ns);
	assert_int_equal(item.event->cookie, cookie);
}

static void expect_end(struct source *src, const char *fault)
{
	struct item item;

	source_next(src, &item);
	assert_int_equal(item.type, ITEM_END);
	assert_string_equal(src->fault, fault);
	source_next(src, &item);
	assert_int_equal(item.type, ITEM_END);
}

static void expect_last(struct source *src)
{
	expect_end(src, "");
	source_close(src);
}

/* The second machine booted 100 s after the first. */
static void puts_all_on_one_clock(void **state)
{
	static const uint64_t a[] = { 101 * SEC, 103 * SEC };
	static const uint64_t b[] = { 0, 2 * SEC, 4 * SEC };
	struct source *list[] = {
		record(a, 2, 10, BOOT_A, "a", HERE),
		record(b, 3, 20, BOOT_B, "b", HERE + 100 * SEC),
	};
	struct source *src = merge_open(list, 2, -1);

	(void)state;
	assert_non_null(src);
	assert_int_equal(src->hosts, 2);
	assert_string_equal(source_host_name(src, 0), "a");
	assert_string_equal(source_host_name(src, 1), "b");
	expect(src, 1, 100 * SEC, 20);
	expect(src, 0, 101 * SEC, 10);
	expect(src, 1, 102 * SEC, 21);
	expect(src, 0, 103 * SEC, 11);
	expect(src, 1, 104 * SEC, 22);
	assert_int_equal(source_wall(src, SEC), HERE + SEC);
	expect_end(src, "");
	/* The end marks are at 99 s on each clock. */
	assert_int_equal(source_now(src), 199 * SEC);
	source_close(src);
}

/* The second machine booted 100 s earlier: times on the first's clock would be negative. */
static void uses_the_clock_that_began_first(void **state)
{
	static const uint64_t a[] = { 1 * SEC, 30 * SEC };
	static const uint64_t b[] = { 20 * SEC, 120 * SEC };
	struct source *list[] = {
		record(a, 2, 10, BOOT_A, "a", HERE),
		record(b, 2, 20, BOOT_B, "b", HERE - 100 * SEC),
	};
	struct source *src = merge_open(list, 2, -1);

	(void)state;
	expect(src, 1, 20 * SEC, 20);
	expect(src, 0, 101 * SEC, 10);
	expect(src, 1, 120 * SEC, 21);
	expect(src, 0, 130 * SEC, 11);
	assert_int_equal(source_wall(src, 101 * SEC), HERE + SEC);
	expect_last(src);
}

static void one_boot_is_one_machine(void **state)
{
	static const uint64_t a[] = { 1 * SEC, 3 * SEC };
	static const uint64_t b[] = { 2 * SEC, 4 * SEC };
	struct source *list[] = {
		record(a, 2, 10, BOOT_A, "a", HERE),
		record(b, 2, 20, BOOT_A, "renamed", HERE - 7),
	};
	struct source *src = merge_open(list, 2, -1);

	(void)state;
	assert_int_equal(src->hosts, 1);
	expect(src, 0, 1 * SEC, 10);
	expect(src, 0, 2 * SEC, 20);
	expect(src, 0, 3 * SEC, 11);
	expect(src, 0, 4 * SEC, 21);
	expect_last(src);
}

static void an_unknown_boot_id_equals_no_other(void **state)
{
	static const uint64_t a[] = { 1 * SEC };
	struct source *list[] = {
		record(a, 1, 10, "", "a", HERE),
		record(a, 1, 10, "", "a", HERE),
		record(a, 1, 10, BOOT_A, "a", HERE),
	};
	struct source *src = merge_open(list, 3, -1);

	(void)state;
	assert_int_equal(src->hosts, 3);
	assert_string_equal(source_host_name(src, 0), "a");
	assert_string_equal(source_host_name(src, 1), "a#2");
	assert_string_equal(source_host_name(src, 2), "a#3");
	expect(src, 0, SEC, 10);
	expect(src, 1, SEC, 10);
	expect(src, 2, SEC, 10);
	expect_last(src);
}

/* Two recordings of the same time: an event in both is returned once. */
static void hands_a_record_out_once(void **state)
{
	static const uint64_t a[] = { 1 * SEC, 2 * SEC, 3 * SEC };
	static const uint64_t b[] = { 2 * SEC, 3 * SEC, 4 * SEC };
	struct source *list[] = {
		record(a, 3, 10, BOOT_A, "a", HERE),
		record(b, 3, 11, BOOT_A, "a", HERE),
	};
	struct source *src = merge_open(list, 2, -1);

	(void)state;
	expect(src, 0, 1 * SEC, 10);
	expect(src, 0, 2 * SEC, 11);
	expect(src, 0, 3 * SEC, 12);
	expect(src, 0, 4 * SEC, 13);
	expect_last(src);
}

/* Both use caller 1, for different functions; the second has the first's function, too. */
static void names_callers_of_each_module(void **state)
{
	static const char *const names[2][2] = {
		{ "first", "" }, { "second", "first" },
	};
	struct source *list[2], *src;
	struct tcpfin_event ev[2];
	struct item items[2];
	char why[ERROR_LINE_MAX];
	uint32_t details[3];
	struct item item;
	struct recording_bytes recording;
	unsigned int i, j;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct rec_block *block;
		struct rec_info *info;

		for (j = 0; j < 2; j++) {
			ev[j] = fixture_event(TCPFIN_KIND_TW_DEATH, 1, 6, 7,
					      (2 * i + j) * SEC);
			ev[j].reason = TCPFIN_REASON_CALLER;
			ev[j].detail = j + 1;
			items[j] = (struct item)SCRIPT_EVENT(&ev[j]);
		}
		recording = builder_of(items, i + 1, i ? BOOT_A : BOOT_B, "a", HERE);
		block = builder_block(&recording, 0);
		info = (void *)(block + 1);
		for (j = 0; j < 2; j++)
			strcpy(info->module.caller[j + 1], names[i][j]);
		builder_seal(block);
		/* The recorder's copy of the module's header. */
		list[i] = builder_open(recording.data, recording.size, why);
		assert_non_null(list[i]);
		builder_free(&recording);
	}
	src = merge_open(list, 2, -1);
	for (i = 0; i < 3; i++) {
		source_next(src, &item);
		assert_int_equal(item.type, ITEM_EVENT);
		details[i] = item.event->detail;
	}
	assert_string_equal(src->header.caller[details[0]], "first");
	assert_string_equal(src->header.caller[details[1]], "second");
	assert_int_equal(details[2], details[0]);
	expect_last(src);
}

static void reports_every_fault(void **state)
{
	static const uint64_t a[] = { 1 * SEC };
	struct source *list[2], *src;
	struct item items[1];
	struct tcpfin_event *ev = make_events(a, 1, 1, items);
	char why[ERROR_LINE_MAX];
	struct recording_bytes recording;
	unsigned int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		recording = builder_of(items, 1, i ? BOOT_A : BOOT_B, "a", HERE);
		list[i] = builder_open(recording.data, (size_t)((unsigned char *)
				    builder_block(&recording, 2) - recording.data), why);
		builder_free(&recording);
	}
	free(ev);
	src = merge_open(list, 2, -1);
	expect(src, 0, SEC, 1);
	expect(src, 1, SEC, 1);
	expect_end(src,
		   "test: has no end mark: it was cut off, or is still being written; "
		   "test: has no end mark: it was cut off, or is still being written");
	source_close(src);
}

/* A pipe without data delays the others only for a while. */
static void a_silent_pipe_is_not_waited_for(void **state)
{
	static const uint64_t a[] = { 5 * SEC };
	struct source *list[2], *src;
	struct item items[1], item;
	struct tcpfin_event *ev = make_events(a, 1, 1, items);
	struct recording_bytes recording = builder_of(items, 1, BOOT_A, "a", HERE);
	char why[ERROR_LINE_MAX];
	unsigned int idle = 0;
	size_t part;
	int fd[2];

	(void)state;
	free(ev);
	part = (size_t)((unsigned char *)builder_block(&recording, 1) - recording.data);
	assert_int_equal(pipe(fd), 0);
	assert_int_equal(write(fd[1], recording.data, part), part);
	list[0] = recording_open_fd(fd[0], "pipe", -1, why);
	list[1] = record(a, 1, 1, BOOT_B, "b", HERE);
	src = merge_open(list, 2, -1);
	for (;; idle++) {
		source_next(src, &item);
		if (item.type != ITEM_IDLE)
			break;
		source_wait(src, 1000);
	}
	assert_int_equal(item.type, ITEM_EVENT);
	assert_int_equal(item.host, 1);
	assert_in_range(idle, 1, 10);
	assert_int_equal(write(fd[1], recording.data + part, recording.size - part),
			 recording.size - part);
	close(fd[1]);
	do {
		source_next(src, &item);
	} while (item.type == ITEM_IDLE);
	assert_int_equal(item.host, 0);
	expect_last(src);
	builder_free(&recording);
}

static void joins_the_settings(void **state)
{
	struct sysctl a[SYSCTLS], b[SYSCTLS];
	static const char one[] = "net.ipv4.tcp_fin_timeout=60\n"
				  "net.ipv4.tcp_tw_reuse=2\njunk\n"
				  "net.ipv4.tcp_rfc1337=\033[m\n";
	static const char two[] = "net.ipv4.tcp_tw_reuse=1\n"
				  "net.ipv4.tcp_fin_timeout=60";

	(void)state;
	sysctl_parse_all(a, one, sizeof(one));
	sysctl_parse_all(b, two, sizeof(two) - 1);
	sysctl_merge_all(a, b);
	assert_string_equal(a[0].value, "60");
	assert_string_equal(a[1].value, "");
	assert_string_equal(a[2].value, "2/1");
	assert_string_equal(a[3].value, "\\x1b[m/-");
}

/* "watch" names the machine if there are several. */
static void watch_names_the_machine(void **state)
{
	static const uint64_t a[] = { 1 * SEC }, b[] = { 2 * SEC };
	struct watch_options opts = { .selection.json = true };
	struct source *list[2], *src;
	unsigned int i;
	size_t size;
	char *text;
	FILE *out;

	(void)state;
	for (i = 0; i < 2; i++) {
		list[0] = record(a, 1, 10, BOOT_A, "left", HERE);
		list[1] = record(b, 1, 20, BOOT_B, "right", HERE);
		src = merge_open(list, 2, -1);
		out = open_memstream(&text, &size);
		opts.selection.json = !i;
		assert_int_equal(watch_command.view(src, &opts, out), 0);
		fclose(out);
		assert_non_null(strstr(text, i ?
			"HOST         C-COMM" : "\"host\":\"left\",\"time\""));
		assert_non_null(strstr(text, i ?
			"\nright        -        40000" :
			"\"host\":\"right\",\"time\":\"1970-01-01T00:16:42."));
		free(text);
		source_close(src);
	}
}

static void set_probe(struct source *src, const char *symbol, bool hooked,
		      uint64_t unreached)
{
	struct tcpfin_probe *probe = &src->header.probe[0];

	snprintf(probe->symbol, sizeof(probe->symbol), "%s", symbol);
	probe->hooked = hooked;
	probe->unreached = unreached;
}

/* Of recordings of one load the one with the highest count stands for all. */
static void has_the_probes_of_each_machine(void **state)
{
	static const uint64_t a[] = { 1 * SEC };
	const struct tcpfin_header *h;
	struct source *list[3], *src;
	uint32_t host = 9;

	(void)state;
	list[0] = record(a, 1, 10, BOOT_A, "left", HERE);
	list[1] = record(a, 1, 20, BOOT_B, "right", HERE);
	list[2] = record(a, 1, 10, BOOT_A, "left", HERE);
	set_probe(list[0], "one", true, 2);
	set_probe(list[1], "two", true, 30);
	set_probe(list[2], "one", true, 5);
	src = merge_open(list, 3, -1);
	h = source_module(src, 0, &host);
	assert_int_equal(host, 1);
	assert_string_equal(h->probe[0].symbol, "two");
	h = source_module(src, 1, &host);
	assert_int_equal(host, 0);
	assert_int_equal(h->probe[0].unreached, 5);
	assert_null(source_module(src, 2, &host));
	assert_int_equal(source_unreached(src), 35);
	source_close(src);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(puts_all_on_one_clock),
		cmocka_unit_test(uses_the_clock_that_began_first),
		cmocka_unit_test(one_boot_is_one_machine),
		cmocka_unit_test(an_unknown_boot_id_equals_no_other),
		cmocka_unit_test(hands_a_record_out_once),
		cmocka_unit_test(names_callers_of_each_module),
		cmocka_unit_test(reports_every_fault),
		cmocka_unit_test(a_silent_pipe_is_not_waited_for),
		cmocka_unit_test(joins_the_settings),
		cmocka_unit_test(has_the_probes_of_each_machine),
		cmocka_unit_test(watch_names_the_machine),
	};

	return RUN_TESTS(tests);
}
