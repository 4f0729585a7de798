// SPDX-License-Identifier: GPL-2.0
/* Lets everything be judged, and puts the findings in order. */
#include "diagnosis/rules.h"

void rules_judge(const struct facts *facts,
		 struct findings *all)
{
	if (facts->is_live) {
		rules_waiting(facts, all);
		rules_ports(facts, all);
	}
	rules_limits(facts, all);
	rules_history(facts, all);
	findings_sort(all);
}
