// SPDX-License-Identifier: GPL-2.0
/* Scenarios of the ways in which TIME_WAIT ends or is refused. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "segment.h"
#include "test_conn.h"

static uint16_t port_of(const struct sockaddr_storage *addr)
{
	/* sin6_port has the same offset. */
	return ntohs(((const struct sockaddr_in *)addr)->sin_port);
}

/*
 * Connect again from @port, 0 for any. The new connection stays open: its teardown
 * is not part of the scenario.
 */
static void connect_again(struct test_conn *t, uint16_t port)
{
	t->later = client_socket(&t->path, port);
	must(client_connect(t->later, &t->path));
	test_conn_wait_ends(t);
}

/*
 * The kernel reuses a port from a second after the last segment on, but never if that
 * segment came in the first second after boot: a ts_recent_stamp of 0 means none.
 */
static void close_and_wait(struct test_conn *t, int first)
{
	pause_ms(1000);
	test_conn_close_both(t, first);
	pause_ms(2500);
}

void scenario_reuse_by_connect(struct test_conn *t)
{
	uint16_t port = port_of(&t->addr[0]);

	sysctl_set("ipv4/tcp_tw_reuse", "1");
	close_and_wait(t, 0);
	/* Leave only the port in TIME_WAIT to choose from. */
	run("echo %d %d > /proc/sys/net/ipv4/ip_local_port_range", port, port);
	connect_again(t, 0);
}

void scenario_reuse_by_bound_connect(struct test_conn *t)
{
	close_and_wait(t, 0);
	connect_again(t, CLIENT_PORT);
}

/* The server closes first, and the client connects again from the same port. */
void scenario_reuse_by_syn(struct test_conn *t)
{
	close_and_wait(t, 1);
	connect_again(t, CLIENT_PORT);
}

/* Send a segment in the server's name, @before below the client's RCV.NXT. */
static void send_late(struct test_conn *t, uint8_t flags, uint32_t before)
{
	const struct seen *flip = events_find(&t->events, t->pair.cookie[0],
					      "tw-flip");
	struct segment segment = {
		.from = t->addr[1], .to = t->addr[0],
		.seq = flip->rcv_nxt - before, .ack = flip->snd_nxt,
		.flags = flags,
	};

	segment_send(&segment);
}

void scenario_killed_by_rst(struct test_conn *t)
{
	test_conn_close_both(t, 0);
	send_late(t, SEGMENT_RST, 0);
	test_conn_wait_ends(t);
}

/* With tcp_rfc1337 set, TIME_WAIT survives the RST and expires. */
void scenario_rfc1337(struct test_conn *t)
{
	sysctl_set("ipv4/tcp_rfc1337", "1");
	scenario_killed_by_rst(t);
}

/* The server's FIN comes once more, as if the last ACK had been lost. */
void scenario_extended(struct test_conn *t)
{
	/* The ACK finds no socket at the server, whose RST must not end TIME_WAIT. */
	sysctl_set("ipv4/tcp_rfc1337", "1");
	test_conn_close_both(t, 0);
	pause_ms(30000);
	send_late(t, SEGMENT_FIN | SEGMENT_ACK, 1);
	test_conn_wait_ends(t);
}

void scenario_killed(struct test_conn *t)
{
	test_conn_close_both(t, 0);
	run("modprobe -a tcp_diag && ss -KHn state time-wait >/dev/null");
	test_conn_wait_ends(t);
}

/* Remove the namespace of a connection in TIME_WAIT. */
void scenario_netns_gone(struct test_conn *t)
{
	test_conn_close_both(t, 0);
	pair_close_listener(&t->pair);
	ns_enter(t->home);
	path_close(&t->path);
	test_conn_wait_ends(t);
}

/* With tcp_max_tw_buckets 0 the server's FIN finds no TIME_WAIT to enter. */
void scenario_refused_time_wait(struct test_conn *t)
{
	sysctl_set("ipv4/tcp_max_tw_buckets", "0");
	test_conn_half_close(t);
	close(t->pair.fd[1]);
	test_conn_wait_ends(t);
	close(t->pair.fd[0]);
}

/*
 * A transparent proxy at the server: a SYN that meets a TIME_WAIT goes to the proxy's
 * listener on the next port.
 */
void scenario_tproxy(struct test_conn *t)
{
	bool v6 = t->path.family == AF_INET6;
	const char *table = v6 ? "ip6" : "ip";
	struct path proxy = t->path;
	int one = 1;

	close_and_wait(t, 1);
	pair_close_listener(&t->pair);
	((struct sockaddr_in *)&proxy.addr)->sin_port = htons(SERVER_PORT + 1);
	t->pair.listener = listener_open(&proxy);
	must(setsockopt(t->pair.listener, v6 ? IPPROTO_IPV6 : IPPROTO_IP,
			v6 ? IPV6_TRANSPARENT : IP_TRANSPARENT, &one,
			sizeof(one)));
	ns_enter(t->path.ns[1]);
	run("nft 'add table %s t; "
	    "add chain %s t p { type filter hook prerouting priority mangle; }; "
	    "add rule %s t p tcp dport %d tproxy to :%d'",
	    table, table, table, SERVER_PORT, SERVER_PORT + 1);
	ns_enter(t->path.ns[0]);
	connect_again(t, CLIENT_PORT);
}
