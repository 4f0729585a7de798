// SPDX-License-Identifier: GPL-2.0
/* Scenarios in which an end aborts, gives up or times out. */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "segment.h"
#include "test_conn.h"

/* Wait until both ends are in CLOSE, then close the socket of @end. */
static void close_rest(struct test_conn *t, int end)
{
	test_conn_wait_ends(t);
	close(t->pair.fd[end]);
}

void scenario_linger_reset(struct test_conn *t)
{
	linger_zero(t->pair.fd[0]);
	close(t->pair.fd[0]);
	close_rest(t, 1);
}

/* The server's socket stays open after the RST. */
void scenario_rst_open(struct test_conn *t)
{
	linger_zero(t->pair.fd[0]);
	close(t->pair.fd[0]);
	test_conn_wait_ends(t);
}

/* Wait until data has arrived, and leave it unread. */
static void wait_readable(int fd)
{
	char c;

	must(recv(fd, &c, 1, MSG_PEEK));
}

void scenario_unread_reset(struct test_conn *t)
{
	send_bytes(t->pair.fd[1], 100);
	wait_readable(t->pair.fd[0]);
	close(t->pair.fd[0]);
	close_rest(t, 1);
}

void scenario_disconnect(struct test_conn *t)
{
	const struct sockaddr nowhere = { .sa_family = AF_UNSPEC };

	must(connect(t->pair.fd[0], &nowhere, sizeof(nowhere)));
	close_rest(t, 1);
	close(t->pair.fd[0]);
}

/* The client sends data and closes; the server closes without reading the data. */
void scenario_close_wait_unread(struct test_conn *t)
{
	send_bytes(t->pair.fd[0], 100);
	close(t->pair.fd[0]);
	wait_state(t->pair.fd[1], TCP_CLOSE_WAIT);
	set_quickack(t->pair.fd[1], 1);
	events_wait_kind(&t->events, t->pair.cookie[0], "tw-birth");
	close(t->pair.fd[1]);
	test_conn_wait_ends(t);
}

void scenario_close_wait_linger(struct test_conn *t)
{
	test_conn_close_first(t, 0);
	linger_zero(t->pair.fd[1]);
	close(t->pair.fd[1]);
	test_conn_wait_ends(t);
}

/* The server aborts in LAST_ACK, while the last ACK is on its way. */
void scenario_last_ack_linger(struct test_conn *t)
{
	test_conn_netem(t, 0, "add delay 100ms");
	test_conn_close_first(t, 0);
	must(shutdown(t->pair.fd[1], SHUT_WR));
	events_wait_kind(&t->events, t->pair.cookie[0], "tw-flip");
	linger_zero(t->pair.fd[1]);
	close(t->pair.fd[1]);
	test_conn_wait_ends(t);
}

/* Data reaches a closed socket whose FIN is not yet acknowledged. */
void scenario_data_in_fin_wait1(struct test_conn *t)
{
	test_conn_netem(t, 0, "add delay 100ms");
	close(t->pair.fd[0]);
	send_bytes(t->pair.fd[1], 100);
	close_rest(t, 1);
}

/* A RST reaches a closed socket whose FIN is not yet acknowledged. */
void scenario_rst_in_fin_wait1(struct test_conn *t)
{
	test_conn_netem(t, 0, "add delay 100ms");
	close(t->pair.fd[0]);
	linger_zero(t->pair.fd[1]);
	close(t->pair.fd[1]);
	test_conn_wait_ends(t);
}

/* Data reaches a closed socket in FIN_WAIT2, which answers with a RST. */
void scenario_data_in_fin_wait2(struct test_conn *t)
{
	test_conn_close_first(t, 0);
	send_bytes(t->pair.fd[1], 100);
	close_rest(t, 1);
}

/*
 * A segment in the server's name, with the client's RCV.NXT, ends the client's FIN_WAIT2;
 * the server closes later.
 */
static void end_fin_wait2_by(struct test_conn *t, uint8_t flags)
{
	struct segment segment = {
		.from = t->addr[1], .to = t->addr[0], .flags = flags,
	};

	test_conn_close_first(t, 0);
	segment.seq = events_find(&t->events, t->pair.cookie[0],
				  "tw-birth")->rcv_nxt;
	segment_send(&segment);
	events_wait_end(&t->events, t->pair.cookie[0]);
	close(t->pair.fd[1]);
	test_conn_wait_ends(t);
}

void scenario_syn_in_fin_wait2(struct test_conn *t)
{
	end_fin_wait2_by(t, SEGMENT_SYN);
}

void scenario_rst_in_fin_wait2(struct test_conn *t)
{
	end_fin_wait2_by(t, SEGMENT_RST);
}

/* With a negative TCP_LINGER2 the kernel aborts as soon as FIN_WAIT2 is reached. */
void scenario_no_linger2(struct test_conn *t)
{
	set_linger2(t->pair.fd[0], -1);
	close(t->pair.fd[0]);
	set_quickack(t->pair.fd[1], 1);
	close_rest(t, 1);
}

/* Let guest time pass on a busy CPU: a deferrable timer does not wake an idle CPU. */
static void spin_ms(unsigned int ms)
{
	struct timespec start, now;

	clock_gettime(CLOCK_MONOTONIC, &start);
	do {
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while ((now.tv_sec - start.tv_sec) * 1000 +
		 (now.tv_nsec - start.tv_nsec) / 1000000 < ms);
}

/*
 * The client closes while tcp_max_orphans is exceeded. Another orphan waits for the
 * ACK of its FIN meanwhile, and the kernel counts orphans every 100 ms
 * (tcp_orphan_update(), a deferrable timer). The limit holds for all namespaces.
 */
void scenario_orphan_limit(struct test_conn *t)
{
	pair_close_listener(&t->pair);
	test_conn_netem(t, 0, "add delay 400ms");
	pair_open(&t->path, &t->other);
	t->pair.listener = t->other.listener;
	close(t->other.fd[0]);
	spin_ms(250);
	ns_enter(t->home);
	sysctl_set("ipv4/tcp_max_orphans", "0");
	close(t->pair.fd[0]);
	sysctl_set("ipv4/tcp_max_orphans", "4096");
	ns_enter(t->path.ns[0]);
	expect_fin(t->other.fd[1]);
	events_wait_kind(&t->events, t->other.cookie[0], "tw-birth");
	close(t->other.fd[1]);
	events_wait_end(&t->events, t->other.cookie[0]);
	events_wait_end(&t->events, t->other.cookie[1]);
	close_rest(t, 1);
}

/*
 * All segments of the client are lost, so that it gives up after a tail loss probe
 * and retransmissions by the timer (the kernel counts the latter only). The server
 * never learns of the close.
 */
void scenario_gave_up(struct test_conn *t)
{
	test_conn_netem(t, 0, "add loss 100%%");
	close(t->pair.fd[0]);
	events_wait_end(&t->events, t->pair.cookie[0]);
	t->later = t->pair.fd[1];
}

void scenario_kill_established(struct test_conn *t)
{
	run("modprobe -a tcp_diag && ss -KHn state established dport = :%d >/dev/null",
	    SERVER_PORT);
	close_rest(t, 0);
	close(t->pair.fd[1]);
}

/* The server closes only after the client's FIN_WAIT2 has timed out. */
void scenario_fin_wait2_timeout(struct test_conn *t)
{
	test_conn_close_first(t, 0);
	events_wait_end(&t->events, t->pair.cookie[0]);
	close(t->pair.fd[1]);
	test_conn_wait_ends(t);
}

/* The server's last data and its FIN arrive after FIN_WAIT2 has timed out. */
void scenario_late_data(struct test_conn *t)
{
	test_conn_close_first(t, 0);
	events_wait_end(&t->events, t->pair.cookie[0]);
	test_conn_netem(t, 1, "add delay 100ms");
	send_bytes(t->pair.fd[1], 1000);
	t->half_close_bytes = 1000;
	close(t->pair.fd[1]);
	test_conn_wait_ends(t);
}

/* FIN_WAIT2 times out after the client's process has kept the socket for 100 s. */
void scenario_fin_wait2_attached(struct test_conn *t)
{
	test_conn_half_close(t);
	pause_ms(100000);
	close(t->pair.fd[0]);
	events_wait_end(&t->events, t->pair.cookie[0]);
	close(t->pair.fd[1]);
	test_conn_wait_ends(t);
}

/*
 * A FIN_WAIT2 timeout of 100 s: the full socket waits for the 40 s above TIME_WAIT's
 * 60 s, then a mini-socket waits for another 40 s (tcp_keepalive_timer()). The birth
 * of the mini-socket comes from a timer, without a packet.
 */
void scenario_fin_wait2_long(struct test_conn *t)
{
	const uint64_t cookie = t->pair.cookie[0];
	const struct seen *fin_wait2;
	double waited;

	set_linger2(t->pair.fd[0], 100);
	close(t->pair.fd[0]);
	expect_fin(t->pair.fd[1]);
	events_wait_end(&t->events, cookie);
	fin_wait2 = events_find_state(&t->events, cookie, "FIN_WAIT2");
	assert_non_null(fin_wait2);
	waited = events_find(&t->events, cookie, "tw-birth")->time -
		 fin_wait2->time;
	if (waited < 40 || waited > 42.1)
		fail_msg("tw-birth after 40 to 42.1 s in FIN_WAIT2 expected, %f s seen",
			 waited);
	close(t->pair.fd[1]);
	test_conn_wait_ends(t);
}

/* With tcp_max_tw_buckets 1 the second mini-socket is refused. */
void scenario_refused(struct test_conn *t)
{
	sysctl_set("ipv4/tcp_max_tw_buckets", "1");
	pair_close_listener(&t->pair);
	pair_open(&t->path, &t->other);
	t->pair.listener = t->other.listener;
	close(t->other.fd[0]);
	expect_fin(t->other.fd[1]);
	events_wait_kind(&t->events, t->other.cookie[0], "tw-birth");
	close(t->other.fd[1]);
	events_wait_end(&t->events, t->other.cookie[1]);

	close(t->pair.fd[0]);
	expect_fin(t->pair.fd[1]);
	events_wait_end(&t->events, t->pair.cookie[0]);
	close(t->pair.fd[1]);
	test_conn_wait_ends(t);
	events_wait_end(&t->events, t->other.cookie[0]);
}
