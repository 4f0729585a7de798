/* SPDX-License-Identifier: GPL-2.0 */
/* Measures what "tcpfin top" takes of a processor. */
#ifndef TESTS_GUEST_TOP_COST_H
#define TESTS_GUEST_TOP_COST_H

/* How many sockets are in TIME_WAIT before it is measured. */
extern unsigned int cost_sockets;
/* How many percent of a processor it has to stay below, from 1. */
extern unsigned int cost_percent;

void test_cost(void **state);
void test_cost_on_a_terminal(void **state);

#endif /* TESTS_GUEST_TOP_COST_H */
