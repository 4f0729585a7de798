// SPDX-License-Identifier: GPL-2.0
/* Prints what "doctor" found as JSON: findings, and what was looked at. */
#include <netinet/tcp.h>

#include "commands/doctor.h"
#include "format/json.h"
#include "util/text.h"

static void add_member(struct json_object *obj, const struct tcpfin_member *m)
{
	switch (m->type) {
	case TCPFIN_MEMBER_MS:
		tcpfin_json_ms(obj, m->key, m->known, m->number);
		return;
	case TCPFIN_MEMBER_TEXT:
		tcpfin_json_str(obj, m->key, m->known ? m->text : NULL);
		return;
	case TCPFIN_MEMBER_BOOL:
		json_object_object_add(obj, m->key,
				       json_object_new_boolean(!!m->number));
		return;
	case TCPFIN_MEMBER_NUMBER:
		if (m->known)
			tcpfin_json_u64(obj, m->key, m->number);
		else
			tcpfin_json_str(obj, m->key, NULL);
		return;
	}
}

static struct json_object *lines(const char text[][TCPFIN_WORDS_MAX],
				 unsigned int count)
{
	struct json_object *list = json_object_new_array();
	unsigned int i;

	for (i = 0; i < count; i++)
		json_object_array_add(list, json_object_new_string(text[i]));
	return list;
}

static void print_finding(const struct tcpfin_finding *f, FILE *out)
{
	struct json_object *obj = json_object_new_object();
	unsigned int i;

	tcpfin_json_str(obj, "type", "finding");
	tcpfin_json_str(obj, "finding", tcpfin_trouble_name(f->trouble));
	tcpfin_json_str(obj, "severity", tcpfin_severity_name(f->severity));
	tcpfin_json_str(obj, "what", f->what);
	for (i = 0; i < f->nmembers; i++)
		add_member(obj, &f->member[i]);
	json_object_object_add(obj, "evidence",
			       lines(f->evidence, f->nevidence));
	json_object_object_add(obj, "advice", lines(f->advice, f->nadvice));
	tcpfin_json_line(out, obj);
}

static struct json_object *sockets_json(const struct tcpfin_present *now)
{
	struct json_object *obj = json_object_new_object();

	tcpfin_json_u64(obj, "all", now->sockets);
	tcpfin_json_u64(obj, "close_wait", now->full[TCP_CLOSE_WAIT]);
	tcpfin_json_u64(obj, "fin_wait2", now->full[TCP_FIN_WAIT2]);
	tcpfin_json_u64(obj, "time_wait", now->time_waits);
	tcpfin_json_u64(obj, "mini_fin_wait2", now->fin_wait2s);
	tcpfin_json_u64(obj, "not_kept", now->held_left_out);
	tcpfin_json_u64(obj, "destination_not_kept", now->dests_left_out);
	return obj;
}

void tcpfin_doctor_json(const struct tcpfin_facts *facts,
			const struct tcpfin_findings *all, FILE *out)
{
	struct json_object *obj = json_object_new_object();
	const struct tcpfin_past *past = &facts->past;
	char time[TCPFIN_STAMP_MAX];
	unsigned int i;

	for (i = 0; i < all->count; i++)
		print_finding(&all->list[i], out);
	tcpfin_json_str(obj, "type", "doctor");
	tcpfin_stamp_text(facts->wall_ns, time);
	tcpfin_json_str(obj, "time", time);
	tcpfin_json_u64(obj, "findings", all->count);
	if (facts->is_live)
		tcpfin_json_u64(obj, "netns", facts->netns);
	else
		tcpfin_json_str(obj, "netns", NULL);
	tcpfin_json_ms(obj, "older_ms", true, facts->older_ns);
	tcpfin_json_u64(obj, "events", past->events);
	json_object_object_add(obj, "filtered",
			       json_object_new_boolean(facts->filtered));
	tcpfin_json_u64(obj, "events_left_out", past->left_out);
	tcpfin_json_u64(obj, "events_elsewhere", past->elsewhere);
	tcpfin_json_ms(obj, "span_ms", past->events || past->elsewhere ||
		       past->left_out,
		       past->last_ns - past->first_ns);
	tcpfin_json_u64(obj, "ends", past->ends);
	tcpfin_json_u64(obj, "lost", past->lost);
	tcpfin_json_u64(obj, "missed", past->missed);
	json_object_object_add(obj, "sockets", facts->is_live ?
			       sockets_json(&facts->present) : NULL);
	tcpfin_json_line(out, obj);
}
