// SPDX-License-Identifier: GPL-2.0
/* Judges connections that ended with a RST: who sent it, why, and what was lost. */
#include <inttypes.h>
#include <stdio.h>

#include "diagnosis/rules.h"
#include "diagnosis/thresholds.h"
#include "util/basics.h"
#include "util/text.h"

/* The longest alert with which TLS says that no more will come (close_notify) */
#define CLOSE_NOTIFY_MAX	40

/* What is told of one cause */
struct cause_text {
	const char *what;
	const char *evidence;	/* NULL for none */
	const char *advice;	/* NULL for none */
	enum facts_count counter;	/* FACTS_COUNT_NONE for no counter */
};

static const struct cause_text causes[RESET_NO_SOCKET + 1] = {
	[TCPFIN_CAUSE_NONE] = { .what = "reset, why is not known" },
	[TCPFIN_CAUSE_UNREAD_DATA] = {
		.what = "reset, since closed with data unread",
		.evidence = "close() with data in the receive buffer sends a RST in place of a FIN",
		.advice = "read until read() returns 0 before close()",
		.counter = FACTS_COUNT_ABORT_CLOSE,
	},
	[TCPFIN_CAUSE_LINGER0] = {
		.what = "reset by close() with SO_LINGER 0",
		.evidence = "with SO_LINGER on and 0, close() sends a RST in place of a FIN, and throws away what is not sent yet",
		.advice = "do not set SO_LINGER to 0: shutdown(SHUT_WR), read to the end, then close()",
		.counter = FACTS_COUNT_ABORT_DATA,
	},
	[TCPFIN_CAUSE_DISCONNECT] = {
		.what = "reset by a disconnect: connect() with AF_UNSPEC, or the kernel's own",
	},
	[TCPFIN_CAUSE_LINGER2] = {
		.what = "reset by close() with TCP_LINGER2 below 0",
	},
	[TCPFIN_CAUSE_LATE_DATA] = {
		.what = "reset, since data came after close()",
		.evidence = "the peer's data had no reader any more",
		.advice = "close only when the peer has ended: shutdown(SHUT_WR), read to the end, then close()",
		.counter = FACTS_COUNT_ABORT_DATA,
	},
	[TCPFIN_CAUSE_LATE_SYN] = { .what = "reset, since a SYN came after close()" },
	[TCPFIN_CAUSE_NOT_ACCEPTED] = {
		.what = "never accepted: the listener was closed first",
		.evidence = "when a listener is closed, connections that wait in its queue get a RST",
		.advice = "accept() all that wait before closing the listener",
	},
	[TCPFIN_CAUSE_MPTCP_FASTCLOSE] = {
		.what = "reset by MPTCP, which ended all subflows at once",
	},
	[TCPFIN_CAUSE_BEYOND_FIN] = {
		.what = "reset, since data came with numbers beyond the peer's FIN",
	},
	[RESET_KILLED] = {
		.what = "killed with a RST, as by ss -K",
	},
	[RESET_BY_PEER] = {
		.what = "reset by the peer",
		.evidence = "the peer's end was not seen: who sent the RST, and why, is not known here",
	},
	[RESET_INJECTED] = {
		.what = "reset by a RST that neither end sent",
		.evidence = "both ends were seen, and the other one went on: a packet filter, a middlebox or somebody else sent the RST",
	},
	[RESET_NO_SOCKET] = {
		.what = "reset, since the peer's socket was over before",
		.evidence = "the peer's end had ended, so that its kernel answered what came later with a RST",
	},
};

/* Ports of protocols that begin with TLS, by IANA, and two that are usual. */
static bool is_tls_port(uint16_t port)
{
	static const uint16_t ports[] = {
		443, 465, 563, 636, 853, 989, 990, 992, 993, 995, 3269, 5061,
		5671, 6443, 6514, 6697, 8443, 8883,
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ports); i++)
		if (ports[i] == port)
			return true;
	return false;
}

/* Is the data that came after close() no more than the end of TLS, as far as seen? */
static bool is_close_notify(const struct reset_group *g)
{
	return g->cause == TCPFIN_CAUSE_LATE_DATA && is_tls_port(g->port) &&
	       g->lost_max <= CLOSE_NOTIFY_MAX;
}

/* Data were there that nobody read, though it may not be known how many. */
static bool has_lost(const struct reset_group *g)
{
	return g->lost || g->cause == TCPFIN_CAUSE_UNREAD_DATA ||
	       g->cause == TCPFIN_CAUSE_LATE_DATA;
}

/* Is the RST that of an end that was seen or injected, and no answer to a segment? */
static bool is_of_own_accord(const struct reset_group *g)
{
	return g->cause != TCPFIN_CAUSE_LATE_DATA && g->cause != RESET_BY_PEER &&
	       g->cause != RESET_NO_SOCKET;
}

static enum finding_kind kind_of(const struct reset_group *g)
{
	if (g->cause == TCPFIN_CAUSE_NOT_ACCEPTED)
		return FINDING_NOT_ACCEPTED;
	if (g->cause == RESET_INJECTED)
		return FINDING_INJECTED;
	return has_lost(g) && !is_close_notify(g) ? FINDING_DATA_LOST : FINDING_RESETS;
}

static enum severity severity_of(const struct reset_group *g)
{
	if (kind_of(g) == FINDING_RESETS || g->cause == RESET_BY_PEER)
		return SEVERITY_NOTE;
	return SEVERITY_WARNING;
}

static const char *owner_text(const struct reset_group *g, char buf[PROCESS_TEXT_MAX])
{
	char comm[COMM_TEXT_MAX];

	if (!g->owner)
		return "a process that is not known";
	if (!g->processes)
		return process_text(g->comm, g->pid, buf);
	snprintf(buf, PROCESS_TEXT_MAX, "%s (several processes)",
		 comm_text(g->comm, comm));
	return buf;
}

/* Write the remote end; for a server the local port and the remote address. */
static const char *remote_text(const struct reset_group *g,
			       char buf[END_TEXT_MAX + 32])
{
	char text[END_TEXT_MAX];

	if (g->served)
		snprintf(buf, END_TEXT_MAX + 32, "port %u from %s%s", g->port,
			 addr_text(g->family, g->raddr, 0, text),
			 g->addresses ? " and others" : "");
	else
		snprintf(buf, END_TEXT_MAX + 32, "%s",
			 end_text(g->family, g->raddr, g->port, text));
	return buf;
}

static void describe_loss(struct finding *f, const struct reset_group *g)
{
	if (g->losers)
		finding_evidence(f, "%" PRIu64 " bytes are lost, of %" PRIu64
				 " connection%s, %" PRIu64 " at most of one",
				 g->lost, g->losers, g->losers == 1 ? "" : "s",
				 g->lost_max);
	else if (g->measured == g->count && g->cause == TCPFIN_CAUSE_UNREAD_DATA)
		finding_evidence(f, "all that was written had arrived, as both ends show; how much of it was not read is not recorded");
	else if (g->measured == g->count)
		finding_evidence(f, "all that was written had arrived, as both ends show");
	if (g->unacknowledged)
		finding_evidence(f, "%" PRIu64
				 " bytes were sent and not acknowledged: whether they arrived is not known",
				 g->unacknowledged);
	if (is_close_notify(g))
		finding_evidence(f, g->losers ?
			"on a TLS port so few are a close_notify, which nobody needs after close()" :
			"how many bytes was not seen; on a TLS port a close_notify, 24 to 40 of them, comes so, and nobody needs it after close()");
}

/* Return how many there were in 1000 seconds. */
static struct optional rate_of(const struct facts *facts, uint64_t count)
{
	uint64_t span = history_span(&facts->history);

	if (span < THRESHOLD_RATE_MIN_NS)
		return optional_of(false, 0);
	return optional_of(true, (uint64_t)((double)count * 1e12 / (double)span));
}

static void describe_rate(struct finding *f, const struct facts *facts,
			  const struct reset_group *g)
{
	struct optional rate = rate_of(facts, g->count);
	char ago[SPAN_TEXT_MAX], span[SPAN_TEXT_MAX];

	span_text(facts->now_ns - g->last_ns, ago);
	if (rate.known)
		finding_evidence(f, "%" PRIu64 ".%03" PRIu64
				 " a second in %s, the latest %s ago",
				 rate.value / 1000, rate.value % 1000,
				 span_text(history_span(&facts->history), span), ago);
	else
		finding_evidence(f, "the latest %s ago", ago);
}

static void add_members(struct finding *f, const struct facts *facts,
			const struct reset_group *g)
{
	char addr[ADDR_TEXT_MAX], comm[COMM_TEXT_MAX];
	struct optional rate = rate_of(facts, g->count);
	bool lost_is_known = g->losers || (g->measured == g->count &&
					   g->cause != TCPFIN_CAUSE_UNREAD_DATA);

	finding_text(f, "cause", reset_cause_name(g->cause));
	finding_number(f, "pid", g->owner && !g->processes, g->pid);
	finding_text(f, "comm", g->owner ? comm_text(g->comm, comm) : NULL);
	finding_text(f, "raddr", g->addresses ? NULL :
		     addr_text(g->family, g->raddr, 0, addr));
	finding_number(f, "port", true, g->port);
	finding_bool(f, "server", true, g->served);
	finding_number(f, "count", true, g->count);
	finding_number(f, "both_ends_seen", true, g->measured);
	finding_number(f, "lost_bytes", lost_is_known, g->lost);
	finding_number(f, "lost_connections", lost_is_known, g->losers);
	finding_number(f, "unacknowledged_bytes", true, g->unacknowledged);
	finding_number(f, "per_1000s", rate.known, rate.value);
	finding_ms(f, "latest_ms_ago", true, facts->now_ns - g->last_ns);
}

static struct finding *report(const struct facts *facts, struct findings *all,
			      const struct reset_group *g)
{
	const struct cause_text *text = &causes[g->cause];
	char who[PROCESS_TEXT_MAX], remote[END_TEXT_MAX + 32];
	const struct optional *migrate = &facts->setting[FACTS_SET_MIGRATE_REQ];
	const struct snmp_counter *counter = &facts->counter[text->counter];
	struct finding *f;

	f = findings_add(all, kind_of(g), severity_of(g), g->count);
	finding_what(f, "%" PRIu64 " connection%s of %s, to %s: %s", g->count,
		     g->count == 1 ? "" : "s", owner_text(g, who),
		     remote_text(g, remote), text->what);
	add_members(f, facts, g);
	describe_loss(f, g);
	if (text->evidence)
		finding_evidence(f, "%s", text->evidence);
	describe_rate(f, facts, g);
	if (text->counter != FACTS_COUNT_NONE && counter->known)
		finding_evidence(f, "counter %s: %" PRIu64 " since boot",
				 counter->name, counter->value);
	if (text->advice && !is_close_notify(g))
		finding_advice(f, "%s", text->advice);
	if (g->cause == TCPFIN_CAUSE_NOT_ACCEPTED && migrate->known && !migrate->value)
		finding_advice(f, "or have another listener of the port (SO_REUSEPORT) take them: net.ipv4.tcp_migrate_req = 1");
	return f;
}

/* Loss by this end's own doing always matters; else it takes a share of all ends. */
static bool matters(const struct history *history, const struct reset_group *g)
{
	const struct resets *r = &history->resets;
	uint64_t sum = 0;
	size_t i;

	if (kind_of(g) != FINDING_RESETS && is_of_own_accord(g))
		return true;
	for (i = 0; i < r->count; i++)
		sum += r->list[i].cause == g->cause ? r->list[i].count : 0;
	return threshold_is_reached(sum, history->ends, THRESHOLD_SHARE_PERCENT);
}

static bool is_worse(const struct reset_group *a, const struct reset_group *b)
{
	if (severity_of(a) != severity_of(b))
		return severity_of(a) > severity_of(b);
	return a->count > b->count;
}

/* Keep the worst groups, sorted. Return the number of connections left out. */
static uint64_t insert(const struct reset_group *best[THRESHOLD_EACH_MAX],
		       size_t *count, const struct reset_group *g)
{
	size_t at = *count;
	uint64_t out = 0;

	if (*count < THRESHOLD_EACH_MAX)
		(*count)++;
	else if (is_worse(g, best[--at]))
		out = best[at]->count;
	else
		return g->count;
	for (; at && is_worse(g, best[at - 1]); at--)
		best[at] = best[at - 1];
	best[at] = g;
	return out;
}

void rules_resets(const struct facts *facts, struct findings *all)
{
	const struct reset_group *best[THRESHOLD_EACH_MAX];
	const struct resets *r = &facts->history.resets;
	uint64_t rest = r->rest;
	struct finding *last = NULL;
	size_t count = 0, i;

	for (i = 0; i < r->count; i++)
		if (matters(&facts->history, &r->list[i]))
			rest += insert(best, &count, &r->list[i]);
	for (i = 0; i < count; i++)
		last = report(facts, all, best[i]);
	if (last && rest)
		finding_evidence(last,
			"%" PRIu64 " more connections were reset in other ways or places",
			rest);
}
