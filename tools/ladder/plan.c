// SPDX-License-Identifier: GPL-2.0
/*
 * Plans what a ladder shows: the states of each side, and the arrows.
 *
 * Which of several equal FINs arrived cannot be seen: assume the last one that
 * was sent before the arrival.
 */
#include <netinet/tcp.h>
#include <string.h>

#include "ladder/plan.h"

/* Times when one FIN was sent, and when it arrived */
struct fin {
	struct optional sent[1 + RETRANSMIT_TIMES];
	struct optional came[1 + RETRANSMIT_TIMES];
	unsigned int sends;
	unsigned int arrivals;
};

static int find_state(const struct ladder_side *side, uint8_t state)
{
	int i;

	for (i = 1; i < side->states; i++)
		if (side->state[i].state == state)
			return i;
	return NO_STATE;
}

static uint8_t state_before(const struct conn *conn)
{
	static const uint8_t states[] = {
		TCP_ESTABLISHED, TCP_SYN_RECV, TCP_SYN_SENT,
	};
	size_t i;

	for (i = 0; i < sizeof(states); i++)
		if (conn_was_in(conn, BIT(states[i])))
			return states[i];
	return 0;
}

static void plan_states(struct ladder_side *side)
{
	static const uint8_t states[] = {
		TCP_FIN_WAIT1, TCP_CLOSE_WAIT, TCP_FIN_WAIT2, TCP_CLOSING,
		TCP_LAST_ACK, TCP_TIME_WAIT,
	};
	const struct conn *conn = side->conn;
	struct ladder_plan_state *s = side->state;
	size_t i;

	memset(s++, 0, sizeof(*s));
	if (conn) {
		side->state[0].state = state_before(conn);
		for (i = 0; i < sizeof(states); i++) {
			if (!conn_was_in(conn, BIT(states[i])))
				continue;
			s->state = states[i];
			s->began = conn_began(conn, states[i]);
			s++->span = conn_span(conn, states[i]);
		}
		if (conn->flags & CONN_ENDED) {
			s->state = TCP_CLOSE;
			s->began = optional_of(true, conn->touched_ns);
			s++->span = optional_of(false, 0);
		}
	}
	side->states = (int)(s - side->state);
}

/* Add an arrow. Without a time it gets that of the previous arrow. */
static void add_arrow(struct ladder_plan *plan, struct ladder_arrow arrow,
		      struct optional when)
{
	if (plan->arrows == LADDER_PLAN_ARROWS)
		return;
	arrow.order_ns = when.known ? when.value :
			 plan->arrows ? plan->arrow[plan->arrows - 1].order_ns :
			 plan->zero_ns;
	plan->arrow[plan->arrows++] = arrow;
}

/* Return the state of a side that begins when it sends its FIN. */
static int sending_state(const struct ladder_side *side)
{
	int state = find_state(side, TCP_FIN_WAIT1);

	if (!side->conn || side->conn->flags & CONN_UNSENT)
		return NO_STATE;
	return state == NO_STATE ? find_state(side, TCP_LAST_ACK) : state;
}

static int time_wait_state(const struct ladder_side *side)
{
	return find_state(side, conn_tw_refused(side->conn) ? TCP_CLOSE : TCP_TIME_WAIT);
}

/* Return the state that begins when the other side's FIN arrives. */
static int receiving_state(const struct ladder_side *side)
{
	int state = find_state(side, TCP_CLOSE_WAIT);

	if (state == NO_STATE)
		state = find_state(side, TCP_CLOSING);
	if (state == NO_STATE && find_state(side, TCP_FIN_WAIT2) != NO_STATE)
		state = time_wait_state(side);
	return state;
}

/* Return the state that begins when a side's own FIN is acknowledged. */
static int acked_state(const struct ladder_side *side)
{
	if (find_state(side, TCP_CLOSING) != NO_STATE)
		return time_wait_state(side);
	if (find_state(side, TCP_FIN_WAIT2) != NO_STATE)
		return find_state(side, TCP_FIN_WAIT2);
	return side->conn && side->conn->old_state == TCP_LAST_ACK ?
	       find_state(side, TCP_CLOSE) : NO_STATE;
}

/* Return how many kept times to use: at most as many as the tracker counted. */
static unsigned int usable(unsigned int n, unsigned int counted)
{
	return n < counted ? n : counted;
}

/* Collect a FIN's times; an unseen arrival gets that of its ACK. */
static void collect_times(const struct ladder_plan *plan, unsigned int from,
			  struct fin *fin)
{
	const struct wave *wave = &plan->v->wave[2 * from];
	const struct ladder_side *sender = &plan->side[from];
	const struct ladder_side *receiver = &plan->side[!from];
	unsigned int i, n = 0;

	fin->sends = 0;
	fin->arrivals = 0;
	if (sender->conn)
		fin->sent[fin->sends++] = wave[0].sent;
	if (sender->conn && sender->retransmit)
		n = usable(sender->retransmit->sent, sender->conn->retransmitted);
	for (i = 0; i < n; i++)
		fin->sent[fin->sends++] = optional_of(true, sender->retransmit->sent_ns[i]);
	if (receiver->conn ? receiver->conn->flags & CONN_PEER_FIN : wave[1].happened)
		fin->came[fin->arrivals++] = wave[0].received.known ? wave[0].received :
					     wave[1].received;
	n = 0;
	if (receiver->conn && receiver->retransmit)
		n = usable(receiver->retransmit->came, receiver->conn->fin_again);
	for (i = 0; fin->arrivals && i < n; i++)
		fin->came[fin->arrivals++] = optional_of(true, receiver->retransmit->came_ns[i]);
}

/* Return the arrival that the acknowledgment received at @acked answered. */
static unsigned int answered(const struct fin *fin, struct optional acked)
{
	unsigned int i = 0;

	while (acked.known && i + 1 < fin->arrivals &&
	       fin->came[i + 1].value <= acked.value)
		i++;
	return i;
}

/*
 * Add the ACK of a FIN that arrived; each arrival is answered. If waves 2 and 3
 * were one segment, the caller leaves out the ACK.
 */
static void add_ack(struct ladder_plan *plan, unsigned int from,
		    const struct fin *fin, unsigned int arrival)
{
	const struct wave *ack = &plan->v->wave[2 * from + 1];
	bool back = ack->received.known && arrival == answered(fin, ack->received);
	struct ladder_arrow arrow = {
		.kind = LADDER_ARROW_ACK, .from = !from, .again = arrival,
		.seen = back, .arrived = back, .state = { NO_STATE, NO_STATE },
	};

	if (!ack->happened && !arrival)
		return;
	if (back)
		arrow.state[from] = acked_state(&plan->side[from]);
	if (!arrival && plan->side[!from].conn)
		arrow.state[!from] = receiving_state(&plan->side[!from]);
	add_arrow(plan, arrow, back ? ack->received : optional_of(false, 0));
}

/* Add a FIN that was sent, arrived, or both; NULL for what was not seen. */
static void add_fin(struct ladder_plan *plan, unsigned int from, const struct optional *sent,
		    const struct optional *came, bool again)
{
	struct ladder_arrow arrow = {
		.kind = LADDER_ARROW_FIN, .from = from, .again = again,
		.arrived = came, .state = { NO_STATE, NO_STATE },
	};
	struct optional when = { false, 0 };

	arrow.seen = (sent && sent->known) ||
		     (came && came->known && plan->side[!from].conn);
	if (sent && !again)
		arrow.state[from] = sending_state(&plan->side[from]);
	if (sent) {
		when = *sent;
		arrow.at[from] = when;
	}
	if (came && came->known && plan->side[!from].conn) {
		when = *came;
		arrow.at[!from] = when;
	}
	add_arrow(plan, arrow, when);
}

static void add_more(struct ladder_plan *plan, unsigned int from,
		     unsigned int counted, unsigned int shown)
{
	struct ladder_arrow arrow = {
		.kind = LADDER_ARROW_MORE, .from = from,
		.state = { NO_STATE, NO_STATE },
	};

	if (counted <= shown)
		return;
	arrow.count = counted - shown;
	add_arrow(plan, arrow, optional_of(false, 0));
}

static bool is_merged(const struct ladder_plan *plan)
{
	const struct conn *closer = plan->side[0].conn;

	return plan->v->merged == TRI_YES && plan->v->closer != CLOSER_BOTH &&
	       /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): merged: it was seen */
	       !plan->side[1].conn->retransmitted &&
	       !(closer && closer->fin_again);
}

/* Set the state that begins with the arrow of the FIN that arrived first. */
static void mark_arrival(struct ladder_plan *plan, unsigned int from)
{
	struct ladder_arrow *arrow = &plan->arrow[plan->arrows - 1];
	struct ladder_side *receiver = &plan->side[!from];
	int state;

	if (!receiver->conn)
		return;
	state = receiving_state(receiver);
	if (from == 1 && is_merged(plan)) {
		arrow->kind = LADDER_ARROW_FIN_ACK;
		if (find_state(receiver, TCP_FIN_WAIT2) != NO_STATE)
			state = find_state(receiver, TCP_FIN_WAIT2);
	}
	arrow->state[!from] = state;
}

/* Add one side's FIN as often as it was sent and arrived, with its ACKs. */
static void plan_fin(struct ladder_plan *plan, unsigned int from)
{
	const struct ladder_side *side = plan->side;
	unsigned int next = 0, i, last;
	struct fin fin;

	if (!plan->v->wave[2 * from].happened)
		return;
	collect_times(plan, from, &fin);
	for (i = 0; i < fin.arrivals; i++) {
		const struct optional *came = &fin.came[i];

		last = next;
		while (came->known && last + 1 < fin.sends &&
		       fin.sent[last + 1].value <= came->value)
			last++;
		for (; next < last; next++)
			add_fin(plan, from, &fin.sent[next], NULL, next);
		if (next < fin.sends && (!i || fin.sent[next].value <= came->value)) {
			add_fin(plan, from, &fin.sent[next], came, next);
			next++;
		} else {
			add_fin(plan, from, NULL, came, i);
		}
		if (!i)
			mark_arrival(plan, from);
		if (from || !is_merged(plan) || i)
			add_ack(plan, from, &fin, i);
	}
	for (; next < fin.sends; next++)
		add_fin(plan, from, &fin.sent[next], NULL, next);
	if (side[from].conn)
		add_more(plan, from, side[from].conn->retransmitted, fin.sends - 1);
	if (side[!from].conn && !side[from].conn && fin.arrivals)
		add_more(plan, from, side[!from].conn->fin_again, fin.arrivals - 1);
}

static void plan_data(struct ladder_plan *plan)
{
	const struct verdict *v = plan->v;
	struct optional bytes = v->half_close_received.known ?
				v->half_close_received : v->half_close_sent;
	struct ladder_arrow arrow = {
		.kind = LADDER_ARROW_DATA, .from = 1, .seen = true,
		.arrived = true, .state = { NO_STATE, NO_STATE },
		.count = bytes.value,
	};

	if (bytes.known && bytes.value)
		add_arrow(plan, arrow, v->wave[1].received.known ?
				  v->wave[1].received : v->wave[0].received);
}

static bool ended_with(const struct conn *conn, uint8_t reason)
{
	return conn && conn->flags & CONN_ENDED && conn->reason == reason;
}

static void plan_rst(struct ladder_plan *plan, unsigned int from)
{
	const struct conn *sender = plan->side[from].conn;
	const struct conn *receiver = plan->side[!from].conn;
	bool sent = sender && sender->flags & CONN_ENDED &&
		    (sender->flags & CONN_RST ||
		     sender->reason == TCPFIN_REASON_RST_SENT);
	bool came = ended_with(receiver, TCPFIN_REASON_RST_RCVD);
	struct ladder_arrow arrow = {
		.kind = LADDER_ARROW_RST, .from = from, .seen = true,
		.arrived = came, .state = { NO_STATE, NO_STATE },
	};

	if (!sent && !came)
		return;
	arrow.nowhere = plan->v->injected && receiver == plan->v->end[plan->v->by];
	if (sent)
		arrow.state[from] = find_state(&plan->side[from], TCP_CLOSE);
	if (came)
		arrow.state[!from] = find_state(&plan->side[!from], TCP_CLOSE);
	add_arrow(plan, arrow, optional_of(true, came ? receiver->touched_ns :
							sender->touched_ns));
}

/*
 * Add a segment that a socket sent to itself, and that came back. The states are those
 * that begin when it is sent, and when it comes back.
 */
static void add_loop(struct ladder_plan *plan, enum ladder_arrow_kind kind,
		     struct optional sent, int sending,
		     struct optional came, int receiving)
{
	struct ladder_arrow arrow = {
		.kind = kind, .from = kind == LADDER_ARROW_ACK, .seen = true,
		.arrived = true, .state = { sending, NO_STATE },
	};

	add_arrow(plan, arrow, sent);
	if (!came.known)
		return;
	arrow.back = true;
	arrow.state[0] = receiving;
	add_arrow(plan, arrow, came);
}

static void plan_self(struct ladder_plan *plan)
{
	const struct ladder_side *side = &plan->side[0];
	const struct wave *wave = plan->v->wave;

	if (wave[0].happened)
		add_loop(plan, LADDER_ARROW_FIN, wave[0].sent, sending_state(side),
			 wave[0].received, receiving_state(side));
	if (wave[1].happened)
		add_loop(plan, LADDER_ARROW_ACK, wave[0].received, NO_STATE,
			 wave[1].received, acked_state(side));
}

/* Sort arrows by time, if both ends are on one machine (one clock). */
static void sort_arrows(struct ladder_plan *plan)
{
	const struct ladder_side *side = plan->side;
	struct ladder_arrow arrow;
	unsigned int i, j;

	if (side[0].conn && side[1].conn && side[0].conn->host != side[1].conn->host)
		return;
	for (i = 1; i < plan->arrows; i++) {
		arrow = plan->arrow[i];
		for (j = i; j && plan->arrow[j - 1].order_ns > arrow.order_ns;
		     j--)
			plan->arrow[j] = plan->arrow[j - 1];
		plan->arrow[j] = arrow;
	}
}

static uint64_t first_step(const struct ladder_plan *plan)
{
	uint64_t first_ns = UINT64_MAX;
	int i, side;

	for (side = 0; side < 2; side++) {
		for (i = 0; i < plan->side[side].states; i++) {
			const struct ladder_plan_state *s = &plan->side[side].state[i];

			if (s->began.known && s->began.value < first_ns)
				first_ns = s->began.value;
		}
	}
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): one end is always there */
	return first_ns == UINT64_MAX ? plan->v->end[0]->touched_ns : first_ns;
}

void ladder_plan_make(const struct verdict *v, const struct retransmits *retransmits,
		      struct ladder_plan *plan)
{
	bool turned = v->closer == CLOSER_REMOTE;
	unsigned int i;

	memset(plan, 0, sizeof(*plan));
	plan->v = v;
	for (i = 0; i < 2; i++) {
		struct ladder_side *side = &plan->side[i];

		side->conn = turned && i == 0 ? NULL : turned ? v->end[0] : v->end[i];
		if (side->conn && retransmits)
			side->retransmit = retransmits_find(retransmits, side->conn);
		plan_states(side);
	}
	plan->zero_ns = first_step(plan);
	if (v->self && plan->side[0].conn) {
		plan_self(plan);
		return;
	}
	plan_fin(plan, 0);
	plan_data(plan);
	plan_fin(plan, 1);
	plan_rst(plan, 0);
	plan_rst(plan, 1);
	sort_arrows(plan);
}
