/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Judging: from facts to findings. Nothing here looks at the machine.
 */
#ifndef TCPFIN_JUDGE_H
#define TCPFIN_JUDGE_H

#include "diagnosis/facts.h"
#include "diagnosis/findings.h"

/**
 * tcpfin_judge() - find what is wrong
 * @facts: what is known
 * @all: the findings, the worst first; empty at first
 */
void tcpfin_judge(const struct tcpfin_facts *facts,
		  struct tcpfin_findings *all);

/**
 * tcpfin_judge_held() - sockets that wait for a process or for a peer
 * @facts: what is known
 * @all: findings are added
 */
void tcpfin_judge_held(const struct tcpfin_facts *facts,
		       struct tcpfin_findings *all);

/**
 * tcpfin_judge_ports() - local ports that run out
 * @facts: what is known
 * @all: findings are added
 */
void tcpfin_judge_ports(const struct tcpfin_facts *facts,
			struct tcpfin_findings *all);

/**
 * tcpfin_judge_past() - what the steps tell
 * @facts: what is known
 * @all: findings are added
 */
void tcpfin_judge_past(const struct tcpfin_facts *facts,
		       struct tcpfin_findings *all);

/**
 * tcpfin_judge_limits() - TIME_WAIT's places, and orphans
 * @facts: what is known
 * @all: findings are added
 */
void tcpfin_judge_limits(const struct tcpfin_facts *facts,
			 struct tcpfin_findings *all);

#endif /* TCPFIN_JUDGE_H */
