// SPDX-License-Identifier: GPL-2.0
/* Judges limits of the kernel: number of mini-sockets, and of orphans. */
#include <inttypes.h>

#include "diagnosis/rules.h"
#include "diagnosis/thresholds.h"
#include "util/text.h"

static void advise_on_time_wait(struct finding *f)
{
	finding_evidence(f,
		"TIME_WAIT takes 60 s, fixed: neither tcp_fin_timeout nor nf_conntrack's timeouts shorten it");
	finding_advice(f,
		"raise net.ipv4.tcp_max_tw_buckets: a mini-socket takes about 300 bytes, so 1000000 of them 300 MB at most");
}

static void judge_buckets(const struct facts *facts, struct findings *all)
{
	const struct optional *max = &facts->setting[FACTS_SET_MAX_TW_BUCKETS];
	const struct snmp_counter *minis = &facts->counter[FACTS_COUNT_MINIS];
	enum severity severity = SEVERITY_WARNING;
	struct finding *f;

	if (!max->known || !minis->known ||
	    !threshold_is_reached(minis->value, max->value, THRESHOLD_NEAR_PERCENT))
		return;
	if (threshold_is_reached(minis->value, max->value, THRESHOLD_FULL_PERCENT))
		severity = SEVERITY_CRITICAL;
	f = findings_add(all, FINDING_TW_BUCKETS, severity, minis->value);
	finding_what(f, "%" PRIu64 " of %" PRIu64
		     " places for TIME_WAIT are taken", minis->value,
		     max->value);
	finding_number(f, "used", true, minis->value);
	finding_number(f, "tcp_max_tw_buckets", true, max->value);
	finding_number(f, "time_wait", true, facts->present.time_waits);
	finding_number(f, "fin_wait2", true, facts->present.fin_wait2s);
	finding_evidence(f,
		"net.ipv4.tcp_max_tw_buckets = %" PRIu64 "; %" PRIu64
		" are in TIME_WAIT, %" PRIu64 " closed and in FIN_WAIT2",
		max->value, facts->present.time_waits,
		facts->present.fin_wait2s);
	finding_evidence(f,
		"when it is full, connections end without TIME_WAIT: late segments may then meet the next connection");
	advise_on_time_wait(f);
}

static void judge_refused(const struct facts *facts, struct findings *all)
{
	const struct snmp_counter *overflow = &facts->counter[FACTS_COUNT_TW_OVERFLOW];
	const struct history *history = &facts->history;
	struct finding *f;
	char ago[SPAN_TEXT_MAX];

	if (!history->counts.refused && !overflow->value)
		return;
	f = findings_add(all, FINDING_TW_REFUSED, history->counts.refused ?
			 SEVERITY_WARNING : SEVERITY_NOTE, history->counts.refused);
	if (history->counts.refused)
		finding_what(f, "%" PRIu64
			" connections got no TIME_WAIT, the latest %s ago",
			history->counts.refused,
			span_text(facts->now_ns - history->counts.refused_ns, ago));
	else
		finding_what(f, "%" PRIu64
			" connections got no TIME_WAIT since boot, none of them lately",
			overflow->value);
	finding_number(f, "recorded", true, history->counts.refused);
	finding_ms(f, "latest_ms_ago", history->counts.refused,
		   facts->now_ns - history->counts.refused_ns);
	finding_number(f, "since_boot", overflow->known, overflow->value);
	if (overflow->known)
		finding_evidence(f, "counter TCPTimeWaitOverflow: %" PRIu64
				 " since boot", overflow->value);
	advise_on_time_wait(f);
}

static void describe_orphans(struct finding *f, const struct facts *facts, bool many)
{
	if (facts->history.orphan_aborts)
		finding_what(f, "%" PRIu64
			" closed connections were ended with a RST: too many orphans, or no memory",
			facts->history.orphan_aborts);
	else if (many)
		finding_what(f, "%" PRIu64
			" orphans, and the limit is %" PRIu64,
			facts->counter[FACTS_COUNT_ORPHANS].value,
			facts->setting[FACTS_SET_MAX_ORPHANS].value);
	else
		finding_what(f, "%" PRIu64
			" connections were ended for want of memory since boot, none of them lately",
			facts->counter[FACTS_COUNT_ABORT_MEMORY].value);
}

static void judge_orphans(const struct facts *facts, struct findings *all)
{
	const struct snmp_counter *killed = &facts->counter[FACTS_COUNT_ABORT_MEMORY];
	const struct snmp_counter *orphans = &facts->counter[FACTS_COUNT_ORPHANS];
	const struct optional *max = &facts->setting[FACTS_SET_MAX_ORPHANS];
	bool many = max->known && orphans->known &&
		    threshold_is_reached(orphans->value, max->value,
					 THRESHOLD_ORPHANS_PERCENT);
	uint64_t recorded = facts->history.orphan_aborts;
	struct finding *f;

	if (!many && !recorded && !killed->value)
		return;
	f = findings_add(all, FINDING_ORPHAN_LIMIT, many || recorded ?
			 SEVERITY_WARNING : SEVERITY_NOTE, recorded);
	describe_orphans(f, facts, many);
	finding_number(f, "recorded", true, recorded);
	finding_number(f, "since_boot", killed->known, killed->value);
	finding_number(f, "orphans", orphans->known, orphans->value);
	finding_number(f, "tcp_max_orphans", max->known, max->value);
	if (killed->known)
		finding_evidence(f, "counter TCPAbortOnMemory: %" PRIu64
				 " since boot", killed->value);
	if (max->known && orphans->known)
		finding_evidence(f, "%" PRIu64
			" orphans on this machine, net.ipv4.tcp_max_orphans = %"
			PRIu64
			"; one that makes no progress counts up to four times",
			orphans->value, max->value);
	finding_advice(f, "raise net.ipv4.tcp_max_orphans: an orphan may hold 64 KiB");
}

void rules_limits(const struct facts *facts, struct findings *all)
{
	judge_buckets(facts, all);
	judge_refused(facts, all);
	judge_orphans(facts, all);
}
