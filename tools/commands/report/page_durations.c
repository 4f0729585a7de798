// SPDX-License-Identifier: GPL-2.0
/* The report's section on how long TIME_WAIT and other states lasted. */
#include <inttypes.h>
#include <string.h>

#include "commands/report/page.h"
#include "format/html.h"
#include "stats/bars.h"
#include "track/names.h"
#include "util/basics.h"
#include "util/text.h"

/* Write the edge of a bar without trailing zeros: 850us, 1.5ms, 60.4s. */
static const char *edge_text(uint64_t us, char buf[SPAN_TEXT_MAX])
{
	const char *unit = us < 1000 ? "us" : us < 1000000 ? "ms" : "s";
	uint64_t one = us < 1000 ? 1 : us < 1000000 ? 1000 : 1000000;
	uint64_t part = us % one * 1000 / one;
	int digits = 3;

	while (digits && part % 10 == 0) {
		part /= 10;
		digits--;
	}
	if (digits)
		snprintf(buf, SPAN_TEXT_MAX, "%" PRIu64 ".%0*" PRIu64 "%s",
			 us / one, digits, part, unit);
	else
		snprintf(buf, SPAN_TEXT_MAX, "%" PRIu64 "%s", us / one, unit);
	return buf;
}

/* Write a span with four digits; the distribution is precise to three. */
static const char *mark_text(uint64_t ns, char buf[SPAN_TEXT_MAX])
{
	double us = (double)ns / 1000;
	const char *unit = us < 1000 ? "us" : us < 1000000 ? "ms" : "s";
	double value = us < 1000 ? us : us < 1000000 ? us / 1000 : us / 1000000;
	int digits = us < 1000 || value >= 100 ? 1 : value < 10 ? 3 : 2;

	snprintf(buf, SPAN_TEXT_MAX, "%.*f%s", digits, value, unit);
	return buf;
}

static void put_marks(FILE *out, const struct distribution *d)
{
	static const char *const names[] = { "min", "median", "p90", "p99", "max" };
	const uint64_t ns[] = {
		d->min_ns, distribution_percentile(d, 50), distribution_percentile(d, 90),
		distribution_percentile(d, 99), d->max_ns,
	};
	char span[SPAN_TEXT_MAX];
	size_t i;

	fputs("<dl class=\"marks\">", out);
	for (i = 0; i < ARRAY_SIZE(names); i++)
		fprintf(out, "<div><dt>%s</dt><dd>%s</dd></div>", names[i],
			mark_text(ns[i], span));
	fputs("</dl>\n", out);
}

/* Join neighbouring empty bars. Return the number of bars left. */
static unsigned int join_empty(struct bar *bars, unsigned int n)
{
	unsigned int i, to = 0;

	for (i = 0; i < n; i++) {
		if (to && !bars[i].count && !bars[to - 1].count)
			bars[to - 1].to_us = bars[i].to_us;
		else
			bars[to++] = bars[i];
	}
	return to;
}

static void put_bars(FILE *out, const struct distribution *d, const char *what)
{
	char from[SPAN_TEXT_MAX], to[SPAN_TEXT_MAX];
	char count[HTML_COUNT_MAX], share[HTML_SHARE_MAX];
	struct bar bars[BARS_MAX];
	unsigned int n = bars_make(d, bars), i;
	uint64_t most = 1;
	double width;

	for (i = 0; i < n; i++)
		most = bars[i].count > most ? bars[i].count : most;
	fprintf(out, "<table class=\"bars\"><caption class=\"hidden\">%s by how long it lasted</caption><thead><tr><th scope=\"col\">lasted</th><th scope=\"col\" class=\"bar\"><span class=\"hidden\">bar</span></th><th scope=\"col\">count</th><th scope=\"col\">share</th></tr></thead><tbody>\n",
		what);
	n = join_empty(bars, n);
	for (i = 0; i < n; i++) {
		width = 100.0 * (double)bars[i].count / (double)most;
		if (bars[i].count && width < 0.5)
			width = 0.5;
		fprintf(out, "<tr><th scope=\"row\">%s &#8211; %s</th><td class=\"bar\"><svg width=\"100%%\" height=\"13\" aria-hidden=\"true\"><rect width=\"%.1f%%\" height=\"13\" class=\"b\"/></svg></td><td>%s</td><td>%s</td></tr>\n",
			edge_text(bars[i].from_us, from), edge_text(bars[i].to_us, to),
			width, html_count_text(bars[i].count, count),
			html_share_text(bars[i].count, d->count, share));
	}
	fputs("</tbody></table>\n", out);
}

/* Most reasons shown; there may be many unknown ones, shown as numbers */
#define ENDS_MAX	24

static void put_ends(const struct report_page *p)
{
	const struct reason_counts *ends = &p->r->counts.tw_ends;
	uint64_t all = reason_counts_all(ends), told = 0;
	char share[HTML_SHARE_MAX], count[HTML_COUNT_MAX];
	char name[NAME_TEXT_MAX];
	unsigned int at = 0, n = 0;
	struct reason_count end;

	if (!all)
		return;
	page_put(p, "<p class=\"note\">All of TIME_WAIT ended by: ");
	while (n++ < ENDS_MAX && reason_counts_next(ends, &at, &end)) {
		if (n > 1)
			page_put(p, ", ");
		html_text(p->out,
			  reason_name(end.reason, end.detail, &p->src->header, name));
		fprintf(p->out, " %s (%s)", html_count_text(end.count, count),
			html_share_text(end.count, all, share));
		told += end.count;
	}
	if (told < all)
		fprintf(p->out, ", others %s", html_count_text(all - told, count));
	page_put(p, ".</p>\n");
	if (p->r->counts.extensions)
		fprintf(p->out, "<p class=\"note\">Started over, mostly for a FIN that came again: %s times.</p>\n",
			html_count_text(p->r->counts.extensions, count));
}

static void put_state_times(const struct report_page *p, const struct state_times *l,
			    const char *name, const char *what)
{
	char count[HTML_COUNT_MAX], span[SPAN_TEXT_MAX];
	FILE *out = p->out;

	fprintf(out, "<article class=\"dist\"><h3>%s <span class=\"count\">%s measured</span></h3><p class=\"what\">%s</p>\n",
		name, html_count_text(l->dist.count, count), what);
	if (l->dist.count) {
		put_marks(out, &l->dist);
		put_bars(out, &l->dist, name);
	} else {
		fputs("<p class=\"none\">None was seen from beginning to end.</p>\n", out);
	}
	if (l->open) {
		fprintf(out, "<p class=\"note\">Not over yet: %s",
			html_count_text(l->open, count));
		if (l->oldest.known)
			fprintf(out, ", the oldest for %s",
				span_text(l->oldest.value, span));
		fputs(".</p>\n", out);
	}
	if (l->cut)
		fprintf(out, "<p class=\"note\">Not measured, as its beginning or end was not seen: %s.</p>\n",
			html_count_text(l->cut, count));
	if (l == &p->r->time_wait)
		put_ends(p);
	fputs("</article>\n", out);
}

void report_page_durations(const struct report_page *p)
{
	const struct report *r = p->r;

	page_section(p, "spans", "How long it took");
	page_put(p, "<div class=\"dists\">\n");
	put_state_times(p, &r->time_wait, "TIME_WAIT",
			"The closer&#8217;s wait after the last FIN, where it ran out: 60 s in Linux, whatever tcp_fin_timeout is.");
	if (r->cut_short.dist.count || r->cut_short.cut)
		put_state_times(p, &r->cut_short, "TIME_WAIT cut short",
				"The same, where a new connection, a RST or a command ended it.");
	put_state_times(p, &r->half_close, "Half-close",
			"From the ACK of the first FIN to the other FIN: one end has closed, the other has not.");
	put_state_times(p, &r->close_wait, "CLOSE_WAIT",
			"The peer has closed, and the process here has not: long ones are its leaks.");
	page_put(p, "</div></section>\n");
}
