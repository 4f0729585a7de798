/* SPDX-License-Identifier: GPL-2.0 */
/*
 * One connection on trial, and the roads that take it to its end.
 *
 * A road returns when each end is over that will ever be. "Client" is the end
 * that connects; it closes first unless the road says otherwise.
 */
#ifndef TESTS_TRIAL_H
#define TESTS_TRIAL_H

#include "events.h"
#include "net.h"

#define CLIENT_PORT	40001

/*
 * TIME_WAIT's length (TCP_TIMEWAIT_LEN). The kernel's timer wheel rounds a timer
 * of 60 s up to its next 512 jiffies (kernel/time/timer.c), 2.048 s at the
 * 250 Hz of Debian's kernels; some ms are for the work itself.
 */
#define TIME_WAIT_MIN	60.0
#define TIME_WAIT_MAX	62.1

/* The steps of the end that closes second, see events_expect(). */
#define SERVER_FOLLOWS						\
	"ESTABLISHED>CLOSE_WAIT, CLOSE_WAIT>LAST_ACK pid, "	\
	"LAST_ACK>CLOSE"

/**
 * struct trial - a connection, made for one road
 * @path: where its ends are
 * @pair: its sockets
 * @other: a second connection, if the road needs one; its cookies are 0 if not
 * @events: what was seen since it was established
 * @addr: the client's (0) and the server's (1) address and port
 * @netns: their namespaces' numbers
 * @half_close_bytes: what the road had sent between waves 1 and 3, to come
 *	between waves 2 and 3
 * @later: a socket that is open when the road ends, or -1: it is reset then
 * @home: the namespace that the first trial was begun in
 */
struct trial {
	struct path path;
	struct pair pair;
	struct pair other;
	struct events events;
	struct sockaddr_storage addr[2];
	unsigned int netns[2];
	uint64_t half_close_bytes;
	int later;
	int home;
};

void trial_open(struct trial *t, int family, bool veth, uint16_t port);
void trial_open_mapped(struct trial *t);
void trial_close(struct trial *t);
void trial_wait_ends(struct trial *t);
void trial_tc(const struct trial *t, int end, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void trial_close_first(struct trial *t, int first);
void trial_close_both(struct trial *t, int first);

/* Both ends close: drive_close.c */
void drive_orphan_close(struct trial *t);
void drive_server_first(struct trial *t);
void drive_half_close(struct trial *t);
void drive_half_close_in_flight(struct trial *t);
void drive_both_close(struct trial *t);
void drive_simultaneous(struct trial *t);
void drive_unsent_fin(struct trial *t);
void drive_attached(struct trial *t);
void drive_lost_fin(struct trial *t);
void drive_lost_ack(struct trial *t);
void drive_after_refused_connects(struct trial *t);

/* The connection is cut short: drive_cut.c */
void drive_linger_reset(struct trial *t);
void drive_unread_reset(struct trial *t);
void drive_disconnect(struct trial *t);
void drive_close_wait_unread(struct trial *t);
void drive_close_wait_linger(struct trial *t);
void drive_last_ack_linger(struct trial *t);
void drive_data_in_fin_wait1(struct trial *t);
void drive_rst_in_fin_wait1(struct trial *t);
void drive_data_in_fin_wait2(struct trial *t);
void drive_syn_in_fin_wait2(struct trial *t);
void drive_rst_in_fin_wait2(struct trial *t);
void drive_no_linger2(struct trial *t);
void drive_orphan_limit(struct trial *t);
void drive_gave_up(struct trial *t);
void drive_kill_established(struct trial *t);
void drive_fin_wait2_timeout(struct trial *t);
void drive_late_data(struct trial *t);
void drive_fin_wait2_attached(struct trial *t);
void drive_fin_wait2_long(struct trial *t);
void drive_refused(struct trial *t);

/* TIME_WAIT ends, or does not begin: drive_wait.c */
void drive_reuse_by_connect(struct trial *t);
void drive_reuse_by_bound_connect(struct trial *t);
void drive_reuse_by_syn(struct trial *t);
void drive_killed_by_rst(struct trial *t);
void drive_rfc1337(struct trial *t);
void drive_extended(struct trial *t);
void drive_killed(struct trial *t);
void drive_netns_gone(struct trial *t);
void drive_refused_time_wait(struct trial *t);
void drive_tproxy(struct trial *t);

#endif /* TESTS_TRIAL_H */
