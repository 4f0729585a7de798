// SPDX-License-Identifier: GPL-2.0
/* Lets everything be judged, and puts the findings in order. */
#include "diagnosis/rules.h"

void tcpfin_judge(const struct tcpfin_facts *facts,
		  struct tcpfin_findings *all)
{
	if (facts->is_live) {
		tcpfin_judge_held(facts, all);
		tcpfin_judge_ports(facts, all);
	}
	tcpfin_judge_limits(facts, all);
	tcpfin_judge_past(facts, all);
	tcpfin_findings_sort(all);
}
