/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A connection under test, and the scenarios that tear it down.
 *
 * A scenario returns when both ends have reached CLOSE, except an end that never
 * will. "Client" is the end that connects; it closes first unless the scenario's
 * comment says otherwise.
 */
#ifndef TESTS_TEST_CONN_H
#define TESTS_TEST_CONN_H

#include "events.h"
#include "net.h"

#define CLIENT_PORT	40001

/* The steps of the end that closes second, see events_expect(). */
#define SERVER_FOLLOWS						\
	"ESTABLISHED>CLOSE_WAIT, CLOSE_WAIT>LAST_ACK pid, "	\
	"LAST_ACK>CLOSE"

/**
 * struct test_conn - a connection that one scenario tears down
 * @path: namespaces and device of the connection
 * @pair: sockets of the connection
 * @other: a second connection, if the scenario needs one; its cookies are 0 if not
 * @events: events of /proc/tcpfin since the connection was established
 * @addr: address and port of the client (0) and the server (1)
 * @netns: inode numbers of the namespaces of client (0) and server (1)
 * @half_close_bytes: bytes that the scenario sends after wave 1 and before wave 3,
 *	and that arrive after wave 2
 * @later: a socket that is still open when the scenario ends, or -1;
 *	test_conn_cleanup() resets its connection
 * @home: the namespace of the process before the first connection
 */
struct test_conn {
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

void test_conn_open(struct test_conn *t, int family, bool veth, uint16_t port);
void test_conn_cleanup(struct test_conn *t);
void test_conn_wait_ends(struct test_conn *t);
void test_conn_netem(const struct test_conn *t, int end,
		     const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void test_conn_half_close(struct test_conn *t);
void test_conn_close_first(struct test_conn *t, int first);
void test_conn_close_both(struct test_conn *t, int first);

/* Both ends close: scenarios_close.c */
void scenario_orphan_close(struct test_conn *t);
void scenario_server_first(struct test_conn *t);
void scenario_half_close(struct test_conn *t);
void scenario_half_close_in_flight(struct test_conn *t);
void scenario_both_close(struct test_conn *t);
void scenario_simultaneous(struct test_conn *t);
void scenario_unsent_fin(struct test_conn *t);
void scenario_attached(struct test_conn *t);
void scenario_lost_fin(struct test_conn *t);
void scenario_lost_ack(struct test_conn *t);
void scenario_after_refused_connects(struct test_conn *t);

/* An end aborts, gives up or times out: scenarios_abort.c */
void scenario_linger_reset(struct test_conn *t);
void scenario_rst_open(struct test_conn *t);
void scenario_unread_reset(struct test_conn *t);
void scenario_disconnect(struct test_conn *t);
void scenario_close_wait_unread(struct test_conn *t);
void scenario_close_wait_linger(struct test_conn *t);
void scenario_last_ack_linger(struct test_conn *t);
void scenario_data_in_fin_wait1(struct test_conn *t);
void scenario_rst_in_fin_wait1(struct test_conn *t);
void scenario_data_in_fin_wait2(struct test_conn *t);
void scenario_syn_in_fin_wait2(struct test_conn *t);
void scenario_rst_in_fin_wait2(struct test_conn *t);
void scenario_no_linger2(struct test_conn *t);
void scenario_orphan_limit(struct test_conn *t);
void scenario_gave_up(struct test_conn *t);
void scenario_kill_established(struct test_conn *t);
void scenario_fin_wait2_timeout(struct test_conn *t);
void scenario_late_data(struct test_conn *t);
void scenario_fin_wait2_attached(struct test_conn *t);
void scenario_fin_wait2_long(struct test_conn *t);
void scenario_refused(struct test_conn *t);

/* Time-outs, and uses of tcp_disconnect(): scenarios_reasons.c */
void scenario_keepalive(struct test_conn *t);
void scenario_retransmission(struct test_conn *t);
void scenario_user_timeout(struct test_conn *t);
void scenario_zero_window(struct test_conn *t);
void scenario_zero_window_user(struct test_conn *t);
void scenario_repair(struct test_conn *t);
void scenario_not_accepted(struct test_conn *t);
void scenario_mptcp_fastclose(struct test_conn *t);
void scenario_data_beyond_fin(struct test_conn *t);
void scenario_fast_open_unread(struct test_conn *t);
void scenario_fast_open_timeout(struct test_conn *t);
void scenario_fast_open_rst(struct test_conn *t);
void scenario_not_sent(struct test_conn *t);
void scenario_self(struct test_conn *t);

/* Ways in which TIME_WAIT ends or is refused: scenarios_time_wait.c */
void scenario_reuse_by_connect(struct test_conn *t);
void scenario_reuse_by_bound_connect(struct test_conn *t);
void scenario_reuse_by_syn(struct test_conn *t);
void scenario_killed_by_rst(struct test_conn *t);
void scenario_rfc1337(struct test_conn *t);
void scenario_extended(struct test_conn *t);
void scenario_killed(struct test_conn *t);
void scenario_netns_gone(struct test_conn *t);
void scenario_refused_time_wait(struct test_conn *t);
void scenario_tproxy(struct test_conn *t);

#endif /* TESTS_TEST_CONN_H */
