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
	if (by)
		s->groups = group_table_new(SUMMARY_GROUPS_MAX, GROUP_DIGITS);
	return (s->groups || !by) && !distribution_init(&s->tw, DIGITS) &&
	       !distribution_init(&s->fw2, DIGITS);
}

void summary_stats_exit(struct summary_stats *s)
{
	distribution_exit(&s->tw);
	distribution_exit(&s->fw2);
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

void summary_stats_event(struct summary_stats *s, const struct tcpfin_event *ev,
			 const struct step *step)
{
	teardown_counts_step(&s->counts, ev, step->conn, step->time_wait_over);
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

void summary_stats_groups(struct summary_stats *s, const struct tcpfin_header *header,
			  struct resolver *names,
			  void (*visit)(void *data, const struct group_row *group,
					const char *key), void *data)
{
	char buf[GROUP_KEY_TEXT_MAX];
	const struct group_row *g = NULL;

	if (!s->groups)
		return;
	group_table_sort(s->groups);
	while ((g = group_table_next(s->groups, g))) {
		if (g->key)
			visit(data, g, group_key_text(s->by, g->key, header,
						      names, buf));
		else if (g->ended || g->open)
			visit(data, g, "(other)");
	}
}
