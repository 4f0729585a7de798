/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Judging: from facts to findings. Nothing here looks at the machine.
 */
#ifndef DIAGNOSIS_RULES_H
#define DIAGNOSIS_RULES_H

#include "diagnosis/facts.h"
#include "diagnosis/findings.h"

/**
 * rules_judge() - find what is wrong
 * @facts: what is known
 * @all: the findings, the worst first; empty at first
 */
void rules_judge(const struct facts *facts, struct findings *all);

/**
 * rules_waiting() - sockets that wait for a process or for a peer
 * @facts: what is known
 * @all: findings are added
 */
void rules_waiting(const struct facts *facts, struct findings *all);

/**
 * rules_ports() - local ports that run out
 * @facts: what is known
 * @all: findings are added
 */
void rules_ports(const struct facts *facts, struct findings *all);

/**
 * rules_history() - what the steps tell
 * @facts: what is known
 * @all: findings are added
 */
void rules_history(const struct facts *facts, struct findings *all);

/**
 * rules_limits() - TIME_WAIT's places, and orphans
 * @facts: what is known
 * @all: findings are added
 */
void rules_limits(const struct facts *facts, struct findings *all);

#endif /* DIAGNOSIS_RULES_H */
