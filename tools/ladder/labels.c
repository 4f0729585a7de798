// SPDX-License-Identifier: GPL-2.0
/* Writes the text of a ladder. */
#include <inttypes.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "ladder/labels.h"
#include "track/names.h"
#include "util/text.h"

#define NUMBER_MAX	24

/* Relative numbers are relative to the FIN of their direction. */
static const char *number(bool absolute, struct optional seq, bool rel_known,
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

static const char *fin_number(const struct ladder_plan *plan, unsigned int from,
			      bool absolute, char buf[NUMBER_MAX])
{
	const struct wave *wave = &plan->v->wave[from ? 2 : 0];

	return number(absolute, wave->seq, wave->rel_seq_known, wave->rel_seq,
		      from ? 'y' : 'x', buf);
}

static const char *ack_number(const struct ladder_plan *plan, unsigned int from,
			      bool absolute, char buf[NUMBER_MAX])
{
	const struct wave *wave = &plan->v->wave[from ? 1 : 3];

	return number(absolute, wave->ack, wave->rel_ack_known, wave->rel_ack,
		      from ? 'x' : 'y', buf);
}

static const char *cause_of(const struct conn *conn)
{
	return cause_name(conn->reason, conn->detail);
}

static void rst_label(const struct ladder_plan *plan, const struct ladder_arrow *arrow,
		      char buf[LADDER_LABEL_MAX])
{
	const struct conn *sender = plan->side[arrow->from].conn;
	const char *cause = arrow->nowhere ? CAUSE_INJECTED :
			    sender ? cause_of(sender) : NULL;

	if (cause)
		snprintf(buf, LADDER_LABEL_MAX, "RST (%s)", cause);
	else
		strcpy(buf, "RST");
}

const char *ladder_label(const struct ladder_plan *plan, const struct ladder_arrow *arrow,
			 bool absolute, char buf[LADDER_LABEL_MAX])
{
	const char *again = arrow->again ? " again" : "";
	const unsigned int from = arrow->from;
	char seq[NUMBER_MAX], ack[NUMBER_MAX];

	fin_number(plan, from, absolute, seq);
	ack_number(plan, from, absolute, ack);
	switch (arrow->kind) {
	case LADDER_ARROW_FIN_ACK:
		if (!absolute) {
			snprintf(buf, LADDER_LABEL_MAX,
				 "2+3 FIN seq=%s ACK ack=%s", seq, ack);
			break;
		}
		/* fallthrough */
	case LADDER_ARROW_FIN:
		snprintf(buf, LADDER_LABEL_MAX, "%c FIN seq=%s%s",
			 from ? '3' : '1', seq, again);
		break;
	case LADDER_ARROW_ACK:
		snprintf(buf, LADDER_LABEL_MAX, "%c ACK ack=%s%s",
			 from ? '2' : '4', ack, again);
		break;
	case LADDER_ARROW_DATA:
		snprintf(buf, LADDER_LABEL_MAX, "%" PRIu64 " bytes", arrow->count);
		break;
	case LADDER_ARROW_RST:
		rst_label(plan, arrow, buf);
		break;
	case LADDER_ARROW_MORE:
		snprintf(buf, LADDER_LABEL_MAX, "FIN again: %" PRIu64 " more",
			 arrow->count);
		break;
	}
	return buf;
}

const char *ladder_prelabel(const struct ladder_plan *plan,
			    const struct ladder_arrow *arrow, bool absolute,
			    char buf[LADDER_LABEL_MAX])
{
	char ack[NUMBER_MAX];

	buf[0] = '\0';
	if (arrow->kind == LADDER_ARROW_FIN_ACK && absolute)
		snprintf(buf, LADDER_LABEL_MAX, "2 ACK ack=%s with",
			 ack_number(plan, arrow->from, true, ack));
	return buf;
}

const char *ladder_end_note(const struct conn *conn, const struct tcpfin_header *header,
			    char buf[LADDER_LABEL_MAX])
{
	const char *cause = cause_of(conn);
	char name[NAME_TEXT_MAX];
	const char *word;

	buf[0] = '\0';
	if (!(conn->flags & CONN_ENDED) || conn->reason == TCPFIN_REASON_NONE ||
	    conn->reason == TCPFIN_REASON_RST_RCVD ||
	    conn->reason == TCPFIN_REASON_RST_SENT ||
	    (conn->reason == TCPFIN_REASON_ABORTED && conn->flags & CONN_RST))
		return buf;
	word = reason_name(conn->reason, conn->detail, header, name);
	if (conn->flags & CONN_REFUSED)
		strcpy(buf, "TIME_WAIT refused");
	else if (conn->reason == TCPFIN_REASON_ERROR && conn->err)
		snprintf(buf, LADDER_LABEL_MAX, "%.64s: %.60s", word,
			 strerror(conn->err));
	else if (conn->tries)
		snprintf(buf, LADDER_LABEL_MAX, "%.64s, %u tries",
			 cause ? cause : word, conn->tries);
	else if (cause)
		snprintf(buf, LADDER_LABEL_MAX, "%.64s (%.60s)", word, cause);
	else
		snprintf(buf, LADDER_LABEL_MAX, "%.64s", word);
	return buf;
}

const char *ladder_address(const struct ladder_plan *plan, unsigned int side,
			   struct resolver *names, char buf[END_NAME_MAX])
{
	const struct conn *conn = plan->side[side].conn;
	const struct conn *other = plan->side[!side].conn;

	if (conn)
		return resolver_end_name(names, conn->family, conn->laddr,
					 conn->ifindex, conn->lport, buf);
	return resolver_end_name(names, other->family, other->raddr,
				 other->ifindex, other->rport, buf);
}

const char *ladder_process(const struct ladder_plan *plan, unsigned int side,
			   char buf[LADDER_PROCESS_MAX])
{
	const struct conn *conn = plan->side[side].conn;
	char comm[COMM_TEXT_MAX];

	if (!conn)
		strcpy(buf, plan->v->self ? "the same socket" : "other end not seen");
	else if (conn->flags & CONN_OWNER)
		snprintf(buf, LADDER_PROCESS_MAX, "%s, pid %u",
			 comm_text(conn->comm, comm), conn->pid);
	else
		strcpy(buf, "-");
	return buf;
}

/* Print two texts on one line if they fit, else on two. */
static void print_both(struct canvas *c, const char *left, const char *right)
{
	canvas_clear(c);
	canvas_text(c, 0, left, PAINT_PLAIN);
	if ((int)(strlen(left) + 2 + strlen(right)) > c->width) {
		canvas_print(c);
		canvas_clear(c);
	}
	canvas_text_left(c, c->width - 1, right, PAINT_PLAIN);
	canvas_print(c);
}

/* Print a text, in lines that end between words if one is too short. */
static void print_line(struct canvas *c, const char *text, enum paint paint)
{
	char part[CANVAS_WIDTH + 1], *blank;

	while ((int)strlen(text) > c->width) {
		snprintf(part, sizeof(part), "%.*s", c->width, text);
		blank = strrchr(part, ' ');
		if (!blank || blank == part)
			break;
		*blank = '\0';
		canvas_clear(c);
		canvas_text(c, 0, part, paint);
		canvas_print(c);
		text += blank - part + 1;
		text += strspn(text, " ");
	}
	canvas_clear(c);
	canvas_text(c, 0, text, paint);
	canvas_print(c);
}

static const char *closer_text(const struct ladder_plan *plan,
			       const struct ladder_scene *scene, char buf[END_NAME_MAX])
{
	const struct conn *conn = plan->side[0].conn;
	enum closer closer = plan->v->closer;

	if (closer != CLOSER_LOCAL && closer != CLOSER_REMOTE)
		strcpy(buf, closer_name(closer));
	else if (conn && conn->flags & CONN_OWNER)
		ladder_process(plan, 0, buf);
	else
		ladder_address(plan, 0, scene->names, buf);
	return buf;
}

static const char *verdict_text(const struct verdict *v, char buf[LADDER_LABEL_MAX])
{
	const char *cause = verdict_cause(v);

	if (v->how == HOW_OPEN && !verdict_only_waits(v))
		strcpy(buf, "still closing");
	else if ((v->how == HOW_OPEN || v->how == HOW_FIN) && verdict_only_waits(v))
		strcpy(buf, "closed, TIME_WAIT runs");
	else
		snprintf(buf, LADDER_LABEL_MAX, "ended: %s%s%s%s", how_name(v->how),
			 cause ? " (" : "", cause ? cause : "", cause ? ")" : "");
	return buf;
}

static void print_verdict(struct canvas *c, const struct ladder_plan *plan,
			  const struct ladder_scene *scene)
{
	char clock[STAMP_TEXT_MAX], closer[END_NAME_MAX], verdict[LADDER_LABEL_MAX];
	char line[LADDER_PROCESS_MAX + END_NAME_MAX];

	clock_text(source_wall(scene->src, plan->zero_ns), clock);
	snprintf(line, sizeof(line), "%.16s  %.80s  closed first: %s", clock,
		 verdict_text(plan->v, verdict), closer_text(plan, scene, closer));
	print_line(c, line, PAINT_BOLD);
}

static void print_numbers(struct canvas *c, const struct verdict *v)
{
	char x[NUMBER_MAX], y[NUMBER_MAX], line[2 * NUMBER_MAX + 16];

	if (!v->x.known && !v->y.known)
		return;
	snprintf(line, sizeof(line), "x = %s%s%s",
		 number(true, v->x, false, 0, 'x', x), v->self ? "" : ", y = ",
		 v->self ? "" : number(true, v->y, false, 0, 'y', y));
	print_line(c, line, PAINT_PLAIN);
}

/* Return the name of a side's machine, "" if there is only this machine. */
static const char *side_host(const struct ladder_plan *plan, unsigned int side,
			     const struct ladder_scene *scene)
{
	const struct conn *conn = plan->side[side].conn;
	const char *name = conn ? source_host_name(scene->src, conn->host) : NULL;

	return name ? name : "";
}

/* Write the container that a side's socket is of, "" if it is of none. */
static const char *side_container(const struct ladder_plan *plan, unsigned int side,
				  const struct ladder_scene *scene,
				  char buf[LADDER_PROCESS_MAX])
{
	const struct conn *conn = plan->side[side].conn;
	const char *path = conn && conn->flags & CONN_UID ?
			   source_cgroup(scene->src, conn->host, conn->cgroup) : NULL;
	char id[CONTAINER_TEXT_MAX];

	buf[0] = '\0';
	if (path && cgroup_container(path, id))
		snprintf(buf, LADDER_PROCESS_MAX, "container %s", id);
	return buf;
}

void ladder_head(struct canvas *c, const struct ladder_plan *plan,
		 const struct ladder_scene *scene)
{
	const struct conn *a = plan->side[0].conn;
	const struct conn *b = plan->side[1].conn;
	char left_addr[END_NAME_MAX], right_addr[END_NAME_MAX];
	char left[LADDER_PROCESS_MAX], right[LADDER_PROCESS_MAX];

	print_verdict(c, plan, scene);
	print_numbers(c, plan->v);
	print_line(c, "", PAINT_PLAIN);
	if (plan->v->self) {
		print_both(c, ladder_address(plan, 0, scene->names, left_addr),
			   "connected to itself");
		print_line(c, ladder_process(plan, 0, left), PAINT_PLAIN);
	} else {
		print_both(c, ladder_address(plan, 0, scene->names, left_addr),
			   ladder_address(plan, 1, scene->names, right_addr));
		print_both(c, ladder_process(plan, 0, left),
			   ladder_process(plan, 1, right));
	}
	side_container(plan, 0, scene, left);
	side_container(plan, 1, scene, right);
	if (left[0] || right[0])
		print_both(c, left, right);
	if (scene->src->hosts > 1)
		print_both(c, side_host(plan, 0, scene), side_host(plan, 1, scene));
	if (a && b && (a->netns != b->netns || a->host != b->host)) {
		snprintf(left, sizeof(left), "netns %u", a->netns);
		snprintf(right, sizeof(right), "netns %u", b->netns);
		print_both(c, left, right);
	}
	print_line(c, "", PAINT_PLAIN);
}

static void print_age(struct canvas *c, const struct conn *conn,
		      const char *address, uint64_t now_ns)
{
	char line[2 * CANVAS_WIDTH], span[SPAN_TEXT_MAX] = "-";
	char state[NAME_TEXT_MAX];
	struct optional age = conn_age(conn, now_ns);

	if (conn->flags & CONN_ENDED)
		return;
	if (age.known && conn->state > TCP_SYN_RECV)
		span_text(age.value, span);
	snprintf(line, sizeof(line), "still in %.16s for %s: %s",
		 state_name(conn->state, state), span, address);
	print_line(c, line, PAINT_YELLOW);
}

static void print_legend(struct canvas *c, const struct ladder_plan *plan)
{
	bool implied = false, arrives = true;
	unsigned int i;

	for (i = 0; i < plan->arrows; i++) {
		const struct ladder_arrow *arrow = &plan->arrow[i];

		if (arrow->kind == LADDER_ARROW_MORE)
			continue;
		implied |= !arrow->seen;
		arrives &= arrow->arrived;
	}
	if (implied)
		print_line(c, "dotted: not seen, but what was seen implies it",
			   PAINT_DIM);
	if (!arrives)
		print_line(c, "?: not seen to arrive", PAINT_DIM);
}

void ladder_foot(struct canvas *c, const struct ladder_plan *plan,
		 const struct ladder_scene *scene)
{
	char address[END_NAME_MAX], line[64];
	const struct verdict *v = plan->v;
	unsigned int i;

	print_legend(c, plan);
	for (i = 0; i < 2; i++) {
		const struct conn *conn = plan->side[i].conn;

		if (!conn)
			continue;
		print_age(c, conn, ladder_address(plan, i, scene->names, address),
			  source_now(scene->src));
		if (!conn->extended)
			continue;
		snprintf(line, sizeof(line),
			 "TIME_WAIT started over: %u, for a FIN again: %u",
			 conn->extended, conn->fin_again);
		print_line(c, line, PAINT_YELLOW);
	}
	if (v->translated)
		print_line(c, "addresses were translated between the ends", PAINT_YELLOW);
	if (v->injected)
		print_line(c, "RST (injected): neither end sent it", PAINT_YELLOW);
	if (v->partial)
		print_line(c, "partial: some steps were not seen", PAINT_YELLOW);
	if (v->lost)
		print_line(c, "events were lost meanwhile: counts may be too low",
			   PAINT_YELLOW);
	if (v->end[1] && v->end[0]->host != v->end[1]->host)
		print_line(c, "times of two machines, whose clocks may differ",
			   PAINT_DIM);
}

void ladder_print_end(FILE *out, const struct ladder_scene *scene,
		      const struct verdict *v)
{
	char clock[STAMP_TEXT_MAX], span[SPAN_TEXT_MAX], note[LADDER_LABEL_MAX];
	char from[END_NAME_MAX], to[END_NAME_MAX];
	unsigned int i;

	for (i = 0; i < 2 && v->end[i]; i++) {
		const struct conn *conn = v->end[i];
		struct optional took = conn_span(conn, TCP_TIME_WAIT);

		if (!conn_was_in(conn, BIT(TCP_TIME_WAIT)))
			continue;
		if (conn->reason == TCPFIN_REASON_RST_RCVD)
			strcpy(note, "RST");
		else
			ladder_end_note(conn, &scene->src->header, note);
		fprintf(out, "%s  TIME_WAIT of %s to %s ended after %s: %s\n",
			clock_text(source_wall(scene->src, conn->touched_ns), clock),
			resolver_end_name(scene->names, conn->family, conn->laddr,
					  conn->ifindex, conn->lport, from),
			resolver_end_name(scene->names, conn->family, conn->raddr,
					  conn->ifindex, conn->rport, to),
			took.known ? span_text(took.value, span) : "-",
			note[0] ? note : "-");
	}
}
