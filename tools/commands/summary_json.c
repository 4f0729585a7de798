// SPDX-License-Identifier: GPL-2.0
/* Prints a summary for programs: one object, and one more for each group. */
#include "cli/print_object.h"
#include "commands/summary.h"
#include "format/csv.h"
#include "format/json.h"
#include "stats/bars.h"
#include "track/names.h"
#include "util/text.h"

/* What --csv prints. */
static const char *const columns[] = {
	"type", "by", "key", "rest", "ended", "measured", "min_ms", "mean_ms",
	"p50_ms", "p90_ms", "p99_ms", "p999_ms", "max_ms", "open", "time",
	"events", "span_ms", "extended", "extensions", "refused",
	"unknown_ended", "uncertain", "evicted", "lost", "missed", "unmatched",
	NULL
};

/* Member names as in the text, so "p999" is the 99.9th percentile. */
static void add_dist(struct json_object *obj, const struct tcpfin_dist *d)
{
	static const struct {
		const char *key;
		double percent;
	} marks[] = {
		{ "p50_ms", 50 }, { "p90_ms", 90 }, { "p99_ms", 99 },
		{ "p999_ms", 99.9 },
	};
	bool known = d->count;
	size_t i;

	tcpfin_json_u64(obj, "measured", d->count);
	tcpfin_json_ms(obj, "min_ms", known, d->min_ns);
	tcpfin_json_ms(obj, "mean_ms", known, tcpfin_dist_mean(d));
	for (i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		tcpfin_json_ms(obj, marks[i].key, known,
			       known ? tcpfin_dist_percentile(d,
							marks[i].percent) : 0);
	tcpfin_json_ms(obj, "max_ms", known, d->max_ns);
}

/* Names of callers are no constants, hence the plain add. */
static void add_ends(const struct tcpfin_summary *s, struct json_object *obj,
		     const struct tcpfin_ends *ends)
{
	struct json_object *list = json_object_new_object(), *count;
	char name[TCPFIN_NAME_MAX];
	struct tcpfin_end end;
	unsigned int at = 0;

	while (tcpfin_ends_next(ends, &at, &end)) {
		count = json_object_new_uint64(end.count);
		json_object_object_add(list,
				       tcpfin_reason_name(end.reason,
							  end.detail,
							  &s->src->header,
							  name), count);
	}
	json_object_object_add(obj, "ends", list);
}

static struct json_object *sysctls_json(const struct tcpfin_summary *s)
{
	struct json_object *obj = json_object_new_object();
	unsigned int i;

	for (i = 0; i < TCPFIN_SYSCTLS; i++)
		tcpfin_json_str(obj, s->sysctls[i].name,
				s->sysctls[i].value[0] ? s->sysctls[i].value :
							 NULL);
	return obj;
}

static struct json_object *bars_json(const struct tcpfin_dist *d)
{
	struct json_object *list = json_object_new_array(), *obj;
	struct tcpfin_bar bars[TCPFIN_BARS_MAX];
	unsigned int n = tcpfin_bars(d, bars), i;

	for (i = 0; i < n; i++) {
		obj = json_object_new_object();
		tcpfin_json_ms(obj, "from_ms", true, bars[i].from_us * 1000);
		tcpfin_json_ms(obj, "to_ms", true, bars[i].to_us * 1000);
		tcpfin_json_u64(obj, "count", bars[i].count);
		json_object_array_add(list, obj);
	}
	return list;
}

static struct json_object *time_wait_json(const struct tcpfin_summary *s)
{
	struct json_object *obj = json_object_new_object();
	const struct tcpfin_stats *st = &s->stats;

	tcpfin_json_u64(obj, "ended", st->tw_ended);
	add_dist(obj, &st->tw);
	tcpfin_json_u64(obj, "start_not_seen", st->tw_ended - st->tw.count);
	add_ends(s, obj, &st->tw_ends);
	tcpfin_json_u64(obj, "extended", st->extended);
	tcpfin_json_u64(obj, "extensions", st->extensions);
	tcpfin_json_u64(obj, "refused", st->refused);
	tcpfin_json_u64(obj, "open", s->open.tw);
	tcpfin_json_ms(obj, "oldest_ms", s->open.tw_oldest_known,
		       s->open.tw_oldest_ns);
	json_object_object_add(obj, "histogram", bars_json(&st->tw));
	return obj;
}

static struct json_object *fin_wait2_json(const struct tcpfin_summary *s)
{
	struct json_object *obj = json_object_new_object();
	const struct tcpfin_stats *st = &s->stats;

	tcpfin_json_u64(obj, "born", st->fw2_born);
	tcpfin_json_u64(obj, "flips", st->fw2_flips);
	tcpfin_json_u64(obj, "ended", st->fw2_ended);
	add_dist(obj, &st->fw2);
	add_ends(s, obj, &st->fw2_ends);
	tcpfin_json_u64(obj, "open", s->open.fw2);
	return obj;
}

static struct json_object *group_object(const struct tcpfin_summary *s,
					const struct tcpfin_group *g,
					const char *key)
{
	struct json_object *obj = json_object_new_object();

	tcpfin_json_str(obj, "type", "group");
	tcpfin_json_str(obj, "by", tcpfin_by_name(s->opts->by));
	tcpfin_json_str(obj, "key", key);
	json_object_object_add(obj, "rest",
			       json_object_new_boolean(g->is_rest));
	tcpfin_json_u64(obj, "ended", g->ended);
	add_dist(obj, &g->dist);
	tcpfin_json_u64(obj, "open", g->open);
	return obj;
}

static void print_group(void *data, const struct tcpfin_group *g,
			const char *key)
{
	const struct tcpfin_summary *s = data;

	tcpfin_print_object(s->out, &s->opts->chosen, columns,
			    group_object(s, g, key));
}

static void add_time(const struct tcpfin_summary *s, struct json_object *obj)
{
	const struct tcpfin_stats *st = &s->stats;
	char text[TCPFIN_STAMP_MAX];

	tcpfin_stamp_text(tcpfin_source_wall(s->src,
					     tcpfin_source_now(s->src)), text);
	tcpfin_json_str(obj, "time", text);
	tcpfin_json_u64(obj, "events", st->events);
	tcpfin_json_ms(obj, "span_ms", st->events,
		       st->last_ns - st->first_ns);
}

/* Every way in which the numbers may fall short. */
static void add_doubts(const struct tcpfin_summary *s, struct json_object *obj)
{
	const struct tcpfin_stats *st = &s->stats;

	tcpfin_json_u64(obj, "unknown_ended", st->unknown_ended);
	tcpfin_json_u64(obj, "uncertain", s->open.uncertain);
	tcpfin_json_u64(obj, "evicted", tcpfin_tracker_evicted(s->tracker));
	tcpfin_json_u64(obj, "lost", st->lost);
	tcpfin_json_u64(obj, "missed", st->missed);
	tcpfin_json_u64(obj, "unmatched", s->src->header.unmatched);
}

static void print_groups(struct tcpfin_summary *s)
{
	if (s->groups)
		tcpfin_groups_each(s->groups, &s->src->header, print_group, s);
}

void tcpfin_summary_json(struct tcpfin_summary *s)
{
	struct json_object *obj = json_object_new_object();

	tcpfin_json_str(obj, "type", "summary");
	add_time(s, obj);
	json_object_object_add(obj, "sysctl", sysctls_json(s));
	json_object_object_add(obj, "time_wait", time_wait_json(s));
	json_object_object_add(obj, "fin_wait2", fin_wait2_json(s));
	add_doubts(s, obj);
	tcpfin_json_line(s->out, obj);
	print_groups(s);
}

/* All of TIME_WAIT in the columns of a group, and what is said once. */
void tcpfin_summary_csv(struct tcpfin_summary *s)
{
	struct json_object *obj = json_object_new_object();
	const struct tcpfin_stats *st = &s->stats;

	if (!s->printed)
		tcpfin_csv_titles(s->out, columns);
	tcpfin_json_str(obj, "type", "summary");
	add_time(s, obj);
	tcpfin_json_u64(obj, "ended", st->tw_ended);
	add_dist(obj, &st->tw);
	tcpfin_json_u64(obj, "open", s->open.tw);
	tcpfin_json_u64(obj, "extended", st->extended);
	tcpfin_json_u64(obj, "extensions", st->extensions);
	tcpfin_json_u64(obj, "refused", st->refused);
	add_doubts(s, obj);
	tcpfin_print_object(s->out, &s->opts->chosen, columns, obj);
	print_groups(s);
}
