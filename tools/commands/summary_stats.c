// SPDX-License-Identifier: GPL-2.0
/* Counts for "summary": steps, durations, groups, open connections. */
#include <netinet/tcp.h>
#include <string.h>

#include "commands/summary.h"
#include "filter/match.h"
#include "track/conn.h"

/* Percentiles of a group need less precision, and memory, than those of all. */
#define DIGITS		3
#define GROUP_DIGITS	2

bool summary_stats_init(struct summary_stats *s, enum group_by by)
{
	memset(s, 0, sizeof(*s));
	s->by = by;
	s->ends = group_table_new(SUMMARY_GROUPS_MAX, 0);
	if (by)
		s->groups = group_table_new(SUMMARY_GROUPS_MAX, GROUP_DIGITS);
	return s->ends && (s->groups || !by) && !distribution_init(&s->tw, DIGITS) &&
	       !distribution_init(&s->fw2, DIGITS);
}

void summary_stats_exit(struct summary_stats *s)
{
	distribution_exit(&s->tw);
	distribution_exit(&s->fw2);
	group_table_free(s->ends);
	group_table_free(s->groups);
}

static struct group_row *find_group(struct summary_stats *s, const struct conn *conn,
				    const struct tcpfin_event *death)
{
	struct group_key key;

	group_key_make(s->by, conn, &key);
	if (death && s->by == GROUP_BY_REASON)
		group_key_reason(&key, death->reason, death->detail);
	return group_table_find(s->groups, &key, sizeof(key));
}

static void add_time_wait(struct summary_stats *s, const struct tcpfin_event *ev,
			  const struct step *step)
{
	struct group_row *group = s->groups ? find_group(s, step->conn, ev) : NULL;

	if (group)
		group->ended++;
	if (!step->span_known)
		return;
	distribution_add(&s->tw, step->span_ns);
	if (group)
		distribution_add(&group->dist, step->span_ns);
}

static void add_end(struct summary_stats *s, const struct conn *conn)
{
	struct end_group group;

	s->hows[conn_how(conn)]++;
	end_group_of(conn, &group);
	group_table_find(s->ends, &group, sizeof(group))->ended++;
}

void summary_stats_event(struct summary_stats *s, const struct tcpfin_event *ev,
			 const struct step *step)
{
	teardown_counts_step(&s->counts, ev, step->conn, step->time_wait_over);
	if (step->ended)
		add_end(s, step->conn);
	if (step->time_wait_over)
		add_time_wait(s, ev, step);
	else if (step->mini_known &&
		 (ev->kind == TCPFIN_KIND_TW_FLIP ||
		  (ev->kind == TCPFIN_KIND_TW_DEATH && ev->old_state == TCP_FIN_WAIT2)))
		distribution_add(&s->fw2, step->mini_ns);
}

static void count_time_wait(const struct conn *conn, uint64_t now_ns,
			    struct summary_open *open)
{
	struct optional age = conn_age(conn, now_ns);

	open->tw++;
	if (age.known && (!open->tw_oldest.known || age.value > open->tw_oldest.value))
		open->tw_oldest = age;
}

void summary_stats_open(struct summary_stats *s, const struct tracker *tracker,
			uint64_t now_ns, struct summary_open *open)
{
	const struct conn *conn = tracker_first(tracker);

	*open = (struct summary_open){ .filter = open->filter };
	if (s->groups)
		group_table_reset_open(s->groups);
	for (; conn; conn = tracker_after(tracker, conn)) {
		if (!(conn->flags & CONN_MINI) || !match_conn(open->filter, conn))
			continue;
		if (tracker_is_uncertain(tracker, conn)) {
			open->uncertain++;
		} else if (conn->state == TCP_TIME_WAIT) {
			count_time_wait(conn, now_ns, open);
			if (s->groups)
				find_group(s, conn, NULL)->open++;
		} else if (conn->state == TCP_FIN_WAIT2) {
			open->fw2++;
		}
	}
}

uint64_t summary_stats_ended(const struct summary_stats *s)
{
	uint64_t sum = 0;
	unsigned int how;

	for (how = 0; how < HOWS; how++)
		sum += s->hows[how];
	return sum;
}

/* What is done with each group, and how its key is written */
struct visit {
	const struct summary_stats *stats;
	const struct tcpfin_header *header;
	struct resolver *names;
	void (*each)(void *data, const struct summary_group *group);
	void *data;
};

static void visit_group(const struct visit *v, const struct group_row *row)
{
	struct summary_group group = { .row = row };
	char buf[GROUP_KEY_TEXT_MAX];

	if (v->header)
		group.key = group_key_text(v->stats->by, row->key, v->header,
					   v->names, buf);
	v->each(v->data, &group);
}

static void visit_groups(const struct visit *v, struct group_table *table, uint64_t top)
{
	char text[GROUP_REST_TEXT_MAX];
	const struct group_row *row = NULL;
	struct group_rest rest;
	uint64_t i;

	group_table_sort(table);
	for (i = 0; i < top && (row = group_table_next(table, row)) && row->key; i++)
		visit_group(v, row);
	group_table_rest(table, top, &rest);
	if (group_rest_any(&rest))
		v->each(v->data, &(struct summary_group){
			.row = &rest.row, .others = rest.groups + rest.more,
			.key = group_rest_text(&rest, text),
		});
	group_rest_exit(&rest);
}

void summary_stats_groups(struct summary_stats *s, uint64_t top,
			  const struct tcpfin_header *header, struct resolver *names,
			  void (*visit)(void *data, const struct summary_group *group),
			  void *data)
{
	const struct visit v = {
		.stats = s, .header = header, .names = names, .each = visit, .data = data,
	};

	if (s->groups)
		visit_groups(&v, s->groups, top);
}

void summary_stats_ends(struct summary_stats *s, uint64_t top,
			void (*visit)(void *data, const struct summary_group *group),
			void *data)
{
	const struct visit v = { .each = visit, .data = data };

	visit_groups(&v, s->ends, top);
}
