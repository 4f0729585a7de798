// SPDX-License-Identifier: GPL-2.0
/* Prints a summary for programs: one object, and one more for each group. */
#include "cli/selection.h"
#include "commands/summary.h"
#include "format/csv.h"
#include "format/json.h"
#include "output/choice_json.h"
#include "output/loss.h"
#include "stats/bars.h"
#include "track/names.h"
#include "util/basics.h"
#include "util/text.h"

/* The columns of --csv. */
static const char *const columns[] = {
	"type", "how", "cause", "comm", "destination", "per_second", "by", "key",
	"rest", "others", "ended", "measured", "min_ms", "mean_ms",
	"p50_ms", "p90_ms", "p99_ms", "p999_ms", "max_ms", "open", "time",
	"events", "span_ms", "held_ms", "cut_short", "extended", "extensions", "refused",
	"unknown_ended", "uncertain", "evicted", "lost", "missed", "unmatched",
	"unreached", "no_ring", "left_out", NULL
};

/* Member names as in the text, so "p999" is the 99.9th percentile. */
static void add_dist(struct json_object *obj, const struct distribution *d)
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

	json_add_u64(obj, "measured", d->count);
	json_add_ms(obj, "min_ms", known, d->min_ns);
	json_add_ms(obj, "mean_ms", known, distribution_mean(d));
	for (i = 0; i < ARRAY_SIZE(marks); i++)
		json_add_ms(obj, marks[i].key, known,
			    known ? distribution_percentile(d, marks[i].percent) : 0);
	json_add_ms(obj, "max_ms", known, d->max_ns);
}

/* Callers' names are in a buffer that is reused, so json_add_u64() cannot be used. */
static void add_ends(const struct summary *s, struct json_object *obj,
		     const struct reason_counts *ends)
{
	struct json_object *list = json_object_new_object();
	char name[NAME_TEXT_MAX];
	struct reason_count end;
	unsigned int at = 0;

	while (reason_counts_next(ends, &at, &end))
		json_object_object_add(list, reason_name(end.reason, end.detail,
							 &s->src->header, name),
				       json_object_new_uint64(end.count));
	json_object_object_add(obj, "ends", list);
}

/* Add how often a second, with 3 decimals. */
static void add_rate(struct json_object *obj, struct optional mhz)
{
	/* A thousandth of a count a second is to that as a microsecond to a millisecond. */
	json_add_ms(obj, "per_second", mhz.known, mhz.value * 1000);
}

/* Make the object of a group of ends, or of all other groups. */
static struct json_object *end_object(const struct summary *s,
				      const struct summary_group *g)
{
	struct json_object *obj = json_object_new_object();
	const struct end_group *end = g->row->key;
	char to[END_NAME_MAX];

	if (end) {
		json_add_str(obj, "how", end->how ? how_name(end->how) : NULL);
		json_add_str(obj, "cause", end_group_cause(end));
		json_add_comm(obj, "comm", end->owner, end->comm);
		json_add_str(obj, "destination", end_group_destination(end, NULL, to));
	} else {
		json_add_u64(obj, "others", g->others);
	}
	json_add_u64(obj, "ended", g->row->ended);
	add_rate(obj, summary_rate_mhz(s, g->row->ended));
	return obj;
}

/* A list of ends, and the summary that they are of */
struct end_list {
	const struct summary *s;
	struct json_object *list;
};

static void add_end(void *data, const struct summary_group *g)
{
	const struct end_list *to = data;

	json_object_array_add(to->list, end_object(to->s, g));
}

static struct json_object *ended_json(struct summary *s)
{
	struct end_list to = { .s = s, .list = json_object_new_array() };

	summary_stats_ends(&s->stats, s->opts->top, add_end, &to);
	return to.list;
}

static void print_end(void *data, const struct summary_group *g)
{
	const struct summary *s = data;
	struct json_object *obj = end_object(s, g);

	json_add_str(obj, "type", "end");
	object_print(s->out, &s->opts->selection, columns, obj);
}

static struct json_object *sysctls_json(const struct summary *s)
{
	struct json_object *obj = json_object_new_object();
	unsigned int i;

	for (i = 0; i < SYSCTLS; i++)
		json_add_str(obj, s->sysctls[i].name,
			     s->sysctls[i].value[0] ? s->sysctls[i].value : NULL);
	return obj;
}

static struct json_object *bars_json(const struct distribution *d)
{
	struct json_object *list = json_object_new_array(), *obj;
	struct bar bars[BARS_MAX];
	unsigned int n = bars_make(d, bars), i;

	for (i = 0; i < n; i++) {
		obj = json_object_new_object();
		json_add_ms(obj, "from_ms", true, bars[i].from_us * 1000);
		json_add_ms(obj, "to_ms", true, bars[i].to_us * 1000);
		json_add_u64(obj, "count", bars[i].count);
		json_object_array_add(list, obj);
	}
	return list;
}

static struct json_object *time_wait_json(const struct summary *s)
{
	struct json_object *obj = json_object_new_object();
	const struct teardown_counts *c = &s->stats.counts;

	json_add_u64(obj, "ended", c->tw_ended);
	add_dist(obj, &s->stats.tw);
	json_add_u64(obj, "start_not_seen", c->tw_ended - s->stats.tw.count);
	add_ends(s, obj, &c->tw_ends);
	json_add_u64(obj, "extended", c->extended);
	json_add_u64(obj, "extensions", c->extensions);
	json_add_u64(obj, "refused", c->refused);
	json_add_u64(obj, "open", s->open.tw);
	json_add_ms(obj, "oldest_ms", s->open.tw_oldest.known, s->open.tw_oldest.value);
	json_object_object_add(obj, "histogram", bars_json(&s->stats.tw));
	return obj;
}

static struct json_object *fin_wait2_json(const struct summary *s)
{
	struct json_object *obj = json_object_new_object();
	const struct teardown_counts *c = &s->stats.counts;

	json_add_u64(obj, "born", c->fw2_born);
	json_add_u64(obj, "flips", c->fw2_flips);
	json_add_u64(obj, "ended", c->fw2_ended);
	add_dist(obj, &s->stats.fw2);
	add_ends(s, obj, &c->fw2_ends);
	json_add_u64(obj, "open", s->open.fw2);
	return obj;
}

static struct json_object *group_object(const struct summary *s,
					const struct summary_group *group)
{
	struct json_object *obj = json_object_new_object();
	const struct group_row *g = group->row;

	json_add_str(obj, "type", "group");
	json_add_str(obj, "by", group_by_name(s->opts->by));
	json_add_str(obj, "key", group->key);
	json_add_bool(obj, "rest", group->others);
	json_add_u64_if(obj, "others", group->others, group->others);
	json_add_u64(obj, "ended", g->ended);
	add_dist(obj, &g->dist);
	json_add_u64(obj, "open", g->open);
	return obj;
}

static void print_group(void *data, const struct summary_group *group)
{
	const struct summary *s = data;

	object_print(s->out, &s->opts->selection, columns, group_object(s, group));
}

static void add_time(const struct summary *s, struct json_object *obj)
{
	const struct teardown_counts *c = &s->stats.counts;
	char text[STAMP_TEXT_MAX];

	json_add_str(obj, "time",
		     stamp_text(source_wall(s->src, source_now(s->src)), text));
	json_add_u64(obj, "events", c->events);
	json_add_ms(obj, "span_ms", c->events, c->last_ns - c->first_ns);
	json_add_ms(obj, "held_ms", s->held.since_ns, summary_held_ns(s));
	json_add_bool(obj, "cut_short", summary_is_cut(s));
}

/* Add the reasons why the numbers may be too small. */
static void add_caveats(const struct summary *s, struct json_object *obj)
{
	const struct teardown_counts *c = &s->stats.counts;
	const struct losses losses = teardown_counts_losses(c, s->src);

	json_add_u64(obj, "unknown_ended", c->unknown_ended);
	json_add_u64(obj, "uncertain", s->open.uncertain);
	json_add_u64(obj, "evicted", tracker_evicted(s->tracker));
	losses_json_add(obj, &losses);
}

static void print_groups(struct summary *s)
{
	summary_stats_groups(&s->stats, s->opts->top, &s->src->header, NULL, print_group,
			     s);
}

void summary_json(struct summary *s)
{
	struct json_object *obj = json_object_new_object();

	json_add_str(obj, "type", "summary");
	add_time(s, obj);
	json_object_object_add(obj, "ended", ended_json(s));
	json_object_object_add(obj, "sysctl", sysctls_json(s));
	json_object_object_add(obj, "time_wait", time_wait_json(s));
	json_object_object_add(obj, "fin_wait2", fin_wait2_json(s));
	add_caveats(s, obj);
	choice_json_add(obj, s->src);
	json_line(s->out, obj);
	print_groups(s);
}

/* The line for all connections has TIME_WAIT in a group's columns, and more columns. */
void summary_csv(struct summary *s)
{
	struct json_object *obj = json_object_new_object();
	const struct teardown_counts *c = &s->stats.counts;

	csv_titles(s->out, columns);
	json_add_str(obj, "type", "summary");
	add_time(s, obj);
	json_add_u64(obj, "ended", c->tw_ended);
	add_dist(obj, &s->stats.tw);
	json_add_u64(obj, "open", s->open.tw);
	json_add_u64(obj, "extended", c->extended);
	json_add_u64(obj, "extensions", c->extensions);
	json_add_u64(obj, "refused", c->refused);
	add_caveats(s, obj);
	json_add_u64(obj, "left_out", s->src->left_out);
	object_print(s->out, &s->opts->selection, columns, obj);
	summary_stats_ends(&s->stats, s->opts->top, print_end, s);
	print_groups(s);
}
