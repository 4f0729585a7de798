// SPDX-License-Identifier: GPL-2.0
/* How an event moves an end between states, and which spans it ends. */
#include <netinet/tcp.h>
#include <string.h>

#include "track/transition.h"
#include "util/basics.h"

/* Why an event is not simply the next transition */
#define ODD_LATE	0x1	/* older than the latest event of the end */
#define ODD_OVERTAKEN	0x2	/* of a full socket, now a mini-socket */
#define ODD_STATE	0x4	/* its old state is not the known state */
#define ODD_KIND	0x8	/* an infrequent kind, see TRANSITION_RARE */

static unsigned int find_oddities(const struct conn *conn,
				  const struct tcpfin_event *ev, uint32_t bits)
{
	unsigned int odd = 0;

	if (ev->time_ns < conn->touched_ns)
		odd |= ODD_LATE;
	if (bits & TRANSITION_STATE && conn->flags & CONN_MINI)
		odd |= ODD_OVERTAKEN;
	if (conn->state != ev->old_state || !ev->old_state)
		odd |= ODD_STATE;
	if (bits & TRANSITION_RARE)
		odd |= ODD_KIND;
	return odd;
}

/*
 * TIME_WAIT is a mini-socket's last state: if TIME_WAIT was seen to begin,
 * TIME_WAIT is what ended, even if the event has no old state.
 */
static void measure_spans(struct conn *conn, const struct tcpfin_event *ev,
			  uint32_t bits, unsigned int odd, struct step *step)
{
	bool implied = odd & ODD_STATE && !ev->old_state &&
		      conn->state == TCP_TIME_WAIT;
	bool state_fits = !(odd & ODD_STATE) || implied || conn->state == ev->old_state;
	uint64_t since_ns;

	/* Events of two CPUs may arrive swapped: the span is 0 then. */
	*step = (struct step){ .conn = conn };
	if (state_fits && !(odd & ODD_OVERTAKEN) && conn_since(conn, &since_ns)) {
		step->span_known = true;
		step->span_ns = saturating_sub(ev->time_ns, since_ns);
	}
	if (conn->flags & CONN_BIRTH) {
		step->mini_known = true;
		step->mini_ns = saturating_sub(ev->time_ns, conn->mini_ns);
	}
	if (bits & TRANSITION_DEATH)
		step->time_wait_over = ev->old_state == TCP_TIME_WAIT || implied;
	/* The mini-socket lives on after the full socket. */
	step->ended = bits & TRANSITION_ENDS && !(odd & ODD_OVERTAKEN);
}

static void set_begin(struct conn *conn, uint8_t state, uint64_t time_ns)
{
	unsigned int slot = conn_slot(state);

	conn->begin_ns[slot] = time_ns;
	conn->flags |= CONN_BEGIN(slot);
}

/* Forget the beginning in the slot, which is that of another state. */
static void clear_begin(struct conn *conn, uint8_t state)
{
	conn->flags &= ~CONN_BEGIN(conn_slot(state));
}

static bool begins_teardown(uint8_t state)
{
	return state == TCP_FIN_WAIT1 || state == TCP_CLOSE_WAIT;
}

/*
 * Slot 0 also holds the beginning of the state before the teardown. If the
 * first transition of the teardown was not seen, forget that beginning.
 */
static void forget_early_begin(struct conn *conn, const struct tcpfin_event *ev,
			       uint32_t bits, unsigned int odd)
{
	const uint16_t teardown = 1U << TCP_FIN_WAIT1 | 1U << TCP_CLOSE_WAIT;

	if (conn->states & teardown || !(bits & TRANSITION_LATER))
		return;
	if (begins_teardown(ev->old_state) && !(odd & ODD_LATE))
		conn->state = ev->old_state;
	conn->flags &= ~CONN_BEGIN(0);
}

/* The new state begins now, unless a mini-socket only continues the state. */
static void enter_state(struct conn *conn, const struct tcpfin_event *ev, uint32_t bits)
{
	if (bits & TRANSITION_BEGINS)
		set_begin(conn, ev->new_state, ev->time_ns);
	else if (conn->state != ev->new_state)
		clear_begin(conn, ev->new_state);
	conn->state = ev->new_state;
}

/*
 * A late event does not change the state, but may tell when a state began. For
 * TIME_WAIT an earlier beginning replaces a later one.
 */
static void apply_late(struct conn *conn, const struct tcpfin_event *ev)
{
	unsigned int slot = conn_slot(ev->new_state);
	bool is_known = conn->flags & CONN_BEGIN(slot) &&
			(ev->new_state != TCP_TIME_WAIT ||
			 conn->begin_ns[slot] <= ev->time_ns);

	if (is_known || ev->new_state == ev->old_state ||
	    (!slot && conn->state != ev->new_state && !begins_teardown(ev->new_state)))
		return;
	set_begin(conn, ev->new_state, ev->time_ns);
}

/*
 * An extension without an old state may be the transition to TIME_WAIT: count
 * it only if TIME_WAIT was known, and record no beginning of TIME_WAIT.
 */
static void apply_extension(struct conn *conn, const struct tcpfin_event *ev)
{
	conn->flags |= CONN_MINI;
	if ((ev->old_state == TCP_TIME_WAIT || conn->state == TCP_TIME_WAIT) &&
	    conn->extended < UINT16_MAX)
		conn->extended++;
	if (conn->state != TCP_TIME_WAIT)
		clear_begin(conn, TCP_TIME_WAIT);
	conn->state = TCP_TIME_WAIT;
}

/*
 * An event is late by its time, or if it would lead back from TIME_WAIT: the
 * time of a birth may be shortly after the mini-socket's first transitions
 * (TCPFIN_KIND_TW_BIRTH).
 */
static bool is_late(const struct conn *conn, const struct tcpfin_event *ev,
		    unsigned int odd)
{
	return odd & ODD_LATE ||
	       (conn->state == TCP_TIME_WAIT && ev->new_state == TCP_FIN_WAIT2);
}

/* Apply an event that is not an ordinary transition. */
static void apply_odd(struct conn *conn, const struct tcpfin_event *ev,
		      unsigned int odd)
{
	if (odd & ODD_OVERTAKEN) {
		if (ev->new_state != TCP_CLOSE && odd & ODD_LATE)
			apply_late(conn, ev);
	} else if (ev->kind == TCPFIN_KIND_TW_EXTEND) {
		apply_extension(conn, ev);
	}
}

static void apply_move(struct conn *conn, const struct tcpfin_event *ev,
		       uint32_t bits, unsigned int odd)
{
	if (odd & (ODD_OVERTAKEN | ODD_KIND)) {
		apply_odd(conn, ev, odd);
		return;
	}
	if (bits & TRANSITION_MINI)
		conn->flags |= CONN_MINI;
	if (bits & TRANSITION_BIRTH) {
		conn->mini_ns = ev->time_ns;
		conn->flags |= CONN_BIRTH;
	}
	if (!(bits & TRANSITION_MOVES))
		return;
	if (is_late(conn, ev, odd))
		apply_late(conn, ev);
	else
		enter_state(conn, ev, bits);
}

void transition_apply(struct conn *conn, const struct tcpfin_event *ev, uint32_t bits,
		      const struct observed_fins *fins, struct step *step)
{
	unsigned int odd = find_oddities(conn, ev, bits);

	measure_spans(conn, ev, bits, odd, step);
	forget_early_begin(conn, ev, bits, odd);
	conn->states |= bits & TRANSITION_STATES;
	observe_event(conn, ev, bits, fins, odd & ODD_LATE, step->ended);
	apply_move(conn, ev, bits, odd);
	if (!(odd & ODD_LATE))
		conn->touched_ns = ev->time_ns;
}
