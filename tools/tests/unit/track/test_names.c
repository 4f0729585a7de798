// SPDX-License-Identifier: GPL-2.0
/* Names of states, kinds and reasons. */
#include <string.h>

#include "check.h"
#include "track/names.h"

static void names_states_as_the_kernel_does(void **state)
{
	static const char *const want[] = {
		"-", "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1",
		"FIN_WAIT2", "TIME_WAIT", "CLOSE", "CLOSE_WAIT", "LAST_ACK",
		"LISTEN", "CLOSING", "NEW_SYN_RECV", "BOUND_INACTIVE",
		"14",
	};
	char buf[NAME_TEXT_MAX];
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(want) / sizeof(want[0]); i++)
		assert_string_equal(state_name((uint8_t)i, buf), want[i]);
	assert_string_equal(state_name(255, buf), "255");
}

static void parses_every_spelling(void **state)
{
	static const struct {
		const char *name;
		uint8_t want;
	} cases[] = {
		{ "established", 1 }, { "ESTAB", 1 }, { "syn-sent", 2 },
		{ "SYN_RECV", 3 }, { "syn-rcvd", 3 }, { "syn-rcv", 3 },
		{ "SYN-RECEIVED", 3 }, { "fin-wait-1", 4 }, { "FIN_WAIT_1", 4 },
		{ "FIN-WAIT1", 4 }, { "finwait1", 4 }, { "FIN_WAIT2", 5 },
		{ "fin-wait-2", 5 }, { "timewait", 6 }, { "time-wait", 6 },
		{ "TIME_WAIT", 6 }, { "close", 7 }, { "closed", 7 },
		{ "unconnected", 7 }, { "UNCONN", 7 }, { "close-wait", 8 },
		{ "last-ack", 9 }, { "LISTEN", 10 }, { "listening", 10 },
		{ "closing", 11 }, { "new-syn-recv", 12 },
		{ "bound-inactive", 13 },
	};
	static const char *const bad[] = {
		"", "-", "_", "?", "fin-wait", "fin-wait-3", "time-wait ",
		"closedx", "6",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (states_parse(cases[i].name) != state_bit(cases[i].want))
			fail_msg("'%s': want state %u, got set %#x",
				 cases[i].name, cases[i].want,
				 states_parse(cases[i].name));
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (states_parse(bad[i]))
			fail_msg("'%s' was accepted", bad[i]);
	}
}

static void parses_groups_of_states(void **state)
{
	(void)state;
	assert_int_equal(states_parse("all"), 0x3ffe);
	assert_int_equal(states_parse("connected"), 0x3b7e);
	assert_int_equal(states_parse("synchronized"), 0x3b7a);
	assert_int_equal(states_parse("bucket"), 0x1048);
	assert_int_equal(states_parse("big"), 0x2fb6);
}

static void only_states_that_exist_have_a_bit(void **state)
{
	(void)state;
	assert_int_equal(state_bit(0), 0);
	assert_int_equal(state_bit(1), 0x2);
	assert_int_equal(state_bit(13), 0x2000);
	assert_int_equal(state_bit(14), 0);
	assert_int_equal(state_bit(255), 0);
}

static void parses_its_own_reasons(void **state)
{
	const struct tcpfin_header header = { .abi = TCPFIN_ABI };
	char buf[NAME_TEXT_MAX], list[256];
	const char *word;
	unsigned int i;

	(void)state;
	reason_list(list, sizeof(list));
	for (i = 1; i < TCPFIN_REASON_CALLER; i++) {
		word = reason_name((uint8_t)i, 0, &header, buf);
		assert_string_equal(reason_parse(word), word);
		assert_non_null(strstr(list, word));
	}
	assert_string_equal(reason_parse("TW_REUSE"), "tw-reuse");
	assert_null(reason_parse("-"));
	assert_null(reason_parse(""));
	assert_null(reason_parse("expire"));
	assert_string_equal(reason_list(list, 12), "expired, tw");
}

static void names_kinds(void **state)
{
	static const char *const want[] = {
		"0", "state", "tw-birth", "tw-flip", "tw-extend", "tw-death",
		"tw-refused", "fin-retrans", "8",
	};
	char buf[NAME_TEXT_MAX];
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(want) / sizeof(want[0]); i++)
		assert_string_equal(kind_name((uint8_t)i, buf),
				    want[i]);
}

static void names_reasons(void **state)
{
	static const char *const want[] = {
		"-", "expired", "tw-reuse", "syn-reuse", "rst-rcvd", "rst-sent",
		"killed", "netns", "tproxy", "refused", "aborted", "timeout",
		"error",
	};
	struct tcpfin_header header = { .abi = TCPFIN_ABI };
	char buf[NAME_TEXT_MAX];
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(want) / sizeof(want[0]); i++)
		assert_string_equal(reason_name((uint8_t)i, 0, &header,
						buf), want[i]);
	assert_string_equal(reason_name(15, 0, &header, buf), "15");
	assert_string_equal(reason_name(255, 0, &header, buf), "255");
}

static void names_callers_from_the_header_only(void **state)
{
	struct tcpfin_header header = { .abi = TCPFIN_ABI };
	const uint8_t caller = TCPFIN_REASON_CALLER;
	char buf[NAME_TEXT_MAX];

	(void)state;
	strcpy(header.caller[3], "mptcp_x\n");
	memset(header.caller[15], 0xff, sizeof(header.caller[15]));
	assert_string_equal(reason_name(caller, 3, &header, buf),
			    "mptcp_x\\x0a");
	assert_string_equal(reason_name(caller, 4, &header, buf), "?");
	assert_string_equal(reason_name(caller, 16, &header, buf), "?");
	assert_string_equal(reason_name(caller, UINT32_MAX, &header,
					buf), "?");
	/* 64 bytes without NUL, all of them escaped. */
	assert_int_equal(strlen(reason_name(caller, 15, &header, buf)), 256);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_states_as_the_kernel_does),
		cmocka_unit_test(parses_every_spelling),
		cmocka_unit_test(parses_groups_of_states),
		cmocka_unit_test(only_states_that_exist_have_a_bit),
		cmocka_unit_test(parses_its_own_reasons),
		cmocka_unit_test(names_kinds),
		cmocka_unit_test(names_reasons),
		cmocka_unit_test(names_callers_from_the_header_only),
	};

	return RUN_TESTS(tests);
}
