// SPDX-License-Identifier: GPL-2.0
/*
 * The common teardowns on real sockets: compares the steps that /proc/tcpfin shows
 * of both ends with the expected list, over IPv4 and IPv6, loopback and veth.
 *
 * "Client" is the end that connects; it closes first.
 */
#include <stdio.h>

#include "test_conn.h"

struct scenario {
	const char *name;
	int family;
	bool veth;
	void (*run)(struct test_conn *t);
	const char *client;
	const char *server;
	/* Kind of the event that starts an end's 60 s timer, NULL if there is none. */
	const char *wait[2];
};

static void expect_duration(const struct events *events, uint64_t cookie,
			    const char *from)
{
	double length = events_find(events, cookie, "tw-death")->time -
			events_find(events, cookie, from)->time;

	if (length < TIME_WAIT_MIN || length > TIME_WAIT_MAX)
		fail_msg("%s to tw-death: 60 to 62.1 s expected, %f s seen",
			 from, length);
}

static void test_scenario(void **state)
{
	const struct scenario *scenario = *state;
	struct test_conn t;
	int i;

	test_conn_open(&t, scenario->family, scenario->veth, 0);
	scenario->run(&t);
	/* A late event would come within the time of another TIME_WAIT. */
	pause_ms(65000);
	events_read(&t.events);

	events_expect(&t.events, t.pair.cookie[0], scenario->client);
	events_expect(&t.events, t.pair.cookie[1], scenario->server);
	events_expect_only(&t.events, t.pair.cookie, 2);
	for (i = 0; i < 2; i++)
		if (scenario->wait[i])
			expect_duration(&t.events, t.pair.cookie[i],
					scenario->wait[i]);
	assert_int_equal(t.events.list[0].netns, t.netns[0]);
	test_conn_cleanup(&t);
}

static const struct scenario scenarios[] = {
	{ .name = "orphan close", .run = scenario_orphan_close,
	  .client = "ESTABLISHED>FIN_WAIT1 pid, FIN_WAIT1>FIN_WAIT2, "
		    "FIN_WAIT2>FIN_WAIT2 tw-birth, FIN_WAIT2>TIME_WAIT tw-flip, "
		    "TIME_WAIT>CLOSE tw-death expired",
	  .server = SERVER_FOLLOWS,
	  .wait = { "tw-flip" } },
	{ .name = "half-close with data", .run = scenario_half_close,
	  .client = "ESTABLISHED>FIN_WAIT1 pid, FIN_WAIT1>FIN_WAIT2, "
		    "FIN_WAIT2>TIME_WAIT tw-birth, "
		    "TIME_WAIT>CLOSE tw-death expired",
	  .server = SERVER_FOLLOWS,
	  .wait = { "tw-birth" } },
	{ .name = "both close at once", .run = scenario_both_close,
	  .client = "ESTABLISHED>FIN_WAIT1 pid, FIN_WAIT1>FIN_WAIT2, "
		    "FIN_WAIT2>TIME_WAIT tw-birth, "
		    "TIME_WAIT>CLOSE tw-death expired",
	  .server = SERVER_FOLLOWS,
	  .wait = { "tw-birth" } },
	{ .name = "simultaneous close", .run = scenario_simultaneous,
	  .client = "ESTABLISHED>FIN_WAIT1 pid, FIN_WAIT1>CLOSING, "
		    "CLOSING>TIME_WAIT tw-birth, "
		    "TIME_WAIT>CLOSE tw-death expired",
	  .server = "ESTABLISHED>FIN_WAIT1 pid, FIN_WAIT1>CLOSING, "
		    "CLOSING>TIME_WAIT tw-birth, "
		    "TIME_WAIT>CLOSE tw-death expired",
	  .wait = { "tw-birth", "tw-birth" } },
	{ .name = "RST by linger 0", .run = scenario_linger_reset,
	  .client = "ESTABLISHED>CLOSE aborted:linger-0 pid",
	  .server = "ESTABLISHED>CLOSE rst-rcvd" },
	{ .name = "RST by unread data", .run = scenario_unread_reset,
	  .client = "ESTABLISHED>CLOSE aborted:unread-data pid",
	  .server = "ESTABLISHED>CLOSE rst-rcvd" },
	{ .name = "FIN_WAIT2 timeout", .run = scenario_fin_wait2_timeout,
	  .client = "ESTABLISHED>FIN_WAIT1 pid, FIN_WAIT1>FIN_WAIT2, "
		    "FIN_WAIT2>FIN_WAIT2 tw-birth, "
		    "FIN_WAIT2>CLOSE tw-death expired",
	  .server = "ESTABLISHED>CLOSE_WAIT, CLOSE_WAIT>LAST_ACK pid, "
		    "LAST_ACK>CLOSE rst-rcvd",
	  .wait = { "tw-birth" } },
};

#define SCENARIOS	(sizeof(scenarios) / sizeof(scenarios[0]))

int main(void)
{
	static struct CMUnitTest tests[4 * SCENARIOS];
	static struct scenario variant[4 * SCENARIOS];
	static char name[4 * SCENARIOS][80];
	size_t i;

	for (i = 0; i < 4 * SCENARIOS; i++) {
		variant[i] = scenarios[i / 4];
		variant[i].family = i & 1 ? AF_INET6 : AF_INET;
		variant[i].veth = i & 2;
		snprintf(name[i], sizeof(name[i]), "%s, %s, %s", variant[i].name,
			 i & 1 ? "IPv6" : "IPv4", i & 2 ? "veth" : "loopback");
		tests[i].name = name[i];
		tests[i].test_func = test_scenario;
		tests[i].initial_state = &variant[i];
	}
	return cmocka_run_group_tests_name("scenarios", tests, NULL, NULL);
}
