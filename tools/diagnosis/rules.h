/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The rules, from facts to findings. Each function adds its findings to @all, and sets
 * all->failed without memory.
 */
#ifndef DIAGNOSIS_RULES_H
#define DIAGNOSIS_RULES_H

#include "diagnosis/facts.h"
#include "diagnosis/findings.h"

/* Apply all rules, and sort the findings, the worst first. */
void rules_judge(const struct facts *facts, struct findings *all);

/* Sockets that wait for a process or for a peer */
void rules_waiting(const struct facts *facts, struct findings *all);

/* Local ports that run out */
void rules_ports(const struct facts *facts, struct findings *all);

/* Connections that ended with a RST, from events */
void rules_resets(const struct facts *facts, struct findings *all);

/* Lost ACKs, and connections that were given up, from events */
void rules_history(const struct facts *facts, struct findings *all);

/* Limits of mini-sockets and of orphans */
void rules_limits(const struct facts *facts, struct findings *all);

#endif /* DIAGNOSIS_RULES_H */
