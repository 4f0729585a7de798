// SPDX-License-Identifier: GPL-2.0
/* Groups connections that ended with a RST. */
#include <string.h>

#include "diagnosis/resets.h"
#include "track/names.h"
#include "util/basics.h"

const char *reset_cause_name(unsigned int cause)
{
	static const char *const names[] = TCPFIN_CAUSE_NAMES;

	switch (cause) {
	case RESET_KILLED:
		return "killed";
	case RESET_BY_PEER:
		return "by-peer";
	case RESET_INJECTED:
		return CAUSE_INJECTED;
	case RESET_NO_SOCKET:
		return "no-socket";
	}
	return names[cause];
}

/*
 * Did this end send the RST, and why? What an end in repair mode does is no RST, and
 * the limit of orphans is a finding of its own.
 */
static bool sent_rst(const struct conn *conn, uint8_t *cause)
{
	if (!(conn->flags & CONN_ENDED))
		return false;
	switch (conn->reason) {
	case TCPFIN_REASON_KILLED:
		*cause = RESET_KILLED;
		return conn->flags & CONN_RST;
	case TCPFIN_REASON_ABORTED:
	case TCPFIN_REASON_RST_SENT:
		*cause = conn->detail <= TCPFIN_CAUSE_MAX ? conn->detail :
							    TCPFIN_CAUSE_NONE;
		return *cause != TCPFIN_CAUSE_ORPHANS && conn_how(conn) == HOW_RST_SENT;
	}
	return false;
}

static bool got_rst(const struct conn *conn)
{
	return conn->flags & CONN_ENDED && conn->reason == TCPFIN_REASON_RST_RCVD &&
	       conn->old_state != TCP_SYN_SENT && conn->old_state != TCP_SYN_RECV;
}

/* An end that sent or got a RST, and its other end, NULL if it was not seen */
struct reset {
	const struct conn *end;
	const struct conn *other;
	uint8_t cause;		/* see struct reset_group */
};

/* Find the end that sent the RST. */
static bool find_sender(const struct verdict *v, struct reset *reset)
{
	unsigned int i;

	/* If both sent one, the verdict tells which. */
	for (i = 0; i < 2; i++) {
		reset->end = v->end[i ^ v->by];
		reset->other = v->end[!i ^ v->by];
		if (reset->end && sent_rst(reset->end, &reset->cause))
			return true;
	}
	return false;
}

/*
 * Find the end that got a RST which no end that was seen sent. If both were seen, the
 * RST is injected, or the other one was over before.
 */
static bool find_receiver(const struct verdict *v, struct reset *reset)
{
	unsigned int at = got_rst(v->end[v->by]) ? v->by : !v->by;

	reset->end = v->end[at];
	reset->other = v->end[!at];
	if (!reset->end || !got_rst(reset->end))
		return false;
	reset->cause = RESET_BY_PEER;
	if (!reset->other)
		return true;
	reset->cause = v->injected ? RESET_INJECTED : RESET_NO_SOCKET;
	return v->injected || (conn_is_final(reset->other) &&
			       reset->other->touched_ns <= reset->end->touched_ns);
}

static bool same_group(const struct reset_group *a, const struct reset_group *b)
{
	return a->cause == b->cause && a->owner == b->owner && a->served == b->served &&
	       a->family == b->family && a->port == b->port &&
	       !memcmp(a->comm, b->comm, sizeof(a->comm)) &&
	       (a->served || !memcmp(a->raddr, b->raddr, sizeof(a->raddr)));
}

/* Return the reset's group, a new one if need be; NULL (counted) if there is no room. */
static struct reset_group *find_group(struct resets *r, const struct reset *reset,
				      bool served)
{
	const struct conn *conn = reset->end;
	struct reset_group g = {
		.cause = reset->cause, .served = served, .family = conn->family,
		.port = served ? conn->lport : conn->rport,
	};
	size_t i;

	memcpy(g.raddr, conn->raddr, sizeof(g.raddr));
	if (conn->flags & CONN_OWNER) {
		g.owner = true;
		g.pid = conn->pid;
		memcpy(g.comm, conn->comm, strnlen(conn->comm, sizeof(g.comm)));
	}
	for (i = 0; i < r->count && !same_group(&r->list[i], &g); i++)
		;
	if (i == RESETS_MAX) {
		r->rest++;
		return NULL;
	}
	if (i == r->count)
		r->list[r->count++] = g;
	r->list[i].processes |= r->list[i].pid != g.pid;
	r->list[i].addresses |= memcmp(r->list[i].raddr, g.raddr, sizeof(g.raddr)) != 0;
	return &r->list[i];
}

/*
 * What a RST lost. Both ends together tell what was lost in both directions. One end
 * alone tells only what it never sent: what it sent, and what was not acknowledged, may
 * have arrived.
 */
struct loss {
	bool measured;	/* both ends tell it */
	uint64_t bytes;
	uint64_t unacknowledged;	/* see struct reset_group */
};

static struct loss loss_of(const struct reset *reset)
{
	struct optional unacked = conn_unacknowledged(reset->end);
	uint64_t unsent = conn_unsent(reset->end).value;
	struct optional out, in;

	if (reset->other) {
		out = conn_undelivered(reset->end, reset->other);
		in = conn_undelivered(reset->other, reset->end);
		if (out.known && in.known)
			return (struct loss){ true, out.value + in.value, 0 };
	}
	return (struct loss){ false, unsent, saturating_sub(unacked.value, unsent) };
}

static void add(struct reset_group *g, const struct reset *reset,
		const struct loss *loss)
{
	g->count++;
	g->measured += loss->measured;
	g->losers += !!loss->bytes;
	g->lost += loss->bytes;
	g->unacknowledged += loss->unacknowledged;
	if (loss->bytes > g->lost_max)
		g->lost_max = loss->bytes;
	if (reset->end->touched_ns > g->last_ns)
		g->last_ns = reset->end->touched_ns;
}

void resets_take(struct resets *r, const struct verdict *v,
		 resets_serves_fn *serves, const void *data)
{
	struct reset_group *g;
	struct reset reset;
	struct loss loss;

	if (!find_sender(v, &reset) && !find_receiver(v, &reset))
		return;
	loss = loss_of(&reset);
	/* That the other end was over is ordinary, as when it had its FIN only. */
	if (reset.cause == RESET_NO_SOCKET && !loss.bytes)
		return;
	g = find_group(r, &reset, serves(data, reset.end));
	if (g)
		add(g, &reset, &loss);
}
