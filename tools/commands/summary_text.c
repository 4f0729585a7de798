// SPDX-License-Identifier: GPL-2.0
/* Prints a summary as text of at most 80 columns. */
#include <inttypes.h>

#include "commands/summary.h"
#include "output/loss.h"
#include "source/choice.h"
#include "stats/bars.h"
#include "track/names.h"
#include "util/basics.h"
#include "util/text.h"

#define BAR_WIDTH	40

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

static void print_value(const struct summary *s, const char *name, uint64_t ns)
{
	char text[SPAN_TEXT_MAX];

	fprintf(s->out, "%-13s %-7s %s\n", "", name, span_text(ns, text));
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
	size_t i;

	fprintf(s->out, "%-13s %" PRIu64 " ended, %" PRIu64 " of them measured",
		"TIME_WAIT", c->tw_ended, s->stats.tw.count);
	if (c->tw_ended > s->stats.tw.count)
		fprintf(s->out, ", %" PRIu64 " with start not seen",
			c->tw_ended - s->stats.tw.count);
	putc('\n', s->out);
	if (!s->stats.tw.count)
		return;
	print_value(s, "min", s->stats.tw.min_ns);
	print_value(s, "mean", distribution_mean(&s->stats.tw));
	for (i = 0; i < ARRAY_SIZE(marks); i++)
		print_value(s, marks[i].name,
			    distribution_percentile(&s->stats.tw, marks[i].percent));
	print_value(s, "max", s->stats.tw.max_ns);
	print_bars(s);
}

static void print_ends(const struct summary *s,
		       const struct reason_counts *ends, uint64_t total)
{
	const char *title = "ended by";
	char name[NAME_TEXT_MAX];
	struct reason_count end;
	unsigned int at = 0;

	while (reason_counts_next(ends, &at, &end)) {
		fprintf(s->out, "%-13s %-9s %" PRIu64 " (%.1f%%)\n", title,
			reason_name(end.reason, end.detail, &s->src->header, name),
			end.count, 100.0 * (double)end.count / (double)total);
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

static void print_group(void *data, const struct group_row *g, const char *key)
{
	char min[SPAN_TEXT_MAX] = "-", mean[SPAN_TEXT_MAX] = "-";
	char p50[SPAN_TEXT_MAX] = "-", p99[SPAN_TEXT_MAX] = "-";
	char max[SPAN_TEXT_MAX] = "-";
	FILE *out = data;

	if (g->dist.count) {
		span_text(g->dist.min_ns, min);
		span_text(distribution_mean(&g->dist), mean);
		span_text(distribution_percentile(&g->dist, 50), p50);
		span_text(distribution_percentile(&g->dist, 99), p99);
		span_text(g->dist.max_ns, max);
	}
	fprintf(out, "%-7" PRIu64 " %-9s %-9s %-9s %-9s %-9s %-6" PRIu64 " %s\n",
		g->ended, min, mean, p50, p99, max, g->open, key ? key : "-");
}

void summary_text(struct summary *s)
{
	const struct teardown_counts *c = &s->stats.counts;

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
	if (!s->opts->by)
		return;
	fprintf(s->out, "\n%-7s %-9s %-9s %-9s %-9s %-9s %-6s %s\n", "COUNT",
		"MIN", "MEAN", "P50", "P99", "MAX", "OPEN", group_by_name(s->opts->by));
	summary_stats_groups(&s->stats, &s->src->header,
			     s->opts->selection.names, print_group, s->out);
}
