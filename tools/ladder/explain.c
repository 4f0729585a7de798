// SPDX-License-Identifier: GPL-2.0
/* Tells the waves of a connection in sentences. */
#include <inttypes.h>
#include <netinet/tcp.h>
#include <string.h>

#include "format/json.h"
#include "ladder/explain.h"
#include "ladder/explain_ends.h"
#include "ladder/labels.h"
#include "track/names.h"
#include "util/text.h"
#include "util/wrap.h"

/* Room for titles, in columns of text */
#define TITLE_WIDTH	12
/* Size for " (4294967295)" */
#define NUMBER_TEXT_MAX	32

static const struct conn *conn_of(const struct teller *t, unsigned int side)
{
	return t->plan->side[side].conn;
}

/* Two processes of one name are told apart by their addresses. */
static void name_sides(struct teller *t)
{
	const struct conn *a = conn_of(t, 0), *b = conn_of(t, 1);
	unsigned int side;

	for (side = 0; side < 2; side++) {
		const struct conn *conn = conn_of(t, side);
		bool same = a && b && (a->flags & b->flags & CONN_OWNER) &&
			    !memcmp(a->comm, b->comm, sizeof(a->comm));

		if (conn && conn->flags & CONN_OWNER && conn->comm[0] && !same)
			comm_text(conn->comm, t->name[side]);
		else
			ladder_address(t->plan, side, t->scene->names, t->name[side]);
	}
}

/* Return " (N)", or " (number not seen)". */
static const char *number(struct optional seq, char buf[NUMBER_TEXT_MAX])
{
	if (seq.known)
		snprintf(buf, NUMBER_TEXT_MAX, " (%" PRIu64 ")", seq.value);
	else
		strcpy(buf, " (number not seen)");
	return buf;
}

/* Are the times of both sides of one clock? */
static bool is_one_clock(const struct teller *t)
{
	const struct conn *a = conn_of(t, 0), *b = conn_of(t, 1);

	return !a || !b || a->host == b->host;
}

/* Return the time from one side's moment to the other's, if clocks allow. */
static struct optional across(const struct teller *t, struct optional from,
			      struct optional to)
{
	return is_one_clock(t) ? optional_between(from, to) : optional_of(false, 0);
}

/* Which of two states was a side in? Return NULL if neither was seen. */
static const char *state_of(const struct teller *t, unsigned int side, uint8_t first,
			    uint8_t second, char buf[NAME_TEXT_MAX])
{
	const struct conn *conn = conn_of(t, side);

	if (!conn || !conn_was_in(conn, BIT(first) | BIT(second)))
		return NULL;
	return state_name(conn_was_in(conn, BIT(first)) ? first : second, buf);
}

static void say_sent_again(struct teller *t, unsigned int side)
{
	const struct conn *conn = conn_of(t, side);
	char times[TIMES_TEXT_MAX];

	if (conn && conn->retransmitted)
		teller_say(t, " No ACK came in time, so this FIN was sent again, %s.",
			   times_text(conn->retransmitted, times));
}

/* The sender of wave 1 was seen. */
static void say_first_sent(struct teller *t)
{
	const struct conn *conn = conn_of(t, 0);
	char seq[NUMBER_TEXT_MAX], before[NAME_TEXT_MAX];

	number(t->plan->v->x, seq);
	if (t->plan->v->closer == CLOSER_UNKNOWN)
		teller_say(t, "Which end closed first was not seen. %s sent FIN seq=x%s.",
			   t->name[0], seq);
	else
		teller_say(t, "%s closed first: at its close(), shutdown() or exit the kernel put FIN seq=x%s behind the last of its data. It sends nothing after that.",
			   t->name[0], seq);
	if (conn_was_in(conn, BIT(TCP_FIN_WAIT1)))
		teller_say(t, " Its end went from %s to FIN_WAIT1.",
			   t->plan->side[0].state[0].state ?
			   state_name(t->plan->side[0].state[0].state, before) :
			   "a state that was not seen");
	say_sent_again(t, 0);
}

static void say_first_arrived(struct teller *t)
{
	const struct wave *fin = &t->plan->v->wave[0];
	struct optional span = across(t, fin->sent, fin->received);
	char text[SPAN_TEXT_MAX], name[NAME_TEXT_MAX];
	const char *state = state_of(t, 1, TCP_CLOSE_WAIT, TCP_CLOSING, name);

	if (!conn_of(t, 1))
		teller_say(t, " The other end was not seen.");
	else if (!state)
		teller_say(t, " The FIN was not seen to arrive.");
	else if (span.known)
		teller_say(t, " The FIN arrived after %s, and the end of %s went to %s",
			   span_text(span.value, text), t->name[1], state);
	else
		teller_say(t, " The FIN arrived, and the end of %s went to %s",
			   t->name[1], state);
	if (state)
		teller_say(t, "%s", conn_was_in(conn_of(t, 1), BIT(TCP_CLOSE_WAIT)) ?
			   ": read() returns 0 there once all data is read." : ".");
}

static void tell_wave_1(struct teller *t)
{
	char seq[NUMBER_TEXT_MAX];

	teller_begin(t, "wave 1");
	if (conn_of(t, 0)) {
		say_first_sent(t);
	} else {
		teller_say(t, "%s closed first; that end was not seen. It sent FIN seq=x%s.",
			   t->name[0], number(t->plan->v->x, seq));
	}
	say_first_arrived(t);
}

static void tell_wave_2(struct teller *t)
{
	const struct wave *fin = &t->plan->v->wave[0], *ack = &t->plan->v->wave[1];
	struct optional span = optional_between(fin->sent, ack->received);
	const struct conn *conn = conn_of(t, 0);
	char seq[NUMBER_TEXT_MAX], text[SPAN_TEXT_MAX];

	teller_begin(t, "wave 2");
	teller_say(t, "%s acknowledged this FIN, which takes one sequence number: ACK ack=x+1%s.",
		   t->name[1], number(ack->ack, seq));
	if (!conn || !ack->received.known)
		teller_say(t, " The ACK was not seen to arrive.");
	else if (span.known)
		teller_say(t, " It was back %s after the FIN was queued.",
			   span_text(span.value, text));
	if (conn && conn_was_in(conn, BIT(TCP_FIN_WAIT2)))
		teller_say(t, " That took the end of %s to FIN_WAIT2.", t->name[0]);
	if (t->plan->v->merged == TRI_YES)
		teller_say(t, " Waves 2 and 3 were one segment: %s closed before its kernel had sent the ACK.",
			   t->name[1]);
}

/* Nothing is between waves 2 and 3 if they are one segment. */
static void tell_half_close(struct teller *t)
{
	const struct verdict *v = t->plan->v;
	const struct conn *closer = conn_of(t, 0), *other = conn_of(t, 1);
	char text[SPAN_TEXT_MAX];

	if (v->merged == TRI_YES ||
	    !((closer && conn_was_in(closer, BIT(TCP_FIN_WAIT2))) ||
	      (other && conn_was_in(other, BIT(TCP_CLOSE_WAIT)))))
		return;
	teller_begin(t, "half-close");
	teller_say(t, "From here %s only listens, while %s may still send (RFC 9293 3.6.1).",
		   t->name[0], t->name[1]);
	if (v->half_close_received.known && v->half_close_received.value)
		teller_say(t, " %" PRIu64 " bytes still came.",
			   v->half_close_received.value);
	else if (v->half_close_received.known)
		teller_say(t, " Nothing more came.");
	else if (v->half_close_sent.known && v->half_close_sent.value)
		teller_say(t, " %s wrote %" PRIu64 " bytes more.", t->name[1],
			   v->half_close_sent.value);
	else if (v->half_close_sent.known)
		teller_say(t, " %s wrote nothing more.", t->name[1]);
	else
		teller_say(t, " How many bytes still came was not seen.");
	if (v->half_close_ns.known)
		teller_say(t, " It lasted %s.", span_text(v->half_close_ns.value, text));
}

static void say_second_sent(struct teller *t)
{
	struct optional waited = conn_span(conn_of(t, 1), TCP_CLOSE_WAIT);
	char seq[NUMBER_TEXT_MAX], text[SPAN_TEXT_MAX], name[NAME_TEXT_MAX];
	const char *state = state_of(t, 1, TCP_LAST_ACK, TCP_FIN_WAIT1, name);

	if (conn_of(t, 1)->flags & CONN_UNSENT)
		teller_say(t, "%s had closed before wave 1 came, but not sent its FIN: ",
			   t->name[1]);
	else if (waited.known)
		teller_say(t, "After %s in CLOSE_WAIT %s closed, too: ",
			   span_text(waited.value, text), t->name[1]);
	else
		teller_say(t, "%s closed, too: ", t->name[1]);
	teller_say(t, "FIN seq=y%s.", number(t->plan->v->y, seq));
	if (state && !(conn_of(t, 1)->flags & CONN_UNSENT))
		teller_say(t, " Its end went to %s.", state);
	say_sent_again(t, 1);
}

static void tell_wave_3(struct teller *t)
{
	const struct conn *closer = conn_of(t, 0);
	char seq[NUMBER_TEXT_MAX];

	teller_begin(t, "wave 3");
	if (conn_of(t, 1))
		say_second_sent(t);
	else
		teller_say(t, "%s closed, too: FIN seq=y%s came.", t->name[1],
			   number(t->plan->v->y, seq));
	if (closer && conn_was_in(closer, BIT(TCP_FIN_WAIT2)) &&
	    conn_was_in(closer, BIT(TCP_TIME_WAIT)))
		teller_say(t, " Its arrival took the end of %s to TIME_WAIT.",
			   t->name[0]);
}

/* A FIN that comes again in TIME_WAIT was not acknowledged in time. */
static void say_came_again(struct teller *t, const struct conn *conn)
{
	char times[TIMES_TEXT_MAX];

	if (conn && conn->fin_again)
		teller_say(t, " The FIN of the other end came again, %s: an ACK was lost or late. Each time the ACK was sent again.",
			   times_text(conn->fin_again, times));
}

static void tell_wave_4(struct teller *t)
{
	const struct wave *fin = &t->plan->v->wave[2], *ack = &t->plan->v->wave[3];
	struct optional span = optional_between(fin->sent, ack->received);
	char seq[NUMBER_TEXT_MAX], text[SPAN_TEXT_MAX];

	teller_begin(t, "wave 4");
	teller_say(t, "%s acknowledged that FIN: ACK ack=y+1%s.", t->name[0],
		   number(ack->ack, seq));
	if (!conn_of(t, 1))
		teller_say(t, " Whether it arrived was not seen.");
	else if (!ack->received.known)
		teller_say(t, " It was not seen to arrive.");
	else if (span.known)
		teller_say(t, " It arrived %s after that FIN was queued.",
			   span_text(span.value, text));
	else
		teller_say(t, " It arrived.");
	if (conn_of(t, 1) && ack->received.known)
		teller_say(t, " That took the end of %s to %s.", t->name[1],
			   conn_was_in(conn_of(t, 1), BIT(TCP_TIME_WAIT)) ?
			   "TIME_WAIT" : "CLOSE");
	say_came_again(t, conn_of(t, 0));
}

/* Both FINs were sent before either arrived. */
static void tell_crossing(struct teller *t)
{
	const struct wave *w = t->plan->v->wave;
	char x[NUMBER_TEXT_MAX], y[NUMBER_TEXT_MAX];
	unsigned int side;

	teller_begin(t, "waves 1, 3");
	teller_say(t, "Both ends closed before the other's FIN had come: a simultaneous close (RFC 9293 3.6, figure 13). %s sent FIN seq=x%s, %s sent FIN seq=y%s. Each went from FIN_WAIT1 to CLOSING.",
		   t->name[0], number(w[0].seq, x), t->name[1], number(w[2].seq, y));
	for (side = 0; side < 2; side++)
		say_sent_again(t, side);
	if (!conn_of(t, 1))
		teller_say(t, " The end of %s was not seen.", t->name[1]);
	if (!w[1].happened && !w[3].happened)
		return;
	teller_begin(t, "waves 2, 4");
	if (w[1].happened)
		teller_say(t, "%s acknowledged the one FIN: ACK ack=x+1%s. ",
			   t->name[1], number(w[1].ack, x));
	if (w[3].happened)
		teller_say(t, "%s acknowledged the other one: ACK ack=y+1%s. ",
			   t->name[0], number(w[3].ack, y));
	teller_say(t, "An end in CLOSING goes to TIME_WAIT by the ACK of its FIN.");
	for (side = 0; side < 2; side++)
		say_came_again(t, conn_of(t, side));
}

/* A socket that is connected to itself gets what it sends. */
static void tell_self(struct teller *t)
{
	const struct verdict *v = t->plan->v;
	const struct conn *conn = v->end[0];
	char seq[NUMBER_TEXT_MAX];

	if (!v->wave[0].happened)
		return;
	teller_begin(t, "waves 1, 2");
	teller_say(t, "The socket is connected to itself. %s sent FIN seq=x%s, and the same FIN came back.",
		   t->name[0], number(v->x, seq));
	if (conn_was_in(conn, BIT(TCP_CLOSING)))
		teller_say(t, " It took the socket from FIN_WAIT1 to CLOSING.");
	if (v->wave[1].happened)
		teller_say(t, " The socket acknowledged it itself: ACK ack=x+1%s.",
			   number(v->wave[1].ack, seq));
}

static void tell_addresses(struct teller *t)
{
	if (!t->plan->v->translated)
		return;
	teller_begin(t, "addresses");
	teller_say(t, "Addresses or ports were translated between the ends (NAT): each end is named as it sees itself.");
}

static void tell_waves(struct teller *t)
{
	const struct wave *w = t->plan->v->wave;

	if (t->plan->v->self) {
		tell_self(t);
		return;
	}
	if (t->plan->v->closer == CLOSER_BOTH) {
		tell_crossing(t);
		return;
	}
	if (w[0].happened)
		tell_wave_1(t);
	if (w[1].happened)
		tell_wave_2(t);
	if (w[1].happened && t->plan->v->closer != CLOSER_UNKNOWN)
		tell_half_close(t);
	if (w[2].happened)
		tell_wave_3(t);
	if (w[3].happened)
		tell_wave_4(t);
}

void explain(const struct ladder_plan *plan, const struct ladder_scene *scene,
	     struct explanation *e)
{
	struct teller t = { .plan = plan, .scene = scene, .e = e };
	unsigned int side;

	e->count = 0;
	name_sides(&t);
	tell_waves(&t);
	tell_addresses(&t);
	for (side = 0; side < 2; side++)
		if (conn_of(&t, side))
			explain_time_wait(&t, side);
	explain_ends(&t);
	explain_open(&t);
}

void explain_print(FILE *out, const struct ladder_scene *scene,
		   const struct verdict *v, unsigned int width)
{
	struct ladder_plan plan;
	struct explanation e;
	unsigned int i;

	ladder_plan_make(v, NULL, &plan);
	explain(&plan, scene, &e);
	for (i = 0; i < e.count; i++)
		wrap_print(out, e.part[i].title, TITLE_WIDTH,
			   width, e.part[i].text);
}

struct json_object *explain_json(const struct ladder_scene *scene,
				 const struct verdict *v)
{
	struct json_object *list = json_object_new_array();
	char text[EXPLAIN_TEXT_MAX + TITLE_WIDTH];
	struct ladder_plan plan;
	struct explanation e;
	unsigned int i;

	ladder_plan_make(v, NULL, &plan);
	explain(&plan, scene, &e);
	for (i = 0; i < e.count; i++) {
		snprintf(text, sizeof(text), "%s: %s", e.part[i].title,
			 e.part[i].text);
		json_object_array_add(list, json_object_new_string(text));
	}
	return list;
}
