// SPDX-License-Identifier: GPL-2.0
/*
 * Pairs the two ends of a connection and tells when it is over.
 *
 * An end that is over stays until its other end is, too, which is looked for
 * then and not before. If that was not seen, it stays for a grace: the first
 * sign of the other end may still come, as when this one ended with a RST. The
 * waiting ones stand in a queue in the order in which their grace ends.
 */
#include <stdlib.h>
#include <string.h>

#include "track/pairing.h"

/* An end that waits, by identity: it may be gone by then. */
struct waiting {
	uint64_t until_ns;
	struct conn *conn;
	uint64_t cookie;
};

/**
 * struct queue - a ring of those that wait
 * @entries: room for a power of two of them
 * @room: how many
 * @first: number of the first that waits, counting all that ever did
 * @next: number of the next to come
 */
struct queue {
	struct waiting *entries;
	size_t room;
	size_t first;
	size_t next;
};

/**
 * struct pairing - pairs ends
 * @due_ns: nobody's wait is over before
 * @brief: see pairing_be_brief()
 */
struct pairing {
	struct tracker *tracker;
	struct queue queue;
	uint64_t grace_ns;
	uint64_t due_ns;
	bool brief;
	pairing_fn *ended;
	void *data;
};

static bool is_over(const struct conn *conn)
{
	return conn->flags & CONN_ENDED;
}

static void tell(const struct pairing *t, pairing_fn *fn, void *data,
		 const struct conn *a, const struct conn *b)
{
	struct verdict v;

	if (t->brief)
		verdict_brief(a, b, &v);
	else
		verdict_of(a, b, &v);
	v.lost |= tracker_is_uncertain(t->tracker, a) && !is_over(a);
	if (b)
		v.lost |= tracker_is_uncertain(t->tracker, b) && !is_over(b);
	fn(data, &v);
}

/* Tell of a connection with an end that is over, and forget its ends. */
static void settle(struct pairing *t, struct conn *conn)
{
	struct conn *other = tracker_peer(t->tracker, conn);

	tell(t, t->ended, t->data, conn, other);
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

/* Without memory nobody waits. */
static void let_wait(struct pairing *t, struct conn *conn)
{
	struct queue *q = &t->queue;
	struct waiting *w;

	if (q->next - q->first == q->room && !grow(q)) {
		settle(t, conn);
		return;
	}
	w = &q->entries[q->next++ & (q->room - 1)];
	w->until_ns = conn->touched_ns + t->grace_ns;
	w->conn = conn;
	w->cookie = conn->cookie;
	if (w->until_ns < t->due_ns)
		t->due_ns = w->until_ns;
}

/*
 * Are its two ends still those of one connection, as far as is known? One that
 * was taken for the other end gets nobody's attention any more if it is over.
 */
static void look_again(struct pairing *t, struct conn *conn)
{
	struct conn *other, *parted;

	parted = tracker_pair(t->tracker, conn);
	if (!parted || !is_over(parted))
		return;
	tracker_pair(t->tracker, parted);
	other = tracker_peer(t->tracker, parted);
	if (!other)
		let_wait(t, parted);
	else if (is_over(other))
		settle(t, parted);
}

/* The tracker needs the place, or the identity is used again. */
static void on_leave(void *data, struct conn *conn)
{
	struct pairing *t = data;
	struct conn *other;

	look_again(t, conn);
	other = tracker_peer(t->tracker, conn);
	if (!is_over(conn) && !(other && is_over(other)))
		return;
	tell(t, t->ended, t->data, conn, other);
	if (other && is_over(other))
		tracker_remove(t->tracker, other);
}

struct pairing *pairing_new(uint32_t limit, uint64_t grace_ns,
			    pairing_fn *ended, void *data)
{
	struct pairing *t = calloc(1, sizeof(*t));
	struct keeper keeper = { .leave = on_leave, .data = t };

	if (!t)
		return NULL;
	t->tracker = tracker_new(limit, &keeper);
	t->grace_ns = grace_ns;
	t->due_ns = UINT64_MAX;
	t->ended = ended;
	t->data = data;
	if (t->tracker)
		return t;
	free(t);
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
	free(t->queue.entries);
	free(t);
}

/* One with another end by now goes with that; one that went took its turn. */
static bool still_waits(const struct pairing *t, const struct waiting *w)
{
	return tracker_has(t->tracker, w->conn) &&
	       w->conn->cookie == w->cookie && is_over(w->conn) &&
	       w->conn->touched_ns + t->grace_ns == w->until_ns &&
	       w->conn->peer == NO_CONN;
}

/* The first sign of its other end came meanwhile, or does not come. */
static void end_wait(struct pairing *t, struct conn *conn)
{
	struct conn *other;

	tracker_pair(t->tracker, conn);
	other = tracker_peer(t->tracker, conn);
	if (!other || is_over(other))
		settle(t, conn);
}

uint64_t pairing_time(struct pairing *t, uint64_t now_ns)
{
	struct queue *q = &t->queue;

	while (q->first != q->next) {
		struct waiting *w = &q->entries[q->first & (q->room - 1)];

		if (w->until_ns > now_ns) {
			t->due_ns = w->until_ns;
			return w->until_ns - now_ns;
		}
		q->first++;
		if (still_waits(t, w))
			end_wait(t, w->conn);
	}
	t->due_ns = UINT64_MAX;
	return UINT64_MAX;
}

static void take_end(struct pairing *t, struct conn *conn)
{
	struct conn *other = tracker_peer(t->tracker, conn);

	if (!conn->cookie)
		tell(t, t->ended, t->data, conn, NULL);
	else if (!other)
		let_wait(t, conn);
	else if (is_over(other))
		settle(t, conn);
}

const struct conn *
pairing_take(struct pairing *t,
	     const struct item *item)
{
	struct step step;

	if (t->due_ns <= item->time_ns)
		pairing_time(t, item->time_ns);
	if (item->type != ITEM_EVENT) {
		tracker_loss(t->tracker, item);
		return NULL;
	}
	tracker_event(t->tracker, item->host, item->event, &step);
	/* Who the other end is matters once one of them is over. */
	if (step.ended || step.conn->peer != NO_CONN)
		look_again(t, step.conn);
	if (step.ended)
		take_end(t, step.conn);
	return step.conn;
}

void pairing_finish(struct pairing *t)
{
	struct conn *next, *conn = tracker_first(t->tracker);

	while (conn) {
		/* Events lost since then may have made the pair doubtful. */
		look_again(t, conn);
		next = tracker_after(t->tracker, conn);
		if (is_over(conn)) {
			/* Its other end may be the next, and goes with it. */
			if (next == tracker_peer(t->tracker, conn) && next &&
			    is_over(next))
				next = tracker_after(t->tracker, next);
			settle(t, conn);
		}
		conn = next;
	}
	t->queue.first = t->queue.next;
}

static void pair_all(struct pairing *t)
{
	struct conn *conn = tracker_first(t->tracker);

	for (; conn; conn = tracker_after(t->tracker, conn))
		tracker_pair(t->tracker, conn);
}

void pairing_open(struct pairing *t,
		  pairing_fn *each, void *data)
{
	const struct conn *conn = tracker_first(t->tracker);

	pair_all(t);
	for (; conn; conn = tracker_after(t->tracker, conn)) {
		const struct conn *other = tracker_peer(t->tracker, conn);

		/* Of two that are open the first tells of both. */
		if (!is_over(conn) && !(other && !is_over(other) && other < conn))
			tell(t, each, data, conn, other);
	}
}

void pairing_one(struct pairing *t, struct conn *conn, pairing_fn *fn,
		 void *data)
{
	tracker_pair(t->tracker, conn);
	tell(t, fn, data, conn, tracker_peer(t->tracker, conn));
}

const struct tracker *pairing_tracker(const struct pairing *t)
{
	return t->tracker;
}
