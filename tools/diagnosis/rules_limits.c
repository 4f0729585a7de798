// SPDX-License-Identifier: GPL-2.0
/* Judges what the kernel limits: places for mini-sockets, and orphans. */
#include <inttypes.h>

#include "diagnosis/rules.h"
#include "diagnosis/thresholds.h"
#include "util/text.h"

static void tell_tw_advice(struct tcpfin_finding *f)
{
	tcpfin_find_advice(f,
		"raise net.ipv4.tcp_max_tw_buckets: a mini-socket takes about 300 bytes, so 1000000 of them 300 MB at most");
	tcpfin_find_advice(f,
		"or make fewer: keep connections open, or let the clients close first");
	tcpfin_find_advice(f,
		"neither tcp_fin_timeout nor nf_conntrack's timeouts shorten TIME_WAIT: it is 60 s, fixed");
}

static void judge_buckets(const struct tcpfin_facts *facts,
			  struct tcpfin_findings *all)
{
	const struct tcpfin_fact *max =
		&facts->setting[TCPFIN_SET_MAX_TW_BUCKETS];
	const struct tcpfin_counter *minis =
		&facts->counter[TCPFIN_COUNT_MINIS];
	enum tcpfin_severity severity = TCPFIN_WARNING;
	struct tcpfin_finding *f;

	if (!max->known || !minis->known ||
	    !tcpfin_share_reaches(minis->value, max->value,
				  TCPFIN_NEAR_PERCENT))
		return;
	if (tcpfin_share_reaches(minis->value, max->value,
				 TCPFIN_FULL_PERCENT))
		severity = TCPFIN_CRITICAL;
	f = tcpfin_findings_add(all, TCPFIN_TW_BUCKETS, severity,
				minis->value);
	tcpfin_find_what(f, "%" PRIu64 " of %" PRIu64
			 " places for TIME_WAIT are taken", minis->value,
			 max->value);
	tcpfin_find_number(f, "used", true, minis->value);
	tcpfin_find_number(f, "tcp_max_tw_buckets", true, max->value);
	tcpfin_find_number(f, "time_wait", facts->is_live,
			   facts->present.time_waits);
	tcpfin_find_number(f, "fin_wait2", facts->is_live,
			   facts->present.fin_wait2s);
	tcpfin_find_evidence(f,
		"net.ipv4.tcp_max_tw_buckets = %" PRIu64 "; %" PRIu64
		" are in TIME_WAIT, %" PRIu64 " closed and in FIN_WAIT2",
		max->value, facts->present.time_waits,
		facts->present.fin_wait2s);
	tcpfin_find_evidence(f,
		"when it is full, connections end without TIME_WAIT: late segments may then meet the next connection");
	tell_tw_advice(f);
}

static void judge_refused(const struct tcpfin_facts *facts,
			  struct tcpfin_findings *all)
{
	const struct tcpfin_counter *overflow =
		&facts->counter[TCPFIN_COUNT_TW_OVERFLOW];
	const struct tcpfin_past *past = &facts->past;
	struct tcpfin_finding *f;
	char ago[TCPFIN_SPAN_MAX];

	if (!past->refused && !overflow->value)
		return;
	f = tcpfin_findings_add(all, TCPFIN_TW_REFUSED, past->refused ?
				TCPFIN_WARNING : TCPFIN_NOTE, past->refused);
	if (past->refused)
		tcpfin_find_what(f, "%" PRIu64
			" connections got no TIME_WAIT, the latest %s ago",
			past->refused,
			tcpfin_span_text(facts->now_ns - past->refused_ns,
					 ago));
	else
		tcpfin_find_what(f, "%" PRIu64
			" connections got no TIME_WAIT since boot, none of them lately",
			overflow->value);
	tcpfin_find_number(f, "recorded", true, past->refused);
	tcpfin_find_ms(f, "latest_ms_ago", past->refused,
		       facts->now_ns - past->refused_ns);
	tcpfin_find_number(f, "since_boot", overflow->known, overflow->value);
	if (overflow->known)
		tcpfin_find_evidence(f, "counter TCPTimeWaitOverflow: %" PRIu64
				     " since boot", overflow->value);
	tell_tw_advice(f);
}

static void say_orphans(struct tcpfin_finding *f,
			const struct tcpfin_facts *facts, bool many)
{
	if (facts->past.orphan_aborts)
		tcpfin_find_what(f, "%" PRIu64
			" closed connections were ended with a RST: too many orphans, or no memory",
			facts->past.orphan_aborts);
	else if (many)
		tcpfin_find_what(f, "%" PRIu64
			" orphans, and the limit is %" PRIu64,
			facts->counter[TCPFIN_COUNT_ORPHANS].value,
			facts->setting[TCPFIN_SET_MAX_ORPHANS].value);
	else
		tcpfin_find_what(f, "%" PRIu64
			" connections were ended for want of memory since boot, none of them lately",
			facts->counter[TCPFIN_COUNT_ABORT_MEMORY].value);
}

static void judge_orphans(const struct tcpfin_facts *facts,
			  struct tcpfin_findings *all)
{
	const struct tcpfin_counter *killed =
		&facts->counter[TCPFIN_COUNT_ABORT_MEMORY];
	const struct tcpfin_counter *orphans =
		&facts->counter[TCPFIN_COUNT_ORPHANS];
	const struct tcpfin_fact *max = &facts->setting[TCPFIN_SET_MAX_ORPHANS];
	bool many = max->known && orphans->known &&
		    tcpfin_share_reaches(orphans->value, max->value,
					 TCPFIN_ORPHANS_PERCENT);
	uint64_t recorded = facts->past.orphan_aborts;
	struct tcpfin_finding *f;

	if (!many && !recorded && !killed->value)
		return;
	f = tcpfin_findings_add(all, TCPFIN_ORPHAN_LIMIT, many || recorded ?
				TCPFIN_WARNING : TCPFIN_NOTE, recorded);
	say_orphans(f, facts, many);
	tcpfin_find_number(f, "recorded", true, recorded);
	tcpfin_find_number(f, "since_boot", killed->known, killed->value);
	tcpfin_find_number(f, "orphans", orphans->known, orphans->value);
	tcpfin_find_number(f, "tcp_max_orphans", max->known, max->value);
	if (killed->known)
		tcpfin_find_evidence(f, "counter TCPAbortOnMemory: %" PRIu64
				     " since boot", killed->value);
	if (max->known && orphans->known)
		tcpfin_find_evidence(f, "%" PRIu64
			" orphans on this machine, net.ipv4.tcp_max_orphans = %"
			PRIu64
			"; one that makes no progress counts up to four times",
			orphans->value, max->value);
	tcpfin_find_advice(f,
		"find out whose peers do not acknowledge: tcpfin watch, ss -tan state fin-wait-1 state last-ack");
	tcpfin_find_advice(f,
		"raise net.ipv4.tcp_max_orphans (an orphan may hold 64 KiB) and net.ipv4.tcp_mem, or lower net.ipv4.tcp_orphan_retries");
}

void tcpfin_judge_limits(const struct tcpfin_facts *facts,
			 struct tcpfin_findings *all)
{
	judge_buckets(facts, all);
	judge_refused(facts, all);
	judge_orphans(facts, all);
}
