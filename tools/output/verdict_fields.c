// SPDX-License-Identifier: GPL-2.0
/* The fields of a connection's verdict, for "handshakes". */
#include <netinet/tcp.h>

#include "output/field.h"
#include "output/role.h"
#include "track/names.h"

/* Names that are "-" in text are null in JSON. */
static const char *word(const char *name)
{
	return name[0] == '-' ? NULL : name;
}

static const char *seen(const struct wave *w)
{
	if (!w->happened)
		return NULL;
	if (w->sent.known)
		return w->received.known ? "both" : "sent";
	return w->received.known ? "received" : "implied";
}

/* Return the sender of a wave, from the first end's point of view. */
static const char *sender(const struct verdict *v, int wave)
{
	bool closers = wave == 0 || wave == 3 || v->self;

	if (v->closer == CLOSER_NONE || v->closer == CLOSER_UNKNOWN)
		return NULL;
	return closers == (v->closer != CLOSER_REMOTE) ? "local" : "remote";
}

static void add_relative(struct fields *f, const char *name, bool known, int32_t value)
{
	if (f->mode == FIELD_OBJECT && known)
		json_object_object_add(f->obj, name, json_object_new_int(value));
	else
		field_str(f, in_json(name), NULL);
}

static void add_wave(struct fields *f, const struct verdict *v, int i)
{
	const struct wave *w = &v->wave[i];

	/* In CSV the column's name has both. */
	if (f->mode == FIELD_OBJECT) {
		field_u64(f, in_json("wave"), (uint64_t)i + 1);
		field_str(f, in_json("segment"), i % 2 ? "ACK" : "FIN");
	}
	field_str(f, in_json("from"), sender(v, i));
	field_str(f, in_json("seen"), seen(w));
	field_optional(f, in_json("sent_ns"), w->sent);
	field_optional(f, in_json("received_ns"), w->received);
	field_optional(f, in_json("seq"), w->seq);
	field_optional(f, in_json("ack"), w->ack);
	add_relative(f, "rel_seq", w->rel_seq_known, w->rel_seq);
	add_relative(f, "rel_ack", w->rel_ack_known, w->rel_ack);
}

static void add_waves(struct fields *f, const struct verdict *v)
{
	struct fields wave;
	int i;

	for (i = 0; i < 4; i++) {
		wave = fields_enter(f, "waves", i);
		add_wave(&wave, v, i);
	}
}

/* Return who acted on an end's socket last or, if nobody did, who held it. */
static const struct holder *process_of(const struct row *row, unsigned int i,
				       struct holder *buf)
{
	const struct conn *conn = row->v->end[i];

	if (!conn || !(conn->flags & CONN_OWNER))
		return row->holder[i];
	buf->pid = conn->pid;
	memcpy(buf->comm, conn->comm, sizeof(buf->comm));
	return buf;
}

/* Add the ids, owner and addresses of end @i. */
static void add_identity(struct fields *f, const struct row *row, unsigned int i)
{
	const struct conn *conn = row->v->end[i];
	struct holder buf;
	const struct holder *process = process_of(row, i, &buf);

	field_str(f, in_both("HOST", 12, FIELD_EXTENDED | FIELD_HOSTS, "host"),
		  source_host_name(row->src, conn->host));
	field_hex(f, in_both("COOKIE", 16, FIELD_EXTENDED, "cookie"), conn->cookie);
	field_u64(f, in_both("NETNS", 10, FIELD_EXTENDED, "netns"), conn->netns);
	field_u64_if(f, in_text("C-PID", 9, FIELD_EXTENDED), process,
		     process ? process->pid : 0);
	field_comm(f, in_text("C-COMM", 16, FIELD_EXTENDED), process,
		   process ? process->comm : NULL);
	field_comm(f, in_text("C-COMM", f->comm_width, FIELD_SHORT | FIELD_COMM), process,
		   process ? process->comm : NULL);
	field_container(f, in_text("CONTAINER", 12, FIELD_EXTENDED),
			field_cgroup_of(f, row->src, conn));
	field_u64_if(f, in_text("UID", 5, FIELD_EXTENDED),
		     conn->flags & CONN_UID, conn->uid);
	field_family(f, conn->family);
	field_addr(f, in_both("LADDR", 0, FIELD_EXTENDED, "laddr"),
		   conn->family, conn->laddr, conn->ifindex);
	field_port(f, in_both("LPORT", 5, FIELD_LOCAL, "lport"), conn->lport);
	field_addr(f, in_both("RADDR", 0, 0, "raddr"), conn->family,
		   conn->raddr, conn->ifindex);
	field_port(f, in_both("RPORT", 5, 0, "rport"), conn->rport);
}

static void add_span(struct fields *f, const char *name,
		     const struct conn *conn, uint8_t state)
{
	field_span(f, in_json(name), conn_span(conn, state));
}

static void add_spans(struct fields *f, const struct conn *conn)
{
	struct fields spans = fields_enter(f, "states_ms", -1);

	add_span(&spans, "FIN_WAIT1", conn, TCP_FIN_WAIT1);
	add_span(&spans, "FIN_WAIT2", conn, TCP_FIN_WAIT2);
	add_span(&spans, "CLOSE_WAIT", conn, TCP_CLOSE_WAIT);
	add_span(&spans, "LAST_ACK", conn, TCP_LAST_ACK);
	add_span(&spans, "CLOSING", conn, TCP_CLOSING);
	add_span(&spans, "TIME_WAIT", conn, TCP_TIME_WAIT);
}

/* Add null for an end that was neither in TIME_WAIT nor refused TIME_WAIT. */
static void add_time_wait(struct fields *f, const struct conn *conn, const char *reason)
{
	struct fields inner;

	if (f->mode == FIELD_OBJECT && !(conn->flags & CONN_REFUSED) &&
	    !conn_was_in(conn, 1U << TCP_TIME_WAIT)) {
		field_str(f, in_json("time_wait"), NULL);
		return;
	}
	inner = fields_enter(f, "time_wait", -1);
	add_span(&inner, "ms", conn, TCP_TIME_WAIT);
	field_str(&inner, in_json("end"), reason);
	field_u64(&inner, in_json("extended"), conn->extended);
	field_bool_if(&inner, in_json("timestamps"), conn->flags & CONN_BIRTH,
		      conn->flags & CONN_TIMESTAMPS);
	field_bool_if(&inner, in_json("bound"), conn->flags & CONN_BIRTH,
		      conn->flags & CONN_BOUND);
	field_u64(&inner, in_json("fins_again"), conn->fin_again);
}

/* Add how the end ended, or its present state. */
static void add_outcome(struct fields *f, const struct conn *conn, const char *reason)
{
	bool over = conn->flags & CONN_ENDED;
	char name[NAME_TEXT_MAX];

	field_str(f, in_json("closer"), word(closer_name(conn_closer(conn))));
	field_str(f, in_json("how"), over ? word(how_name(conn_how(conn))) : NULL);
	field_str(f, in_json("reason"), reason);
	field_str(f, in_json("cause"),
		  over ? cause_name(conn->reason, conn->detail) : NULL);
	field_u64_if(f, in_json("tries"), over && conn->tries, conn->tries);
	field_u64_if(f, in_json("err"), over, conn->err);
	field_bool(f, in_json("rst"), conn->flags & CONN_RST);
	field_bool(f, in_json("orphan"), conn->flags & CONN_ORPHAN);
	field_bool(f, in_json("mptcp"), conn->flags & CONN_MPTCP);
	field_str(f, in_json("state"), over || !conn->state ? NULL :
		  state_name(conn->state, name));
	field_str(f, in_json("ended_in"), over && conn->old_state ?
		  state_name(conn->old_state, name) : NULL);
}

static void add_moment(struct fields *f, const char *name,
		       const struct source *src, struct optional when)
{
	char text[STAMP_TEXT_MAX];

	field_str(f, in_json(name), when.known ?
		  stamp_text(source_wall(src, when.value), text) : NULL);
}

/* Return the time of the end's first step in the teardown, unknown without a FIN. */
static struct optional first_step(const struct conn *conn)
{
	struct optional fin = conn_began(conn, TCP_FIN_WAIT1);

	return fin.known ? fin : conn_began(conn, TCP_CLOSE_WAIT);
}

static void add_end(struct fields *f, const struct row *row, unsigned int i)
{
	const struct conn *conn = row->v->end[i];
	const struct holder *holder = row->holder[i];
	struct optional over = optional_of(conn->flags & CONN_ENDED, conn->touched_ns);
	bool owner = conn->flags & CONN_OWNER, uid = conn->flags & CONN_UID;
	const char *reason = NULL, *path = field_cgroup_of(f, row->src, conn);
	char name[NAME_TEXT_MAX];

	if (over.known && conn->reason != TCPFIN_REASON_NONE)
		reason = reason_name(conn->reason, conn->detail, &row->src->header, name);
	add_identity(f, row, i);
	add_outcome(f, conn, reason);
	add_spans(f, conn);
	add_time_wait(f, conn, reason);
	field_u64(f, in_json("fin_retransmitted"), conn->retransmitted);
	field_u64_if(f, in_json("owner_pid"), owner, conn->pid);
	field_comm(f, in_json("owner_comm"), owner, conn->comm);
	field_u64_if(f, in_json("holder_pid"), holder, holder ? holder->pid : 0);
	field_comm(f, in_json("holder_comm"), holder, holder ? holder->comm : NULL);
	field_u64_if(f, in_json("inode"), conn->flags & CONN_INODE, conn->inode);
	field_u64_if(f, in_json("uid"), uid, conn->uid);
	field_u64_if(f, in_json("cgroup"), uid && conn->cgroup, conn->cgroup);
	field_cgroup(f, in_json("cgroup_path"), path);
	field_container(f, in_json("container"), path);
	add_moment(f, "begin", row->src, first_step(conn));
	add_moment(f, "end", row->src, over);
	field_optional(f, in_json("end_ns"), over);
}

static void add_ends(struct fields *f, const struct row *row)
{
	struct fields end;
	int i;

	for (i = 0; i < 2 && row->v->end[i]; i++) {
		end = fields_enter(f, "ends", i);
		add_end(&end, row, (unsigned int)i);
	}
}

/* Add the time of the connection's end, or now if it has not ended. */
static void add_clock(struct fields *f, const struct row *row)
{
	const struct verdict *v = row->v;
	uint64_t when_ns = v->end[0]->touched_ns;
	char text[STAMP_TEXT_MAX];

	if (!(f->shown & FIELD_CLOCK))
		return;
	if (v->end[1] && v->end[1]->touched_ns > when_ns)
		when_ns = v->end[1]->touched_ns;
	if (v->open)
		when_ns = row->now_ns;
	field_str(f, in_text("TIME", 12, FIELD_CLOCK),
		  clock_text(source_wall(row->src, when_ns), text));
}

static void add_peer(struct fields *f, const struct row *row)
{
	struct holder buf;
	const struct holder *process = process_of(row, 1, &buf);

	field_u64_if(f, in_text("P-PID", 9, FIELD_EXTENDED), process,
		     process ? process->pid : 0);
	field_comm(f, in_text("P-COMM", 16, FIELD_EXTENDED), process,
		   process ? process->comm : NULL);
	field_container(f, in_text("P-CONTAINER", 12, FIELD_EXTENDED),
			row->v->end[1] ? field_cgroup_of(f, row->src, row->v->end[1]) :
					 NULL);
}

static __always_inline void add_state(struct fields *f, struct column c,
				      const struct conn *conn)
{
	bool known = conn && (conn->flags & CONN_ENDED || conn->state);
	uint8_t state = !known || conn->flags & CONN_ENDED ? TCP_CLOSE : conn->state;
	const char *role = role_of_state(state);
	char name[NAME_TEXT_MAX];

	field_coloured(f, role);
	field_str(f, c, known ? state_name(state, name) : NULL);
	field_uncoloured(f, role);
}

static void add_open(struct fields *f, const struct row *row)
{
	const struct conn *a = row->v->end[0], *b = row->v->end[1];
	struct optional age;

	if (!(f->shown & FIELD_OPEN))
		return;
	add_state(f, in_text("STATE", 11, 0), a);
	add_state(f, in_text("PEERSTATE", 11, 0), b);
	/* If the first end has ended, the age is that of the other one. */
	age = conn_age(a->flags & CONN_ENDED && b ? b : a, row->now_ns);
	field_unit_span(f, in_text("    AGE", 7, FIELD_UNITS), age.known, age.value);
	field_span(f, in_text("AGE-MS", 0, FIELD_EXTENDED), age);
	/* Two spaces, so that the age stands apart. */
	field_str(f, in_text("", 0, FIELD_EXTENDED), "");
}

static struct optional time_wait(const struct verdict *v)
{
	struct optional span = conn_span(v->end[0], TCP_TIME_WAIT);

	if (!span.known && v->end[1])
		span = conn_span(v->end[1], TCP_TIME_WAIT);
	return span;
}

static bool waits(const struct conn *conn)
{
	return conn && !(conn->flags & CONN_ENDED) && conn->state == TCP_TIME_WAIT;
}

/* Return why TIME_WAIT ended or was refused, at the first end where this is known. */
static const char *time_wait_end(const struct row *row, char buf[NAME_TEXT_MAX])
{
	unsigned int i;

	for (i = 0; i < 2 && row->v->end[i]; i++) {
		const struct conn *conn = row->v->end[i];

		if (conn->flags & CONN_ENDED &&
		    (conn->old_state == TCP_TIME_WAIT || conn->flags & CONN_REFUSED))
			return reason_name(conn->reason, conn->detail,
					   &row->src->header, buf);
	}
	return NULL;
}

static char *put_note(char *to, const char *notes, const char *note)
{
	if (to != notes)
		to = put_char(to, ',');
	return put_string(to, note);
}

static const char *notes(const struct verdict *v, const char *cause,
			 char buf[NAME_TEXT_MAX])
{
	char *at = buf;

	if (cause)
		at = put_note(at, buf, cause);
	if (v->end[v->by]->tries)
		at = put_number(put_note(at, buf, "tries:"), v->end[v->by]->tries);
	if (v->self)
		at = put_note(at, buf, "self");
	if (v->translated)
		at = put_note(at, buf, "translated");
	if (v->partial)
		at = put_note(at, buf, "partial");
	if (v->lost)
		at = put_note(at, buf, "lost");
	*at = '\0';
	return *buf ? buf : NULL;
}

/* Add the columns that only -x shows: sums of both ends' counters, and notes. */
static void add_rest(struct fields *f, const struct row *row, const char *cause)
{
	const struct conn *a = row->v->end[0], *b = row->v->end[1];
	char text[NAME_TEXT_MAX];

	if (!(f->shown & FIELD_EXTENDED))
		return;
	field_u64(f, in_text("RETR", 4, 0),
		  a->retransmitted + (b ? b->retransmitted : 0U));
	field_u64(f, in_text("AGAIN", 5, 0), a->fin_again + (b ? b->fin_again : 0U));
	field_u64(f, in_text("EXT", 3, 0), a->extended + (b ? b->extended : 0U));
	field_str(f, in_text("TW-END", 9, 0), time_wait_end(row, text));
	field_coloured(f, role_of_how(row->v->how));
	field_str(f, in_text("HOW", 18, 0), how_name(row->v->how));
	field_uncoloured(f, role_of_how(row->v->how));
	field_str(f, in_text("NOTES", 18, 0), notes(row->v, cause, text));
	field_cgroup(f, in_text("CGROUP", 0, 0), field_cgroup_of(f, row->src, a));
}

static void add_half_close(struct fields *f, const struct verdict *v)
{
	struct fields inner = fields_enter(f, "half_close", -1);

	field_span(&inner, in_json("ms"), v->half_close_ns);
	field_optional(&inner, in_both("HALF-SENT", 9, FIELD_EXTENDED,
				       "bytes_sent"), v->half_close_sent);
	field_optional(&inner, in_both("HALF-RCVD", 9, FIELD_EXTENDED,
				       "bytes_received"), v->half_close_received);
}

static void add_numbers(struct fields *f, const struct verdict *v)
{
	bool known = v->merged != TRI_UNKNOWN, merged = v->merged == TRI_YES;

	field_optional(f, in_both("X", 10, FIELD_EXTENDED, "x"), v->x);
	field_optional(f, in_both("Y", 10, FIELD_EXTENDED, "y"), v->y);
	if (f->mode == FIELD_OBJECT)
		add_waves(f, v);
	field_span(f, in_text("ACK1-MS", 7, FIELD_EXTENDED),
		   optional_between(v->wave[0].sent, v->wave[1].received));
	field_span(f, in_text("ACK2-MS", 7, FIELD_EXTENDED),
		   optional_between(v->wave[2].sent, v->wave[3].received));
	field_bool_if(f, in_json("merged"), known, merged);
	add_half_close(f, v);
	field_bool_if(f, in_text("MERGED", 6, FIELD_EXTENDED), known, merged);
	/* In CSV lists come after all single values. */
	if (f->mode == FIELD_NAMES)
		add_waves(f, v);
}

/* Columns of text for how and cause: a line has 80 of them with IPv4 addresses. */
#define HOW_WIDTH	20

/* Return how, and the cause; the cause alone, which implies how, if there is no room. */
static const char *how_and_cause(enum how how, const char *cause,
				 char buf[NAME_TEXT_MAX])
{
	const char *name = how_name(how);

	if (!cause)
		return name;
	if (strlen(name) + 1 + strlen(cause) > HOW_WIDTH)
		return cause;
	*put_string(put_char(put_string(buf, name), ' '), cause) = '\0';
	return buf;
}

/* -x has milliseconds, as programs read them. Of two ends TW is the first that is known. */
static void add_text_spans(struct fields *f, const struct verdict *v)
{
	const struct column units = in_text("     TW", 7, FIELD_ENDED | FIELD_UNITS);
	const struct column ms = in_text("TW-MS", 7, FIELD_ENDED | FIELD_EXTENDED);
	struct optional half = v->half_close_ns, tw = time_wait(v);

	field_unit_span(f, in_text("   HALF", 7, FIELD_ENDED | FIELD_UNITS),
			half.known, half.value);
	field_span(f, in_text("HALF-MS", 7, FIELD_ENDED | FIELD_EXTENDED), half);
	if (!tw.known && (waits(v->end[0]) || waits(v->end[1]))) {
		field_str(f, units, "   runs");
		field_str(f, ms, "runs");
	} else {
		field_unit_span(f, units, tw.known, tw.value);
		field_span(f, ms, tw);
	}
}

void verdict_fields(struct fields *f, const struct row *row)
{
	const struct verdict *v = row->v;
	const struct conn *by = v->end[v->by];
	const char *how = f->coloured ? role_of_how(v->how) : NULL;
	const char *cause = verdict_cause(v);
	char text[NAME_TEXT_MAX];

	if (!fields_are_json(f)) {
		add_clock(f, row);
		add_identity(f, row, 0);
		add_peer(f, row);
	}
	field_str(f, in_json("type"), "teardown");
	field_str(f, in_both("CLOSER", 6, 0, "closer"), word(closer_name(v->closer)));
	field_str(f, in_json("how"), v->how == HOW_OPEN ? NULL : word(how_name(v->how)));
	field_str(f, in_json("cause"), cause);
	field_u64_if(f, in_json("tries"), by->tries, by->tries);
	field_bool(f, in_json("open"), v->open);
	field_bool(f, in_json("partial"), v->partial);
	field_bool(f, in_json("lost"), v->lost);
	field_bool(f, in_json("self"), v->self);
	field_bool(f, in_json("translated"), v->translated);
	field_bool(f, in_json("injected"), v->injected);
	add_open(f, row);
	add_text_spans(f, v);
	field_coloured(f, how);
	field_str(f, in_text("HOW", 0, FIELD_ENDED | FIELD_SHORT),
		  how_and_cause(v->how, cause, text));
	field_uncoloured(f, how);
	if (fields_are_json(f) || f->shown & FIELD_EXTENDED)
		add_numbers(f, v);
	add_rest(f, row, cause);
	if (fields_are_json(f))
		add_ends(f, row);
}

struct json_object *verdict_object(struct source *src, const struct verdict *v)
{
	const struct row row = { .src = src, .v = v };

	return fields_object(verdict_fields, &row);
}
