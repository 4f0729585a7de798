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

#define SOCK_DIAG_WHY_MAX	128

/**
 * struct sock_diag_entry - one socket, full or mini
 * @cookie: as in struct tcpfin_event; a mini-socket keeps the full socket's
 * @inode: inode of its file, 0 without a file: an orphan, a mini-socket, or a
 *	connection not accepted yet
 * @ifindex: the device it is bound to, 0 if none
 * @expires_ms: remaining time of its running timer
 * @ack_ms: time since the last acceptable ACK came, with @has_info
 * @sent_ms: time since data were last sent, with @has_info
 * @received_ms: time since data last came, with @has_info
 * @laddr: local address as in struct tcpfin_event
 * @raddr: remote address
 * @lport: local port
 * @rport: remote port
 * @family: AF_INET or AF_INET6; v4-mapped addresses are AF_INET
 * @state: TCP_*; the sub-state of a mini-socket
 * @mini: a mini-socket
 * @has_info: the times and @timestamps are known
 * @timestamps: both ends agreed on RFC 7323 timestamps
 */
struct sock_diag_entry {
	uint64_t cookie;
	uint32_t inode;
	uint32_t ifindex;
	uint32_t expires_ms;
	uint32_t ack_ms;
	uint32_t sent_ms;
	uint32_t received_ms;
	uint8_t laddr[16];
	uint8_t raddr[16];
	uint16_t lport;
	uint16_t rport;
	uint8_t family;
	uint8_t state;
	bool mini;
	bool has_info;
	bool timestamps;
};

/**
 * struct sock_diag_query - which sockets to list
 * @states: SOCK_DIAG_STATE() of each state
 * @rport: only this remote port, 0 for all
 * @info: fill in what needs the sockets' locks (struct tcp_info)
 */
struct sock_diag_query {
	uint32_t states;
	uint16_t rport;
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
