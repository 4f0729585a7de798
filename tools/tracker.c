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

#include "learn.h"
#include "moves.h"
#include "tracked.h"

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
	raise_to(&t->gap_ns, item->time_ns);
}

bool tcpfin_tracker_is_uncertain(const struct tcpfin_tracker *t,
				 const struct tcpfin_conn *conn)
{
	return conn->touched_ns < (conn->flags & TCPFIN_CONN_MINI ?
				   t->mini_gap_ns : t->full_gap_ns);
}

struct tcpfin_conn *tcpfin_tracker_first(const struct tcpfin_tracker *t)
{
	return tcpfin_tracker_at(t, t->tab.oldest);
}

static inline struct tcpfin_conn *look_up(const struct tcpfin_tracker *t, uint8_t host,
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
	return tcpfin_tracker_at(t, conn->newer);
}

struct tcpfin_conn *tcpfin_tracker_peer(const struct tcpfin_tracker *t,
					const struct tcpfin_conn *conn)
{
	return tcpfin_tracker_at(t, conn->peer);
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

/*
 * The end that an event is about, as it was before it; @conn is what has its
 * identity.
 */
static inline struct tcpfin_conn *find(struct tcpfin_tracker *t, uint32_t hash,
				       uint8_t host,
				       const struct tcpfin_event *ev,
				       uint32_t bits,
				       const struct tcpfin_fins *fins,
				       struct tcpfin_conn *conn)
{
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
static inline void leave(struct tcpfin_tracker *t, struct tcpfin_conn *conn)
{
	if (!t->keeper.leave && conn != &t->scratch)
		tcpfin_tracker_remove(t, conn);
}

/**
 * struct arrival - an event that has come
 * @hash: of its identity
 * @bits: TCPFIN_STEP_*
 * @conn: the end of that identity, or NULL
 */
struct arrival {
	const struct tcpfin_event *ev;
	uint32_t hash;
	uint32_t bits;
	uint8_t host;
	struct tcpfin_conn *conn;
};

/* Take in any event, whatever is odd about it. */
static __attribute__((noinline)) void take_any(struct tcpfin_tracker *t,
					       const struct arrival *a,
					       struct tcpfin_step *step)
{
	const struct tcpfin_event *ev = a->ev;
	uint32_t bits = a->bits;
	struct tcpfin_fins fins = tcpfin_learn_fins(ev, bits);
	struct tcpfin_conn *conn = find(t, a->hash, a->host, ev, bits, &fins,
					a->conn);

	take(conn, ev, bits, &fins, find_odd(conn, ev, bits), step);
	if (step->ended)
		leave(t, conn);
}

/* Where an end's own FIN is, or comes next, if that is known. */
static inline uint32_t next_seq(const struct tcpfin_event *ev)
{
	return tcpfin_learn_is_full(ev) ? ev->write_seq : ev->snd_nxt;
}

/* Is what an event says of the FINs known, or the next to be known? */
static inline bool fins_fit(const struct tcpfin_conn *conn,
			    const struct tcpfin_event *ev, uint32_t bits)
{
	if (conn->flags & TCPFIN_CONN_FIN ?
	    !(bits & TCPFIN_STEP_FIN_BEFORE) ||
		    conn->fin_seq + 1 != next_seq(ev) :
	    !(bits & TCPFIN_STEP_FIN_NEXT) || !tcpfin_learn_is_full(ev))
		return false;
	return !(conn->flags & TCPFIN_CONN_PEER_FIN) ||
	       (bits & TCPFIN_STEP_PEER_FIN &&
		conn->peer_fin_seq + 1 == ev->rcv_nxt);
}

/*
 * Most events are the next step of an end whose state is known, after its latest
 * one, with nothing lost meanwhile: nothing about them is odd. What take() does
 * then is done by take_usual() with fewer questions.
 */
static inline bool is_usual(const struct tcpfin_tracker *t,
			    const struct tcpfin_conn *conn,
			    const struct tcpfin_event *ev, uint32_t bits)
{
	return bits & TCPFIN_STEP_USUAL && conn->state == ev->old_state &&
	       conn->touched_ns <= ev->time_ns &&
	       conn->touched_ns >= t->gap_ns &&
	       !(conn->flags & TCPFIN_CONN_ENDED) &&
	       !tcpfin_learn_is_no_way(conn, bits) &&
	       !(bits & TCPFIN_STEP_STATE && conn->flags & TCPFIN_CONN_MINI) &&
	       fins_fit(conn, ev, bits);
}

/* The same of the first event of an end, of which nothing is known. */
static inline bool is_usual_first(const struct tcpfin_event *ev, uint32_t bits)
{
	const uint32_t usual = TCPFIN_STEP_USUAL | TCPFIN_STEP_MOVES;

	return !(~bits & usual) &&
	       (tcpfin_learn_is_full(ev) || bits & TCPFIN_STEP_FIN_BEFORE) &&
	       ev->cookie;
}

/* Times only go forward here, and so spans are what is between two of them. */
static inline void measure_usual(struct tcpfin_conn *conn,
				 const struct tcpfin_event *ev,
				 const struct tcpfin_step_facts *facts,
				 struct tcpfin_step *step)
{
	*step = (struct tcpfin_step){ .conn = conn };
	if (conn->flags & TCPFIN_CONN_BEGIN(facts->slot)) {
		step->span_known = true;
		step->span_ns = ev->time_ns - conn->begin_ns[facts->slot];
	}
	if (conn->flags & TCPFIN_CONN_BIRTH) {
		step->mini_known = true;
		step->mini_ns = ev->time_ns - conn->mini_ns;
	}
	if (facts->bits & TCPFIN_STEP_ENDS) {
		step->ended = true;
		step->time_wait_over = facts->bits & TCPFIN_STEP_DEATH &&
				       ev->old_state == TCP_TIME_WAIT;
	}
}

static inline void take_usual(struct tcpfin_conn *conn,
			      const struct tcpfin_event *ev,
			      const struct tcpfin_step_facts *facts,
			      struct tcpfin_step *step)
{
	uint32_t bits = facts->bits;
	bool peer_fin = bits & TCPFIN_STEP_PEER_FIN;

	measure_usual(conn, ev, facts, step);
	leave_early_states(conn, ev, bits, 0);
	conn->states |= bits & TCPFIN_STEP_STATES;
	conn->flags |= facts->sets;
	conn->una = tcpfin_learn_is_full(ev) ? ev->snd_una : ev->snd_nxt;
	conn->fin_seq = facts->sets & TCPFIN_CONN_FIN ?
			next_seq(ev) - !(bits & TCPFIN_STEP_FIN_NEXT) :
			ev->snd_nxt;
	conn->peer_fin_seq = ev->rcv_nxt - peer_fin;
	conn->touched_ns = ev->time_ns;
	tcpfin_learn_owner(conn, ev);
	if (bits & (TCPFIN_STEP_ENDS | TCPFIN_STEP_STATE))
		tcpfin_learn_rest(conn, ev, step->ended);
	if (bits & TCPFIN_STEP_BIRTH)
		conn->mini_ns = ev->time_ns;
	if (!(bits & TCPFIN_STEP_MOVES))
		return;
	if (bits & TCPFIN_STEP_BEGINS)
		conn->begin_ns[facts->new_slot] = ev->time_ns;
	conn->state = ev->new_state;
}

__attribute__((flatten))
void tcpfin_tracker_event(struct tcpfin_tracker *t, uint8_t host,
			  const struct tcpfin_event *ev,
			  struct tcpfin_step *step)
{
	const struct tcpfin_step_facts *facts = tcpfin_step_facts(ev);
	uint32_t hash = tcpfin_conntab_hash(host, ev->netns, ev->cookie);
	struct tcpfin_conn *conn = tcpfin_conntab_find(&t->tab, hash, host,
						       ev->netns, ev->cookie);

	if (conn && is_usual(t, conn, ev, facts->bits)) {
		/* One that leaves needs no place in the order. */
		if (t->keeper.leave || !(facts->bits & TCPFIN_STEP_ENDS))
			tcpfin_conntab_touch(&t->tab, conn);
	} else if (!conn && is_usual_first(ev, facts->bits)) {
		conn = start(t, hash, host, ev, facts->bits);
	} else {
		const struct arrival arrival = {
			.ev = ev, .hash = hash, .bits = facts->bits,
			.host = host, .conn = conn,
		};

		take_any(t, &arrival, step);
		return;
	}
	take_usual(conn, ev, facts, step);
	if (step->ended)
		leave(t, conn);
}
