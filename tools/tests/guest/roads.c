// SPDX-License-Identifier: GPL-2.0
/*
 * Every road through a teardown, on real sockets: the exact list of steps that
 * /proc/tcpfin shows for both ends, over IPv4 and IPv6, loopback and veth.
 *
 * "Client" is the end that connects; it is the one that closes first.
 */
#include <stdio.h>

#include "trial.h"

struct road {
	const char *name;
	int family;
	bool veth;
	void (*drive)(struct trial *t);
	const char *client;
	const char *server;
	/* The kind of the event with which an end's wait began. */
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

static void test_road(void **state)
{
	const struct road *road = *state;
	struct trial t;
	int i;

	trial_open(&t, road->family, road->veth, 0);
	road->drive(&t);
	/* Anything more would come within the time of another TIME_WAIT. */
	pause_ms(65000);
	events_read(&t.events);

	events_expect(&t.events, t.pair.cookie[0], road->client);
	events_expect(&t.events, t.pair.cookie[1], road->server);
	events_expect_only(&t.events, t.pair.cookie, 2);
	for (i = 0; i < 2; i++)
		if (road->wait[i])
			expect_duration(&t.events, t.pair.cookie[i],
					road->wait[i]);
	assert_int_equal(t.events.list[0].netns, t.netns[0]);
	trial_close(&t);
}

static const struct road roads[] = {
	{ .name = "orphan close", .drive = drive_orphan_close,
	  .client = "ESTABLISHED>FIN_WAIT1 pid, FIN_WAIT1>FIN_WAIT2, "
		    "FIN_WAIT2>FIN_WAIT2 tw-birth, FIN_WAIT2>TIME_WAIT tw-flip, "
		    "TIME_WAIT>CLOSE tw-death expired",
	  .server = SERVER_FOLLOWS,
	  .wait = { "tw-flip" } },
	{ .name = "half-close with data", .drive = drive_half_close,
	  .client = "ESTABLISHED>FIN_WAIT1 pid, FIN_WAIT1>FIN_WAIT2, "
		    "FIN_WAIT2>TIME_WAIT tw-birth, "
		    "TIME_WAIT>CLOSE tw-death expired",
	  .server = SERVER_FOLLOWS,
	  .wait = { "tw-birth" } },
	{ .name = "both close at once", .drive = drive_both_close,
	  .client = "ESTABLISHED>FIN_WAIT1 pid, FIN_WAIT1>FIN_WAIT2, "
		    "FIN_WAIT2>TIME_WAIT tw-birth, "
		    "TIME_WAIT>CLOSE tw-death expired",
	  .server = SERVER_FOLLOWS,
	  .wait = { "tw-birth" } },
	{ .name = "simultaneous close", .drive = drive_simultaneous,
	  .client = "ESTABLISHED>FIN_WAIT1 pid, FIN_WAIT1>CLOSING, "
		    "CLOSING>TIME_WAIT tw-birth, "
		    "TIME_WAIT>CLOSE tw-death expired",
	  .server = "ESTABLISHED>FIN_WAIT1 pid, FIN_WAIT1>CLOSING, "
		    "CLOSING>TIME_WAIT tw-birth, "
		    "TIME_WAIT>CLOSE tw-death expired",
	  .wait = { "tw-birth", "tw-birth" } },
	{ .name = "RST by linger 0", .drive = drive_linger_reset,
	  .client = "ESTABLISHED>CLOSE aborted:linger-0 pid",
	  .server = "ESTABLISHED>CLOSE rst-rcvd" },
	{ .name = "RST by unread data", .drive = drive_unread_reset,
	  .client = "ESTABLISHED>CLOSE aborted:unread-data pid",
	  .server = "ESTABLISHED>CLOSE rst-rcvd" },
	{ .name = "FIN_WAIT2 timeout", .drive = drive_fin_wait2_timeout,
	  .client = "ESTABLISHED>FIN_WAIT1 pid, FIN_WAIT1>FIN_WAIT2, "
		    "FIN_WAIT2>FIN_WAIT2 tw-birth, "
		    "FIN_WAIT2>CLOSE tw-death expired",
	  .server = "ESTABLISHED>CLOSE_WAIT, CLOSE_WAIT>LAST_ACK pid, "
		    "LAST_ACK>CLOSE rst-rcvd",
	  .wait = { "tw-birth" } },
};

#define ROADS	(sizeof(roads) / sizeof(roads[0]))

int main(void)
{
	static struct CMUnitTest tests[4 * ROADS];
	static struct road road[4 * ROADS];
	static char name[4 * ROADS][80];
	size_t i;

	for (i = 0; i < 4 * ROADS; i++) {
		road[i] = roads[i / 4];
		road[i].family = i & 1 ? AF_INET6 : AF_INET;
		road[i].veth = i & 2;
		snprintf(name[i], sizeof(name[i]), "%s, %s, %s", road[i].name,
			 i & 1 ? "IPv6" : "IPv4", i & 2 ? "veth" : "loopback");
		tests[i].name = name[i];
		tests[i].test_func = test_road;
		tests[i].initial_state = &road[i];
	}
	return cmocka_run_group_tests_name("roads", tests, NULL, NULL);
}
