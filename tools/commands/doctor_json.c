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
		json_add_bool(obj, m->key, m->number);
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

static void print_finding(const struct finding *f, FILE *out)
{
	struct json_object *obj = json_object_new_object();
	unsigned int i;

	json_add_str(obj, "type", "finding");
	json_add_str(obj, "finding", finding_kind_name(f->kind));
	json_add_str(obj, "severity", severity_name(f->severity));
	json_add_str(obj, "what", f->what);
	for (i = 0; i < f->nmembers; i++)
		add_member(obj, &f->member[i]);
	json_object_object_add(obj, "evidence", lines(f->evidence, f->nevidence));
	json_object_object_add(obj, "advice", lines(f->advice, f->nadvice));
	json_line(out, obj);
}

static struct json_object *sockets_json(const struct facts_present *now)
{
	struct json_object *obj = json_object_new_object();

	json_add_u64(obj, "all", now->sockets);
	json_add_u64(obj, "close_wait", now->full[TCP_CLOSE_WAIT]);
	json_add_u64(obj, "fin_wait2", now->full[TCP_FIN_WAIT2]);
	json_add_u64(obj, "time_wait", now->time_waits);
	json_add_u64(obj, "mini_fin_wait2", now->fin_wait2s);
	json_add_u64(obj, "not_kept", now->held_left_out);
	json_add_u64(obj, "destination_not_kept", now->dests_left_out);
	return obj;
}

void doctor_json(const struct facts *facts, const struct findings *all,
		 struct source *src, FILE *out)
{
	struct json_object *obj = json_object_new_object();
	const struct history *history = &facts->history;
	const struct losses losses = teardown_counts_losses(&history->counts, src);
	char time[STAMP_TEXT_MAX];
	unsigned int i;

	for (i = 0; i < all->count; i++)
		print_finding(&all->list[i], out);
	json_add_str(obj, "type", "doctor");
	json_add_str(obj, "time", stamp_text(facts->wall_ns, time));
	json_add_u64(obj, "findings", all->count);
	json_add_u64_if(obj, "netns", facts->is_live, facts->netns);
	json_add_ms(obj, "older_ms", true, facts->older_ns);
	json_add_u64(obj, "events", history->counts.events);
	json_add_bool(obj, "filtered", facts->filtered);
	json_add_u64(obj, "events_left_out", history->left_out);
	json_add_u64(obj, "events_elsewhere", history->elsewhere);
	json_add_ms(obj, "span_ms", history->counts.events || history->elsewhere ||
		    history->left_out,
		    history->counts.last_ns - history->counts.first_ns);
	json_add_u64(obj, "ends", history->ends);
	losses_json_add(obj, &losses);
	choice_json_add(obj, src);
	json_object_object_add(obj, "sockets", facts->is_live ?
			       sockets_json(&facts->present) : NULL);
	json_line(out, obj);
}
