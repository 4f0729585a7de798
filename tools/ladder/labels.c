// SPDX-License-Identifier: GPL-2.0
/* Puts what a ladder shows into words. */
#include <inttypes.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "ladder/labels.h"
#include "track/names.h"
#include "util/text.h"

#define ADDR_PORT_MAX	TCPFIN_END_NAME_MAX
#define PROCESS_MAX	TCPFIN_SIDE_PROCESS_MAX
#define NUMBER_MAX	24

/* Relative numbers are in terms of the FIN that counts in their direction. */
static const char *number(bool absolute, struct tcpfin_fact seq, bool rel_known,
			  int32_t rel, char fin, char buf[NUMBER_MAX])
{
	if (absolute ? !seq.known : !rel_known)
		strcpy(buf, "-");
	else if (absolute)
		snprintf(buf, NUMBER_MAX, "%" PRIu64, seq.value);
	else if (rel)
		snprintf(buf, NUMBER_MAX, "%c%+" PRId32, fin, rel);
	else
		snprintf(buf, NUMBER_MAX, "%c", fin);
	return buf;
}

static const char *fin_number(const struct tcpfin_plan *plan, unsigned int from,
			      bool absolute, char buf[NUMBER_MAX])
{
	const struct tcpfin_wave *wave = &plan->v->wave[from ? 2 : 0];

	return number(absolute, wave->seq, wave->rel_seq_known, wave->rel_seq,
		      from ? 'y' : 'x', buf);
}

static const char *ack_number(const struct tcpfin_plan *plan, unsigned int from,
			      bool absolute, char buf[NUMBER_MAX])
{
	const struct tcpfin_wave *wave = &plan->v->wave[from ? 1 : 3];

	return number(absolute, wave->ack, wave->rel_ack_known, wave->rel_ack,
		      from ? 'x' : 'y', buf);
}

static const char *cause_of(const struct tcpfin_conn *conn)
{
	return tcpfin_cause_name(conn->reason, conn->detail);
}

static void rst_label(const struct tcpfin_conn *sender,
		      char buf[TCPFIN_LABEL_MAX])
{
	const char *cause = sender ? cause_of(sender) : NULL;

	if (cause)
		snprintf(buf, TCPFIN_LABEL_MAX, "RST (%s)", cause);
	else
		strcpy(buf, "RST");
}

const char *tcpfin_ladder_label(const struct tcpfin_plan *plan,
				const struct tcpfin_arrow *arrow,
				bool absolute, char buf[TCPFIN_LABEL_MAX])
{
	const char *again = arrow->again ? " again" : "";
	const unsigned int from = arrow->from;
	char seq[NUMBER_MAX], ack[NUMBER_MAX];

	fin_number(plan, from, absolute, seq);
	ack_number(plan, from, absolute, ack);
	switch (arrow->kind) {
	case TCPFIN_ARROW_FIN_ACK:
		if (!absolute) {
			snprintf(buf, TCPFIN_LABEL_MAX,
				 "2+3 FIN seq=%s ACK ack=%s", seq, ack);
			break;
		}
		/* fallthrough */
	case TCPFIN_ARROW_FIN:
		snprintf(buf, TCPFIN_LABEL_MAX, "%c FIN seq=%s%s",
			 from ? '3' : '1', seq, again);
		break;
	case TCPFIN_ARROW_ACK:
		snprintf(buf, TCPFIN_LABEL_MAX, "%c ACK ack=%s%s",
			 from ? '2' : '4', ack, again);
		break;
	case TCPFIN_ARROW_DATA:
		snprintf(buf, TCPFIN_LABEL_MAX, "%" PRIu64 " bytes",
			 arrow->count);
		break;
	case TCPFIN_ARROW_RST:
		rst_label(plan->side[from].conn, buf);
		break;
	case TCPFIN_ARROW_MORE:
		snprintf(buf, TCPFIN_LABEL_MAX, "FIN again: %" PRIu64 " more",
			 arrow->count);
		break;
	}
	return buf;
}

const char *tcpfin_ladder_prelabel(const struct tcpfin_plan *plan,
				   const struct tcpfin_arrow *arrow,
				   bool absolute, char buf[TCPFIN_LABEL_MAX])
{
	char ack[NUMBER_MAX];

	buf[0] = '\0';
	if (arrow->kind == TCPFIN_ARROW_FIN_ACK && absolute)
		snprintf(buf, TCPFIN_LABEL_MAX, "2 ACK ack=%s with",
			 ack_number(plan, arrow->from, true, ack));
	return buf;
}

const char *tcpfin_ladder_end_note(const struct tcpfin_conn *conn,
				   const struct tcpfin_header *header,
				   char buf[TCPFIN_LABEL_MAX])
{
	const char *cause = cause_of(conn);
	char name[TCPFIN_NAME_MAX];
	const char *word;

	buf[0] = '\0';
	if (!(conn->flags & TCPFIN_CONN_ENDED) ||
	    conn->reason == TCPFIN_REASON_NONE ||
	    conn->reason == TCPFIN_REASON_RST_RCVD ||
	    conn->reason == TCPFIN_REASON_RST_SENT ||
	    (conn->reason == TCPFIN_REASON_ABORTED &&
	     conn->flags & TCPFIN_CONN_RST))
		return buf;
	word = tcpfin_reason_name(conn->reason, conn->detail, header, name);
	if (conn->flags & TCPFIN_CONN_REFUSED)
		strcpy(buf, "TIME_WAIT refused");
	else if (conn->reason == TCPFIN_REASON_TIMEOUT && conn->detail)
		snprintf(buf, TCPFIN_LABEL_MAX, "%.64s, %u tries", word,
			 conn->detail);
	else if (conn->reason == TCPFIN_REASON_ERROR && conn->err)
		snprintf(buf, TCPFIN_LABEL_MAX, "%.64s: %.60s", word,
			 strerror(conn->err));
	else if (cause)
		snprintf(buf, TCPFIN_LABEL_MAX, "%.64s (%.60s)", word, cause);
	else
		snprintf(buf, TCPFIN_LABEL_MAX, "%.64s", word);
	return buf;
}

const char *tcpfin_ladder_address(const struct tcpfin_plan *plan,
				  unsigned int side,
				  struct tcpfin_resolver *names,
				  char buf[ADDR_PORT_MAX])
{
	const struct tcpfin_conn *conn = plan->side[side].conn;
	const struct tcpfin_conn *other = plan->side[!side].conn;

	if (conn)
		return tcpfin_end_name(names, conn->family, conn->laddr,
				       conn->ifindex, conn->lport, buf);
	return tcpfin_end_name(names, other->family, other->raddr,
			       other->ifindex, other->rport, buf);
}

const char *tcpfin_ladder_process(const struct tcpfin_plan *plan,
				  unsigned int side, char buf[PROCESS_MAX])
{
	const struct tcpfin_conn *conn = plan->side[side].conn;
	char comm[TCPFIN_COMM_MAX];

	if (!conn)
		strcpy(buf, "other end not seen");
	else if (conn->flags & TCPFIN_CONN_OWNER)
		snprintf(buf, PROCESS_MAX, "%s, pid %u",
			 tcpfin_escape(conn->comm, sizeof(conn->comm), comm,
				       sizeof(comm)), conn->pid);
	else
		strcpy(buf, "-");
	return buf;
}

/* On one line if they fit, else each on its own. */
static void print_both(struct tcpfin_canvas *c, const char *left,
		       const char *right)
{
	tcpfin_canvas_clear(c);
	tcpfin_canvas_text(c, 0, left, TCPFIN_PAINT_PLAIN);
	if (strlen(left) + 2 + strlen(right) > TCPFIN_CANVAS_WIDTH) {
		tcpfin_canvas_print(c);
		tcpfin_canvas_clear(c);
	}
	tcpfin_canvas_text_left(c, TCPFIN_CANVAS_WIDTH - 1, right,
				TCPFIN_PAINT_PLAIN);
	tcpfin_canvas_print(c);
}

static void print_line(struct tcpfin_canvas *c, const char *text,
		       enum tcpfin_paint paint)
{
	tcpfin_canvas_clear(c);
	tcpfin_canvas_text(c, 0, text, paint);
	tcpfin_canvas_print(c);
}

static const char *closer_text(const struct tcpfin_plan *plan,
			       const struct tcpfin_ladder_scene *scene,
			       char buf[ADDR_PORT_MAX])
{
	const struct tcpfin_conn *conn = plan->side[0].conn;
	enum tcpfin_closer closer = plan->v->closer;

	if (closer != TCPFIN_CLOSER_LOCAL && closer != TCPFIN_CLOSER_REMOTE)
		strcpy(buf, tcpfin_closer_name(closer));
	else if (conn && conn->flags & TCPFIN_CONN_OWNER)
		tcpfin_ladder_process(plan, 0, buf);
	else
		tcpfin_ladder_address(plan, 0, scene->names, buf);
	return buf;
}

static void print_verdict(struct tcpfin_canvas *c,
			  const struct tcpfin_plan *plan,
			  const struct tcpfin_ladder_scene *scene)
{
	const struct tcpfin_verdict *v = plan->v;
	const char *cause = cause_of(v->end[v->by]);
	char clock[TCPFIN_STAMP_MAX], closer[ADDR_PORT_MAX];
	char line[PROCESS_MAX + ADDR_PORT_MAX];

	tcpfin_clock_text(tcpfin_source_wall(scene->src, plan->zero_ns), clock);
	snprintf(line, sizeof(line), "%s  ended: %s%s%s%s  closed first: %s",
		 clock, tcpfin_how_name(v->how), cause ? " (" : "",
		 cause ? cause : "", cause ? ")" : "",
		 closer_text(plan, scene, closer));
	print_line(c, line, TCPFIN_PAINT_BOLD);
}

static void print_numbers(struct tcpfin_canvas *c,
			  const struct tcpfin_verdict *v)
{
	char x[NUMBER_MAX], y[NUMBER_MAX], line[2 * NUMBER_MAX + 16];

	if (!v->x.known && !v->y.known)
		return;
	snprintf(line, sizeof(line), "x = %s, y = %s",
		 number(true, v->x, false, 0, 'x', x),
		 number(true, v->y, false, 0, 'y', y));
	print_line(c, line, TCPFIN_PAINT_PLAIN);
}

/* The machine of a side, where there are several. */
static const char *side_host(const struct tcpfin_plan *plan, unsigned int side,
			     const struct tcpfin_ladder_scene *scene)
{
	const struct tcpfin_conn *conn = plan->side[side].conn;
	const char *name = conn ? tcpfin_source_host_name(scene->src,
							  conn->host) : NULL;

	return name ? name : "";
}

void tcpfin_ladder_head(struct tcpfin_canvas *c, const struct tcpfin_plan *plan,
			const struct tcpfin_ladder_scene *scene)
{
	const struct tcpfin_conn *a = plan->side[0].conn;
	const struct tcpfin_conn *b = plan->side[1].conn;
	char left_addr[ADDR_PORT_MAX], right_addr[ADDR_PORT_MAX];
	char left[PROCESS_MAX], right[PROCESS_MAX];

	print_verdict(c, plan, scene);
	print_numbers(c, plan->v);
	print_line(c, "", TCPFIN_PAINT_PLAIN);
	print_both(c, tcpfin_ladder_address(plan, 0, scene->names, left_addr),
		   tcpfin_ladder_address(plan, 1, scene->names, right_addr));
	print_both(c, tcpfin_ladder_process(plan, 0, left),
		   tcpfin_ladder_process(plan, 1, right));
	if (scene->src->hosts > 1)
		print_both(c, side_host(plan, 0, scene),
			   side_host(plan, 1, scene));
	if (a && b && (a->netns != b->netns || a->host != b->host)) {
		snprintf(left, sizeof(left), "netns %u", a->netns);
		snprintf(right, sizeof(right), "netns %u", b->netns);
		print_both(c, left, right);
	}
	print_line(c, "", TCPFIN_PAINT_PLAIN);
}

static void print_age(struct tcpfin_canvas *c, const struct tcpfin_conn *conn,
		      const char *address, uint64_t now_ns)
{
	char line[2 * TCPFIN_CANVAS_WIDTH], span[TCPFIN_SPAN_MAX] = "-";
	char state[TCPFIN_NAME_MAX];
	uint64_t since_ns;

	if (conn->flags & TCPFIN_CONN_ENDED)
		return;
	if (tcpfin_conn_since(conn, &since_ns) && conn->state > TCP_SYN_RECV)
		tcpfin_span_text(now_ns > since_ns ? now_ns - since_ns : 0,
				 span);
	snprintf(line, sizeof(line), "still in %.16s for %s: %s",
		 tcpfin_state_name(conn->state, state), span, address);
	print_line(c, line, TCPFIN_PAINT_YELLOW);
}

static void print_legend(struct tcpfin_canvas *c,
			 const struct tcpfin_plan *plan)
{
	bool implied = false, arrives = true;
	unsigned int i;

	for (i = 0; i < plan->arrows; i++) {
		const struct tcpfin_arrow *arrow = &plan->arrow[i];

		if (arrow->kind == TCPFIN_ARROW_MORE)
			continue;
		implied |= !arrow->seen;
		arrives &= arrow->arrived;
	}
	if (implied)
		print_line(c, "dotted: not seen, but what was seen implies it",
			   TCPFIN_PAINT_DIM);
	if (!arrives)
		print_line(c, "?: not seen to arrive", TCPFIN_PAINT_DIM);
}

void tcpfin_ladder_foot(struct tcpfin_canvas *c, const struct tcpfin_plan *plan,
			const struct tcpfin_ladder_scene *scene)
{
	const struct tcpfin_verdict *v = plan->v;
	char address[ADDR_PORT_MAX], line[64];
	unsigned int i;

	print_legend(c, plan);
	for (i = 0; i < 2; i++) {
		const struct tcpfin_conn *conn = plan->side[i].conn;

		if (!conn)
			continue;
		print_age(c, conn, tcpfin_ladder_address(plan, i, scene->names,
							 address),
			  tcpfin_source_now(scene->src));
		if (!conn->extended)
			continue;
		snprintf(line, sizeof(line),
			 "TIME_WAIT started over: %u, for a FIN again: %u",
			 conn->extended, conn->fin_again);
		print_line(c, line, TCPFIN_PAINT_YELLOW);
	}
	if (v->partial)
		print_line(c, "partial: some steps were not seen",
			   TCPFIN_PAINT_YELLOW);
	if (v->lost)
		print_line(c, "events were lost meanwhile: counts may be too low",
			   TCPFIN_PAINT_YELLOW);
	if (v->end[1] && v->end[0]->host != v->end[1]->host)
		print_line(c, "times of two machines, whose clocks may differ",
			   TCPFIN_PAINT_DIM);
}
