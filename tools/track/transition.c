// SPDX-License-Identifier: GPL-2.0
/*
 * How an event moves an end from state to state, and the time spans that end by
 * it.
 */
#include <netinet/tcp.h>
#include <string.h>

#include "track/transition.h"

/* What is odd about an event, so that there is more to look at. */
#define ODD_LATE	0x1	/* it is older than the latest one */
#define ODD_OVERTAKEN	0x2	/* of a full socket, but a mini-socket is there */
#define ODD_STATE	0x4	/* the step before it was not seen */
#define ODD_KIND	0x8	/* there are few like it */

static unsigned int find_odd(const struct conn *conn,
				    const struct tcpfin_event *ev,
				    uint32_t bits)
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
 * TIME_WAIT is a mini-socket's last state: if it was seen to begin, then it is
 * what ended, even where the event cannot say so.
 */
static void measure(struct conn *conn,
			   const struct tcpfin_event *ev, uint32_t bits,
			   unsigned int odd, struct step *step)
{
	bool unsaid = odd & ODD_STATE && !ev->old_state &&
		      conn->state == TCP_TIME_WAIT;
	bool state_fits = !(odd & ODD_STATE) || unsaid ||
			  conn->state == ev->old_state;
	uint64_t since_ns;

	*step = (struct step){ .conn = conn };
	if (state_fits && !(odd & ODD_OVERTAKEN) &&
	    conn_since(conn, &since_ns)) {
		step->span_known = true;
		step->span_ns = saturating_sub(ev->time_ns, since_ns);
	}
	if (conn->flags & CONN_BIRTH) {
		step->mini_known = true;
		step->mini_ns = saturating_sub(ev->time_ns, conn->mini_ns);
	}
	if (bits & TRANSITION_DEATH)
		step->time_wait_over = ev->old_state == TCP_TIME_WAIT || unsaid;
	/* A full socket's end is not that of the mini-socket after it. */
	step->ended = bits & TRANSITION_ENDS && !(odd & ODD_OVERTAKEN);
}

static void begin(struct conn *conn, uint8_t state, uint64_t time_ns)
{
	unsigned int slot = conn_slot(state);

	conn->begin_ns[slot] = time_ns;
	conn->flags |= CONN_BEGIN(slot);
}

/* What is in the slot is not when this state began. */
static void begin_unseen(struct conn *conn, uint8_t state)
{
	conn->flags &= ~CONN_BEGIN(conn_slot(state));
}

static bool is_first_of_teardown(uint8_t state)
{
	return state == TCP_FIN_WAIT1 || state == TCP_CLOSE_WAIT;
}

/*
 * The first slot is that of what came before the teardown, too: one must not
 * pass for the other where the step between them was not seen.
 */
static void leave_early_states(struct conn *conn,
				      const struct tcpfin_event *ev,
				      uint32_t bits, unsigned int odd)
{
	const uint16_t teardown = 1U << TCP_FIN_WAIT1 | 1U << TCP_CLOSE_WAIT;

	if (conn->states & teardown || !(bits & TRANSITION_LATER))
		return;
	if (is_first_of_teardown(ev->old_state) && !(odd & ODD_LATE))
		conn->state = ev->old_state;
	conn->flags &= ~CONN_BEGIN(0);
}

/* The state began now, unless it is the same one, in another socket. */
static void enter(struct conn *conn,
			 const struct tcpfin_event *ev, uint32_t bits)
{
	if (bits & TRANSITION_BEGINS)
		begin(conn, ev->new_state, ev->time_ns);
	else if (conn->state != ev->new_state)
		begin_unseen(conn, ev->new_state);
	conn->state = ev->new_state;
}

/*
 * It cannot move the state back, but it may tell when a state began, and for
 * TIME_WAIT that what was taken for its beginning was none.
 */
static void take_late(struct conn *conn, const struct tcpfin_event *ev)
{
	unsigned int slot = conn_slot(ev->new_state);
	bool is_taken = conn->flags & CONN_BEGIN(slot) &&
			(ev->new_state != TCP_TIME_WAIT ||
			 conn->begin_ns[slot] <= ev->time_ns);

	if (is_taken || ev->new_state == ev->old_state ||
	    (!slot && conn->state != ev->new_state &&
	     !is_first_of_teardown(ev->new_state)))
		return;
	begin(conn, ev->new_state, ev->time_ns);
}

/*
 * Without what the packet found it may have been the step to TIME_WAIT as well,
 * unless that was already made: it counts only if it was no such step, and tells
 * no beginning.
 */
static void take_extension(struct conn *conn, const struct tcpfin_event *ev)
{
	conn->flags |= CONN_MINI;
	if ((ev->old_state == TCP_TIME_WAIT || conn->state == TCP_TIME_WAIT) &&
	    conn->extended < UINT16_MAX)
		conn->extended++;
	if (conn->state != TCP_TIME_WAIT)
		begin_unseen(conn, TCP_TIME_WAIT);
	conn->state = TCP_TIME_WAIT;
}

/*
 * Its time tells, or, for a birth that may bear a time a little after the
 * mini-socket's first steps (TCPFIN_KIND_TW_BIRTH), that no state goes back.
 */
static bool is_late(const struct conn *conn, const struct tcpfin_event *ev,
		    unsigned int odd)
{
	return odd & ODD_LATE ||
	       (conn->state == TCP_TIME_WAIT &&
		ev->new_state == TCP_FIN_WAIT2);
}

/* A step that is not one state after the other. */
static void move_oddly(struct conn *conn, const struct tcpfin_event *ev,
		       unsigned int odd)
{
	if (odd & ODD_OVERTAKEN) {
		if (ev->new_state != TCP_CLOSE && odd & ODD_LATE)
			take_late(conn, ev);
	} else if (ev->kind == TCPFIN_KIND_TW_EXTEND) {
		take_extension(conn, ev);
	}
}

static void move(struct conn *conn,
			const struct tcpfin_event *ev, uint32_t bits,
			unsigned int odd)
{
	if (odd & (ODD_OVERTAKEN | ODD_KIND)) {
		move_oddly(conn, ev, odd);
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
		take_late(conn, ev);
	else
		enter(conn, ev, bits);
}

void transition_apply(struct conn *conn, const struct tcpfin_event *ev,
		      uint32_t bits, const struct observed_fins *fins,
		      struct step *step)
{
	unsigned int odd = find_odd(conn, ev, bits);

	measure(conn, ev, bits, odd, step);
	leave_early_states(conn, ev, bits, odd);
	conn->states |= bits & TRANSITION_STATES;
	observe_event(conn, ev, bits, fins, odd & ODD_LATE, step->ended);
	move(conn, ev, bits, odd);
	if (!(odd & ODD_LATE))
		conn->touched_ns = ev->time_ns;
}
