// SPDX-License-Identifier: GPL-2.0
/* Prints a summary as text of at most 80 columns. */
#include <inttypes.h>

#include "commands/summary.h"
#include "output/loss.h"
#include "output/role.h"
#include "source/choice.h"
#include "stats/bars.h"
#include "track/names.h"
#include "util/basics.h"
#include "util/colour.h"
#include "util/text.h"

#define BAR_WIDTH	40

static const char *rate_text(struct optional mhz, char buf[SPAN_TEXT_MAX])
{
	if (!mhz.known)
		return "-";
	snprintf(buf, SPAN_TEXT_MAX, "%.1f", (double)mhz.value / 1000);
	return buf;
}

/* What begins with the first event cannot be longer than all of them. */
static void print_cut(const struct summary *s)
{
	char text[SPAN_TEXT_MAX];

	if (summary_is_cut(s) && s->stats.tw.count)
		fprintf(s->out,
			"too short     these steps are of %s, and a TIME_WAIT lasts 60 s: what has\n"
			"              a ? is about waits that ended early\n",
			span_text(summary_held_ns(s), text));
}

static void print_end(void *data, const struct summary_group *g)
{
	const struct summary *s = data;
	const struct end_group *end = g->row->key;
	const char *colour = end && colour_wanted(s->out) ? role_of_how(end->how) : NULL;
	char why[64], comm[COMM_TEXT_MAX] = "-", to[END_NAME_MAX] = "-";
	const char *cause;
	char rate[SPAN_TEXT_MAX];

	snprintf(why, sizeof(why), "%s", end ? how_name(end->how) : g->key);
	if (end) {
		cause = end_group_cause(end);
		if (cause)
			snprintf(why, sizeof(why), "%s %s", how_name(end->how), cause);
		if (end->owner)
			text_escape(end->comm, sizeof(end->comm), comm, sizeof(comm));
		end_group_destination(end, s->opts->selection.names, to);
	}
	fprintf(s->out, "%s%-24s%s %-7" PRIu64 " %-7s %-15s %s\n",
		colour ? colour : "", why, colour ? COLOUR_END : "", g->row->ended,
		rate_text(summary_rate_mhz(s, g->row->ended), rate), comm, to);
}

static void print_ended(struct summary *s)
{
	uint64_t ended = summary_stats_ended(&s->stats);

	if (!ended) {
		fprintf(s->out, "%-13s none seen\n\n", "ended");
		return;
	}
	fprintf(s->out, "%-24s %-7s %-7s %-15s %s\n", "HOW", "ENDS", "/S", "C-COMM",
		"DESTINATION");
	summary_stats_ends(&s->stats, s->opts->top, print_end, s);
	putc('\n', s->out);
}

static void print_head(const struct summary *s)
{
	const struct teardown_counts *c = &s->stats.counts;
	char text[SPAN_TEXT_MAX];
	unsigned int i;

	fprintf(s->out, "%-13s %" PRIu64 " over %s\n", "events", c->events,
		span_text(c->last_ns - c->first_ns, text));
	for (i = 0; i < SYSCTLS; i++)
		fprintf(s->out, "%-13s net.ipv4.%s = %s\n",
			i ? "" : "sysctl", s->sysctls[i].name,
			s->sysctls[i].value[0] ? s->sysctls[i].value : "-");
}

static void print_bars(const struct summary *s)
{
	static const char stars[BAR_WIDTH + 1] =
		"****************************************";
	struct bar bars[BARS_MAX];
	char from[SPAN_TEXT_MAX], to[SPAN_TEXT_MAX];
	unsigned int n = bars_make(&s->stats.tw, bars), i;
	uint64_t most = 1;
	int width;

	for (i = 0; i < n; i++)
		most = bars[i].count > most ? bars[i].count : most;
	for (i = 0; i < n; i++) {
		width = (int)((double)bars[i].count * BAR_WIDTH / (double)most);
		if (!width && bars[i].count)
			width = 1;
		fprintf(s->out, "%11s -> %-11s %-9" PRIu64 " |%-*.*s|\n",
			span_text(bars[i].from_us * 1000, from),
			span_text(bars[i].to_us * 1000, to), bars[i].count,
			BAR_WIDTH, width, stars);
	}
}

/* Print a value; all but the minimum is doubtful if long waits were not seen. */
static void print_value(const struct summary *s, const char *name, uint64_t ns,
			bool doubtful)
{
	char text[SPAN_TEXT_MAX];

	fprintf(s->out, "%-13s %-7s %s%s\n", "", name, span_text(ns, text),
		doubtful ? " ?" : "");
}

static void print_time_wait(const struct summary *s)
{
	static const struct {
		const char *name;
		double percent;
	} marks[] = {
		{ "p50", 50 }, { "p90", 90 }, { "p99", 99 }, { "p99.9", 99.9 },
	};
	const struct teardown_counts *c = &s->stats.counts;
	bool cut = summary_is_cut(s);
	size_t i;

	fprintf(s->out, "%-13s %" PRIu64 " ended, %" PRIu64 " of them measured",
		"TIME_WAIT", c->tw_ended, s->stats.tw.count);
	if (c->tw_ended > s->stats.tw.count)
		fprintf(s->out, ", %" PRIu64 " with start not seen",
			c->tw_ended - s->stats.tw.count);
	putc('\n', s->out);
	if (!s->stats.tw.count)
		return;
	print_value(s, "min", s->stats.tw.min_ns, false);
	print_value(s, "mean", distribution_mean(&s->stats.tw), cut);
	for (i = 0; i < ARRAY_SIZE(marks); i++)
		print_value(s, marks[i].name,
			    distribution_percentile(&s->stats.tw, marks[i].percent),
			    cut);
	print_value(s, "max", s->stats.tw.max_ns, cut);
	print_bars(s);
}

static void print_ends(const struct summary *s,
		       const struct reason_counts *ends, uint64_t total)
{
	bool coloured = colour_wanted(s->out);
	const char *title = "ended by";
	char name[NAME_TEXT_MAX];
	struct reason_count end;
	unsigned int at = 0;

	while (reason_counts_next(ends, &at, &end)) {
		fprintf(s->out, "%-13s %s%-9s%s %" PRIu64 " (%.1f%%)\n", title,
			colour_if(coloured, role_of_reason(end.reason)),
			reason_name(end.reason, end.detail, &s->src->header, name),
			colour_if(coloured, COLOUR_END), end.count,
			100.0 * (double)end.count / (double)total);
		title = "";
	}
}

static void print_life(const struct summary *s)
{
	const struct teardown_counts *c = &s->stats.counts;
	char text[SPAN_TEXT_MAX];

	if (c->extensions)
		fprintf(s->out, "%-13s %" PRIu64 " connections, %" PRIu64 " times\n",
			"started over", c->extended, c->extensions);
	if (c->refused)
		fprintf(s->out, "%-13s %" PRIu64 "\n", "refused", c->refused);
	fprintf(s->out, "%-13s %" PRIu64, "still open", s->open.tw);
	if (s->open.tw_oldest.known)
		fprintf(s->out, ", the oldest for %s",
			span_text(s->open.tw_oldest.value, text));
	putc('\n', s->out);
}

/* Some tools show a mini-socket in FIN_WAIT2 as TIME_WAIT. */
static void print_fin_wait2(const struct summary *s)
{
	const struct teardown_counts *c = &s->stats.counts;
	char mean[SPAN_TEXT_MAX], max[SPAN_TEXT_MAX];

	if (!c->fw2_born && !c->fw2_flips && !c->fw2_ended && !s->open.fw2)
		return;
	fprintf(s->out,
		"%-13s %" PRIu64 " mini-sockets, %" PRIu64 " went to TIME_WAIT, %" PRIu64 " open",
		"FIN_WAIT2", c->fw2_born, c->fw2_flips, s->open.fw2);
	if (s->stats.fw2.count)
		fprintf(s->out, "\n%-13s mean %s, max %s", "",
			span_text(distribution_mean(&s->stats.fw2), mean),
			span_text(s->stats.fw2.max_ns, max));
	putc('\n', s->out);
	print_ends(s, &c->fw2_ends, c->fw2_ended);
}

/* Tell why the numbers above may be too small. */
static void print_caveats(const struct summary *s)
{
	const struct teardown_counts *c = &s->stats.counts;
	const struct losses losses = teardown_counts_losses(c, s->src);
	uint64_t evicted = tracker_evicted(s->tracker);
	char loss[LOSSES_TEXT_MAX];
	char choice[CHOICE_TEXT_MAX];

	if (*choice_text(s->src, choice))
		fprintf(s->out, "%-13s %s\n", "chosen", choice);
	if (s->open.uncertain)
		fprintf(s->out,
			"%-13s %" PRIu64 " mini-sockets may be gone: events were lost since\n",
			"uncertain", s->open.uncertain);
	if (c->unknown_ended)
		fprintf(s->out,
			"%-13s %" PRIu64 " mini-sockets ended in a state that is not known\n",
			"unknown", c->unknown_ended);
	if (evicted)
		fprintf(s->out,
			"%-13s %" PRIu64 " connections forgotten: more than %u at once\n",
			"evicted", evicted, TRACKER_MAX);
	fprintf(s->out, "%-13s %s\n", "loss", losses_text(&losses, loss));
}

static void print_group(void *data, const struct summary_group *group)
{
	char min[SPAN_TEXT_MAX] = "-", mean[SPAN_TEXT_MAX] = "-";
	char p50[SPAN_TEXT_MAX] = "-", p99[SPAN_TEXT_MAX] = "-";
	char max[SPAN_TEXT_MAX] = "-";
	const struct group_row *g = group->row;
	FILE *out = data;

	if (g->dist.count) {
		span_text(g->dist.min_ns, min);
		span_text(distribution_mean(&g->dist), mean);
		span_text(distribution_percentile(&g->dist, 50), p50);
		span_text(distribution_percentile(&g->dist, 99), p99);
		span_text(g->dist.max_ns, max);
	}
	fprintf(out, "%-7" PRIu64 " %-9s %-9s %-9s %-9s %-9s %-6" PRIu64 " %s\n",
		g->ended, min, mean, p50, p99, max, g->open,
		group->key ? group->key : "-");
}

static void print_groups(struct summary *s)
{
	bool cut = summary_is_cut(s);

	fprintf(s->out, "\n%-7s %-9s %-9s %-9s %-9s %-9s %-6s %s\n", "COUNT", "MIN",
		cut ? "MEAN ?" : "MEAN", cut ? "P50 ?" : "P50", cut ? "P99 ?" : "P99",
		cut ? "MAX ?" : "MAX", "OPEN", group_by_name(s->opts->by));
	summary_stats_groups(&s->stats, s->opts->top, &s->src->header,
			     s->opts->selection.names, print_group, s->out);
}

void summary_text(struct summary *s)
{
	const struct teardown_counts *c = &s->stats.counts;

	print_cut(s);
	print_ended(s);
	print_head(s);
	if (!c->tw_ended && !s->open.tw) {
		fprintf(s->out, "%-13s none seen\n", "TIME_WAIT");
		if (c->refused)
			print_life(s);
	} else {
		print_time_wait(s);
		print_ends(s, &c->tw_ends, c->tw_ended);
		print_life(s);
	}
	print_fin_wait2(s);
	print_caveats(s);
	if (s->opts->by)
		print_groups(s);
}
