// SPDX-License-Identifier: GPL-2.0
/* Scenarios for each time-out, and for each use of the kernel's tcp_disconnect(). */
#include <string.h>
#include <unistd.h>

#include "rst_reason.h"
#include "segment.h"
#include "test_conn.h"

static void set_option(int fd, int level, int option, int value)
{
	must(setsockopt(fd, level, option, &value, sizeof(value)));
}

/* Three keepalive probes get no answer. */
void scenario_keepalive(struct test_conn *t)
{
	int fd = t->pair.fd[0];

	set_option(fd, IPPROTO_TCP, TCP_KEEPIDLE, 5);
	set_option(fd, IPPROTO_TCP, TCP_KEEPINTVL, 1);
	set_option(fd, IPPROTO_TCP, TCP_KEEPCNT, 3);
	set_option(fd, SOL_SOCKET, SO_KEEPALIVE, 1);
	test_conn_netem(t, 0, "add loss 100%%");
	events_wait_end(&t->events, t->pair.cookie[0]);
	close(fd);
	t->later = t->pair.fd[1];
}

/* Data gets no answer, until net.ipv4.tcp_retries2 is exceeded. */
void scenario_retransmission(struct test_conn *t)
{
	sysctl_set("ipv4/tcp_retries2", "3");
	test_conn_netem(t, 0, "add loss 100%%");
	send_bytes(t->pair.fd[0], 100);
	events_wait_end(&t->events, t->pair.cookie[0]);
	close(t->pair.fd[0]);
	t->later = t->pair.fd[1];
}

/* Data gets no answer for TCP_USER_TIMEOUT. */
void scenario_user_timeout(struct test_conn *t)
{
	set_option(t->pair.fd[0], IPPROTO_TCP, TCP_USER_TIMEOUT, 5000);
	test_conn_netem(t, 0, "add loss 100%%");
	send_bytes(t->pair.fd[0], 100);
	events_wait_end(&t->events, t->pair.cookie[0]);
	close(t->pair.fd[0]);
	t->later = t->pair.fd[1];
}

/* The client closes, but the server's window stays shut, and its kernel answers. */
void scenario_zero_window(struct test_conn *t)
{
	fill_window(t->pair.fd[0]);
	close(t->pair.fd[0]);
	events_wait_end(&t->events, t->pair.cookie[0]);
	t->later = t->pair.fd[1];
}

/* The window stays shut for longer than TCP_USER_TIMEOUT. */
void scenario_zero_window_user(struct test_conn *t)
{
	set_option(t->pair.fd[0], IPPROTO_TCP, TCP_USER_TIMEOUT, 5000);
	fill_window(t->pair.fd[0]);
	events_wait_end(&t->events, t->pair.cookie[0]);
	close(t->pair.fd[0]);
	t->later = t->pair.fd[1];
}

/* In repair mode close() sends nothing. */
void scenario_repair(struct test_conn *t)
{
	set_option(t->pair.fd[0], IPPROTO_TCP, TCP_REPAIR, 1);
	close(t->pair.fd[0]);
	events_wait_end(&t->events, t->pair.cookie[0]);
	t->later = t->pair.fd[1];
}

/* Another connection waits to be accepted when its listener is closed. */
void scenario_not_accepted(struct test_conn *t)
{
	char byte;

	t->other.fd[0] = client_socket(&t->path, 0);
	must(client_connect(t->other.fd[0], &t->path));
	t->other.cookie[0] = cookie_of(t->other.fd[0]);
	pair_close_listener(&t->pair);
	assert_int_equal(recv(t->other.fd[0], &byte, 1, 0), -1);
	events_wait_end(&t->events, t->other.cookie[0]);
	close(t->other.fd[0]);
	pair_reset(&t->pair);
	test_conn_wait_ends(t);
}

/*
 * Replace the connection by one of MPTCP. The cookies are those of the sockets that
 * the process sees, not of the subflows.
 */
static void use_mptcp(struct test_conn *t)
{
	int listener, client, one = 1;

	pair_reset(&t->pair);
	test_conn_wait_ends(t);
	pair_close_listener(&t->pair);
	ns_enter(t->path.ns[1]);
	listener = must(socket(t->path.family, SOCK_STREAM, IPPROTO_MPTCP));
	must(setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)));
	must(bind(listener, (struct sockaddr *)&t->path.addr,
		  sizeof(t->path.addr)));
	must(listen(listener, 8));
	ns_enter(t->path.ns[0]);
	client = must(socket(t->path.family, SOCK_STREAM, IPPROTO_MPTCP));
	must(client_connect(client, &t->path));
	t->pair.listener = listener;
	t->pair.fd[0] = client;
	t->pair.fd[1] = must(accept(listener, NULL, NULL));
	events_forget(&t->events);
	rst_reason_begin();
}

/* The client leaves data unread: MPTCP sends MP_FASTCLOSE. */
void scenario_mptcp_fastclose(struct test_conn *t)
{
	char byte;

	use_mptcp(t);
	/* The peer knows that this is MPTCP once data was acknowledged. */
	send_bytes(t->pair.fd[0], 100);
	receive_bytes(t->pair.fd[1], 100);
	send_bytes(t->pair.fd[1], 100);
	must(recv(t->pair.fd[0], &byte, 1, MSG_PEEK));
	close(t->pair.fd[0]);
	recv(t->pair.fd[1], &byte, 1, 0);
	close(t->pair.fd[1]);
	pause_ms(1000);
	events_read(&t->events);
}

/* Data comes with numbers beyond the peer's FIN. */
void scenario_data_beyond_fin(struct test_conn *t)
{
	struct segment segment = {
		.from = t->addr[0], .to = t->addr[1],
		.flags = SEGMENT_ACK, .data = 10,
	};

	test_conn_half_close(t);
	events_wait_state(&t->events, t->pair.cookie[1], "CLOSE_WAIT");
	segment.seq = events_find_state(&t->events, t->pair.cookie[1],
					"CLOSE_WAIT")->rcv_nxt - 1;
	segment.ack = events_find_state(&t->events, t->pair.cookie[1],
					"CLOSE_WAIT")->snd_nxt;
	segment_send(&segment);
	test_conn_wait_ends(t);
	close(t->pair.fd[0]);
	close(t->pair.fd[1]);
}

/* A server accepts a connection with its SYN, whose sender then is silent. */
static struct segment open_fast(struct test_conn *t)
{
	struct sockaddr_in *in = (struct sockaddr_in *)&t->addr[0];
	struct segment segment = {
		.to = t->path.addr, .seq = 1000, .flags = SEGMENT_SYN, .data = 10,
	};

	pair_reset(&t->pair);
	test_conn_wait_ends(t);
	/* 0x2: a server; 0x200: it needs no cookie. */
	sysctl_set("ipv4/tcp_fastopen", "514");
	set_option(t->pair.listener, IPPROTO_TCP, TCP_FASTOPEN, 8);
	/* The SYN-ACK has a route, and nobody answers it. */
	run("ip route add 192.0.2.0/24 dev lo");
	in->sin_addr.s_addr = htonl(0xc0000201);
	segment.from = t->addr[0];
	rst_reason_begin();
	segment_send(&segment);
	t->pair.fd[1] = must(accept(t->pair.listener, NULL, NULL));
	t->pair.cookie[1] = cookie_of(t->pair.fd[1]);
	assert_int_equal(state_of(t->pair.fd[1]), TCP_SYN_RECV);
	return segment;
}

/* A RST with the next number follows the SYN. */
void scenario_fast_open_rst(struct test_conn *t)
{
	struct segment segment = open_fast(t);

	segment.seq += 1 + segment.data;
	segment.data = 0;
	segment.flags = SEGMENT_RST;
	segment_send(&segment);
	events_wait_end(&t->events, t->pair.cookie[1]);
	close(t->pair.fd[1]);
}

/* The client's device is down, so that there is no route when it sends. */
void scenario_not_sent(struct test_conn *t)
{
	sysctl_set("ipv4/tcp_retries2", "3");
	run("ip link set veth0 down");
	send_bytes(t->pair.fd[0], 100);
	events_wait_end(&t->events, t->pair.cookie[0]);
	close(t->pair.fd[0]);
	t->later = t->pair.fd[1];
}

/* The server closes before the handshake is over, with the SYN's data unread. */
void scenario_fast_open_unread(struct test_conn *t)
{
	open_fast(t);
	close(t->pair.fd[1]);
	events_wait_end(&t->events, t->pair.cookie[1]);
}

/* The SYN-ACK gets no answer. */
void scenario_fast_open_timeout(struct test_conn *t)
{
	open_fast(t);
	events_wait_end(&t->events, t->pair.cookie[1]);
	close(t->pair.fd[1]);
}

/* A socket that is connected to itself closes. */
void scenario_self(struct test_conn *t)
{
	struct sockaddr_in6 self = t->path.family == AF_INET6 ?
		*(struct sockaddr_in6 *)&t->path.addr : (struct sockaddr_in6){ 0 };
	struct sockaddr_in *in = (struct sockaddr_in *)&self;
	socklen_t len = sizeof(self);
	int fd;

	pair_reset(&t->pair);
	test_conn_wait_ends(t);
	if (t->path.family == AF_INET)
		*in = *(struct sockaddr_in *)&t->path.addr;
	self.sin6_port = htons(CLIENT_PORT);
	fd = must(socket(t->path.family, SOCK_STREAM, 0));
	must(bind(fd, (struct sockaddr *)&self, len));
	must(connect(fd, (struct sockaddr *)&self, len));
	t->pair.cookie[0] = cookie_of(fd);
	close(fd);
	events_wait_end(&t->events, t->pair.cookie[0]);
}
