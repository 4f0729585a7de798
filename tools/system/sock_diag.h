/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The TCP sockets of this network namespace, as the kernel's inet_diag lists
 * them for ss; see sock_diag(7).
 */
#ifndef SYSTEM_SOCK_DIAG_H
#define SYSTEM_SOCK_DIAG_H

#include <stdbool.h>
#include <stdint.h>

/* A state (TCP_* of netinet/tcp.h) as a member of a set */
#define SOCK_DIAG_STATE(state)	(1U << (state))
/* All states are below this; sockets in others are skipped */
#define SOCK_DIAG_STATES	16

#define SOCK_DIAG_WHY_MAX	128

/* One socket, full or mini */
struct sock_diag_entry {
	/* as in struct tcpfin_event; a mini-socket keeps the full socket's */
	uint64_t cookie;
	uint64_t cgroup;	/* see struct tcpfin_event; 0 for mini-sockets */
	/* inode of its file, 0 for orphans, mini-sockets, unaccepted sockets */
	uint32_t inode;
	uint32_t ifindex;	/* the device it is bound to, 0 if none */
	uint32_t expires_ms;	/* remaining time of its running timer */
	/* time since the last acceptable ACK came, with @has_info */
	uint32_t ack_ms;
	/* time since data were last sent, with @has_info */
	uint32_t sent_ms;
	uint32_t received_ms;	/* time since data last came, with @has_info */
	/*
	 * at least so long a segment, or the peer's shut window, has waited for an
	 * answer: the time that the timer has run, doubled with each try; with @has_info
	 */
	uint32_t stalled_ms;
	/* Recv-Q: bytes, and the peer's FIN, that the process has not read */
	uint32_t recv_q;
	/* Send-Q: bytes, and the own FIN, that the peer has not acknowledged */
	uint32_t send_q;
	uint8_t laddr[16];	/* local address as in struct tcpfin_event */
	uint8_t raddr[16];	/* remote address */
	uint16_t lport;		/* local port */
	uint16_t rport;		/* remote port */
	/* AF_INET or AF_INET6; v4-mapped addresses are AF_INET */
	uint8_t family;
	/* TCP_*, below SOCK_DIAG_STATES; the sub-state of a mini-socket */
	uint8_t state;
	bool mini;		/* a mini-socket */
	bool retransmits;	/* it waits for the peer to acknowledge a segment */
	bool probes;		/* it waits for the peer to open its window */
	/* in the time of @stalled_ms the peer has acknowledged something, if only probes */
	bool answered;
	/* the time from one try to the next is the longest there is (TCP_RTO_MAX) */
	bool slowest;
	uint8_t backoff;	/* how often that time was doubled, with @has_info */
	bool has_info;		/* the times are known */
};

/* Which sockets to list */
struct sock_diag_query {
	uint32_t states;	/* SOCK_DIAG_STATE() of each state */
	uint16_t rport;		/* only this remote port, 0 for all */
	/* fill in what needs the sockets' locks (struct tcp_info) */
	bool info;
};

typedef void sock_diag_fn(void *data, const struct sock_diag_entry *sock);

/**
 * sock_diag_each() - list sockets, IPv4 and IPv6
 * @query: which sockets
 * @each: called for each socket; nothing is stored in between
 * @data: for @each
 * @why: on failure, what is wrong
 *
 * A socket that changes meanwhile may be listed twice or not at all.
 *
 * Return: whether the listing is complete.
 */
bool sock_diag_each(const struct sock_diag_query *query, sock_diag_fn *each,
		    void *data, char why[SOCK_DIAG_WHY_MAX]);

#endif /* SYSTEM_SOCK_DIAG_H */
