// SPDX-License-Identifier: GPL-2.0
/* The lines of the view "handshakes". */
#include <inttypes.h>
#include <netinet/tcp.h>
#include <string.h>

#include "command.h"
#include "handshakes.h"
#include "names.h"
#include "text.h"

/* Room for a number, or "-". */
#define NUMBER_MAX	24

static const char *number(struct tcpfin_fact fact, char buf[NUMBER_MAX])
{
	if (fact.known)
		snprintf(buf, NUMBER_MAX, "%" PRIu64, fact.value);
	else
		strcpy(buf, "-");
	return buf;
}

static const char *ms(struct tcpfin_fact span, char buf[TCPFIN_SPAN_MAX])
{
	return tcpfin_ms_text(span.known, span.value, buf);
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
static int addr_width(const struct tcpfin_handshakes_options *opts)
{
	return opts->chosen.families == TCPFIN_FAMILY_4 || !opts->extended ?
	       15 : 39;
}

void tcpfin_handshakes_titles(FILE *out,
			      const struct tcpfin_handshakes_options *opts,
			      const struct tcpfin_source *src)
{
	int width = addr_width(opts);

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

static void print_owner(FILE *out, const struct tcpfin_conn *conn,
			bool extended)
{
	char comm[TCPFIN_COMM_MAX] = "-", pid[NUMBER_MAX];

	if (conn && conn->flags & TCPFIN_CONN_OWNER)
		tcpfin_escape(conn->comm, sizeof(conn->comm), comm,
			      extended ? sizeof(comm) : 8 + 1);
	if (!extended) {
		fprintf(out, "%-8s ", comm);
		return;
	}
	number(tcpfin_fact(conn && conn->flags & TCPFIN_CONN_OWNER,
			   conn ? conn->pid : 0), pid);
	fprintf(out, "%-9s %-16s ", pid, comm);
}

static void print_identity(FILE *out,
			   const struct tcpfin_handshakes_options *opts,
			   const struct tcpfin_conn *conn)
{
	char addr[TCPFIN_ADDR_MAX], uid[NUMBER_MAX];
	int width = addr_width(opts);

	if (opts->extended)
		fprintf(out, "%-16" PRIx64 " %-10u ", conn->cookie,
			conn->netns);
	print_owner(out, conn, opts->extended);
	if (opts->extended) {
		number(tcpfin_fact(conn->flags & TCPFIN_CONN_UID, conn->uid),
		       uid);
		fprintf(out, "%-5s %-*s ", uid, width,
			tcpfin_addr_text(conn->family, conn->laddr,
					 conn->ifindex, addr));
	}
	fprintf(out, "%-5u %-*s %-5u ", conn->lport, width,
		tcpfin_addr_text(conn->family, conn->raddr, conn->ifindex,
				 addr), conn->rport);
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

static void print_open(FILE *out, uint64_t now_ns,
		       const struct tcpfin_verdict *v)
{
	char name[TCPFIN_NAME_MAX], peer[TCPFIN_NAME_MAX];
	char age[TCPFIN_SPAN_MAX];
	const struct tcpfin_conn *conn = v->end[0];
	uint64_t since_ns;
	bool known;

	/* Where the first is over it is the other's age that counts. */
	if (conn->flags & TCPFIN_CONN_ENDED && v->end[1])
		conn = v->end[1];
	known = tcpfin_conn_since(conn, &since_ns);
	fprintf(out, "%-11s %-11s %s", state(v->end[0], name),
		state(v->end[1], peer),
		tcpfin_ms_text(known, now_ns > since_ns ?
			       now_ns - since_ns : 0, age));
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

static void print_notes(FILE *out, const struct tcpfin_verdict *v)
{
	const struct tcpfin_conn *by = v->end[v->by];
	const char *cause = by->flags & TCPFIN_CONN_ENDED ?
			    tcpfin_cause_name(by->reason, by->detail) : NULL;
	const char *comma = "";

	if (cause) {
		fputs(cause, out);
		comma = ",";
	}
	if (v->how == TCPFIN_HOW_TIMEOUT) {
		fprintf(out, "%stries:%u", comma, by->detail);
		comma = ",";
	}
	if (v->partial) {
		fprintf(out, "%spartial", comma);
		comma = ",";
	}
	if (v->lost) {
		fprintf(out, "%slost", comma);
		comma = ",";
	}
	if (!*comma)
		putc('-', out);
}

static void print_rest(FILE *out, struct tcpfin_source *src,
		       const struct tcpfin_verdict *v)
{
	const struct tcpfin_conn *a = v->end[0], *b = v->end[1];
	char x[NUMBER_MAX], y[NUMBER_MAX], sent[NUMBER_MAX], rcvd[NUMBER_MAX];
	char ack1[TCPFIN_SPAN_MAX], ack2[TCPFIN_SPAN_MAX];
	char reason[TCPFIN_NAME_MAX];

	fprintf(out, "%-10s %-10s %-7s %-7s %-9s %-9s %-6s ",
		number(v->x, x), number(v->y, y),
		ms(between(v->wave[0].sent, v->wave[1].received), ack1),
		ms(between(v->wave[2].sent, v->wave[3].received), ack2),
		number(v->half_close_sent, sent),
		number(v->half_close_received, rcvd),
		v->merged == TCPFIN_YES ? "yes" :
		v->merged == TCPFIN_NO ? "no" : "-");
	fprintf(out, "%-4u %-5u %-3u %-9s %-18s ",
		both(v, a->retransmitted, b ? b->retransmitted : 0),
		both(v, a->fin_again, b ? b->fin_again : 0),
		both(v, a->extended, b ? b->extended : 0),
		time_wait_end(src, v, reason), tcpfin_how_name(v->how));
	print_notes(out, v);
}

static void print_clock(FILE *out, const struct tcpfin_source *src,
			const struct tcpfin_verdict *v, uint64_t now_ns)
{
	uint64_t end_ns = v->end[0]->touched_ns;
	char clock[TCPFIN_STAMP_MAX];

	if (v->end[1] && v->end[1]->touched_ns > end_ns)
		end_ns = v->end[1]->touched_ns;
	fprintf(out, "%-12s ",
		tcpfin_clock_text(tcpfin_source_wall(src, v->open ? now_ns :
								   end_ns),
				  clock));
}

void tcpfin_handshakes_line(FILE *out,
			    const struct tcpfin_handshakes_options *opts,
			    struct tcpfin_source *src,
			    const struct tcpfin_verdict *v)
{
	uint64_t now_ns = tcpfin_source_now(src);
	char half[TCPFIN_SPAN_MAX], wait[TCPFIN_SPAN_MAX];

	if (opts->clock)
		print_clock(out, src, v, now_ns);
	if (opts->extended && src->hosts > 1)
		fprintf(out, "%-12s ",
			tcpfin_source_host_name(src, v->end[0]->host));
	print_identity(out, opts, v->end[0]);
	if (opts->extended)
		print_owner(out, v->end[1], true);
	fprintf(out, "%-6s ", tcpfin_closer_name(v->closer));
	if (opts->chosen.open)
		print_open(out, now_ns, v);
	else
		fprintf(out, "%-7s %-7s ", ms(v->half_close_ns, half),
			ms(time_wait(v), wait));
	if (opts->extended && opts->chosen.open)
		fputs("  ", out);
	if (opts->extended)
		print_rest(out, src, v);
	else if (!opts->chosen.open)
		fputs(tcpfin_how_name(v->how), out);
	putc('\n', out);
}
