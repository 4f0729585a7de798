// SPDX-License-Identifier: GPL-2.0
/*
 * The report's chart over time: a row for each outcome, with a scale of its own
 * so that rare outcomes can be seen, and a row for the mini-sockets, above one
 * axis. The table below the chart has all numbers, and the page's script shows
 * them under the pointer.
 */
#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "commands/report/page.h"
#include "format/html.h"
#include "util/basics.h"
#include "util/parse.h"
#include "util/text.h"

#define NS_PER_SEC	1000000000ULL
#define ROW_HEIGHT	44
#define POP_HEIGHT	120
#define TICKS_MAX	7

struct chart {
	const struct report_page *p;
	const struct timeline *t;
	unsigned int n;		/* number of intervals */
	bool days;		/* the intervals cover more than a day */
	struct population pop;
	struct optional limit;	/* tcp_max_tw_buckets, if all machines have the same */
};

static int64_t peak_of(const struct chart *c, unsigned int series)
{
	int64_t peak = 0;
	unsigned int i;

	for (i = 0; i < c->n; i++)
		if (c->t->count[i][series] > peak)
			peak = c->t->count[i][series];
	return peak;
}

/* A bar is at least a pixel high, unless the count is 0. */
static int height_of(int64_t count, int64_t top, int height)
{
	int h = (int)((double)count / (double)top * height + 0.5);

	return h || count <= 0 ? h : 1;
}

static void put_bar(const struct chart *c, unsigned int i, int y, int height,
		    const char *class)
{
	double width = 100.0 / c->n;

	if (height <= 0)
		return;
	fprintf(c->p->out, "<rect x=\"%.3f%%\" y=\"%d\" width=\"%.3f%%\" height=\"%d\" class=\"%s\"/>",
		i * width, y, c->n > 60 ? width : width * 0.88, height, class);
}

static const char *width_text(const struct chart *c, char buf[SPAN_TEXT_MAX])
{
	uint64_t ms = timeline_width(c->t) / 1000000;

	if (ms < 1000)
		snprintf(buf, SPAN_TEXT_MAX, "%" PRIu64 " ms", ms);
	else if (ms < 60000)
		snprintf(buf, SPAN_TEXT_MAX, "%" PRIu64 " s", ms / 1000);
	else if (ms < 3600000)
		snprintf(buf, SPAN_TEXT_MAX, "%" PRIu64 " min", ms / 60000);
	else if (ms < 86400000)
		snprintf(buf, SPAN_TEXT_MAX, "%" PRIu64 " h", ms / 3600000);
	else
		snprintf(buf, SPAN_TEXT_MAX, "%" PRIu64 " d", ms / 86400000);
	return buf;
}

static void put_series(const struct chart *c, unsigned int series,
		       const char *class, const char *name, uint64_t total)
{
	char count[HTML_COUNT_MAX], peak[HTML_COUNT_MAX], width[SPAN_TEXT_MAX];
	int64_t top = peak_of(c, series);
	unsigned int i;

	if (top <= 0)
		return;
	fprintf(c->p->out, "<div class=\"row\"><div class=\"name\"><span class=\"chip %s\"></span><b>%s</b> <span>%s</span><small>peak %s in %s</small></div><svg class=\"plot\" width=\"100%%\" height=\"%d\" aria-hidden=\"true\">",
		class, name, html_count_text(total, count),
		html_count_text((uint64_t)top, peak), width_text(c, width), ROW_HEIGHT);
	for (i = 0; i < c->n; i++) {
		int h = height_of(c->t->count[i][series], top, ROW_HEIGHT - 2);

		put_bar(c, i, ROW_HEIGHT - h, h, class);
	}
	page_put(c->p, "</svg></div>\n");
}

/* Write a time by the wall clock, as precise as the step between two labels. */
static const char *axis_text(const struct chart *c, uint64_t wall_ns,
			     uint64_t step_ns, char buf[32])
{
	unsigned int ms = (unsigned int)(wall_ns % NS_PER_SEC / 1000000);
	time_t sec = (time_t)(wall_ns / NS_PER_SEC);
	struct tm tm;
	size_t len;

	if (!gmtime_r(&sec, &tm))
		return strcpy(buf, "-");
	len = strftime(buf, 32, step_ns >= 86400 * NS_PER_SEC ? "%Y-%m-%d" :
				c->days ? "%m-%d %H:%M" :
				step_ns >= 60 * NS_PER_SEC ? "%H:%M" : "%H:%M:%S", &tm);
	if (step_ns < NS_PER_SEC && !c->days)
		snprintf(buf + len, 32 - len, ".%03u", ms);
	return buf;
}

/*
 * Return the time between two marks: round, and long enough for TICKS_MAX marks
 * at most.
 */
static uint64_t tick_step(uint64_t span_ns)
{
	static const unsigned int ms[] = {
		1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000,
		15000, 30000, 60000, 120000, 300000, 600000, 900000, 1800000,
		3600000, 7200000, 10800000, 21600000, 43200000, 86400000,
	};
	uint64_t step = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(ms); i++) {
		step = ms[i] * 1000000ULL;
		if (span_ns / step <= TICKS_MAX)
			return step;
	}
	while (span_ns / step > TICKS_MAX)
		step *= 2;
	return step;
}

static void put_axis(const struct chart *c)
{
	uint64_t wall = timeline_wall(c->t);
	uint64_t span = timeline_width(c->t) * c->n;
	uint64_t step = tick_step(span), at = wall % step;
	unsigned int i;
	char text[32];

	page_put(c->p, "<div class=\"row axis\"><div class=\"name\"><small>time, UTC</small></div><svg class=\"plot\" width=\"100%\" height=\"24\" aria-hidden=\"true\">");
	at = at ? step - at : 0;
	for (i = 0; at <= span && i <= TICKS_MAX; at += step, i++) {
		double x = (double)at * 100 / (double)span;

		fprintf(c->p->out, "<g class=\"tick%s\"><line x1=\"%.3f%%\" x2=\"%.3f%%\" y1=\"0\" y2=\"5\"/><text x=\"%.3f%%\" y=\"18\" text-anchor=\"%s\">%s</text></g>",
			i % 2 ? " odd" : "", x, x, x,
			x < 4 ? "start" : x > 96 ? "end" : "middle",
			axis_text(c, wall + at, step, text));
	}
	page_put(c->p, "</svg></div>\n");
}

static bool shows_limit(const struct chart *c)
{
	return c->limit.known && c->pop.peak > 0 &&
	       (uint64_t)c->pop.peak >= c->limit.value / 4;
}

static bool is_lossless(const struct report *r)
{
	return !r->counts.lost && !r->counts.missed && !r->evicted;
}

static void describe_population(const struct chart *c)
{
	char count[HTML_COUNT_MAX], share[HTML_SHARE_MAX], clock[32];
	uint64_t width = timeline_width(c->t);
	uint64_t peak = (uint64_t)c->pop.peak;
	FILE *out = c->p->out;

	fprintf(out, "<small>peak %s%s, %s</small>",
		is_lossless(c->p->r) ? "" : "at least ", html_count_text(peak, count),
		axis_text(c, timeline_wall(c->t) +
			  c->pop.peak_at * width, width, clock));
	if (c->limit.known)
		fprintf(out, "<small>%s of the limit, %s</small>",
			html_share_text(peak, c->limit.value, share),
			html_count_text(c->limit.value, count));
	else
		fputs("<small>limit not known</small>", out);
}

static void put_limit(const struct chart *c, int64_t top)
{
	char count[HTML_COUNT_MAX];
	int y = POP_HEIGHT -
		height_of((int64_t)c->limit.value, top, POP_HEIGHT - 18);

	fprintf(c->p->out, "<line class=\"limit\" x1=\"0\" x2=\"100%%\" y1=\"%d\" y2=\"%d\"/><text class=\"limit\" x=\"0\" dx=\"2\" y=\"%d\">limit %s</text>",
		y, y, y - 4, html_count_text(c->limit.value, count));
}

static bool has_most(const struct chart *c)
{
	return c->pop.most[c->pop.peak_at];
}

static void put_population(const struct chart *c)
{
	int64_t top = c->pop.peak;
	unsigned int i;

	if (!top)
		return;
	if (shows_limit(c) && (int64_t)c->limit.value > top)
		top = (int64_t)c->limit.value;
	page_put(c->p, "<div class=\"row\"><div class=\"name\"><b>mini-sockets</b>");
	describe_population(c);
	if (has_most(c))
		page_put(c->p, "<small><span class=\"chip o-most\"></span>most within</small>");
	page_put(c->p, "<small><span class=\"chip o-tw\"></span>TIME_WAIT</small><small><span class=\"chip o-fw2\"></span>FIN_WAIT2</small>");
	if (c->pop.unseen[0])
		page_put(c->p, "<small><span class=\"chip o-unseen\"></span>TIME_WAIT since before</small>");
	fprintf(c->p->out, "</div><svg class=\"plot\" width=\"100%%\" height=\"%d\" aria-hidden=\"true\">",
		POP_HEIGHT);
	for (i = 0; i < c->n; i++) {
		int tw = height_of(c->pop.tw[i], top, POP_HEIGHT - 18);
		int fw2 = height_of(c->pop.fw2[i], top, POP_HEIGHT - 18);
		int old = height_of(c->pop.unseen[i], top, POP_HEIGHT - 18);
		int most = height_of(c->pop.most[i], top, POP_HEIGHT - 18);

		put_bar(c, i, POP_HEIGHT - most, most - old - tw - fw2, "o-most");
		put_bar(c, i, POP_HEIGHT - old, old, "o-unseen");
		put_bar(c, i, POP_HEIGHT - old - tw, tw, "o-tw");
		put_bar(c, i, POP_HEIGHT - old - tw - fw2, fw2, "o-fw2");
	}
	if (shows_limit(c))
		put_limit(c, top);
	page_put(c->p, "</svg></div>\n");
}

static void put_cell(const struct chart *c, int64_t count)
{
	char text[HTML_COUNT_MAX];

	fprintf(c->p->out, "<td>%s</td>",
		html_count_text(count > 0 ? (uint64_t)count : 0, text));
}

static const char *column_name(unsigned int series)
{
	static const char *const names[SERIES] = {
		[SERIES_TW] = "in TIME_WAIT",
		[SERIES_FW2] = "in FIN_WAIT2",
		[SERIES_UNSEEN] = "in TIME_WAIT since before",
		[SERIES_REFUSED] = "got no mini-socket",
		[SERIES_LOSS] = "events lost or missed",
	};

	return series < OUTCOMES ? outcome_name(series) : names[series];
}

static void put_table_row(const struct chart *c, unsigned int i)
{
	uint64_t width = timeline_width(c->t);
	unsigned int s;
	char text[32];

	fprintf(c->p->out, "<tr><th scope=\"row\">%s</th>",
		axis_text(c, timeline_wall(c->t) + i * width, width, text));
	for (s = 0; s < SERIES; s++) {
		if (s == SERIES_TW)
			put_cell(c, c->pop.tw[i]);
		else if (s == SERIES_FW2)
			put_cell(c, c->pop.fw2[i]);
		else if (s == SERIES_UNSEEN)
			put_cell(c, c->pop.unseen[i]);
		else if (peak_of(c, s) > 0)
			put_cell(c, c->t->count[i][s]);
	}
	if (has_most(c))
		put_cell(c, c->pop.most[i]);
	page_put(c->p, "</tr>\n");
}

static void put_table(const struct chart *c)
{
	char width[SPAN_TEXT_MAX];
	unsigned int i, s;

	fprintf(c->p->out, "<details><summary>These numbers as a table</summary><div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Numbers over time\"><table id=\"time-data\"><caption>Connections by when their end began, in intervals of %s (UTC); mini-sockets at the end of each</caption><thead><tr><th scope=\"col\">from</th>",
		width_text(c, width));
	for (s = 0; s < SERIES; s++)
		if ((s >= SERIES_TW && s <= SERIES_UNSEEN) || peak_of(c, s) > 0)
			fprintf(c->p->out, "<th scope=\"col\">%s</th>", column_name(s));
	if (has_most(c))
		page_put(c->p, "<th scope=\"col\">most mini-sockets within</th>");
	page_put(c->p, "</tr></thead><tbody>\n");
	for (i = 0; i < c->n; i++)
		put_table_row(c, i);
	page_put(c->p, "</tbody></table></div></details>\n");
}

static void put_notes(const struct chart *c)
{
	char count[HTML_COUNT_MAX];

	page_put(c->p, "<p class=\"note\">Each row has a scale of its own. A connection counts when its end began. TIME_WAIT and FIN_WAIT2 after close() are mini-sockets, and net.ipv4.tcp_max_tw_buckets limits both together, in each network namespace.");
	if (c->p->r->nnetns > 1)
		fprintf(c->p->out, " The chart adds up %s%u namespaces, so each is further from its limit than it looks.",
			c->p->r->nnetns == REPORT_NETNS_MAX ? "at least " : "",
			c->p->r->nnetns);
	if (c->pop.left_out)
		fprintf(c->p->out, " %s more were in TIME_WAIT at first; since when was not seen, and they are not in the chart.",
			html_count_text((uint64_t)c->pop.left_out, count));
	if (!has_most(c))
		fprintf(c->p->out, " Mini-sockets are those at the end of each interval: how many more there were within it is not known, as %s.",
			c->p->r->evicted ? "ends were forgotten" :
			"a filter leaves some out");
	page_put(c->p, "</p>\n");
}

void report_page_time(const struct report_page *p)
{
	const struct report *r = p->r;
	struct chart c = {
		.p = p, .t = &r->timeline, .n = timeline_used(&r->timeline),
	};
	unsigned int s;

	if (!c.n)
		return;
	/* If machines differ, the setting's text is more than one number. */
	c.limit.known = parse_count(sysctl_find(p->sysctls, "tcp_max_tw_buckets"),
				    &c.limit.value);
	c.days = timeline_width(c.t) * c.n > 86400 * NS_PER_SEC;
	population_make(c.t, is_lossless(r), r->whole && !r->evicted, &c.pop);
	page_section(p, "time", "Over time");
	page_put(p, "\n<figure class=\"time\" id=\"fig-time\" role=\"group\" aria-label=\"Chart of connections over time, by how they ended; the table below has its numbers\">");
	for (s = 0; s < OUTCOMES; s++)
		put_series(&c, s, outcome_class(s), outcome_name(s), r->outcome[s]);
	put_series(&c, SERIES_REFUSED, "o-reset", "no mini-socket", r->counts.refused);
	put_population(&c);
	put_series(&c, SERIES_LOSS, "o-loss", "events lost",
		   r->counts.lost + r->counts.missed);
	put_axis(&c);
	page_put(p, "</figure>\n");
	put_notes(&c);
	put_table(&c);
	page_put(p, "</section>\n");
}
