// SPDX-License-Identifier: GPL-2.0
/*
 * The tracker: follows each end of a connection from event to event.
 *
 * Three rules keep it honest. A time span is known only if the state that it
 * belongs to was seen to begin and nothing contradicts that. States only go
 * forward, and the sequence numbers of the FINs tell one connection of a socket
 * from its next, so that a gap does not make a teardown's spans wrong; before
 * the first FIN there is no such proof, and a gap does. And an event that comes
 * late (events of different CPUs may arrive slightly out of order) fills in what
 * is missing but moves nothing back.
 */
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>

#include "conn.h"
#include "conntab.h"
#include "learn.h"

/* Sequence numbers further apart than that are of different connections. */
#define NEAR	(1U << 30)

/**
 * struct tcpfin_tracker - all that is tracked
 * @tab: the ends
 * @scratch: stands for an end that need not or cannot be tracked
 * @keeper: see tcpfin_tracker_new()
 * @full_gap_ns: everything that was lost of full sockets is older than this
 * @mini_gap_ns: likewise of mini-sockets
 * @evicted: ends that had to go for others
 */
struct tcpfin_tracker {
	struct tcpfin_conntab tab;
	struct tcpfin_conn scratch;
	struct tcpfin_keeper keeper;
	uint64_t full_gap_ns;
	uint64_t mini_gap_ns;
	uint64_t evicted;
};

struct tcpfin_tracker *tcpfin_tracker_new(uint32_t limit,
					  const struct tcpfin_keeper *keeper)
{
	struct tcpfin_tracker *t = calloc(1, sizeof(*t));

	if (t && tcpfin_conntab_init(&t->tab, limit, keeper)) {
		free(t);
		return NULL;
	}
	if (t && keeper)
		t->keeper = *keeper;
	return t;
}

void tcpfin_tracker_free(struct tcpfin_tracker *t)
{
	if (!t)
		return;
	tcpfin_conntab_exit(&t->tab);
	free(t);
}

static void raise_to(uint64_t *gap_ns, uint64_t time_ns)
{
	if (time_ns > *gap_ns)
		*gap_ns = time_ns;
}

void tcpfin_tracker_gap(struct tcpfin_tracker *t,
			const struct tcpfin_item *item)
{
	bool lost = item->type == TCPFIN_ITEM_LOST;

	if (lost || item->mini < item->count)
		raise_to(&t->full_gap_ns, item->time_ns);
	if (lost || item->mini)
		raise_to(&t->mini_gap_ns, item->time_ns);
}

bool tcpfin_tracker_is_uncertain(const struct tcpfin_tracker *t,
				 const struct tcpfin_conn *conn)
{
	return conn->touched_ns < (conn->flags & TCPFIN_CONN_MINI ?
				   t->mini_gap_ns : t->full_gap_ns);
}

static struct tcpfin_conn *at_place(const struct tcpfin_tracker *t,
				    uint32_t place)
{
	return place == TCPFIN_NO_CONN ? NULL : &t->tab.pool[place];
}

struct tcpfin_conn *tcpfin_tracker_first(const struct tcpfin_tracker *t)
{
	return at_place(t, t->tab.oldest);
}

struct tcpfin_conn *tcpfin_tracker_find(const struct tcpfin_tracker *t,
					uint8_t host, uint32_t netns,
					uint64_t cookie)
{
	return tcpfin_conntab_find(&t->tab, host, netns, cookie);
}

struct tcpfin_conn *tcpfin_tracker_after(const struct tcpfin_tracker *t,
					 const struct tcpfin_conn *conn)
{
	return at_place(t, conn->newer);
}

struct tcpfin_conn *tcpfin_tracker_peer(const struct tcpfin_tracker *t,
					const struct tcpfin_conn *conn)
{
	return at_place(t, conn->peer);
}

bool tcpfin_tracker_has(const struct tcpfin_tracker *t,
			const struct tcpfin_conn *conn)
{
	return tcpfin_conntab_find(&t->tab, conn->host, conn->netns,
				   conn->cookie) == conn;
}

uint64_t tcpfin_tracker_evicted(const struct tcpfin_tracker *t)
{
	return t->evicted;
}

/* Is the end's last word known? */
static bool is_final(const struct tcpfin_conn *conn)
{
	return conn->flags & TCPFIN_CONN_ENDED && conn->old_state;
}

/*
 * What each end thinks of the same FIN; NEAR of it while it is not queued. What
 * came was sent, and what was acknowledged had come: that tells a connection
 * from another one of the same addresses, whose numbers may be close.
 */
static bool same_fin(const struct tcpfin_conn *sender,
		     const struct tcpfin_conn *receiver)
{
	uint32_t missing = sender->fin_seq - receiver->peer_fin_seq;
	uint32_t unacked = receiver->peer_fin_seq - sender->una;
	bool fin = sender->flags & TCPFIN_CONN_FIN;
	bool fin_came = receiver->flags & TCPFIN_CONN_PEER_FIN;

	if (fin && fin_came)
		return !missing;
	if (missing >= NEAR && ((fin || is_final(sender)) || -missing >= NEAR))
		return false;
	if (missing && missing < NEAR && fin_came)
		return false;
	/* What had come by then cannot be sent later. */
	if (missing >= NEAR && sender->touched_ns > receiver->touched_ns &&
	    sender->host == receiver->host)
		return false;
	return unacked < NEAR || !is_final(receiver);
}

static bool fits(const struct tcpfin_conn *conn,
		 const struct tcpfin_conn *other)
{
	return other->peer == TCPFIN_NO_CONN && same_fin(conn, other) &&
	       same_fin(other, conn);
}

/* A FIN that one sent and the other one got: there is no doubt. */
static bool is_proved(const struct tcpfin_conn *a, const struct tcpfin_conn *b)
{
	return (a->flags & TCPFIN_CONN_FIN && b->flags & TCPFIN_CONN_PEER_FIN) ||
	       (b->flags & TCPFIN_CONN_FIN && a->flags & TCPFIN_CONN_PEER_FIN);
}

/* One that may be over may have left its addresses to others. */
static bool is_doubtful(const struct tcpfin_tracker *t,
			const struct tcpfin_conn *conn)
{
	return !is_final(conn) && (conn->flags & TCPFIN_CONN_ENDED ||
				   tcpfin_tracker_is_uncertain(t, conn));
}

static bool belong_together(const struct tcpfin_tracker *t,
			    const struct tcpfin_conn *a,
			    const struct tcpfin_conn *b)
{
	return same_fin(a, b) && same_fin(b, a) &&
	       (is_proved(a, b) || !(is_doubtful(t, a) || is_doubtful(t, b)));
}

static void part(struct tcpfin_tracker *t, struct tcpfin_conn *conn)
{
	struct tcpfin_conn *other = tcpfin_tracker_peer(t, conn);

	if (other)
		other->peer = TCPFIN_NO_CONN;
	conn->peer = TCPFIN_NO_CONN;
}

struct tcpfin_conn *tcpfin_tracker_pair(struct tcpfin_tracker *t,
					struct tcpfin_conn *conn)
{
	struct tcpfin_conn *other, *parted = NULL;

	if (!conn->cookie)
		return NULL;
	other = tcpfin_tracker_peer(t, conn);
	if (other) {
		if (belong_together(t, conn, other))
			return NULL;
		part(t, conn);
		parted = other;
	}
	other = tcpfin_conntab_other(&t->tab, conn, fits);
	if (other && belong_together(t, conn, other)) {
		conn->peer = (uint32_t)(other - t->tab.pool);
		other->peer = (uint32_t)(conn - t->tab.pool);
	}
	return parted;
}

void tcpfin_tracker_remove(struct tcpfin_tracker *t, struct tcpfin_conn *conn)
{
	part(t, conn);
	tcpfin_conntab_remove(&t->tab, conn);
}

/* It has to go before its time, which its keeper wants to know. */
static void forget(struct tcpfin_tracker *t, struct tcpfin_conn *conn)
{
	if (t->keeper.leave)
		t->keeper.leave(t->keeper.data, conn);
	tcpfin_tracker_remove(t, conn);
}

/* Is this the last event of its connection's end? */
static bool is_end(const struct tcpfin_event *ev)
{
	switch (ev->kind) {
	case TCPFIN_KIND_STATE:
		return ev->new_state == TCP_CLOSE;
	case TCPFIN_KIND_TW_DEATH:
	case TCPFIN_KIND_TW_REFUSED:
		return true;
	}
	return false;
}

/*
 * Without a cookie there is no identity, so nothing to remember; nor is there
 * after an end, but for a keeper. Such an end stands in no table.
 */
static struct tcpfin_conn *start(struct tcpfin_tracker *t, uint8_t host,
				 const struct tcpfin_event *ev)
{
	struct tcpfin_conn *added, *conn = &t->scratch;

	memset(conn, 0, sizeof(*conn));
	conn->host = host;
	conn->netns = ev->netns;
	conn->cookie = ev->cookie;
	conn->peer = TCPFIN_NO_CONN;
	memcpy(conn->laddr, ev->laddr, sizeof(conn->laddr));
	memcpy(conn->raddr, ev->raddr, sizeof(conn->raddr));
	conn->lport = ev->lport;
	conn->rport = ev->rport;
	conn->family = ev->family;
	conn->ifindex = ev->ifindex;
	conn->touched_ns = ev->time_ns;
	if (!ev->cookie || (is_end(ev) && !t->keeper.leave))
		return conn;
	if (tcpfin_conntab_is_full(&t->tab)) {
		forget(t, tcpfin_tracker_first(t));
		t->evicted++;
	}
	added = tcpfin_conntab_add(&t->tab, conn);
	if (added)
		return added;
	/* Without memory it is not followed. */
	t->evicted++;
	conn->cookie = 0;
	return conn;
}

/* Its identity is used again, and how it ended was not seen. */
static void end_unseen(struct tcpfin_conn *conn)
{
	conn->flags |= TCPFIN_CONN_ENDED | TCPFIN_CONN_LOST;
}

/* The end that an event is about, as it was before it. */
static struct tcpfin_conn *find(struct tcpfin_tracker *t, uint8_t host,
				const struct tcpfin_event *ev)
{
	struct tcpfin_conn *conn;

	conn = tcpfin_conntab_find(&t->tab, host, ev->netns, ev->cookie);
	if (!conn)
		return start(t, host, ev);
	if (tcpfin_learn_is_another(conn, ev) ||
	    (conn->flags & TCPFIN_CONN_ENDED &&
	     ev->time_ns > conn->touched_ns)) {
		if (!(conn->flags & TCPFIN_CONN_ENDED))
			end_unseen(conn);
		forget(t, conn);
		return start(t, host, ev);
	}
	tcpfin_conntab_touch(&t->tab, conn);
	if (!tcpfin_tracker_is_uncertain(t, conn))
		return conn;
	conn->flags |= TCPFIN_CONN_LOST;
	/* It may have been closed and connected again in the gap. */
	if (!(conn->flags & (TCPFIN_CONN_FIN | TCPFIN_CONN_PEER_FIN)))
		conn->flags &= ~TCPFIN_CONN_BEGIN(0);
	return conn;
}

/* Events of two CPUs may be swapped: a span is then 0, never negative. */
static uint64_t span(uint64_t from_ns, uint64_t to_ns)
{
	return to_ns > from_ns ? to_ns - from_ns : 0;
}

/*
 * TIME_WAIT is a mini-socket's last state: if it was seen to begin, then it is
 * what ended, even where the event cannot say so.
 */
static void measure(struct tcpfin_conn *conn, const struct tcpfin_event *ev,
		    struct tcpfin_step *step)
{
	bool state_fits = conn->state == ev->old_state ||
			  (!ev->old_state && conn->state == TCP_TIME_WAIT);
	uint64_t since_ns;

	memset(step, 0, sizeof(*step));
	step->conn = conn;
	if (conn->flags & TCPFIN_CONN_MINI && ev->kind == TCPFIN_KIND_STATE)
		state_fits = false;
	if (state_fits && tcpfin_conn_since(conn, &since_ns)) {
		step->span_known = true;
		step->span_ns = span(since_ns, ev->time_ns);
	}
	if (conn->flags & TCPFIN_CONN_BIRTH) {
		step->mini_known = true;
		step->mini_ns = span(conn->mini_ns, ev->time_ns);
	}
	step->time_wait_over = ev->kind == TCPFIN_KIND_TW_DEATH &&
			       (ev->old_state == TCP_TIME_WAIT ||
				(!ev->old_state &&
				 conn->state == TCP_TIME_WAIT));
}

static void begin(struct tcpfin_conn *conn, uint8_t state, uint64_t time_ns)
{
	unsigned int slot = tcpfin_conn_slot(state);

	conn->begin_ns[slot] = time_ns;
	conn->flags |= TCPFIN_CONN_BEGIN(slot);
}

/* What is in the slot is not when this state began. */
static void begin_unseen(struct tcpfin_conn *conn, uint8_t state)
{
	conn->flags &= ~TCPFIN_CONN_BEGIN(tcpfin_conn_slot(state));
}

static bool is_first_of_teardown(uint8_t state)
{
	return state == TCP_FIN_WAIT1 || state == TCP_CLOSE_WAIT;
}

static bool is_later_in_teardown(uint8_t state)
{
	return state == TCP_TIME_WAIT || tcpfin_conn_slot(state) == 1;
}

/*
 * The first slot is that of what came before the teardown, too: one must not
 * pass for the other where the step between them was not seen.
 */
static void leave_early_states(struct tcpfin_conn *conn,
			       const struct tcpfin_event *ev)
{
	const uint16_t teardown = 1U << TCP_FIN_WAIT1 | 1U << TCP_CLOSE_WAIT;
	uint8_t state = ev->old_state ? ev->old_state : ev->new_state;

	if (conn->states & teardown)
		return;
	if (!is_first_of_teardown(ev->old_state) &&
	    !is_later_in_teardown(state))
		return;
	if (is_first_of_teardown(ev->old_state) &&
	    ev->time_ns >= conn->touched_ns)
		conn->state = ev->old_state;
	conn->flags &= ~TCPFIN_CONN_BEGIN(0);
}

static void visit(struct tcpfin_conn *conn, uint8_t state)
{
	if (state && state < 16 && state != TCP_CLOSE)
		conn->states |= (uint16_t)(1U << state);
}

/* The state began now, unless it is the same one, in another socket. */
static void enter(struct tcpfin_conn *conn, const struct tcpfin_event *ev)
{
	if (ev->new_state != ev->old_state)
		begin(conn, ev->new_state, ev->time_ns);
	else if (conn->state != ev->new_state)
		begin_unseen(conn, ev->new_state);
	conn->state = ev->new_state;
}

/*
 * It cannot move the state back, but it may tell when a state began, and for
 * TIME_WAIT that what was taken for its beginning was none.
 */
static void take_late(struct tcpfin_conn *conn, const struct tcpfin_event *ev)
{
	unsigned int slot = tcpfin_conn_slot(ev->new_state);
	bool is_taken = conn->flags & TCPFIN_CONN_BEGIN(slot) &&
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
static void take_extension(struct tcpfin_conn *conn,
			   const struct tcpfin_event *ev)
{
	conn->flags |= TCPFIN_CONN_MINI;
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
static bool is_late(const struct tcpfin_conn *conn,
		    const struct tcpfin_event *ev)
{
	return ev->time_ns < conn->touched_ns ||
	       (conn->state == TCP_TIME_WAIT &&
		ev->new_state == TCP_FIN_WAIT2);
}

static void move(struct tcpfin_conn *conn, const struct tcpfin_event *ev)
{
	switch (ev->kind) {
	case TCPFIN_KIND_STATE:
		if (conn->flags & TCPFIN_CONN_MINI) {
			if (ev->new_state != TCP_CLOSE &&
			    ev->time_ns < conn->touched_ns)
				take_late(conn, ev);
			return;
		}
		break;
	case TCPFIN_KIND_TW_BIRTH:
		conn->mini_ns = ev->time_ns;
		conn->flags |= TCPFIN_CONN_MINI | TCPFIN_CONN_BIRTH;
		break;
	case TCPFIN_KIND_TW_FLIP:
		conn->flags |= TCPFIN_CONN_MINI;
		break;
	case TCPFIN_KIND_TW_EXTEND:
		take_extension(conn, ev);
		return;
	case TCPFIN_KIND_TW_DEATH:
		conn->flags |= TCPFIN_CONN_MINI;
		return;
	default:
		return;
	}
	if (ev->new_state == TCP_CLOSE)
		return;
	if (is_late(conn, ev))
		take_late(conn, ev);
	else
		enter(conn, ev);
}

void tcpfin_tracker_event(struct tcpfin_tracker *t, uint8_t host,
			  const struct tcpfin_event *ev,
			  struct tcpfin_step *step)
{
	struct tcpfin_conn *conn = find(t, host, ev);
	bool handed_over = ev->kind == TCPFIN_KIND_STATE &&
			   conn->flags & TCPFIN_CONN_MINI;

	measure(conn, ev, step);
	/* A full socket's end is not that of the mini-socket after it. */
	step->ended = is_end(ev) && !handed_over;
	leave_early_states(conn, ev);
	visit(conn, ev->old_state);
	visit(conn, ev->new_state);
	tcpfin_learn(conn, ev, step->ended);
	move(conn, ev);
	if (ev->time_ns > conn->touched_ns)
		conn->touched_ns = ev->time_ns;
	if (step->ended && conn != &t->scratch && !t->keeper.leave)
		tcpfin_tracker_remove(t, conn);
}
