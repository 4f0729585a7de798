// SPDX-License-Identifier: GPL-2.0
/* Applies all rules, and sorts the findings. */
#include "diagnosis/rules.h"

/* Is a finding about sockets, which a recording knows from their steps only? */
static bool is_about_sockets(enum finding_kind kind)
{
	switch (kind) {
	case FINDING_CLOSE_WAIT:
	case FINDING_FIN_WAIT2:
	case FINDING_FIN_WAIT2_ORPHANS:
	case FINDING_NEVER_CLOSED:
	case FINDING_CLOSED_WINDOW:
	case FINDING_NO_ANSWER:
	case FINDING_TW_BUCKETS:
	case FINDING_BOUND_PORTS:
	case FINDING_PORTS:
	case FINDING_PORT:
		return true;
	default:
		return false;
	}
}

static void mark_recorded(struct findings *all)
{
	unsigned int i;

	for (i = 0; i < all->count; i++) {
		struct finding *f = &all->list[i];

		if (!is_about_sockets(f->kind))
			continue;
		finding_bool(f, "from_steps", true, true);
		finding_evidence(f,
			"judged from recorded steps: an end that was not seen to end counts as open, and a connection that never began to close is not counted");
	}
}

void rules_judge(const struct facts *facts, struct findings *all)
{
	unsigned int i;

	if (facts->is_live || facts->is_recorded) {
		rules_waiting(facts, all);
		rules_ports(facts, all);
	}
	rules_limits(facts, all);
	rules_resets(facts, all);
	rules_history(facts, all);
	if (facts->is_recorded)
		mark_recorded(all);
	for (i = 0; i < all->count; i++)
		if (!all->list[i].where)
			all->list[i].where = facts->where;
	findings_sort(all);
}
