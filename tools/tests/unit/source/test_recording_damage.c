// SPDX-License-Identifier: GPL-2.0
/* Hostile recordings: damage is reported, and no field trusted. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "recording_builder.h"
#include "source/recording_read.h"

static struct item items[BUILDER_SMALL];

/* Items in whole blocks before this byte. */
static unsigned int whole_items(const struct recording_bytes *recording, size_t size)
{
	static const unsigned int whole[] = { 0, 2, 3, 4, 6, 6 };
	unsigned int n;

	for (n = 0; n < 6; n++) {
		struct rec_block *b = builder_block(recording, n);

		if ((unsigned char *)(b + 1) + b->length > recording->data + size)
			break;
	}
	return n ? whole[n - 1] : 0;
}

static void reports_every_cut(void **state)
{
	struct recording_bytes recording = builder_small(items);
	struct rec_block *first = builder_block(&recording, 0);
	char why[ERROR_LINE_MAX];
	struct source *src;
	unsigned int i, items_left;
	size_t size;

	(void)state;
	for (size = 0; size < recording.size; size++) {
		src = builder_open(recording.data, size, why);
		if (size < sizeof(struct rec_start) + sizeof(*first) +
			   first->length) {
			assert_null(src);
			continue;
		}
		assert_non_null(src);
		items_left = whole_items(&recording, size);
		for (i = 0; i < items_left; i++)
			builder_expect(src, &items[i]);
		builder_expect_end(src, "cut off");
		source_close(src);
	}
	builder_free(&recording);
}

/* All items before the flipped bit are returned, and no wrong ones. */
static void reports_every_flipped_bit(void **state)
{
	struct recording_bytes recording = builder_small(items);
	char why[ERROR_LINE_MAX];
	struct source *src;
	unsigned int i, items_left;
	size_t bit;

	(void)state;
	for (bit = 0; bit < 8 * recording.size; bit++) {
		items_left = whole_items(&recording, bit / 8);
		recording.data[bit / 8] ^= 1 << bit % 8;
		src = builder_open(recording.data, recording.size, why);
		if (src) {
			for (i = 0; i < items_left; i++)
				builder_expect(src, &items[i]);
			builder_expect_end(src, "test: ");
			source_close(src);
		}
		recording.data[bit / 8] ^= 1 << bit % 8;
	}
	builder_free(&recording);
}

static void refuse(const void *data, size_t size, const char *want)
{
	char why[ERROR_LINE_MAX];

	assert_null(builder_open(data, size, why));
	if (!strstr(why, want))
		fail_msg("'%s' expected, '%s' seen", want, why);
	assert_null(strchr(why, '\n'));
}

static void refuses_what_is_no_recording(void **state)
{
	struct recording_bytes recording = builder_small(items);
	struct rec_start *start = (void *)recording.data;

	(void)state;
	refuse("", 0, "is empty");
	refuse("hello\n", 6, "is not a tcpfin recording");
	refuse("tcpfrec\nhello, how are you?", 27, "damaged");
	refuse("tcp", 3, "cut off");
	start->version++;
	refuse(recording.data, recording.size, "version 5, and this program");
	start->order = __builtin_bswap32(start->order);
	start->version = __builtin_bswap32(start->version);
	refuse(recording.data, recording.size, "version 5, and this program");
	start->order++;
	refuse(recording.data, recording.size, "a wrong byte order mark");
	builder_free(&recording);
}

static void refuses_impossible_headers(void **state)
{
	struct recording_bytes recording = builder_small(items);
	struct rec_block *block = builder_block(&recording, 0);
	struct rec_info *info = (void *)(block + 1);

	(void)state;
	info->module.abi++;
	builder_seal(block);
	refuse(recording.data, recording.size, "another ABI");
	info->module.abi--;
	info->module.rings = 0;
	builder_seal(block);
	refuse(recording.data, recording.size, "broken header");
	info->module.rings = 4;
	info->record_size++;
	builder_seal(block);
	refuse(recording.data, recording.size, "records of another size");
	info->record_size--;
	block->type = REC_END;
	builder_seal(block);
	refuse(recording.data, recording.size, "does not begin");
	block->type = REC_INFO;
	block->length = sizeof(*info) - 8;
	builder_seal(block);
	refuse(recording.data, recording.size, "broken header");
	block->length = 128;
	builder_seal(block);
	refuse(recording.data, recording.size, "does not begin");
	builder_free(&recording);
}

/* Unprintable bytes in the file name are escaped. */
static void escapes_names(void **state)
{
	struct recording_bytes recording = builder_small(items);
	struct rec_block *block = builder_block(&recording, 0);
	struct rec_info *info = (void *)(block + 1);
	struct source *src;

	(void)state;
	memset(info->host, '\033', sizeof(info->host));
	memset(info->boot_id, '\n', sizeof(info->boot_id));
	builder_seal(block);
	src = builder_source(recording.data, recording.size);
	assert_memory_equal(source_host_name(src, 0), "\\x1b\\x1b", 8);
	assert_int_equal(strlen(source_host_name(src, 0)), 4 * 64);
	assert_int_equal(strlen(recording_boot_id(src)), 4 * 40);
	source_close(src);
	builder_free(&recording);
}

/* Change a field of a block, with a right checksum; expect this fault. */
static void whole_but_wrong(unsigned int n, size_t offset, uint32_t value,
			    const char *want)
{
	struct recording_bytes recording = builder_small(items);
	struct rec_block *block = builder_block(&recording, n);
	struct source *src;
	struct item item;
	unsigned int i;

	memcpy((char *)block + offset, &value, sizeof(value));
	if (block->length < recording.size)
		builder_seal(block);
	src = builder_source(recording.data, recording.size);
	for (i = 0; i < whole_items(&recording, (size_t)((unsigned char *)block -
						    recording.data)); i++)
		builder_expect(src, &items[i]);
	do {
		source_next(src, &item);
	} while (item.type != ITEM_END);
	builder_expect_end(src, want);
	source_close(src);
	builder_free(&recording);
}

static void believes_no_field(void **state)
{
	const size_t payload = sizeof(struct rec_block);
	const size_t length = offsetof(struct rec_block, length);
	const size_t count = offsetof(struct rec_block, count);

	(void)state;
	whole_but_wrong(1, 0, 99, "unknown type");
	whole_but_wrong(1, 0, REC_INFO, "unknown type");
	whole_but_wrong(1, 0, REC_LOST, "impossible loss");
	whole_but_wrong(1, 0, REC_MODULE, "header of the module");
	whole_but_wrong(1, 0, REC_END, "impossible end mark");
	whole_but_wrong(1, 0, REC_TIME, "impossible time");
	whole_but_wrong(1, 0, REC_LEFT_OUT, "impossible count of records left out");
	whole_but_wrong(1, length, 0, "impossible length");
	whole_but_wrong(1, length, 12, "impossible length");
	whole_but_wrong(1, length, UINT32_MAX, "impossible length");
	whole_but_wrong(1, length, REC_PAYLOAD_MAX + 8, "impossible length");
	whole_but_wrong(1, length, REC_PAYLOAD_MAX, "cut off");
	whole_but_wrong(1, count, 0, "wrong number of events");
	whole_but_wrong(1, count, UINT32_MAX, "wrong number of events");
	whole_but_wrong(1, offsetof(struct rec_block, number), 2,
			"out of order");
	whole_but_wrong(1, payload, 4, "an unknown ring");
	whole_but_wrong(2, payload + offsetof(struct rec_gap, count), 0,
			"impossible loss");
	whole_but_wrong(5, payload, 5, "counts other events");
	whole_but_wrong(5, payload + 8, 5, "counts other events");
	whole_but_wrong(5, payload + 16, 4, "counts other events");
}

static void nothing_comes_after_the_end(void **state)
{
	struct recording_bytes recording = builder_small(items);
	struct rec_block *end = builder_block(&recording, 5);
	size_t more = sizeof(*end) + end->length;
	unsigned char *longer = malloc(recording.size + more);
	struct source *src;
	unsigned int i;

	(void)state;
	memcpy(longer, recording.data, recording.size);
	memcpy(longer + recording.size, end, more);
	end = (void *)(longer + recording.size);
	end->number++;
	builder_seal(end);
	src = builder_source(longer, recording.size + more);
	for (i = 0; i < BUILDER_SMALL; i++)
		builder_expect(src, &items[i]);
	builder_expect_end(src, "goes on after its end mark");
	source_close(src);
	free(longer);
	builder_free(&recording);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reports_every_cut),
		cmocka_unit_test(reports_every_flipped_bit),
		cmocka_unit_test(refuses_what_is_no_recording),
		cmocka_unit_test(refuses_impossible_headers),
		cmocka_unit_test(escapes_names),
		cmocka_unit_test(believes_no_field),
		cmocka_unit_test(nothing_comes_after_the_end),
	};

	return RUN_TESTS(tests);
}
