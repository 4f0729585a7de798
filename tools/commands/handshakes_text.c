// SPDX-License-Identifier: GPL-2.0
/* The lines of the view "handshakes". */
#include <inttypes.h>
#include <netinet/tcp.h>
#include <string.h>

#include "commands/handshakes.h"
#include "track/names.h"
#include "util/text.h"

static void add_number(struct tcpfin_lines *l, struct tcpfin_fact fact,
		       unsigned int width)
{
	tcpfin_line_number_if(l, fact.known, fact.value, width);
}

static void add_ms(struct tcpfin_lines *l, struct tcpfin_fact span,
		   unsigned int width)
{
	tcpfin_line_ms(l, span.known, span.value, width);
}

static struct tcpfin_fact between(struct tcpfin_fact from,
				  struct tcpfin_fact to)
{
	return tcpfin_fact(from.known && to.known, to.value > from.value ?
			   to.value - from.value : 0);
}

static struct tcpfin_fact time_wait(const struct tcpfin_verdict *v)
{
	struct tcpfin_fact span = tcpfin_conn_span(v->end[0], TCP_TIME_WAIT);

	if (!span.known && v->end[1])
		span = tcpfin_conn_span(v->end[1], TCP_TIME_WAIT);
	return span;
}

/* An address is wider if IPv6 may come. */
static unsigned int addr_width(const struct tcpfin_handshakes_options *opts)
{
	return opts->chosen.families == TCPFIN_FAMILY_4 || !opts->extended ?
	       15 : 39;
}

void tcpfin_handshakes_titles(FILE *out,
			      const struct tcpfin_handshakes_options *opts,
			      const struct tcpfin_source *src)
{
	int width = (int)addr_width(opts);

	if (opts->clock)
		fprintf(out, "%-12s ", "TIME");
	if (opts->extended && src->hosts > 1)
		fprintf(out, "%-12s ", "HOST");
	if (opts->extended)
		fprintf(out, "%-16s %-10s %-9s %-16s %-5s %-*s ", "COOKIE",
			"NETNS", "C-PID", "C-COMM", "UID", width, "LADDR");
	else
		fprintf(out, "%-8s ", "C-COMM");
	fprintf(out, "%-5s %-*s %-5s ", "LPORT", width, "RADDR", "RPORT");
	if (opts->extended)
		fprintf(out, "%-9s %-16s ", "P-PID", "P-COMM");
	fprintf(out, "%-6s ", "CLOSER");
	if (opts->chosen.open)
		fprintf(out, "%-11s %-11s %s", "STATE", "PEERSTATE", "AGE-MS");
	else
		fprintf(out, "%-7s %-7s %s", "HALF-MS", "TW-MS",
			opts->extended ? "" : "HOW");
	if (opts->extended)
		fprintf(out, "%s%-10s %-10s %-7s %-7s %-9s %-9s %-6s %-4s %-5s %-3s %-9s %-18s %s",
			opts->chosen.open ? "  " : "", "X", "Y", "ACK1-MS", "ACK2-MS",
			"HALF-SENT", "HALF-RCVD", "MERGED", "RETR", "AGAIN",
			"EXT", "TW-END", "HOW", "NOTES");
	putc('\n', out);
}

static void add_owner(struct tcpfin_lines *l, const struct tcpfin_conn *conn,
		      bool extended)
{
	bool known = conn && conn->flags & TCPFIN_CONN_OWNER;
	unsigned int width = extended ? 16 : 8;

	if (extended)
		tcpfin_line_number_if(l, known, known ? conn->pid : 0, 9);
	if (known)
		tcpfin_line_comm(l, conn->comm, extended ? TCPFIN_COMM_MAX : 8,
				 width);
	else
		tcpfin_line_text(l, "-", width);
}

static void add_identity(struct tcpfin_lines *l,
			 const struct tcpfin_handshakes_options *opts,
			 const struct tcpfin_conn *conn)
{
	struct tcpfin_resolver *names = opts->chosen.names;
	unsigned int width = addr_width(opts);

	if (opts->extended) {
		tcpfin_line_hex(l, conn->cookie, 16);
		tcpfin_line_number(l, conn->netns, 10);
	}
	add_owner(l, conn, opts->extended);
	if (opts->extended) {
		tcpfin_line_number_if(l, conn->flags & TCPFIN_CONN_UID,
				      conn->uid, 5);
		tcpfin_line_host(l, names, conn->family, conn->laddr, conn->ifindex,
				 width);
	}
	tcpfin_line_service(l, names, conn->lport);
	tcpfin_line_host(l, names, conn->family, conn->raddr, conn->ifindex, width);
	tcpfin_line_service(l, names, conn->rport);
}

static const char *state(const struct tcpfin_conn *conn,
			 char buf[TCPFIN_NAME_MAX])
{
	if (!conn || (!(conn->flags & TCPFIN_CONN_ENDED) && !conn->state))
		return "-";
	if (conn->flags & TCPFIN_CONN_ENDED)
		return "CLOSE";
	return tcpfin_state_name(conn->state, buf);
}

static void add_open(struct tcpfin_lines *l, uint64_t now_ns,
		     const struct tcpfin_verdict *v)
{
	char name[TCPFIN_NAME_MAX];
	const struct tcpfin_conn *conn = v->end[0];
	uint64_t since_ns;
	bool known;

	/* Where the first is over it is the other's age that counts. */
	if (conn->flags & TCPFIN_CONN_ENDED && v->end[1])
		conn = v->end[1];
	known = tcpfin_conn_since(conn, &since_ns);
	tcpfin_line_text(l, state(v->end[0], name), 11);
	tcpfin_line_text(l, state(v->end[1], name), 11);
	tcpfin_line_ms(l, known, now_ns > since_ns ? now_ns - since_ns : 0, 0);
}

static const char *time_wait_end(struct tcpfin_source *src,
				 const struct tcpfin_verdict *v,
				 char buf[TCPFIN_NAME_MAX])
{
	unsigned int i;

	for (i = 0; i < 2 && v->end[i]; i++) {
		const struct tcpfin_conn *conn = v->end[i];

		if (conn->flags & TCPFIN_CONN_ENDED &&
		    (conn->old_state == TCP_TIME_WAIT ||
		     conn->flags & TCPFIN_CONN_REFUSED))
			return tcpfin_reason_name(conn->reason, conn->detail,
						  &src->header, buf);
	}
	return "-";
}

static unsigned int both(const struct tcpfin_verdict *v, unsigned int first,
			 unsigned int second)
{
	return first + (v->end[1] ? second : 0);
}

static char *put_note(char *to, const char *begin, const char *note)
{
	if (to != begin)
		to = tcpfin_put_char(to, ',');
	return tcpfin_put_string(to, note);
}

static void add_notes(struct tcpfin_lines *l, const struct tcpfin_verdict *v)
{
	const struct tcpfin_conn *by = v->end[v->by];
	const char *cause = by->flags & TCPFIN_CONN_ENDED ?
			    tcpfin_cause_name(by->reason, by->detail) : NULL;
	char *begin = tcpfin_line_column(l, TCPFIN_COLUMN_MAX), *at = begin;

	if (cause)
		at = put_note(at, begin, cause);
	if (v->how == TCPFIN_HOW_TIMEOUT)
		at = tcpfin_put_number(put_note(at, begin, "tries:"),
				       by->detail);
	if (v->partial)
		at = put_note(at, begin, "partial");
	if (v->lost)
		at = put_note(at, begin, "lost");
	if (at == begin)
		at = tcpfin_put_char(at, '-');
	tcpfin_line_next(l, at, 0);
}

static void add_rest(struct tcpfin_lines *l, struct tcpfin_source *src,
		     const struct tcpfin_verdict *v)
{
	const struct tcpfin_conn *a = v->end[0], *b = v->end[1];
	char reason[TCPFIN_NAME_MAX];

	add_number(l, v->x, 10);
	add_number(l, v->y, 10);
	add_ms(l, between(v->wave[0].sent, v->wave[1].received), 7);
	add_ms(l, between(v->wave[2].sent, v->wave[3].received), 7);
	add_number(l, v->half_close_sent, 9);
	add_number(l, v->half_close_received, 9);
	tcpfin_line_text(l, v->merged == TCPFIN_YES ? "yes" :
			    v->merged == TCPFIN_NO ? "no" : "-", 6);
	tcpfin_line_number(l, both(v, a->retransmitted,
				   b ? b->retransmitted : 0), 4);
	tcpfin_line_number(l, both(v, a->fin_again, b ? b->fin_again : 0), 5);
	tcpfin_line_number(l, both(v, a->extended, b ? b->extended : 0), 3);
	tcpfin_line_text(l, time_wait_end(src, v, reason), 9);
	tcpfin_line_text(l, tcpfin_how_name(v->how), 18);
	add_notes(l, v);
}

static void add_clock(struct tcpfin_lines *l, const struct tcpfin_source *src,
		      const struct tcpfin_verdict *v, uint64_t now_ns)
{
	uint64_t end_ns = v->end[0]->touched_ns;
	char clock[TCPFIN_STAMP_MAX];

	if (v->end[1] && v->end[1]->touched_ns > end_ns)
		end_ns = v->end[1]->touched_ns;
	tcpfin_line_text(l, tcpfin_clock_text(tcpfin_source_wall(src,
					v->open ? now_ns : end_ns), clock),
			 12);
}

void tcpfin_handshakes_line(struct tcpfin_lines *l,
			    const struct tcpfin_handshakes_options *opts,
			    struct tcpfin_source *src,
			    const struct tcpfin_verdict *v)
{
	uint64_t now_ns = v->open ? tcpfin_source_now(src) : 0;

	if (opts->clock)
		add_clock(l, src, v, now_ns);
	if (opts->extended && src->hosts > 1)
		tcpfin_line_text(l, tcpfin_source_host_name(src,
						v->end[0]->host), 12);
	add_identity(l, opts, v->end[0]);
	if (opts->extended)
		add_owner(l, v->end[1], true);
	tcpfin_line_text(l, tcpfin_closer_name(v->closer), 6);
	if (opts->chosen.open) {
		add_open(l, now_ns, v);
		/* Two spaces, so that the age stands apart. */
		if (opts->extended)
			tcpfin_line_text(l, "", 0);
	} else {
		add_ms(l, v->half_close_ns, 7);
		add_ms(l, time_wait(v), 7);
	}
	if (opts->extended)
		add_rest(l, src, v);
	else if (!opts->chosen.open)
		tcpfin_line_text(l, tcpfin_how_name(v->how), 0);
	tcpfin_line_end(l);
}
