// SPDX-License-Identifier: GPL-2.0
/*
 * Every way in which a TIME_WAIT can end, or not begin, produced for real and
 * named right. The client is the end in TIME_WAIT unless a test says otherwise.
 */
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "events.h"
#include "net.h"
#include "segment.h"

#define CLIENT_PORT	40001

#define TO_FIN_WAIT2	"ESTABLISHED>FIN_WAIT1 pid, FIN_WAIT1>FIN_WAIT2, "
#define TO_MINI		TO_FIN_WAIT2 "FIN_WAIT2>FIN_WAIT2 tw-birth, "
#define TO_TIME_WAIT	TO_MINI "FIN_WAIT2>TIME_WAIT tw-flip, "
#define SERVER_FOLLOWS						\
	"ESTABLISHED>CLOSE_WAIT, CLOSE_WAIT>LAST_ACK pid, "	\
	"LAST_ACK>CLOSE"

/* What the cases below need, made anew for each of them. */
struct fixture {
	struct path path;
	struct pair pair;
	struct events events;
	struct sockaddr_storage client;
	struct sockaddr_storage server;
};

static void fixture_open(struct fixture *f, int family, bool veth,
			 uint16_t port)
{
	socklen_t len = sizeof(f->client);

	memset(f, 0, sizeof(*f));
	path_open(&f->path, family, veth);
	pair_open_from(&f->path, &f->pair, port);
	must(getsockname(f->pair.fd[0], (struct sockaddr *)&f->client, &len));
	len = sizeof(f->server);
	must(getpeername(f->pair.fd[0], (struct sockaddr *)&f->server, &len));
	events_open(&f->events);
}

static void fixture_close(struct fixture *f)
{
	close(f->pair.listener);
	events_close(&f->events);
	path_close(&f->path);
}

/* Orphan close, up to the mini-socket in FIN_WAIT2. */
static void close_first(struct fixture *f, int first)
{
	close(f->pair.fd[first]);
	expect_eof(f->pair.fd[!first]);
	events_wait_kind(&f->events, f->pair.cookie[first], "tw-birth");
}

/* The whole four-way handshake, up to TIME_WAIT. */
static void close_both(struct fixture *f, int first)
{
	close_first(f, first);
	close(f->pair.fd[!first]);
	events_wait_kind(&f->events, f->pair.cookie[first], "tw-flip");
	events_wait_end(&f->events, f->pair.cookie[!first]);
}

static int family_of(void **state)
{
	return *(int *)*state;
}

static void test_reuse_by_connect(void **state)
{
	struct fixture f;
	int fd;

	fixture_open(&f, family_of(state), false, 0);
	sysctl_set("ipv4/tcp_tw_reuse", "1");
	close_both(&f, 0);
	/* A port may be reused a second after the last segment. */
	pause_ms(2500);

	/* The one port that there is. */
	run("echo %d %d > /proc/sys/net/ipv4/ip_local_port_range",
	    ntohs(((struct sockaddr_in *)&f.client)->sin_port),
	    ntohs(((struct sockaddr_in *)&f.client)->sin_port));
	fd = client_socket(&f.path, 0);
	must(client_connect(fd, &f.path));
	events_read(&f.events);
	events_expect(&f.events, f.pair.cookie[0],
		      TO_TIME_WAIT "TIME_WAIT>CLOSE tw-death tw-reuse pid");
	events_expect(&f.events, f.pair.cookie[1], SERVER_FOLLOWS);
	close(fd);
	fixture_close(&f);
}

static void test_reuse_by_bound_connect(void **state)
{
	struct fixture f;
	int fd;

	fixture_open(&f, family_of(state), false, CLIENT_PORT);
	close_both(&f, 0);
	pause_ms(2500);
	fd = client_socket(&f.path, CLIENT_PORT);
	must(client_connect(fd, &f.path));
	events_read(&f.events);
	events_expect(&f.events, f.pair.cookie[0],
		      TO_TIME_WAIT "TIME_WAIT>CLOSE tw-death tw-reuse pid");
	close(fd);
	fixture_close(&f);
}

/* The server closes first, and the client comes back from the same port. */
static void test_reuse_by_syn(void **state)
{
	struct fixture f;
	int fd;

	fixture_open(&f, family_of(state), false, CLIENT_PORT);
	close_both(&f, 1);
	pause_ms(2500);
	fd = client_socket(&f.path, CLIENT_PORT);
	must(client_connect(fd, &f.path));
	events_read(&f.events);
	events_expect(&f.events, f.pair.cookie[1],
		      TO_TIME_WAIT "TIME_WAIT>CLOSE tw-death syn-reuse");
	events_expect(&f.events, f.pair.cookie[0], SERVER_FOLLOWS);
	close(fd);
	fixture_close(&f);
}

/* A RST as the server would send it, exactly at the client's RCV.NXT. */
static void send_rst(struct fixture *f, const char *kind)
{
	const struct seen *seen = events_find(&f->events, f->pair.cookie[0],
					      kind);
	struct segment segment = {
		.from = f->server, .to = f->client,
		.seq = seen->rcv_nxt, .flags = SEGMENT_RST,
	};

	segment_send(&segment);
}

static void test_killed_by_rst(void **state)
{
	struct fixture f;

	fixture_open(&f, family_of(state), false, 0);
	close_both(&f, 0);
	send_rst(&f, "tw-flip");
	events_wait_end(&f.events, f.pair.cookie[0]);
	events_expect(&f.events, f.pair.cookie[0],
		      TO_TIME_WAIT "TIME_WAIT>CLOSE tw-death rst-rcvd");
	fixture_close(&f);
}

/* With tcp_rfc1337 set, TIME_WAIT survives the RST and runs out. */
static void test_rfc1337(void **state)
{
	struct fixture f;

	fixture_open(&f, family_of(state), false, 0);
	sysctl_set("ipv4/tcp_rfc1337", "1");
	close_both(&f, 0);
	send_rst(&f, "tw-flip");
	events_wait_end(&f.events, f.pair.cookie[0]);
	events_expect(&f.events, f.pair.cookie[0],
		      TO_TIME_WAIT "TIME_WAIT>CLOSE tw-death expired");
	fixture_close(&f);
}

static void test_rst_in_fin_wait2(void **state)
{
	struct fixture f;

	fixture_open(&f, family_of(state), false, 0);
	close_first(&f, 0);
	send_rst(&f, "tw-birth");
	events_wait_end(&f.events, f.pair.cookie[0]);
	events_expect(&f.events, f.pair.cookie[0],
		      TO_MINI "FIN_WAIT2>CLOSE tw-death rst-rcvd");
	close(f.pair.fd[1]);
	fixture_close(&f);
}

/* Data for a closed socket: answered with a RST. */
static void test_rst_sent(void **state)
{
	struct fixture f;

	fixture_open(&f, family_of(state), false, 0);
	close_first(&f, 0);
	send_bytes(f.pair.fd[1], 100);
	events_wait_end(&f.events, f.pair.cookie[0]);
	events_wait_end(&f.events, f.pair.cookie[1]);
	events_expect(&f.events, f.pair.cookie[0],
		      TO_MINI "FIN_WAIT2>CLOSE tw-death rst-sent:data-after-close");
	events_expect(&f.events, f.pair.cookie[1],
		      "ESTABLISHED>CLOSE_WAIT, CLOSE_WAIT>CLOSE rst-rcvd");
	close(f.pair.fd[1]);
	fixture_close(&f);
}

/* Data for a closed socket whose FIN is not yet acknowledged: no RST came. */
static void test_data_after_close(void **state)
{
	struct fixture f;

	fixture_open(&f, family_of(state), true, 0);
	run("tc qdisc add dev %s root netem delay 100ms", f.path.dev);
	close(f.pair.fd[0]);
	send_bytes(f.pair.fd[1], 100);
	events_wait_end(&f.events, f.pair.cookie[0]);
	events_expect(&f.events, f.pair.cookie[0],
		      "ESTABLISHED>FIN_WAIT1 pid, FIN_WAIT1>CLOSE rst-sent:data-after-close");
	events_wait_end(&f.events, f.pair.cookie[1]);
	close(f.pair.fd[1]);
	fixture_close(&f);
}

/* LINGER2 below 0: FIN_WAIT2 is given up as soon as it is reached. */
static void test_no_linger2(void **state)
{
	struct fixture f;
	int never = -1;

	fixture_open(&f, family_of(state), false, 0);
	must(setsockopt(f.pair.fd[0], IPPROTO_TCP, TCP_LINGER2, &never,
			sizeof(never)));
	close(f.pair.fd[0]);
	events_wait_end(&f.events, f.pair.cookie[0]);
	events_expect(&f.events, f.pair.cookie[0],
		      TO_FIN_WAIT2 "FIN_WAIT2>CLOSE aborted:linger2");
	close(f.pair.fd[1]);
	fixture_close(&f);
}

/* Many connections that are refused do not get in the way of a teardown. */
static void test_after_refused_connects(void **state)
{
	struct path nobody;
	struct fixture f;
	int i, fd;

	fixture_open(&f, family_of(state), false, 0);
	nobody = f.path;
	((struct sockaddr_in *)&nobody.addr)->sin_port = htons(9);
	for (i = 0; i < 2000; i++) {
		fd = client_socket(&nobody, 0);
		assert_int_equal(client_connect(fd, &nobody), -1);
		close(fd);
	}
	close_both(&f, 0);
	events_wait_end(&f.events, f.pair.cookie[0]);
	events_expect(&f.events, f.pair.cookie[0],
		      TO_TIME_WAIT "TIME_WAIT>CLOSE tw-death expired");
	events_expect_only(&f.events, f.pair.cookie, 2);
	fixture_close(&f);
}

/*
 * The peer cannot be reached any more: retransmissions are given up, a tail
 * loss probe and those by the timer, which alone the kernel counts. How many
 * there are depends on what the network layer says meanwhile. There is always a
 * link-layer address: nothing is sent without one.
 */
static void test_gave_up(void **state)
{
	unsigned int sent = 0, tries = 0;
	struct fixture f;
	size_t i;

	fixture_open(&f, family_of(state), true, 0);
	run("ip neigh replace %s lladdr 02:00:00:00:00:01 dev %s nud permanent",
	    f.path.family == AF_INET ? "10.9.0.2" : "fd09::2", f.path.dev);
	run("tc qdisc add dev %s root netem loss 100%%", f.path.dev);
	close(f.pair.fd[0]);
	events_wait_end(&f.events, f.pair.cookie[0]);
	for (i = 0; i < f.events.count; i++) {
		const struct seen *seen = &f.events.list[i];

		if (seen->cookie != f.pair.cookie[0])
			continue;
		if (!strcmp(seen->kind, "fin-retrans")) {
			assert_string_equal(seen->old_state, "FIN_WAIT1");
			sent++;
		} else if (!strcmp(seen->new_state, "CLOSE")) {
			assert_int_equal(sscanf(seen->reason, "timeout:%u",
						&tries), 1);
		}
	}
	assert_in_range(tries, 1, 8);
	assert_int_equal(sent, tries + 1);
	close(f.pair.fd[1]);
	fixture_close(&f);
}

/* The peer's FIN comes once more: the last ACK may have been lost. */
static void test_extended(void **state)
{
	const struct seen *flip, *death;
	struct segment segment;
	struct fixture f;

	fixture_open(&f, family_of(state), false, 0);
	/* The ACK meets no server any more, and draws a RST. */
	sysctl_set("ipv4/tcp_rfc1337", "1");
	close_both(&f, 0);
	pause_ms(30000);
	flip = events_find(&f.events, f.pair.cookie[0], "tw-flip");
	segment = (struct segment){
		.from = f.server, .to = f.client,
		.seq = flip->rcv_nxt - 1, .ack = flip->snd_nxt,
		.flags = SEGMENT_FIN | SEGMENT_ACK,
	};
	segment_send(&segment);
	events_wait_end(&f.events, f.pair.cookie[0]);
	events_expect(&f.events, f.pair.cookie[0],
		      TO_TIME_WAIT "TIME_WAIT>TIME_WAIT tw-extend, "
		      "TIME_WAIT>CLOSE tw-death expired");
	flip = events_find(&f.events, f.pair.cookie[0], "tw-flip");
	death = events_find(&f.events, f.pair.cookie[0], "tw-death");
	assert_in_range(death->time - flip->time, 90, 92);
	fixture_close(&f);
}

static void test_ss_kill(void **state)
{
	struct fixture f;

	fixture_open(&f, family_of(state), false, 0);
	close_both(&f, 0);
	run("modprobe -a tcp_diag && ss -KHn state time-wait >/dev/null");
	events_wait_end(&f.events, f.pair.cookie[0]);
	events_expect(&f.events, f.pair.cookie[0],
		      TO_TIME_WAIT "TIME_WAIT>CLOSE tw-death killed pid(not ours)");
	assert_string_equal(events_find(&f.events, f.pair.cookie[0],
					"tw-death")->comm, "ss");
	fixture_close(&f);
}

static void test_ss_kill_established(void **state)
{
	struct fixture f;

	fixture_open(&f, family_of(state), false, 0);
	run("modprobe -a tcp_diag && ss -KHn state established dport = :%d >/dev/null",
	    SERVER_PORT);
	events_wait_end(&f.events, f.pair.cookie[1]);
	events_expect(&f.events, f.pair.cookie[0],
		      "ESTABLISHED>CLOSE killed pid(not ours)");
	events_expect(&f.events, f.pair.cookie[1],
		      "ESTABLISHED>CLOSE rst-rcvd");
	close(f.pair.fd[0]);
	close(f.pair.fd[1]);
	fixture_close(&f);
}

/* A child makes the namespace, and nothing is left of it when it exits. */
static void test_netns_gone(void **state)
{
	struct events events;
	uint64_t cookie;
	int pipefd[2];
	pid_t child;
	int status;

	events_open(&events);
	must(pipe(pipefd));
	child = must(fork());
	if (!child) {
		struct fixture f;

		fixture_open(&f, family_of(state), false, 0);
		close_both(&f, 0);
		if (write(pipefd[1], &f.pair.cookie[0], sizeof(cookie)) < 0)
			_exit(1);
		_exit(0);
	}
	must(waitpid(child, &status, 0));
	assert_int_equal(status, 0);
	assert_int_equal(read(pipefd[0], &cookie, sizeof(cookie)),
			 sizeof(cookie));
	events_wait_end(&events, cookie);
	events_expect(&events, cookie,
		      "ESTABLISHED>FIN_WAIT1 pid(not ours), "
		      "FIN_WAIT1>FIN_WAIT2, FIN_WAIT2>FIN_WAIT2 tw-birth, "
		      "FIN_WAIT2>TIME_WAIT tw-flip, "
		      "TIME_WAIT>CLOSE tw-death netns");
	close(pipefd[0]);
	close(pipefd[1]);
	events_close(&events);
}

/* The second mini-socket finds the only place taken. */
static void test_refused(void **state)
{
	struct fixture f;
	struct pair second;

	fixture_open(&f, family_of(state), false, 0);
	sysctl_set("ipv4/tcp_max_tw_buckets", "1");
	close(f.pair.listener);
	pair_open(&f.path, &second);
	f.pair.listener = second.listener;
	close_both(&f, 0);

	close(second.fd[0]);
	expect_eof(second.fd[1]);
	events_wait_end(&f.events, second.cookie[0]);
	close(second.fd[1]);
	events_wait_end(&f.events, second.cookie[1]);
	events_expect(&f.events, second.cookie[0],
		      TO_FIN_WAIT2 "FIN_WAIT2>CLOSE tw-refused refused");
	events_expect(&f.events, second.cookie[1],
		      "ESTABLISHED>CLOSE_WAIT, CLOSE_WAIT>LAST_ACK pid, "
		      "LAST_ACK>CLOSE rst-rcvd");
	fixture_close(&f);
}

/*
 * A transparent proxy at the server: a SYN that meets a TIME_WAIT is given to
 * the proxy's listener on the next port.
 */
static void test_tproxy(void **state)
{
	bool v6 = family_of(state) == AF_INET6;
	struct path proxy;
	int one = 1, listener, fd;
	struct fixture f;

	fixture_open(&f, family_of(state), true, CLIENT_PORT);
	close_both(&f, 1);
	pause_ms(2500);

	proxy = f.path;
	((struct sockaddr_in *)&proxy.addr)->sin_port = htons(SERVER_PORT + 1);
	listener = listener_open(&proxy);
	must(setsockopt(listener, v6 ? IPPROTO_IPV6 : IPPROTO_IP,
			v6 ? IPV6_TRANSPARENT : IP_TRANSPARENT, &one,
			sizeof(one)));
	ns_enter(f.path.ns[1]);
	run("nft 'add table %s t; "
	    "add chain %s t p { type filter hook prerouting priority mangle; }; "
	    "add rule %s t p tcp dport %d tproxy to :%d'",
	    v6 ? "ip6" : "ip", v6 ? "ip6" : "ip", v6 ? "ip6" : "ip",
	    SERVER_PORT, SERVER_PORT + 1);
	ns_enter(f.path.ns[0]);

	fd = client_socket(&f.path, CLIENT_PORT);
	must(client_connect(fd, &f.path));
	events_wait_end(&f.events, f.pair.cookie[1]);
	events_expect(&f.events, f.pair.cookie[1],
		      TO_TIME_WAIT "TIME_WAIT>CLOSE tw-death tproxy");
	close(fd);
	close(listener);
	fixture_close(&f);
}

/* An IPv6 socket that speaks IPv4 is shown as IPv4. */
static void test_v4_mapped(void **state)
{
	struct sockaddr_in6 *addr;
	struct fixture f;
	size_t i;

	(void)state;
	memset(&f, 0, sizeof(f));
	path_open(&f.path, AF_INET6, false);
	addr = (struct sockaddr_in6 *)&f.path.addr;
	inet_pton(AF_INET6, "::ffff:127.0.0.1", &addr->sin6_addr);
	pair_open(&f.path, &f.pair);
	events_open(&f.events);
	close_both(&f, 0);
	events_wait_end(&f.events, f.pair.cookie[0]);
	events_expect(&f.events, f.pair.cookie[0],
		      TO_TIME_WAIT "TIME_WAIT>CLOSE tw-death expired");
	for (i = 0; i < f.events.count; i++) {
		const struct seen *seen = &f.events.list[i];
		bool client = seen->cookie == f.pair.cookie[0];

		assert_string_equal(client ? seen->remote : seen->local,
				    "127.0.0.1:7777");
		assert_memory_equal(client ? seen->local : seen->remote,
				    "127.0.0.1:", strlen("127.0.0.1:"));
	}
	fixture_close(&f);
}

int main(void)
{
	static int v4 = AF_INET, v6 = AF_INET6;
#define BOTH(test)							\
	{ .name = #test " IPv4", .test_func = test, .initial_state = &v4 }, \
	{ .name = #test " IPv6", .test_func = test, .initial_state = &v6 }
	const struct CMUnitTest tests[] = {
		BOTH(test_reuse_by_connect),
		BOTH(test_reuse_by_bound_connect),
		BOTH(test_reuse_by_syn),
		BOTH(test_killed_by_rst),
		BOTH(test_rfc1337),
		BOTH(test_rst_in_fin_wait2),
		BOTH(test_rst_sent),
		BOTH(test_data_after_close),
		BOTH(test_no_linger2),
		BOTH(test_after_refused_connects),
		BOTH(test_gave_up),
		BOTH(test_extended),
		BOTH(test_ss_kill),
		BOTH(test_ss_kill_established),
		BOTH(test_netns_gone),
		BOTH(test_refused),
		BOTH(test_tproxy),
		cmocka_unit_test(test_v4_mapped),
	};

	return cmocka_run_group_tests_name("ends", tests, NULL, NULL);
}
