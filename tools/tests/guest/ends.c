// SPDX-License-Identifier: GPL-2.0
/*
 * Every way in which TIME_WAIT ends or is refused, on real sockets: compares steps
 * and reasons in /proc/tcpfin with the expected ones. The client is the end in
 * TIME_WAIT unless a test says otherwise.
 */
#include <stdio.h>
#include <string.h>

#include "test_conn.h"

#define TO_FIN_WAIT2	"ESTABLISHED>FIN_WAIT1 pid, FIN_WAIT1>FIN_WAIT2, "
#define TO_MINI		TO_FIN_WAIT2 "FIN_WAIT2>FIN_WAIT2 tw-birth, "
#define TO_TIME_WAIT	TO_MINI "FIN_WAIT2>TIME_WAIT tw-flip, "
#define IN_CLOSE_WAIT	"ESTABLISHED>CLOSE_WAIT, "
#define IN_LAST_ACK	IN_CLOSE_WAIT "CLOSE_WAIT>LAST_ACK pid, "

struct scenario {
	const char *name;
	int family;
	bool veth;
	uint16_t port;
	void (*run)(struct test_conn *t);
	const char *client;
	const char *server;
	/* A further check of the events, or NULL. */
	void (*check)(const struct test_conn *t);
	/* Can this kernel do it? NULL if every kernel can. */
	bool (*can)(void);
};

static void test_scenario(void **state)
{
	const struct scenario *scenario = *state;
	struct test_conn t;

	if (scenario->can && !scenario->can())
		skip();
	test_conn_open(&t, scenario->family, scenario->veth, scenario->port);
	scenario->run(&t);
	if (scenario->client)
		events_expect(&t.events, t.pair.cookie[0], scenario->client);
	if (scenario->server)
		events_expect(&t.events, t.pair.cookie[1], scenario->server);
	if (scenario->check)
		scenario->check(&t);
	test_conn_cleanup(&t);
}

static void check_only(const struct test_conn *t)
{
	events_expect_only(&t->events, t->pair.cookie, 2);
}

/* The kernel counts retransmissions by the timer, but no tail loss probe. */
static void check_tries(const struct test_conn *t)
{
	unsigned int sent = 0, tries = 0;
	size_t i;

	for (i = 0; i < t->events.count; i++) {
		const struct seen *seen = &t->events.list[i];

		if (seen->cookie != t->pair.cookie[0])
			continue;
		if (!strcmp(seen->kind, "fin-retrans")) {
			assert_string_equal(seen->old_state, "FIN_WAIT1");
			sent++;
		} else if (!strcmp(seen->new_state, "CLOSE")) {
			assert_int_equal(sscanf(seen->reason, "timeout:%u",
						&tries), 1);
		}
	}
	assert_int_equal(tries, 8);
	assert_int_equal(sent, tries + 1);
}

static void check_extension(const struct test_conn *t)
{
	const struct seen *flip, *death;

	flip = events_find(&t->events, t->pair.cookie[0], "tw-flip");
	death = events_find(&t->events, t->pair.cookie[0], "tw-death");
	assert_in_range(death->time - flip->time, 90, 92);
}

static void check_killer(const struct test_conn *t)
{
	assert_string_equal(events_find(&t->events, t->pair.cookie[0],
					"tw-death")->comm, "ss");
}

/* An IPv6 socket with v4-mapped addresses is shown with IPv4 addresses. */
static void check_mapped(const struct test_conn *t)
{
	size_t i;

	for (i = 0; i < t->events.count; i++) {
		const struct seen *seen = &t->events.list[i];
		bool client = seen->cookie == t->pair.cookie[0];

		assert_string_equal(client ? seen->remote : seen->local,
				    "127.0.0.1:7777");
		assert_memory_equal(client ? seen->local : seen->remote,
				    "127.0.0.1:", strlen("127.0.0.1:"));
	}
}

static const struct scenario scenarios[] = {
	{ .name = "reuse by connect", .run = scenario_reuse_by_connect,
	  .client = TO_TIME_WAIT "TIME_WAIT>CLOSE tw-death tw-reuse pid",
	  .server = SERVER_FOLLOWS },
	{ .name = "reuse by bound connect", .port = CLIENT_PORT,
	  .run = scenario_reuse_by_bound_connect,
	  .client = TO_TIME_WAIT "TIME_WAIT>CLOSE tw-death tw-reuse pid",
	  .server = SERVER_FOLLOWS },
	{ .name = "reuse by SYN", .port = CLIENT_PORT,
	  .run = scenario_reuse_by_syn,
	  .client = SERVER_FOLLOWS,
	  .server = TO_TIME_WAIT "TIME_WAIT>CLOSE tw-death syn-reuse" },
	{ .name = "killed by RST", .run = scenario_killed_by_rst,
	  .client = TO_TIME_WAIT "TIME_WAIT>CLOSE tw-death rst-rcvd",
	  .server = SERVER_FOLLOWS },
	{ .name = "rfc1337", .run = scenario_rfc1337,
	  .client = TO_TIME_WAIT "TIME_WAIT>CLOSE tw-death expired",
	  .server = SERVER_FOLLOWS },
	{ .name = "RST in FIN_WAIT2", .run = scenario_rst_in_fin_wait2,
	  .client = TO_MINI "FIN_WAIT2>CLOSE tw-death rst-rcvd",
	  .server = IN_LAST_ACK "LAST_ACK>CLOSE rst-rcvd" },
	{ .name = "SYN in FIN_WAIT2", .run = scenario_syn_in_fin_wait2,
	  .client = TO_MINI
		    "FIN_WAIT2>CLOSE tw-death rst-sent:syn-after-close",
	  .server = IN_LAST_ACK "LAST_ACK>CLOSE rst-rcvd" },
	{ .name = "data in FIN_WAIT2", .run = scenario_data_in_fin_wait2,
	  .client = TO_MINI
		    "FIN_WAIT2>CLOSE tw-death rst-sent:data-after-close",
	  .server = IN_CLOSE_WAIT "CLOSE_WAIT>CLOSE rst-rcvd" },
	{ .name = "data in FIN_WAIT1", .veth = true,
	  .run = scenario_data_in_fin_wait1,
	  .client = "ESTABLISHED>FIN_WAIT1 pid, "
		    "FIN_WAIT1>CLOSE rst-sent:data-after-close" },
	{ .name = "RST in FIN_WAIT1", .veth = true,
	  .run = scenario_rst_in_fin_wait1,
	  .client = "ESTABLISHED>FIN_WAIT1 pid, FIN_WAIT1>CLOSE rst-rcvd",
	  .server = "ESTABLISHED>CLOSE aborted:linger-0 pid" },
	{ .name = "no LINGER2", .run = scenario_no_linger2,
	  .client = TO_FIN_WAIT2 "FIN_WAIT2>CLOSE aborted:linger2" },
	{ .name = "after refused connects",
	  .run = scenario_after_refused_connects, .check = check_only,
	  .client = TO_TIME_WAIT "TIME_WAIT>CLOSE tw-death expired" },
	{ .name = "gave up", .veth = true, .run = scenario_gave_up,
	  .check = check_tries },
	{ .name = "extended", .run = scenario_extended,
	  .check = check_extension,
	  .client = TO_TIME_WAIT "TIME_WAIT>TIME_WAIT tw-extend, "
		    "TIME_WAIT>CLOSE tw-death expired" },
	{ .name = "ss -K", .can = kernel_kills_minis,
	  .run = scenario_killed, .check = check_killer,
	  .client = TO_TIME_WAIT
		    "TIME_WAIT>CLOSE tw-death killed pid(not ours)" },
	{ .name = "ss -K, established", .run = scenario_kill_established,
	  .client = "ESTABLISHED>CLOSE killed pid(not ours)",
	  .server = "ESTABLISHED>CLOSE rst-rcvd" },
	{ .name = "netns gone", .run = scenario_netns_gone,
	  .client = TO_TIME_WAIT "TIME_WAIT>CLOSE tw-death netns" },
	{ .name = "refused", .run = scenario_refused,
	  .client = TO_FIN_WAIT2 "FIN_WAIT2>CLOSE tw-refused refused",
	  .server = IN_LAST_ACK "LAST_ACK>CLOSE rst-rcvd" },
	{ .name = "tproxy", .veth = true, .port = CLIENT_PORT,
	  .run = scenario_tproxy,
	  .server = TO_TIME_WAIT "TIME_WAIT>CLOSE tw-death tproxy" },
};

#define SCENARIOS	(sizeof(scenarios) / sizeof(scenarios[0]))

static struct scenario mapped = {
	.name = "IPv4 over IPv6 sockets", .family = AF_UNSPEC,
	.run = scenario_orphan_close, .check = check_mapped,
	.client = TO_TIME_WAIT "TIME_WAIT>CLOSE tw-death expired",
};

int main(void)
{
	static struct CMUnitTest tests[2 * SCENARIOS + 1];
	static struct scenario variant[2 * SCENARIOS];
	static char name[2 * SCENARIOS][80];
	size_t i;

	for (i = 0; i < 2 * SCENARIOS; i++) {
		variant[i] = scenarios[i / 2];
		variant[i].family = i & 1 ? AF_INET6 : AF_INET;
		snprintf(name[i], sizeof(name[i]), "%s, %s", variant[i].name,
			 i & 1 ? "IPv6" : "IPv4");
		tests[i].name = name[i];
		tests[i].test_func = test_scenario;
		tests[i].initial_state = &variant[i];
	}
	tests[i].name = mapped.name;
	tests[i].test_func = test_scenario;
	tests[i].initial_state = &mapped;
	return cmocka_run_group_tests_name("ends", tests, NULL, NULL);
}
