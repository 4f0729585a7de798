// SPDX-License-Identifier: GPL-2.0
/* Judges recorded events: lost ACKs, and connections that were given up. */
#include <inttypes.h>

#include "diagnosis/rules.h"
#include "diagnosis/thresholds.h"
#include "util/text.h"

static void judge_last_acks(const struct facts *facts, struct findings *all)
{
	const struct history *history = &facts->history;
	struct finding *f;

	if (!threshold_is_reached(history->counts.fins_again_conns,
				  history->counts.time_waits, THRESHOLD_SHARE_PERCENT))
		return;
	f = findings_add(all, FINDING_LAST_ACK_LOST, SEVERITY_NOTE,
			 history->counts.fins_again_conns);
	finding_what(f, "the last ACK of %" PRIu64 " of %" PRIu64
		     " connections in TIME_WAIT did not arrive",
		     history->counts.fins_again_conns, history->counts.time_waits);
	finding_number(f, "connections", true, history->counts.fins_again_conns);
	finding_number(f, "fins_again", true, history->counts.fins_again);
	finding_number(f, "time_waits", true, history->counts.time_waits);
	finding_evidence(f, "the peer's FIN came again %" PRIu64
		" times, and TIME_WAIT started over each time",
		history->counts.fins_again);
}

/* What is told of one cause of time-outs */
struct timeout_text {
	const char *name;
	const char *what;
	const char *evidence;	/* NULL for none */
	const char *advice;	/* NULL for none */
};

static const struct timeout_text timeouts[] = {
	[TCPFIN_TIMEOUT_UNKNOWN] = {
		.what = "what they waited for is not known",
	},
	[TCPFIN_TIMEOUT_RETRANSMISSION] = {
		.name = "retransmission",
		.what = "their peers did not answer any more",
	},
	[TCPFIN_TIMEOUT_ZERO_WINDOW] = {
		.name = "zero-window",
		.what = "their peers did not read, so that the window stayed closed",
		.evidence = "of a closed connection it does not matter whether the peer's kernel answers the probes of its window",
		.advice = "have the peer's program read until read() returns 0",
	},
	[TCPFIN_TIMEOUT_KEEPALIVE] = {
		.name = "keepalive",
		.what = "their peers did not answer keepalive probes",
	},
	[TCPFIN_TIMEOUT_USER] = {
		.name = "user-timeout",
		.what = "the time that TCP_USER_TIMEOUT gives had passed",
	},
	[TCPFIN_TIMEOUT_NOT_SENT] = {
		.name = "not-sent",
		.what = "this machine could not send",
		.evidence = "the peer's window was open, and each try failed on this machine, as without a route",
		.advice = "give this machine a route to the peer: ip route get says whether it has one",
	},
};

static void add_settings(struct finding *f, const struct facts *facts,
			 const struct timeouts *t)
{
	const struct snmp_counter *count = &facts->counter[FACTS_COUNT_ABORT_TIMEOUT];
	const struct optional *retries = &facts->setting[FACTS_SET_ORPHAN_RETRIES];

	finding_number(f, "tcp_orphan_retries", retries->known, retries->value);
	finding_number(f, "since_boot", count->known, count->value);
	if (count->known)
		finding_evidence(f, "counter TCPAbortOnTimeout: %" PRIu64 " since boot",
				 count->value);
	if (retries->known && t->orphans)
		finding_evidence(f, "net.ipv4.tcp_orphan_retries = %" PRIu64 "%s",
				 retries->value, retries->value ? "" : " (which means 8)");
}

static void report_timeouts(const struct facts *facts, struct findings *all,
			    const struct timeouts *t, const struct timeout_text *text)
{
	char addr[ADDR_TEXT_MAX], end[END_TEXT_MAX], comm[COMM_TEXT_MAX];
	struct finding *f;

	f = findings_add(all, FINDING_TIMEOUTS, SEVERITY_WARNING, t->count);
	finding_what(f, "%" PRIu64 " connection%s given up, %" PRIu64
		     " of them closed before: %s", t->count,
		     t->count == 1 ? " was" : "s were", t->orphans, text->what);
	finding_text(f, "cause", text->name);
	finding_number(f, "count", true, t->count);
	finding_number(f, "orphans", true, t->orphans);
	finding_number(f, "unacknowledged_bytes", true, t->bytes);
	finding_number(f, "tries_max", t->tries_max, t->tries_max);
	finding_text(f, "comm", t->owner ? comm_text(t->comm, comm) : NULL);
	finding_text(f, "raddr", addr_text(t->family, t->raddr, 0, addr));
	finding_number(f, "rport", true, t->rport);
	finding_evidence(f, "the latest: of %s, remote %s",
			 t->owner ? comm_text(t->comm, comm) : "a process that is not known",
			 end_text(t->family, t->raddr, t->rport, end));
	if (t->bytes)
		finding_evidence(f, "%" PRIu64 " bytes were not acknowledged", t->bytes);
	if (t->tries_max)
		finding_evidence(f, "after %" PRIu32 " tries at most", t->tries_max);
	if (text->evidence)
		finding_evidence(f, "%s", text->evidence);
	add_settings(f, facts, t);
	if (text->advice)
		finding_advice(f, "%s", text->advice);
}

static void judge_timeouts(const struct facts *facts, struct findings *all)
{
	const struct history *history = &facts->history;
	unsigned int i;

	for (i = 0; i <= TCPFIN_TIMEOUT_MAX; i++)
		if (threshold_is_reached(history->timeouts[i].count, history->ends,
					 THRESHOLD_SHARE_PERCENT))
			report_timeouts(facts, all, &history->timeouts[i], &timeouts[i]);
}

void rules_history(const struct facts *facts, struct findings *all)
{
	judge_last_acks(facts, all);
	judge_timeouts(facts, all);
}
