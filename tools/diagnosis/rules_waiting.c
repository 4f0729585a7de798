// SPDX-License-Identifier: GPL-2.0
/* Judges sockets that wait: for their process in CLOSE_WAIT, or for a peer. */
#include <inttypes.h>
#include <netinet/tcp.h>
#include <stdio.h>

#include "diagnosis/rules.h"
#include "diagnosis/thresholds.h"
#include "util/text.h"

/**
 * struct group - sockets of one holder
 * @oldest: the first of them
 * @count: how many
 */
struct group {
	const struct tcpfin_held *oldest;
	uint64_t count;
};

/* Room for any holder's text. */
#define WHO_MAX	(TCPFIN_COMM_MAX + 32)

static const char *who_text(const struct tcpfin_held *h, char buf[WHO_MAX])
{
	char comm[TCPFIN_COMM_MAX];

	if (h->pid)
		snprintf(buf, WHO_MAX, "%s (pid %" PRIu32 ")",
			 tcpfin_escape(h->comm, sizeof(h->comm), comm,
				       sizeof(comm)), h->pid);
	else if (h->inode)
		snprintf(buf, WHO_MAX, "a process that was not found");
	else
		snprintf(buf, WHO_MAX, "the accept queue of port %u",
			 h->lport);
	return buf;
}

static void add_members(struct tcpfin_finding *f, const struct group *g)
{
	const struct tcpfin_held *h = g->oldest;
	char addr[TCPFIN_ADDR_MAX], comm[TCPFIN_COMM_MAX];

	tcpfin_find_number(f, "pid", h->pid, h->pid);
	tcpfin_find_text(f, "comm", h->pid ?
			 tcpfin_escape(h->comm, sizeof(h->comm), comm,
				       sizeof(comm)) : NULL);
	tcpfin_find_number(f, "fd", h->pid, h->fd);
	tcpfin_find_bool(f, "accepted", h->inode);
	tcpfin_find_number(f, "count", true, g->count);
	tcpfin_find_ms(f, "oldest_ms", true, h->age_ns);
	tcpfin_find_bool(f, "at_least", !h->exact);
	tcpfin_find_text(f, "laddr", tcpfin_addr_text(h->family, h->laddr, 0,
						      addr));
	tcpfin_find_number(f, "lport", true, h->lport);
	tcpfin_find_text(f, "raddr", tcpfin_addr_text(h->family, h->raddr, 0,
						      addr));
	tcpfin_find_number(f, "rport", true, h->rport);
}

static void tell_oldest(struct tcpfin_finding *f, const struct tcpfin_held *h)
{
	char local[TCPFIN_END_MAX], remote[TCPFIN_END_MAX];
	char fd[32] = "";

	if (h->pid)
		snprintf(fd, sizeof(fd), "fd %" PRIu32 ", ", h->fd);
	tcpfin_find_evidence(f, "the oldest: %slocal %s, remote %s", fd,
			     tcpfin_end_text(h->family, h->laddr, h->lport, local),
			     tcpfin_end_text(h->family, h->raddr, h->rport,
					     remote));
	if (!h->exact)
		tcpfin_find_evidence(f,
			"its beginning was not recorded: the time is that since the last segment came");
	if (h->holders > 1)
		tcpfin_find_evidence(f,
			"%" PRIu32 " descriptors refer to it: all of them have to be closed",
			h->holders);
}

static void tell_close_wait(struct tcpfin_finding *f,
			    const struct tcpfin_held *h)
{
	tcpfin_find_evidence(f,
		"the peers have closed; no timeout applies in CLOSE_WAIT: only close() ends it");
	if (h->pid)
		tcpfin_find_advice(f,
			"have the program close() a socket when read() returns 0; see /proc/%"
			PRIu32 "/fd/%" PRIu32 "; a restart frees them",
			h->pid, h->fd);
	else if (!h->inode)
		tcpfin_find_advice(f,
			"have the server on port %u accept() in time: its clients went away waiting (ss -ltnp 'sport = :%u' names it)",
			h->lport, h->lport);
	else
		tcpfin_find_advice(f,
			"look in the other pid namespaces (containers) for socket inode %"
			PRIu32, h->inode);
}

static void tell_fin_wait2(struct tcpfin_finding *f)
{
	tcpfin_find_evidence(f,
		"a process holds it, so no timeout applies: tcp_fin_timeout and TCP_LINGER2 are for orphans");
	tcpfin_find_advice(f,
		"after shutdown(SHUT_WR), give the peer a time to close in (SO_RCVTIMEO, poll()), then close()");
	tcpfin_find_advice(f,
		"look at the peer: its end is in CLOSE_WAIT, and its program has to close");
}

static void tell_group(const struct tcpfin_facts *facts,
		       struct tcpfin_findings *all, const struct group *g)
{
	const struct tcpfin_held *h = g->oldest;
	bool close_wait = h->state == TCP_CLOSE_WAIT;
	char who[WHO_MAX], age[TCPFIN_SPAN_MAX];
	struct tcpfin_finding *f;

	f = tcpfin_findings_add(all, close_wait ? TCPFIN_CLOSE_WAIT :
				TCPFIN_FIN_WAIT2, TCPFIN_WARNING, g->count);
	tcpfin_find_what(f,
		"%s holds %" PRIu64 " connection%s in %s, the oldest for %s%s",
		who_text(h, who), g->count, g->count == 1 ? "" : "s",
		close_wait ? "CLOSE_WAIT" : "FIN_WAIT2",
		h->exact ? "" : "at least ", tcpfin_span_text(h->age_ns, age));
	add_members(f, g);
	tell_oldest(f, h);
	if (h->inode && !h->pid && !facts->present.holders_known)
		tcpfin_find_evidence(f, "/proc could not be searched for it");
	if (close_wait)
		tell_close_wait(f, h);
	else
		tell_fin_wait2(f);
}

/* Keep the largest groups in order. Return what fell out, or @new. */
static struct group keep(struct group best[TCPFIN_EACH_MAX], size_t *count,
			 struct group new)
{
	struct group out = { 0 };
	size_t at;

	if (*count < TCPFIN_EACH_MAX) {
		at = (*count)++;
	} else {
		at = TCPFIN_EACH_MAX - 1;
		if (new.count <= best[at].count)
			return new;
		out = best[at];
	}
	for (; at && best[at - 1].count < new.count; at--)
		best[at] = best[at - 1];
	best[at] = new;
	return out;
}

static void tell_rest(struct tcpfin_findings *all, uint64_t holders,
		      uint64_t sockets)
{
	if (holders)
		tcpfin_find_evidence(&all->list[all->count - 1],
			"%" PRIu64 " more holders have %" PRIu64 " more",
			holders, sockets);
}

static void judge_state(const struct tcpfin_facts *facts,
			struct tcpfin_findings *all, uint8_t state)
{
	const struct tcpfin_held *held = facts->present.held, *end;
	struct group best[TCPFIN_EACH_MAX], g, out;
	uint64_t rest_holders = 0, rest = 0;
	size_t count = 0, i;

	end = held + facts->present.nheld;
	while (held < end) {
		g.oldest = held;
		for (g.count = 0; held < end &&
		     tcpfin_held_together(g.oldest, held); held++)
			g.count++;
		if (g.oldest->state != state)
			continue;
		out = keep(best, &count, g);
		rest_holders += !!out.count;
		rest += out.count;
	}
	for (i = 0; i < count; i++)
		tell_group(facts, all, &best[i]);
	tell_rest(all, rest_holders, rest);
}

static void judge_orphans(const struct tcpfin_facts *facts,
			  struct tcpfin_findings *all)
{
	const struct tcpfin_present *now = &facts->present;
	const struct tcpfin_fact *timeout =
		&facts->setting[TCPFIN_SET_FIN_TIMEOUT];
	uint64_t count = now->fin_wait2_orphans + now->fin_wait2s;
	struct tcpfin_finding *f;
	char age[TCPFIN_SPAN_MAX];

	if (count < TCPFIN_FW2_ORPHANS_MIN ||
	    !tcpfin_share_reaches(count, now->sockets,
				  TCPFIN_FW2_ORPHANS_PERCENT))
		return;
	f = tcpfin_findings_add(all, TCPFIN_FIN_WAIT2_ORPHANS, TCPFIN_NOTE,
				count);
	tcpfin_find_what(f, "%" PRIu64 " of %" PRIu64
			 " sockets are orphans in FIN_WAIT2: their peers do not close",
			 count, now->sockets);
	tcpfin_find_number(f, "count", true, count);
	tcpfin_find_number(f, "full", true, now->fin_wait2_orphans);
	tcpfin_find_number(f, "sockets", true, now->sockets);
	tcpfin_find_ms(f, "oldest_ms", now->orphan_oldest.known,
		       now->orphan_oldest.value);
	tcpfin_find_number(f, "tcp_fin_timeout", timeout->known,
			   timeout->value);
	if (now->orphan_oldest.known)
		tcpfin_find_evidence(f, "the oldest has waited for %s",
			tcpfin_span_text(now->orphan_oldest.value, age));
	if (timeout->known)
		tcpfin_find_evidence(f,
			"net.ipv4.tcp_fin_timeout = %" PRIu64
			" (or a socket's TCP_LINGER2) ends them; what is beyond 60 s of it is spent in a full socket",
			timeout->value);
	tcpfin_find_advice(f,
		"find out why the peers do not close; until then a lower net.ipv4.tcp_fin_timeout frees them sooner (it does not shorten TIME_WAIT)");
}

void tcpfin_judge_held(const struct tcpfin_facts *facts,
		       struct tcpfin_findings *all)
{
	judge_state(facts, all, TCP_CLOSE_WAIT);
	judge_state(facts, all, TCP_FIN_WAIT2);
	judge_orphans(facts, all);
}
