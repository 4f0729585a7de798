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
 * @gap_ns: the later one of these two
 * @evicted: ends that had to go for others
 */
struct tcpfin_tracker {
	struct tcpfin_conntab tab;
	struct tcpfin_conn scratch;
	struct tcpfin_keeper keeper;
	uint64_t full_gap_ns;
	uint64_t mini_gap_ns;
	uint64_t gap_ns;
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

static struct tcpfin_conn *at_place(const struct tcpfin_tracker *t,
				    uint32_t place)
{
	return place == TCPFIN_NO_CONN ? NULL : &t->tab.pool[place];
}

struct tcpfin_conn *tcpfin_tracker_first(const struct tcpfin_tracker *t)
{
	return at_place(t, t->tab.oldest);
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
	return look_up(t, conn->host, conn->netns, conn->cookie) == conn;
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
static inline bool same_fin(const struct tcpfin_conn *sender,
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

/* Each knows both FINs, and they are the same: that stays so. */
static bool is_settled(const struct tcpfin_conn *a, const struct tcpfin_conn *b)
{
	const uint32_t both = TCPFIN_CONN_FIN | TCPFIN_CONN_PEER_FIN;

	return !(~(a->flags & b->flags) & both) &&
	       a->fin_seq == b->peer_fin_seq && b->fin_seq == a->peer_fin_seq;
}

static bool belong_together(const struct tcpfin_tracker *t,
			    const struct tcpfin_conn *a,
			    const struct tcpfin_conn *b)
{
	if (is_settled(a, b))
		return true;
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

/* What is odd about an event, so that there is more to look at. */
#define ODD_LATE	0x1	/* it is older than the latest one */
#define ODD_OVERTAKEN	0x2	/* of a full socket, but a mini-socket is there */
#define ODD_STATE	0x4	/* the step before it was not seen */
#define ODD_KIND	0x8	/* there are few like it */

static inline unsigned int find_odd(const struct tcpfin_conn *conn,
				    const struct tcpfin_event *ev,
				    uint32_t bits)
{
	unsigned int odd = 0;

	if (ev->time_ns < conn->touched_ns)
		odd |= ODD_LATE;
	if (bits & TCPFIN_STEP_STATE && conn->flags & TCPFIN_CONN_MINI)
		odd |= ODD_OVERTAKEN;
	if (conn->state != ev->old_state || !ev->old_state)
		odd |= ODD_STATE;
	if (bits & TCPFIN_STEP_RARE)
		odd |= ODD_KIND;
	return odd;
}

/* Events of two CPUs may be swapped: a span is then 0, never negative. */
static inline uint64_t span(uint64_t from_ns, uint64_t to_ns)
{
	return to_ns > from_ns ? to_ns - from_ns : 0;
}

/*
 * TIME_WAIT is a mini-socket's last state: if it was seen to begin, then it is
 * what ended, even where the event cannot say so.
 */
static inline void measure(struct tcpfin_conn *conn,
			   const struct tcpfin_event *ev, uint32_t bits,
			   unsigned int odd, struct tcpfin_step *step)
{
	bool unsaid = odd & ODD_STATE && !ev->old_state &&
		      conn->state == TCP_TIME_WAIT;
	bool state_fits = !(odd & ODD_STATE) || unsaid ||
			  conn->state == ev->old_state;
	uint64_t since_ns;

	*step = (struct tcpfin_step){ .conn = conn };
	if (state_fits && !(odd & ODD_OVERTAKEN) &&
	    tcpfin_conn_since(conn, &since_ns)) {
		step->span_known = true;
		step->span_ns = span(since_ns, ev->time_ns);
	}
	if (conn->flags & TCPFIN_CONN_BIRTH) {
		step->mini_known = true;
		step->mini_ns = span(conn->mini_ns, ev->time_ns);
	}
	if (bits & TCPFIN_STEP_DEATH)
		step->time_wait_over = ev->old_state == TCP_TIME_WAIT || unsaid;
	/* A full socket's end is not that of the mini-socket after it. */
	step->ended = bits & TCPFIN_STEP_ENDS && !(odd & ODD_OVERTAKEN);
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

/*
 * The first slot is that of what came before the teardown, too: one must not
 * pass for the other where the step between them was not seen.
 */
static inline void leave_early_states(struct tcpfin_conn *conn,
				      const struct tcpfin_event *ev,
				      uint32_t bits, unsigned int odd)
{
	const uint16_t teardown = 1U << TCP_FIN_WAIT1 | 1U << TCP_CLOSE_WAIT;

	if (conn->states & teardown || !(bits & TCPFIN_STEP_LATER))
		return;
	if (is_first_of_teardown(ev->old_state) && !(odd & ODD_LATE))
		conn->state = ev->old_state;
	conn->flags &= ~TCPFIN_CONN_BEGIN(0);
}

/* The state began now, unless it is the same one, in another socket. */
static inline void enter(struct tcpfin_conn *conn,
			 const struct tcpfin_event *ev, uint32_t bits)
{
	if (bits & TCPFIN_STEP_BEGINS)
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
		    const struct tcpfin_event *ev, unsigned int odd)
{
	return odd & ODD_LATE ||
	       (conn->state == TCP_TIME_WAIT &&
		ev->new_state == TCP_FIN_WAIT2);
}

/* A step that is not one state after the other. */
static void move_oddly(struct tcpfin_conn *conn, const struct tcpfin_event *ev,
		       unsigned int odd)
{
	if (odd & ODD_OVERTAKEN) {
		if (ev->new_state != TCP_CLOSE && odd & ODD_LATE)
			take_late(conn, ev);
	} else if (ev->kind == TCPFIN_KIND_TW_EXTEND) {
		take_extension(conn, ev);
	}
}

static inline void move(struct tcpfin_conn *conn,
			const struct tcpfin_event *ev, uint32_t bits,
			unsigned int odd)
{
	if (odd & (ODD_OVERTAKEN | ODD_KIND)) {
		move_oddly(conn, ev, odd);
		return;
	}
	if (bits & TCPFIN_STEP_MINI)
		conn->flags |= TCPFIN_CONN_MINI;
	if (bits & TCPFIN_STEP_BIRTH) {
		conn->mini_ns = ev->time_ns;
		conn->flags |= TCPFIN_CONN_BIRTH;
	}
	if (!(bits & TCPFIN_STEP_MOVES))
		return;
	if (is_late(conn, ev, odd))
		take_late(conn, ev);
	else
		enter(conn, ev, bits);
}

static inline void take(struct tcpfin_conn *conn,
			const struct tcpfin_event *ev, uint32_t bits,
			const struct tcpfin_fins *fins, unsigned int odd,
			struct tcpfin_step *step)
{
	measure(conn, ev, bits, odd, step);
	leave_early_states(conn, ev, bits, odd);
	conn->states |= bits & TCPFIN_STEP_STATES;
	tcpfin_learn(conn, ev, bits, fins, odd & ODD_LATE, step->ended);
	move(conn, ev, bits, odd);
	if (!(odd & ODD_LATE))
		conn->touched_ns = ev->time_ns;
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
