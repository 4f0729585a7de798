// SPDX-License-Identifier: GPL-2.0
/* Applies all rules, and sorts the findings. */
#include "diagnosis/rules.h"

void rules_judge(const struct facts *facts, struct findings *all)
{
	if (facts->is_live) {
		rules_waiting(facts, all);
		rules_ports(facts, all);
	}
	rules_limits(facts, all);
	rules_resets(facts, all);
	rules_history(facts, all);
	findings_sort(all);
}
