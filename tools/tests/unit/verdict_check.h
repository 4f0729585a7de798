/* SPDX-License-Identifier: GPL-2.0 */
/* Holds a verdict against what really happened. */
#ifndef TCPFIN_TRUTH_H
#define TCPFIN_TRUTH_H

#include "tcp_model.h"

#define TRUTH_WHY_MAX	256

/**
 * enum truth_seen - what the tracker got of a connection's records
 * @TRUTH_ALL: all that its ends have; then what they can know has to be known
 * @TRUTH_SOME: not all, with word of what was lost
 * @TRUTH_UNCOUNTED: counts may be too low without a gap: some came without what
 *	the module's earlier probe found, or late and after an eviction
 */
enum truth_seen {
	TRUTH_ALL,
	TRUTH_SOME,
	TRUTH_UNCOUNTED,
};

/**
 * truth_contradicts() - is a verdict wrong?
 * @life: the connection that it is about
 * @v: the verdict
 * @seen: of the ends that are in it
 * @why: what is wrong
 *
 * A verdict that is neither partial nor open is taken for complete, too; if
 * events were lost, its counts may be too low, though.
 *
 * Return: true if it is wrong.
 */
bool truth_contradicts(const struct model_life *life,
		       const struct tcpfin_verdict *v, enum truth_seen seen,
		       char why[TRUTH_WHY_MAX]);

/* Which end of @life is @conn? -1 if none. */
int truth_end(const struct model_life *life, const struct tcpfin_conn *conn);

#endif /* TCPFIN_TRUTH_H */
