// SPDX-License-Identifier: GPL-2.0
/* Roads on which TIME_WAIT ends in its ways, or does not begin. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "segment.h"
#include "trial.h"

static uint16_t port_of(const struct sockaddr_storage *addr)
{
	/* At the same place in sockaddr_in6. */
	return ntohs(((const struct sockaddr_in *)addr)->sin_port);
}

/*
 * Connect again, from this port. The socket stays open: its own end is not part
 * of the road.
 */
static void come_back(struct trial *t, uint16_t port)
{
	t->later = client_socket(&t->path, port);
	must(client_connect(t->later, &t->path));
	trial_wait_ends(t);
}

/*
 * A port may be reused a second after the last segment, but not if that came in
 * the first second after boot: a ts_recent_stamp of 0 is none.
 */
static void close_and_wait(struct trial *t, int first)
{
	pause_ms(1000);
	trial_close_both(t, first);
	pause_ms(2500);
}

void drive_reuse_by_connect(struct trial *t)
{
	uint16_t port = port_of(&t->addr[0]);

	sysctl_set("ipv4/tcp_tw_reuse", "1");
	close_and_wait(t, 0);
	/* The one port that there is. */
	run("echo %d %d > /proc/sys/net/ipv4/ip_local_port_range", port, port);
	come_back(t, 0);
}

void drive_reuse_by_bound_connect(struct trial *t)
{
	close_and_wait(t, 0);
	come_back(t, CLIENT_PORT);
}

/* The server closes first, and the client comes back from the same port. */
void drive_reuse_by_syn(struct trial *t)
{
	close_and_wait(t, 1);
	come_back(t, CLIENT_PORT);
}

/* A segment as the server would send it, so far before the client's RCV.NXT. */
static void send_late(struct trial *t, uint8_t flags, uint32_t before)
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

void drive_killed_by_rst(struct trial *t)
{
	trial_close_both(t, 0);
	send_late(t, SEGMENT_RST, 0);
	trial_wait_ends(t);
}

/* With tcp_rfc1337 set, TIME_WAIT survives the RST and runs out. */
void drive_rfc1337(struct trial *t)
{
	sysctl_set("ipv4/tcp_rfc1337", "1");
	drive_killed_by_rst(t);
}

/* The peer's FIN comes once more: the last ACK may have been lost. */
void drive_extended(struct trial *t)
{
	/* The ACK meets no server any more, and draws a RST. */
	sysctl_set("ipv4/tcp_rfc1337", "1");
	trial_close_both(t, 0);
	pause_ms(30000);
	send_late(t, SEGMENT_FIN | SEGMENT_ACK, 1);
	trial_wait_ends(t);
}

void drive_killed(struct trial *t)
{
	trial_close_both(t, 0);
	run("modprobe -a tcp_diag && ss -KHn state time-wait >/dev/null");
	trial_wait_ends(t);
}

/* Nothing keeps the namespace but the connection in TIME_WAIT. */
void drive_netns_gone(struct trial *t)
{
	trial_close_both(t, 0);
	pair_close_listener(&t->pair);
	ns_enter(t->home);
	path_close(&t->path);
	trial_wait_ends(t);
}

/* The server's FIN has come when there is no place to wait: it is over. */
void drive_refused_time_wait(struct trial *t)
{
	sysctl_set("ipv4/tcp_max_tw_buckets", "0");
	must(shutdown(t->pair.fd[0], SHUT_WR));
	expect_fin(t->pair.fd[1]);
	wait_state(t->pair.fd[0], TCP_FIN_WAIT2);
	close(t->pair.fd[1]);
	trial_wait_ends(t);
	close(t->pair.fd[0]);
}

/*
 * A transparent proxy at the server: a SYN that meets a TIME_WAIT is given to
 * the proxy's listener on the next port.
 */
void drive_tproxy(struct trial *t)
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
	come_back(t, CLIENT_PORT);
}
