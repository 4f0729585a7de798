/* SPDX-License-Identifier: GPL-2.0 */
/* What the recorded steps tell "doctor": counts, and who lost data. */
#ifndef TCPFIN_PAST_H
#define TCPFIN_PAST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source/source.h"
#include "track/tracker.h"

/* Groups of lost data that are told apart. */
#define TCPFIN_LOSSES_MAX	128

/**
 * enum tcpfin_loss - how a RST lost data
 * @TCPFIN_LOSS_UNREAD: a process closed before it had read all that came
 * @TCPFIN_LOSS_UNSENT: this end aborted before the other had all that was
 *	written
 * @TCPFIN_LOSS_LATE: data came after the process had closed
 * @TCPFIN_LOSS_PEER: the other end's RST came before all was acknowledged
 */
enum tcpfin_loss {
	TCPFIN_LOSS_UNREAD,
	TCPFIN_LOSS_UNSENT,
	TCPFIN_LOSS_LATE,
	TCPFIN_LOSS_PEER,
};

/**
 * struct tcpfin_loss_group - losses of one kind, process and remote end
 * @loss: enum tcpfin_loss
 * @owner: pid and comm are known
 * @served: this end was the server: @port is local, otherwise it is remote
 * @family: as in the event
 * @port: the server's port
 * @pid: the socket's owner, see struct tcpfin_conn
 * @comm: its name: any byte may be in it
 * @raddr: the remote address
 * @count: connections
 * @bytes: written and not acknowledged, all together
 * @last_ns: when the latest was
 */
struct tcpfin_loss_group {
	uint8_t loss;
	bool owner;
	bool served;
	uint8_t family;
	uint16_t port;
	uint32_t pid;
	char comm[16];
	uint8_t raddr[16];
	uint64_t count;
	uint64_t bytes;
	uint64_t last_ns;
};

/**
 * struct tcpfin_past - what the steps of one network namespace told
 * @events: how many there were
 * @elsewhere: those of other network namespaces, which are in nothing else
 * @left_out: those that a filter left out, likewise
 * @first_ns: time of the earliest of them all
 * @last_ns: time of the latest
 * @lost: records overwritten unread
 * @missed: calls that the probes were not given
 * @ends: connections' ends that are over
 * @time_waits: connections that came to TIME_WAIT
 * @refused: those that got none
 * @refused_ns: when the latest was
 * @fins_again: FINs that came again in TIME_WAIT
 * @fins_again_conns: connections that this happened to
 * @orphan_timeouts: connections without a process that were given up
 * @tries_max: the most tries that one of them took
 * @orphan_raddr: remote address of the latest
 * @orphan_rport: its port
 * @orphan_family: its family
 * @orphan_aborts: connections that were ended because of too many orphans
 * @losses: see struct tcpfin_loss_group
 * @nlosses: how many
 * @losses_rest: connections that are in no group
 */
struct tcpfin_past {
	uint64_t events;
	uint64_t elsewhere;
	uint64_t left_out;
	uint64_t first_ns;
	uint64_t last_ns;
	uint64_t lost;
	uint64_t missed;
	uint64_t ends;
	uint64_t time_waits;
	uint64_t refused;
	uint64_t refused_ns;
	uint64_t fins_again;
	uint64_t fins_again_conns;
	uint64_t orphan_timeouts;
	uint32_t tries_max;
	uint8_t orphan_raddr[16];
	uint16_t orphan_rport;
	uint8_t orphan_family;
	uint64_t orphan_aborts;
	struct tcpfin_loss_group losses[TCPFIN_LOSSES_MAX];
	size_t nlosses;
	uint64_t losses_rest;
};

/**
 * tcpfin_past_event() - take a step in
 * @p: what is known so far
 * @ev: the step
 * @conn: its connection after the step
 * @served: the local port is that of a server
 */
void tcpfin_past_event(struct tcpfin_past *p, const struct tcpfin_event *ev,
		       const struct tcpfin_conn *conn, bool served);

#endif /* TCPFIN_PAST_H */
