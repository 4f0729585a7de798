/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Makes a verdict reproducible: what varies from run to run becomes a label,
 * and nothing is dropped.
 *
 *	cookies, namespaces, addresses, ports, processes, families
 *		C1, N1, A1, P1, PID1, F1 and so on, by first appearance
 *	times	T0, T1 … by rank among all of the verdict; equal ones share one
 *	moments	the label of the time that they are
 *	spans	from which time to which: T3-T1. An end's states follow each
 *		other from its first step on, and each ends at a time that this
 *		end saw, to the microsecond
 *	sequence numbers
 *		x and y, and from there: y+1, x-3000
 */
#ifndef TESTS_GUEST_NORMAL_H
#define TESTS_GUEST_NORMAL_H

#include <json-c/json.h>

/**
 * normal_verdict() - make a verdict reproducible
 * @verdict: a line of "tcpfin handshakes --json"; it is changed
 *
 * Return: NULL, or what is wrong with it, until the next call.
 */
const char *normal_verdict(struct json_object *verdict);

#endif /* TESTS_GUEST_NORMAL_H */
