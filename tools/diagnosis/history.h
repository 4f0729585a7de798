/* SPDX-License-Identifier: GPL-2.0 */
/* What the recorded steps tell "doctor": counts, and who lost data. */
#ifndef DIAGNOSIS_HISTORY_H
#define DIAGNOSIS_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "stats/teardown_counts.h"
#include "track/conn.h"

/* Groups of lost data that are told apart. */
#define DATA_LOSSES_MAX	128

/**
 * enum data_loss - how a RST lost data
 * @DATA_LOSS_UNREAD: a process closed before it had read all that came
 * @DATA_LOSS_UNSENT: this end aborted before the other had all that was
 *	written
 * @DATA_LOSS_LATE: data came after the process had closed
 * @DATA_LOSS_PEER: the other end's RST came before all was acknowledged
 */
enum data_loss {
	DATA_LOSS_UNREAD,
	DATA_LOSS_UNSENT,
	DATA_LOSS_LATE,
	DATA_LOSS_PEER,
};

/**
 * struct data_loss_group - losses of one kind, process and remote end
 * @loss: enum data_loss
 * @owner: pid and comm are known
 * @served: this end was the server: @port is local, otherwise it is remote
 * @family: as in the event
 * @port: the server's port
 * @pid: the socket's owner, see struct conn
 * @comm: its name: any byte may be in it
 * @raddr: the remote address
 * @count: connections
 * @bytes: written and not acknowledged, all together
 * @last_ns: when the latest was
 */
struct data_loss_group {
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
 * struct history - what the steps of one network namespace told
 * @counts: what they add up to; @first_ns and @last_ns are those of all steps,
 *	also those elsewhere and left out
 * @elsewhere: those of other network namespaces, which are in nothing else
 * @left_out: those that a filter left out, likewise
 * @ends: connections' ends that are over
 * @orphan_timeouts: connections without a process that were given up
 * @tries_max: the most tries that one of them took
 * @orphan_raddr: remote address of the latest
 * @orphan_rport: its port
 * @orphan_family: its family
 * @orphan_aborts: connections that were ended because of too many orphans
 * @losses: see struct data_loss_group
 * @nlosses: how many
 * @losses_rest: connections that are in no group
 */
struct history {
	struct teardown_counts counts;
	uint64_t elsewhere;
	uint64_t left_out;
	uint64_t ends;
	uint64_t orphan_timeouts;
	uint32_t tries_max;
	uint8_t orphan_raddr[16];
	uint16_t orphan_rport;
	uint8_t orphan_family;
	uint64_t orphan_aborts;
	struct data_loss_group losses[DATA_LOSSES_MAX];
	size_t nlosses;
	uint64_t losses_rest;
};

/**
 * history_event() - take a step in
 * @p: what is known so far
 * @ev: the step
 * @conn: its connection after the step
 * @served: the local port is that of a server
 */
void history_event(struct history *p, const struct tcpfin_event *ev,
		   const struct conn *conn, bool served);

#endif /* DIAGNOSIS_HISTORY_H */
