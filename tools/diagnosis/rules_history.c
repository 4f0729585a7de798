// SPDX-License-Identifier: GPL-2.0
/* Judges recorded events: lost data, lost ACKs, orphans that were given up. */
#include <inttypes.h>
#include <stdio.h>

#include "diagnosis/rules.h"
#include "diagnosis/thresholds.h"
#include "util/text.h"

static const char *owner_text(const struct data_loss_group *g,
			      char buf[PROCESS_TEXT_MAX])
{
	return g->owner ? process_text(g->comm, g->pid, buf) :
			  "a process that is not known";
}

/* Write the remote end; for a server the local port and the remote address. */
static const char *remote_text(const struct data_loss_group *g,
			       char buf[END_TEXT_MAX + 32])
{
	char text[END_TEXT_MAX];

	if (g->served)
		snprintf(buf, END_TEXT_MAX + 32, "port %u from %s", g->port,
			 addr_text(g->family, g->raddr, 0, text));
	else
		snprintf(buf, END_TEXT_MAX + 32, "%s",
			 end_text(g->family, g->raddr, g->port, text));
	return buf;
}

struct loss_text {
	const char *name;
	const char *what;
	const char *evidence;
	const char *advice;
	enum severity severity;
	enum facts_count counter;	/* FACTS_COUNTS: no counter */
};

/* In the order of enum data_loss. */
static const struct loss_text losses[] = {
	{
		"unread-data", "closed with data unread",
		"close() with data in the receive buffer sends a RST in place of a FIN; the peer may also lose what it has not read yet",
		"read until read() returns 0 before close(), or agree with the peer who ends",
		SEVERITY_WARNING, FACTS_COUNT_ABORT_CLOSE,
	}, {
		"unsent-data", "aborted before all was delivered",
		"what was written and not acknowledged was thrown away (SO_LINGER 0, a disconnect, or a limit)",
		"do not set SO_LINGER to 0 where data matter: shutdown(SHUT_WR), read to the end, then close()",
		SEVERITY_WARNING, FACTS_COUNT_ABORT_DATA,
	}, {
		"data-after-close", "got data after close() and answered with a RST",
		"the peer's data had no reader any more; it sees ECONNRESET",
		"close only when the peer has ended: shutdown(SHUT_WR), read to the end, then close()",
		SEVERITY_WARNING, FACTS_COUNT_ABORT_DATA,
	}, {
		"reset-by-peer", "reset by the peer before all was acknowledged",
		"the peer's program aborted, or a middlebox did; what it had not read is lost",
		"look at the peer: does it close with data unread, or time out?",
		SEVERITY_NOTE, FACTS_COUNTS,
	},
};

static void report_loss(const struct facts *facts, struct findings *all,
			const struct data_loss_group *g)
{
	const struct loss_text *text = &losses[g->loss];
	const struct snmp_counter *count = facts->counter;
	char who[PROCESS_TEXT_MAX], remote[END_TEXT_MAX + 32];
	char addr[ADDR_TEXT_MAX], comm[COMM_TEXT_MAX];
	uint64_t ago_ns = facts->now_ns - g->last_ns;
	char ago[SPAN_TEXT_MAX];
	struct finding *f;

	f = findings_add(all, FINDING_DATA_LOST, text->severity, g->count);
	finding_what(f, "%" PRIu64 " connection%s of %s, to %s: %s", g->count,
		     g->count == 1 ? "" : "s", owner_text(g, who),
		     remote_text(g, remote), text->what);
	finding_text(f, "cause", text->name);
	finding_number(f, "pid", g->owner, g->pid);
	finding_text(f, "comm", g->owner ? comm_text(g->comm, comm) : NULL);
	finding_text(f, "raddr", addr_text(g->family, g->raddr, 0, addr));
	finding_number(f, "port", true, g->port);
	finding_bool(f, "server", g->served);
	finding_number(f, "count", true, g->count);
	finding_number(f, "unacknowledged_bytes", true, g->bytes);
	finding_ms(f, "latest_ms_ago", true, ago_ns);
	finding_evidence(f, "the latest %s ago%s", span_text(ago_ns, ago),
			 g->bytes ? ", with bytes that were written and not acknowledged" : "");
	finding_evidence(f, "%s", text->evidence);
	if (text->counter != FACTS_COUNTS && count[text->counter].known)
		finding_evidence(f, "counter %s: %" PRIu64 " since boot",
				 count[text->counter].name, count[text->counter].value);
	finding_advice(f, "%s", text->advice);
}

/*
 * Losses caused by this end always matter; others matter from a share of all
 * ends on.
 */
static bool loss_matters(const struct history *history, const struct data_loss_group *g)
{
	uint64_t sum = 0;
	size_t i;

	if (g->loss == DATA_LOSS_UNREAD || g->loss == DATA_LOSS_UNSENT)
		return true;
	for (i = 0; i < history->nlosses; i++)
		sum += history->losses[i].loss == g->loss ?
		       history->losses[i].count : 0;
	return threshold_is_reached(sum, history->ends, THRESHOLD_SHARE_PERCENT);
}

static void judge_losses(const struct facts *facts, struct findings *all)
{
	const struct data_loss_group *best[THRESHOLD_EACH_MAX];
	const struct history *history = &facts->history;
	uint64_t rest = history->losses_rest;
	size_t count = 0, at, i;

	for (i = 0; i < history->nlosses; i++) {
		const struct data_loss_group *g = &history->losses[i];

		if (!loss_matters(history, g))
			continue;
		at = count;
		if (count < THRESHOLD_EACH_MAX) {
			count++;
		} else if (best[--at]->count < g->count) {
			rest += best[at]->count;
		} else {
			rest += g->count;
			continue;
		}
		for (; at && best[at - 1]->count < g->count; at--)
			best[at] = best[at - 1];
		best[at] = g;
	}
	for (i = 0; i < count; i++)
		report_loss(facts, all, best[i]);
	if (count && rest)
		finding_evidence(&all->list[all->count - 1],
			"%" PRIu64 " more connections lost data in other ways or places",
			rest);
}

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
	finding_advice(f,
		"segments get lost on the way to these peers, or they send the FIN again too soon: compare with the retransmissions of other connections (nstat TcpRetransSegs)");
}

static void judge_orphan_timeouts(const struct facts *facts, struct findings *all)
{
	const struct snmp_counter *timeouts =
		&facts->counter[FACTS_COUNT_ABORT_TIMEOUT];
	const struct optional *retries = &facts->setting[FACTS_SET_ORPHAN_RETRIES];
	const struct history *history = &facts->history;
	struct finding *f;
	char addr[ADDR_TEXT_MAX], end[END_TEXT_MAX];

	if (!threshold_is_reached(history->orphan_timeouts, history->ends,
				  THRESHOLD_SHARE_PERCENT))
		return;
	f = findings_add(all, FINDING_ORPHAN_TIMEOUTS, SEVERITY_WARNING,
			 history->orphan_timeouts);
	finding_what(f, "%" PRIu64
		" closed connections were given up: their peers did not answer any more",
		history->orphan_timeouts);
	finding_number(f, "count", true, history->orphan_timeouts);
	finding_number(f, "tries_max", history->tries_max, history->tries_max);
	finding_text(f, "raddr",
		     addr_text(history->orphan_family, history->orphan_raddr, 0, addr));
	finding_number(f, "rport", true, history->orphan_rport);
	finding_number(f, "tcp_orphan_retries", retries->known, retries->value);
	finding_number(f, "since_boot", timeouts->known, timeouts->value);
	finding_evidence(f, "the latest: remote %s",
		end_text(history->orphan_family, history->orphan_raddr,
			 history->orphan_rport, end));
	if (history->tries_max)
		finding_evidence(f, "after %" PRIu32 " tries at most",
				 history->tries_max);
	if (timeouts->known)
		finding_evidence(f,
			"counter TCPAbortOnTimeout (connections with a process, too): %"
			PRIu64 " since boot", timeouts->value);
	if (retries->known)
		finding_evidence(f, "net.ipv4.tcp_orphan_retries = %"
			PRIu64 "%s", retries->value,
			retries->value ? "" : " (which means 8)");
	finding_advice(f,
		"see whether these peers vanished or a firewall drops what comes late; the data that were not acknowledged are lost");
}

void rules_history(const struct facts *facts, struct findings *all)
{
	judge_losses(facts, all);
	judge_last_acks(facts, all);
	judge_orphan_timeouts(facts, all);
}
