/* SPDX-License-Identifier: GPL-2.0 */
/* Compares a verdict with what really happened to a connection. */
#ifndef TESTS_UNIT_VERDICT_CHECK_H
#define TESTS_UNIT_VERDICT_CHECK_H

#include "tcp_model.h"

#define VERDICT_CHECK_WHY_MAX	256

/**
 * enum verdict_check_seen - which records of a connection the tracker got
 * @VERDICT_CHECK_ALL: all records; every fact that the ends can know must be known
 * @VERDICT_CHECK_SOME: not all records, and reports of the lost ones
 * @VERDICT_CHECK_UNCOUNTED: counts may be too low although nothing was reported lost:
 *	records lack the note of an earlier probe, or came after an eviction
 */
enum verdict_check_seen {
	VERDICT_CHECK_ALL,
	VERDICT_CHECK_SOME,
	VERDICT_CHECK_UNCOUNTED,
};

/**
 * verdict_check_contradicts() - is a verdict wrong?
 * @life: the connection
 * @v: the verdict
 * @seen: which records of the ends in the verdict the tracker got
 * @why: receives the first error
 *
 * A verdict that is neither partial nor open must be complete, but its counts may be too
 * low if events were lost.
 *
 * Return: true if the verdict is wrong.
 */
bool verdict_check_contradicts(const struct model_life *life,
			       const struct verdict *v,
			       enum verdict_check_seen seen,
			       char why[VERDICT_CHECK_WHY_MAX]);

/* Index of the end of @life that @conn is, -1 if none. */
int verdict_check_end(const struct model_life *life, const struct conn *conn);

#endif /* TESTS_UNIT_VERDICT_CHECK_H */
