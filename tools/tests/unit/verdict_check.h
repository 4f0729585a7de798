/* SPDX-License-Identifier: GPL-2.0 */
/* Holds a verdict against what really happened. */
#ifndef TESTS_UNIT_VERDICT_CHECK_H
#define TESTS_UNIT_VERDICT_CHECK_H

#include "tcp_model.h"

#define VERDICT_CHECK_WHY_MAX	256

/**
 * enum verdict_check_seen - what the tracker got of a connection's records
 * @VERDICT_CHECK_ALL: all that its ends have; then what they can know has to be known
 * @VERDICT_CHECK_SOME: not all, with word of what was lost
 * @VERDICT_CHECK_UNCOUNTED: counts may be too low without a gap: some came without what
 *	the module's earlier probe found, or late and after an eviction
 */
enum verdict_check_seen {
	VERDICT_CHECK_ALL,
	VERDICT_CHECK_SOME,
	VERDICT_CHECK_UNCOUNTED,
};

/**
 * verdict_check_contradicts() - is a verdict wrong?
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
bool verdict_check_contradicts(const struct model_life *life,
			       const struct verdict *v,
			       enum verdict_check_seen seen,
			       char why[VERDICT_CHECK_WHY_MAX]);

/* Which end of @life is @conn? -1 if none. */
int verdict_check_end(const struct model_life *life, const struct conn *conn);

#endif /* TESTS_UNIT_VERDICT_CHECK_H */
