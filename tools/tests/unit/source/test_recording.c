// SPDX-License-Identifier: GPL-2.0
/* Recordings: the items read equal the items written. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "check.h"
#include "fixtures.h"
#include "recording_builder.h"
#include "source/recording_read.h"
#include "source/recording_write.h"
#include "util/crc32c.h"

static struct item items[BUILDER_SMALL];

static void gives_back_what_was_written(void **state)
{
	struct recording_bytes recording = builder_small(items);
	struct source *src = builder_source(recording.data, recording.size);
	unsigned int i;

	(void)state;
	for (i = 0; i < BUILDER_SMALL; i++)
		builder_expect(src, &items[i]);
	assert_int_equal(source_now(src), 13 * SEC);
	builder_expect_end(src, "");
	assert_int_equal(source_now(src), 99 * SEC);
	source_close(src);
	builder_free(&recording);
}

static void gives_back_many_blocks(void **state)
{
	const size_t count = 5 * RECORDER_EVENTS + 7;
	struct item *many = calloc(count, sizeof(*many));
	struct tcpfin_event *events = calloc(count, sizeof(*events));
	struct source *src;
	struct recording_bytes recording;
	size_t i;

	(void)state;
	for (i = 0; i < count; i++) {
		events[i] = fixture_event(TCPFIN_KIND_STATE, i, 1, 4, i);
		many[i] = (struct item)SCRIPT_EVENT(&events[i]);
		many[i].cpu = i % 4;
	}
	recording = builder_record(many, count);
	assert_int_equal(builder_block(&recording, 1)->count, RECORDER_EVENTS);
	assert_int_equal(builder_block(&recording, 6)->count, 7);
	src = builder_source(recording.data, recording.size);
	for (i = 0; i < count; i++)
		builder_expect(src, &many[i]);
	builder_expect_end(src, "");
	source_close(src);
	builder_free(&recording);
	free(events);
	free(many);
}

static void names_the_machine(void **state)
{
	struct sysctl here[SYSCTLS], list[SYSCTLS];
	struct tcpfin_header header = builder_header();
	struct recording_bytes recording = builder_small(items);
	struct source *src = builder_source(recording.data, recording.size);
	struct utsname uts;
	unsigned int i;

	(void)state;
	assert_memory_equal(&src->header, &header, sizeof(header));
	assert_int_equal(source_wall(src, 3), 1000 * SEC + 3);
	assert_int_equal(source_now(src), 7);
	uname(&uts);
	assert_string_equal(source_host_name(src, 0), uts.nodename);
	assert_int_equal(strlen(recording_boot_id(src)), 36);
	sysctl_read_all(here);
	source_sysctls(src, list);
	for (i = 0; i < SYSCTLS; i++) {
		assert_string_equal(list[i].name, here[i].name);
		assert_string_equal(list[i].value, here[i].value);
	}
	source_close(src);
	builder_free(&recording);
}

/* CRC-32C, with the values of RFC 3720 B.4, by either implementation. */
static void checksum_is_crc32c(void **state)
{
	unsigned char bytes[600];
	size_t i, size;

	(void)state;
	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(i < 32 ? i : i * i / 7);
	assert_int_equal(crc32c(0, "123456789", 9), 0xe3069283);
	assert_int_equal(crc32c(0, bytes, 32), 0x46dd794e);
	for (size = 0; size < sizeof(bytes) - 8; size++)
		assert_int_equal(crc32c(7, bytes + size % 8, size),
				 crc32c_plain(7, bytes + size % 8,
					      size));
}

/* The checksum covers head and payload, but not itself. */
static void checksum_is_of_the_whole_block(void **state)
{
	struct rec_block head[2] = { { .crc = 0xffffffff } };
	char text[] = "1234\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0payload!";

	(void)state;
	memcpy(&head->type, "1234", 4);
	head->length = 0;
	assert_int_equal(rec_crc(head, NULL), 0xe48ce15a);
	head->length = 8;
	memcpy(text + offsetof(struct rec_block, length), &head->length, 4);
	assert_int_equal(rec_crc(head, "payload!"), crc32c(0, text, 28));
}

/* Start an empty recording in a file without a name. */
static void begin_file(struct recorder *recorder, struct script *script)
{
	int fd = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	script_init(script, NULL, 0);
	script->src.header = builder_header();
	assert_true(recorder_start(recorder, fd, &script->src));
}

/* Read the unfinished recording from its start. */
static struct source *read_file(const struct recorder *recorder)
{
	char why[ERROR_LINE_MAX];
	struct source *src;

	lseek(recorder->fd, 0, SEEK_SET);
	src = recording_open_fd(recorder->fd, "test", -1, why);
	assert_non_null(src);
	return src;
}

/* The name of a caller is written before the event that needs it. */
static void records_new_callers(void **state)
{
	static struct recorder recorder;
	struct tcpfin_event ev = fixture_event(TCPFIN_KIND_STATE, 7, 1, 4, SEC);
	const struct item item = SCRIPT_EVENT(&ev);
	struct source *src;
	struct script script;

	(void)state;
	begin_file(&recorder, &script);
	assert_true(recorder_item(&recorder, &script.src, &item));
	assert_true(recorder_flush(&recorder, &script.src));
	strcpy(script.src.header.caller[1], "some_function");
	assert_true(recorder_item(&recorder, &script.src, &item));
	assert_true(recorder_finish(&recorder, &script.src));
	src = read_file(&recorder);
	builder_expect(src, &item);
	assert_string_equal(src->header.caller[1], "");
	builder_expect(src, &item);
	assert_string_equal(src->header.caller[1], "some_function");
	builder_expect_end(src, "");
	source_close(src);
}

/* Without events the time is written once a second. */
static void records_the_time(void **state)
{
	static struct recorder recorder;
	struct tcpfin_event ev = fixture_event(TCPFIN_KIND_STATE, 7, 1, 4, SEC);
	const struct item item = SCRIPT_EVENT(&ev);
	struct source *src;
	struct script script;
	unsigned int i;

	(void)state;
	begin_file(&recorder, &script);
	for (i = 1; i <= 5; i++) {
		script.now_ns = i * SEC / 2;
		assert_true(recorder_idle(&recorder, &script.src));
	}
	/* Blocks at 1 s and 2 s. */
	assert_int_equal(recorder.number, 3);
	assert_true(recorder_item(&recorder, &script.src, &item));
	assert_true(recorder_flush(&recorder, &script.src));
	src = read_file(&recorder);
	assert_int_equal(source_now(src), 0);
	builder_expect(src, &item);
	assert_int_equal(source_now(src), 2 * SEC);
	builder_expect_end(src, "no end mark");
	source_close(src);
}

static void a_full_disk_is_an_error(void **state)
{
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	static struct recorder recorder;
	struct script script;

	(void)state;
	script_init(&script, NULL, 0);
	script.src.header = builder_header();
	assert_false(recorder_start(&recorder, fd, &script.src));
	assert_int_equal(recorder.error, ENOSPC);
	close(fd);
}

/* A pipe is idle until a whole block has arrived. */
static void a_pipe_is_idle_in_between(void **state)
{
	struct recording_bytes recording = builder_small(items);
	size_t part = (size_t)((unsigned char *)builder_block(&recording, 2) -
			       recording.data);
	char why[ERROR_LINE_MAX];
	struct source *src;
	struct item item;
	unsigned int i;
	int fd[2];

	(void)state;
	assert_int_equal(pipe(fd), 0);
	assert_int_equal(write(fd[1], recording.data, part - 1), part - 1);
	src = recording_open_fd(fd[0], "pipe", -1, why);
	assert_non_null(src);
	source_next(src, &item);
	assert_int_equal(item.type, ITEM_IDLE);
	source_wait(src, 1);
	assert_int_equal(write(fd[1], recording.data + part - 1, 1), 1);
	source_wait(src, -1);
	builder_expect(src, &items[0]);
	builder_expect(src, &items[1]);
	source_next(src, &item);
	assert_int_equal(item.type, ITEM_IDLE);
	assert_int_equal(write(fd[1], recording.data + part, recording.size - part),
			 recording.size - part);
	close(fd[1]);
	for (i = 2; i < BUILDER_SMALL; i++)
		builder_expect(src, &items[i]);
	builder_expect_end(src, "");
	source_close(src);
	builder_free(&recording);
}

static void a_stopped_pipe_ends_without_fault(void **state)
{
	struct recording_bytes recording = builder_small(items);
	char why[ERROR_LINE_MAX];
	struct source *src;
	size_t part = (size_t)((unsigned char *)builder_block(&recording, 2) -
			       recording.data);
	int fd[2];

	(void)state;
	assert_int_equal(pipe(fd), 0);
	assert_int_equal(write(fd[1], recording.data, part), part);
	src = recording_open_fd(fd[0], "pipe", -1, why);
	assert_non_null(src);
	source_finish(src);
	builder_expect(src, &items[0]);
	builder_expect(src, &items[1]);
	builder_expect_end(src, "");
	source_close(src);
	close(fd[1]);
	builder_free(&recording);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_back_what_was_written),
		cmocka_unit_test(gives_back_many_blocks),
		cmocka_unit_test(names_the_machine),
		cmocka_unit_test(checksum_is_crc32c),
		cmocka_unit_test(checksum_is_of_the_whole_block),
		cmocka_unit_test(records_new_callers),
		cmocka_unit_test(records_the_time),
		cmocka_unit_test(a_full_disk_is_an_error),
		cmocka_unit_test(a_pipe_is_idle_in_between),
		cmocka_unit_test(a_stopped_pipe_ends_without_fault),
	};

	return RUN_TESTS(tests);
}
