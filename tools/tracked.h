/* SPDX-License-Identifier: GPL-2.0 */
/* What the tracker is made of, for its own files. */
#ifndef TCPFIN_TRACKED_H
#define TCPFIN_TRACKED_H

#include "conn.h"
#include "conntab.h"

/**
 * struct tcpfin_tracker - all that is tracked
 * @tab: the ends
 * @scratch: stands for an end that need not or cannot be tracked
 * @keeper: see tcpfin_tracker_new()
 * @full_gap_ns: everything that was lost of full sockets is older than this
 * @mini_gap_ns: likewise of mini-sockets
 * @evicted: ends that had to go for others
 */
struct tcpfin_tracker {
	struct tcpfin_conntab tab;
	struct tcpfin_conn scratch;
	struct tcpfin_keeper keeper;
	uint64_t full_gap_ns;
	uint64_t mini_gap_ns;
	uint64_t evicted;
};

/* The end at a place of the table; NULL for TCPFIN_NO_CONN. */
static inline struct tcpfin_conn *
tcpfin_tracker_at(const struct tcpfin_tracker *t, uint32_t place)
{
	return place == TCPFIN_NO_CONN ? NULL : &t->tab.pool[place];
}

#endif /* TCPFIN_TRACKED_H */
