// SPDX-License-Identifier: GPL-2.0
/*
 * Judges sockets that wait for their process or for a peer, and those that are open
 * though their connections are over: a finding for each program.
 */
#include <inttypes.h>
#include <netinet/tcp.h>
#include <stdio.h>

#include "diagnosis/held_group.h"
#include "diagnosis/rules.h"
#include "diagnosis/thresholds.h"
#include "track/names.h"
#include "util/text.h"

static const enum finding_kind kinds[] = {
	[HELD_CLOSED_WINDOW] = FINDING_CLOSED_WINDOW,
	[HELD_NO_ANSWER] = FINDING_NO_ANSWER,
	[HELD_OVER] = FINDING_NEVER_CLOSED,
};

static enum finding_kind kind_of(const struct held_socket *h)
{
	if (h->kind != HELD_WAITS)
		return kinds[h->kind];
	return h->state == TCP_CLOSE_WAIT ? FINDING_CLOSE_WAIT : FINDING_FIN_WAIT2;
}

/* Does the socket wait for a peer that does not read, or does not answer? */
static bool is_stalled(const struct held_socket *h)
{
	return h->kind == HELD_CLOSED_WINDOW || h->kind == HELD_NO_ANSWER;
}

static void add_members(struct finding *f, const struct held_group *g)
{
	const struct held_socket *h = g->oldest;
	const struct peer_socket *peer = g->oldest_peer;
	char addr[ADDR_TEXT_MAX], comm[COMM_TEXT_MAX], state[NAME_TEXT_MAX];
	bool queues = !h->recorded && h->kind != HELD_OVER;

	finding_number(f, "pid", h->pid, h->pid);
	finding_text(f, "comm", h->pid ? comm_text(h->comm, comm) : NULL);
	finding_number(f, "processes", g->holders.count, g->holders.count);
	finding_number(f, "fd", h->holders, h->fd);
	/* A recorded end of which no process is known may not have been accepted. */
	if (h->kind == HELD_WAITS)
		finding_bool(f, "accepted", h->pid || !h->recorded,
			     h->inode || h->recorded);
	finding_number(f, "count", true, g->count);
	finding_ms(f, "oldest_ms", true, h->age_ns);
	finding_bool(f, "at_least", true, !h->exact);
	finding_text(f, "laddr", addr_text(h->family, h->laddr, 0, addr));
	finding_number(f, "lport", true, h->lport);
	finding_text(f, "raddr", addr_text(h->family, h->raddr, 0, addr));
	finding_number(f, "rport", true, h->rport);
	finding_number(f, "recv_q", queues, h->recv_q);
	finding_number(f, "send_q", queues, h->send_q);
	finding_number(f, "recv_q_all", queues, g->recv_q);
	finding_number(f, "send_q_all", queues, g->send_q);
	if (h->kind == HELD_OVER) {
		finding_number(f, "resets", true, g->resets);
		return;
	}
	finding_number(f, "peers_here", !h->recorded, g->peers_seen);
	finding_text(f, "peer_state", peer ? state_name(peer->state, state) : NULL);
	finding_number(f, "peer_pid", g->peer_pid, g->peer_pid);
	finding_text(f, "peer_comm", g->peer_pid ? comm_text(g->peer_comm, comm) : NULL);
	finding_number(f, "peer_netns", peer, peer ? peer->where->inode : 0);
}

static void describe_oldest(struct finding *f, const struct held_group *g)
{
	char local[END_TEXT_MAX], remote[END_TEXT_MAX];
	const struct held_socket *h = g->oldest;
	char fd[48] = "", queues[48] = "";

	if (h->holders && g->holders.count > 1)
		snprintf(fd, sizeof(fd), "fd %" PRIu32 " of pid %" PRIu32 ", ", h->fd,
			 h->pid);
	else if (h->holders)
		snprintf(fd, sizeof(fd), "fd %" PRIu32 ", ", h->fd);
	if (!h->recorded && h->kind != HELD_OVER)
		snprintf(queues, sizeof(queues), ", Recv-Q %" PRIu32 ", Send-Q %" PRIu32,
			 h->recv_q, h->send_q);
	finding_evidence(f, "the oldest: %slocal %s, remote %s%s", fd,
			 end_text(h->family, h->laddr, h->lport, local),
			 end_text(h->family, h->raddr, h->rport, remote), queues);
	if (!h->exact && h->kind == HELD_WAITS)
		finding_evidence(f,
			"its beginning was not recorded: the time is that since the last segment came");
	if (h->holders > 1)
		finding_evidence(f,
			"%" PRIu32 " descriptors refer to it: all of them have to be closed",
			h->holders);
	if (g->count > 1 && !h->recorded && h->kind != HELD_OVER)
		finding_evidence(f, "all together: Recv-Q %" PRIu64 ", Send-Q %" PRIu64,
				 g->recv_q, g->send_q);
}

/* What became of an end that no process holds, as far as was seen */
static const char *unheld_text(const struct peer_socket *peer)
{
	if (peer->inode)
		return "";
	if (peer->state == TCP_CLOSE_WAIT || peer->state == TCP_ESTABLISHED)
		return ", not accepted yet";
	return peer->pid ? ", and its process has closed it" : "";
}

/* Tell of a socket of another namespace: it can be the other end, or a coincidence. */
static void describe_maybe_peer(struct finding *f, const struct held_group *g)
{
	char who[PROCESS_TEXT_MAX], state[NAME_TEXT_MAX], where[NETNS_TEXT_MAX];
	const struct peer_socket *peer = g->oldest_peer;

	finding_evidence(f, "a socket with these addresses is in network namespace %s, program %s, in %s, Recv-Q %"
		PRIu32 ", Send-Q %" PRIu32 "%s", netns_text(peer->where, where),
		g->peer_pid ? process_text(g->peer_comm, g->peer_pid, who) : "not known",
		state_name(peer->state, state), peer->recv_q, peer->send_q,
		unheld_text(peer));
}

/* Name the other ends that are on this machine. */
static void describe_peers(struct finding *f, const struct held_group *g)
{
	char who[PROCESSES_TEXT_MAX], state[NAME_TEXT_MAX];
	char comm[COMM_TEXT_MAX], some[48] = "";
	const struct held_socket *h = g->oldest;
	const struct peer_socket *peer = g->oldest_peer;

	if (g->peers_certain < g->count)
		snprintf(some, sizeof(some), " with %" PRIu64 " of them", g->peers_certain);
	processes_text(&g->peers, who);
	if (g->peers.count && h->state == TCP_CLOSE_WAIT)
		finding_evidence(f, "the other end is on this machine%s: %s", some, who);
	else if (g->peers.count)
		finding_evidence(f, "%s waits%s for %s, on this machine",
				 h->pid ? comm_text(h->comm, comm) : "this end", some, who);
	if (peer && peer_is_certain(peer))
		finding_evidence(f, "the other end of the oldest is in %s, Recv-Q %" PRIu32
			", Send-Q %" PRIu32 "%s", state_name(peer->state, state),
			peer->recv_q, peer->send_q, unheld_text(peer));
	else if (peer)
		describe_maybe_peer(f, g);
}

/* Is a process of the other end known, and is it that of the other end for certain? */
static bool knows_peer(const struct held_group *g)
{
	return g->peer_pid && peer_is_certain(g->oldest_peer);
}

/* Write how to end the processes, if nothing else can hold the sockets. */
static const char *restart_text(const struct facts *facts, const struct held_group *g,
				char buf[80])
{
	const struct socket_owners *owners = facts->present.owners;

	buf[0] = '\0';
	if (!owners || !owners->complete)
		return buf;
	if (g->holders.count == 1)
		snprintf(buf, 80, "; a restart frees them");
	else
		snprintf(buf, 80, "; a restart of all %zu processes frees them",
			 g->holders.count);
	return buf;
}

/* Say where a socket may be that no process has a descriptor of. */
static void describe_hidden(struct finding *f, const struct facts *facts,
			    const struct held_socket *h)
{
	const struct socket_owners *owners = facts->present.owners;
	const struct file_places *places = facts->present.places;
	const struct file_place *place;
	char who[PROCESS_TEXT_MAX];

	if (!owners->searched) {
		finding_evidence(f, "/proc could not be searched for it");
		return;
	}
	finding_evidence(f, "no descriptor in /proc refers to socket inode %" PRIu32
			 "; the kernel's own sockets (NFS, iSCSI, ...) have none either",
			 h->inode);
	for (place = places->list; place < places->list + places->count; place++) {
		process_text(place->comm, place->pid, who);
		if (place->queued)
			finding_evidence(f, "it may be under way: %" PRIu32
				" descriptor%s in the queue of the unix socket fd %"
				PRIu32 " of %s", place->queued,
				place->queued == 1 ? " is" : "s are", place->fd, who);
		else
			finding_evidence(f,
				"it may be with an io_uring: fd %" PRIu32 " of %s",
				place->fd, who);
	}
	if (places->rest)
		finding_evidence(f, "or in %" PRIu64 " more such place%s", places->rest,
				 places->rest == 1 ? "" : "s");
	if (!owners->all_processes)
		finding_advice(f, "look in the other pid namespaces (containers) for socket inode %"
			       PRIu32, h->inode);
}

static void describe_close_wait(struct finding *f, const struct facts *facts,
				const struct held_group *g)
{
	const struct held_socket *h = g->oldest;
	char restart[80];

	finding_evidence(f,
		"the peers have closed; tcp_fin_timeout does not apply to CLOSE_WAIT: without keepalive only close() ends it");
	/* Recv-Q counts the FIN, until read() has returned 0. */
	if (h->pid && !h->recorded)
		finding_evidence(f, "%s", h->recv_q > 1 ?
			"data of the oldest are not read" : h->recv_q ?
			"of the oldest all data are read, but not the end: Recv-Q counts the FIN" :
			"the oldest is read to the end");
	if (h->recorded)
		finding_advice(f,
			"have the program close() a socket when read() returns 0");
	else if (h->pid)
		finding_advice(f,
			"have the program close() a socket when read() returns 0; see /proc/%"
			PRIu32 "/fd/%" PRIu32 "%s",
			h->pid, h->fd, restart_text(facts, g, restart));
	else if (!h->inode)
		finding_advice(f,
			"have the server on port %u accept() in time: its clients went away waiting (ss -ltnp 'sport = :%u' names it)",
			h->lport, h->lport);
}

static void describe_fin_wait2(struct finding *f, const struct held_group *g)
{
	const struct peer_socket *peer = g->oldest_peer;
	char who[PROCESS_TEXT_MAX];

	finding_evidence(f,
		"a process holds it: tcp_fin_timeout and TCP_LINGER2, which are for orphans, do not apply; without keepalive only the peer, or close(), ends it");
	finding_advice(f,
		"after shutdown(SHUT_WR), give the peer a time to close in (SO_RCVTIMEO, poll()), then close()");
	if (knows_peer(g) && peer->state == TCP_CLOSE_WAIT)
		finding_advice(f, "have %s close() its end",
			       process_text(g->peer_comm, g->peer_pid, who));
}

static void describe_over(struct finding *f, const struct facts *facts,
			  const struct held_group *g)
{
	char restart[80];

	finding_evidence(f, "a RST ended %" PRIu64
		" of the connections; only close() frees the descriptor", g->resets);
	finding_advice(f,
		"have the program close() a socket when read() or write() fails; see /proc/%"
		PRIu32 "/fd/%" PRIu32 "%s", g->oldest->pid, g->oldest->fd,
		restart_text(facts, g, restart));
}

static void describe_stalled(struct finding *f, const struct held_group *g)
{
	char who[PROCESS_TEXT_MAX];

	if (g->same_remote > 1)
		finding_evidence(f, "%" PRIu64 " of them have this remote address",
				 g->same_remote);
	if (g->oldest->kind == HELD_NO_ANSWER)
		return;
	finding_evidence(f,
		"the peer's kernel answers that the window is shut: its program does not read");
	finding_advice(f, "have %s read until read() returns 0", knows_peer(g) ?
		       process_text(g->peer_comm, g->peer_pid, who) : "the peer's program");
}

static void describe(struct finding *f, const struct facts *facts,
		     const struct held_group *g)
{
	const struct socket_owners *owners = facts->present.owners;
	const struct held_socket *h = g->oldest;

	describe_oldest(f, g);
	describe_peers(f, g);
	if (is_stalled(h))
		describe_stalled(f, g);
	else if (h->kind == HELD_OVER)
		describe_over(f, facts, g);
	else if (h->state == TCP_CLOSE_WAIT)
		describe_close_wait(f, facts, g);
	else
		describe_fin_wait2(f, g);
	if (!h->inode || !owners)
		return;
	if (held_socket_is_hidden(h))
		describe_hidden(f, facts, h);
	if (owners->searched && !owners->complete)
		finding_evidence(f, "not all processes can be seen%s",
				 h->pid ? ": others may hold the same" : "");
}

/* A process that still holds a socket has shut it down. */
static const char *how_closed(const struct held_group *g)
{
	if (!g->attached)
		return "closed";
	return g->attached == g->count ? "shut down" : "closed or shut down";
}

/* What a group is, in one sentence */
static void tell(struct finding *f, const struct held_group *g)
{
	const struct held_socket *h = g->oldest;
	char who[PROCESSES_TEXT_MAX], age[SPAN_TEXT_MAX];
	const char *many = g->count == 1 ? "" : "s";
	const char *hold = g->holders.count > 1 ? "hold" : "holds";
	const char *at_least = h->exact ? "" : "at least ";

	held_group_owner(g, who);
	span_text(h->age_ns, age);
	if (h->kind == HELD_WAITS)
		finding_what(f, "%s %s %" PRIu64 " connection%s in %s, the oldest for %s%s",
			     who, hold, g->count, many, h->state == TCP_CLOSE_WAIT ?
			     "CLOSE_WAIT" : "FIN_WAIT2", at_least, age);
	else if (h->kind == HELD_OVER)
		finding_what(f, "%s %s %" PRIu64
			     " socket%s whose connection%s over, the oldest for %s",
			     who, hold, g->count, many,
			     g->count == 1 ? " is" : "s are", age);
	else
		finding_what(f, "%" PRIu64 " connection%s %s by %s wait%s for %s not %s, the oldest for %s%s",
			     g->count, many, how_closed(g), who,
			     g->count == 1 ? "s" : "",
			     g->count == 1 ? "a peer that does" : "peers that do",
			     h->kind == HELD_CLOSED_WINDOW ? "read" : "answer",
			     at_least, age);
}

static enum severity severity_of(const struct held_group *g)
{
	return g->oldest->kind != HELD_WAITS && g->count < THRESHOLD_OVER_MIN ?
	       SEVERITY_NOTE : SEVERITY_WARNING;
}

static struct finding *report_group(const struct facts *facts, struct findings *all,
				    struct held_group *g)
{
	struct finding *f;

	all->failed |= !held_group_fill(g, facts);
	f = findings_add(all, kind_of(g->oldest), severity_of(g), g->count);
	tell(f, g);
	add_members(f, g);
	finding_holders(f, &g->holders);
	describe(f, facts, g);
	held_group_free(g);
	return f;
}

/* Keep the largest groups, sorted. Return the one left out, or count 0. */
static struct held_group insert_group(struct held_group best[THRESHOLD_EACH_MAX],
				      size_t *count, struct held_group new)
{
	struct held_group out = { 0 };
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

/* Peers that do not read or answer are ordinary, unless they are many. */
static bool matters(const struct facts *facts, enum finding_kind kind, uint64_t count)
{
	uint64_t sockets = 0;
	unsigned int i;

	if (kind != FINDING_CLOSED_WINDOW && kind != FINDING_NO_ANSWER)
		return true;
	for (i = 0; i < FACTS_STATES; i++)
		sockets += facts->present.full[i];
	return threshold_is_reached(count, sockets, THRESHOLD_SHARE_PERCENT);
}

static void judge_kind(const struct facts *facts, struct findings *all,
		       enum finding_kind kind)
{
	const struct held_socket *held = facts->present.held, *end;
	struct held_group best[THRESHOLD_EACH_MAX], g, out;
	uint64_t rest_holders = 0, rest = 0, sum = 0;
	struct finding *last = NULL;
	size_t count = 0, i;

	if (!facts->present.nheld)
		return;
	end = held + facts->present.nheld;
	while (held < end) {
		g = held_group_next(held, end);
		held += g.count;
		if (kind_of(g.oldest) != kind)
			continue;
		sum += g.count;
		out = insert_group(best, &count, g);
		rest_holders += !!out.count;
		rest += out.count;
	}
	if (!matters(facts, kind, sum))
		return;
	for (i = 0; i < count; i++)
		last = report_group(facts, all, &best[i]);
	if (rest_holders)
		finding_evidence(last, "%" PRIu64 " more holder%s %" PRIu64 " more",
				 rest_holders, rest_holders == 1 ? " has" : "s have",
				 rest);
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
	judge_kind(facts, all, FINDING_CLOSE_WAIT);
	judge_kind(facts, all, FINDING_FIN_WAIT2);
	judge_kind(facts, all, FINDING_NEVER_CLOSED);
	judge_kind(facts, all, FINDING_CLOSED_WINDOW);
	judge_kind(facts, all, FINDING_NO_ANSWER);
	judge_orphans(facts, all);
}
