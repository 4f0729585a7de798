// SPDX-License-Identifier: GPL-2.0
/* Recordings: what is written comes back, and what is damaged is told. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "check.h"
#include "craft.h"
#include "crc32c.h"
#include "recorded.h"
#include "recorder.h"
#include "tape.h"

static struct tcpfin_event ev[4];
static struct tcpfin_item items[8];

/* Two blocks of events, with both kinds of gaps between. */
static struct tape small_tape(void)
{
	unsigned int i, j;

	for (i = 0; i < 4; i++) {
		for (j = 0; j < sizeof(ev[i]); j++)
			((unsigned char *)&ev[i])[j] =
				(unsigned char)(i * 59 + j * 7);
		ev[i].time_ns = (10 + i) * SEC;
		items[i < 2 ? i : i + 2] = (struct tcpfin_item){
			.type = TCPFIN_ITEM_EVENT, .cpu = i, .event = &ev[i],
		};
	}
	items[2] = (struct tcpfin_item){
		.type = TCPFIN_ITEM_LOST, .cpu = 3, .count = 17,
		.time_ns = 12 * SEC,
	};
	items[3] = (struct tcpfin_item){
		.type = TCPFIN_ITEM_MISSED, .count = 5, .time_ns = 12 * SEC,
	};
	return tape_record(items, 6);
}

static struct tcpfin_source *open_bytes(const void *data, size_t size)
{
	char why[TCPFIN_WHY_MAX];
	struct tcpfin_source *src = tape_open(data, size, why);

	if (!src)
		fail_msg("%s", why);
	return src;
}

static void expect_item(struct tcpfin_source *src,
			const struct tcpfin_item *want)
{
	struct tcpfin_item item;

	tcpfin_source_next(src, &item);
	assert_int_equal(item.type, want->type);
	assert_int_equal(item.host, 0);
	if (item.type == TCPFIN_ITEM_EVENT) {
		assert_int_equal(item.cpu, want->cpu);
		assert_int_equal(item.time_ns, want->event->time_ns);
		assert_memory_equal(item.event, want->event,
				    sizeof(*want->event));
		return;
	}
	assert_int_equal(item.count, want->count);
	assert_int_equal(item.time_ns, want->time_ns);
	if (item.type == TCPFIN_ITEM_LOST)
		assert_int_equal(item.cpu, want->cpu);
}

static void expect_end(struct tcpfin_source *src, const char *fault)
{
	struct tcpfin_item item;

	tcpfin_source_next(src, &item);
	assert_int_equal(item.type, TCPFIN_ITEM_END);
	if (!strstr(src->fault, fault) || (!fault[0] && src->fault[0]))
		fail_msg("fault '%s' expected, '%s' seen", fault, src->fault);
	tcpfin_source_next(src, &item);
	assert_int_equal(item.type, TCPFIN_ITEM_END);
}

static void gives_back_what_was_written(void **state)
{
	struct tape tape = small_tape();
	struct tcpfin_source *src = open_bytes(tape.data, tape.size);
	unsigned int i;

	(void)state;
	for (i = 0; i < 6; i++)
		expect_item(src, &items[i]);
	assert_int_equal(tcpfin_source_now(src), 13 * SEC);
	expect_end(src, "");
	assert_int_equal(tcpfin_source_now(src), 99 * SEC);
	tcpfin_source_close(src);
	tape_free(&tape);
}

static void gives_back_many_blocks(void **state)
{
	const size_t count = 5 * TCPFIN_RECORDER_EVENTS + 7;
	struct tcpfin_item *many = calloc(count, sizeof(*many));
	struct tcpfin_event *events = calloc(count, sizeof(*events));
	struct tcpfin_source *src;
	struct tape tape;
	size_t i;

	(void)state;
	for (i = 0; i < count; i++) {
		events[i] = craft_event(TCPFIN_KIND_STATE, i, 1, 4, i);
		many[i] = (struct tcpfin_item)SCRIPT_EVENT(&events[i]);
		many[i].cpu = i % 4;
	}
	tape = tape_record(many, count);
	assert_int_equal(tape_block(&tape, 1)->count, TCPFIN_RECORDER_EVENTS);
	assert_int_equal(tape_block(&tape, 6)->count, 7);
	src = open_bytes(tape.data, tape.size);
	for (i = 0; i < count; i++)
		expect_item(src, &many[i]);
	expect_end(src, "");
	tcpfin_source_close(src);
	tape_free(&tape);
	free(events);
	free(many);
}

static void says_where_it_was_made(void **state)
{
	struct tcpfin_sysctl here[TCPFIN_SYSCTLS], list[TCPFIN_SYSCTLS];
	struct tcpfin_header header = tape_header();
	struct tape tape = small_tape();
	struct tcpfin_source *src = open_bytes(tape.data, tape.size);
	struct utsname uts;
	unsigned int i;

	(void)state;
	assert_memory_equal(&src->header, &header, sizeof(header));
	assert_int_equal(tcpfin_source_wall(src, 3), 1000 * SEC + 3);
	assert_int_equal(tcpfin_source_now(src), 7);
	uname(&uts);
	assert_string_equal(tcpfin_source_host_name(src, 0), uts.nodename);
	assert_int_equal(strlen(tcpfin_recorded_boot_id(src)), 36);
	tcpfin_sysctls_read(here);
	tcpfin_source_sysctls(src, list);
	for (i = 0; i < TCPFIN_SYSCTLS; i++) {
		assert_string_equal(list[i].name, here[i].name);
		assert_string_equal(list[i].value, here[i].value);
	}
	tcpfin_source_close(src);
	tape_free(&tape);
}

/* That of RFC 3720, B.4, whichever way it is computed. */
static void checksum_is_the_common_one(void **state)
{
	unsigned char bytes[600];
	size_t i, size;

	(void)state;
	for (i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(i < 32 ? i : i * i / 7);
	assert_int_equal(tcpfin_crc32c(0, "123456789", 9), 0xe3069283);
	assert_int_equal(tcpfin_crc32c(0, bytes, 32), 0x46dd794e);
	for (size = 0; size < sizeof(bytes) - 8; size++)
		assert_int_equal(tcpfin_crc32c(7, bytes + size % 8, size),
				 tcpfin_crc32c_plain(7, bytes + size % 8,
						     size));
}

/* It covers the head, the payload, and not itself. */
static void checksum_is_of_the_whole_block(void **state)
{
	struct tcpfin_rec_block head[2] = { { .crc = 0xffffffff } };
	char text[] = "1234\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0payload!";

	(void)state;
	memcpy(&head->type, "1234", 4);
	head->length = 0;
	assert_int_equal(tcpfin_rec_crc(head, NULL), 0xe48ce15a);
	memcpy(text + offsetof(struct tcpfin_rec_block, length), "\10", 1);
	head->length = 8;
	assert_int_equal(tcpfin_rec_crc(head, "payload!"),
			 tcpfin_crc32c(0, text, 28));
}

/* Start a recording of nothing so far in a file without a name. */
static void begin_file(struct tcpfin_recorder *recorder, struct script *script)
{
	int fd = open("/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	script_init(script, NULL, 0);
	script->src.header = tape_header();
	assert_true(tcpfin_recorder_start(recorder, fd, &script->src));
}

/* Read from its start what was written to it so far. */
static struct tcpfin_source *read_file(const struct tcpfin_recorder *recorder)
{
	char why[TCPFIN_WHY_MAX];
	struct tcpfin_source *src;

	lseek(recorder->fd, 0, SEEK_SET);
	src = tcpfin_recorded_open_fd(recorder->fd, "test", -1, why);
	assert_non_null(src);
	return src;
}

/* A name of a caller stands before the event that needs it. */
static void follows_the_module(void **state)
{
	static struct tcpfin_recorder recorder;
	const struct tcpfin_item item = SCRIPT_EVENT(&ev[0]);
	struct tcpfin_source *src;
	struct script script;

	(void)state;
	begin_file(&recorder, &script);
	assert_true(tcpfin_recorder_item(&recorder, &script.src, &item));
	assert_true(tcpfin_recorder_flush(&recorder, &script.src));
	strcpy(script.src.header.caller[1], "some_function");
	assert_true(tcpfin_recorder_item(&recorder, &script.src, &item));
	assert_true(tcpfin_recorder_finish(&recorder, &script.src));
	src = read_file(&recorder);
	expect_item(src, &item);
	assert_string_equal(src->header.caller[1], "");
	expect_item(src, &item);
	assert_string_equal(src->header.caller[1], "some_function");
	expect_end(src, "");
	tcpfin_source_close(src);
}

/* Between events the clock goes on, a second at a time. */
static void tells_the_time(void **state)
{
	static struct tcpfin_recorder recorder;
	const struct tcpfin_item item = SCRIPT_EVENT(&ev[0]);
	struct tcpfin_source *src;
	struct script script;
	unsigned int i;

	(void)state;
	begin_file(&recorder, &script);
	for (i = 1; i <= 5; i++) {
		script.now_ns = i * SEC / 2;
		assert_true(tcpfin_recorder_idle(&recorder, &script.src));
	}
	/* At 1 s and 2 s. */
	assert_int_equal(recorder.number, 3);
	ev[0].time_ns = SEC;
	assert_true(tcpfin_recorder_item(&recorder, &script.src, &item));
	assert_true(tcpfin_recorder_flush(&recorder, &script.src));
	src = read_file(&recorder);
	assert_int_equal(tcpfin_source_now(src), 0);
	expect_item(src, &item);
	assert_int_equal(tcpfin_source_now(src), 2 * SEC);
	expect_end(src, "no end mark");
	tcpfin_source_close(src);
}

static void a_full_disk_is_an_error(void **state)
{
	int fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	static struct tcpfin_recorder recorder;
	struct script script;

	(void)state;
	script_init(&script, NULL, 0);
	script.src.header = tape_header();
	assert_false(tcpfin_recorder_start(&recorder, fd, &script.src));
	assert_int_equal(recorder.error, ENOSPC);
	close(fd);
}

/* The number of items that stand before this byte in whole blocks. */
static unsigned int whole_items(const struct tape *tape, size_t size)
{
	static const unsigned int upto[] = { 0, 2, 3, 4, 6, 6 };
	unsigned int n;

	for (n = 0; n < 6; n++) {
		struct tcpfin_rec_block *b = tape_block(tape, n);

		if ((unsigned char *)(b + 1) + b->length > tape->data + size)
			break;
	}
	return n ? upto[n - 1] : 0;
}

static void every_cut_is_told(void **state)
{
	struct tape tape = small_tape();
	struct tcpfin_rec_block *first = tape_block(&tape, 0);
	char why[TCPFIN_WHY_MAX];
	struct tcpfin_source *src;
	unsigned int i, items_left;
	size_t size;

	(void)state;
	for (size = 0; size < tape.size; size++) {
		src = tape_open(tape.data, size, why);
		if (size < sizeof(struct tcpfin_rec_start) + sizeof(*first) +
			   first->length) {
			assert_null(src);
			continue;
		}
		assert_non_null(src);
		items_left = whole_items(&tape, size);
		for (i = 0; i < items_left; i++)
			expect_item(src, &items[i]);
		expect_end(src, "cut off");
		tcpfin_source_close(src);
	}
	tape_free(&tape);
}

/* Everything before the flipped bit comes out, and nothing that is not true. */
static void every_flipped_bit_is_told(void **state)
{
	struct tape tape = small_tape();
	char why[TCPFIN_WHY_MAX];
	struct tcpfin_source *src;
	unsigned int i, items_left;
	size_t bit;

	(void)state;
	for (bit = 0; bit < 8 * tape.size; bit++) {
		items_left = whole_items(&tape, bit / 8);
		tape.data[bit / 8] ^= 1 << bit % 8;
		src = tape_open(tape.data, tape.size, why);
		if (src) {
			for (i = 0; i < items_left; i++)
				expect_item(src, &items[i]);
			expect_end(src, "test: ");
			tcpfin_source_close(src);
		}
		tape.data[bit / 8] ^= 1 << bit % 8;
	}
	tape_free(&tape);
}

static void refuse(const void *data, size_t size, const char *want)
{
	char why[TCPFIN_WHY_MAX];

	assert_null(tape_open(data, size, why));
	if (!strstr(why, want))
		fail_msg("'%s' expected, '%s' seen", want, why);
	assert_null(strchr(why, '\n'));
}

static void refuses_what_is_no_recording(void **state)
{
	struct tape tape = small_tape();
	struct tcpfin_rec_start *start = (void *)tape.data;

	(void)state;
	refuse("", 0, "is empty");
	refuse("hello\n", 6, "is no recording");
	refuse("tcpfrec\nhello, how are you?", 27, "damaged");
	refuse("tcp", 3, "cut off");
	start->version++;
	refuse(tape.data, tape.size, "version 3, and this program");
	start->version--;
	start->order = __builtin_bswap32(start->order);
	refuse(tape.data, tape.size, "other byte order");
	tape_free(&tape);
}

static void refuses_impossible_headers(void **state)
{
	struct tape tape = small_tape();
	struct tcpfin_rec_block *block = tape_block(&tape, 0);
	struct tcpfin_rec_info *info = (void *)(block + 1);

	(void)state;
	info->module.abi++;
	tape_seal(block);
	refuse(tape.data, tape.size, "another ABI");
	info->module.abi--;
	info->module.rings = 0;
	tape_seal(block);
	refuse(tape.data, tape.size, "broken header");
	info->module.rings = 4;
	info->record_size++;
	tape_seal(block);
	refuse(tape.data, tape.size, "records of another size");
	info->record_size--;
	block->type = TCPFIN_REC_END;
	tape_seal(block);
	refuse(tape.data, tape.size, "does not begin");
	block->type = TCPFIN_REC_INFO;
	block->length = sizeof(*info) - 8;
	tape_seal(block);
	refuse(tape.data, tape.size, "broken header");
	block->length = 128;
	tape_seal(block);
	refuse(tape.data, tape.size, "does not begin");
	tape_free(&tape);
}

/* Bytes that are not printable must not reach a terminal by the name. */
static void escapes_names(void **state)
{
	struct tape tape = small_tape();
	struct tcpfin_rec_block *block = tape_block(&tape, 0);
	struct tcpfin_rec_info *info = (void *)(block + 1);
	struct tcpfin_source *src;

	(void)state;
	memset(info->host, '\033', sizeof(info->host));
	memset(info->boot_id, '\n', sizeof(info->boot_id));
	tape_seal(block);
	src = open_bytes(tape.data, tape.size);
	assert_memory_equal(tcpfin_source_host_name(src, 0), "\\x1b\\x1b", 8);
	assert_int_equal(strlen(tcpfin_source_host_name(src, 0)), 4 * 64);
	assert_int_equal(strlen(tcpfin_recorded_boot_id(src)), 4 * 40);
	tcpfin_source_close(src);
	tape_free(&tape);
}

/* One field of one block changed, its checksum right: what is the fault? */
static void whole_but_wrong(unsigned int n, size_t offset, uint32_t value,
			    const char *want)
{
	struct tape tape = small_tape();
	struct tcpfin_rec_block *block = tape_block(&tape, n);
	struct tcpfin_source *src;
	struct tcpfin_item item;
	unsigned int i;

	memcpy((char *)block + offset, &value, sizeof(value));
	if (block->length < tape.size)
		tape_seal(block);
	src = open_bytes(tape.data, tape.size);
	for (i = 0; i < whole_items(&tape, (size_t)((unsigned char *)block -
						    tape.data)); i++)
		expect_item(src, &items[i]);
	do {
		tcpfin_source_next(src, &item);
	} while (item.type != TCPFIN_ITEM_END);
	expect_end(src, want);
	tcpfin_source_close(src);
	tape_free(&tape);
}

static void believes_no_field(void **state)
{
	const size_t payload = sizeof(struct tcpfin_rec_block);
	const size_t length = offsetof(struct tcpfin_rec_block, length);
	const size_t count = offsetof(struct tcpfin_rec_block, count);

	(void)state;
	whole_but_wrong(1, 0, 99, "unknown type");
	whole_but_wrong(1, 0, TCPFIN_REC_INFO, "unknown type");
	whole_but_wrong(1, 0, TCPFIN_REC_LOST, "impossible loss");
	whole_but_wrong(1, 0, TCPFIN_REC_MODULE, "header of the module");
	whole_but_wrong(1, 0, TCPFIN_REC_END, "impossible end mark");
	whole_but_wrong(1, 0, TCPFIN_REC_TIME, "impossible time");
	whole_but_wrong(1, length, 0, "impossible length");
	whole_but_wrong(1, length, 12, "impossible length");
	whole_but_wrong(1, length, UINT32_MAX, "impossible length");
	whole_but_wrong(1, length, TCPFIN_REC_PAYLOAD_MAX + 8,
			"impossible length");
	whole_but_wrong(1, length, TCPFIN_REC_PAYLOAD_MAX, "cut off");
	whole_but_wrong(1, count, 0, "wrong number of events");
	whole_but_wrong(1, count, UINT32_MAX, "wrong number of events");
	whole_but_wrong(1, offsetof(struct tcpfin_rec_block, number), 2,
			"out of its place");
	whole_but_wrong(1, payload, 4, "a ring that is not there");
	whole_but_wrong(2, payload, 4, "impossible loss");
	whole_but_wrong(2, payload + offsetof(struct tcpfin_rec_gap, count), 0,
			"impossible loss");
	whole_but_wrong(5, payload, 5, "counts other events");
	whole_but_wrong(5, payload + 8, 5, "counts other events");
	whole_but_wrong(5, payload + 16, 4, "counts other events");
}

static void nothing_comes_after_the_end(void **state)
{
	struct tape tape = small_tape();
	struct tcpfin_rec_block *end = tape_block(&tape, 5);
	size_t more = sizeof(*end) + end->length;
	unsigned char *longer = malloc(tape.size + more);
	struct tcpfin_source *src;
	unsigned int i;

	(void)state;
	memcpy(longer, tape.data, tape.size);
	memcpy(longer + tape.size, end, more);
	end = (void *)(longer + tape.size);
	end->number++;
	tape_seal(end);
	src = open_bytes(longer, tape.size + more);
	for (i = 0; i < 6; i++)
		expect_item(src, &items[i]);
	expect_end(src, "goes on after its end mark");
	tcpfin_source_close(src);
	free(longer);
	tape_free(&tape);
}

/* From a pipe it is idle until there is a whole block, then goes on. */
static void a_pipe_is_idle_in_between(void **state)
{
	struct tape tape = small_tape();
	size_t upto = (size_t)((unsigned char *)tape_block(&tape, 2) -
			       tape.data);
	char why[TCPFIN_WHY_MAX];
	struct tcpfin_source *src;
	struct tcpfin_item item;
	unsigned int i;
	int fd[2];

	(void)state;
	assert_int_equal(pipe(fd), 0);
	assert_int_equal(write(fd[1], tape.data, upto - 1), upto - 1);
	src = tcpfin_recorded_open_fd(fd[0], "pipe", -1, why);
	assert_non_null(src);
	tcpfin_source_next(src, &item);
	assert_int_equal(item.type, TCPFIN_ITEM_IDLE);
	tcpfin_source_wait(src, 1);
	assert_int_equal(write(fd[1], tape.data + upto - 1, 1), 1);
	tcpfin_source_wait(src, -1);
	expect_item(src, &items[0]);
	expect_item(src, &items[1]);
	tcpfin_source_next(src, &item);
	assert_int_equal(item.type, TCPFIN_ITEM_IDLE);
	assert_int_equal(write(fd[1], tape.data + upto, tape.size - upto),
			 tape.size - upto);
	close(fd[1]);
	for (i = 2; i < 6; i++)
		expect_item(src, &items[i]);
	expect_end(src, "");
	tcpfin_source_close(src);
	tape_free(&tape);
}

static void a_stopped_pipe_ends_without_fault(void **state)
{
	struct tape tape = small_tape();
	char why[TCPFIN_WHY_MAX];
	struct tcpfin_source *src;
	size_t upto = (size_t)((unsigned char *)tape_block(&tape, 2) -
			       tape.data);
	int fd[2];

	(void)state;
	assert_int_equal(pipe(fd), 0);
	assert_int_equal(write(fd[1], tape.data, upto), upto);
	src = tcpfin_recorded_open_fd(fd[0], "pipe", -1, why);
	assert_non_null(src);
	tcpfin_source_stop(src);
	expect_item(src, &items[0]);
	expect_item(src, &items[1]);
	expect_end(src, "");
	tcpfin_source_close(src);
	close(fd[1]);
	tape_free(&tape);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_back_what_was_written),
		cmocka_unit_test(gives_back_many_blocks),
		cmocka_unit_test(says_where_it_was_made),
		cmocka_unit_test(checksum_is_the_common_one),
		cmocka_unit_test(checksum_is_of_the_whole_block),
		cmocka_unit_test(follows_the_module),
		cmocka_unit_test(tells_the_time),
		cmocka_unit_test(a_full_disk_is_an_error),
		cmocka_unit_test(every_cut_is_told),
		cmocka_unit_test(every_flipped_bit_is_told),
		cmocka_unit_test(refuses_what_is_no_recording),
		cmocka_unit_test(refuses_impossible_headers),
		cmocka_unit_test(escapes_names),
		cmocka_unit_test(believes_no_field),
		cmocka_unit_test(nothing_comes_after_the_end),
		cmocka_unit_test(a_pipe_is_idle_in_between),
		cmocka_unit_test(a_stopped_pipe_ends_without_fault),
	};

	return RUN_TESTS(tests);
}
