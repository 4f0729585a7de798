// SPDX-License-Identifier: GPL-2.0
/*
 * Compares a verdict with what really happened to a connection.
 *
 * Every known fact must be true. If the tracker got all records, every fact that an
 * end could know must be known.
 */
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>

#include "track/names.h"
#include "verdict_check.h"

/* A comparison; @closer and @other are the ends in their roles. */
struct comparison {
	const struct model_life *life;
	const struct verdict *v;
	const struct model_side *closer;
	const struct model_side *other;
	bool saw_closer;
	bool saw_other;
	bool strict;
	bool end_seen;
	bool all_seen;
	bool counts_all;
	bool wrong;
	char *why;
};

static void find_wrong(struct comparison *t, const char *what, bool got_known,
		       uint64_t got, bool truly, uint64_t truth)
{
	if (!t->wrong)
		snprintf(t->why, VERDICT_CHECK_WHY_MAX,
			 "%s: got %s%llu, the truth is %s%llu", what,
			 got_known ? "" : "unknown ", (unsigned long long)got,
			 truly ? "" : "unknown ", (unsigned long long)truth);
	t->wrong = true;
}

/* Compare a fact: really @truth if @happened, and can be known if @knowable. */
static void check(struct comparison *t, const char *what, struct optional got,
		  bool happened, uint64_t truth, bool knowable)
{
	if ((got.known && (!happened || got.value != truth)) ||
	    (t->strict && got.known != (happened && knowable)))
		find_wrong(t, what, got.known, got.value, happened && knowable,
			   truth);
}

static void check_value(struct comparison *t, const char *what, uint64_t got,
			uint64_t truth)
{
	check(t, what, optional_of(true, got), true, truth, true);
}

static bool was_in(const struct model_side *s, uint8_t state)
{
	return s->began_ns[state];
}

static bool is_refused_time_wait(const struct model_side *s)
{
	return s->reason == TCPFIN_REASON_REFUSED && s->how == HOW_FIN;
}

/*
 * When a FIN was queued, 0 for none. A FIN that never left does not count, unless the
 * record that tells so, the end of its socket, may be missing.
 */
static uint64_t fin_ns(const struct comparison *t, const struct model_side *s)
{
	return s->fin_left || !t->end_seen ? s->fin_ns : 0;
}

static bool is_y_known(const struct comparison *t)
{
	return fin_ns(t, t->other) &&
	       (t->saw_other || (t->saw_closer && t->closer->got_fin_ns));
}

/* Could an end know that it has acknowledged the peer's FIN? */
static bool surely_acked(const struct model_side *s)
{
	return was_in(s, TCP_TIME_WAIT) || is_refused_time_wait(s) ||
	       was_in(s, TCP_CLOSING) || s->merged != TRI_UNKNOWN ||
	       (was_in(s, TCP_LAST_ACK) && s->fin_acked_ns);
}

/* Check a FIN and its ACK; the sender's times need records of the sender. */
static void check_fin(struct comparison *t, unsigned int first,
		      const struct model_side *from, bool saw_from,
		      const struct model_side *to, bool saw_to)
{
	static const char *const names[4][4] = {
		{ "wave 1", "wave 1 sent", "wave 1 received", "x" },
		{ "wave 2", "wave 2 sent", "wave 2 received", "wave 2 ack" },
		{ "wave 3", "wave 3 sent", "wave 3 received", "y" },
		{ "wave 4", "wave 4 sent", "wave 4 received", "wave 4 ack" },
	};
	const struct wave *fin = &t->v->wave[first];
	const struct wave *ack = fin + 1;
	bool knows = saw_from || (saw_to && to->got_fin_ns);
	bool acked = (saw_from && from->fin_acked_ns) ||
		     (saw_to && surely_acked(to));

	check(t, names[first][0], optional_of(fin->happened, 1), fin_ns(t, from), 1,
	      knows);
	check(t, names[first][1], fin->sent, fin_ns(t, from), from->fin_ns,
	      saw_from && (from->fin_first || !was_in(from, TCP_CLOSING)));
	check(t, names[first][2], fin->received, to->got_fin_ns, to->got_fin_ns,
	      saw_to);
	check(t, names[first][3], fin->seq, fin_ns(t, from), from->fin_seq,
	      knows);
	check(t, names[first + 1][0], optional_of(ack->happened, 1), to->ack_left,
	      1, acked);
	check(t, names[first + 1][1], ack->sent, false, 0, false);
	check(t, names[first + 1][2], ack->received, from->fin_acked_ns,
	      from->fin_acked_ns, saw_from);
	check(t, names[first + 1][3], ack->ack, to->ack_left,
	      (uint32_t)(from->fin_seq + 1), acked);
}

/* Is the ACK number of a FIN known: did RCV.NXT stay the same in FIN_WAIT1? */
static bool knows_fin_ack(const struct model_side *s,
			  const struct model_side *other)
{
	if (was_in(s, TCP_FIN_WAIT2))
		return s->mark[0] == s->mark[1];
	return was_in(s, TCP_CLOSING) && s->fin_first &&
	       s->mark[0] == other->fin_seq;
}

/* Did the peer's FIN come before the end's own left? */
static bool answered_fin(const struct model_side *s)
{
	return was_in(s, TCP_CLOSE_WAIT) ||
	       (was_in(s, TCP_CLOSING) && !s->fin_first);
}

/* Did a seen end not send its FIN again, as far as was counted (check_end())? */
static bool never_sent_again(const struct comparison *t, const struct model_side *s)
{
	const struct verdict *v = t->v;
	bool second = s != &t->life->side[verdict_check_end(t->life, v->end[0])];

	return !v->end[second]->retransmitted && !(v->end[second]->flags & CONN_LOST);
}

/* Is it known that a seen end's ACK of the peer's FIN came after its own FIN? */
static bool knows_ack_after_fin(const struct comparison *t, const struct model_side *s,
				const struct model_side *peer, bool saw_peer)
{
	return was_in(s, TCP_FIN_WAIT2) || (saw_peer && answered_fin(peer)) ||
	       (was_in(s, TCP_CLOSING) && s->fin_first && never_sent_again(t, s));
}

static bool knows_wave2_seq(const struct comparison *t)
{
	const struct model_side *s = t->other;

	if (!t->saw_other)
		return false;
	if (was_in(s, TCP_CLOSE_WAIT))
		return s->quiet || s->merged == TRI_YES ||
		       (is_y_known(t) && t->saw_closer &&
			was_in(t->closer, TCP_FIN_WAIT1) &&
			t->closer->mark[0] == s->fin_seq);
	return t->v->closer == CLOSER_BOTH &&
	       knows_ack_after_fin(t, s, t->closer, t->saw_closer);
}

/* Is the ACK number of the second FIN known? */
static bool knows_wave3_ack(const struct comparison *t)
{
	if (!t->saw_other)
		return false;
	return (answered_fin(t->other) && t->v->wave[0].seq.known) ||
	       (!answered_fin(t->other) && knows_fin_ack(t->other, t->closer));
}

static void check_numbers(struct comparison *t)
{
	const struct wave *w = t->v->wave;

	check(t, "wave 1 ack", w[0].ack, t->closer->fin_left,
	      t->closer->fin_ack,
	      t->saw_closer && knows_fin_ack(t->closer, t->other));
	check(t, "wave 2 seq", w[1].seq, t->other->ack_left, t->other->ack_seq,
	      w[1].happened && knows_wave2_seq(t));
	/* A FIN that is queued after the other came will answer that. */
	check(t, "wave 3 ack", w[2].ack, t->other->fin_left ||
	      (answered_fin(t->other) && fin_ns(t, t->other)),
	      answered_fin(t->other) ? t->closer->fin_seq + 1 : t->other->fin_ack,
	      w[2].happened && knows_wave3_ack(t));
	check(t, "wave 4 seq", w[3].seq, t->closer->ack_left,
	      t->closer->ack_seq,
	      w[3].happened && w[0].seq.known && t->saw_closer &&
	      knows_ack_after_fin(t, t->closer, t->other, t->saw_other));
}

static void check_relative(struct comparison *t)
{
	unsigned int i;

	for (i = 0; i < 4; i++) {
		const struct wave *w = &t->v->wave[i];
		bool from_closer = i == 0 || i == 3;
		struct optional own = from_closer ? t->v->x : t->v->y;
		struct optional far = from_closer ? t->v->y : t->v->x;

		if (w->rel_seq_known != (w->seq.known && own.known) ||
		    w->rel_ack_known != (w->ack.known && far.known) ||
		    (w->rel_seq_known && (uint32_t)(own.value + (uint32_t)
			     w->rel_seq) != w->seq.value) ||
		    (w->rel_ack_known && (uint32_t)(far.value + (uint32_t)
			     w->rel_ack) != w->ack.value))
			find_wrong(t, "relative numbers", true, i, true, i);
	}
}

static uint64_t span(const struct model_side *s, uint8_t state)
{
	return s->left_ns[state] - s->began_ns[state];
}

static void check_half_close(struct comparison *t)
{
	const struct model_side *c = t->closer, *o = t->other;
	struct optional ns = t->v->half_close_ns;
	bool waited = t->saw_closer && was_in(c, TCP_FIN_WAIT2);
	bool held = t->saw_other && was_in(o, TCP_CLOSE_WAIT);

	/* The time of either end will do. */
	if (!t->strict && held && ns.value == span(o, TCP_CLOSE_WAIT))
		waited = false;
	check(t, "half-close time", ns, waited || held,
	      waited ? span(c, TCP_FIN_WAIT2) : span(o, TCP_CLOSE_WAIT), true);
	check(t, "half-close bytes received", t->v->half_close_received,
	      was_in(c, TCP_FIN_WAIT2) && c->got_fin_ns,
	      (uint32_t)(o->fin_seq - c->mark[1]), t->saw_closer);
	check(t, "half-close bytes sent", t->v->half_close_sent,
	      was_in(o, TCP_CLOSE_WAIT) && fin_ns(t, o),
	      (uint32_t)(o->fin_seq - o->mark[1]), t->saw_other);
	check(t, "merged", optional_of(t->v->merged != TRI_UNKNOWN, t->v->merged),
	      o->merged != TRI_UNKNOWN, o->merged, t->saw_other);
}

static void check_count(struct comparison *t, const char *what, uint32_t got,
			uint32_t truth)
{
	if (got > truth || (t->counts_all && got != truth))
		find_wrong(t, what, true, got, true, truth);
}

static void check_end(struct comparison *t, const struct conn *conn)
{
	static const struct {
		uint8_t state;
		const char *name;
	} spans[] = {
		{ TCP_FIN_WAIT1, "FIN_WAIT1" }, { TCP_FIN_WAIT2, "FIN_WAIT2" },
		{ TCP_CLOSE_WAIT, "CLOSE_WAIT" }, { TCP_LAST_ACK, "LAST_ACK" },
		{ TCP_CLOSING, "CLOSING" }, { TCP_TIME_WAIT, "TIME_WAIT" },
	};
	int at = verdict_check_end(t->life, conn);
	const struct model_side *s = &t->life->side[at];
	bool ended = conn->flags & CONN_ENDED;
	const char *cause = cause_name(conn->reason, conn->detail);
	unsigned int i;

	for (i = 0; i < sizeof(spans) / sizeof(spans[0]); i++)
		check(t, spans[i].name, conn_span(conn, spans[i].state),
		      was_in(s, spans[i].state), span(s, spans[i].state), true);
	check_count(t, "retransmitted", conn->retransmitted, s->retransmitted);
	check_count(t, "FINs again", conn->fin_again, s->fin_again);
	check_count(t, "extended", conn->extended, s->extended);
	check(t, "birth", optional_of(conn->flags & CONN_BIRTH,
				      conn->mini_ns), s->mini, s->mini_ns,
	      t->all_seen || conn->flags & CONN_BIRTH);
	check(t, "owner", optional_of(conn->flags & CONN_OWNER,
				      conn->pid), s->owner,
	      t->strict ? s->pid : conn->pid, true);
	check(t, "uid", optional_of(conn->flags & CONN_UID, conn->uid),
	      true, 1000 + (uint64_t)at, true);
	check(t, "end state", optional_of(conn->old_state, conn->old_state),
	      ended, s->old_state, true);
	if (!ended || conn_how(conn) == HOW_UNKNOWN)
		return;
	check(t, "reason", optional_of(t->all_seen || conn->reason, conn->reason),
	      true, s->reason, t->all_seen || conn->reason);
	check_value(t, "an end's how", conn_how(conn), s->how);
	if (cause != s->cause && (!cause || strcmp(cause, s->cause)))
		find_wrong(t, "cause", true, 0, true, 0);
}

/* The closer as end @at saw it. */
static enum closer view(const struct comparison *t, int at)
{
	const struct model_side *s = &t->life->side[at];

	if (was_in(s, TCP_CLOSING))
		return s->fin_first ? CLOSER_BOTH : CLOSER_REMOTE;
	if (s->got_fin_ns && !was_in(s, TCP_FIN_WAIT2))
		return CLOSER_REMOTE;
	return fin_ns(t, s) ? CLOSER_LOCAL : CLOSER_NONE;
}

/* The true closer, from the side of end @at. */
static enum closer fact_of_closer(const struct comparison *t, int at)
{
	const struct model_side *a = &t->life->side[at];
	const struct model_side *b = &t->life->side[!at];

	if (a->got_fin_ns && !a->fin_first)
		return CLOSER_REMOTE;
	if (b->got_fin_ns && !b->fin_first)
		return CLOSER_LOCAL;
	if (fin_ns(t, a) && fin_ns(t, b))
		return CLOSER_BOTH;
	if (fin_ns(t, a) || fin_ns(t, b))
		return fin_ns(t, a) ? CLOSER_LOCAL : CLOSER_REMOTE;
	return CLOSER_NONE;
}

static enum closer turned(enum closer closer)
{
	return closer == CLOSER_LOCAL ? CLOSER_REMOTE :
	       closer == CLOSER_REMOTE ? CLOSER_LOCAL : closer;
}

/* Is @closer true? If one end has few records, the other end's view counts, too. */
static bool is_closer(const struct comparison *t, enum closer closer)
{
	int at = verdict_check_end(t->life, t->v->end[0]);

	if (!t->v->end[1])
		return closer == view(t, at);
	return closer == fact_of_closer(t, at) ||
	       (!t->strict && (closer == view(t, at) ||
			       closer == turned(view(t, !at))));
}

static void check_closer(struct comparison *t)
{
	const struct verdict *v = t->v;
	/* The records may tell that a FIN did not leave. */
	struct comparison seen = *t;

	seen.end_seen = true;
	if ((!t->strict &&
	     (v->closer == CLOSER_UNKNOWN || is_closer(&seen, v->closer))) ||
	    is_closer(t, v->closer))
		return;
	find_wrong(t, "closer", true, v->closer, true,
		   fact_of_closer(t, verdict_check_end(t->life, v->end[0])));
}

static bool is_acting(enum how how)
{
	return how != HOW_FIN && how != HOW_RST_RCVD && how != HOW_UNKNOWN;
}

static int fact_of_by(const struct model_life *life, int at)
{
	static const int weight[] = {
		[HOW_FIN] = 0, [HOW_UNKNOWN] = 1,
		[HOW_RST_RCVD] = 2,
	};
	const struct model_side *a = &life->side[at], *b = &life->side[!at];

	if (is_acting(a->how) && is_acting(b->how))
		return b->end_ns < a->end_ns;
	if (is_acting(a->how) || is_acting(b->how))
		return is_acting(b->how);
	return weight[b->how] > weight[a->how];
}

static void check_how(struct comparison *t)
{
	const struct verdict *v = t->v;
	const struct model_life *life = t->life;
	int at = verdict_check_end(life, v->end[0]);

	if (v->end[1] && t->strict)
		check_value(t, "whose end it was", v->by,
			    (uint64_t)fact_of_by(life, at));
	if (t->strict || (v->how != HOW_UNKNOWN &&
			  v->how != HOW_OPEN))
		check_value(t, "how", v->how,
			    life->side[v->by ? !at : at].how);
}

int verdict_check_end(const struct model_life *life, const struct conn *conn)
{
	int i;

	for (i = 0; i < 2; i++)
		if (conn->cookie == life->link.cookie[i] &&
		    conn->netns == life->link.netns[i] &&
		    conn->host == life->link.host[i])
			return i;
	return -1;
}

static bool is_partial(const struct comparison *t)
{
	return (t->saw_closer && t->closer->how == HOW_UNKNOWN) ||
	       (t->saw_other && t->other->how == HOW_UNKNOWN);
}

static void check_marks(struct comparison *t, bool all_seen)
{
	if (t->v->end[1] && verdict_check_end(t->life, t->v->end[1]) ==
	    verdict_check_end(t->life, t->v->end[0]))
		find_wrong(t, "the same end twice", true, 0, true, 0);
	if (t->v->injected || t->v->self || t->v->translated)
		find_wrong(t, "injected, self or translated", true, 1, true, 0);
	if (all_seen && t->v->open)
		find_wrong(t, "open", true, 1, true, 0);
	if (all_seen && t->v->partial != is_partial(t))
		find_wrong(t, "partial", true, t->v->partial, true,
			   is_partial(t));
}

bool verdict_check_contradicts(const struct model_life *life,
			       const struct verdict *v, enum verdict_check_seen seen,
		       /* NOLINTNEXTLINE(readability-non-const-parameter) */
			       char why[VERDICT_CHECK_WHY_MAX]) /* written by way of t */
{
	bool all_seen = seen == VERDICT_CHECK_ALL;
	bool complete = all_seen || (!v->partial && !v->open);
	struct comparison t = {
		.life = life, .v = v, .why = why, .strict = complete,
		.end_seen = complete,
		.all_seen = all_seen,
		.counts_all = all_seen || (complete && !v->lost &&
					   seen != VERDICT_CHECK_UNCOUNTED),
	};
	int at = verdict_check_end(life, v->end[0]);

	if (v->closer == CLOSER_REMOTE)
		at = !at;
	t.closer = &life->side[at];
	t.other = &life->side[!at];
	t.saw_closer = v->closer != CLOSER_REMOTE;
	t.saw_other = v->end[1] || !t.saw_closer;
	check_marks(&t, all_seen);
	check_closer(&t);
	check_how(&t);
	check_fin(&t, 0, t.closer, t.saw_closer, t.other, t.saw_other);
	check_fin(&t, 2, t.other, t.saw_other, t.closer, t.saw_closer);
	check_numbers(&t);
	check_relative(&t);
	check_half_close(&t);
	check_end(&t, v->end[0]);
	if (v->end[1])
		check_end(&t, v->end[1]);
	return t.wrong;
}
