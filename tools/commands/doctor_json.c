// SPDX-License-Identifier: GPL-2.0
/* Prints the findings of "doctor" and the facts that it examined as JSON. */
#include <netinet/tcp.h>

#include "commands/doctor.h"
#include "format/json.h"
#include "output/choice_json.h"
#include "output/loss.h"
#include "util/text.h"

static void add_member(struct json_object *obj, const struct finding_member *m)
{
	switch (m->type) {
	case FINDING_MEMBER_MS:
		json_add_ms(obj, m->key, m->known, m->number);
		return;
	case FINDING_MEMBER_TEXT:
		json_add_str(obj, m->key, m->known ? m->text : NULL);
		return;
	case FINDING_MEMBER_BOOL:
		if (m->known)
			json_add_bool(obj, m->key, m->number);
		else
			json_add_str(obj, m->key, NULL);
		return;
	case FINDING_MEMBER_NUMBER:
		json_add_u64_if(obj, m->key, m->known, m->number);
		return;
	}
}

static struct json_object *lines(const char text[][FINDING_WORDS_MAX],
				 unsigned int count)
{
	struct json_object *list = json_object_new_array();
	unsigned int i;

	for (i = 0; i < count; i++)
		json_object_array_add(list, json_object_new_string(text[i]));
	return list;
}

static void add_namespace(struct json_object *obj, const struct netns *ns)
{
	char comm[COMM_TEXT_MAX];

	json_add_u64_if(obj, "netns", ns, ns ? ns->inode : 0);
	json_add_str(obj, "netns_name", ns && ns->name[0] ? ns->name : NULL);
	json_add_u64_if(obj, "netns_pid", ns && ns->pid, ns ? ns->pid : 0);
	json_add_str(obj, "netns_comm", ns && ns->pid ?
		     comm_text(ns->comm, comm) : NULL);
}

/* The processes that hold the sockets, by program */
static struct json_object *holders_json(const struct finding *f)
{
	struct json_object *list = json_object_new_array(), *obj, *pids;
	const struct finding_program *p;
	size_t i;

	for (p = f->holder; p < f->holder + f->nholders; p++) {
		obj = json_object_new_object();
		pids = json_object_new_array();
		json_add_str(obj, "comm", p->comm);
		json_add_u64(obj, "processes", p->processes);
		for (i = 0; i < p->processes && i < FINDING_PIDS_MAX; i++)
			json_object_array_add(pids, json_object_new_int64(p->pid[i]));
		json_object_object_add(obj, "pids", pids);
		json_object_array_add(list, obj);
	}
	return list;
}

static void print_finding(const struct finding *f, FILE *out)
{
	struct json_object *obj = json_object_new_object();
	unsigned int i;

	json_add_str(obj, "type", "finding");
	json_add_str(obj, "finding", finding_kind_name(f->kind));
	json_add_str(obj, "severity", severity_name(f->severity));
	json_add_str(obj, "what", f->what);
	add_namespace(obj, f->where);
	for (i = 0; i < f->nmembers; i++)
		add_member(obj, &f->member[i]);
	if (f->held)
		json_object_object_add(obj, "holders", holders_json(f));
	json_object_object_add(obj, "evidence", lines(f->evidence, f->nevidence));
	json_object_object_add(obj, "advice", lines(f->advice, f->nadvice));
	json_line(out, obj);
}

/* The sockets of all namespaces */
static struct json_object *sockets_json(const struct examination *e)
{
	struct json_object *obj = json_object_new_object();
	const struct facts_present *sum = &e->sum;

	json_add_u64(obj, "all", sum->sockets);
	json_add_u64(obj, "close_wait", sum->full[TCP_CLOSE_WAIT]);
	json_add_u64(obj, "fin_wait2", sum->full[TCP_FIN_WAIT2]);
	json_add_u64(obj, "time_wait", sum->time_waits);
	json_add_u64(obj, "mini_fin_wait2", sum->fin_wait2s);
	json_add_u64(obj, "not_kept", sum->held_left_out);
	json_add_u64(obj, "destination_not_kept", sum->dests_left_out);
	json_add_u64(obj, "peer_not_kept", e->peers.left_out);
	return obj;
}

/* Each namespace, and why it was not looked at */
static struct json_object *namespaces_json(const struct examination *e)
{
	struct json_object *list = json_object_new_array(), *obj;
	const struct facts *facts;
	size_t i;

	for (i = 0; i < e->netns.count; i++) {
		facts = &e->list[i].facts;
		obj = json_object_new_object();
		add_namespace(obj, facts->where);
		json_add_bool(obj, "own", facts->where->own);
		json_add_str(obj, "why_not", facts->is_live ? NULL : facts->why_not);
		json_object_array_add(list, obj);
	}
	return list;
}

void doctor_json(const struct examination *e, FILE *out)
{
	struct json_object *obj = json_object_new_object();
	const struct teardown_counts *counts = &e->counts;
	const struct losses losses = teardown_counts_losses(counts, e->opts.src);
	const struct facts *facts = &e->list[0].facts;
	bool live = e->opts.src->live;
	char time[STAMP_TEXT_MAX];
	unsigned int i;

	for (i = 0; i < e->findings.count; i++)
		print_finding(&e->findings.list[i], out);
	json_add_str(obj, "type", "doctor");
	json_add_str(obj, "time", stamp_text(facts->wall_ns, time));
	json_add_u64(obj, "findings", e->findings.count);
	json_add_u64(obj, "findings_left_out", e->findings.left_out);
	json_add_u64_if(obj, "netns", live, e->netns.own);
	json_add_ms(obj, "older_ms", true, facts->older_ns);
	json_add_u64(obj, "events", counts->events);
	json_add_bool(obj, "filtered", facts->filtered);
	json_add_u64(obj, "events_left_out", e->left_out);
	json_add_u64(obj, "events_elsewhere", e->elsewhere);
	json_add_ms(obj, "span_ms", counts->last_ns, counts->last_ns - counts->first_ns);
	json_add_u64(obj, "ends", e->ends);
	losses_json_add(obj, &losses);
	choice_json_add(obj, e->opts.src);
	json_object_object_add(obj, "sockets", e->looked_at ?
			       sockets_json(e) : NULL);
	json_object_object_add(obj, "namespaces", live ? namespaces_json(e) : NULL);
	json_line(out, obj);
}
