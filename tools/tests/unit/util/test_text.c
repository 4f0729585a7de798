// SPDX-License-Identifier: GPL-2.0
/* Values as text: hostile names, addresses, durations, times of day. */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "check.h"
#include "tcp_model.h"
#include "util/digits.h"
#include "util/text.h"

static void escapes_what_is_not_plain(void **state)
{
	const char bytes[16] = "a \x1b[31m\\\n\xff~z";
	char buf[COMM_TEXT_MAX];

	(void)state;
	assert_string_equal(text_escape(bytes, 16, buf, sizeof(buf)),
			    "a \\x1b[31m\\x5c\\x0a\\xff~z");
	assert_string_equal(text_escape("", 16, buf, sizeof(buf)), "");
}

static void escapes_without_a_nul(void **state)
{
	char bytes[16], buf[COMM_TEXT_MAX];

	(void)state;
	memset(bytes, 0x80, sizeof(bytes));
	text_escape(bytes, sizeof(bytes), buf, sizeof(buf));
	assert_int_equal(strlen(buf), 64);
	assert_memory_equal(buf + 60, "\\x80", 5);
}

static void never_cuts_an_escape(void **state)
{
	char buf[9];

	(void)state;
	assert_string_equal(text_escape("abcdefghij", 16, buf, 9),
			    "abcdefgh");
	assert_string_equal(text_escape("abcd\nfg", 16, buf, 9),
			    "abcd\\x0a");
	assert_string_equal(text_escape("abcde\nfg", 16, buf, 9), "abcde");
}

static const char *addr(uint8_t family, const char *text, uint32_t ifindex)
{
	static char buf[ADDR_TEXT_MAX];
	uint8_t bytes[16] = { 0 };

	assert_int_equal(inet_pton(family, text, bytes), 1);
	return addr_text(family, bytes, ifindex, buf);
}

static void writes_addresses(void **state)
{
	static const char longest[] = "2001:db8:1111:2222:3333:4444:5555:6666";
	uint8_t bytes[16] = {0};
	char buf[ADDR_TEXT_MAX];

	(void)state;
	assert_string_equal(addr(AF_INET, "255.255.255.255", 0),
			    "255.255.255.255");
	assert_string_equal(addr(AF_INET6, longest, 7), longest);
	assert_string_equal(addr(AF_INET6, "::ffff:192.0.2.1", 0),
			    "::ffff:192.0.2.1");
	assert_string_equal(addr(AF_INET6,
				 "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255",
				 0), "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff");
	assert_string_equal(addr_text(0, bytes, 0, buf), "?");
	assert_string_equal(addr_text(255, bytes, 0, buf), "?");
}

static void scopes_link_local_addresses(void **state)
{
	(void)state;
	assert_string_equal(addr(AF_INET6, "fe80::1", 0), "fe80::1");
	assert_string_equal(addr(AF_INET6, "fe80::1", 1), "fe80::1%1");
	assert_string_equal(addr(AF_INET6,
				 "fe80:1111:2222:3333:4444:5555:6666:7777",
				 4294967295U),
			    "fe80:1111:2222:3333:4444:5555:6666:7777%4294967295");
	assert_string_equal(addr(AF_INET6, "2001:db8::1", 1), "2001:db8::1");
	assert_string_equal(addr(AF_INET, "254.128.0.1", 1), "254.128.0.1");
}

static void writes_milliseconds(void **state)
{
	static const struct {
		uint64_t ns;
		const char *want;
	} cases[] = {
		{ 0, "0.000" }, { 999, "0.000" }, { 1000, "0.001" },
		{ 999999999, "999.999" }, { 1000000000, "1000.0" },
		{ 60543210000, "60543.2" }, { 99999999999, "99999.9" },
		{ 100000000000, "100000" }, { UINT64_MAX, "18446744073709" },
	};
	char buf[SPAN_TEXT_MAX];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(ms_text(true, cases[i].ns, buf),
				    cases[i].want);
	assert_string_equal(ms_text(false, 5, buf), "-");
}

static const char *span_with_unit(bool known, uint64_t ns)
{
	static char buf[SPAN_TEXT_MAX];

	*put_span(buf, known, ns) = '\0';
	return buf;
}

static void writes_spans_of_seven_characters(void **state)
{
	static const struct {
		uint64_t ns;
		const char *want;
	} cases[] = {
		{ 0, "0us" }, { 999999, "999us" }, { 1000000, "1.0ms" },
		{ 482899999, "482.8ms" }, { 999999999, "999.9ms" },
		{ 1000000000, "1.0s" }, { 61299999999, "61.2s" },
		{ 999999999999, "999.9s" }, { 1000000000000, "16m40s" },
		{ 3599999999999, "59m59s" }, { 10000000000000, "2h46m" },
		{ 86400000000000, "1d00h" }, { 86399999999999999, "999d23h" },
		{ 86400000000000000, "1000d" }, { UINT64_MAX, "213503d" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_string_equal(span_with_unit(true, cases[i].ns),
				    cases[i].want);
	assert_string_equal(span_with_unit(false, 5), "-");
}

static void writes_spans(void **state)
{
	char buf[SPAN_TEXT_MAX];

	(void)state;
	assert_string_equal(span_text(0, buf), "0.0us");
	assert_string_equal(span_text(999999, buf), "999.9us");
	assert_string_equal(span_text(1000000, buf), "1.000ms");
	assert_string_equal(span_text(12345678, buf), "12.345ms");
	assert_string_equal(span_text(60512999999, buf), "60.512s");
	assert_string_equal(span_text(UINT64_MAX, buf), "18446744073.709s");
}

static void writes_moments(void **state)
{
	char buf[STAMP_TEXT_MAX];

	(void)state;
	setenv("TZ", "UTC-2", 1);
	tzset();
	assert_string_equal(stamp_text(1700000000123456789ULL, buf),
			    "2023-11-14T22:13:20.123456Z");
	assert_string_equal(clock_text(1700000000123456789ULL, buf),
			    "00:13:20.123");
	/* The largest value is a valid date. */
	assert_string_equal(stamp_text(UINT64_MAX, buf),
			    "2554-07-21T23:34:33.709551Z");
}

/* Draw addresses with runs of zeros, and with an IPv4 address inside. */
static void draw_address(struct model_rng *rng, uint8_t addr[16])
{
	static const uint8_t often[4] = { 0, 0, 0xff, 1 };
	unsigned int i, zeros = model_below(rng, 17);

	for (i = 0; i < 16; i++)
		addr[i] = i < zeros || model_chance(rng, 50) ?
			  often[model_below(rng, i < zeros ? 2 : 4)] :
			  (uint8_t)model_random(rng);
	if (zeros >= 10 && model_chance(rng, 50))
		addr[10] = addr[11] = 0xff;
}

static void addresses_are_those_of_the_c_library(void **state)
{
	struct model_rng rng = { 1 };
	char want[INET6_ADDRSTRLEN], buf[ADDR_TEXT_MAX];
	unsigned int i;
	uint8_t addr[16];

	(void)state;
	for (i = 0; i < 200000; i++) {
		draw_address(&rng, addr);
		inet_ntop(AF_INET6, addr, want, sizeof(want));
		assert_string_equal(addr_text(AF_INET6, addr, 0, buf), want);
		inet_ntop(AF_INET, addr + 12, want, sizeof(want));
		assert_string_equal(addr_text(AF_INET, addr + 12, 0, buf),
				    want);
		inet_ntop(AF_INET, addr + 12, want, sizeof(want));
		assert_string_equal(addr_text(AF_INET, addr + 12, 0,
					      buf), want);
	}
}

static void numbers_are_those_of_the_c_library(void **state)
{
	struct model_rng rng = { 1 };
	char want[32], buf[32];
	unsigned int i;
	uint64_t value;

	(void)state;
	for (i = 0; i < 200000; i++) {
		value = model_random(&rng) >> model_below(&rng, 64);
		snprintf(want, sizeof(want), "%llu", (unsigned long long)value);
		*put_number(buf, value) = '\0';
		assert_string_equal(buf, want);
		snprintf(want, sizeof(want), "%llx", (unsigned long long)value);
		*put_hex(buf, value) = '\0';
		assert_string_equal(buf, want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_those_of_the_c_library),
		cmocka_unit_test(numbers_are_those_of_the_c_library),
		cmocka_unit_test(escapes_what_is_not_plain),
		cmocka_unit_test(escapes_without_a_nul),
		cmocka_unit_test(never_cuts_an_escape),
		cmocka_unit_test(writes_addresses),
		cmocka_unit_test(scopes_link_local_addresses),
		cmocka_unit_test(writes_milliseconds),
		cmocka_unit_test(writes_spans_of_seven_characters),
		cmocka_unit_test(writes_spans),
		cmocka_unit_test(writes_moments),
	};

	return RUN_TESTS(tests);
}
