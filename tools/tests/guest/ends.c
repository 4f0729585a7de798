// SPDX-License-Identifier: GPL-2.0
/*
 * Every way in which a TIME_WAIT can end, or not begin, produced for real and
 * named right. The client is the end in TIME_WAIT unless a test says otherwise.
 */
#include <stdio.h>
#include <string.h>

#include "trial.h"

#define TO_FIN_WAIT2	"ESTABLISHED>FIN_WAIT1 pid, FIN_WAIT1>FIN_WAIT2, "
#define TO_MINI		TO_FIN_WAIT2 "FIN_WAIT2>FIN_WAIT2 tw-birth, "
#define TO_TIME_WAIT	TO_MINI "FIN_WAIT2>TIME_WAIT tw-flip, "
#define IN_CLOSE_WAIT	"ESTABLISHED>CLOSE_WAIT, "
#define IN_LAST_ACK	IN_CLOSE_WAIT "CLOSE_WAIT>LAST_ACK pid, "

struct end {
	const char *name;
	int family;
	bool veth;
	uint16_t port;
	void (*drive)(struct trial *t);
	const char *client;
	const char *server;
	/* What else has to be true. */
	void (*check)(const struct trial *t);
	/* Where not every kernel can do it. */
	bool (*can)(void);
};

static void test_end(void **state)
{
	const struct end *end = *state;
	struct trial t;

	if (end->can && !end->can())
		skip();
	if (end->family == AF_UNSPEC)
		trial_open_mapped(&t);
	else
		trial_open(&t, end->family, end->veth, end->port);
	end->drive(&t);
	if (end->client)
		events_expect(&t.events, t.pair.cookie[0], end->client);
	if (end->server)
		events_expect(&t.events, t.pair.cookie[1], end->server);
	if (end->check)
		end->check(&t);
	trial_close(&t);
}

static void check_only(const struct trial *t)
{
	events_expect_only(&t->events, t->pair.cookie, 2);
}

/* The kernel counts those by the timer, and not the tail loss probe. */
static void check_tries(const struct trial *t)
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

static void check_extension(const struct trial *t)
{
	const struct seen *flip, *death;

	flip = events_find(&t->events, t->pair.cookie[0], "tw-flip");
	death = events_find(&t->events, t->pair.cookie[0], "tw-death");
	assert_in_range(death->time - flip->time, 90, 92);
}

static void check_killer(const struct trial *t)
{
	assert_string_equal(events_find(&t->events, t->pair.cookie[0],
					"tw-death")->comm, "ss");
}

/* An IPv6 socket that speaks IPv4 is shown as IPv4. */
static void check_mapped(const struct trial *t)
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

static const struct end ends[] = {
	{ .name = "reuse by connect", .drive = drive_reuse_by_connect,
	  .client = TO_TIME_WAIT "TIME_WAIT>CLOSE tw-death tw-reuse pid",
	  .server = SERVER_FOLLOWS },
	{ .name = "reuse by bound connect", .port = CLIENT_PORT,
	  .drive = drive_reuse_by_bound_connect,
	  .client = TO_TIME_WAIT "TIME_WAIT>CLOSE tw-death tw-reuse pid",
	  .server = SERVER_FOLLOWS },
	{ .name = "reuse by SYN", .port = CLIENT_PORT,
	  .drive = drive_reuse_by_syn,
	  .client = SERVER_FOLLOWS,
	  .server = TO_TIME_WAIT "TIME_WAIT>CLOSE tw-death syn-reuse" },
	{ .name = "killed by RST", .drive = drive_killed_by_rst,
	  .client = TO_TIME_WAIT "TIME_WAIT>CLOSE tw-death rst-rcvd",
	  .server = SERVER_FOLLOWS },
	{ .name = "rfc1337", .drive = drive_rfc1337,
	  .client = TO_TIME_WAIT "TIME_WAIT>CLOSE tw-death expired",
	  .server = SERVER_FOLLOWS },
	{ .name = "RST in FIN_WAIT2", .drive = drive_rst_in_fin_wait2,
	  .client = TO_MINI "FIN_WAIT2>CLOSE tw-death rst-rcvd",
	  .server = IN_LAST_ACK "LAST_ACK>CLOSE rst-rcvd" },
	{ .name = "SYN in FIN_WAIT2", .drive = drive_syn_in_fin_wait2,
	  .client = TO_MINI
		    "FIN_WAIT2>CLOSE tw-death rst-sent:syn-after-close",
	  .server = IN_LAST_ACK "LAST_ACK>CLOSE rst-rcvd" },
	{ .name = "data in FIN_WAIT2", .drive = drive_data_in_fin_wait2,
	  .client = TO_MINI
		    "FIN_WAIT2>CLOSE tw-death rst-sent:data-after-close",
	  .server = IN_CLOSE_WAIT "CLOSE_WAIT>CLOSE rst-rcvd" },
	{ .name = "data in FIN_WAIT1", .veth = true,
	  .drive = drive_data_in_fin_wait1,
	  .client = "ESTABLISHED>FIN_WAIT1 pid, "
		    "FIN_WAIT1>CLOSE rst-sent:data-after-close" },
	{ .name = "RST in FIN_WAIT1", .veth = true,
	  .drive = drive_rst_in_fin_wait1,
	  .client = "ESTABLISHED>FIN_WAIT1 pid, FIN_WAIT1>CLOSE rst-rcvd",
	  .server = "ESTABLISHED>CLOSE aborted:linger-0 pid" },
	{ .name = "no LINGER2", .drive = drive_no_linger2,
	  .client = TO_FIN_WAIT2 "FIN_WAIT2>CLOSE aborted:linger2" },
	{ .name = "after refused connects",
	  .drive = drive_after_refused_connects, .check = check_only,
	  .client = TO_TIME_WAIT "TIME_WAIT>CLOSE tw-death expired" },
	{ .name = "gave up", .veth = true, .drive = drive_gave_up,
	  .check = check_tries },
	{ .name = "extended", .drive = drive_extended,
	  .check = check_extension,
	  .client = TO_TIME_WAIT "TIME_WAIT>TIME_WAIT tw-extend, "
		    "TIME_WAIT>CLOSE tw-death expired" },
	{ .name = "ss -K", .can = kernel_kills_minis,
	  .drive = drive_killed, .check = check_killer,
	  .client = TO_TIME_WAIT
		    "TIME_WAIT>CLOSE tw-death killed pid(not ours)" },
	{ .name = "ss -K, established", .drive = drive_kill_established,
	  .client = "ESTABLISHED>CLOSE killed pid(not ours)",
	  .server = "ESTABLISHED>CLOSE rst-rcvd" },
	{ .name = "netns gone", .drive = drive_netns_gone,
	  .client = TO_TIME_WAIT "TIME_WAIT>CLOSE tw-death netns" },
	{ .name = "refused", .drive = drive_refused,
	  .client = TO_FIN_WAIT2 "FIN_WAIT2>CLOSE tw-refused refused",
	  .server = IN_LAST_ACK "LAST_ACK>CLOSE rst-rcvd" },
	{ .name = "tproxy", .veth = true, .port = CLIENT_PORT,
	  .drive = drive_tproxy,
	  .server = TO_TIME_WAIT "TIME_WAIT>CLOSE tw-death tproxy" },
};

#define ENDS	(sizeof(ends) / sizeof(ends[0]))

static struct end mapped = {
	.name = "IPv4 by an IPv6 socket", .family = AF_UNSPEC,
	.drive = drive_orphan_close, .check = check_mapped,
	.client = TO_TIME_WAIT "TIME_WAIT>CLOSE tw-death expired",
};

int main(void)
{
	static struct CMUnitTest tests[2 * ENDS + 1];
	static struct end end[2 * ENDS];
	static char name[2 * ENDS][80];
	size_t i;

	for (i = 0; i < 2 * ENDS; i++) {
		end[i] = ends[i / 2];
		end[i].family = i & 1 ? AF_INET6 : AF_INET;
		snprintf(name[i], sizeof(name[i]), "%s, %s", end[i].name,
			 i & 1 ? "IPv6" : "IPv4");
		tests[i].name = name[i];
		tests[i].test_func = test_end;
		tests[i].initial_state = &end[i];
	}
	tests[i].name = mapped.name;
	tests[i].test_func = test_end;
	tests[i].initial_state = &mapped;
	return cmocka_run_group_tests_name("ends", tests, NULL, NULL);
}
