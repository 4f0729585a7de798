// SPDX-License-Identifier: GPL-2.0
/*
 * Recordings of ABI 3 and of machines with the other byte order: what is read and shown
 * is the same as if this machine and its module had made them.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "check.h"
#include "fixtures.h"
#include "program.h"
#include "recording_builder.h"
#include "recording_forms.h"
#include "source/merge.h"
#include "source/recording_read.h"
#include "source/recording_write.h"
#include "temp_folder.h"

#define ITEMS	16
#define PARTS	2

static struct tcpfin_event ev[ITEMS];
static struct item items[ITEMS];

static void add_event(unsigned int n, struct tcpfin_event event)
{
	ev[n] = event;
	ev[n].seq = n + 1;
	items[n] = (struct item){
		.type = ITEM_EVENT, .cpu = n % 4, .event = &ev[n],
		.time_ns = ev[n].time_ns,
	};
}

static struct tcpfin_event ended(struct tcpfin_event event, uint8_t reason,
				 uint32_t detail, uint8_t err)
{
	event.reason = reason;
	event.detail = detail;
	event.err = err;
	return event;
}

/* A connection over IPv6 that was bound to a device, in a cgroup. */
static struct tcpfin_event over_ipv6(struct tcpfin_event event)
{
	event.family = AF_INET6;
	event.laddr[15] = 1;
	event.raddr[15] = 2;
	event.ifindex = 0x01020304;
	event.flags |= TCPFIN_F_OWNER | TCPFIN_F_ORPHAN;
	event.uid = 1000;
	event.cgroup = 0x0102030405060708;
	return event;
}

/*
 * All kinds of items, and all that differs between the forms. The golden recording is
 * of these items, too.
 */
static void make_items(void)
{
	const uint8_t state = TCPFIN_KIND_STATE;

	add_event(0, fixture_task(fixture_event(state, 1, TCP_ESTABLISHED,
						TCP_FIN_WAIT1, SEC), 612, "curl"));
	add_event(1, fixture_far(state, 2, TCP_ESTABLISHED, TCP_CLOSE_WAIT, 2 * SEC));
	add_event(2, ended(fixture_task(fixture_far(state, 2, TCP_CLOSE_WAIT,
						    TCP_LAST_ACK, 3 * SEC),
					0x01020304, "a\033name-of-15-ch"),
			   TCPFIN_REASON_NONE, TCPFIN_LAST_ACK_WITH_FIN, 0));
	add_event(3, fixture_event(state, 1, TCP_FIN_WAIT1, TCP_FIN_WAIT2, 4 * SEC));
	add_event(4, fixture_event(TCPFIN_KIND_TW_BIRTH, 1, TCP_FIN_WAIT2,
				   TCP_TIME_WAIT, 5 * SEC));
	add_event(5, fixture_far(state, 2, TCP_LAST_ACK, TCP_CLOSE, 6 * SEC));
	items[6] = (struct item){
		.type = ITEM_LOST, .cpu = 3, .count = 0x0102030405, .time_ns = 7 * SEC,
	};
	items[7] = (struct item){
		.type = ITEM_MISSED, .count = 5, .mini = 2, .time_ns = 7 * SEC,
	};
	add_event(8, over_ipv6(fixture_event(TCPFIN_KIND_FIN_RETRANS, 3, TCP_FIN_WAIT1,
					     TCP_FIN_WAIT1, 8 * SEC)));
	add_event(9, ended(over_ipv6(fixture_event(state, 3, TCP_FIN_WAIT1, TCP_CLOSE,
						   9 * SEC)),
			   TCPFIN_REASON_TIMEOUT,
			   TCPFIN_TIMEOUT_DETAIL(TCPFIN_TIMEOUT_UNKNOWN, 9), 110));
	add_event(10, ended(fixture_event(state, 4, TCP_ESTABLISHED, TCP_CLOSE,
					  10 * SEC),
			    TCPFIN_REASON_ABORTED, TCPFIN_CAUSE_UNREAD_DATA, 104));
	ev[10].flags |= TCPFIN_F_RST;
	add_event(11, ended(fixture_event(state, 5, TCP_CLOSE_WAIT, TCP_CLOSE, 11 * SEC),
			    TCPFIN_REASON_ERROR, 0, 113));
	add_event(12, fixture_event(TCPFIN_KIND_TW_BIRTH, 6, TCP_FIN_WAIT1,
				    TCP_FIN_WAIT2, 12 * SEC));
	/* Its name is in a header that comes just before. */
	add_event(13, ended(fixture_event(TCPFIN_KIND_TW_DEATH, 6, TCP_FIN_WAIT2,
					  TCP_CLOSE, 13 * SEC),
			    TCPFIN_REASON_CALLER, 1, 0));
	add_event(14, fixture_event(TCPFIN_KIND_TW_EXTEND, 1, TCP_TIME_WAIT,
				    TCP_TIME_WAIT, 20 * SEC));
	ev[14].flags |= TCPFIN_F_FIN;
	add_event(15, ended(fixture_event(TCPFIN_KIND_TW_DEATH, 1, TCP_TIME_WAIT,
					  TCP_CLOSE, 80 * SEC),
			    TCPFIN_REASON_EXPIRED, 0, 0));
}

/* Name the machine, so that the recording does not depend on where it is made. */
static void name_machine(const struct recording_bytes *recording)
{
	struct rec_block *block = builder_block(recording, 0);
	struct rec_info *info = (void *)(block + 1);

	memset(info->boot_id, 0, sizeof(info->boot_id));
	memset(info->host, 0, sizeof(info->host));
	strcpy(info->boot_id, "01234567-89ab-cdef-0123-456789abcdef");
	strcpy(info->host, "fixture");
	builder_seal(block);
}

static struct recording_bytes take_file(int fd)
{
	struct recording_bytes recording;
	off_t size = lseek(fd, 0, SEEK_END);

	assert_true(size > 0);
	recording.size = (size_t)size;
	recording.data = malloc(recording.size);
	assert_non_null(recording.data);
	assert_int_equal(pread(fd, recording.data, recording.size, 0), size);
	close(fd);
	return recording;
}

/* Record the items in one file or two. */
static void record(struct recording_bytes *parts, unsigned int count)
{
	static struct recorder recorder;
	struct script script;
	unsigned int i, n;
	int fd;

	make_items();
	script_init(&script, NULL, 0);
	script.src.header = builder_header();
	script.src.header.unmatched = 0x0102030405;
	script.src.header.probe[0].missed = 0x0102030405;
	script.src.wall_offset_ns = 1000 * SEC;
	script.now_ns = 7;
	for (n = 0; n < count; n++) {
		fd = memfd_create("recording", MFD_CLOEXEC);
		assert_true(fd >= 0);
		assert_true(n ? recorder_continue(&recorder, fd, &script.src) :
				recorder_start(&recorder, fd, &script.src));
		for (i = n * ITEMS / count; i < (n + 1) * ITEMS / count; i++) {
			if (i == 12)
				assert_true(recorder_flush(&recorder, &script.src));
			if (i == 13)
				strcpy(script.src.header.caller[1], "some_function");
			if (items[i].type == ITEM_EVENT)
				script.now_ns = items[i].time_ns;
			assert_true(recorder_item(&recorder, &script.src, &items[i]));
			if (i == 11)
				assert_true(recorder_idle(&recorder, &script.src));
		}
		if (n + 1 == count)
			script.now_ns = 99 * SEC;
		assert_true(recorder_finish(&recorder, &script.src));
		parts[n] = take_file(fd);
		name_machine(&parts[n]);
	}
}

static struct recording_bytes record_one(void)
{
	struct recording_bytes recording;

	record(&recording, 1);
	return recording;
}

static void expect_all(struct source *src)
{
	unsigned int i;

	for (i = 0; i < ITEMS; i++)
		builder_expect(src, &items[i]);
	assert_string_equal(src->header.caller[1], "some_function");
	builder_expect_end(src, "");
	assert_int_equal(source_now(src), 99 * SEC);
}

/* All items, the header, the clocks and the machine are the same. */
static void reads_all_forms(void **state)
{
	struct recording_bytes recording = record_one(), form;
	struct source *want, *src;
	struct item item;
	unsigned int n;

	(void)state;
	for (n = 0; n < FORMS; n++) {
		form = recording_form(&recording, n);
		src = builder_source(form.data, form.size);
		want = builder_source(recording.data, recording.size);
		assert_memory_equal(&src->header, &want->header, sizeof(src->header));
		assert_int_equal(source_wall(src, 3), 1000 * SEC + 3);
		assert_int_equal(source_now(src), 7);
		assert_string_equal(source_host_name(src, 0), "fixture");
		expect_all(src);
		do {
			source_next(want, &item);
		} while (item.type != ITEM_END);
		assert_memory_equal(&src->header, &want->header, sizeof(src->header));
		source_close(want);
		source_close(src);
		builder_free(&form);
	}
	builder_free(&recording);
}

/* What ABI 3 has no room for, in the other byte order. */
static void reads_what_is_new(void **state)
{
	struct tcpfin_event event = fixture_event(TCPFIN_KIND_STATE, 1, TCP_ESTABLISHED,
						  TCP_CLOSE, 10 * SEC);
	const struct item item = SCRIPT_EVENT(&event);
	struct recording_bytes recording, form;
	struct source *src;

	(void)state;
	event.flags = TCPFIN_F_RST_NUMBERS | TCPFIN_F_MPTCP | TCPFIN_F_FIN_ACKED;
	event.inode = 0x01020304;
	event.rst_seq = 0x05060708;
	event.rst_ack = 0x090a0b0c;
	event.reserved = 0x0d0e0f10;
	event.reason = TCPFIN_REASON_TIMEOUT;
	event.detail = TCPFIN_TIMEOUT_DETAIL(TCPFIN_TIMEOUT_USER, 3);
	recording = builder_record(&item, 1);
	form = recording_form(&recording, 2);
	src = builder_source(form.data, form.size);
	builder_expect(src, &item);
	builder_expect_end(src, "");
	source_close(src);
	builder_free(&form);
	builder_free(&recording);
}

/* The path of a file that is part of the tests. */
static void path_of(const char *name, char path[8192])
{
	size_t len = strlen(program_path) - strlen("tcpfin");

	snprintf(path, 8192, "%.*stests/unit/source/%s", (int)len, program_path, name);
}

/* A recording of make_items() that the program wrote when the module had ABI 3. */
static void reads_an_old_file(void **state)
{
	char path[8192], why[ERROR_LINE_MAX];
	struct source *src;

	(void)state;
	make_items();
	path_of("abi3.recording", path);
	src = recording_open(path, -1, why);
	if (!src)
		fail_msg("%s", why);
	assert_int_equal(src->header.abi, TCPFIN_ABI);
	assert_int_equal(src->header.rings, 4);
	assert_int_equal(src->header.unmatched, 0x0102030405);
	assert_int_equal(src->header.probe[0].missed, 0x0102030405);
	assert_int_equal(src->header.probe[0].hooked, 1);
	assert_string_equal(src->header.probe[0].symbol, "tcp_set_state");
	assert_string_equal(src->header.kernel, "6.1.0-test");
	assert_string_equal(source_host_name(src, 0), "fixture");
	expect_all(src);
	source_close(src);
}

static void put_file(const char *name, unsigned int n,
		     const struct recording_bytes *recording)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "%s/%s%u", temp_folder, name, n);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, recording->data, recording->size), recording->size);
	close(fd);
}

/* Run a command on some recordings; return its output, with 0 for NULs, and status. */
static char *output_of(const char *command, const char *inputs)
{
	char line[8192];
	size_t len;
	FILE *pipe;

	snprintf(line, sizeof(line),
		 "cd %s && { '%s' %s %s 2>&1; printf '\\nstatus %%s\\n' $?; } | tr '\\0' 0",
		 temp_folder, program_path, command, inputs);
	pipe = popen(line, "r");
	assert_non_null(pipe);
	len = fread(program_output, 1, sizeof(program_output) - 1, pipe);
	program_output[len] = '\0';
	pclose(pipe);
	if (!strstr(program_output, "\nstatus 0\n") &&
	    (strncmp(command, "doctor", 6) || !strstr(program_output, "\nstatus 2\n")))
		fail_msg("%s: %s", line, program_output);
	return strdup(program_output);
}

static const char *const commands[] = {
	"watch", "watch --json", "watch -T --csv", "handshakes", "handshakes --json",
	"ladder", "summary", "summary --json --by comm", "doctor", "doctor --json",
	"export --perfetto -o -", "export --pcapng -o -", "export --openmetrics -o -",
};

/* All commands must show the same of @inputs as of @same. */
static void expect_same(const char *inputs, const char *same)
{
	char *want, *seen;
	size_t i;

	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		want = output_of(commands[i], same);
		seen = output_of(commands[i], inputs);
		if (strcmp(want, seen))
			fail_msg("%s %s: want:\n%s\nseen:\n%s", commands[i], inputs,
				 want, seen);
		free(want);
		free(seen);
	}
}

static void shows_all_forms_alike(void **state)
{
	struct recording_bytes recording = record_one(), form;
	char inputs[16];
	unsigned int n;

	(void)state;
	for (n = 0; n < FORMS; n++) {
		form = recording_form(&recording, n);
		put_file("form", n, &form);
		builder_free(&form);
	}
	for (n = 1; n < FORMS; n++) {
		snprintf(inputs, sizeof(inputs), "-r form%u", n);
		expect_same(inputs, "-r form0");
	}
	builder_free(&recording);
}

/* Recordings of the same steps in several forms are merged as if they were alike. */
static void merges_forms(void **state)
{
	struct recording_bytes recording = record_one(), form;
	unsigned int n;

	(void)state;
	for (n = 0; n < FORMS; n++) {
		form = recording_form(&recording, n);
		put_file("form", n, &form);
		builder_free(&form);
	}
	expect_same("-r form0 -r form1", "-r form0 -r form0");
	expect_same("-r form3 -r form2", "-r form0 -r form0");
	expect_same("-r form3 -r form0 -r form2", "-r form0 -r form0 -r form0");
	builder_free(&recording);
}

/* The same for the parts of a rotated recording, each in a form of its own. */
static void joins_parts_of_forms(void **state)
{
	struct recording_bytes parts[PARTS], form;
	unsigned int i, n;
	char inputs[64];

	(void)state;
	record(parts, PARTS);
	for (i = 0; i < PARTS; i++) {
		for (n = 0; n < FORMS; n++) {
			form = recording_form(&parts[i], n);
			put_file(i ? "second" : "first", n, &form);
			builder_free(&form);
		}
		builder_free(&parts[i]);
	}
	for (i = 0; i < FORMS; i++) {
		n = (i + 1) % FORMS;
		snprintf(inputs, sizeof(inputs), "-r second%u -r first%u", i, n);
		expect_same(inputs, "-r first0 -r second0");
	}
}

/* Read to the end; return how many items were right before the first fault. */
static unsigned int count_right(struct source *src, const char *fault)
{
	unsigned int right = 0;
	struct item item;

	for (;;) {
		source_next(src, &item);
		if (item.type == ITEM_END)
			break;
		assert_true(right < ITEMS);
		assert_int_equal(item.type, items[right].type);
		if (item.type == ITEM_EVENT)
			assert_memory_equal(item.event, items[right].event,
					    sizeof(*item.event));
		right++;
	}
	if (!strstr(src->fault, fault))
		fail_msg("fault '%s' expected, '%s' seen", fault, src->fault);
	return right;
}

/* Whatever is cut off or flipped: a fault, and no wrong item before it. */
static void reports_damage_in_all_forms(void **state)
{
	struct recording_bytes recording = record_one(), form;
	char why[ERROR_LINE_MAX];
	struct source *src;
	unsigned int n;
	size_t at;

	(void)state;
	for (n = 1; n < FORMS; n++) {
		form = recording_form(&recording, n);
		for (at = 0; at < form.size; at++) {
			src = builder_open(form.data, at, why);
			if (!src)
				continue;
			count_right(src, "cut off");
			source_close(src);
		}
		for (at = 0; at < 8 * form.size; at++) {
			form.data[at / 8] ^= 1 << at % 8;
			src = builder_open(form.data, form.size, why);
			if (src) {
				count_right(src, "test: ");
				source_close(src);
			}
			form.data[at / 8] ^= 1 << at % 8;
		}
		builder_free(&form);
	}
	builder_free(&recording);
}

static uint32_t in_form(uint32_t value, unsigned int n)
{
	return n & 2 ? __builtin_bswap32(value) : value;
}

static void refuse(const struct recording_bytes *form, const char *want)
{
	char why[ERROR_LINE_MAX];

	assert_null(builder_open(form->data, form->size, why));
	if (!strstr(why, want))
		fail_msg("'%s' expected, '%s' seen", want, why);
}

/* Older and newer ABIs are refused, and lengths that do not fit the ABI. */
static void refuses_other_abis(void **state)
{
	static const uint32_t other[] = {
		0, 1, 2, 5, 0x03000000, 0x04000000, UINT32_MAX,
	};
	struct recording_bytes recording = record_one(), form;
	struct rec_block *block;
	struct rec_info *info;
	uint32_t length;
	unsigned int n, i;

	(void)state;
	for (n = 0; n < FORMS; n++) {
		form = recording_form(&recording, n);
		block = (void *)(form.data + sizeof(struct rec_start));
		info = (void *)(block + 1);
		length = in_form(block->length, n);
		for (i = 0; i < sizeof(other) / sizeof(other[0]); i++) {
			info->module.abi = in_form(other[i], n);
			recording_form_seal(block, length, n);
			refuse(&form, "another ABI");
		}
		info->module.abi = in_form(n & 1 ? 3 : 4, n);
		info->module.header_size = in_form(n & 1 ? 2528 : 2344, n);
		recording_form_seal(block, length, n);
		refuse(&form, "broken header");
		info->module.header_size = in_form(n & 1 ? 2344 : 2528, n);
		length = 160 + (n & 1 ? 2344 : 2528) - 8;
		block->length = in_form(length, n);
		recording_form_seal(block, length, n);
		refuse(&form, n ? "a header of the module of a wrong length" :
				  "broken header");
		length = 160 + 8;
		block->length = in_form(length, n);
		recording_form_seal(block, length, n);
		refuse(&form, "does not begin with an info block");
		builder_free(&form);
	}
	builder_free(&recording);
}

/* The first block of this type in a recording of a form. */
static struct rec_block *find_block(const struct recording_bytes *form, unsigned int n,
				    uint32_t type)
{
	size_t at = sizeof(struct rec_start);
	struct rec_block *block;

	for (;;) {
		assert_true(at < form->size);
		block = (void *)(form->data + at);
		if (in_form(block->type, n) == type)
			return block;
		at += sizeof(*block) + in_form(block->length, n);
	}
}

/* A header in the middle must have the ABI of the first one. */
static void the_abi_does_not_change(void **state)
{
	struct recording_bytes recording = record_one(), form;
	struct tcpfin_header *h;
	struct rec_block *block;
	struct source *src;
	unsigned int n;

	(void)state;
	for (n = 0; n < FORMS; n++) {
		form = recording_form(&recording, n);
		block = find_block(&form, n, REC_MODULE);
		h = (void *)(block + 1);
		h->abi = in_form(n & 1 ? 4 : 3, n);
		recording_form_seal(block, in_form(block->length, n), n);
		src = builder_source(form.data, form.size);
		assert_int_equal(count_right(src, "another ABI"), 12);
		source_close(src);
		builder_free(&form);
	}
	builder_free(&recording);
}

/* Blocks whose type was changed, so that nothing fits. */
static void believes_no_length(void **state)
{
	struct recording_bytes recording = record_one(), form;
	struct rec_block *block;
	struct source *src;
	unsigned int n;
	uint32_t type;

	(void)state;
	for (n = 1; n < FORMS; n++) {
		for (type = REC_INFO; type <= REC_TIME + 1; type++) {
			form = recording_form(&recording, n);
			block = find_block(&form, n, REC_MISSED);
			if (type == REC_LOST || type == REC_MISSED)
				block = find_block(&form, n, REC_MODULE);
			block->type = in_form(type, n);
			recording_form_seal(block, in_form(block->length, n), n);
			src = builder_source(form.data, form.size);
			assert_in_range(count_right(src, "test: damaged "), 7, 13);
			source_close(src);
			builder_free(&form);
		}
	}
	builder_free(&recording);
}

/* Numbers that ABI 4 has less room for become the largest that it has. */
static void limits_old_numbers(void **state)
{
	struct recording_bytes recording = record_one(), form;
	const uint32_t tries = 0x20001;	/* more than there is room for */
	const uint16_t err = 300;
	struct rec_event *e;
	struct rec_block *block;
	struct source *src;
	struct item item;

	(void)state;
	form = recording_form(&recording, 1);
	block = find_block(&form, 1, REC_EVENTS);
	e = (void *)(block + 1);
	e->event.reason = TCPFIN_REASON_TIMEOUT;
	e->event.detail = tries;
	memcpy((char *)&e->event + 118, &err, sizeof(err));
	/* No process: then the name has no meaning. Bit 7 has none, either. */
	((unsigned char *)&e->event)[117] = 0x80;
	recording_form_seal(block, block->length, 1);
	src = builder_source(form.data, form.size);
	source_next(src, &item);
	assert_int_equal(TCPFIN_TIMEOUT_TRIES(item.event->detail), 0xffff);
	assert_int_equal(item.event->err, 255);
	assert_int_equal(item.event->flags, 0);
	assert_int_equal(item.event->inode | item.event->rst_seq |
			 item.event->rst_ack | item.event->reserved, 0);
	source_close(src);
	builder_free(&form);
	builder_free(&recording);
}

static int setup(void **state)
{
	(void)state;
	return program_find() && temp_folder_open() ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	return temp_folder_remove();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_all_forms),
		cmocka_unit_test(reads_what_is_new),
		cmocka_unit_test(reads_an_old_file),
		cmocka_unit_test(shows_all_forms_alike),
		cmocka_unit_test(merges_forms),
		cmocka_unit_test(joins_parts_of_forms),
		cmocka_unit_test(reports_damage_in_all_forms),
		cmocka_unit_test(refuses_other_abis),
		cmocka_unit_test(the_abi_does_not_change),
		cmocka_unit_test(believes_no_length),
		cmocka_unit_test(limits_old_numbers),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, teardown);
}
