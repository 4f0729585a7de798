// SPDX-License-Identifier: GPL-2.0
/*
 * Pairs the two ends of a connection and reports the connection once it is
 * over.
 *
 * An end that is over waits until its peer is over, too; the peer is looked for
 * only then. If the peer was not seen, the end waits for a grace: the first
 * event of the peer may still come, as after a RST. Waiting ends are in a queue
 * in the order in which their grace ends.
 *
 * As long as events of the past come one after the other, the grace of the last
 * LONELY_MAX ends goes on: the peer of an end may have been frozen, or slow, and its
 * events are there already.
 */
#include <stdlib.h>
#include <string.h>

#include "track/fin_index.h"
#include "track/pairing.h"
#include "track/peers.h"

#define LONELY_MAX	2048	/* ends that wait beyond their grace */

/* Most ends in pairing.early */
#define EARLY_MAX	65536

/* A waiting end; the cookie tells whether @conn is still the same end. */
struct waiting {
	uint64_t until_ns;
	struct conn *conn;
	uint64_t cookie;
};

/* Ring of waiting ends */
struct queue {
	struct waiting *entries;	/* array of @room entries */
	size_t room;	/* a power of two */
	size_t first;	/* running number of the first entry */
	size_t next;	/* running number of the next entry to be added */
};

/* Pairs ends */
struct pairing {
	struct tracker *tracker;
	struct fin_index *fins;
	struct queue queue;
	struct queue early;	/* ends in TIME_WAIT, see pairing_early() */
	uint64_t grace_ns;
	bool brief;		/* see pairing_be_brief() */
	pairing_fn *ended;
	void *data;
};

static bool is_over(const struct conn *conn)
{
	return conn->flags & CONN_ENDED;
}

static void judge(const struct pairing *t, const struct conn *a,
		  const struct conn *b, struct verdict *v)
{
	if (t->brief)
		verdict_brief(a, b, v);
	else
		verdict_of(a, b, v);
	v->lost |= tracker_is_uncertain(t->tracker, a) && !is_over(a);
	if (b)
		v->lost |= tracker_is_uncertain(t->tracker, b) && !is_over(b);
	v->injected &= !v->lost;
}

static void report(const struct pairing *t, pairing_fn *fn, void *data,
		   const struct conn *a, const struct conn *b)
{
	struct verdict v;

	judge(t, a, b, &v);
	fn(data, &v);
}

/* Report a connection with an end that is over, and remove its ends. */
static void report_and_remove(struct pairing *t, struct conn *conn)
{
	struct conn *other = tracker_peer(t->tracker, conn);

	report(t, t->ended, t->data, conn, other);
	if (other && is_over(other))
		tracker_remove(t->tracker, other);
	tracker_remove(t->tracker, conn);
}

static bool grow(struct queue *q)
{
	size_t i, room = q->room ? 2 * q->room : 64;
	struct waiting *entries = malloc(room * sizeof(*entries));

	if (!entries)
		return false;
	for (i = q->first; i != q->next; i++)
		entries[i & (room - 1)] = q->entries[i & (q->room - 1)];
	free(q->entries);
	q->entries = entries;
	q->room = room;
	return true;
}

/* Add an end to a queue. Return false without memory. */
static bool add(struct queue *q, struct conn *conn, uint64_t until_ns)
{
	if (q->next - q->first == q->room && !grow(q))
		return false;
	q->entries[q->next++ & (q->room - 1)] = (struct waiting){
		.until_ns = until_ns, .conn = conn, .cookie = conn->cookie,
	};
	return true;
}

/* Let an end wait for its peer; without memory, report it at once. */
static void wait_for_peer(struct pairing *t, struct conn *conn)
{
	if (!add(&t->queue, conn, conn->touched_ns + t->grace_ns))
		report_and_remove(t, conn);
}

/* Return the only end with the same FINs and other addresses, or NULL. */
static struct conn *find_translated(const struct pairing *t, struct conn *conn)
{
	struct conn *const *set = fin_index_find(t->fins, conn);
	struct conn *found = NULL;
	unsigned int i;

	for (i = 0; i < FIN_INDEX_WAYS; i++) {
		struct conn *other = set[i];

		if (!other || other->fin_seq != conn->peer_fin_seq ||
		    !peers_are_translated(conn, other) ||
		    !tracker_has(t->tracker, other))
			continue;
		/* A place that was used again may be in the set twice. */
		if (found && found != other) {
			conn->flags |= CONN_AMBIGUOUS;
			return NULL;
		}
		found = other;
	}
	return found;
}

/* As tracker_pair(); a peer whose addresses were translated is found, too. */
static struct conn *find_peer(struct pairing *t, struct conn *conn)
{
	struct conn *former = tracker_pair(t->tracker, conn), *other = NULL;

	if (conn->peer == NO_CONN && conn->flags & CONN_INDEXED)
		other = find_translated(t, conn);
	if (other && find_translated(t, other) == conn)
		tracker_join_translated(t->tracker, conn, other);
	return former;
}

/* Once the numbers of both FINs are known, an end can be found by them. */
static void index_fins(struct pairing *t, struct conn *conn)
{
	const uint32_t both = CONN_FIN | CONN_PEER_FIN;

	if ((conn->flags & (both | CONN_INDEXED)) != both || !conn->cookie)
		return;
	fin_index_add(t->fins, conn);
	conn->flags |= CONN_INDEXED;
}

/*
 * Look for the peer again. A former peer that is over would be forgotten: look
 * for its own peer, let it wait, or report it.
 */
static void recheck_peer(struct pairing *t, struct conn *conn)
{
	struct conn *other, *former;

	former = find_peer(t, conn);
	if (!former || !is_over(former))
		return;
	find_peer(t, former);
	other = tracker_peer(t->tracker, former);
	if (!other)
		wait_for_peer(t, former);
	else if (is_over(other))
		report_and_remove(t, former);
}

/* The tracker drops an end early, see struct keeper. */
static void before_drop(void *data, struct conn *conn)
{
	struct pairing *t = data;
	struct conn *other;

	recheck_peer(t, conn);
	other = tracker_peer(t->tracker, conn);
	if (!is_over(conn) && !(other && is_over(other)))
		return;
	report(t, t->ended, t->data, conn, other);
	if (other && is_over(other))
		tracker_remove(t->tracker, other);
}

struct pairing *pairing_new(uint32_t limit, uint64_t grace_ns,
			    pairing_fn *ended, void *data)
{
	struct pairing *t = calloc(1, sizeof(*t));
	struct keeper keeper = { .leave = before_drop, .data = t };

	if (!t)
		return NULL;
	t->tracker = tracker_new(limit, &keeper);
	t->fins = fin_index_new();
	t->grace_ns = grace_ns;
	t->ended = ended;
	t->data = data;
	if (t->tracker && t->fins)
		return t;
	pairing_free(t);
	return NULL;
}

void pairing_be_brief(struct pairing *t)
{
	t->brief = true;
}

void pairing_free(struct pairing *t)
{
	if (!t)
		return;
	tracker_free(t->tracker);
	fin_index_free(t->fins);
	free(t->queue.entries);
	free(t->early.entries);
	free(t);
}

/* Skip entries that were paired meanwhile or already removed. */
static bool still_waits(const struct pairing *t, const struct waiting *w)
{
	return tracker_has(t->tracker, w->conn) && w->conn->cookie == w->cookie &&
	       is_over(w->conn) && w->conn->touched_ns + t->grace_ns == w->until_ns &&
	       w->conn->peer == NO_CONN;
}

/* The grace is over: report the end, unless a peer came that is not over. */
static void end_grace(struct pairing *t, struct conn *conn)
{
	struct conn *other;

	find_peer(t, conn);
	other = tracker_peer(t->tracker, conn);
	if (!other || is_over(other))
		report_and_remove(t, conn);
}

/* As pairing_time(), but the grace of the last @kept ends goes on. */
static uint64_t end_graces(struct pairing *t, uint64_t now_ns, size_t kept)
{
	struct queue *q = &t->queue;

	while (q->next - q->first > kept) {
		struct waiting *w = &q->entries[q->first & (q->room - 1)];

		if (w->until_ns > now_ns)
			return w->until_ns - now_ns;
		q->first++;
		if (still_waits(t, w))
			end_grace(t, w->conn);
	}
	return UINT64_MAX;
}

uint64_t pairing_time(struct pairing *t, uint64_t now_ns)
{
	return end_graces(t, now_ns, 0);
}

void pairing_waiting(const struct pairing *t, pairing_fn *each, void *data)
{
	const struct queue *q = &t->queue;
	size_t i;

	for (i = q->first; i != q->next; i++) {
		const struct waiting *w = &q->entries[i & (q->room - 1)];

		if (still_waits(t, w))
			report(t, each, data, w->conn, NULL);
	}
}

static void handle_end(struct pairing *t, struct conn *conn)
{
	struct conn *other = tracker_peer(t->tracker, conn);

	if (!conn->cookie)
		report(t, t->ended, t->data, conn, NULL);
	else if (!other && !conn_is_self(conn))
		wait_for_peer(t, conn);
	else if (!other || is_over(other))
		report_and_remove(t, conn);
}

static bool in_time_wait(const struct conn *conn)
{
	return conn->state == TCP_TIME_WAIT && !is_over(conn);
}

void pairing_notice(struct pairing *t, const struct conn *conn)
{
	struct conn *waiting = NULL;

	/* The last wave ended one end, or took one to TIME_WAIT. */
	if (is_over(conn))
		waiting = tracker_peer(t->tracker, conn);
	else if (in_time_wait(conn))
		waiting = tracker_find(t->tracker, conn->host, conn->netns, conn->cookie);
	if (waiting && in_time_wait(waiting) && !(waiting->flags & CONN_SHOWN) &&
	    t->early.next - t->early.first < EARLY_MAX)
		add(&t->early, waiting, 0);
}

/* Show a connection, unless the peer still has a wave to get. */
static void show_early(struct pairing *t, struct conn *conn,
		       pairing_early_fn *fn, void *data)
{
	struct conn *other;
	struct verdict v;

	recheck_peer(t, conn);
	other = tracker_peer(t->tracker, conn);
	if (other && !is_over(other) && !in_time_wait(other))
		return;
	judge(t, conn, other, &v);
	if (v.how == HOW_OPEN)
		v.how = HOW_FIN;
	if (!fn(data, &v))
		return;
	conn->flags |= CONN_SHOWN;
	if (other)
		other->flags |= CONN_SHOWN;
}

void pairing_early(struct pairing *t, pairing_early_fn *fn, void *data)
{
	struct queue *q = &t->early;

	for (; q->first != q->next; q->first++) {
		struct waiting *w = &q->entries[q->first & (q->room - 1)];

		if (tracker_has(t->tracker, w->conn) && w->conn->cookie == w->cookie &&
		    in_time_wait(w->conn) && !(w->conn->flags & CONN_SHOWN))
			show_early(t, w->conn, fn, data);
	}
}

const struct conn *pairing_take(struct pairing *t, const struct item *item)
{
	struct step step;

	if (t->queue.next - t->queue.first > LONELY_MAX)
		end_graces(t, item->time_ns, LONELY_MAX);
	if (item->type != ITEM_EVENT) {
		tracker_loss(t->tracker, item);
		return NULL;
	}
	tracker_event(t->tracker, item->host, item->event, &step);
	index_fins(t, step.conn);
	/* The peer is needed only once one of the ends is over. */
	if (step.ended || step.conn->peer != NO_CONN)
		recheck_peer(t, step.conn);
	if (step.ended)
		handle_end(t, step.conn);
	return step.conn;
}

void pairing_finish(struct pairing *t)
{
	struct conn *next, *conn = tracker_first(t->tracker);

	while (conn) {
		/* Events lost since then may have made the pair doubtful. */
		recheck_peer(t, conn);
		next = tracker_after(t->tracker, conn);
		if (is_over(conn)) {
			/* report_and_remove() removes the peer, too. */
			if (next == tracker_peer(t->tracker, conn) && next &&
			    is_over(next))
				next = tracker_after(t->tracker, next);
			report_and_remove(t, conn);
		}
		conn = next;
	}
	t->queue.first = t->queue.next;
}

void pairing_open(struct pairing *t, pairing_fn *each, void *data)
{
	struct conn *conn = tracker_first(t->tracker);

	for (; conn; conn = tracker_after(t->tracker, conn))
		find_peer(t, conn);
	conn = tracker_first(t->tracker);
	for (; conn; conn = tracker_after(t->tracker, conn)) {
		const struct conn *other = tracker_peer(t->tracker, conn);

		/* If both ends are open, report them once. */
		if (!is_over(conn) && !(other && !is_over(other) && other < conn))
			report(t, each, data, conn, other);
	}
}

void pairing_one(struct pairing *t, struct conn *conn, pairing_fn *fn, void *data)
{
	find_peer(t, conn);
	report(t, fn, data, conn, tracker_peer(t->tracker, conn));
}

const struct tracker *pairing_tracker(const struct pairing *t)
{
	return t->tracker;
}
