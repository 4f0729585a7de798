// SPDX-License-Identifier: GPL-2.0
/* Adds up the numbers of a report in memory of a fixed size. */
#include <netinet/tcp.h>
#include <stdlib.h>

#include "commands/report/model.h"
#include "diagnosis/thresholds.h"

struct report *report_new(uint64_t wall_offset_ns, bool whole)
{
	struct report *r = calloc(1, sizeof(*r));

	if (!r)
		return NULL;
	r->wall_offset_ns = wall_offset_ns;
	r->whole = whole;
	r->retransmits = retransmits_new();
	r->processes = group_table_new(REPORT_GROUPS_MAX, 0);
	r->destinations = group_table_new(REPORT_GROUPS_MAX, 0);
	if (r->retransmits && r->processes && r->destinations &&
	    !distribution_init(&r->time_wait.dist, 3) &&
	    !distribution_init(&r->cut_short.dist, 3) &&
	    !distribution_init(&r->half_close.dist, 3) &&
	    !distribution_init(&r->close_wait.dist, 3))
		return r;
	report_free(r);
	return NULL;
}

void report_free(struct report *r)
{
	if (!r)
		return;
	slowest_free(&r->slowest);
	slowest_free(&r->longest);
	variants_free(&r->variants);
	distribution_exit(&r->time_wait.dist);
	distribution_exit(&r->cut_short.dist);
	distribution_exit(&r->half_close.dist);
	distribution_exit(&r->close_wait.dist);
	group_table_free(r->processes);
	group_table_free(r->destinations);
	retransmits_free(r->retransmits);
	free(r);
}

static void add(struct report *r, unsigned int series, uint64_t time_ns, int64_t count)
{
	if (!r->timeline.started)
		timeline_start(&r->timeline, time_ns, time_ns + r->wall_offset_ns);
	timeline_add(&r->timeline, series, time_ns, count);
}

static void take_netns(struct report *r, uint8_t host, uint32_t netns)
{
	unsigned int i;

	for (i = 0; i < r->nnetns; i++)
		if (r->netns[i].netns == netns && r->netns[i].host == host)
			return;
	if (i == REPORT_NETNS_MAX)
		return;
	r->netns[i].netns = netns;
	r->netns[i].host = host;
	r->nnetns++;
}

/* Count the mini-sockets that exist, to find the largest number at once. */
static void count_minis(struct report *r, const struct tcpfin_event *ev,
			const struct conn *conn)
{
	if (ev->kind == TCPFIN_KIND_TW_BIRTH)
		timeline_most(&r->timeline, ev->time_ns, ++r->minis);
	else if (ev->kind == TCPFIN_KIND_TW_DEATH && r->minis &&
		 conn->flags & CONN_BIRTH && conn->mini_ns >= r->gap_ns)
		r->minis--;
}

void report_event(struct report *r, const struct item *item, const struct conn *conn)
{
	const struct tcpfin_event *ev = item->event;

	r->counts.events++;
	add(r, SERIES_LOSS, ev->time_ns, 0);
	count_minis(r, ev, conn);
	take_netns(r, item->host, ev->netns);
	retransmits_take(r->retransmits, item, conn);
}

void report_gap(struct report *r, const struct item *item)
{
	if (item->type == ITEM_LOST || item->mini) {
		r->minis = 0;
		r->gap_ns = item->time_ns;
	}
	teardown_counts_loss(&r->counts, item);
	add(r, SERIES_LOSS, item->time_ns,
	    item->count > INT32_MAX ? INT32_MAX : (int64_t)item->count);
}

static bool is_over(const struct conn *conn)
{
	return conn->flags & CONN_ENDED;
}

/*
 * Return an end that is not over, preferably not in TIME_WAIT; NULL if both are
 * over.
 */
static const struct conn *open_end(const struct verdict *v)
{
	const struct conn *open = NULL;
	unsigned int i;

	for (i = 0; i < 2 && v->end[i]; i++) {
		if (is_over(v->end[i]))
			continue;
		if (!open || open->state == TCP_TIME_WAIT)
			open = v->end[i];
	}
	return open;
}

static enum outcome how_outcome(enum how how)
{
	static const enum outcome outcomes[HOWS] = {
		[HOW_OPEN] = OUTCOME_OPEN, [HOW_FIN] = OUTCOME_FIN,
		[HOW_RST_SENT] = OUTCOME_RESET, [HOW_RST_RCVD] = OUTCOME_RESET,
		[HOW_ABORTED] = OUTCOME_RESET, [HOW_TIMEOUT] = OUTCOME_TIMEOUT,
		[HOW_FW2_TIMEOUT] = OUTCOME_TIMEOUT, [HOW_KILLED] = OUTCOME_OTHER,
		[HOW_NETNS] = OUTCOME_OTHER, [HOW_REFUSED] = OUTCOME_OTHER,
		[HOW_TAKEN] = OUTCOME_OTHER, [HOW_ERROR] = OUTCOME_OTHER,
		[HOW_UNKNOWN] = OUTCOME_UNKNOWN,
	};

	return outcomes[how];
}

/*
 * Return when an end began to close; if not seen, the last step's time, as not
 * known.
 */
static struct optional teardown_began(const struct conn *conn)
{
	struct optional first = { false, conn->touched_ns };
	unsigned int state;

	for (state = TCP_FIN_WAIT1; state <= TCP_CLOSING; state++) {
		struct optional at;

		if (!(BIT(state) & TEARDOWN_STATES))
			continue;
		at = conn_began(conn, (uint8_t)state);
		if (at.known && at.value <= first.value)
			first = at;
	}
	return first;
}

/* Return how long a connection that is not over has been closing, at least. */
static uint64_t closing_ns(const struct verdict *v, uint64_t now_ns)
{
	uint64_t age = 0, since;
	unsigned int i;

	for (i = 0; i < 2 && v->end[i]; i++) {
		since = saturating_sub(now_ns, teardown_began(v->end[i]).value);
		age = since > age ? since : age;
	}
	return age;
}

enum outcome verdict_outcome(const struct verdict *v, uint64_t now_ns)
{
	const struct conn *open = open_end(v);

	if (!open)
		return how_outcome(v->how);
	if (v->lost)
		return OUTCOME_UNKNOWN;
	if (open->state == TCP_TIME_WAIT)
		return OUTCOME_WAITING;
	return closing_ns(v, now_ns) > THRESHOLD_OLDER_NS ? OUTCOME_OLD : OUTCOME_OPEN;
}

/* With other reasons the detail is a number of tries or a state: not tallied. */
static uint8_t tally_detail(const struct conn *conn)
{
	bool tallied = conn->reason == TCPFIN_REASON_ABORTED ||
		       conn->reason == TCPFIN_REASON_RST_SENT ||
		       conn->reason == TCPFIN_REASON_CALLER;

	return tallied ? conn->detail : 0;
}

static void take_tally(struct report *r, const struct verdict *v, enum outcome outcome)
{
	const struct conn *conn = v->end[v->by], *open = open_end(v);
	struct tally new = {
		.how = v->how, .reason = conn->reason,
		.detail = tally_detail(conn), .outcome = outcome, .count = 1,
	};
	unsigned int i;

	if (open) {
		new.how = v->lost ? HOW_UNKNOWN : HOW_OPEN;
		new.reason = 0;
		new.detail = v->lost ? 0 : open->state;
	}
	for (i = 0; i < r->tallies; i++) {
		struct tally *t = &r->tally[i];

		if (t->how == new.how && t->reason == new.reason &&
		    t->detail == new.detail && t->outcome == new.outcome) {
			t->count++;
			return;
		}
	}
	if (i == REPORT_TALLIES_MAX) {
		r->tally_rest++;
	} else {
		r->tally[i] = new;
		r->tallies++;
	}
}

static void take_open_span(struct state_times *l, struct optional began, uint64_t now_ns)
{
	struct optional age = optional_between(began, optional_of(true, now_ns));

	l->open++;
	if (age.known && (!l->oldest.known || age.value > l->oldest.value))
		l->oldest = age;
}

static void take_state(struct state_times *l, const struct conn *conn,
		       uint8_t state, uint64_t now_ns)
{
	struct optional span;

	if (!conn_was_in(conn, BIT(state)))
		return;
	span = conn_span(conn, state);
	if (span.known)
		distribution_add(&l->dist, span.value);
	else if (!is_over(conn) && conn->state == state)
		take_open_span(l, conn_began(conn, state), now_ns);
	else
		l->cut++;
}

/* Half-close: the closer is in FIN_WAIT2 and waits for the other FIN. */
static void take_half_close(struct report *r, const struct verdict *v, uint64_t now_ns)
{
	const struct conn *conn = open_end(v);

	if (v->half_close_ns.known)
		distribution_add(&r->half_close.dist, v->half_close_ns.value);
	else if (conn && conn->state == TCP_FIN_WAIT2)
		take_open_span(&r->half_close, conn_began(conn, TCP_FIN_WAIT2), now_ns);
	else if (conn_was_in(v->end[0], BIT(TCP_FIN_WAIT2)))
		r->half_close.cut++;
}

/*
 * A mini-socket is in FIN_WAIT2 from its birth to the other FIN or to its end,
 * and in TIME_WAIT from the other FIN on.
 */
static void take_mini(struct report *r, const struct conn *conn)
{
	struct optional tw = conn_began(conn, TCP_TIME_WAIT);
	bool over = is_over(conn);
	uint8_t last = over ? conn->old_state : conn->state;

	if (!(conn->flags & CONN_MINI))
		return;
	if (conn->flags & CONN_BIRTH &&
	    (tw.known ? conn->mini_ns < tw.value : last == TCP_FIN_WAIT2)) {
		add(r, SERIES_FW2, conn->mini_ns, 1);
		if (tw.known || over)
			add(r, SERIES_FW2, tw.known ? tw.value : conn->touched_ns, -1);
	}
	if (tw.known)
		add(r, SERIES_TW, tw.value, 1);
	if (over && last == TCP_TIME_WAIT)
		add(r, tw.known ? SERIES_TW : SERIES_UNSEEN, conn->touched_ns, -1);
}

static void take_time_wait_end(struct report *r, const struct conn *conn)
{
	r->counts.extensions += conn->extended;
	if (!is_over(conn))
		return;
	if (conn->flags & CONN_REFUSED) {
		r->counts.refused++;
		add(r, SERIES_REFUSED, conn->touched_ns, 1);
	}
	if (conn->flags & CONN_MINI && conn->old_state == TCP_TIME_WAIT)
		reason_counts_add(&r->counts.tw_ends, conn->reason, conn->detail);
}

/* Return when an end entered TIME_WAIT or ended without TIME_WAIT. */
static uint64_t teardown_ended(const struct conn *conn)
{
	struct optional tw = conn_began(conn, TCP_TIME_WAIT);

	return tw.known ? tw.value : conn->touched_ns;
}

static void take_time(struct report *r, const struct verdict *v,
		      enum outcome outcome, uint64_t now_ns)
{
	struct optional from = teardown_began(v->end[0]), other;
	uint64_t to = teardown_ended(v->end[0]);

	if (v->end[1]) {
		other = teardown_began(v->end[1]);
		if (other.value < from.value)
			from.value = other.value;
		from.known |= other.known;
		if (teardown_ended(v->end[1]) > to)
			to = teardown_ended(v->end[1]);
	}
	add(r, SERIES_OUTCOME + outcome, from.value, 1);
	if (!from.known || (v->open && v->lost))
		return;
	if (outcome == OUTCOME_OPEN || outcome == OUTCOME_OLD)
		r->failed |= now_ns > from.value &&
			     !slowest_take(&r->longest, v, now_ns - from.value, r->retransmits);
	else if (!v->partial)
		r->failed |= to > from.value &&
			     !slowest_take(&r->slowest, v, to - from.value, r->retransmits);
}

/* With scope=all the verdict may be of a connection that no end has begun to close. */
static bool is_teardown(const struct verdict *v)
{
	unsigned int i;

	for (i = 0; i < 2 && v->end[i]; i++)
		if (is_over(v->end[i]) || conn_was_in(v->end[i], TEARDOWN_STATES))
			return true;
	return false;
}

static void count_end(struct group_row *row, const struct conn *conn, uint64_t now_ns)
{
	uint64_t age;

	if (is_over(conn) || conn->state == TCP_TIME_WAIT) {
		row->ended++;
		row->ends[is_over(conn) ? conn_how(conn) : HOW_FIN]++;
		return;
	}
	age = saturating_sub(now_ns, teardown_began(conn).value);
	row->open++;
	if (age > row->oldest_ns)
		row->oldest_ns = age;
}

/* Count an end with its process and with its destination. */
static void take_groups(struct report *r, const struct conn *conn, uint64_t now_ns)
{
	struct end_group key;

	if (!is_over(conn) && !(conn_bit(conn->state) & TEARDOWN_STATES))
		return;
	end_group_by_process(conn, &key);
	count_end(group_table_find(r->processes, &key, sizeof(key)), conn, now_ns);
	end_group_by_destination(conn, &key);
	count_end(group_table_find(r->destinations, &key, sizeof(key)), conn, now_ns);
}

void report_verdict(struct report *r, const struct verdict *v, uint64_t now_ns)
{
	enum outcome outcome = verdict_outcome(v, now_ns);
	unsigned int i;

	if (!is_teardown(v))
		return;
	if (v->open && v->lost)
		r->uncertain++;
	r->connections++;
	r->partial += v->partial;
	r->outcome[outcome]++;
	r->closer[v->closer]++;
	take_tally(r, v, outcome);
	take_time(r, v, outcome, now_ns);
	r->failed |= !variants_take(&r->variants, v, r->retransmits);
	for (i = 0; i < 2 && v->end[i]; i++) {
		const struct conn *conn = v->end[i];
		bool cut_short = is_over(conn) && conn->reason != TCPFIN_REASON_EXPIRED;

		if (is_over(conn))
			retransmits_drop(r->retransmits, conn);
		else if (v->lost)
			continue;
		take_groups(r, conn, now_ns);
		take_state(cut_short ? &r->cut_short : &r->time_wait, conn,
			   TCP_TIME_WAIT, now_ns);
		take_state(&r->close_wait, conn, TCP_CLOSE_WAIT, now_ns);
		take_mini(r, conn);
		take_time_wait_end(r, conn);
	}
	if (!(v->open && v->lost))
		take_half_close(r, v, now_ns);
}

static int compare(const void *one, const void *other)
{
	const struct tally *a = one, *b = other;

	if (a->count != b->count)
		return a->count > b->count ? -1 : 1;
	if (a->how != b->how)
		return a->how < b->how ? -1 : 1;
	if (a->outcome != b->outcome)
		return a->outcome > b->outcome ? -1 : 1;
	return a->reason - b->reason ? a->reason - b->reason : a->detail - b->detail;
}

void report_finish(struct report *r, uint64_t now_ns)
{
	r->now_ns = now_ns;
	if (r->timeline.started) {
		timeline_reach(&r->timeline, now_ns);
		timeline_shrink(&r->timeline, TIMELINE_SHOWN);
	}
	qsort(r->tally, r->tallies, sizeof(r->tally[0]), compare);
	variants_sort(&r->variants);
	group_table_sort_open(r->processes);
	group_table_sort_open(r->destinations);
}
