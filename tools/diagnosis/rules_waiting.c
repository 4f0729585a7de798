// SPDX-License-Identifier: GPL-2.0
/* Judges sockets that wait: in CLOSE_WAIT for their process, or for a peer. */
#include <inttypes.h>
#include <netinet/tcp.h>
#include <stdio.h>

#include "diagnosis/rules.h"
#include "diagnosis/thresholds.h"
#include "util/text.h"

/* Waiting sockets of one owner */
struct group {
	const struct held_socket *oldest;	/* the first of them */
	uint64_t count;				/* number of sockets */
};

static const char *owner_text(const struct held_socket *h, char buf[PROCESS_TEXT_MAX])
{
	if (h->pid)
		return process_text(h->comm, h->pid, buf);
	if (h->recorded) {
		snprintf(buf, PROCESS_TEXT_MAX, "a process that is not known, on port %u,",
			 h->lport);
		return buf;
	}
	if (h->inode)
		return "a process that was not found";
	snprintf(buf, PROCESS_TEXT_MAX, "the accept queue of port %u", h->lport);
	return buf;
}

static void add_members(struct finding *f, const struct group *g)
{
	const struct held_socket *h = g->oldest;
	char addr[ADDR_TEXT_MAX], comm[COMM_TEXT_MAX];

	finding_number(f, "pid", h->pid, h->pid);
	finding_text(f, "comm", h->pid ? comm_text(h->comm, comm) : NULL);
	finding_number(f, "fd", h->pid && !h->recorded, h->fd);
	/* A recorded end of which no process is known may not have been accepted. */
	if (h->pid || !h->recorded)
		finding_bool(f, "accepted", h->inode || h->recorded);
	finding_number(f, "count", true, g->count);
	finding_ms(f, "oldest_ms", true, h->age_ns);
	finding_bool(f, "at_least", !h->exact);
	finding_text(f, "laddr", addr_text(h->family, h->laddr, 0, addr));
	finding_number(f, "lport", true, h->lport);
	finding_text(f, "raddr", addr_text(h->family, h->raddr, 0, addr));
	finding_number(f, "rport", true, h->rport);
}

static void describe_oldest(struct finding *f, const struct held_socket *h)
{
	char local[END_TEXT_MAX], remote[END_TEXT_MAX];
	char fd[32] = "";

	if (h->pid && !h->recorded)
		snprintf(fd, sizeof(fd), "fd %" PRIu32 ", ", h->fd);
	finding_evidence(f, "the oldest: %slocal %s, remote %s", fd,
			 end_text(h->family, h->laddr, h->lport, local),
			 end_text(h->family, h->raddr, h->rport, remote));
	if (!h->exact)
		finding_evidence(f,
			"its beginning was not recorded: the time is that since the last segment came");
	if (h->holders > 1)
		finding_evidence(f,
			"%" PRIu32 " descriptors refer to it: all of them have to be closed",
			h->holders);
}

static void describe_close_wait(struct finding *f, const struct held_socket *h)
{
	finding_evidence(f,
		"the peers have closed; no timeout applies in CLOSE_WAIT: only close() ends it");
	if (h->recorded)
		finding_advice(f,
			"have the program close() a socket when read() returns 0");
	else if (h->pid)
		finding_advice(f,
			"have the program close() a socket when read() returns 0; see /proc/%"
			PRIu32 "/fd/%" PRIu32 "; a restart frees them",
			h->pid, h->fd);
	else if (!h->inode)
		finding_advice(f,
			"have the server on port %u accept() in time: its clients went away waiting (ss -ltnp 'sport = :%u' names it)",
			h->lport, h->lport);
	else
		finding_advice(f,
			"look in the other pid namespaces (containers) for socket inode %"
			PRIu32, h->inode);
}

static void describe_fin_wait2(struct finding *f)
{
	finding_evidence(f,
		"a process holds it, so no timeout applies: tcp_fin_timeout and TCP_LINGER2 are for orphans");
	finding_advice(f,
		"after shutdown(SHUT_WR), give the peer a time to close in (SO_RCVTIMEO, poll()), then close()");
	finding_advice(f,
		"look at the peer: its end is in CLOSE_WAIT, and its program has to close");
}

static struct finding *report_group(const struct facts *facts, struct findings *all,
				    const struct group *g)
{
	const struct held_socket *h = g->oldest;
	bool close_wait = h->state == TCP_CLOSE_WAIT;
	char who[PROCESS_TEXT_MAX], age[SPAN_TEXT_MAX];
	struct finding *f;

	f = findings_add(all, close_wait ? FINDING_CLOSE_WAIT :
			 FINDING_FIN_WAIT2, SEVERITY_WARNING, g->count);
	finding_what(f,
		     "%s holds %" PRIu64
		     " connection%s in %s, the oldest for %s%s",
		     owner_text(h, who), g->count, g->count == 1 ? "" : "s",
		     close_wait ? "CLOSE_WAIT" : "FIN_WAIT2",
		     h->exact ? "" : "at least ", span_text(h->age_ns, age));
	add_members(f, g);
	describe_oldest(f, h);
	if (h->inode && !h->pid && !h->recorded && !facts->present.holders_known)
		finding_evidence(f, "/proc could not be searched for it");
	if (close_wait)
		describe_close_wait(f, h);
	else
		describe_fin_wait2(f);
	return f;
}

/* Keep the largest groups, sorted. Return the one left out, or count 0. */
static struct group insert_group(struct group best[THRESHOLD_EACH_MAX],
				 size_t *count, struct group new)
{
	struct group out = { 0 };
	size_t at;

	if (*count < THRESHOLD_EACH_MAX) {
		at = (*count)++;
	} else {
		at = THRESHOLD_EACH_MAX - 1;
		if (new.count <= best[at].count)
			return new;
		out = best[at];
	}
	for (; at && best[at - 1].count < new.count; at--)
		best[at] = best[at - 1];
	best[at] = new;
	return out;
}

static void judge_state(const struct facts *facts, struct findings *all, uint8_t state)
{
	const struct held_socket *held = facts->present.held, *end;
	struct group best[THRESHOLD_EACH_MAX], g, out;
	uint64_t rest_holders = 0, rest = 0;
	struct finding *last = NULL;
	size_t count = 0, i;

	if (!facts->present.nheld)
		return;
	end = held + facts->present.nheld;
	while (held < end) {
		g.oldest = held;
		for (g.count = 0; held < end &&
		     held_socket_alike(g.oldest, held); held++)
			g.count++;
		if (g.oldest->state != state)
			continue;
		out = insert_group(best, &count, g);
		rest_holders += !!out.count;
		rest += out.count;
	}
	for (i = 0; i < count; i++)
		last = report_group(facts, all, &best[i]);
	if (rest_holders)
		finding_evidence(last, "%" PRIu64 " more holders have %" PRIu64 " more",
				 rest_holders, rest);
}

static void judge_orphans(const struct facts *facts, struct findings *all)
{
	const struct facts_present *now = &facts->present;
	const struct optional *timeout = &facts->setting[FACTS_SET_FIN_TIMEOUT];
	uint64_t count = now->fin_wait2_orphans + now->fin_wait2s;
	struct finding *f;
	char age[SPAN_TEXT_MAX];

	/* Of a recording the number of all sockets is not known. */
	if (facts->is_recorded || count < THRESHOLD_FW2_ORPHANS_MIN ||
	    !threshold_is_reached(count, now->sockets, THRESHOLD_FW2_ORPHANS_PERCENT))
		return;
	f = findings_add(all, FINDING_FIN_WAIT2_ORPHANS, SEVERITY_NOTE, count);
	finding_what(f, "%" PRIu64 " of %" PRIu64
		     " sockets are orphans in FIN_WAIT2: their peers do not close",
		     count, now->sockets);
	finding_number(f, "count", true, count);
	finding_number(f, "full", true, now->fin_wait2_orphans);
	finding_number(f, "sockets", true, now->sockets);
	finding_ms(f, "oldest_ms", now->orphan_oldest.known, now->orphan_oldest.value);
	finding_number(f, "tcp_fin_timeout", timeout->known, timeout->value);
	if (now->orphan_oldest.known)
		finding_evidence(f, "the oldest has waited for %s",
				 span_text(now->orphan_oldest.value, age));
	if (timeout->known)
		finding_evidence(f,
			"net.ipv4.tcp_fin_timeout = %" PRIu64
			" (or a socket's TCP_LINGER2) ends them; what is beyond 60 s of it is spent in a full socket",
			timeout->value);
	finding_advice(f,
		"find out why the peers do not close; until then a lower net.ipv4.tcp_fin_timeout frees them sooner (it does not shorten TIME_WAIT)");
}

void rules_waiting(const struct facts *facts, struct findings *all)
{
	judge_state(facts, all, TCP_CLOSE_WAIT);
	judge_state(facts, all, TCP_FIN_WAIT2);
	judge_orphans(facts, all);
}
