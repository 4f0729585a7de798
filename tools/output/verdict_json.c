// SPDX-License-Identifier: GPL-2.0
/* A verdict as an object: what is not known is null. */
#include <netinet/tcp.h>

#include "format/json.h"
#include "output/step_json.h"
#include "output/verdict_json.h"
#include "track/names.h"
#include "util/basics.h"
#include "util/text.h"

#define WAVE_COLUMNS(n)							\
	"waves." n ".from", "waves." n ".seen", "waves." n ".sent_ns",	\
	"waves." n ".received_ns", "waves." n ".seq", "waves." n ".ack", \
	"waves." n ".rel_seq", "waves." n ".rel_ack"

#define END_COLUMNS(n)							\
	"ends." n ".host", "ends." n ".cookie", "ends." n ".netns",	\
	"ends." n ".family", "ends." n ".laddr", "ends." n ".lport",	\
	"ends." n ".raddr", "ends." n ".rport", "ends." n ".closer",	\
	"ends." n ".how", "ends." n ".reason", "ends." n ".cause",	\
	"ends." n ".tries", "ends." n ".err", "ends." n ".rst",		\
	"ends." n ".orphan", "ends." n ".state", "ends." n ".ended_in",	\
	"ends." n ".states_ms.FIN_WAIT1", "ends." n ".states_ms.FIN_WAIT2", \
	"ends." n ".states_ms.CLOSE_WAIT", "ends." n ".states_ms.LAST_ACK", \
	"ends." n ".states_ms.CLOSING", "ends." n ".states_ms.TIME_WAIT", \
	"ends." n ".time_wait.ms", "ends." n ".time_wait.end",		\
	"ends." n ".time_wait.extended", "ends." n ".time_wait.fins_again", \
	"ends." n ".fin_retransmitted", "ends." n ".owner_pid",		\
	"ends." n ".owner_comm", "ends." n ".uid", "ends." n ".cgroup",	\
	"ends." n ".begin", "ends." n ".end", "ends." n ".end_ns"

const char *const verdict_columns[] = {
	"type", "closer", "how", "cause", "tries", "open", "partial", "lost",
	"x", "y", "merged", "half_close.ms", "half_close.bytes_sent",
	"half_close.bytes_received", WAVE_COLUMNS("0"), WAVE_COLUMNS("1"),
	WAVE_COLUMNS("2"), WAVE_COLUMNS("3"), END_COLUMNS("0"),
	END_COLUMNS("1"), "host", "cpu", "count", NULL
};

/* "-" is for people. */
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

static void add_fact(struct json_object *obj, const char *key, struct fact fact)
{
	json_add_u64_if(obj, key, fact.known, fact.value);
}

static void add_relative(struct json_object *obj, const char *key, bool known,
			 int32_t value)
{
	json_object_object_add_ex(obj, key,
				  known ? json_object_new_int(value) : NULL,
				  JSON_C_OBJECT_ADD_CONSTANT_KEY);
}

/* Who sent it, as seen from the first of the ends. */
static const char *sender(const struct verdict *v, unsigned int wave)
{
	bool closer = wave == 0 || wave == 3;

	if (v->closer == CLOSER_NONE || v->closer == CLOSER_UNKNOWN)
		return NULL;
	return closer == (v->closer != CLOSER_REMOTE) ? "local" :
							       "remote";
}

static struct json_object *wave_json(const struct verdict *v, unsigned int i)
{
	struct json_object *obj = json_object_new_object();
	const struct wave *w = &v->wave[i];

	json_add_u64(obj, "wave", i + 1);
	json_add_str(obj, "segment", i % 2 ? "ACK" : "FIN");
	json_add_str(obj, "from", sender(v, i));
	json_add_str(obj, "seen", seen(w));
	add_fact(obj, "sent_ns", w->sent);
	add_fact(obj, "received_ns", w->received);
	add_fact(obj, "seq", w->seq);
	add_fact(obj, "ack", w->ack);
	add_relative(obj, "rel_seq", w->rel_seq_known, w->rel_seq);
	add_relative(obj, "rel_ack", w->rel_ack_known, w->rel_ack);
	return obj;
}

static struct json_object *states_json(const struct conn *conn)
{
	static const struct {
		uint8_t state;
		const char *name;
	} states[] = {
		{ TCP_FIN_WAIT1, "FIN_WAIT1" }, { TCP_FIN_WAIT2, "FIN_WAIT2" },
		{ TCP_CLOSE_WAIT, "CLOSE_WAIT" }, { TCP_LAST_ACK, "LAST_ACK" },
		{ TCP_CLOSING, "CLOSING" }, { TCP_TIME_WAIT, "TIME_WAIT" },
	};
	struct json_object *obj = json_object_new_object();
	struct fact span;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(states); i++) {
		span = conn_span(conn, states[i].state);
		json_add_ms(obj, states[i].name, span.known, span.value);
	}
	return obj;
}

/* Null for an end that was never in it, and was not refused it either. */
static struct json_object *time_wait_json(const struct conn *conn,
					  const char *reason)
{
	struct fact span = conn_span(conn, TCP_TIME_WAIT);
	bool refused = conn->flags & CONN_REFUSED;
	struct json_object *obj;

	if (!refused && !conn_was_in(conn, 1U << TCP_TIME_WAIT))
		return NULL;
	obj = json_object_new_object();
	json_add_ms(obj, "ms", span.known, span.value);
	json_add_str(obj, "end", reason);
	json_add_u64(obj, "extended", conn->extended);
	json_add_u64(obj, "fins_again", conn->fin_again);
	return obj;
}

static void add_state(struct json_object *obj, const struct conn *conn)
{
	bool over = conn->flags & CONN_ENDED;
	char name[NAME_TEXT_MAX];

	json_add_str(obj, "state", over || !conn->state ? NULL :
		     state_name(conn->state, name));
	json_add_str(obj, "ended_in", over && conn->old_state ?
		     state_name(conn->old_state, name) : NULL);
	json_object_object_add(obj, "states_ms", states_json(conn));
}

static void add_end(struct json_object *obj, const char *reason,
		    const struct conn *conn)
{
	bool over = conn->flags & CONN_ENDED;

	json_add_str(obj, "closer",
		     word(closer_name(conn_closer(conn))));
	json_add_str(obj, "how",
		     over ? word(how_name(conn_how(conn))) :
			    NULL);
	json_add_str(obj, "reason", reason);
	json_add_str(obj, "cause",
		     over ? cause_name(conn->reason, conn->detail) :
			    NULL);
	json_add_u64_if(obj, "tries",
			over && conn->reason == TCPFIN_REASON_TIMEOUT,
			conn->detail);
	json_add_u64_if(obj, "err", over, conn->err);
	json_add_bool(obj, "rst", conn->flags & CONN_RST);
	json_add_bool(obj, "orphan", conn->flags & CONN_ORPHAN);
}

static void add_owner(struct json_object *obj, const struct conn *conn)
{
	bool owner = conn->flags & CONN_OWNER;
	bool uid = conn->flags & CONN_UID;

	json_add_u64_if(obj, "owner_pid", owner, conn->pid);
	json_add_comm(obj, "owner_comm", owner, conn->comm);
	json_add_u64_if(obj, "uid", uid, conn->uid);
	json_add_u64_if(obj, "cgroup", uid && conn->cgroup, conn->cgroup);
}

/* Its first step in the teardown, of which there is none without a FIN. */
static struct fact first_step(const struct conn *conn)
{
	struct fact fin = conn_began(conn, TCP_FIN_WAIT1);

	return fin.known ? fin : conn_began(conn, TCP_CLOSE_WAIT);
}

static void add_moment(struct json_object *obj, const char *key,
		       const struct source *src,
		       struct fact when)
{
	char text[STAMP_TEXT_MAX];

	json_add_str(obj, key, when.known ?
		     stamp_text(source_wall(src, when.value),
				text) : NULL);
}

static struct json_object *end_json(struct source *src, const struct conn *conn)
{
	struct fact over = fact_of(conn->flags & CONN_ENDED,
				   conn->touched_ns);
	struct json_object *obj = json_object_new_object();
	char name[NAME_TEXT_MAX];
	const char *reason = NULL;

	if (over.known && conn->reason != TCPFIN_REASON_NONE)
		reason = reason_name(conn->reason, conn->detail, &src->header,
				     name);
	json_add_str(obj, "host", source_host_name(src, conn->host));
	conn_json(obj, conn->cookie, conn);
	add_end(obj, reason, conn);
	add_state(obj, conn);
	json_object_object_add(obj, "time_wait", time_wait_json(conn, reason));
	json_add_u64(obj, "fin_retransmitted", conn->retransmitted);
	add_owner(obj, conn);
	add_moment(obj, "begin", src, first_step(conn));
	add_moment(obj, "end", src, over);
	add_fact(obj, "end_ns", over);
	return obj;
}

static void add_verdict(struct json_object *obj,
			const struct verdict *v)
{
	const struct conn *by = v->end[v->by];
	bool over = by->flags & CONN_ENDED;

	json_add_str(obj, "closer", word(closer_name(v->closer)));
	json_add_str(obj, "how", v->how == HOW_OPEN ? NULL :
		     word(how_name(v->how)));
	json_add_str(obj, "cause",
		     over ? cause_name(by->reason, by->detail) :
			    NULL);
	json_add_u64_if(obj, "tries", v->how == HOW_TIMEOUT,
			by->detail);
	json_add_bool(obj, "open", v->open);
	json_add_bool(obj, "partial", v->partial);
	json_add_bool(obj, "lost", v->lost);
	add_fact(obj, "x", v->x);
	add_fact(obj, "y", v->y);
}

static struct json_object *half_close_json(const struct verdict *v)
{
	struct json_object *obj = json_object_new_object();

	json_add_ms(obj, "ms", v->half_close_ns.known, v->half_close_ns.value);
	add_fact(obj, "bytes_sent", v->half_close_sent);
	add_fact(obj, "bytes_received", v->half_close_received);
	return obj;
}

struct json_object *verdict_object(struct source *src, const struct verdict *v)
{
	struct json_object *obj = json_object_new_object();
	struct json_object *waves = json_object_new_array();
	struct json_object *ends = json_object_new_array();
	unsigned int i;

	json_add_str(obj, "type", "teardown");
	add_verdict(obj, v);
	for (i = 0; i < 4; i++)
		json_object_array_add(waves, wave_json(v, i));
	json_object_object_add(obj, "waves", waves);
	json_object_object_add(obj, "merged",
			       v->merged == TRI_UNKNOWN ? NULL :
			       json_object_new_boolean(v->merged ==
						       TRI_YES));
	json_object_object_add(obj, "half_close", half_close_json(v));
	for (i = 0; i < 2 && v->end[i]; i++)
		json_object_array_add(ends, end_json(src, v->end[i]));
	json_object_object_add(obj, "ends", ends);
	return obj;
}
