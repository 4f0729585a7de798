// SPDX-License-Identifier: GPL-2.0
/* Roads on which the connection is cut short. */
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "segment.h"
#include "trial.h"

/* The end that did not act closes what is left to it. */
static void close_rest(struct trial *t, int end)
{
	trial_wait_ends(t);
	close(t->pair.fd[end]);
}

void drive_linger_reset(struct trial *t)
{
	linger_zero(t->pair.fd[0]);
	close(t->pair.fd[0]);
	close_rest(t, 1);
}

/* Wait until there is something to read, and leave it there. */
static void wait_readable(int fd)
{
	char c;

	must(recv(fd, &c, 1, MSG_PEEK));
}

void drive_unread_reset(struct trial *t)
{
	send_bytes(t->pair.fd[1], 100);
	wait_readable(t->pair.fd[0]);
	close(t->pair.fd[0]);
	close_rest(t, 1);
}

void drive_disconnect(struct trial *t)
{
	const struct sockaddr nowhere = { .sa_family = AF_UNSPEC };

	must(connect(t->pair.fd[0], &nowhere, sizeof(nowhere)));
	close_rest(t, 1);
	close(t->pair.fd[0]);
}

/* The client has said all and closed; the server never reads it. */
void drive_close_wait_unread(struct trial *t)
{
	send_bytes(t->pair.fd[0], 100);
	close(t->pair.fd[0]);
	wait_state(t->pair.fd[1], TCP_CLOSE_WAIT);
	set_quickack(t->pair.fd[1], 1);
	events_wait_kind(&t->events, t->pair.cookie[0], "tw-birth");
	close(t->pair.fd[1]);
	trial_wait_ends(t);
}

void drive_close_wait_linger(struct trial *t)
{
	trial_close_first(t, 0);
	linger_zero(t->pair.fd[1]);
	close(t->pair.fd[1]);
	trial_wait_ends(t);
}

/* The last ACK is still on its way when the server lets go. */
void drive_last_ack_linger(struct trial *t)
{
	trial_tc(t, 0, "add delay 100ms");
	trial_close_first(t, 0);
	must(shutdown(t->pair.fd[1], SHUT_WR));
	events_wait_kind(&t->events, t->pair.cookie[0], "tw-flip");
	linger_zero(t->pair.fd[1]);
	close(t->pair.fd[1]);
	trial_wait_ends(t);
}

/* Data for a closed socket whose FIN is not yet acknowledged. */
void drive_data_in_fin_wait1(struct trial *t)
{
	trial_tc(t, 0, "add delay 100ms");
	close(t->pair.fd[0]);
	send_bytes(t->pair.fd[1], 100);
	close_rest(t, 1);
}

/* A RST for a closed socket whose FIN is not yet acknowledged. */
void drive_rst_in_fin_wait1(struct trial *t)
{
	trial_tc(t, 0, "add delay 100ms");
	close(t->pair.fd[0]);
	linger_zero(t->pair.fd[1]);
	close(t->pair.fd[1]);
	trial_wait_ends(t);
}

/* Data for a closed socket: answered with a RST. */
void drive_data_in_fin_wait2(struct trial *t)
{
	trial_close_first(t, 0);
	send_bytes(t->pair.fd[1], 100);
	close_rest(t, 1);
}

/* A segment as the server would send it, exactly at the client's RCV.NXT. */
static void send_to_client(struct trial *t, uint8_t flags)
{
	const struct seen *birth = events_find(&t->events, t->pair.cookie[0],
					       "tw-birth");
	struct segment segment = {
		.from = t->addr[1], .to = t->addr[0],
		.seq = birth->rcv_nxt, .flags = flags,
	};

	segment_send(&segment);
}

/* The server's port is used anew before the old connection is over. */
void drive_syn_in_fin_wait2(struct trial *t)
{
	trial_close_first(t, 0);
	send_to_client(t, SEGMENT_SYN);
	events_wait_end(&t->events, t->pair.cookie[0]);
	close(t->pair.fd[1]);
	trial_wait_ends(t);
}

/* It is not the server who sends the RST, and the server closes later. */
void drive_rst_in_fin_wait2(struct trial *t)
{
	trial_close_first(t, 0);
	send_to_client(t, SEGMENT_RST);
	events_wait_end(&t->events, t->pair.cookie[0]);
	close(t->pair.fd[1]);
	trial_wait_ends(t);
}

static void set_linger2(int fd, int seconds)
{
	must(setsockopt(fd, IPPROTO_TCP, TCP_LINGER2, &seconds,
			sizeof(seconds)));
}

/* LINGER2 below 0: FIN_WAIT2 is given up as soon as it is reached. */
void drive_no_linger2(struct trial *t)
{
	set_linger2(t->pair.fd[0], -1);
	close(t->pair.fd[0]);
	set_quickack(t->pair.fd[1], 1);
	close_rest(t, 1);
}

/* Let guest time pass on a busy CPU: for timers that do not wake an idle one. */
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
 * One orphan too many. The one before it waits for the ACK of its FIN, and the
 * kernel counts orphans every 100 ms (tcp_orphan_update(), a deferrable timer).
 * The limit is that of all namespaces.
 */
void drive_orphan_limit(struct trial *t)
{
	pair_close_listener(&t->pair);
	trial_tc(t, 0, "add delay 400ms");
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
 * The server cannot be reached any more: retransmissions are given up, a tail
 * loss probe and those by the timer, which alone the kernel counts. The server
 * never hears of it.
 */
void drive_gave_up(struct trial *t)
{
	trial_tc(t, 0, "add loss 100%%");
	close(t->pair.fd[0]);
	events_wait_end(&t->events, t->pair.cookie[0]);
	t->later = t->pair.fd[1];
}

void drive_kill_established(struct trial *t)
{
	run("modprobe -a tcp_diag && ss -KHn state established dport = :%d >/dev/null",
	    SERVER_PORT);
	close_rest(t, 0);
	close(t->pair.fd[1]);
}

/* The other end never closes; when it does, nobody is there any more. */
void drive_fin_wait2_timeout(struct trial *t)
{
	trial_close_first(t, 0);
	events_wait_end(&t->events, t->pair.cookie[0]);
	close(t->pair.fd[1]);
	trial_wait_ends(t);
}

/* What the server writes before it closes comes too late, and so does its FIN. */
void drive_late_data(struct trial *t)
{
	trial_close_first(t, 0);
	events_wait_end(&t->events, t->pair.cookie[0]);
	trial_tc(t, 1, "add delay 100ms");
	send_bytes(t->pair.fd[1], 1000);
	t->half_close_bytes = 1000;
	close(t->pair.fd[1]);
	trial_wait_ends(t);
}

/* The client's process held it in FIN_WAIT2 for 100 s before that. */
void drive_fin_wait2_attached(struct trial *t)
{
	must(shutdown(t->pair.fd[0], SHUT_WR));
	expect_fin(t->pair.fd[1]);
	wait_state(t->pair.fd[0], TCP_FIN_WAIT2);
	pause_ms(100000);
	close(t->pair.fd[0]);
	events_wait_end(&t->events, t->pair.cookie[0]);
	close(t->pair.fd[1]);
	trial_wait_ends(t);
}

/* When the socket came to a state, by the first step that tells. */
static double time_of(const struct trial *t, uint64_t cookie, const char *state)
{
	size_t i;

	for (i = 0; i < t->events.count; i++)
		if (t->events.list[i].cookie == cookie &&
		    !strcmp(t->events.list[i].new_state, state))
			return t->events.list[i].time;
	fail_msg("no step to %s", state);
	return 0;
}

/*
 * A timeout beyond 60 s: the full socket waits for what is above that, and then
 * a mini-socket does for as long again (tcp_keepalive_timer()). No packet is at
 * hand then that could tell the time of its birth.
 */
void drive_fin_wait2_long(struct trial *t)
{
	const uint64_t cookie = t->pair.cookie[0];
	double waited;

	set_linger2(t->pair.fd[0], 100);
	close(t->pair.fd[0]);
	expect_fin(t->pair.fd[1]);
	events_wait_end(&t->events, cookie);
	waited = events_find(&t->events, cookie, "tw-birth")->time -
		 time_of(t, cookie, "FIN_WAIT2");
	if (waited < 40 || waited > 42.1)
		fail_msg("born after %f s in FIN_WAIT2", waited);
	close(t->pair.fd[1]);
	trial_wait_ends(t);
}

/* The second mini-socket finds the only place taken. */
void drive_refused(struct trial *t)
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
	trial_wait_ends(t);
	events_wait_end(&t->events, t->other.cookie[0]);
}
