// SPDX-License-Identifier: GPL-2.0
/*
 * Every way in which TIME_WAIT ends or is refused, on real sockets: compares steps
 * and reasons in /proc/tcpfin with the expected ones. The client is the end in
 * TIME_WAIT unless a test says otherwise.
 */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rst_reason.h"
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
	/* What the kernel may say of the first RST, if it sends one and tells why. */
	const char *rst;
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
	rst_reason_begin();
	scenario->run(&t);
	if (scenario->rst)
		rst_reason_expect(scenario->rst);
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
			assert_int_equal(sscanf(seen->reason, "timeout:retransmission:%u",
						&tries), 1);
		}
	}
	assert_int_equal(tries, 8);
	assert_int_equal(sent, tries + 1);
}

/* Does a step's line have this pair, beyond those that each line has? */
static bool has_fact(const struct seen *seen, const char *format, ...)
{
	char word[48] = " ", line[100];
	va_list args;

	va_start(args, format);
	vsnprintf(word + 1, sizeof(word) - 2, format, args);
	va_end(args);
	strcat(word, " ");
	snprintf(line, sizeof(line), "%s ", seen->facts);
	return strstr(line, word);
}

static const struct seen *last_step(const struct test_conn *t, int end)
{
	size_t i = t->events.count;

	while (i--)
		if (t->events.list[i].cookie == t->pair.cookie[end])
			return &t->events.list[i];
	fail_msg("no step of end %d", end);
	return NULL;
}

/* The end that got the RST tells by its inode who holds it. */
static void check_inode(const struct test_conn *t)
{
	struct stat st;

	must(fstat(t->pair.fd[1], &st));
	if (!has_fact(last_step(t, 1), "inode=%u", (unsigned int)st.st_ino))
		fail_msg("inode=%u expected, '%s' seen",
			 (unsigned int)st.st_ino, last_step(t, 1)->facts);
	close(t->pair.fd[1]);
}

static void check_fin_acked(const struct test_conn *t)
{
	assert_true(has_fact(last_step(t, 1), "fin_acked=1"));
}

/* Each RST of a mini-socket, with the numbers that were sent. */
static void check_rst_in_fin_wait2(const struct test_conn *t)
{
	const struct seen *death = last_step(t, 0);

	assert_true(has_fact(death, "rst_seq=%u", death->rcv_nxt));
	assert_true(has_fact(death, "rst_ack=0"));
}

/* A SYN without ACK is acknowledged by the RST. */
static void check_syn_in_fin_wait2(const struct test_conn *t)
{
	const struct seen *death = last_step(t, 0);

	assert_true(has_fact(death, "rst_seq=0"));
	assert_true(has_fact(death, "rst_ack=%u", death->rcv_nxt + 1));
}

/* The RST has the late data's acknowledgment number. */
static void check_data_in_fin_wait2(const struct test_conn *t)
{
	const struct seen *death = last_step(t, 0);

	assert_true(has_fact(death, "rst_seq=%u", death->snd_nxt));
	assert_true(has_fact(death, "rst_ack=0"));
}

static void check_reuse(const struct test_conn *t, bool timestamps, bool bound)
{
	const struct seen *birth = events_find(&t->events, t->pair.cookie[0],
					       "tw-birth");

	assert_int_equal(has_fact(birth, "timestamps=1"), timestamps);
	assert_int_equal(has_fact(birth, "bound=1"), bound);
}

static void check_port_by_connect(const struct test_conn *t)
{
	check_reuse(t, true, false);
}

static void check_port_by_bind(const struct test_conn *t)
{
	check_reuse(t, true, true);
}

/* Each end of the connection that no process has accepted. */
static void check_not_accepted(const struct test_conn *t)
{
	unsigned int count = 0;
	size_t i;

	for (i = 0; i < t->events.count; i++)
		count += !strcmp(t->events.list[i].reason, "aborted:not-accepted");
	assert_int_equal(count, 1);
	events_expect(&t->events, t->other.cookie[0], "ESTABLISHED>CLOSE rst-rcvd");
}

/* Both subflows say so; the sockets themselves are not TCP's. */
static void check_fastclose(const struct test_conn *t)
{
	unsigned int count = 0;
	size_t i;

	for (i = 0; i < t->events.count; i++) {
		const struct seen *seen = &t->events.list[i];

		assert_true(has_fact(seen, "mptcp=1"));
		count += !strcmp(seen->reason, "aborted:mptcp-fastclose");
	}
	assert_int_equal(count, 1);
}

static void check_order(const struct test_conn *t)
{
	size_t i;

	for (i = 1; i < t->events.count; i++)
		assert_true(t->events.list[i].time >= t->events.list[i - 1].time);
}

/* How many tries there were depends on the round-trip time. */
static void check_timeout(const struct test_conn *t, const char *what, bool counted)
{
	const char *reason = last_step(t, 0)->reason;
	char text[32];
	int tries = 0;

	assert_int_equal(sscanf(reason, "timeout:%31[a-z-]:%d", text, &tries),
			 1 + counted);
	assert_string_equal(text, what);
	assert_int_equal(tries > 0, counted);
}

static void check_retransmission(const struct test_conn *t)
{
	check_timeout(t, "retransmission", true);
}

static void check_user_timeout(const struct test_conn *t)
{
	check_timeout(t, "user-timeout", true);
}

static void check_not_sent(const struct test_conn *t)
{
	check_timeout(t, "not-sent", true);
}

/* The probes that the peer answered are not counted. */
static void check_zero_window(const struct test_conn *t)
{
	check_timeout(t, "zero-window", false);
}

/* 5.10 does not bind a raw socket to an address that no machine has. */
static bool kernel_sends_from_anywhere(void)
{
	return kernel_is_since(6, 1);
}

static bool kernel_has_fastclose(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, IPPROTO_MPTCP);

	if (fd < 0)
		return false;
	close(fd);
	return kernel_is_since(6, 1);
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
	  .check = check_port_by_connect,
	  .client = TO_TIME_WAIT "TIME_WAIT>CLOSE tw-death tw-reuse pid",
	  .server = SERVER_FOLLOWS },
	{ .name = "reuse by bound connect", .port = CLIENT_PORT,
	  .run = scenario_reuse_by_bound_connect, .check = check_port_by_bind,
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
	  .check = check_rst_in_fin_wait2,
	  .client = TO_MINI "FIN_WAIT2>CLOSE tw-death rst-rcvd",
	  .server = IN_LAST_ACK "LAST_ACK>CLOSE rst-rcvd" },
	{ .name = "SYN in FIN_WAIT2",
	  .rst = "TCP_TIMEWAIT_SOCKET", .run = scenario_syn_in_fin_wait2,
	  .check = check_syn_in_fin_wait2,
	  .client = TO_MINI
		    "FIN_WAIT2>CLOSE tw-death rst-sent:syn-after-close",
	  .server = IN_LAST_ACK "LAST_ACK>CLOSE rst-rcvd" },
	{ .name = "data in FIN_WAIT2",
	  .rst = "TCP_TIMEWAIT_SOCKET", .run = scenario_data_in_fin_wait2,
	  .check = check_data_in_fin_wait2,
	  .client = TO_MINI
		    "FIN_WAIT2>CLOSE tw-death rst-sent:data-after-close",
	  .server = IN_CLOSE_WAIT "CLOSE_WAIT>CLOSE rst-rcvd" },
	{ .name = "data in FIN_WAIT1", .rst = "TCP_ABORT_ON_DATA", .veth = true,
	  .run = scenario_data_in_fin_wait1,
	  .client = "ESTABLISHED>FIN_WAIT1 pid, "
		    "FIN_WAIT1>CLOSE rst-sent:data-after-close" },
	{ .name = "RST in FIN_WAIT1", .veth = true,
	  .run = scenario_rst_in_fin_wait1,
	  .client = "ESTABLISHED>FIN_WAIT1 pid, FIN_WAIT1>CLOSE rst-rcvd",
	  .server = "ESTABLISHED>CLOSE aborted:linger-0 pid" },
	{ .name = "no LINGER2",
	  .rst = "TCP_ABORT_ON_LINGER TCP_ABORT_ON_DATA", .run = scenario_no_linger2,
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
	{ .name = "ss -K, established",
	  .rst = "TCP_STATE", .run = scenario_kill_established,
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
	{ .name = "keepalive", .rst = "TCP_KEEPALIVE_TIMEOUT", .veth = true,
	  .run = scenario_keepalive,
	  .client = "ESTABLISHED>CLOSE timeout:keepalive:3" },
	{ .name = "retransmission", .veth = true,
	  .run = scenario_retransmission, .check = check_retransmission },
	{ .name = "user timeout", .veth = true, .run = scenario_user_timeout,
	  .check = check_user_timeout },
	{ .name = "not sent", .veth = true, .run = scenario_not_sent,
	  .check = check_not_sent },
	{ .name = "zero window", .run = scenario_zero_window,
	  .check = check_zero_window },
	{ .name = "zero window, user timeout",
	  .run = scenario_zero_window_user,
	  .client = "ESTABLISHED>CLOSE timeout:user-timeout" },
	{ .name = "disconnect", .rst = "TCP_STATE", .run = scenario_disconnect,
	  .client = "ESTABLISHED>CLOSE aborted:disconnect pid",
	  .server = "ESTABLISHED>CLOSE rst-rcvd" },
	{ .name = "repair", .run = scenario_repair,
	  .client = "ESTABLISHED>CLOSE aborted:repair pid" },
	{ .name = "not accepted", .rst = "TCP_STATE", .run = scenario_not_accepted,
	  .check = check_not_accepted },
	{ .name = "MP_FASTCLOSE",
	  .rst = "TCP_STATE TCP_ABORT_ON_CLOSE", .run = scenario_mptcp_fastclose,
	  .can = kernel_has_fastclose, .check = check_fastclose },
	{ .name = "data beyond FIN",
	  .rst = "TCP_ABORT_ON_DATA", .run = scenario_data_beyond_fin,
	  .client = TO_FIN_WAIT2 "FIN_WAIT2>CLOSE rst-rcvd",
	  .server = IN_CLOSE_WAIT "CLOSE_WAIT>CLOSE rst-sent:data-beyond-fin" },
	{ .name = "close in CLOSE_WAIT",
	  .rst = "TCP_STATE", .run = scenario_close_wait_linger,
	  .client = TO_MINI "FIN_WAIT2>CLOSE tw-death rst-rcvd",
	  .server = IN_CLOSE_WAIT "CLOSE_WAIT>CLOSE aborted:linger-0 pid",
	  .check = check_fin_acked },
	{ .name = "RST without a process", .rst = "TCP_STATE", .run = scenario_rst_open,
	  .server = "ESTABLISHED>CLOSE rst-rcvd", .check = check_inode },
	{ .name = "connected to itself", .run = scenario_self,
	  .client = "ESTABLISHED>FIN_WAIT1 pid, FIN_WAIT1>CLOSING, "
		    "CLOSING>TIME_WAIT tw-birth, "
		    "TIME_WAIT>CLOSE tw-death expired",
	  .check = check_order },
};

#define SCENARIOS	(sizeof(scenarios) / sizeof(scenarios[0]))

static const struct scenario fast_open[] = {
	{ .name = "TCP Fast Open, unread data", .rst = "TCP_ABORT_ON_CLOSE",
	  .family = AF_INET, .can = kernel_sends_from_anywhere,
	  .run = scenario_fast_open_unread,
	  .server = "SYN_RECV>CLOSE aborted:unread-data pid" },
	{ .name = "TCP Fast Open, RST",
	  .family = AF_INET, .can = kernel_sends_from_anywhere,
	  .run = scenario_fast_open_rst, .server = "SYN_RECV>CLOSE rst-rcvd" },
	{ .name = "TCP Fast Open, time-out",
	  .family = AF_INET, .can = kernel_sends_from_anywhere,
	  .run = scenario_fast_open_timeout,
	  .server = "SYN_RECV>CLOSE timeout:retransmission:6" },
};

static struct scenario mapped = {
	.name = "IPv4 over IPv6 sockets", .family = AF_UNSPEC,
	.run = scenario_orphan_close, .check = check_mapped,
	.client = TO_TIME_WAIT "TIME_WAIT>CLOSE tw-death expired",
};

int main(void)
{
	static struct CMUnitTest tests[2 * SCENARIOS + 1 +
					sizeof(fast_open) / sizeof(fast_open[0])];
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
	for (; i < sizeof(tests) / sizeof(tests[0]) - 1; i++) {
		const struct scenario *scenario = &fast_open[i - 2 * SCENARIOS];

		tests[i].name = scenario->name;
		tests[i].test_func = test_scenario;
		tests[i].initial_state = (void *)scenario;
	}
	tests[i].name = mapped.name;
	tests[i].test_func = test_scenario;
	tests[i].initial_state = &mapped;
	return cmocka_run_group_tests_name("ends", tests, NULL, NULL);
}
