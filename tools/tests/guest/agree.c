// SPDX-License-Identifier: GPL-2.0
/* Compares verdicts with what was on the wire. */
#include <arpa/inet.h>
#include <string.h>

#include "matched.h"
#include "program.h"

/*
 * Who closed first by the wire: 0 or 1, 2 for both, 3 for none. A FIN that
 * acknowledges the other one came second. The times at the taps would not do: a
 * packet passes the tap before TCP has seen it.
 */
static int wire_closer(const struct wire_conn *conn)
{
	const struct wire_end *a = &conn->end[0], *b = &conn->end[1];

	if (!a->fin || !b->fin)
		return a->fin ? 0 : b->fin ? 1 : 3;
	if (b->fin_ack == a->fin_seq + 1)
		return 0;
	if (a->fin_ack == b->fin_seq + 1)
		return 1;
	return 2;
}

/* An end that is judged alone knows nothing of a FIN that did not reach it. */
static bool saw_no_fin(struct matched *m)
{
	int i = !end_part(m, 0);

	return !(end_part(m, 0) && end_part(m, 1)) && !m->conn->end[i].fin &&
	       !m->conn->end[i].peer_fin;
}

static void check_closer(struct matched *m)
{
	const char *closer = word(m->verdict, "closer");
	int want = saw_no_fin(m) ? 3 : wire_closer(m->conn), seen;

	m->agreement->closed_by[want]++;
	if (!strcmp(closer, "both"))
		seen = 2;
	else if (!strcmp(closer, "none"))
		seen = 3;
	else
		seen = end_of(m, closer);
	if (!strcmp(closer, "null") ? !m->partial : seen != want)
		differ(m, "closer: %d expected, %s seen", want, closer);
}

/*
 * While a process writes, the socket is its own, and a FIN that comes has to
 * wait: what it writes then leaves before the kernel deals with the FIN.
 */
static bool wrote_before_fin(const struct matched *m, int which)
{
	const struct wire_conn *conn = m->conn;
	struct json_object *wave =
		json_object_array_get_idx(member(m->verdict, "waves"), 0);
	uint64_t dealt_with;
	size_t i;

	if (!fact(wave, "received_ns", &dealt_with))
		return false;
	for (i = 0; i < conn->packets; i++) {
		const struct packet *p = &conn->packet[i];

		if (p->tap == which && p->from == which && p->len &&
		    p->ns > conn->end[which].peer_fin_ns &&
		    mono(m, p->ns) < (int64_t)dealt_with)
			return true;
	}
	return false;
}

/*
 * What the other end sent after the FIN had come it may have had ready before:
 * only if nothing was on its way then, nothing had to wait.
 */
static void check_bytes_sent(struct matched *m, int which)
{
	const struct wire_end *other = &m->conn->end[which];
	uint32_t most = other->fin_seq - other->peer_fin_snd_nxt;
	uint64_t seen;

	if (!fact(m->verdict, "half_close.bytes_sent", &seen))
		return;
	if (!other->fin || !other->peer_fin || seen > most ||
	    (seen < most && !other->peer_fin_in_flight &&
	     !wrote_before_fin(m, which)))
		differ(m, "half_close.bytes_sent: %u expected, %llu seen",
		       most, (unsigned long long)seen);
}

static void check_bytes_received(struct matched *m,
				 const struct wire_end *closer,
				 const struct wire_end *other)
{
	uint32_t bytes = other->fin_seq - closer->acked_rcv_nxt;

	if (!member(m->verdict, "half_close.bytes_received"))
		return;
	if (!other->fin || !closer->acked)
		differ(m, "half_close.bytes_received: null expected");
	else
		expect_number(m, m->verdict, "half_close.bytes_received",
			      bytes);
	m->agreement->half_closed += bytes > 0;
}

/* x and y, and what there was between the FINs. */
static void check_half_close(struct matched *m)
{
	int from = end_of(m, word(m->verdict, "closer"));
	const struct wire_end *closer = &m->conn->end[from];
	const struct wire_end *other = &m->conn->end[!from];
	struct json_object *merged = member(m->verdict, "merged");

	if (saw_no_fin(m)) {
		if (member(m->verdict, "x") || member(m->verdict, "y"))
			differ(m, "x and y: null expected");
		return;
	}
	if (closer->fin)
		expect_number(m, m->verdict, "x", closer->fin_seq);
	if (other->fin)
		expect_number(m, m->verdict, "y", other->fin_seq);
	if (merged && other->ack_alone == json_object_get_boolean(merged))
		differ(m, "merged: %d expected", !other->ack_alone);
	m->agreement->merged += json_object_get_boolean(merged);
	check_bytes_sent(m, !from);
	check_bytes_received(m, closer, other);
}

/* Each RST agrees with how the end that sent it, or saw it come, ended. */
static void check_rst(struct matched *m, struct json_object *end,
		      const struct packet *rst)
{
	bool leaves = rst->from == rst->tap, ended_by_it;
	int64_t at = mono(m, rst->ns);
	uint64_t over;

	if (!fact(end, "end_ns", &over))
		return;
	if (leaves)
		ended_by_it = is_word(end, "how", "rst-sent");
	else
		ended_by_it = is_word(end, "how", "rst-received") ||
			      (member(end, "time_wait") &&
			       is_word(end, "time_wait.end", "rst-rcvd"));
	/* Where no socket is left, any segment may be answered with a RST. */
	if ((int64_t)over < at - CLOCKS_NS)
		return;
	if (!ended_by_it || (int64_t)over > at + NEAR_NS)
		differ(m, "a RST that %s the %s at %lld, which ended at %llu: %s",
		       leaves ? "left" : "reached",
		       rst->tap ? "server" : "client", (long long)at,
		       (unsigned long long)over, word(end, "how"));
}

/* How often did the other end's FIN come again, before TIME_WAIT ended? */
static unsigned int fins_again(const struct matched *m, int which)
{
	const struct wire_conn *conn = m->conn;
	unsigned int count = 0;
	size_t i;

	for (i = 0; i < conn->packets; i++) {
		const struct packet *p = &conn->packet[i];

		count += p->tap == which && p->from != which &&
			 p->flags & PACKET_FIN && conn->end[which].over_ns &&
			 p->ns > conn->end[which].over_ns &&
			 existed(m, which, p->ns);
	}
	return count;
}

static void check_end(struct matched *m, struct json_object *end, int which)
{
	const struct wire_end *wire = &m->conn->end[which];
	size_t i;

	expect_number(m, end, "fin_retransmitted",
		      wire->fins ? wire->fins - 1 : 0);
	if (wire->fins)
		m->agreement->fins_sent_again += wire->fins - 1;
	if (member(end, "time_wait")) {
		expect_number(m, end, "time_wait.fins_again",
			      fins_again(m, which));
		m->agreement->fins_again += fins_again(m, which);
		if (is_word(end, "time_wait.end", "rst-rcvd") &&
		    !wire->rsts_came)
			differ(m, "time_wait.end: no RST came");
	}
	if (is_word(end, "how", "rst-sent") && !wire->rsts)
		differ(m, "how: %s seen, but no RST left", word(end, "how"));
	if (is_word(end, "how", "rst-received") && !wire->rsts_came)
		differ(m, "how: %s seen, but no RST came", word(end, "how"));
	for (i = 0; i < m->conn->packets; i++)
		if (m->conn->packet[i].flags & PACKET_RST &&
		    m->conn->packet[i].tap == which)
			check_rst(m, end, &m->conn->packet[i]);
}

/* Is an end of a connection, with this address and port, @which of it? */
static bool is_end(const struct wire_conn *conn, int which,
		   const struct wire_conn *want)
{
	return conn->family == want->family &&
	       conn->port[which] == want->port[0] &&
	       conn->port[!which] == want->port[1] &&
	       !memcmp(conn->addr[which], want->addr[0], 16) &&
	       !memcmp(conn->addr[!which], want->addr[1], 16);
}

static void get_ends(struct json_object *end, struct wire_conn *conn)
{
	conn->family = is_word(end, "family", "inet") ? AF_INET : AF_INET6;
	conn->port[0] = number(end, "lport");
	conn->port[1] = number(end, "rport");
	assert_int_equal(inet_pton(conn->family, string(end, "laddr"),
				   conn->addr[0]), 1);
	assert_int_equal(inet_pton(conn->family, string(end, "raddr"),
				   conn->addr[1]), 1);
}

/* Are both, or is the one, of the ends that it tells of still to be judged? */
static bool is_open(const struct matched *m)
{
	int i;

	for (i = 0; i < 2; i++)
		if (end_part(m, i) && m->conn->judged[i])
			return false;
	return m->conn->established;
}

/*
 * Find its connection: of those between the same ends the first one that is not
 * judged yet, since both come in the order of time.
 */
static bool match(struct matched *m)
{
	struct capture *capture = &m->agreement->capture;
	struct wire_conn want = { 0 };
	size_t i;

	get_ends(json_object_array_get_idx(member(m->verdict, "ends"), 0),
		 &want);
	for (i = 0; i < capture->conns; i++) {
		m->conn = &capture->conn[i];
		for (m->first = 0; m->first < 2; m->first++)
			if (is_end(m->conn, m->first, &want) && is_open(m))
				return true;
	}
	return false;
}

/* Whose last step was among calls that a probe missed stays open, and says so. */
static void check_complete(struct matched *m)
{
	bool open = json_object_get_boolean(member(m->verdict, "open"));
	bool lost = json_object_get_boolean(member(m->verdict, "lost"));

	m->partial = json_object_get_boolean(member(m->verdict, "partial")) ||
		     (open && lost);
	m->agreement->partial += m->partial;
	m->agreement->lost += lost;
	if (open && !lost)
		differ(m, "open: false expected");
}

/*
 * An end that is over, by a RST, before there is a sign of the other one waits
 * for that, but not for long. If the RST is lost the other end is judged alone.
 */
static void note_ends(struct matched *m)
{
	int i;

	m->agreement->apart += m->conn->judged[0] || m->conn->judged[1];
	for (i = 0; i < 2; i++)
		m->conn->judged[i] |= !!end_part(m, i);
}

static void agree_on_verdict(struct agreement *agreement,
			     struct json_object *verdict)
{
	struct matched m = { .agreement = agreement, .verdict = verdict };
	int i;

	agreement->verdicts++;
	if (!match(&m)) {
		m.conn = NULL;
		differ(&m, "not on the wire");
		matched_finish(&m);
		return;
	}
	note_ends(&m);
	check_complete(&m);
	check_closer(&m);
	check_waves(&m);
	check_half_close(&m);
	for (i = 0; i < 2; i++)
		if (end_part(&m, i))
			check_end(&m, end_part(&m, i), i);
	agreement->resets += m.conn->end[0].rsts || m.conn->end[1].rsts;
	matched_finish(&m);
}

/**
 * agree_on() - compare what one line says with the wire
 * @agreement: what is counted, with the capture
 * @line: the line: a verdict, or how many calls the probes missed; of connections
 *	with the same ends the one that began first
 */
void agree_on(struct agreement *agreement, struct json_object *line)
{
	if (is_word(line, "type", "missed"))
		agreement->missed += number(line, "count");
	else if (is_word(line, "type", "teardown"))
		agree_on_verdict(agreement, line);
	else
		fail_msg("a verdict expected, seen: %s",
			 json_object_to_json_string(line));
}

/*
 * When a probe missed a call, all that was open then may lack it, and says so;
 * one of them does, and may not know all. What it tells has to be right.
 */
static void check_missed(struct agreement *a)
{
	if ((a->lost && !a->missed) || a->partial > a->missed) {
		print_message("# difference: lost %zu, partial %zu, missed %zu\n",
			      a->lost, a->partial, a->missed);
		a->differing++;
	}
}

/**
 * agree_on_rest() - after all verdicts: is there a connection without one?
 * @agreement: what is counted, with the capture
 *
 * Of those only that were established at the client.
 */
void agree_on_rest(struct agreement *agreement)
{
	size_t i;

	for (i = 0; i < agreement->capture.conns; i++) {
		struct matched m = {
			.agreement = agreement,
			.conn = &agreement->capture.conn[i],
		};

		if (m.conn->judged[0] || m.conn->judged[1] ||
		    !m.conn->established)
			continue;
		differ(&m, "a verdict expected");
		matched_finish(&m);
	}
	check_missed(agreement);
}
