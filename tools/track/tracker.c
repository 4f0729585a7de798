// SPDX-License-Identifier: GPL-2.0
/*
 * The tracker: follows each end of a connection from event to event.
 *
 * A time span is known only if its state was seen to begin and nothing
 * contradicts that. States only go forward, and the sequence numbers of the
 * FINs tell one connection of a socket from the next, so lost events do not
 * falsify the spans of a teardown; before the first FIN there is no such proof,
 * so a loss makes the beginning of the state unknown. A late event (events of
 * different CPUs may arrive slightly out of order) fills in what is missing but
 * moves nothing back.
 */
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>

#include "track/conn_table.h"
#include "track/observe.h"
#include "track/peers.h"
#include "track/tracker.h"
#include "util/basics.h"

/* Why an event is not simply the next transition */
#define ODD_LATE	0x1	/* older than the latest event of the end */
#define ODD_OVERTAKEN	0x2	/* of a full socket, now a mini-socket */
#define ODD_STATE	0x4	/* its old state is not the known state */
#define ODD_KIND	0x8	/* an infrequent kind, see TRANSITION_RARE */

/* The tracker's state */
struct tracker {
	struct conn_table tab;	/* the ends */
	struct conn scratch;	/* stands in for an end that is not kept */
	struct keeper keeper;	/* see tracker_new() */
	/* time of the latest loss of full sockets' events */
	uint64_t full_loss_ns;
	/* time of the latest loss of mini-sockets' events */
	uint64_t mini_loss_ns;
	uint64_t evicted;	/* ends dropped because of the limit */
};

/* The end at a place of the table; NULL for NO_CONN. */
static struct conn *at(const struct tracker *t, uint32_t place)
{
	return place == NO_CONN ? NULL : &t->tab.pool[place];
}

struct tracker *tracker_new(uint32_t limit, const struct keeper *keeper)
{
	struct tracker *t = calloc(1, sizeof(*t));

	if (t && conn_table_init(&t->tab, limit, keeper)) {
		free(t);
		return NULL;
	}
	if (t && keeper)
		t->keeper = *keeper;
	transition_table_init();
	return t;
}

void tracker_free(struct tracker *t)
{
	if (!t)
		return;
	conn_table_exit(&t->tab);
	free(t);
}

static void raise_to(uint64_t *loss_ns, uint64_t time_ns)
{
	if (time_ns > *loss_ns)
		*loss_ns = time_ns;
}

void tracker_loss(struct tracker *t, const struct item *item)
{
	bool lost = item->type == ITEM_LOST;

	if (lost || item->mini < item->count)
		raise_to(&t->full_loss_ns, item->time_ns);
	if (lost || item->mini)
		raise_to(&t->mini_loss_ns, item->time_ns);
}

bool tracker_is_uncertain(const struct tracker *t, const struct conn *conn)
{
	return conn->touched_ns < (conn->flags & CONN_MINI ?
				   t->mini_loss_ns : t->full_loss_ns);
}

struct conn *tracker_first(const struct tracker *t)
{
	return at(t, t->tab.oldest);
}

struct conn *tracker_find(const struct tracker *t, uint8_t host, uint32_t netns,
			  uint64_t cookie)
{
	uint32_t hash = conn_table_hash(host, netns, cookie);

	return conn_table_find(&t->tab, hash, host, netns, cookie);
}

struct conn *tracker_after(const struct tracker *t, const struct conn *conn)
{
	return at(t, conn->newer);
}

struct conn *tracker_peer(const struct tracker *t, const struct conn *conn)
{
	return at(t, conn->peer);
}

bool tracker_has(const struct tracker *t, const struct conn *conn)
{
	return tracker_find(t, conn->host, conn->netns, conn->cookie) == conn;
}

uint64_t tracker_evicted(const struct tracker *t)
{
	return t->evicted;
}

static void unpair(struct tracker *t, struct conn *conn)
{
	struct conn *other = tracker_peer(t, conn);

	if (other) {
		other->peer = NO_CONN;
		other->flags &= ~CONN_TRANSLATED;
	}
	conn->peer = NO_CONN;
	conn->flags &= ~CONN_TRANSLATED;
}

void tracker_remove(struct tracker *t, struct conn *conn)
{
	unpair(t, conn);
	conn_table_remove(&t->tab, conn);
}

/* Drop an end early, and tell the keeper. */
static void drop(struct tracker *t, struct conn *conn)
{
	if (t->keeper.leave)
		t->keeper.leave(t->keeper.data, conn);
	tracker_remove(t, conn);
}

/* The compiler makes a slow loop of one memset() of this size, not of two. */
static void clear_conn(struct conn *conn)
{
	const size_t half = sizeof(*conn) / 2;

	memset(conn, 0, half);
	memset((char *)conn + half, 0, sizeof(*conn) - half);
}

static void init_conn(struct conn *conn, uint8_t host, const struct tcpfin_event *ev)
{
	clear_conn(conn);
	conn->host = host;
	conn->netns = ev->netns;
	conn->cookie = ev->cookie;
	conn->peer = NO_CONN;
	conn_set_ends(conn, ev);
	conn->touched_ns = ev->time_ns;
}

/*
 * Start tracking an end. Without a cookie the end has no identity, and without
 * a keeper an end that is over is not kept.
 */
static struct conn *start_conn(struct tracker *t, uint32_t hash, uint8_t host,
			       const struct tcpfin_event *ev, uint32_t bits)
{
	struct conn *conn;

	if (!ev->cookie || (bits & TRANSITION_ENDS && !t->keeper.leave)) {
		init_conn(&t->scratch, host, ev);
		return &t->scratch;
	}
	if (conn_table_is_full(&t->tab)) {
		drop(t, tracker_first(t));
		t->evicted++;
	}
	conn = conn_table_take(&t->tab);
	init_conn(conn, host, ev);
	conn_table_add(&t->tab, conn, hash);
	return conn;
}

/* Events were lost since the latest event of this end. */
static void mark_uncertain(struct conn *conn)
{
	conn->flags |= CONN_LOST;
	/* The socket may have been closed and reconnected meanwhile. */
	if (!(conn->flags & (CONN_FIN | CONN_PEER_FIN)))
		conn->flags &= ~CONN_BEGIN(0);
}

/* Find the end of an event, or start tracking it. */
static struct conn *find_or_start(struct tracker *t, uint8_t host,
				  const struct tcpfin_event *ev, uint32_t bits,
				  const struct observed_fins *fins)
{
	uint32_t hash = conn_table_hash(host, ev->netns, ev->cookie);
	struct conn *conn = conn_table_find(&t->tab, hash, host, ev->netns, ev->cookie);

	if (!conn)
		return start_conn(t, hash, host, ev, bits);
	if (observe_is_another(conn, ev, bits, fins) ||
	    (conn->flags & CONN_ENDED && ev->time_ns > conn->touched_ns)) {
		if (!(conn->flags & CONN_ENDED))
			conn->flags |= CONN_ENDED | CONN_LOST;
		drop(t, conn);
		return start_conn(t, hash, host, ev, bits);
	}
	conn_table_touch(&t->tab, conn);
	/* connect() sets SYN_SENT before it chooses the local port. */
	if (!conn->lport && ev->lport)
		conn_table_set_ends(&t->tab, conn, ev);
	if (tracker_is_uncertain(t, conn))
		mark_uncertain(conn);
	return conn;
}

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

/* Apply an event to its end, and set @step to the time spans that the event ends. */
static void apply_event(struct conn *conn, const struct tcpfin_event *ev, uint32_t bits,
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

void tracker_event(struct tracker *t, uint8_t host,
		   const struct tcpfin_event *ev, struct step *step)
{
	uint32_t bits = transition_bits(ev);
	struct observed_fins fins = observe_fins(ev, bits);
	struct conn *conn = find_or_start(t, host, ev, bits, &fins);

	apply_event(conn, ev, bits, &fins, step);
	if (step->ended && !t->keeper.leave && conn != &t->scratch)
		tracker_remove(t, conn);
}

/* The ports of an end that may have ended may belong to another connection. */
static bool is_doubtful(const struct tracker *t, const struct conn *conn)
{
	return !conn_is_final(conn) &&
	       (conn->flags & CONN_ENDED || tracker_is_uncertain(t, conn));
}

static bool belong_together(const struct tracker *t, const struct conn *a,
			    const struct conn *b)
{
	enum peers_fit fit = peers_fit(a, b);

	return fit == PEERS_PROVED ||
	       (fit == PEERS_POSSIBLE && !(is_doubtful(t, a) || is_doubtful(t, b)));
}

static void join(struct tracker *t, struct conn *a, struct conn *b)
{
	a->peer = (uint32_t)(b - t->tab.pool);
	b->peer = (uint32_t)(a - t->tab.pool);
}

void tracker_join_translated(struct tracker *t, struct conn *a, struct conn *b)
{
	join(t, a, b);
	a->flags |= CONN_TRANSLATED;
	b->flags |= CONN_TRANSLATED;
}

struct conn *tracker_pair(struct tracker *t, struct conn *conn)
{
	struct conn *other, *former = NULL;

	if (!conn->cookie)
		return NULL;
	other = tracker_peer(t, conn);
	if (other) {
		if (belong_together(t, conn, other))
			return NULL;
		unpair(t, conn);
		former = other;
	}
	if (conn_is_self(conn))
		return former;
	other = conn_table_other(&t->tab, conn, peers_are_possible);
	if (other && belong_together(t, conn, other))
		join(t, conn, other);
	return former;
}
