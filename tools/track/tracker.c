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
#include "track/tracker.h"
#include "track/transition.h"

/* Sequence numbers further apart belong to different connections. */
#define NEAR	(1U << 30)

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

	if (other)
		other->peer = NO_CONN;
	conn->peer = NO_CONN;
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

void tracker_event(struct tracker *t, uint8_t host,
		   const struct tcpfin_event *ev, struct step *step)
{
	uint32_t bits = transition_bits(ev);
	struct observed_fins fins = observe_fins(ev, bits);
	struct conn *conn = find_or_start(t, host, ev, bits, &fins);

	transition_apply(conn, ev, bits, &fins, step);
	if (step->ended && !t->keeper.leave && conn != &t->scratch)
		tracker_remove(t, conn);
}

/* Was the last event of an end seen, so that its numbers are final? */
static bool is_final(const struct conn *conn)
{
	return conn->flags & CONN_ENDED && conn->old_state;
}

/*
 * Do sender and receiver agree about the sender's FIN? While the FIN is not
 * queued, their numbers need only be within NEAR. What was received was sent
 * before, and what was acknowledged was received before: this tells the
 * connection from another one with the same addresses and close numbers.
 */
static bool same_fin(const struct conn *sender, const struct conn *receiver)
{
	uint32_t missing = sender->fin_seq - receiver->peer_fin_seq;
	uint32_t unacked = receiver->peer_fin_seq - sender->una;
	bool fin = sender->flags & CONN_FIN;
	bool fin_came = receiver->flags & CONN_PEER_FIN;

	if (fin && fin_came)
		return !missing;
	if (missing >= NEAR && ((fin || is_final(sender)) || -missing >= NEAR))
		return false;
	if (missing && missing < NEAR && fin_came)
		return false;
	/* A number that was received earlier cannot be sent later. */
	if (missing >= NEAR && sender->touched_ns > receiver->touched_ns &&
	    sender->host == receiver->host)
		return false;
	return unacked < NEAR || !is_final(receiver);
}

/* Did one of two fitting ends receive the other's FIN? A proof. */
static bool are_proved_peers(const struct conn *a, const struct conn *b)
{
	return (a->flags & CONN_FIN && b->flags & CONN_PEER_FIN) ||
	       (b->flags & CONN_FIN && a->flags & CONN_PEER_FIN);
}

/* Do both ends know both FINs, with the same numbers? */
static bool are_settled_peers(const struct conn *a, const struct conn *b)
{
	const uint32_t both = CONN_FIN | CONN_PEER_FIN;

	return !(~(a->flags & b->flags) & both) &&
	       a->fin_seq == b->peer_fin_seq && b->fin_seq == a->peer_fin_seq;
}

/*
 * Can two ends with the same addresses, reversed, belong to one connection?
 * True if the sequence numbers of neither contradict those of the other.
 */
static bool can_be_peers(const struct conn *a, const struct conn *b)
{
	return same_fin(a, b) && same_fin(b, a);
}

static bool is_free_match(const struct conn *conn, const struct conn *other)
{
	return other->peer == NO_CONN && can_be_peers(conn, other);
}

/* The ports of an end that may have ended may belong to another connection. */
static bool is_doubtful(const struct tracker *t, const struct conn *conn)
{
	return !is_final(conn) &&
	       (conn->flags & CONN_ENDED || tracker_is_uncertain(t, conn));
}

static bool belong_together(const struct tracker *t, const struct conn *a,
			    const struct conn *b)
{
	if (are_settled_peers(a, b))
		return true;
	if (!can_be_peers(a, b))
		return false;
	return are_proved_peers(a, b) || !(is_doubtful(t, a) || is_doubtful(t, b));
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
	other = conn_table_other(&t->tab, conn, is_free_match);
	if (other && belong_together(t, conn, other)) {
		conn->peer = (uint32_t)(other - t->tab.pool);
		other->peer = (uint32_t)(conn - t->tab.pool);
	}
	return former;
}
