// SPDX-License-Identifier: GPL-2.0
/*
 * "export --perfetto": writes a trace in the Chrome trace event format. A network
 * namespace of a machine is a process, an end of a connection a thread, a state a slice
 * if its beginning was seen. Times are those of the events, in microseconds. The last
 * event of a connection's first track has the verdict.
 */
#include <errno.h>
#include <netinet/tcp.h>

#include "cli/pump.h"
#include "commands/export/export.h"
#include "format/json.h"
#include "ladder/plan.h"
#include "output/namespaces.h"
#include "output/field.h"
#include "source/choice.h"
#include "track/names.h"
#include "util/text.h"

/* "LOCAL > REMOTE NAME[PID]" */
#define TRACK_MAX	(2 * END_TEXT_MAX + COMM_TEXT_MAX + 32)

struct trace {
	struct source *src;
	const struct export_options *opts;
	FILE *out;
	struct retransmits *retransmits;	/* times of repeated FINs */
	struct namespaces *namespaces;	/* numbers the network namespaces */
	struct ladder_plan plan;	/* the connection that is being written */
	uint32_t pid[2];	/* the trace's process numbers of the two sides */
	uint64_t tid[2];	/* the trace's thread numbers of the two sides */
	uint64_t tracks;	/* threads written so far */
	uint64_t flows;	/* arrows written so far */
	uint64_t shown;	/* connections written so far */
	bool begun;	/* an event was written, so that the next needs a comma */
};

/* Add a time in microseconds, as text: a double would lose digits. */
static void add_us(struct json_object *obj, const char *key, uint64_t ns)
{
	char digits[32];

	snprintf(digits, sizeof(digits), "%llu.%03u",
		 (unsigned long long)(ns / 1000), (unsigned int)(ns % 1000));
	json_object_object_add_ex(obj, key,
				  json_object_new_double_s((double)ns / 1e3, digits),
				  JSON_C_OBJECT_ADD_CONSTANT_KEY);
}

static void put(struct trace *t, struct json_object *obj)
{
	fputs(t->begun ? ",\n" : "\n", t->out);
	json_print(t->out, obj);
	t->begun = true;
}

/* Make an event on the track of a side. */
static struct json_object *new_event(const struct trace *t, unsigned int side,
				     const char *phase, const char *name)
{
	struct json_object *obj = json_object_new_object();

	json_add_str(obj, "name", name);
	json_add_str(obj, "ph", phase);
	json_add_u64(obj, "pid", t->pid[side]);
	json_add_u64(obj, "tid", t->tid[side]);
	return obj;
}

static struct json_object *new_timed(const struct trace *t, unsigned int side,
				     const char *phase, const char *name, uint64_t ns)
{
	struct json_object *obj = new_event(t, side, phase, name);

	json_add_str(obj, "cat", "tcp");
	add_us(obj, "ts", ns);
	return obj;
}

/* Make an event without duration on the track of a side. */
static struct json_object *new_instant(const struct trace *t, unsigned int side,
				       const char *name, uint64_t ns)
{
	struct json_object *obj = new_timed(t, side, "i", name, ns);

	json_add_str(obj, "s", "t");
	return obj;
}

/* Add the verdict to one side only: verdicts are by far the largest part of a trace. */
static void add_verdict(const struct trace *t, unsigned int side,
			struct json_object *obj)
{
	struct json_object *args;

	if (side && t->plan.side[0].conn)
		return;
	args = json_object_new_object();
	json_object_object_add(args, "teardown", verdict_object(t->src, t->plan.v));
	json_object_object_add(obj, "args", args);
}

/* Write metadata of a side's track or of its process; @args is freed. */
static void put_meta(struct trace *t, unsigned int side, const char *what,
		     struct json_object *args)
{
	struct json_object *obj = new_event(t, side, "M", what);

	json_object_object_add(obj, "args", args);
	put(t, obj);
}

static void put_name(struct trace *t, unsigned int side, const char *what,
		     const char *name)
{
	struct json_object *args = json_object_new_object();

	json_add_str(args, "name", name);
	put_meta(t, side, what, args);
}

static const char *track_name(const struct conn *conn, char buf[TRACK_MAX])
{
	char local[END_TEXT_MAX], remote[END_TEXT_MAX];
	char comm[COMM_TEXT_MAX], owner[COMM_TEXT_MAX + 16] = "";

	if (conn->flags & CONN_OWNER)
		snprintf(owner, sizeof(owner), " %s[%u]",
			 comm_text(conn->comm, comm), conn->pid);
	snprintf(buf, TRACK_MAX, "%s > %s%s",
		 end_text(conn->family, conn->laddr, conn->lport, local),
		 end_text(conn->family, conn->raddr, conn->rport, remote), owner);
	return buf;
}

/* Begin the track of an end, and its process if that is new. */
static void begin_track(struct trace *t, unsigned int side)
{
	struct json_object *order = json_object_new_object();
	const struct conn *conn = t->plan.side[side].conn;
	char track[TRACK_MAX], place[NAMESPACE_TEXT_MAX];
	bool is_new;

	t->pid[side] = namespaces_number(t->namespaces, conn, &is_new);
	t->tid[side] = ++t->tracks;
	if (is_new)
		put_name(t, side, "process_name", namespace_text(t->src, conn, place));
	put_name(t, side, "thread_name", track_name(conn, track));
	json_add_u64(order, "sort_index", t->tid[side]);
	put_meta(t, side, "thread_sort_index", order);
}

static void put_end(struct trace *t, unsigned int side)
{
	const struct conn *conn = t->plan.side[side].conn;
	char buf[NAME_TEXT_MAX], name[NAME_TEXT_MAX + 16];
	struct json_object *obj;

	snprintf(name, sizeof(name), "CLOSE %s",
		 reason_name(conn->reason, conn->detail, &t->src->header, buf));
	if (conn->reason == TCPFIN_REASON_NONE)
		name[sizeof("CLOSE") - 1] = '\0';
	obj = new_instant(t, side, name, conn->touched_ns);
	add_verdict(t, side, obj);
	put(t, obj);
}

/* @open: the end is still in this state, whose beginning may not be known. */
static void put_state(struct trace *t, unsigned int side,
		      const struct ladder_plan_state *s, bool open)
{
	const struct conn *conn = t->plan.side[side].conn;
	char buf[NAME_TEXT_MAX];
	const char *name = state_name(s->state, buf);
	struct json_object *obj;

	if (!s->began.known && !open)
		return;
	if (!s->began.known) {
		obj = new_instant(t, side, name, conn->touched_ns);
	} else if (open) {
		obj = new_timed(t, side, "B", name, s->began.value);
	} else if (s->span.known) {
		obj = new_timed(t, side, "X", name, s->began.value);
		add_us(obj, "dur", s->span.value);
	} else {
		obj = new_instant(t, side, name, s->began.value);
	}
	if (open)
		add_verdict(t, side, obj);
	put(t, obj);
}

static void put_states(struct trace *t, unsigned int side)
{
	const struct ladder_side *s = &t->plan.side[side];
	bool ended = s->conn->flags & CONN_ENDED;
	int i;

	for (i = 1; i < s->states; i++) {
		if (s->state[i].state == TCP_CLOSE)
			put_end(t, side);
		else
			put_state(t, side, &s->state[i],
				  !ended && s->state[i].state == s->conn->state);
	}
}

static void put_again(struct trace *t, unsigned int side)
{
	const struct conn *conn = t->plan.side[side].conn;
	const struct retransmit *times = t->plan.side[side].retransmit;
	unsigned int i;

	if (!times)
		return;
	for (i = 0; i < times->sent && i < conn->retransmitted; i++)
		put(t, new_instant(t, side, "FIN sent again", times->sent_ns[i]));
	for (i = 0; i < times->came && i < conn->fin_again; i++)
		put(t, new_instant(t, side, "FIN came again", times->came_ns[i]));
}

/* Write an arrow from the sending of a FIN to its arrival, if both were seen. */
static void put_arrow(struct trace *t, const struct ladder_arrow *a)
{
	static const char *const phases[2] = { "s", "f" };
	struct json_object *obj;
	unsigned int i;

	if (!a->at[0].known || !a->at[1].known)
		return;
	t->flows++;
	for (i = 0; i < 2; i++) {
		obj = new_timed(t, i ? !a->from : a->from, phases[i], "FIN",
				a->at[i ? !a->from : a->from].value);
		json_add_u64(obj, "id", t->flows);
		if (i)
			json_add_str(obj, "bp", "e");
		put(t, obj);
	}
}

static bool is_enough(void *data)
{
	const struct trace *t = data;

	return selection_is_enough(&t->opts->selection, t->shown);
}

static void show(void *data, const struct verdict *v)
{
	struct trace *t = data;
	unsigned int i;

	if (is_enough(t) ||
	    !selection_has_verdict(&t->opts->selection, &t->src->header, v))
		return;
	ladder_plan_make(v, t->retransmits, &t->plan);
	t->shown++;
	for (i = 0; i < 2; i++) {
		if (!t->plan.side[i].conn)
			continue;
		begin_track(t, i);
		put_states(t, i);
		put_again(t, i);
	}
	if (!t->plan.side[0].conn || !t->plan.side[1].conn)
		return;
	for (i = 0; i < t->plan.arrows; i++)
		put_arrow(t, &t->plan.arrow[i]);
}

/* Connections that are still open at the end were shown by pump.open. */
static void on_end(void *data, const struct verdict *v)
{
	struct trace *t = data;
	unsigned int i;

	if (!v->open)
		show(t, v);
	for (i = 0; i < 2; i++) {
		if (v->end[i] && v->end[i]->flags & CONN_ENDED)
			retransmits_drop(t->retransmits, v->end[i]);
	}
}

static void on_event(void *data, const struct item *item, const struct conn *conn)
{
	struct trace *t = data;

	retransmits_take(t->retransmits, item, conn);
}

/* Write an instant across all tracks, at the end of the loss. */
static void on_gap(void *data, const struct item *item)
{
	bool lost = item->type == ITEM_LOST;
	struct json_object *obj = json_object_new_object();
	struct json_object *args = json_object_new_object();
	struct trace *t = data;

	json_add_str(obj, "name", lost ? "events lost" : "events missed");
	json_add_str(obj, "ph", "i");
	json_add_str(obj, "s", "g");
	json_add_u64(obj, "pid", 0);
	json_add_u64(obj, "tid", 0);
	add_us(obj, "ts", item->time_ns);
	json_add_u64(args, "count", item->count);
	json_add_str(args, "host", source_host_name(t->src, item->host));
	json_object_object_add(obj, "args", args);
	put(t, obj);
}

static void put_head(const struct trace *t)
{
	struct json_object *obj = json_object_new_object();
	char version[sizeof(t->src->header.kernel) * 4 + 1];
	char choice[CHOICE_TEXT_MAX];

	json_add_str(obj, "made_by", "tcpfin " TCPFIN_VERSION);
	json_add_str(obj, "clock", "CLOCK_MONOTONIC");
	json_add_u64(obj, "wall_clock_offset_ns", t->src->wall_offset_ns);
	text_escape(t->src->header.kernel, sizeof(t->src->header.kernel), version,
		    sizeof(version));
	json_add_str(obj, "kernel", version);
	json_add_str(obj, "recorded", *choice_made_text(t->src, choice) ? choice :
		     "all connections");
	fputs("{\"displayTimeUnit\":\"ms\",\"otherData\":", t->out);
	json_print(t->out, obj);
	fputs(",\n\"traceEvents\":[", t->out);
}

int export_trace(struct source *src, const struct export_options *opts, FILE *out)
{
	struct trace t = {
		.src = src, .opts = opts, .out = out,
		.retransmits = retransmits_new(), .namespaces = namespaces_new(),
	};
	const struct pump pump = {
		.name = "export", .src = src, .out = out,
		.pairing = pump_pairing(src, on_end, &t), .data = &t,
		.paired = on_event, .loss = on_gap, .enough = is_enough,
		.open = show, .for_ns = opts->selection.for_ns,
	};
	int ret = -ENOMEM;

	src->notes_cgroups = true;
	if (t.retransmits && t.namespaces && pump.pairing) {
		put_head(&t);
		pump_run(&pump);
		fputs("\n]}\n", out);
		ret = 0;
	}
	pairing_free(pump.pairing);
	namespaces_free(t.namespaces);
	retransmits_free(t.retransmits);
	return ret;
}
