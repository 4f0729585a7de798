/* SPDX-License-Identifier: GPL-2.0 */
/* Measures the CPU time of "tcpfin top". */
#ifndef TESTS_GUEST_TOP_COST_H
#define TESTS_GUEST_TOP_COST_H

/* Sockets in TIME_WAIT during the measurement. */
extern unsigned int cost_sockets;
/* Percent of a processor, 1 or more, that "top" must stay below. */
extern unsigned int cost_percent;

void test_cost(void **state);
void test_cost_on_a_terminal(void **state);

#endif /* TESTS_GUEST_TOP_COST_H */
