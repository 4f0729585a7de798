// SPDX-License-Identifier: GPL-2.0
/* The model of "top": counts events, keeps the latest connections, makes frames. */
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>

#include "cli/pump.h"
#include "commands/top/live_namespaces.h"
#include "commands/top/live_sockets.h"
#include "commands/top/model.h"
#include "filter/match.h"
#include "source/probes.h"
#include "system/netns.h"
#include "system/port_range.h"
#include "util/parse.h"

/* A connection that has ended. */
struct ended {
	struct conn end[2];	/* if both ends were seen, the active closer is first */
	bool both;		/* both ends were seen */
	enum how how;
	bool lost;		/* see struct verdict */
};

struct top_model {
	struct source *src;
	struct pairing *pairing;
	struct live_namespaces *live;	/* lists sockets; NULL: not live */
	const struct selection *selection;	/* connections to list */
	struct selection all;		/* lists all connections */
	struct top_counts counts;
	uint64_t first_ns;		/* time of the first event in @counts */
	/* the module's counts at the first frame */
	uint64_t unmatched;
	uint64_t unreached;
	uint64_t elsewhere;		/* events in other network namespaces */
	struct ended ended[TOP_ROWS];	/* the last to end: a ring, indexed by @nended */
	uint64_t nended;
};

/*
 * Is an end in a network namespace that is looked at? All connections of a recording
 * count.
 */
static bool is_here(const struct top_model *m, const struct verdict *v)
{
	return !m->live || live_namespaces_has(m->live, v->end[0]->netns) ||
	       (v->end[1] && live_namespaces_has(m->live, v->end[1]->netns));
}

static void on_ended(void *data, const struct verdict *v)
{
	struct top_model *m = data;
	struct ended *e;

	if (v->open || !is_here(m, v))
		return;
	m->counts.ended[v->how]++;
	if (!selection_has_verdict(m->selection, &m->src->header, v))
		return;
	e = &m->ended[m->nended++ % TOP_ROWS];
	e->end[0] = *v->end[0];
	e->both = v->end[1];
	if (e->both)
		e->end[1] = *v->end[1];
	e->how = v->how;
	e->lost = v->lost;
}

struct top_model *top_model_new(struct source *src, const char *netns,
				char why[NETNS_WHY_MAX])
{
	struct top_model *m = calloc(1, sizeof(*m));

	why[0] = '\0';
	if (!m)
		return NULL;
	m->src = src;
	m->selection = &m->all;
	m->pairing = pump_pairing(src, on_ended, m);
	if (m->pairing && src->live)
		m->live = live_namespaces_new(netns, pairing_tracker(m->pairing), why);
	if (m->pairing && (m->live || !src->live)) {
		pairing_be_brief(m->pairing);
		return m;
	}
	top_model_free(m);
	return NULL;
}

void top_model_free(struct top_model *m)
{
	if (!m)
		return;
	live_namespaces_free(m->live);
	pairing_free(m->pairing);
	free(m);
}

void top_choose(struct top_model *m, const struct selection *selection)
{
	m->selection = selection ? selection : &m->all;
	if (m->live)
		live_namespaces_again(m->live);
}

void top_take(struct top_model *m, const struct item *item)
{
	const struct tcpfin_event *ev = item->event;
	const struct conn *conn = pairing_take(m->pairing, item);

	if (conn && m->src->notes_cgroups)
		source_cgroup(m->src, conn->host, conn->cgroup);
	if (item->type != ITEM_EVENT) {
		teardown_counts_loss(&m->counts.steps, item);
		return;
	}
	if (m->live && !live_namespaces_event(m->live, ev)) {
		m->elsewhere++;
		return;
	}
	if (!m->first_ns)
		m->first_ns = ev->time_ns;
	top_count(&m->counts, ev);
}

void top_finish(struct top_model *m)
{
	pairing_finish(m->pairing);
}

static struct top_row row_of(const struct conn *conn)
{
	struct top_row row = {
		.sock = {
			.cookie = conn->cookie, .state = conn->state,
			.family = conn->family, .lport = conn->lport,
			.rport = conn->rport,
		},
		.netns = conn->netns, .host = conn->host,
	};

	memcpy(row.sock.laddr, conn->laddr, sizeof(row.sock.laddr));
	memcpy(row.sock.raddr, conn->raddr, sizeof(row.sock.raddr));
	if (conn->flags & CONN_OWNER) {
		row.by_owner = true;
		row.sock.pid = conn->pid;
		memcpy(row.sock.comm, conn->comm, sizeof(row.sock.comm));
	}
	return row;
}

static void add_ended(const struct top_model *m, unsigned int place,
		      struct top_list *list)
{
	const struct ended *e = &m->ended[place];
	struct top_row row = row_of(&e->end[0]);
	struct verdict v;

	verdict_brief(&e->end[0], e->both ? &e->end[1] : NULL, &v);
	if (!selection_has_verdict(m->selection, &m->src->header, &v))
		return;
	row.how = e->how;
	row.place = place;
	row.ended_ns = e->end[0].touched_ns;
	row.time_wait = conn_span(&e->end[0], TCP_TIME_WAIT);
	if (e->both && e->end[1].touched_ns > row.ended_ns)
		row.ended_ns = e->end[1].touched_ns;
	if (e->both && !row.time_wait.known)
		row.time_wait = conn_span(&e->end[1], TCP_TIME_WAIT);
	list->row[list->count++] = row;
}

static void list_ended(const struct top_model *m, struct top_list *list)
{
	uint64_t n = m->nended < TOP_ROWS ? m->nended : TOP_ROWS;
	uint64_t i;

	for (i = 1; i <= n; i++)
		add_ended(m, (unsigned int)((m->nended - i) % TOP_ROWS), list);
	list->all = list->count;
}

static void list_waiting(const struct top_model *m, const struct conn *conn,
			 struct top_frame *frame)
{
	struct top_row row = row_of(conn);
	struct optional began = conn_began(conn, conn->state);

	if (!selection_has_family(m->selection, conn->family) ||
	    (m->selection->filter && !match_conn(m->selection->filter, conn)))
		return;
	row.sock.exact = began.known;
	if (began.known && frame->now_ns > began.value)
		row.sock.age_ns = frame->now_ns - began.value;
	top_add(&frame->waiting, &row);
}

/* Count the local port of a connection if connect() chose it. */
static void count_port(struct destinations *dests, const struct port_set *ephemeral,
		       const struct conn *conn)
{
	struct destination_key key = {
		.family = conn->family, .rport = conn->rport,
	};
	struct destination *dest;

	if (!port_set_has(ephemeral, conn->lport) ||
	    port_set_has(ephemeral, conn->rport))
		return;
	memcpy(key.laddr, conn->laddr, sizeof(key.laddr));
	memcpy(key.raddr, conn->raddr, sizeof(key.raddr));
	dest = destinations_get(dests, &key);
	if (!dest)
		return;
	dest->ports++;
	dest->selected++;
	dest->time_wait += !!(conn->flags & CONN_MINI);
}

/* Count and list a recording's connections that have not ended. */
static void walk(struct top_model *m, struct top_frame *frame)
{
	const struct tracker *tracker = pairing_tracker(m->pairing);
	const struct conn *conn = tracker_first(tracker);
	struct port_set ephemeral;
	struct destinations dests = { 0 };
	struct sysctl list[SYSCTLS];
	unsigned int state;

	source_sysctls(m->src, list);
	port_range_recorded(list, &ephemeral);
	frame->max_tw_buckets.known = parse_count(sysctl_find(list, "tcp_max_tw_buckets"),
						  &frame->max_tw_buckets.value);
	frame->minis.known = true;
	for (state = TCP_FIN_WAIT1; state < FACTS_STATES; state++)
		frame->now[state].known = true;
	for (; conn; conn = tracker_after(tracker, conn)) {
		if (conn->flags & CONN_ENDED || tracker_is_uncertain(tracker, conn))
			continue;
		frame->now[conn->state % FACTS_STATES].value++;
		frame->minis.value += !!(conn->flags & CONN_MINI);
		count_port(&dests, &ephemeral, conn);
		if (conn->state == TCP_CLOSE_WAIT || conn->state == TCP_FIN_WAIT2)
			list_waiting(m, conn, frame);
	}
	frame->dests = (unsigned int)
		destinations_worst(&dests, frame->dest, FACTS_WORST_MAX);
	destinations_exit(&dests);
}

/* Rates are since the last frame; a recording's first frame's since its start. */
static void count_all(struct top_model *m, uint64_t last_ns, struct top_frame *frame)
{
	const struct tcpfin_header *h = &m->src->header;

	if (!last_ns && !m->live) {
		last_ns = m->first_ns;
	} else if (!last_ns) {
		/* Losses before the first frame are not shown. */
		m->counts.steps.lost = 0;
		m->counts.steps.no_ring = 0;
		m->counts.steps.missed = 0;
		m->unmatched = h->unmatched;
		m->unreached = source_unreached(m->src);
	}
	if (last_ns && frame->now_ns > last_ns)
		frame->span_ns = frame->now_ns - last_ns;
	frame->names = h;
	frame->first_ns = m->first_ns;
	frame->opened = h->scope == TCPFIN_SCOPE_ALL;
	frame->counts = m->counts;
	frame->losses = teardown_counts_losses(&m->counts.steps, m->src);
	frame->losses.unmatched -= m->unmatched;
	frame->losses.unreached -= m->unreached;
	frame->forgotten = tracker_evicted(pairing_tracker(m->pairing));
	frame->elsewhere = m->elsewhere;
	frame->stopped = h->stopped;
	frame->left_out = m->src->left_out;
	choice_made_text(m->src, frame->choice);
	frame->gone = m->src->gone;
}

struct waiting_count {
	const struct top_model *m;
	struct top_counts *counts;
};

static void count_waiting(void *data, const struct verdict *v)
{
	const struct waiting_count *w = data;

	if (is_here(w->m, v))
		w->counts->ended[v->how]++;
}

/*
 * The verdict on an end waits for an event of its peer. Count it as ended all the same:
 * the steps that ended it are in this frame.
 */
static void count_those_that_wait(const struct top_model *m, struct top_frame *frame)
{
	struct waiting_count waiting = { .m = m, .counts = &frame->counts };

	pairing_waiting(m->pairing, count_waiting, &waiting);
}

static void fill(struct top_model *m, struct top_frame *frame)
{
	if (m->live)
		live_namespaces_frame(m->live, m->selection, frame);
	else
		walk(m, frame);
	list_ended(m, &frame->ended);
}

void top_renew(struct top_model *m, uint64_t now_ns, struct top_frame *frame)
{
	const struct top_counts before = frame->counts;
	uint64_t last_ns = frame->now_ns;

	pairing_time(m->pairing, now_ns);
	memset(frame, 0, sizeof(*frame));
	frame->now_ns = now_ns;
	frame->wall_ns = source_wall(m->src, now_ns);
	frame->resolver = m->selection->names;
	frame->live = m->live;
	frame->before = before;
	count_all(m, last_ns, frame);
	count_those_that_wait(m, frame);
	fill(m, frame);
}

void top_relist(struct top_model *m, struct top_frame *frame)
{
	memset(frame->now, 0, sizeof(frame->now));
	frame->unseen = 0;
	frame->why_not[0] = '\0';
	frame->minis = optional_of(false, 0);
	frame->dests = 0;
	frame->waiting.count = 0;
	frame->waiting.all = 0;
	frame->ended.count = 0;
	fill(m, frame);
}

struct drawing {
	struct top_model *m;
	const struct ladder_style *style;
	FILE *out;
};

/* Draw a ladder from a complete verdict; pairing made a brief one. */
static void draw(void *data, const struct verdict *brief)
{
	const struct drawing *d = data;
	const struct ladder_scene scene = {
		.src = d->m->src, .names = d->m->selection->names,
	};
	struct verdict v;

	verdict_of(brief->end[0], brief->end[1], &v);
	v.lost = brief->lost;
	ladder_draw_text(d->out, d->style, &scene, &v);
}

bool top_ladder(struct top_model *m, const struct top_row *row,
		const struct ladder_style *style, FILE *out)
{
	struct drawing d = { .m = m, .style = style, .out = out };
	const struct ended *e = &m->ended[row->place % TOP_ROWS];
	struct verdict v;
	struct conn *conn;

	if (row->ended_ns) {
		if (e->end[0].cookie != row->sock.cookie ||
		    e->end[0].netns != row->netns)
			return false;
		v.end[0] = &e->end[0];
		v.end[1] = e->both ? &e->end[1] : NULL;
		v.lost = e->lost;
		draw(&d, &v);
		return true;
	}
	conn = tracker_find(pairing_tracker(m->pairing), row->host, row->netns,
			    row->sock.cookie);
	if (conn)
		pairing_one(m->pairing, conn, draw, &d);
	return conn;
}
