// SPDX-License-Identifier: GPL-2.0
/* Compares verdicts with captured packets. */
#include <arpa/inet.h>
#include <string.h>

#include "verdict_match.h"
#include "program.h"

/*
 * The end that closed first on the wire: 0 or 1, 2 for both, 3 for none. A FIN that
 * acknowledges the other FIN was second. The times at the taps do not tell: a packet
 * passes the tap before TCP sees it.
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

/* Is the verdict of one end only, which neither sent nor received a FIN? */
static bool saw_no_fin(struct verdict_match *m)
{
	int i = !end_part(m, 0);

	return !(end_part(m, 0) && end_part(m, 1)) && !m->conn->end[i].fin &&
	       !m->conn->end[i].peer_fin;
}

static void check_closer(struct verdict_match *m)
{
	const char *closer = string_or_null(m->verdict, "closer");
	int want = saw_no_fin(m) ? 3 : wire_closer(m->conn), seen;

	m->check->closed_by[want]++;
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
 * Did end @which send data after the FIN passed its tap and before TCP processed the
 * FIN? A segment waits in the backlog while a process owns the socket in send().
 */
static bool wrote_before_fin(const struct verdict_match *m, int which)
{
	const struct wire_conn *conn = m->conn;
	struct json_object *wave =
		json_object_array_get_idx(member(m->verdict, "waves"), 0);
	uint64_t received;
	size_t i;

	if (!get_number(wave, "received_ns", &received))
		return false;
	for (i = 0; i < conn->packets; i++) {
		const struct packet *p = &conn->packet[i];

		if (p->tap == which && p->from == which && p->len &&
		    p->ns > conn->end[which].peer_fin_ns &&
		    mono(m, p->ns) < (int64_t)received)
			return true;
	}
	return false;
}

/*
 * Bytes that end @which sent after the FIN arrived may have been written before, so
 * the verdict may have fewer; exactly these bytes only if nothing was in flight.
 */
static void check_bytes_sent(struct verdict_match *m, int which)
{
	const struct wire_end *other = &m->conn->end[which];
	uint32_t most = other->fin_seq - other->peer_fin_snd_nxt;
	uint64_t seen;

	if (!get_number(m->verdict, "half_close.bytes_sent", &seen))
		return;
	if (!other->fin || !other->peer_fin || seen > most ||
	    (seen < most && !other->peer_fin_in_flight &&
	     !wrote_before_fin(m, which)))
		differ(m, "half_close.bytes_sent: %u expected, %llu seen",
		       most, (unsigned long long)seen);
}

static void check_bytes_received(struct verdict_match *m,
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
	m->check->half_closed += bytes > 0;
}

/* Check x, y, "merged" and the bytes between the FINs. */
static void check_half_close(struct verdict_match *m)
{
	int from = end_of(m, string_or_null(m->verdict, "closer"));
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
	m->check->merged += json_object_get_boolean(merged);
	check_bytes_sent(m, !from);
	check_bytes_received(m, closer, other);
}

/* A RST that left or reached an end must be how the end ended. */
static void check_rst(struct verdict_match *m, struct json_object *end,
		      const struct packet *rst)
{
	bool leaves = rst->from == rst->tap, ended_by_it;
	int64_t at = mono(m, rst->ns);
	uint64_t over;

	if (!get_number(end, "end_ns", &over))
		return;
	if (leaves)
		ended_by_it = is_string(end, "how", "rst-sent");
	else
		ended_by_it = is_string(end, "how", "rst-received") ||
			      (member(end, "time_wait") &&
			       is_string(end, "time_wait.end", "rst-rcvd"));
	/* After the end of the socket the kernel may answer any segment with a RST. */
	if ((int64_t)over < at - CLOCKS_NS)
		return;
	if (!ended_by_it || (int64_t)over > at + NEAR_NS)
		differ(m, "a RST that %s the %s at %lld, which ended at %llu: %s",
		       leaves ? "left" : "reached",
		       rst->tap ? "server" : "client", (long long)at,
		       (unsigned long long)over, string_or_null(end, "how"));
}

/* Count the retransmissions of the peer's FIN that reached TIME_WAIT. */
static unsigned int fins_again(const struct verdict_match *m, int which)
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

static void check_end(struct verdict_match *m, struct json_object *end, int which)
{
	const struct wire_end *wire = &m->conn->end[which];
	size_t i;

	expect_number(m, end, "fin_retransmitted",
		      wire->fins ? wire->fins - 1 : 0);
	if (wire->fins)
		m->check->fins_sent_again += wire->fins - 1;
	if (member(end, "time_wait")) {
		expect_number(m, end, "time_wait.fins_again",
			      fins_again(m, which));
		m->check->fins_again += fins_again(m, which);
		if (is_string(end, "time_wait.end", "rst-rcvd") &&
		    !wire->rsts_came)
			differ(m, "time_wait.end: no RST came");
	}
	if (is_string(end, "how", "rst-sent") && !wire->rsts)
		differ(m, "how: %s seen, but no RST left", string_or_null(end, "how"));
	if (is_string(end, "how", "rst-received") && !wire->rsts_came)
		differ(m, "how: %s seen, but no RST came", string_or_null(end, "how"));
	for (i = 0; i < m->conn->packets; i++)
		if (m->conn->packet[i].flags & PACKET_RST &&
		    m->conn->packet[i].tap == which)
			check_rst(m, end, &m->conn->packet[i]);
}

/* Do end @which of a connection and its peer have the addresses of @want? */
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
	conn->family = is_string(end, "family", "inet") ? AF_INET : AF_INET6;
	conn->port[0] = number(end, "lport");
	conn->port[1] = number(end, "rport");
	assert_int_equal(inet_pton(conn->family, string(end, "laddr"),
				   conn->addr[0]), 1);
	assert_int_equal(inet_pton(conn->family, string(end, "raddr"),
				   conn->addr[1]), 1);
}

/* Has no end of the verdict been judged yet? */
static bool is_unjudged(const struct verdict_match *m)
{
	int i;

	for (i = 0; i < 2; i++)
		if (end_part(m, i) && m->conn->judged[i])
			return false;
	return m->conn->established;
}

/*
 * Find the connection of a verdict: the first between the same addresses and ports that
 * is not judged yet, since verdicts and connections are both in the order of time.
 */
static bool match(struct verdict_match *m)
{
	struct capture *capture = &m->check->capture;
	struct wire_conn want = { 0 };
	size_t i;

	get_ends(json_object_array_get_idx(member(m->verdict, "ends"), 0),
		 &want);
	for (i = 0; i < capture->conns; i++) {
		m->conn = &capture->conn[i];
		for (m->first = 0; m->first < 2; m->first++)
			if (is_end(m->conn, m->first, &want) && is_unjudged(m))
				return true;
	}
	return false;
}

/* A verdict may be open only if it has the mark "lost": a probe missed the last step. */
static void check_complete(struct verdict_match *m)
{
	bool open = json_object_get_boolean(member(m->verdict, "open"));
	bool lost = json_object_get_boolean(member(m->verdict, "lost"));

	m->partial = json_object_get_boolean(member(m->verdict, "partial")) ||
		     (open && lost);
	m->check->partial += m->partial;
	m->check->lost += lost;
	if (open && !lost)
		differ(m, "open: false expected");
}

/*
 * Mark the ends of the verdict as judged. An end that was reset waits only briefly for
 * its peer: if the RST is lost, each end gets its own verdict.
 */
static void note_ends(struct verdict_match *m)
{
	int i;

	m->check->apart += m->conn->judged[0] || m->conn->judged[1];
	for (i = 0; i < 2; i++)
		m->conn->judged[i] |= !!end_part(m, i);
}

static void check_verdict(struct wire_check *check,
			     struct json_object *verdict)
{
	struct verdict_match m = { .check = check, .verdict = verdict };
	int i;

	check->verdicts++;
	if (!match(&m)) {
		m.conn = NULL;
		differ(&m, "not on the wire");
		verdict_match_finish(&m);
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
	check->resets += m.conn->end[0].rsts || m.conn->end[1].rsts;
	verdict_match_finish(&m);
}

/**
 * wire_check_line() - compare a line of "tcpfin handshakes --json" with the capture
 * @check: the comparison
 * @line: a verdict, or the number of calls that probes missed; verdicts on the same
 *	addresses and ports must come in the order of time
 */
void wire_check_line(struct wire_check *check, struct json_object *line)
{
	if (is_string(line, "type", "missed"))
		check->missed += number(line, "count");
	else if (is_string(line, "type", "teardown"))
		check_verdict(check, line);
	else
		fail_msg("a verdict expected, seen: %s",
			 json_object_to_json_string(line));
}

/*
 * Every missed call marks all connections open at that time as lost, and at most one
 * of them may lack facts.
 */
static void check_missed(struct wire_check *a)
{
	if ((a->lost && !a->missed) || a->partial > a->missed) {
		print_message("# difference: lost %zu, partial %zu, missed %zu\n",
			      a->lost, a->partial, a->missed);
		a->differing++;
	}
}

/**
 * wire_check_end() - find established connections without a verdict
 * @check: the comparison, after all lines
 */
void wire_check_end(struct wire_check *check)
{
	size_t i;

	for (i = 0; i < check->capture.conns; i++) {
		struct verdict_match m = {
			.check = check,
			.conn = &check->capture.conn[i],
		};

		if (m.conn->judged[0] || m.conn->judged[1] ||
		    !m.conn->established)
			continue;
		differ(&m, "a verdict expected");
		verdict_match_finish(&m);
	}
	check_missed(check);
}
