// SPDX-License-Identifier: GPL-2.0
/*
 * Every road through a teardown, on real sockets: the exact list of steps that
 * /proc/tcpfin shows for both ends, over IPv4 and IPv6, loopback and veth.
 *
 * "Client" is the end that connects; it is the one that closes first.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "events.h"
#include "net.h"

/*
 * TIME_WAIT's length (TCP_TIMEWAIT_LEN). The kernel's timer wheel rounds a timer
 * of 60 s up to its next 512 jiffies (kernel/time/timer.c), 2.048 s at the
 * 250 Hz of Debian's kernels; some ms are for the work itself.
 */
#define TIME_WAIT_MIN	60.0
#define TIME_WAIT_MAX	62.1

#define SERVER_FOLLOWS						\
	"ESTABLISHED>CLOSE_WAIT, CLOSE_WAIT>LAST_ACK pid, "	\
	"LAST_ACK>CLOSE"

/* One connection and what is seen of it. */
struct trial {
	struct path path;
	struct pair pair;
	struct events events;
};

struct road {
	const char *name;
	int family;
	bool veth;
	void (*drive)(struct trial *trial);
	const char *client;
	const char *server;
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

/* close(), acknowledged; then the other end's close(). */
static void orphan_close(struct trial *trial)
{
	close(trial->pair.fd[0]);
	expect_eof(trial->pair.fd[1]);
	events_wait_kind(&trial->events, trial->pair.cookie[0], "tw-birth");
	close(trial->pair.fd[1]);
	events_wait_end(&trial->events, trial->pair.cookie[0]);
	expect_duration(&trial->events, trial->pair.cookie[0], "tw-flip");
}

/* shutdown(); the other end goes on sending for a second. */
static void half_close(struct trial *trial)
{
	must(shutdown(trial->pair.fd[0], SHUT_WR));
	expect_eof(trial->pair.fd[1]);
	wait_state(trial->pair.fd[0], TCP_FIN_WAIT2);
	send_bytes(trial->pair.fd[1], 100000);
	receive_bytes(trial->pair.fd[0], 100000);
	pause_ms(1000);
	close(trial->pair.fd[1]);
	expect_eof(trial->pair.fd[0]);
	events_wait_end(&trial->events, trial->pair.cookie[0]);
	close(trial->pair.fd[0]);
	expect_duration(&trial->events, trial->pair.cookie[0], "tw-birth");
}

/* The second FIN is queued before the first is acknowledged: one segment. */
static void both_close(struct trial *trial)
{
	int zero = 0;

	must(setsockopt(trial->pair.fd[1], IPPROTO_TCP, TCP_QUICKACK, &zero,
			sizeof(zero)));
	close(trial->pair.fd[0]);
	/* Before the ACK that is put off, 40 ms at least, goes alone. */
	wait_state(trial->pair.fd[1], TCP_CLOSE_WAIT);
	close(trial->pair.fd[1]);
	events_wait_end(&trial->events, trial->pair.cookie[0]);
	expect_duration(&trial->events, trial->pair.cookie[0], "tw-birth");
}

/* Both FINs are on their way at once: a delay makes it sure. */
static void simultaneous_close(struct trial *trial)
{
	run("tc qdisc add dev %s root netem delay 100ms", trial->path.dev);
	close(trial->pair.fd[0]);
	close(trial->pair.fd[1]);
	events_wait_end(&trial->events, trial->pair.cookie[0]);
	events_wait_end(&trial->events, trial->pair.cookie[1]);
	expect_duration(&trial->events, trial->pair.cookie[0], "tw-birth");
	expect_duration(&trial->events, trial->pair.cookie[1], "tw-birth");
}

static void linger_reset(struct trial *trial)
{
	linger_zero(trial->pair.fd[0]);
	close(trial->pair.fd[0]);
	events_wait_end(&trial->events, trial->pair.cookie[1]);
	close(trial->pair.fd[1]);
}

static void unread_reset(struct trial *trial)
{
	char c;

	send_bytes(trial->pair.fd[1], 100);
	must(recv(trial->pair.fd[0], &c, 1, MSG_PEEK));
	close(trial->pair.fd[0]);
	events_wait_end(&trial->events, trial->pair.cookie[1]);
	close(trial->pair.fd[1]);
}

/* The other end never closes; when it does, nobody is there any more. */
static void fin_wait2_timeout(struct trial *trial)
{
	close(trial->pair.fd[0]);
	expect_eof(trial->pair.fd[1]);
	events_wait_end(&trial->events, trial->pair.cookie[0]);
	expect_duration(&trial->events, trial->pair.cookie[0], "tw-birth");
	close(trial->pair.fd[1]);
	events_wait_end(&trial->events, trial->pair.cookie[1]);
}

static void test_road(void **state)
{
	const struct road *road = *state;
	struct trial trial;

	path_open(&trial.path, road->family, road->veth);
	pair_open(&trial.path, &trial.pair);
	events_open(&trial.events);

	road->drive(&trial);
	events_wait_end(&trial.events, trial.pair.cookie[0]);
	events_wait_end(&trial.events, trial.pair.cookie[1]);
	/* Anything more would come within the time of another TIME_WAIT. */
	pause_ms(65000);
	events_read(&trial.events);

	events_expect(&trial.events, trial.pair.cookie[0], road->client);
	events_expect(&trial.events, trial.pair.cookie[1], road->server);
	events_expect_only(&trial.events, trial.pair.cookie, 2);
	assert_int_equal(trial.events.list[0].netns, ns_inode(trial.path.ns[0]));

	close(trial.pair.listener);
	events_close(&trial.events);
	path_close(&trial.path);
}

static const struct road roads[] = {
	{ .name = "orphan close", .drive = orphan_close,
	  .client = "ESTABLISHED>FIN_WAIT1 pid, FIN_WAIT1>FIN_WAIT2, "
		    "FIN_WAIT2>FIN_WAIT2 tw-birth, FIN_WAIT2>TIME_WAIT tw-flip, "
		    "TIME_WAIT>CLOSE tw-death expired",
	  .server = SERVER_FOLLOWS },
	{ .name = "half-close with data", .drive = half_close,
	  .client = "ESTABLISHED>FIN_WAIT1 pid, FIN_WAIT1>FIN_WAIT2, "
		    "FIN_WAIT2>TIME_WAIT tw-birth, "
		    "TIME_WAIT>CLOSE tw-death expired",
	  .server = SERVER_FOLLOWS },
	{ .name = "both close at once", .drive = both_close,
	  .client = "ESTABLISHED>FIN_WAIT1 pid, FIN_WAIT1>FIN_WAIT2, "
		    "FIN_WAIT2>TIME_WAIT tw-birth, "
		    "TIME_WAIT>CLOSE tw-death expired",
	  .server = SERVER_FOLLOWS },
	{ .name = "simultaneous close", .drive = simultaneous_close,
	  .client = "ESTABLISHED>FIN_WAIT1 pid, FIN_WAIT1>CLOSING, "
		    "CLOSING>TIME_WAIT tw-birth, "
		    "TIME_WAIT>CLOSE tw-death expired",
	  .server = "ESTABLISHED>FIN_WAIT1 pid, FIN_WAIT1>CLOSING, "
		    "CLOSING>TIME_WAIT tw-birth, "
		    "TIME_WAIT>CLOSE tw-death expired" },
	{ .name = "RST by linger 0", .drive = linger_reset,
	  .client = "ESTABLISHED>CLOSE aborted:linger-0 pid",
	  .server = "ESTABLISHED>CLOSE rst-rcvd" },
	{ .name = "RST by unread data", .drive = unread_reset,
	  .client = "ESTABLISHED>CLOSE aborted:unread-data pid",
	  .server = "ESTABLISHED>CLOSE rst-rcvd" },
	{ .name = "FIN_WAIT2 timeout", .drive = fin_wait2_timeout,
	  .client = "ESTABLISHED>FIN_WAIT1 pid, FIN_WAIT1>FIN_WAIT2, "
		    "FIN_WAIT2>FIN_WAIT2 tw-birth, "
		    "FIN_WAIT2>CLOSE tw-death expired",
	  .server = "ESTABLISHED>CLOSE_WAIT, CLOSE_WAIT>LAST_ACK pid, "
		    "LAST_ACK>CLOSE rst-rcvd" },
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
