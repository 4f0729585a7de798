// SPDX-License-Identifier: GPL-2.0
/* A verdict as an object: what is not known is null. */
#include <netinet/tcp.h>

#include "format/json.h"
#include "output/step_json.h"
#include "output/verdict_json.h"
#include "track/names.h"
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

const char *const tcpfin_verdict_columns[] = {
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

static const char *seen(const struct tcpfin_wave *w)
{
	if (!w->happened)
		return NULL;
	if (w->sent.known)
		return w->received.known ? "both" : "sent";
	return w->received.known ? "received" : "implied";
}

static void add_fact(struct json_object *obj, const char *key,
		     struct tcpfin_fact fact)
{
	tcpfin_json_u64_if(obj, key, fact.known, fact.value);
}

static void add_relative(struct json_object *obj, const char *key, bool known,
			 int32_t value)
{
	json_object_object_add_ex(obj, key,
				  known ? json_object_new_int(value) : NULL,
				  JSON_C_OBJECT_ADD_CONSTANT_KEY);
}

/* Who sent it, as seen from the first of the ends. */
static const char *sender(const struct tcpfin_verdict *v, unsigned int wave)
{
	bool closer = wave == 0 || wave == 3;

	if (v->closer == TCPFIN_CLOSER_NONE ||
	    v->closer == TCPFIN_CLOSER_UNKNOWN)
		return NULL;
	return closer == (v->closer != TCPFIN_CLOSER_REMOTE) ? "local" :
							       "remote";
}

static struct json_object *wave_json(const struct tcpfin_verdict *v,
				     unsigned int i)
{
	struct json_object *obj = json_object_new_object();
	const struct tcpfin_wave *w = &v->wave[i];

	tcpfin_json_u64(obj, "wave", i + 1);
	tcpfin_json_str(obj, "segment", i % 2 ? "ACK" : "FIN");
	tcpfin_json_str(obj, "from", sender(v, i));
	tcpfin_json_str(obj, "seen", seen(w));
	add_fact(obj, "sent_ns", w->sent);
	add_fact(obj, "received_ns", w->received);
	add_fact(obj, "seq", w->seq);
	add_fact(obj, "ack", w->ack);
	add_relative(obj, "rel_seq", w->rel_seq_known, w->rel_seq);
	add_relative(obj, "rel_ack", w->rel_ack_known, w->rel_ack);
	return obj;
}

static struct json_object *states_json(const struct tcpfin_conn *conn)
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
	struct tcpfin_fact span;
	size_t i;

	for (i = 0; i < sizeof(states) / sizeof(states[0]); i++) {
		span = tcpfin_conn_span(conn, states[i].state);
		tcpfin_json_ms(obj, states[i].name, span.known, span.value);
	}
	return obj;
}

/* Null for an end that was never in it, and was not refused it either. */
static struct json_object *time_wait_json(const struct tcpfin_conn *conn,
					  const char *reason)
{
	struct tcpfin_fact span = tcpfin_conn_span(conn, TCP_TIME_WAIT);
	bool refused = conn->flags & TCPFIN_CONN_REFUSED;
	struct json_object *obj;

	if (!refused && !tcpfin_conn_was_in(conn, 1U << TCP_TIME_WAIT))
		return NULL;
	obj = json_object_new_object();
	tcpfin_json_ms(obj, "ms", span.known, span.value);
	tcpfin_json_str(obj, "end", reason);
	tcpfin_json_u64(obj, "extended", conn->extended);
	tcpfin_json_u64(obj, "fins_again", conn->fin_again);
	return obj;
}

static void add_state(struct json_object *obj, const struct tcpfin_conn *conn)
{
	bool over = conn->flags & TCPFIN_CONN_ENDED;
	char name[TCPFIN_NAME_MAX];

	tcpfin_json_str(obj, "state", over || !conn->state ? NULL :
			tcpfin_state_name(conn->state, name));
	tcpfin_json_str(obj, "ended_in", over && conn->old_state ?
			tcpfin_state_name(conn->old_state, name) : NULL);
	json_object_object_add(obj, "states_ms", states_json(conn));
}

static void add_end(struct json_object *obj, const char *reason,
		    const struct tcpfin_conn *conn)
{
	bool over = conn->flags & TCPFIN_CONN_ENDED;

	tcpfin_json_str(obj, "closer",
			word(tcpfin_closer_name(tcpfin_conn_closer(conn))));
	tcpfin_json_str(obj, "how",
			over ? word(tcpfin_how_name(tcpfin_conn_how(conn))) :
			       NULL);
	tcpfin_json_str(obj, "reason", reason);
	tcpfin_json_str(obj, "cause",
			over ? tcpfin_cause_name(conn->reason, conn->detail) :
			       NULL);
	tcpfin_json_u64_if(obj, "tries",
			   over && conn->reason == TCPFIN_REASON_TIMEOUT,
			   conn->detail);
	tcpfin_json_u64_if(obj, "err", over, conn->err);
	tcpfin_json_bool(obj, "rst", conn->flags & TCPFIN_CONN_RST);
	tcpfin_json_bool(obj, "orphan", conn->flags & TCPFIN_CONN_ORPHAN);
}

static void add_owner(struct json_object *obj, const struct tcpfin_conn *conn)
{
	bool owner = conn->flags & TCPFIN_CONN_OWNER;
	bool uid = conn->flags & TCPFIN_CONN_UID;

	tcpfin_json_u64_if(obj, "owner_pid", owner, conn->pid);
	tcpfin_json_comm(obj, "owner_comm", owner, conn->comm);
	tcpfin_json_u64_if(obj, "uid", uid, conn->uid);
	tcpfin_json_u64_if(obj, "cgroup", uid && conn->cgroup, conn->cgroup);
}

/* Its first step in the teardown, of which there is none without a FIN. */
static struct tcpfin_fact first_step(const struct tcpfin_conn *conn)
{
	struct tcpfin_fact fin = tcpfin_conn_began(conn, TCP_FIN_WAIT1);

	return fin.known ? fin : tcpfin_conn_began(conn, TCP_CLOSE_WAIT);
}

static void add_moment(struct json_object *obj, const char *key,
		       const struct tcpfin_source *src,
		       struct tcpfin_fact when)
{
	char text[TCPFIN_STAMP_MAX];

	tcpfin_json_str(obj, key, when.known ?
			tcpfin_stamp_text(tcpfin_source_wall(src, when.value),
					  text) : NULL);
}

static struct json_object *end_json(struct tcpfin_source *src,
				    const struct tcpfin_conn *conn)
{
	struct tcpfin_fact over = tcpfin_fact(conn->flags & TCPFIN_CONN_ENDED,
					      conn->touched_ns);
	struct json_object *obj = json_object_new_object();
	char name[TCPFIN_NAME_MAX];
	const char *reason = NULL;

	if (over.known && conn->reason != TCPFIN_REASON_NONE)
		reason = tcpfin_reason_name(conn->reason, conn->detail,
					    &src->header, name);
	tcpfin_json_str(obj, "host", tcpfin_source_host_name(src, conn->host));
	tcpfin_conn_json(obj, conn->cookie, conn);
	add_end(obj, reason, conn);
	add_state(obj, conn);
	json_object_object_add(obj, "time_wait", time_wait_json(conn, reason));
	tcpfin_json_u64(obj, "fin_retransmitted", conn->retransmitted);
	add_owner(obj, conn);
	add_moment(obj, "begin", src, first_step(conn));
	add_moment(obj, "end", src, over);
	add_fact(obj, "end_ns", over);
	return obj;
}

static void add_verdict(struct json_object *obj,
			const struct tcpfin_verdict *v)
{
	const struct tcpfin_conn *by = v->end[v->by];
	bool over = by->flags & TCPFIN_CONN_ENDED;

	tcpfin_json_str(obj, "closer", word(tcpfin_closer_name(v->closer)));
	tcpfin_json_str(obj, "how", v->how == TCPFIN_HOW_OPEN ? NULL :
			word(tcpfin_how_name(v->how)));
	tcpfin_json_str(obj, "cause",
			over ? tcpfin_cause_name(by->reason, by->detail) :
			       NULL);
	tcpfin_json_u64_if(obj, "tries", v->how == TCPFIN_HOW_TIMEOUT,
			   by->detail);
	tcpfin_json_bool(obj, "open", v->open);
	tcpfin_json_bool(obj, "partial", v->partial);
	tcpfin_json_bool(obj, "lost", v->lost);
	add_fact(obj, "x", v->x);
	add_fact(obj, "y", v->y);
}

static struct json_object *half_close_json(const struct tcpfin_verdict *v)
{
	struct json_object *obj = json_object_new_object();

	tcpfin_json_ms(obj, "ms", v->half_close_ns.known,
		       v->half_close_ns.value);
	add_fact(obj, "bytes_sent", v->half_close_sent);
	add_fact(obj, "bytes_received", v->half_close_received);
	return obj;
}

struct json_object *tcpfin_verdict_object(struct tcpfin_source *src,
					  const struct tcpfin_verdict *v)
{
	struct json_object *obj = json_object_new_object();
	struct json_object *waves = json_object_new_array();
	struct json_object *ends = json_object_new_array();
	unsigned int i;

	tcpfin_json_str(obj, "type", "teardown");
	add_verdict(obj, v);
	for (i = 0; i < 4; i++)
		json_object_array_add(waves, wave_json(v, i));
	json_object_object_add(obj, "waves", waves);
	json_object_object_add(obj, "merged",
			       v->merged == TCPFIN_NOT_KNOWN ? NULL :
			       json_object_new_boolean(v->merged ==
						       TCPFIN_YES));
	json_object_object_add(obj, "half_close", half_close_json(v));
	for (i = 0; i < 2 && v->end[i]; i++)
		json_object_array_add(ends, end_json(src, v->end[i]));
	json_object_object_add(obj, "ends", ends);
	return obj;
}
