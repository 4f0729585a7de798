// SPDX-License-Identifier: GPL-2.0
/* Takes events, examines network namespaces one after the other, judges them. */
#include <stdlib.h>
#include <string.h>

#include "diagnosis/examination.h"
#include "diagnosis/recorded.h"
#include "diagnosis/rules.h"
#include "filter/match.h"
#include "util/basics.h"

static void begin_one(struct examination *e, struct examined *x)
{
	const struct netns *ns = x->facts.where;

	x->facts.older_ns = e->opts.older_ns;
	x->facts.filtered = e->opts.filter;
	x->snapshot.facts = &x->facts;
	x->snapshot.filter = e->opts.filter;
	if (!ns)
		return;
	x->facts.netns = ns->inode;
	x->facts.is_live = netns_enter(&e->netns, ns, x->facts.why_not) &&
			   snapshot_begin(&x->snapshot, e->started_ns) &&
			   (!e->opts.sample || snapshot_sample(&x->snapshot));
	snapshot_from(&x->snapshot, e->opts.src->header.load_ns);
}

static void begin_recording(struct examination *e)
{
	struct sysctl list[SYSCTLS];

	source_sysctls(e->opts.src, list);
	begin_one(e, &e->list[0]);
	recorded_begin(&e->list[0].snapshot, list);
}

static void begin_live(struct examination *e)
{
	size_t i;

	for (i = 0; i < e->count; i++) {
		e->list[i].facts.where = &e->netns.list[i];
		begin_one(e, &e->list[i]);
	}
	netns_return(&e->netns);
}

struct examination *examination_new(const struct examination_options *opts,
				    char why[NETNS_WHY_MAX])
{
	struct examination *e = calloc(1, sizeof(*e));

	why[0] = '\0';
	if (!e)
		return NULL;
	e->opts = *opts;
	e->netns.own_fd = -1;
	e->count = 1;
	if (opts->src->live) {
		if (!netns_find(opts->netns, &e->netns, why))
			goto err;
		e->count = e->netns.count;
	}
	e->started_ns = source_now(opts->src);
	/* Of a recording nobody asks, and its header may say any number. */
	e->began = calloc(opts->src->live ? opts->src->header.rings : 1,
			  sizeof(*e->began));
	e->list = calloc(e->count, sizeof(*e->list));
	if (!e->began || !e->list)
		goto err;
	if (opts->src->live)
		begin_live(e);
	else
		begin_recording(e);
	return e;
err:
	examination_free(e);
	return NULL;
}

void examination_follow(struct examination *e, const struct tracker *tracker)
{
	size_t i;

	for (i = 0; i < e->count; i++)
		e->list[i].snapshot.tracker = tracker;
}

/* Rates cover the time for which the rings have the events of all CPUs. */
static void restart_rates(struct examination *e, uint64_t time_ns)
{
	size_t i;

	for (i = 0; i < e->count; i++)
		snapshot_from(&e->list[i].snapshot, time_ns);
}

static void take_ring(struct examination *e, const struct item *item)
{
	const struct tcpfin_header *header = &e->opts.src->header;

	if (item->cpu >= header->rings || e->began[item->cpu])
		return;
	e->began[item->cpu] = true;
	if (source_recorded(e->opts.src, item->cpu) > header->records)
		restart_rates(e, item->time_ns);
}

/* Find the examination that an event belongs to. Return false if there is none. */
static bool find(struct examination *e, uint32_t netns, struct examined **x)
{
	const struct netns *ns;

	if (e->opts.src->live && e->list[e->latest].facts.netns != netns) {
		ns = netns_get(&e->netns, netns);
		if (!ns)
			return false;
		e->latest = ns - e->netns.list;
	}
	*x = &e->list[e->latest];
	return true;
}

void examination_event(struct examination *e, const struct item *item,
		       const struct conn *conn)
{
	const struct tcpfin_event *ev = item->event;
	struct source *src = e->opts.src;
	/* A step ends its end if nothing of the end came later. */
	const struct step step = {
		.conn = (struct conn *)conn,
		.ended = conn->flags & CONN_ENDED && conn->touched_ns == ev->time_ns,
	};
	struct examined *x;
	bool chosen;

	if (src->live)
		take_ring(e, item);
	if (!e->counts.events && !e->elsewhere && !e->left_out)
		e->counts.first_ns = ev->time_ns;
	e->counts.last_ns = ev->time_ns;
	if (!find(e, ev->netns, &x)) {
		e->elsewhere++;
		return;
	}
	chosen = match_step(e->opts.filter, &src->header, ev, &step);
	if (src->live) {
		snapshot_event(&x->snapshot, ev);
		snapshot_ended(&x->snapshot, ev, chosen);
	}
	if (!chosen) {
		e->left_out++;
		return;
	}
	e->counts.events++;
	history_event(&x->facts.history, ev, conn);
}

/* The connection belongs to where the end is that tells how it ended. */
void examination_verdict(struct examination *e, const struct verdict *v)
{
	const struct conn *other = v->end[!v->by];
	struct examined *x;

	if (!find(e, v->end[v->by]->netns, &x) &&
	    !(other && find(e, other->netns, &x)))
		return;
	if (match_verdict(e->opts.filter, &e->opts.src->header, v))
		resets_take(&x->facts.history.resets, v, snapshot_serves, &x->snapshot);
}

void examination_loss(struct examination *e, const struct item *item)
{
	teardown_counts_loss(&e->counts, item);
	if (item->type == ITEM_LOST && e->opts.src->live)
		restart_rates(e, item->time_ns);
}

static void end_one(struct examination *e, struct examined *x)
{
	struct facts *facts = &x->facts;
	struct teardown_counts *counts = &facts->history.counts;

	counts->first_ns = e->counts.first_ns;
	counts->last_ns = e->counts.last_ns;
	counts->lost = e->counts.lost;
	counts->no_ring = e->counts.no_ring;
	counts->missed = e->counts.missed;
	facts->now_ns = source_now(e->opts.src);
	facts->wall_ns = source_wall(e->opts.src, facts->now_ns);
	if (facts->is_recorded)
		recorded_sockets(&x->snapshot);
	if (!facts->is_live)
		return;
	if (e->opts.sample)
		facts->sample_ns = facts->now_ns - e->started_ns;
	facts->window_ns = saturating_sub(facts->now_ns, x->snapshot.window_ns);
	facts->is_live = netns_enter(&e->netns, facts->where, facts->why_not) &&
			 snapshot_sockets(&x->snapshot);
	if (facts->is_live)
		snapshot_want(&x->snapshot, &e->owners, &e->peers);
}

/*
 * Look for the other ends of sockets: they may be in any namespace. Those of a namespace
 * that has gone meanwhile are not seen.
 */
static void find_peers(struct examination *e)
{
	char why[NETNS_WHY_MAX];
	size_t i;

	peers_sort(&e->peers);
	for (i = 0; e->peers.count && i < e->count; i++)
		if (e->list[i].facts.is_live &&
		    netns_enter(&e->netns, e->list[i].facts.where, why))
			snapshot_peers(&e->list[i].snapshot, &e->peers);
}

/*
 * Is there a waiting socket that a process must have, and none was found? Sockets that
 * were closed before the processes were searched are dropped.
 */
static bool recheck_hidden(struct examination *e, struct examined *x)
{
	char why[NETNS_WHY_MAX];

	if (snapshot_hides(&x->snapshot) && netns_enter(&e->netns, x->facts.where, why))
		snapshot_recheck(&x->snapshot);
	return snapshot_hides(&x->snapshot);
}

/* Find out who holds the sockets of all namespaces, in one search. */
static void find_owners(struct examination *e)
{
	bool done = true, hidden = false;
	size_t i;

	for (i = 0; i < e->peers.count; i++)
		done = socket_owners_want(&e->owners, e->peers.list[i].inode) && done;
	e->list[0].snapshot.failed |= !done;
	socket_owners_read(&e->owners, "/proc");
	if (e->owners.initial_pids)
		peers_name(&e->peers, e->list[0].snapshot.tracker);
	for (i = 0; i < e->count; i++) {
		if (!e->list[i].facts.is_live)
			continue;
		snapshot_owned(&e->list[i].snapshot, &e->owners, &e->peers);
		e->list[i].facts.present.places = &e->places;
		hidden = recheck_hidden(e, &e->list[i]) || hidden;
	}
	netns_return(&e->netns);
	if (hidden)
		file_places_find(&e->places, "/proc");
}

static void add_up(struct examination *e, const struct facts *facts)
{
	const struct facts_present *now = &facts->present;
	struct facts_present *sum = &e->sum;
	unsigned int i;

	e->ends += facts->history.ends;
	e->looked_at += facts->is_live;
	if (!facts->is_live)
		return;
	sum->sockets += now->sockets;
	for (i = 0; i < FACTS_STATES; i++)
		sum->full[i] += now->full[i];
	sum->time_waits += now->time_waits;
	sum->fin_wait2s += now->fin_wait2s;
	sum->held_left_out += now->held_left_out;
	sum->dests_left_out += now->dests_left_out;
}

bool examination_end(struct examination *e)
{
	bool done = true;
	size_t i;

	for (i = 0; i < e->count; i++)
		end_one(e, &e->list[i]);
	if (e->opts.src->live) {
		find_peers(e);
		netns_return(&e->netns);
		find_owners(e);
	}
	for (i = 0; i < e->count; i++) {
		done = done && !e->list[i].snapshot.failed;
		rules_judge(&e->list[i].facts, &e->findings);
		add_up(e, &e->list[i].facts);
	}
	return done && !e->findings.failed;
}

void examination_free(struct examination *e)
{
	size_t i;

	if (!e)
		return;
	for (i = 0; e->list && i < e->count; i++) {
		snapshot_end(&e->list[i].snapshot);
		free(e->list[i].facts.present.held);
	}
	socket_owners_free(&e->owners);
	peers_free(&e->peers);
	netns_free(&e->netns);
	free(e->list);
	free(e->began);
	free(e);
}
