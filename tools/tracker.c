// SPDX-License-Identifier: GPL-2.0
/*
 * The tracker: follows each end of a connection from event to event.
 *
 * Three rules keep it honest. A time span is known only if the state that it
 * belongs to was seen to begin and nothing contradicts that. A mini-socket's
 * states only go forward and its cookie is its own, so that a gap does not
 * make its spans wrong; a full socket can be connected again, so that a gap
 * does. And an event that comes late (events of different CPUs may arrive
 * slightly out of order) fills in what is missing but moves nothing back.
 */
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>

#include "conntab.h"

/**
 * struct tcpfin_tracker - all that is tracked
 * @tab: the connections
 * @scratch: stands for a connection that need not or cannot be tracked
 * @gap_ns: everything that was lost is older than this
 */
struct tcpfin_tracker {
	struct tcpfin_conntab tab;
	struct tcpfin_conn scratch;
	uint64_t gap_ns;
};

struct tcpfin_tracker *tcpfin_tracker_new(uint32_t limit)
{
	struct tcpfin_tracker *t = calloc(1, sizeof(*t));

	if (t && tcpfin_conntab_init(&t->tab, limit)) {
		free(t);
		t = NULL;
	}
	return t;
}

void tcpfin_tracker_free(struct tcpfin_tracker *t)
{
	if (!t)
		return;
	tcpfin_conntab_exit(&t->tab);
	free(t);
}

void tcpfin_tracker_gap(struct tcpfin_tracker *t, uint64_t time_ns)
{
	if (time_ns > t->gap_ns)
		t->gap_ns = time_ns;
}

bool tcpfin_tracker_is_uncertain(const struct tcpfin_tracker *t,
				 const struct tcpfin_conn *conn)
{
	return conn->touched_ns < t->gap_ns;
}

const struct tcpfin_conn *tcpfin_tracker_first(const struct tcpfin_tracker *t)
{
	return t->tab.oldest == TCPFIN_NO_CONN ? NULL :
						 &t->tab.pool[t->tab.oldest];
}

const struct tcpfin_conn *tcpfin_tracker_after(const struct tcpfin_tracker *t,
					       const struct tcpfin_conn *conn)
{
	return conn->newer == TCPFIN_NO_CONN ? NULL :
					       &t->tab.pool[conn->newer];
}

uint64_t tcpfin_tracker_evicted(const struct tcpfin_tracker *t)
{
	return t->tab.evicted;
}

static void forget_since(struct tcpfin_conn *conn)
{
	conn->flags &= (uint8_t)~TCPFIN_CONN_SINCE;
}

/* A full socket may have been closed and connected again in the gap. */
static void doubt(const struct tcpfin_tracker *t, struct tcpfin_conn *conn)
{
	if (!(conn->flags & TCPFIN_CONN_MINI) &&
	    tcpfin_tracker_is_uncertain(t, conn))
		forget_since(conn);
}

/* Is this the last event of its connection's end? */
static bool is_end(const struct tcpfin_event *ev)
{
	switch (ev->kind) {
	case TCPFIN_KIND_STATE:
		return ev->new_state == TCP_CLOSE &&
		       ev->reason != TCPFIN_REASON_HANDOVER;
	case TCPFIN_KIND_TW_DEATH:
	case TCPFIN_KIND_TW_REFUSED:
		return true;
	}
	return false;
}

static struct tcpfin_conn *use_scratch(struct tcpfin_tracker *t,
				       const struct tcpfin_event *ev)
{
	struct tcpfin_conn *conn = &t->scratch;

	memset(conn, 0, sizeof(*conn));
	conn->netns = ev->netns;
	conn->cookie = ev->cookie;
	return conn;
}

/* Without a cookie there is no identity, so nothing to remember. */
static struct tcpfin_conn *start(struct tcpfin_tracker *t,
				 const struct tcpfin_event *ev)
{
	struct tcpfin_conn *conn;

	if (!ev->cookie || is_end(ev))
		conn = use_scratch(t, ev);
	else
		conn = tcpfin_conntab_add(&t->tab, ev->netns, ev->cookie);
	memcpy(conn->raddr, ev->raddr, sizeof(conn->raddr));
	conn->lport = ev->lport;
	conn->rport = ev->rport;
	conn->family = ev->family;
	conn->touched_ns = ev->time_ns;
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
static bool begin_is_known(const struct tcpfin_conn *conn,
			   const struct tcpfin_event *ev)
{
	if (!(conn->flags & TCPFIN_CONN_SINCE))
		return false;
	if (conn->flags & TCPFIN_CONN_MINI && ev->kind == TCPFIN_KIND_STATE)
		return false;
	return conn->state == ev->old_state ||
	       (!ev->old_state && conn->state == TCP_TIME_WAIT);
}

static void measure(const struct tcpfin_conn *conn,
		    const struct tcpfin_event *ev, struct tcpfin_step *step)
{
	step->conn = conn;
	step->span_known = begin_is_known(conn, ev);
	step->span_ns = step->span_known ? span(conn->since_ns, ev->time_ns) : 0;
	step->mini_known = conn->flags & TCPFIN_CONN_BIRTH;
	step->mini_ns = step->mini_known ? span(conn->mini_ns, ev->time_ns) : 0;
	step->time_wait_over = ev->kind == TCPFIN_KIND_TW_DEATH &&
			       (ev->old_state == TCP_TIME_WAIT ||
				(!ev->old_state &&
				 conn->state == TCP_TIME_WAIT));
}

/*
 * Who acts on a full socket is its owner, but for the one who kills it; who
 * acts on a mini-socket is somebody else (a connect() that takes the ports).
 */
static void learn_owner(struct tcpfin_conn *conn, const struct tcpfin_event *ev)
{
	if (ev->flags & TCPFIN_F_OWNER) {
		conn->uid = ev->uid;
		conn->flags |= TCPFIN_CONN_UID;
	}
	if (!(ev->flags & TCPFIN_F_TASK) ||
	    ev->reason == TCPFIN_REASON_KILLED ||
	    ev->reason == TCPFIN_REASON_NETNS)
		return;
	if (ev->kind != TCPFIN_KIND_STATE &&
	    ev->kind != TCPFIN_KIND_TW_BIRTH &&
	    ev->kind != TCPFIN_KIND_TW_REFUSED)
		return;
	conn->pid = ev->pid;
	memcpy(conn->comm, ev->comm, sizeof(conn->comm));
	conn->flags |= TCPFIN_CONN_OWNER;
}

/* The state began now, unless it is the same one, in another socket. */
static void enter(struct tcpfin_conn *conn, const struct tcpfin_event *ev)
{
	if (ev->new_state != ev->old_state) {
		conn->since_ns = ev->time_ns;
		conn->flags |= TCPFIN_CONN_SINCE;
	} else if (conn->state != ev->new_state) {
		forget_since(conn);
	}
	conn->state = ev->new_state;
}

/* It cannot move the state back, but it may tell when that state began. */
static void take_late(struct tcpfin_conn *conn, const struct tcpfin_event *ev)
{
	if (conn->flags & TCPFIN_CONN_SINCE || conn->state != ev->new_state ||
	    ev->new_state == ev->old_state)
		return;
	conn->since_ns = ev->time_ns;
	conn->flags |= TCPFIN_CONN_SINCE;
}

static void take_birth(struct tcpfin_conn *conn, const struct tcpfin_event *ev)
{
	conn->mini_ns = ev->time_ns;
	conn->flags |= TCPFIN_CONN_MINI | TCPFIN_CONN_BIRTH;
}

static void take_extension(struct tcpfin_conn *conn)
{
	if (conn->extended < UINT16_MAX)
		conn->extended++;
	if (conn->state != TCP_TIME_WAIT)
		forget_since(conn);
	conn->state = TCP_TIME_WAIT;
	conn->flags |= TCPFIN_CONN_MINI;
}

/* A mini-socket took over unseen: it is in some state since some time. */
static void take_handover(struct tcpfin_conn *conn)
{
	conn->state = 0;
	forget_since(conn);
	conn->flags |= TCPFIN_CONN_MINI;
}

static void move(struct tcpfin_conn *conn, const struct tcpfin_event *ev)
{
	bool late = ev->time_ns < conn->touched_ns;

	switch (ev->kind) {
	case TCPFIN_KIND_STATE:
		if (conn->flags & TCPFIN_CONN_MINI)
			return;
		if (ev->reason == TCPFIN_REASON_HANDOVER) {
			take_handover(conn);
			return;
		}
		break;
	case TCPFIN_KIND_TW_BIRTH:
		take_birth(conn, ev);
		break;
	case TCPFIN_KIND_TW_FLIP:
		conn->flags |= TCPFIN_CONN_MINI;
		break;
	case TCPFIN_KIND_TW_EXTEND:
		take_extension(conn);
		return;
	default:
		return;
	}
	if (late)
		take_late(conn, ev);
	else
		enter(conn, ev);
}

void tcpfin_tracker_event(struct tcpfin_tracker *t,
			  const struct tcpfin_event *ev,
			  struct tcpfin_step *step)
{
	struct tcpfin_conn *conn;

	conn = tcpfin_conntab_find(&t->tab, ev->netns, ev->cookie);
	if (conn) {
		tcpfin_conntab_touch(&t->tab, conn);
		doubt(t, conn);
	} else {
		conn = start(t, ev);
	}
	measure(conn, ev, step);
	learn_owner(conn, ev);
	move(conn, ev);
	if (ev->time_ns > conn->touched_ns)
		conn->touched_ns = ev->time_ns;
	if (conn == &t->scratch || !is_end(ev))
		return;
	/* A full socket's end is not that of the mini-socket after it. */
	if (ev->kind == TCPFIN_KIND_STATE && conn->flags & TCPFIN_CONN_MINI)
		return;
	tcpfin_conntab_remove(&t->tab, conn);
}
