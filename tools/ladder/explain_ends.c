// SPDX-License-Identifier: GPL-2.0
/* Tells in sentences how the sides of a connection ended, or what they wait for. */
#include <inttypes.h>
#include <netinet/tcp.h>
#include <string.h>

#include "ladder/explain_ends.h"
#include "track/names.h"
#include "util/basics.h"
#include "util/text.h"

/* What made an end give up, as the end of a sentence */
static const char *const causes[] = {
	[TCPFIN_CAUSE_UNREAD_DATA] =
	"it was closed with data in it that its process had not read (RFC 9293 3.6.1, RFC 2525 2.17)",
	[TCPFIN_CAUSE_LINGER0] =
	"it was closed with SO_LINGER on and a time of 0, which asks for a RST in place of a FIN",
	[TCPFIN_CAUSE_DISCONNECT] =
	"connect() with AF_UNSPEC dissolved the connection",
	[TCPFIN_CAUSE_LINGER2] =
	"it was closed with TCP_LINGER2 below 0: it does not wait in FIN_WAIT2",
	[TCPFIN_CAUSE_ORPHANS] =
	"too many closed sockets were waiting, or TCP's memory was short (net.ipv4.tcp_max_orphans, tcp_mem)",
	[TCPFIN_CAUSE_LATE_DATA] =
	"data came after close(), which nobody could read any more (RFC 9293 3.6.1)",
	[TCPFIN_CAUSE_LATE_SYN] =
	"a SYN came while it was in FIN_WAIT2",
	[TCPFIN_CAUSE_NOT_ACCEPTED] =
	"the listening socket was closed before a process had accepted the connection",
	[TCPFIN_CAUSE_MPTCP_FASTCLOSE] =
	"MPTCP ended all subflows of its connection at once (RFC 8684 3.5)",
	[TCPFIN_CAUSE_REPAIR] =
	"it was closed in repair mode, which sends nothing (TCP_REPAIR)",
	[TCPFIN_CAUSE_BEYOND_FIN] =
	"data came with numbers beyond the peer's own FIN",
};

/* What was given up, as the end of a sentence */
static const char *const timeouts[] = {
	[TCPFIN_TIMEOUT_RETRANSMISSION] =
	"what it had sent was not acknowledged, however often it was sent again (net.ipv4.tcp_retries2; tcp_orphan_retries once no process holds the socket)",
	[TCPFIN_TIMEOUT_ZERO_WINDOW] =
	"the peer's window stayed shut, and probing it was given up (RFC 9293 3.8.6.1)",
	[TCPFIN_TIMEOUT_KEEPALIVE] =
	"keepalive probes got no answer (SO_KEEPALIVE, RFC 9293 3.8.4)",
	[TCPFIN_TIMEOUT_USER] =
	"its TCP_USER_TIMEOUT had passed (RFC 5482)",
	[TCPFIN_TIMEOUT_NOT_SENT] =
	"sending failed on its own machine each time, as without a route",
};

/* Why a mini-socket was over, as the end of a sentence */
static const char *const mini_reasons[] = {
	[TCPFIN_REASON_EXPIRED] = "its time was up",
	[TCPFIN_REASON_TW_REUSE] =
	"a connect() took over its addresses and ports (net.ipv4.tcp_tw_reuse)",
	[TCPFIN_REASON_SYN_REUSE] =
	"a SYN for a new connection of the same addresses and ports came, and took its place (RFC 9293 3.6.1, RFC 6191)",
	[TCPFIN_REASON_RST_RCVD] =
	"a RST came (RFC 1337 calls this TIME-WAIT assassination)",
	[TCPFIN_REASON_KILLED] = "it was killed (tcp_abort(), as by \"ss -K\")",
	[TCPFIN_REASON_NETNS] = "its network namespace was deleted",
	[TCPFIN_REASON_TPROXY] = "a transparent proxy's rule took its place",
};

static const char *text_at(const char *const *list, size_t n, uint32_t i)
{
	return i < n ? list[i] : NULL;
}

static const struct conn *conn_of(const struct teller *t, unsigned int side)
{
	return t->plan->side[side].conn;
}

static void say_mini_reason(struct teller *t, const struct conn *conn)
{
	const char *why = text_at(mini_reasons, ARRAY_SIZE(mini_reasons), conn->reason);
	char name[NAME_TEXT_MAX];

	if (why)
		teller_say(t, "%s.", why);
	else if (conn->reason == TCPFIN_REASON_NONE)
		teller_say(t, "of something that was not seen.");
	else
		teller_say(t, "of \"%s\".", reason_name(conn->reason, conn->detail,
						       &t->scene->src->header, name));
}

static void say_why_time_wait(struct teller *t, unsigned int side)
{
	if (side && conn_of(t, 0) && conn_was_in(conn_of(t, 0), BIT(TCP_TIME_WAIT)))
		return;
	teller_say(t, "Should the last ACK be lost, the FIN comes again, and this end must be there to answer; and no old segment may end up in a new connection of the same addresses and ports. So it waits (RFC 9293 3.6.1: two maximum segment lifetimes; Linux: 60 s). ");
}

void explain_time_wait(struct teller *t, unsigned int side)
{
	const struct conn *conn = conn_of(t, side);
	struct optional span = conn_span(conn, TCP_TIME_WAIT), age;
	char text[SPAN_TEXT_MAX], times[TIMES_TEXT_MAX];

	if (conn_tw_refused(conn)) {
		teller_begin(t, "TIME_WAIT");
		teller_say(t, "%s should wait now, but the kernel refused it the socket for that (net.ipv4.tcp_max_tw_buckets was reached, or memory was short): its end was over at once. Should wave 4 be lost, nobody is there to answer but with a RST.",
			   t->name[side]);
		return;
	}
	if (!conn_was_in(conn, BIT(TCP_TIME_WAIT)))
		return;
	teller_begin(t, "TIME_WAIT");
	say_why_time_wait(t, side);
	if (conn->extended)
		teller_say(t, "The wait of %s started over, %s. ", t->name[side],
			   times_text(conn->extended, times));
	if (!(conn->flags & CONN_ENDED)) {
		age = conn_age(conn, source_now(t->scene->src));
		teller_say(t, "The wait of %s goes on", t->name[side]);
		if (age.known)
			teller_say(t, ", so far for %s", span_text(age.value, text));
		teller_say(t, ".");
		return;
	}
	if (span.known)
		teller_say(t, "The wait of %s took %s and ended because ",
			   t->name[side], span_text(span.value, text));
	else
		teller_say(t, "How long the wait of %s took was not seen; it ended because ",
			   t->name[side]);
	say_mini_reason(t, conn);
}

/* Tell in which state a side ended, and after how long. */
static void say_where(struct teller *t, unsigned int side)
{
	const struct conn *conn = conn_of(t, side);
	struct optional span = conn_span(conn, conn->old_state);
	char name[NAME_TEXT_MAX], text[SPAN_TEXT_MAX];

	teller_say(t, "The end of %s", t->name[side]);
	if (conn->old_state)
		teller_say(t, ", in %s", state_name(conn->old_state, name));
	if (conn->old_state && span.known)
		teller_say(t, " for %s", span_text(span.value, text));
	if (conn->old_state)
		teller_say(t, ",");
}

static void say_cause(struct teller *t, const struct conn *conn)
{
	const char *why = text_at(causes, ARRAY_SIZE(causes), conn->detail);

	if (why)
		teller_say(t, ": %s.", why);
	else
		teller_say(t, "; why was not seen.");
}

/* Did the other side send the RST that this one received? */
static void say_rst_sender(struct teller *t, unsigned int side)
{
	const struct conn *conn = conn_of(t, side), *other = conn_of(t, !side);
	const struct verdict *v = t->plan->v;
	char text[SPAN_TEXT_MAX];

	if (v->injected && conn == v->end[v->by]) {
		teller_say(t, " Neither end sent it, since the other one went on: a packet filter or a middlebox may have.");
		return;
	}
	if (!other)
		teller_say(t, " Why, only the other end could tell, which was not seen.");
	else if (!(other->flags & CONN_RST) && other->reason != TCPFIN_REASON_RST_SENT)
		teller_say(t, " The end of %s was not seen to send it.",
			   t->name[!side]);
	if (other && other->flags & CONN_ENDED && other->host == conn->host &&
	    other->touched_ns < conn->touched_ns &&
	    other->reason != TCPFIN_REASON_RST_SENT && !(other->flags & CONN_RST))
		teller_say(t, " By then it had been over for %s: a segment for a connection that is not there is answered with a RST (RFC 9293 3.5.2).",
			   span_text(conn->touched_ns - other->touched_ns, text));
}

static void say_timeout(struct teller *t, const struct conn *conn)
{
	const char *why = text_at(timeouts, ARRAY_SIZE(timeouts), conn->detail);

	teller_say(t, " was given up");
	if (conn->tries)
		teller_say(t, " after %u %s", conn->tries,
			   conn->tries == 1 ? "try" : "tries");
	if (why)
		teller_say(t, ": %s.", why);
	else
		teller_say(t, "; what it waited for was not seen.");
}

static void say_error(struct teller *t, const struct conn *conn)
{
	if (conn->err)
		teller_say(t, " ended by an error: %s.", strerror(conn->err));
	else
		teller_say(t, " ended by an error that was not seen.");
}

/* The end of a sentence that begins with say_where() */
static void say_how(struct teller *t, unsigned int side, enum how how)
{
	const struct conn *conn = conn_of(t, side);

	switch (how) {
	case HOW_RST_SENT:
		teller_say(t, " sent a RST and was over at once");
		say_cause(t, conn);
		break;
	case HOW_RST_RCVD:
		teller_say(t, " received a RST and was over at once: no further wave follows, and no TIME_WAIT (RFC 9293 3.5.3).");
		say_rst_sender(t, side);
		break;
	case HOW_TIMEOUT:
		say_timeout(t, conn);
		break;
	case HOW_FW2_TIMEOUT:
		teller_say(t, " was given up: wave 3 did not come in time (net.ipv4.tcp_fin_timeout, or the socket's TCP_LINGER2).");
		break;
	case HOW_REFUSED:
		teller_say(t, " should wait for wave 3, but the kernel refused it the socket for that (net.ipv4.tcp_max_tw_buckets was reached, or memory was short): it was over.");
		break;
	case HOW_ABORTED:
		teller_say(t, " was given up, and was not seen to send a RST");
		say_cause(t, conn);
		break;
	case HOW_KILLED:
	case HOW_NETNS:
	case HOW_TAKEN:
		teller_say(t, " was over because ");
		say_mini_reason(t, conn);
		break;
	case HOW_ERROR:
		say_error(t, conn);
		break;
	default:
		teller_say(t, " was over; how was not seen.");
	}
}

static void tell_end(struct teller *t, unsigned int side)
{
	const struct conn *conn = conn_of(t, side);
	enum how how;

	if (!conn || !(conn->flags & CONN_ENDED))
		return;
	how = conn_how(conn);
	if (how == HOW_FIN)
		return;
	teller_begin(t, how == HOW_RST_SENT || how == HOW_RST_RCVD ? "RST" : "end");
	if (t->plan->v->closer == CLOSER_NONE && t->e->count == 1)
		teller_say(t, "There was no FIN, and none of the four waves. ");
	say_where(t, side);
	say_how(t, side, how);
}

void explain_ends(struct teller *t)
{
	const struct conn *a = conn_of(t, 0), *b = conn_of(t, 1);
	bool swap = a && b && b->touched_ns < a->touched_ns;

	tell_end(t, swap);
	tell_end(t, !swap);
}

/* What an end in this state waits for, as the end of a sentence */
static const char *waits_for(uint8_t state)
{
	switch (state) {
	case TCP_FIN_WAIT1:
	case TCP_CLOSING:
	case TCP_LAST_ACK:
		return "the ACK of its FIN";
	case TCP_FIN_WAIT2:
		return "wave 3, the other end's FIN";
	case TCP_CLOSE_WAIT:
		return "its own process to close the socket";
	default:
		return NULL;
	}
}

void explain_open(struct teller *t)
{
	char name[NAME_TEXT_MAX], text[SPAN_TEXT_MAX];
	unsigned int side;

	for (side = 0; side < 2; side++) {
		const struct conn *conn = conn_of(t, side);
		const char *what = conn ? waits_for(conn->state) : NULL;
		struct optional age;

		if (!what || conn->flags & CONN_ENDED)
			continue;
		age = conn_age(conn, source_now(t->scene->src));
		teller_begin(t, "now");
		teller_say(t, "The end of %s is in %s", t->name[side],
			   state_name(conn->state, name));
		if (age.known)
			teller_say(t, ", for %s so far", span_text(age.value, text));
		teller_say(t, ", and waits for %s.", what);
	}
}
