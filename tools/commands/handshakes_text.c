// SPDX-License-Identifier: GPL-2.0
/* The lines of the view "handshakes". */
#include <inttypes.h>
#include <netinet/tcp.h>
#include <string.h>

#include "commands/handshakes.h"
#include "track/names.h"
#include "util/text.h"

static void add_number(struct columns *l, struct fact number,
		       unsigned int width)
{
	columns_number_if(l, number.known, number.value, width);
}

static void add_ms(struct columns *l, struct fact span, unsigned int width)
{
	columns_ms(l, span.known, span.value, width);
}

static struct fact time_wait(const struct verdict *v)
{
	struct fact span = conn_span(v->end[0], TCP_TIME_WAIT);

	if (!span.known && v->end[1])
		span = conn_span(v->end[1], TCP_TIME_WAIT);
	return span;
}

/* An address is wider if IPv6 may come. */
static unsigned int addr_width(const struct handshakes_options *opts)
{
	return opts->selection.families == FAMILY_4 || !opts->extended ?
	       15 : 39;
}

void handshakes_titles(FILE *out, const struct handshakes_options *opts,
		       const struct source *src)
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
	if (opts->selection.open)
		fprintf(out, "%-11s %-11s %s", "STATE", "PEERSTATE", "AGE-MS");
	else
		fprintf(out, "%-7s %-7s %s", "HALF-MS", "TW-MS",
			opts->extended ? "" : "HOW");
	if (opts->extended)
		fprintf(out, "%s%-10s %-10s %-7s %-7s %-9s %-9s %-6s %-4s %-5s %-3s %-9s %-18s %s",
			opts->selection.open ? "  " : "", "X", "Y", "ACK1-MS", "ACK2-MS",
			"HALF-SENT", "HALF-RCVD", "MERGED", "RETR", "AGAIN",
			"EXT", "TW-END", "HOW", "NOTES");
	putc('\n', out);
}

static void add_owner(struct columns *l, const struct conn *conn, bool extended)
{
	bool known = conn && conn->flags & CONN_OWNER;
	unsigned int width = extended ? 16 : 8;

	if (extended)
		columns_number_if(l, known, known ? conn->pid : 0, 9);
	if (known)
		columns_comm(l, conn->comm, extended ? COMM_TEXT_MAX : 8,
			     width);
	else
		columns_text(l, "-", width);
}

static void add_identity(struct columns *l,
			 const struct handshakes_options *opts,
			 const struct conn *conn)
{
	struct resolver *names = opts->selection.names;
	unsigned int width = addr_width(opts);

	if (opts->extended) {
		columns_hex(l, conn->cookie, 16);
		columns_number(l, conn->netns, 10);
	}
	add_owner(l, conn, opts->extended);
	if (opts->extended) {
		columns_number_if(l, conn->flags & CONN_UID, conn->uid, 5);
		columns_host(l, names, conn->family, conn->laddr, conn->ifindex,
			     width);
	}
	columns_service(l, names, conn->lport);
	columns_host(l, names, conn->family, conn->raddr, conn->ifindex, width);
	columns_service(l, names, conn->rport);
}

static const char *state(const struct conn *conn, char buf[NAME_TEXT_MAX])
{
	if (!conn || (!(conn->flags & CONN_ENDED) && !conn->state))
		return "-";
	if (conn->flags & CONN_ENDED)
		return "CLOSE";
	return state_name(conn->state, buf);
}

static void add_open(struct columns *l, uint64_t now_ns,
		     const struct verdict *v)
{
	char name[NAME_TEXT_MAX];
	const struct conn *conn = v->end[0];
	struct fact age;

	/* Where the first is over it is the other's age that counts. */
	if (conn->flags & CONN_ENDED && v->end[1])
		conn = v->end[1];
	age = conn_age(conn, now_ns);
	columns_text(l, state(v->end[0], name), 11);
	columns_text(l, state(v->end[1], name), 11);
	add_ms(l, age, 0);
}

static const char *time_wait_end(struct source *src, const struct verdict *v,
				 char buf[NAME_TEXT_MAX])
{
	unsigned int i;

	for (i = 0; i < 2 && v->end[i]; i++) {
		const struct conn *conn = v->end[i];

		if (conn->flags & CONN_ENDED &&
		    (conn->old_state == TCP_TIME_WAIT ||
		     conn->flags & CONN_REFUSED))
			return reason_name(conn->reason, conn->detail,
					   &src->header, buf);
	}
	return "-";
}

static unsigned int both(const struct verdict *v, unsigned int first,
			 unsigned int second)
{
	return first + (v->end[1] ? second : 0);
}

static char *put_note(char *to, const char *begin, const char *note)
{
	if (to != begin)
		to = put_char(to, ',');
	return put_string(to, note);
}

static void add_notes(struct columns *l, const struct verdict *v)
{
	const struct conn *by = v->end[v->by];
	const char *cause = by->flags & CONN_ENDED ?
			    cause_name(by->reason, by->detail) : NULL;
	char *begin = columns_start(l, COLUMNS_WIDTH_MAX), *at = begin;

	if (cause)
		at = put_note(at, begin, cause);
	if (v->how == HOW_TIMEOUT)
		at = put_number(put_note(at, begin, "tries:"), by->detail);
	if (v->partial)
		at = put_note(at, begin, "partial");
	if (v->lost)
		at = put_note(at, begin, "lost");
	if (at == begin)
		at = put_char(at, '-');
	columns_next(l, at, 0);
}

static void add_rest(struct columns *l, struct source *src,
		     const struct verdict *v)
{
	const struct conn *a = v->end[0], *b = v->end[1];
	char reason[NAME_TEXT_MAX];

	add_number(l, v->x, 10);
	add_number(l, v->y, 10);
	add_ms(l, fact_between(v->wave[0].sent, v->wave[1].received), 7);
	add_ms(l, fact_between(v->wave[2].sent, v->wave[3].received), 7);
	add_number(l, v->half_close_sent, 9);
	add_number(l, v->half_close_received, 9);
	columns_text(l, v->merged == TRI_YES ? "yes" :
			v->merged == TRI_NO ? "no" : "-", 6);
	columns_number(l, both(v, a->retransmitted,
			       b ? b->retransmitted : 0), 4);
	columns_number(l, both(v, a->fin_again, b ? b->fin_again : 0), 5);
	columns_number(l, both(v, a->extended, b ? b->extended : 0), 3);
	columns_text(l, time_wait_end(src, v, reason), 9);
	columns_text(l, how_name(v->how), 18);
	add_notes(l, v);
}

static void add_clock(struct columns *l, const struct source *src,
		      const struct verdict *v, uint64_t now_ns)
{
	uint64_t end_ns = v->end[0]->touched_ns;
	char clock[STAMP_TEXT_MAX];

	if (v->end[1] && v->end[1]->touched_ns > end_ns)
		end_ns = v->end[1]->touched_ns;
	columns_text(l, clock_text(source_wall(src,
					v->open ? now_ns : end_ns), clock),
		     12);
}

void handshakes_line(struct columns *l, const struct handshakes_options *opts,
		     struct source *src, const struct verdict *v)
{
	uint64_t now_ns = v->open ? source_now(src) : 0;

	if (opts->clock)
		add_clock(l, src, v, now_ns);
	if (opts->extended && src->hosts > 1)
		columns_text(l, source_host_name(src,
						v->end[0]->host), 12);
	add_identity(l, opts, v->end[0]);
	if (opts->extended)
		add_owner(l, v->end[1], true);
	columns_text(l, closer_name(v->closer), 6);
	if (opts->selection.open) {
		add_open(l, now_ns, v);
		/* Two spaces, so that the age stands apart. */
		if (opts->extended)
			columns_text(l, "", 0);
	} else {
		add_ms(l, v->half_close_ns, 7);
		add_ms(l, time_wait(v), 7);
	}
	if (opts->extended)
		add_rest(l, src, v);
	else if (!opts->selection.open)
		columns_text(l, how_name(v->how), 0);
	columns_end(l);
}
