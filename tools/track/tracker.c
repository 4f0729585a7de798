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

/* The end at a place of the table; NULL for TCPFIN_NO_CONN. */
static struct tcpfin_conn *at(const struct tcpfin_tracker *t, uint32_t place)
{
	return place == TCPFIN_NO_CONN ? NULL : &t->tab.pool[place];
}

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
	tcpfin_steps_init();
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

struct tcpfin_conn *tcpfin_tracker_first(const struct tcpfin_tracker *t)
{
	return at(t, t->tab.oldest);
}

static struct tcpfin_conn *look_up(const struct tcpfin_tracker *t, uint8_t host,
				   uint32_t netns, uint64_t cookie)
{
	uint32_t hash = tcpfin_conntab_hash(host, netns, cookie);

	return tcpfin_conntab_find(&t->tab, hash, host, netns, cookie);
}

struct tcpfin_conn *tcpfin_tracker_find(const struct tcpfin_tracker *t,
					uint8_t host, uint32_t netns,
					uint64_t cookie)
{
	return look_up(t, host, netns, cookie);
}

struct tcpfin_conn *tcpfin_tracker_after(const struct tcpfin_tracker *t,
					 const struct tcpfin_conn *conn)
{
	return at(t, conn->newer);
}

struct tcpfin_conn *tcpfin_tracker_peer(const struct tcpfin_tracker *t,
					const struct tcpfin_conn *conn)
{
	return at(t, conn->peer);
}

bool tcpfin_tracker_has(const struct tcpfin_tracker *t,
			const struct tcpfin_conn *conn)
{
	return look_up(t, conn->host, conn->netns, conn->cookie) == conn;
}

uint64_t tcpfin_tracker_evicted(const struct tcpfin_tracker *t)
{
	return t->evicted;
}

static void part(struct tcpfin_tracker *t, struct tcpfin_conn *conn)
{
	struct tcpfin_conn *other = tcpfin_tracker_peer(t, conn);

	if (other)
		other->peer = TCPFIN_NO_CONN;
	conn->peer = TCPFIN_NO_CONN;
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

/* In two halves, or else the compiler makes a slow loop of it. */
static void clear_conn(struct tcpfin_conn *conn)
{
	const size_t half = sizeof(*conn) / 2;

	memset(conn, 0, half);
	memset((char *)conn + half, 0, sizeof(*conn) - half);
}

static void init_conn(struct tcpfin_conn *conn, uint8_t host,
		      const struct tcpfin_event *ev)
{
	clear_conn(conn);
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
}

/* An end that stands in no table. */
static struct tcpfin_conn *start_nameless(struct tcpfin_tracker *t,
					  uint8_t host,
					  const struct tcpfin_event *ev)
{
	init_conn(&t->scratch, host, ev);
	return &t->scratch;
}

/*
 * Without a cookie there is no identity, so nothing to remember; nor is there
 * after an end, but for a keeper.
 */
static struct tcpfin_conn *start(struct tcpfin_tracker *t, uint32_t hash,
				 uint8_t host, const struct tcpfin_event *ev,
				 uint32_t bits)
{
	struct tcpfin_conn *conn;

	if (!ev->cookie || (bits & TCPFIN_STEP_ENDS && !t->keeper.leave))
		return start_nameless(t, host, ev);
	if (tcpfin_conntab_is_full(&t->tab)) {
		forget(t, tcpfin_tracker_first(t));
		t->evicted++;
	}
	conn = tcpfin_conntab_take(&t->tab);
	init_conn(conn, host, ev);
	tcpfin_conntab_add(&t->tab, conn, hash);
	return conn;
}

/* Its identity is used again, and how it ended was not seen. */
static void end_unseen(struct tcpfin_conn *conn)
{
	conn->flags |= TCPFIN_CONN_ENDED | TCPFIN_CONN_LOST;
}

/* Events were lost since its latest one. */
static void doubt(struct tcpfin_conn *conn)
{
	conn->flags |= TCPFIN_CONN_LOST;
	/* It may have been closed and connected again in the gap. */
	if (!(conn->flags & (TCPFIN_CONN_FIN | TCPFIN_CONN_PEER_FIN)))
		conn->flags &= ~TCPFIN_CONN_BEGIN(0);
}

/* The end that an event is about, as it was before the event. */
static struct tcpfin_conn *find(struct tcpfin_tracker *t, uint8_t host,
				const struct tcpfin_event *ev, uint32_t bits,
				const struct tcpfin_fins *fins)
{
	uint32_t hash = tcpfin_conntab_hash(host, ev->netns, ev->cookie);
	struct tcpfin_conn *conn = tcpfin_conntab_find(&t->tab, hash, host,
						       ev->netns, ev->cookie);

	if (!conn)
		return start(t, hash, host, ev, bits);
	if (tcpfin_learn_is_another(conn, ev, bits, fins) ||
	    (conn->flags & TCPFIN_CONN_ENDED &&
	     ev->time_ns > conn->touched_ns)) {
		if (!(conn->flags & TCPFIN_CONN_ENDED))
			end_unseen(conn);
		forget(t, conn);
		return start(t, hash, host, ev, bits);
	}
	tcpfin_conntab_touch(&t->tab, conn);
	if (tcpfin_tracker_is_uncertain(t, conn))
		doubt(conn);
	return conn;
}

/* Forget an end that is over, if nobody keeps it. */
static void leave(struct tcpfin_tracker *t, struct tcpfin_conn *conn)
{
	if (!t->keeper.leave && conn != &t->scratch)
		tcpfin_tracker_remove(t, conn);
}

void tcpfin_tracker_event(struct tcpfin_tracker *t, uint8_t host,
			  const struct tcpfin_event *ev,
			  struct tcpfin_step *step)
{
	uint32_t bits = tcpfin_step_bits(ev);
	struct tcpfin_fins fins = tcpfin_learn_fins(ev, bits);
	struct tcpfin_conn *conn = find(t, host, ev, bits, &fins);

	tcpfin_move(conn, ev, bits, &fins, step);
	if (step->ended)
		leave(t, conn);
}

static bool fits(const struct tcpfin_conn *conn,
		 const struct tcpfin_conn *other)
{
	return other->peer == TCPFIN_NO_CONN && tcpfin_peer_fits(conn, other);
}

/* One that may be over may have left its addresses to others. */
static bool is_doubtful(const struct tcpfin_tracker *t,
			const struct tcpfin_conn *conn)
{
	return !tcpfin_peer_is_final(conn) &&
	       (conn->flags & TCPFIN_CONN_ENDED ||
		tcpfin_tracker_is_uncertain(t, conn));
}

static bool belong_together(const struct tcpfin_tracker *t,
			    const struct tcpfin_conn *a,
			    const struct tcpfin_conn *b)
{
	if (tcpfin_peer_is_settled(a, b))
		return true;
	return tcpfin_peer_fits(a, b) &&
	       (tcpfin_peer_is_proved(a, b) ||
		!(is_doubtful(t, a) || is_doubtful(t, b)));
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
