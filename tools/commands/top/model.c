// SPDX-License-Identifier: GPL-2.0
/* The model of "top": counts steps, keeps what ended last, makes frames. */
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/follow.h"
#include "commands/top/live_sockets.h"
#include "commands/top/model.h"
#include "filter/match.h"
#include "system/port_range.h"
#include "util/parse.h"

/**
 * struct ended - a connection that has ended
 * @end: its ends; the one that closed first is first, if both were seen
 * @both: they were
 * @how: how it ended
 * @lost: see struct tcpfin_verdict
 */
struct ended {
	struct tcpfin_conn end[2];
	bool both;
	enum tcpfin_how how;
	bool lost;
};

/**
 * struct tcpfin_top_model - the model
 * @netns: this network namespace, if the source is this machine
 * @look: looks at it then, otherwise NULL
 * @chosen: what is listed
 * @all: that is all
 * @counts: what was counted
 * @first_ns: time of the earliest step that was
 * @lost: records overwritten unread
 * @missed: calls that the probes were not given
 * @unmatched: of the module's count what was there before the first frame
 * @elsewhere: steps in other network namespaces
 * @ended: those that ended last, at @nended modulo their number the next
 */
struct tcpfin_top_model {
	struct tcpfin_source *src;
	struct tcpfin_teardowns *teardowns;
	struct tcpfin_top_look *look;
	uint32_t netns;
	const struct tcpfin_chosen *chosen;
	struct tcpfin_chosen all;
	struct tcpfin_top_counts counts;
	uint64_t first_ns;
	uint64_t lost;
	uint64_t missed;
	uint64_t unmatched;
	uint64_t elsewhere;
	struct ended ended[TCPFIN_TOP_ROWS];
	uint64_t nended;
};

/* With both ends on this machine it is enough that one is in here. */
static bool is_here(const struct tcpfin_top_model *m,
		    const struct tcpfin_verdict *v)
{
	return !m->look || v->end[0]->netns == m->netns ||
	       (v->end[1] && v->end[1]->netns == m->netns);
}

static void on_ended(void *data, const struct tcpfin_verdict *v)
{
	struct tcpfin_top_model *m = data;
	struct ended *e;

	if (v->open || !is_here(m, v))
		return;
	m->counts.ended[v->how]++;
	if (!tcpfin_verdict_is_chosen(m->chosen, &m->src->header, v))
		return;
	e = &m->ended[m->nended++ % TCPFIN_TOP_ROWS];
	e->end[0] = *v->end[0];
	e->both = v->end[1];
	if (e->both)
		e->end[1] = *v->end[1];
	e->how = v->how;
	e->lost = v->lost;
}

static bool look_at_machine(struct tcpfin_top_model *m)
{
	struct stat st;

	if (stat("/proc/self/ns/net", &st))
		return false;
	m->netns = (uint32_t)st.st_ino;
	m->look = tcpfin_top_look_new(tcpfin_teardowns_tracker(m->teardowns),
				      m->netns);
	return m->look;
}

struct tcpfin_top_model *tcpfin_top_model_new(struct tcpfin_source *src,
					      bool live)
{
	struct tcpfin_top_model *m = calloc(1, sizeof(*m));

	if (!m)
		return NULL;
	m->src = src;
	m->chosen = &m->all;
	m->teardowns = tcpfin_teardowns_new(TCPFIN_TRACKED_MAX,
					    tcpfin_follow_grace_ns(src),
					    on_ended, m);
	if (m->teardowns && (!live || look_at_machine(m))) {
		tcpfin_teardowns_be_brief(m->teardowns);
		return m;
	}
	tcpfin_top_model_free(m);
	return NULL;
}

void tcpfin_top_model_free(struct tcpfin_top_model *m)
{
	if (!m)
		return;
	tcpfin_top_look_free(m->look);
	tcpfin_teardowns_free(m->teardowns);
	free(m);
}

void tcpfin_top_choose(struct tcpfin_top_model *m,
		       const struct tcpfin_chosen *chosen)
{
	m->chosen = chosen ? chosen : &m->all;
	if (m->look)
		tcpfin_top_look_again(m->look);
}

static void count_event(struct tcpfin_top_model *m,
			const struct tcpfin_event *ev)
{
	if (m->look && ev->netns != m->netns) {
		m->elsewhere++;
		return;
	}
	if (!m->first_ns)
		m->first_ns = ev->time_ns;
	tcpfin_top_count(&m->counts, ev);
	if (m->look)
		tcpfin_top_look_event(m->look, ev);
}

void tcpfin_top_take(struct tcpfin_top_model *m, const struct tcpfin_item *item)
{
	tcpfin_teardowns_take(m->teardowns, item);
	if (item->type == TCPFIN_ITEM_EVENT)
		count_event(m, item->event);
	else if (item->type == TCPFIN_ITEM_LOST)
		m->lost += item->count;
	else
		m->missed += item->count;
}

void tcpfin_top_finish(struct tcpfin_top_model *m)
{
	tcpfin_teardowns_finish(m->teardowns);
}

static struct tcpfin_top_row row_of(const struct tcpfin_conn *conn)
{
	struct tcpfin_top_row row = {
		.sock = {
			.cookie = conn->cookie, .state = conn->state,
			.family = conn->family, .lport = conn->lport,
			.rport = conn->rport,
		},
		.netns = conn->netns, .host = conn->host,
	};

	memcpy(row.sock.laddr, conn->laddr, sizeof(row.sock.laddr));
	memcpy(row.sock.raddr, conn->raddr, sizeof(row.sock.raddr));
	if (conn->flags & TCPFIN_CONN_OWNER) {
		row.by_owner = true;
		row.sock.pid = conn->pid;
		memcpy(row.sock.comm, conn->comm, sizeof(row.sock.comm));
	}
	return row;
}

static void add_ended(const struct tcpfin_top_model *m, unsigned int place,
		      struct tcpfin_top_list *list)
{
	const struct ended *e = &m->ended[place];
	struct tcpfin_top_row row = row_of(&e->end[0]);
	struct tcpfin_verdict v;

	tcpfin_verdict_brief(&e->end[0], e->both ? &e->end[1] : NULL, &v);
	if (!tcpfin_verdict_is_chosen(m->chosen, &m->src->header, &v))
		return;
	row.how = e->how;
	row.place = place;
	row.ended_ns = e->end[0].touched_ns;
	row.time_wait = tcpfin_conn_span(&e->end[0], TCP_TIME_WAIT);
	if (e->both && e->end[1].touched_ns > row.ended_ns)
		row.ended_ns = e->end[1].touched_ns;
	if (e->both && !row.time_wait.known)
		row.time_wait = tcpfin_conn_span(&e->end[1], TCP_TIME_WAIT);
	list->row[list->count++] = row;
}

static void list_ended(const struct tcpfin_top_model *m,
		       struct tcpfin_top_list *list)
{
	uint64_t n = m->nended < TCPFIN_TOP_ROWS ? m->nended : TCPFIN_TOP_ROWS;
	uint64_t i;

	for (i = 1; i <= n; i++)
		add_ended(m, (unsigned int)((m->nended - i) % TCPFIN_TOP_ROWS),
			  list);
	list->all = list->count;
}

static void list_waiting(const struct tcpfin_top_model *m,
			 const struct tcpfin_conn *conn,
			 struct tcpfin_top_frame *frame)
{
	struct tcpfin_top_row row = row_of(conn);
	struct tcpfin_fact began = tcpfin_conn_began(conn, conn->state);

	if (!tcpfin_family_is_chosen(m->chosen, conn->family) ||
	    (m->chosen->filter &&
	     !tcpfin_conn_matches(m->chosen->filter, conn)))
		return;
	row.sock.exact = began.known;
	if (began.known && frame->now_ns > began.value)
		row.sock.age_ns = frame->now_ns - began.value;
	tcpfin_top_add(&frame->waiting, &row);
}

/* A connection from a port that connect() chooses to one that it does not. */
static void count_port(struct tcpfin_dests *dests,
		       const struct tcpfin_ports *ephemeral,
		       const struct tcpfin_conn *conn)
{
	struct tcpfin_dest_key key = {
		.family = conn->family, .rport = conn->rport,
	};
	struct tcpfin_dest *dest;

	if (!tcpfin_ports_has(ephemeral, conn->lport) ||
	    tcpfin_ports_has(ephemeral, conn->rport))
		return;
	memcpy(key.laddr, conn->laddr, sizeof(key.laddr));
	memcpy(key.raddr, conn->raddr, sizeof(key.raddr));
	dest = tcpfin_dests_get(dests, &key);
	if (!dest)
		return;
	dest->ports++;
	dest->chosen++;
	dest->time_wait += !!(conn->flags & TCPFIN_CONN_MINI);
}

static void read_settings(struct tcpfin_top_model *m,
			  struct tcpfin_ports *ephemeral,
			  struct tcpfin_top_frame *frame)
{
	struct tcpfin_sysctl list[TCPFIN_SYSCTLS];
	unsigned int i;
	uint64_t places;

	tcpfin_source_sysctls(m->src, list);
	for (i = 0; i < TCPFIN_SYSCTLS; i++) {
		if (!strcmp(list[i].name, "ip_local_port_range"))
			tcpfin_ports_ephemeral(list[i].value, NULL, ephemeral);
		else if (!strcmp(list[i].name, "tcp_max_tw_buckets") &&
			 tcpfin_parse_count(list[i].value, &places))
			frame->places = tcpfin_fact(true, places);
	}
}

/* All that a recording can tell of what has not ended. */
static void walk(struct tcpfin_top_model *m, struct tcpfin_top_frame *frame)
{
	const struct tcpfin_tracker *tracker =
		tcpfin_teardowns_tracker(m->teardowns);
	const struct tcpfin_conn *conn = tcpfin_tracker_first(tracker);
	struct tcpfin_ports ephemeral = { { 0 } };
	struct tcpfin_dests dests = { 0 };
	unsigned int state;

	read_settings(m, &ephemeral, frame);
	frame->minis.known = true;
	for (state = TCP_FIN_WAIT1; state < TCPFIN_STATES; state++)
		frame->now[state].known = true;
	for (; conn; conn = tcpfin_tracker_after(tracker, conn)) {
		if (conn->flags & TCPFIN_CONN_ENDED ||
		    tcpfin_tracker_is_uncertain(tracker, conn))
			continue;
		frame->now[conn->state % TCPFIN_STATES].value++;
		frame->minis.value += !!(conn->flags & TCPFIN_CONN_MINI);
		count_port(&dests, &ephemeral, conn);
		if (conn->state == TCP_CLOSE_WAIT ||
		    conn->state == TCP_FIN_WAIT2)
			list_waiting(m, conn, frame);
	}
	frame->dests = (unsigned int)
		tcpfin_dests_worst(&dests, frame->dest, TCPFIN_WORST_MAX);
	tcpfin_dests_exit(&dests);
}

/* What the rings had lost before it began is nobody's trouble now. */
static void forget_losses(struct tcpfin_top_model *m)
{
	m->lost = 0;
	m->missed = 0;
	m->unmatched = m->src->header.unmatched;
}

/* Rates are since the last frame; a recording's first is of all before it. */
static void count_all(struct tcpfin_top_model *m, uint64_t last_ns,
		      struct tcpfin_top_frame *frame)
{
	const struct tcpfin_tracker *tracker =
		tcpfin_teardowns_tracker(m->teardowns);
	const struct tcpfin_header *h = &m->src->header;

	if (!last_ns && !m->look)
		last_ns = m->first_ns;
	else if (!last_ns)
		forget_losses(m);
	if (last_ns && frame->now_ns > last_ns)
		frame->span_ns = frame->now_ns - last_ns;
	frame->names = h;
	frame->first_ns = m->first_ns;
	frame->opened = h->scope == TCPFIN_SCOPE_ALL;
	frame->counts = m->counts;
	frame->lost = m->lost;
	frame->missed = m->missed;
	frame->unmatched = h->unmatched - m->unmatched;
	frame->forgotten = tcpfin_tracker_evicted(tracker);
	frame->elsewhere = m->elsewhere;
	frame->stopped = h->stopped;
	frame->gone = m->src->gone;
}

static void fill(struct tcpfin_top_model *m, struct tcpfin_top_frame *frame)
{
	if (m->look)
		tcpfin_top_look_frame(m->look, m->chosen, frame);
	else
		walk(m, frame);
	list_ended(m, &frame->ended);
}

void tcpfin_top_renew(struct tcpfin_top_model *m, uint64_t now_ns,
		      struct tcpfin_top_frame *frame)
{
	const struct tcpfin_top_counts before = frame->counts;
	uint64_t last_ns = frame->now_ns;

	tcpfin_teardowns_time(m->teardowns, now_ns);
	memset(frame, 0, sizeof(*frame));
	frame->now_ns = now_ns;
	frame->wall_ns = tcpfin_source_wall(m->src, now_ns);
	frame->resolver = m->chosen->names;
	frame->live = m->look;
	frame->before = before;
	count_all(m, last_ns, frame);
	fill(m, frame);
}

void tcpfin_top_relist(struct tcpfin_top_model *m,
		       struct tcpfin_top_frame *frame)
{
	memset(frame->now, 0, sizeof(frame->now));
	frame->minis = tcpfin_fact(false, 0);
	frame->dests = 0;
	frame->waiting.count = 0;
	frame->waiting.all = 0;
	frame->ended.count = 0;
	fill(m, frame);
}

/**
 * struct drawing - a ladder that is to be drawn
 */
struct drawing {
	struct tcpfin_top_model *m;
	const struct tcpfin_ladder_style *style;
	FILE *out;
};

/* Verdicts were brief until here. */
static void draw(void *data, const struct tcpfin_verdict *brief)
{
	const struct drawing *d = data;
	const struct tcpfin_ladder_scene scene = {
		.src = d->m->src, .names = d->m->chosen->names,
	};
	struct tcpfin_verdict v;

	tcpfin_verdict_make(brief->end[0], brief->end[1], &v);
	v.lost = brief->lost;
	tcpfin_ladder_draw(d->out, d->style, &scene, &v);
}

bool tcpfin_top_ladder(struct tcpfin_top_model *m,
		       const struct tcpfin_top_row *row,
		       const struct tcpfin_ladder_style *style, FILE *out)
{
	struct drawing d = { .m = m, .style = style, .out = out };
	const struct ended *e = &m->ended[row->place % TCPFIN_TOP_ROWS];
	struct tcpfin_verdict v;
	struct tcpfin_conn *conn;

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
	conn = tcpfin_tracker_find(tcpfin_teardowns_tracker(m->teardowns),
				   row->host, row->netns, row->sock.cookie);
	if (conn)
		tcpfin_teardowns_one(m->teardowns, conn, draw, &d);
	return conn;
}
