/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Makes a verdict reproducible: replaces every value that varies from run to run by a
 * label, and drops nothing.
 *
 *	cookies, namespaces, addresses, ports, processes, inodes, families
 *		C1, N1, A1, P1, PID1, I1, F1 and so on, by first appearance
 *	times in ns
 *		T0, T1 and so on, by rank among the times of the verdict; equal
 *		times have equal labels
 *	times of day
 *		the label of the same time in ns
 *	durations
 *		"T3-T1", the labels of both times. The states of an end follow
 *		each other from its first step on, and each ends at a time of
 *		this end, to the microsecond
 *	sequence numbers
 *		relative to the FINs x and y: y+1, x-3000
 */
#ifndef TESTS_GUEST_NORMALIZE_H
#define TESTS_GUEST_NORMALIZE_H

#include <json-c/json.h>

/**
 * normalize_verdict() - make a verdict reproducible
 * @verdict: a line of "tcpfin handshakes --json"; it is changed
 *
 * Return: NULL, or a message about a wrong verdict, valid until the next call.
 */
const char *normalize_verdict(struct json_object *verdict);

#endif /* TESTS_GUEST_NORMALIZE_H */
