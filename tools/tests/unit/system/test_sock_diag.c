// SPDX-License-Identifier: GPL-2.0
/* What the answers of inet_diag say. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
/* NOLINTNEXTLINE(bugprone-suspicious-include): its functions are static */
#include "system/sock_diag.c"

static struct sock_diag_entry seen;

static void take(void *data, const struct sock_diag_entry *sock)
{
	(void)data;
	seen = *sock;
}

/* The end of a listing, with @len bytes of this result. */
static int done(int result, size_t len)
{
	char buf[64] = { 0 };
	struct nlmsghdr *nlh = mnl_nlmsg_put_header(buf);

	memcpy(mnl_nlmsg_put_extra_header(nlh, len), &result, len);
	errno = 0;
	return parse_done(nlh, NULL);
}

static void takes_the_error_of_the_end(void **state)
{
	(void)state;
	assert_int_equal(done(0, sizeof(int)), MNL_CB_STOP);
	assert_int_equal(errno, 0);
	assert_int_equal(done(-ENOENT, sizeof(int)), MNL_CB_ERROR);
	assert_int_equal(errno, ENOENT);
	assert_int_equal(done(1, sizeof(int)), MNL_CB_STOP);
	/* An end without a result is an end. */
	assert_int_equal(done(-ENOENT, 0), MNL_CB_STOP);
}

/* A socket in this state of its timer, with @len bytes of its struct tcp_info. */
static const struct sock_diag_entry *parse(const struct inet_diag_msg *msg,
					   const struct tcp_info *info, size_t len)
{
	const struct listing l = { .each = take };
	struct nlmsghdr *nlh;
	char buf[1024];

	memset(&seen, 0, sizeof(seen));
	nlh = mnl_nlmsg_put_header(buf);
	memcpy(mnl_nlmsg_put_extra_header(nlh, sizeof(*msg)), msg, sizeof(*msg));
	mnl_attr_put(nlh, INET_DIAG_INFO, len, info);
	assert_int_equal(parse_message(nlh, (void *)&l), MNL_CB_OK);
	return &seen;
}

/* Counts by state have no place for it. */
static void skips_unknown_states(void **state)
{
	struct inet_diag_msg msg = { .idiag_family = AF_INET, .idiag_state = 15 };
	const struct tcp_info info = { 0 };

	(void)state;
	assert_int_equal(parse(&msg, &info, sizeof(info))->state, 15);
	msg.idiag_state = SOCK_DIAG_STATES;
	assert_int_equal(parse(&msg, &info, sizeof(info))->family, 0);
}

/* On this family every process may send: what it sends is not received. */
static void skips_messages_of_processes(void **state)
{
	struct mnl_socket *nl = mnl_socket_open2(NETLINK_USERSOCK, SOCK_NONBLOCK);
	int other = socket(AF_NETLINK, SOCK_RAW, NETLINK_USERSOCK);
	struct sockaddr_nl to = { .nl_family = AF_NETLINK };
	char buf[64];

	(void)state;
	assert_non_null(nl);
	assert_int_equal(mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID), 0);
	to.nl_pid = mnl_socket_get_portid(nl);
	assert_int_equal(sendto(other, "forged", 6, 0, (struct sockaddr *)&to, sizeof(to)),
			 6);
	assert_int_equal(receive(nl, buf, sizeof(buf)), -1);
	assert_int_equal(errno, EAGAIN);
	close(other);
	mnl_socket_close(nl);
}

static void reads_queues_and_timers(void **state)
{
	struct inet_diag_msg msg = {
		.idiag_family = AF_INET, .idiag_state = 4, .idiag_timer = 1,
		.idiag_retrans = 3, .idiag_expires = 600, .idiag_rqueue = 5,
		.idiag_wqueue = 7,
	};
	struct tcp_info info = { .tcpi_rto = 1600000, .tcpi_backoff = 3 };

	(void)state;
	parse(&msg, &info, sizeof(info));
	assert_true(seen.retransmits && !seen.probes && !seen.mini && seen.has_info);
	assert_int_equal(seen.recv_q, 5);
	assert_int_equal(seen.send_q, 7);
	/* 200, 400 and 800 ms, and 1000 of 1600 ms */
	assert_int_equal(seen.stalled_ms, 2400);
	/* The latest ACK came before it all, after the last try but one, after the last. */
	info.tcpi_last_ack_recv = 2400;
	assert_false(parse(&msg, &info, sizeof(info))->answered);
	info.tcpi_last_ack_recv = 1800;
	assert_true(parse(&msg, &info, sizeof(info))->answered);
	info.tcpi_last_ack_recv = 999;
	assert_true(parse(&msg, &info, sizeof(info))->answered);
	msg.idiag_retrans = 0;
	assert_false(parse(&msg, &info, sizeof(info))->retransmits);
	assert_int_equal(seen.stalled_ms, 0);

	/* A window is probed after 200, 400, 800 ms; the time-out stays 200 ms. */
	msg.idiag_timer = 4;
	info.tcpi_rto = 200000;
	assert_true(parse(&msg, &info, sizeof(info))->probes);
	assert_int_equal(seen.stalled_ms, 2400);
	assert_int_equal(seen.backoff, 3);
	assert_false(seen.slowest);
	info.tcpi_backoff = 15;
	msg.idiag_expires = 120000;
	parse(&msg, &info, sizeof(info));
	assert_in_range(seen.stalled_ms, 119000, 120000);
	assert_true(seen.slowest);
	info.tcpi_last_ack_recv = UINT32_MAX;
	assert_false(parse(&msg, &info, sizeof(info))->answered);
	/* Nothing is known without all of this part of struct tcp_info. */
	assert_false(parse(&msg, &info, offsetof(struct tcp_info, tcpi_pmtu) - 4)->has_info);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_the_error_of_the_end),
		cmocka_unit_test(reads_queues_and_timers),
		cmocka_unit_test(skips_unknown_states),
		cmocka_unit_test(skips_messages_of_processes),
	};

	return RUN_TESTS(tests);
}
