// SPDX-License-Identifier: GPL-2.0
/* Lists TCP sockets by the kernel's inet_diag. */
#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/tcp.h>
#include <netinet/in.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include <libmnl/libmnl.h>

#include "system/sock_diag.h"
#include "util/basics.h"

/* idiag_timer: a segment is sent again; a mini-socket; a shut window is probed */
#define TIMER_RETRANSMIT	1
#define TIMER_MINI		3
#define TIMER_PROBE		4
/* Longest time from one try to the next (TCP_RTO_MAX) */
#define INTERVAL_MAX_MS		120000
/* Further doublings are beyond INTERVAL_MAX_MS */
#define BACKOFF_MAX		20
/* Most bytes in one answer of a dump */
#define ANSWER_MAX	32768

/* A dump under way */
struct listing {
	const struct sock_diag_query *query;	/* which sockets */
	sock_diag_fn *each;			/* called for each socket */
	void *data;				/* for @each */
};

/*
 * Tries are apart by a time that doubles each time: the sum of those before is the
 * present one less the first one. The time-out is doubled where segments are sent
 * again, and stays as it is where a window is probed (tcp_probe0_when()).
 *
 * The latest ACK came after a try, or before all of them: then it is as old as the whole
 * sum. A quarter of an interval is less than any try is apart from the next, and more
 * than timers are late.
 */
static void parse_stall(struct sock_diag_entry *sock, const struct tcp_info *info)
{
	unsigned int backoff = info->tcpi_backoff < BACKOFF_MAX ? info->tcpi_backoff :
								  BACKOFF_MAX;
	uint64_t interval = info->tcpi_rto / 1000, stalled;

	if (sock->probes)
		interval <<= backoff;
	sock->slowest = interval >= INTERVAL_MAX_MS;
	if (sock->slowest)
		interval = INTERVAL_MAX_MS;
	stalled = saturating_sub(interval, sock->expires_ms) +
		  interval - (interval >> backoff);
	sock->stalled_ms = (uint32_t)stalled;
	sock->answered = sock->ack_ms + interval / 4 < stalled;
}

/* The kernel's struct tcp_info may be shorter or longer than ours. */
static void parse_info(struct sock_diag_entry *sock, const struct nlattr *attr)
{
	size_t len = mnl_attr_get_payload_len(attr);
	struct tcp_info info = { 0 };

	if (len < offsetof(struct tcp_info, tcpi_pmtu))
		return;
	memcpy(&info, mnl_attr_get_payload(attr),
	       len < sizeof(info) ? len : sizeof(info));
	sock->has_info = true;
	sock->backoff = info.tcpi_backoff;
	sock->ack_ms = info.tcpi_last_ack_recv;
	sock->sent_ms = info.tcpi_last_data_sent;
	sock->received_ms = info.tcpi_last_data_recv;
	if (sock->probes || sock->retransmits)
		parse_stall(sock, &info);
}

static void parse_addresses(struct sock_diag_entry *sock,
			    const struct inet_diag_msg *msg)
{
	const struct in6_addr *local = (const void *)msg->id.idiag_src;
	const struct in6_addr *remote = (const void *)msg->id.idiag_dst;
	bool mapped = msg->idiag_family == AF_INET6 &&
		      IN6_IS_ADDR_V4MAPPED(remote);

	sock->family = mapped ? AF_INET : msg->idiag_family;
	if (sock->family == AF_INET6) {
		memcpy(sock->laddr, local, 16);
		memcpy(sock->raddr, remote, 16);
	} else {
		memcpy(sock->laddr, &local->s6_addr[mapped ? 12 : 0], 4);
		memcpy(sock->raddr, &remote->s6_addr[mapped ? 12 : 0], 4);
	}
}

static int parse_message(const struct nlmsghdr *nlh, void *data)
{
	const struct inet_diag_msg *msg = mnl_nlmsg_get_payload(nlh);
	struct sock_diag_entry sock = { 0 };
	const struct listing *l = data;
	struct nlattr *attr;

	if (mnl_nlmsg_get_payload_len(nlh) < sizeof(*msg) ||
	    msg->idiag_state >= SOCK_DIAG_STATES)
		return MNL_CB_OK;
	parse_addresses(&sock, msg);
	sock.cookie = msg->id.idiag_cookie[0] |
		      (uint64_t)msg->id.idiag_cookie[1] << 32;
	sock.inode = msg->idiag_inode;
	sock.ifindex = msg->id.idiag_if;
	sock.expires_ms = msg->idiag_expires;
	sock.lport = ntohs(msg->id.idiag_sport);
	sock.rport = ntohs(msg->id.idiag_dport);
	sock.state = msg->idiag_state;
	sock.mini = msg->idiag_timer == TIMER_MINI;
	sock.retransmits = msg->idiag_timer == TIMER_RETRANSMIT && msg->idiag_retrans;
	sock.probes = msg->idiag_timer == TIMER_PROBE;
	sock.recv_q = msg->idiag_rqueue;
	sock.send_q = msg->idiag_wqueue;
	mnl_attr_for_each(attr, nlh, sizeof(*msg)) {
		if (mnl_attr_get_type(attr) == INET_DIAG_INFO)
			parse_info(&sock, attr);
		if (mnl_attr_get_type(attr) == INET_DIAG_CGROUP_ID &&
		    !mnl_attr_validate(attr, MNL_TYPE_U64))
			sock.cgroup = mnl_attr_get_u64(attr);
	}
	l->each(l->data, &sock);
	return MNL_CB_OK;
}

/*
 * The end of a dump bears its error, if there was one: ENOENT if inet_diag is there,
 * but not tcp_diag. libmnl does not look at it.
 */
static int parse_done(const struct nlmsghdr *nlh, void *data)
{
	int error = 0;

	(void)data;
	if (mnl_nlmsg_get_payload_len(nlh) >= sizeof(error))
		memcpy(&error, mnl_nlmsg_get_payload(nlh), sizeof(error));
	if (error >= 0)
		return MNL_CB_STOP;
	errno = -error;
	return MNL_CB_ERROR;
}

static bool send_query(struct mnl_socket *nl, uint8_t family,
		       const struct sock_diag_query *query)
{
	struct inet_diag_req_v2 *req;
	struct nlmsghdr *nlh;
	char buf[256];

	nlh = mnl_nlmsg_put_header(buf);
	nlh->nlmsg_type = SOCK_DIAG_BY_FAMILY;
	nlh->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	nlh->nlmsg_seq = family;
	req = mnl_nlmsg_put_extra_header(nlh, sizeof(*req));
	req->sdiag_family = family;
	req->sdiag_protocol = IPPROTO_TCP;
	req->idiag_states = query->states;
	req->id.idiag_dport = htons(query->rport);
	if (query->info)
		req->idiag_ext = 1 << (INET_DIAG_INFO - 1);
	return mnl_socket_sendto(nl, nlh, nlh->nlmsg_len) >= 0;
}

/*
 * Receive a message of the kernel, whose port is 0. Skip those of processes: whoever has
 * CAP_NET_ADMIN in a user namespace may send to this socket. Return the length, or -1.
 */
static ssize_t receive(const struct mnl_socket *nl, char *buf, size_t size)
{
	struct sockaddr_nl from = { 0 };
	socklen_t from_len;
	ssize_t len;

	do {
		from_len = sizeof(from);
		len = recvfrom(mnl_socket_get_fd(nl), buf, size, MSG_TRUNC,
			       (struct sockaddr *)&from, &from_len);
	} while (len < 0 ? errno == EINTR : from.nl_pid != 0);
	if (len > (ssize_t)size) {
		errno = ENOSPC;
		return -1;
	}
	return len;
}

/* Answers bear the sequence number of the query, which is the family. */
static bool list_family(struct mnl_socket *nl, uint8_t family,
			struct listing *l)
{
	mnl_cb_t control[] = { [NLMSG_DONE] = parse_done };
	unsigned int port = mnl_socket_get_portid(nl);
	char buf[ANSWER_MAX];
	int ret = MNL_CB_OK;
	ssize_t len;

	if (!send_query(nl, family, l->query))
		return false;
	while (ret > MNL_CB_STOP) {
		len = receive(nl, buf, sizeof(buf));
		if (len < 0)
			return false;
		ret = mnl_cb_run2(buf, (size_t)len, family, port, parse_message, l,
				  control, ARRAY_SIZE(control));
	}
	return ret == MNL_CB_STOP;
}

bool sock_diag_each(const struct sock_diag_query *query, sock_diag_fn *each,
		    void *data, char why[SOCK_DIAG_WHY_MAX])
{
	struct mnl_socket *nl = mnl_socket_open2(NETLINK_SOCK_DIAG,
						 SOCK_CLOEXEC);
	struct listing l = { .query = query, .each = each, .data = data };
	bool done;

	done = nl && mnl_socket_bind(nl, 0, MNL_SOCKET_AUTOPID) >= 0 &&
	       list_family(nl, AF_INET, &l) && list_family(nl, AF_INET6, &l);
	if (!done && errno == ENOENT)
		snprintf(why, SOCK_DIAG_WHY_MAX,
			 "no inet_diag in this kernel (modprobe tcp_diag)");
	else if (!done)
		snprintf(why, SOCK_DIAG_WHY_MAX, "inet_diag: %s",
			 strerror(errno));
	if (nl)
		mnl_socket_close(nl);
	return done;
}
