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

#include "track/conn_table.h"
#include "track/observe.h"
#include "track/peer.h"
#include "track/tracker.h"
#include "track/transition.h"

/**
 * struct tracker - all that is tracked
 * @tab: the ends
 * @scratch: stands for an end that need not or cannot be tracked
 * @keeper: see tracker_new()
 * @full_gap_ns: everything that was lost of full sockets is older than this
 * @mini_gap_ns: likewise of mini-sockets
 * @evicted: ends that had to go for others
 */
struct tracker {
	struct conn_table tab;
	struct conn scratch;
	struct keeper keeper;
	uint64_t full_gap_ns;
	uint64_t mini_gap_ns;
	uint64_t evicted;
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

static void raise_to(uint64_t *gap_ns, uint64_t time_ns)
{
	if (time_ns > *gap_ns)
		*gap_ns = time_ns;
}

void tracker_loss(struct tracker *t, const struct item *item)
{
	bool lost = item->type == ITEM_LOST;

	if (lost || item->mini < item->count)
		raise_to(&t->full_gap_ns, item->time_ns);
	if (lost || item->mini)
		raise_to(&t->mini_gap_ns, item->time_ns);
}

bool tracker_is_uncertain(const struct tracker *t, const struct conn *conn)
{
	return conn->touched_ns < (conn->flags & CONN_MINI ?
				   t->mini_gap_ns : t->full_gap_ns);
}

struct conn *tracker_first(const struct tracker *t)
{
	return at(t, t->tab.oldest);
}

static struct conn *look_up(const struct tracker *t, uint8_t host,
			    uint32_t netns, uint64_t cookie)
{
	uint32_t hash = conn_table_hash(host, netns, cookie);

	return conn_table_find(&t->tab, hash, host, netns, cookie);
}

struct conn *tracker_find(const struct tracker *t, uint8_t host, uint32_t netns,
			  uint64_t cookie)
{
	return look_up(t, host, netns, cookie);
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
	return look_up(t, conn->host, conn->netns, conn->cookie) == conn;
}

uint64_t tracker_evicted(const struct tracker *t)
{
	return t->evicted;
}

static void part(struct tracker *t, struct conn *conn)
{
	struct conn *other = tracker_peer(t, conn);

	if (other)
		other->peer = NO_CONN;
	conn->peer = NO_CONN;
}

void tracker_remove(struct tracker *t, struct conn *conn)
{
	part(t, conn);
	conn_table_remove(&t->tab, conn);
}

/* It has to go before its time, which its keeper wants to know. */
static void forget(struct tracker *t, struct conn *conn)
{
	if (t->keeper.leave)
		t->keeper.leave(t->keeper.data, conn);
	tracker_remove(t, conn);
}

/* In two halves, or else the compiler makes a slow loop of it. */
static void clear_conn(struct conn *conn)
{
	const size_t half = sizeof(*conn) / 2;

	memset(conn, 0, half);
	memset((char *)conn + half, 0, sizeof(*conn) - half);
}

static void init_conn(struct conn *conn, uint8_t host,
		      const struct tcpfin_event *ev)
{
	clear_conn(conn);
	conn->host = host;
	conn->netns = ev->netns;
	conn->cookie = ev->cookie;
	conn->peer = NO_CONN;
	memcpy(conn->laddr, ev->laddr, sizeof(conn->laddr));
	memcpy(conn->raddr, ev->raddr, sizeof(conn->raddr));
	conn->lport = ev->lport;
	conn->rport = ev->rport;
	conn->family = ev->family;
	conn->ifindex = ev->ifindex;
	conn->touched_ns = ev->time_ns;
}

/* An end that stands in no table. */
static struct conn *start_nameless(struct tracker *t, uint8_t host,
				   const struct tcpfin_event *ev)
{
	init_conn(&t->scratch, host, ev);
	return &t->scratch;
}

/*
 * Without a cookie there is no identity, so nothing to remember; nor is there
 * after an end, but for a keeper.
 */
static struct conn *start(struct tracker *t, uint32_t hash, uint8_t host,
			  const struct tcpfin_event *ev, uint32_t bits)
{
	struct conn *conn;

	if (!ev->cookie || (bits & TRANSITION_ENDS && !t->keeper.leave))
		return start_nameless(t, host, ev);
	if (conn_table_is_full(&t->tab)) {
		forget(t, tracker_first(t));
		t->evicted++;
	}
	conn = conn_table_take(&t->tab);
	init_conn(conn, host, ev);
	conn_table_add(&t->tab, conn, hash);
	return conn;
}

/* Its identity is used again, and how it ended was not seen. */
static void end_unseen(struct conn *conn)
{
	conn->flags |= CONN_ENDED | CONN_LOST;
}

/* Events were lost since its latest one. */
static void doubt(struct conn *conn)
{
	conn->flags |= CONN_LOST;
	/* It may have been closed and connected again in the gap. */
	if (!(conn->flags & (CONN_FIN | CONN_PEER_FIN)))
		conn->flags &= ~CONN_BEGIN(0);
}

/* The end that an event is about, as it was before the event. */
static struct conn *find(struct tracker *t, uint8_t host,
			 const struct tcpfin_event *ev, uint32_t bits,
			 const struct observed_fins *fins)
{
	uint32_t hash = conn_table_hash(host, ev->netns, ev->cookie);
	struct conn *conn = conn_table_find(&t->tab, hash, host,
					    ev->netns, ev->cookie);

	if (!conn)
		return start(t, hash, host, ev, bits);
	if (observe_is_another(conn, ev, bits, fins) ||
	    (conn->flags & CONN_ENDED && ev->time_ns > conn->touched_ns)) {
		if (!(conn->flags & CONN_ENDED))
			end_unseen(conn);
		forget(t, conn);
		return start(t, hash, host, ev, bits);
	}
	conn_table_touch(&t->tab, conn);
	if (tracker_is_uncertain(t, conn))
		doubt(conn);
	return conn;
}

/* Forget an end that is over, if nobody keeps it. */
static void leave(struct tracker *t, struct conn *conn)
{
	if (!t->keeper.leave && conn != &t->scratch)
		tracker_remove(t, conn);
}

void tracker_event(struct tracker *t, uint8_t host,
		   const struct tcpfin_event *ev, struct step *step)
{
	uint32_t bits = transition_bits(ev);
	struct observed_fins fins = observe_fins(ev, bits);
	struct conn *conn = find(t, host, ev, bits, &fins);

	transition_apply(conn, ev, bits, &fins, step);
	if (step->ended)
		leave(t, conn);
}

static bool fits(const struct conn *conn, const struct conn *other)
{
	return other->peer == NO_CONN && peer_fits(conn, other);
}

/* One that may be over may have left its addresses to others. */
static bool is_doubtful(const struct tracker *t, const struct conn *conn)
{
	return !peer_is_final(conn) &&
	       (conn->flags & CONN_ENDED || tracker_is_uncertain(t, conn));
}

static bool belong_together(const struct tracker *t, const struct conn *a,
			    const struct conn *b)
{
	if (peer_is_settled(a, b))
		return true;
	return peer_fits(a, b) && (peer_is_proved(a, b) ||
				   !(is_doubtful(t, a) || is_doubtful(t, b)));
}

struct conn *tracker_pair(struct tracker *t, struct conn *conn)
{
	struct conn *other, *parted = NULL;

	if (!conn->cookie)
		return NULL;
	other = tracker_peer(t, conn);
	if (other) {
		if (belong_together(t, conn, other))
			return NULL;
		part(t, conn);
		parted = other;
	}
	other = conn_table_other(&t->tab, conn, fits);
	if (other && belong_together(t, conn, other)) {
		conn->peer = (uint32_t)(other - t->tab.pool);
		other->peer = (uint32_t)(conn - t->tab.pool);
	}
	return parted;
}
