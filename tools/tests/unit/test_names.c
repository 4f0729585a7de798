// SPDX-License-Identifier: GPL-2.0
/* Names of states, kinds and reasons. */
#include <string.h>

#include "check.h"
#include "names.h"

static void names_states_as_the_kernel_does(void **state)
{
	static const char *const want[] = {
		"-", "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1",
		"FIN_WAIT2", "TIME_WAIT", "CLOSE", "CLOSE_WAIT", "LAST_ACK",
		"LISTEN", "CLOSING", "NEW_SYN_RECV", "BOUND_INACTIVE",
		"14",
	};
	char buf[TCPFIN_NAME_MAX];
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(want) / sizeof(want[0]); i++)
		assert_string_equal(tcpfin_state_name((uint8_t)i, buf),
				    want[i]);
	assert_string_equal(tcpfin_state_name(255, buf), "255");
}

static void names_kinds(void **state)
{
	static const char *const want[] = {
		"0", "state", "tw-birth", "tw-flip", "tw-extend", "tw-death",
		"tw-refused", "fin-retrans", "8",
	};
	char buf[TCPFIN_NAME_MAX];
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(want) / sizeof(want[0]); i++)
		assert_string_equal(tcpfin_kind_name((uint8_t)i, buf),
				    want[i]);
}

static void names_reasons(void **state)
{
	static const char *const want[] = {
		"-", "expired", "tw-reuse", "syn-reuse", "rst-rcvd", "rst-sent",
		"killed", "netns", "tproxy", "refused", "aborted", "timeout",
		"error", "handover",
	};
	struct tcpfin_header header = { .abi = TCPFIN_ABI };
	char buf[TCPFIN_NAME_MAX];
	unsigned int i;

	(void)state;
	for (i = 0; i < sizeof(want) / sizeof(want[0]); i++)
		assert_string_equal(tcpfin_reason_name((uint8_t)i, 0, &header,
						       buf), want[i]);
	assert_string_equal(tcpfin_reason_name(15, 0, &header, buf), "15");
	assert_string_equal(tcpfin_reason_name(255, 0, &header, buf), "255");
}

static void names_callers_from_the_header_only(void **state)
{
	struct tcpfin_header header = { .abi = TCPFIN_ABI };
	const uint8_t caller = TCPFIN_REASON_CALLER;
	char buf[TCPFIN_NAME_MAX];

	(void)state;
	strcpy(header.caller[3], "mptcp_x\n");
	memset(header.caller[15], 0xff, sizeof(header.caller[15]));
	assert_string_equal(tcpfin_reason_name(caller, 3, &header, buf),
			    "mptcp_x\\x0a");
	assert_string_equal(tcpfin_reason_name(caller, 4, &header, buf), "?");
	assert_string_equal(tcpfin_reason_name(caller, 16, &header, buf), "?");
	assert_string_equal(tcpfin_reason_name(caller, UINT32_MAX, &header,
					       buf), "?");
	/* No NUL in 64 bytes, each of them escaped. */
	assert_int_equal(strlen(tcpfin_reason_name(caller, 15, &header, buf)),
			 256);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_states_as_the_kernel_does),
		cmocka_unit_test(names_kinds),
		cmocka_unit_test(names_reasons),
		cmocka_unit_test(names_callers_from_the_header_only),
	};

	return RUN_TESTS(tests);
}
