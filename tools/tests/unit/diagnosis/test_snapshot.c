// SPDX-License-Identifier: GPL-2.0
/* What the sockets of this machine, and what is made up of them, lead to. */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
/* NOLINTNEXTLINE(bugprone-suspicious-include): its functions are static */
#include "diagnosis/snapshot.c"
#include "filter/filter.h"
#include "fixtures.h"

static struct facts facts;
static struct snapshot snapshot;

static int set_up(void **state)
{
	(void)state;
	memset(&facts, 0, sizeof(facts));
	memset(&snapshot, 0, sizeof(snapshot));
	snapshot.facts = &facts;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	snapshot_end(&snapshot);
	free(facts.present.held);
	return 0;
}

/* Connect, and close the client: the server is in CLOSE_WAIT. Return the server. */
static int open_close_wait(void)
{
	struct sockaddr_in addr = { .sin_family = AF_INET };
	int listener = socket(AF_INET, SOCK_STREAM, 0), client, server;
	socklen_t len = sizeof(addr);
	char c;

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(listener, (struct sockaddr *)&addr, sizeof(addr)), 0);
	assert_int_equal(listen(listener, 1), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&addr, &len), 0);
	client = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(connect(client, (struct sockaddr *)&addr, sizeof(addr)), 0);
	server = accept(listener, NULL, NULL);
	assert_true(server >= 0);
	close(client);
	close(listener);
	assert_int_equal(read(server, &c, 1), 0);
	return server;
}

/* Keep a socket that waits, and whose owner was not found. */
static struct held_socket *keep_hidden(int fd)
{
	struct held_socket *held = snapshot_keep(&snapshot);
	socklen_t len = sizeof(held->cookie);
	struct stat st;

	assert_non_null(held);
	*held = (struct held_socket){ .state = TCP_CLOSE_WAIT };
	assert_int_equal(getsockopt(fd, SOL_SOCKET, SO_COOKIE, &held->cookie, &len), 0);
	assert_int_equal(fstat(fd, &st), 0);
	held->inode = (uint32_t)st.st_ino;
	return held;
}

/* A socket that was closed while /proc was searched is not hidden. */
static void drops_what_was_closed_meanwhile(void **state)
{
	int open = open_close_wait(), closed = open_close_wait();
	struct held_socket *held;

	(void)state;
	assert_false(snapshot_hides(&snapshot));
	keep_hidden(closed);
	keep_hidden(open);
	/* This one has an owner; that its state is another one by now does not matter. */
	held = keep_hidden(open);
	held->pid = 7;
	held->cookie++;
	close(closed);
	assert_true(snapshot_hides(&snapshot));
	snapshot_recheck(&snapshot);
	assert_int_equal(facts.present.nheld, 2);
	assert_true(snapshot_hides(&snapshot));
	close(open);
	snapshot_recheck(&snapshot);
	assert_int_equal(facts.present.nheld, 1);
	assert_int_equal(facts.present.held[0].pid, 7);
	assert_false(snapshot_hides(&snapshot));
}

/* A socket to 10.0.0.2:443 that has probed a shut window this often, and for this long. */
static struct sock_diag_entry probing(uint8_t backoff, uint32_t stalled_ms)
{
	return (struct sock_diag_entry){
		.cookie = 7, .state = TCP_FIN_WAIT1, .family = AF_INET, .lport = 40000,
		.rport = 443, .laddr = { 10, 0, 0, 1 }, .raddr = { 10, 0, 0, 2 },
		.inode = 9, .has_info = true, .probes = true, .answered = true,
		.backoff = backoff, .stalled_ms = stalled_ms,
	};
}

static size_t kept(const struct sock_diag_entry *sock)
{
	facts.present.nheld = 0;
	handle_closing(&snapshot, sock, true);
	return facts.present.nheld;
}

/* Where the timer can tell no more, the socket is told all the same. */
static void keeps_stalled_at_the_longest_interval(void **state)
{
	struct tcpfin_event ev = fixture_event(TCPFIN_KIND_STATE, 7, TCP_ESTABLISHED,
					       TCP_FIN_WAIT1, 100 * SEC);
	struct tracker *tracker = tracker_new(10, NULL);
	struct sock_diag_entry sock = probing(7, 30000);
	struct step step;

	(void)state;
	facts.older_ns = 60 * SEC;
	facts.now_ns = 150 * SEC;
	assert_int_equal(kept(&sock), 0);
	facts.setting[FACTS_SET_RETRIES2] = optional_of(true, 8);
	assert_int_equal(kept(&sock), 0);
	facts.setting[FACTS_SET_RETRIES2].value = 7;
	assert_int_equal(kept(&sock), 1);
	assert_int_equal(facts.present.held[0].age_ns, 30 * SEC);
	/* It is known to be younger, or old enough. */
	facts.netns = ev.netns;
	snapshot.tracker = tracker;
	tracker_event(tracker, 0, &ev, &step);
	assert_int_equal(kept(&sock), 0);
	facts.now_ns = 160 * SEC;
	assert_int_equal(kept(&sock), 1);
	sock.slowest = true;
	sock.backoff = 0;
	assert_int_equal(kept(&sock), 1);
	facts.older_ns = 300 * SEC;
	assert_int_equal(kept(&sock), 0);
	snapshot.tracker = NULL;
	assert_int_equal(kept(&sock), 1);
	sock.slowest = false;
	assert_int_equal(kept(&sock), 0);
	tracker_free(tracker);
}

/*
 * More destinations of others than are judged do not push out the one that the filter
 * may choose by a socket's owner.
 */
static void judges_the_chosen_destination(void **state)
{
	struct sock_diag_entry sock = probing(0, 70000);
	char *expression = (char *)"comm = app";
	struct filter_error error;
	struct filter *filter;
	unsigned int i;

	(void)state;
	assert_true(filter_parse(1, &expression, &filter, &error));
	snapshot.filter = filter;
	facts.older_ns = 60 * SEC;
	port_set_add(&snapshot.ephemeral, 40000);
	handle_socket(&snapshot, &sock);
	sock.state = TCP_ESTABLISHED;
	for (i = 0; i < 2 * FACTS_WORST_MAX; i++) {
		sock.raddr[3] = (uint8_t)(10 + i / 2);
		handle_socket(&snapshot, &sock);
	}
	assert_true(snapshot_takers(&snapshot));
	assert_int_equal(facts.present.ntargets, 1);
	assert_int_equal(facts.present.target[0].dest.key.raddr[3], 2);
	filter_free(filter);
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(drops_what_was_closed_meanwhile),
		TEST(keeps_stalled_at_the_longest_interval),
		TEST(judges_the_chosen_destination),
	};

	return RUN_TESTS(tests);
}
