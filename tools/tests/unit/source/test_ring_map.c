// SPDX-License-Identifier: GPL-2.0
/* Wrong headers, short files, and other ABIs. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "fixtures.h"
#include "source/ring_map.h"

static struct fixture_rings fixture;

static int setup(void **state)
{
	(void)state;
	fixture_open(&fixture, 2, 64);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	fixture_close(&fixture);
	return 0;
}

static void expect_refusal(const char *want)
{
	const struct live_options opts = { .stop_fd = -1 };
	char why[ERROR_LINE_MAX] = "";

	assert_null(live_open_fd(dup(fixture.fd), &opts, why));
	if (!strstr(why, want))
		fail_msg("want '%s' in '%s'", want, why);
}

static void takes_a_good_header(void **state)
{
	struct ring_map map;
	char why[64];

	(void)state;
	assert_int_equal(ring_map_open(&map, fixture.fd, why, sizeof(why)), 0);
	assert_int_equal(map.nrings, 2);
	assert_int_equal(map.records, 64);
	assert_int_equal(map.size, fixture.size);
	ring_map_close(&map);
}

static void refuses_another_magic(void **state)
{
	(void)state;
	fixture.header->magic[7] = 'x';
	expect_refusal("magic");
}

static void names_both_abis(void **state)
{
	char want[64];

	(void)state;
	fixture.header->abi = TCPFIN_ABI + 1;
	/* Other fields of a foreign header must not be read. */
	fixture.header->records = 3;
	snprintf(want, sizeof(want), "module speaks ABI %d", TCPFIN_ABI + 1);
	expect_refusal(want);
	snprintf(want, sizeof(want), "speaks ABI %d:", TCPFIN_ABI);
	expect_refusal(want);
}

static void refuses_each_wrong_field(void **state)
{
	struct tcpfin_header good = *fixture.header, *h = fixture.header;
#define REFUSE(field, value) do { \
		*h = good; \
		h->field = (value); \
		assert_string_equal(ring_map_check(h), #field); \
		expect_refusal(#field); \
	} while (0)

	(void)state;
	assert_null(ring_map_check(h));
	REFUSE(header_size, 0);
	REFUSE(header_size, sizeof(good) + 8);
	REFUSE(record_size, 64);
	REFUSE(records, 0);
	REFUSE(records, 32);
	REFUSE(records, 65);
	REFUSE(records, 1U << 21);
	REFUSE(records, UINT32_MAX);
	REFUSE(rings, 0);
	REFUSE(rings, 65537);
	REFUSE(rings, UINT32_MAX);
	REFUSE(rings_offset, 0);
	REFUSE(rings_offset, good.rings_offset + 1);
	REFUSE(rings_offset, good.size);
	REFUSE(rings_offset, good.size - 64);
	REFUSE(rings_offset, UINT64_MAX - 63);
	REFUSE(data_offset, 0);
	REFUSE(data_offset, good.data_offset + 4);
	REFUSE(data_offset, good.data_offset + 128);
	REFUSE(data_offset, good.rings_offset);
	REFUSE(data_offset, UINT64_MAX - 127);
#undef REFUSE
}

static void refuses_sizes_that_do_not_hold_the_rings(void **state)
{
	struct tcpfin_header h = *fixture.header;

	(void)state;
	h.size--;
	assert_string_equal(ring_map_check(&h), "data_offset");
	h.size = 0;
	assert_string_equal(ring_map_check(&h), "rings_offset");
	h.size = UINT64_MAX;
	assert_string_equal(ring_map_check(&h), "size");
}

static void refuses_a_file_that_ends_early(void **state)
{
	(void)state;
	assert_int_equal(ftruncate(fixture.fd, (off_t)fixture.size - 1), 0);
	expect_refusal("ends before");
	assert_int_equal(ftruncate(fixture.fd, 100), 0);
	expect_refusal("ends before");
}

static void says_why_it_cannot_open(void **state)
{
	const struct live_options opts = { .stop_fd = -1 };
	char why[ERROR_LINE_MAX];

	(void)state;
	assert_null(live_open("/proc/there-is-no-such", &opts, why));
	assert_string_equal(why,
			    "/proc/there-is-no-such is not there: load the module first (modprobe tcpfin, or insmod tcpfin.ko; its package is tcpfin-dkms)");
	assert_null(live_open("/", &opts, why));
	assert_non_null(strstr(why, "cannot map"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(takes_a_good_header),
		TEST(refuses_another_magic),
		TEST(names_both_abis),
		TEST(refuses_each_wrong_field),
		TEST(refuses_sizes_that_do_not_hold_the_rings),
		TEST(refuses_a_file_that_ends_early),
		TEST(says_why_it_cannot_open),
	};

	return RUN_TESTS(tests);
}
