// SPDX-License-Identifier: GPL-2.0
/* Prints what was counted in an interval, as one line: summary -i. */
#include <inttypes.h>
#include <string.h>

#include "cli/selection.h"
#include "commands/summary.h"
#include "format/csv.h"
#include "format/json.h"
#include "output/loss.h"
#include "track/names.h"
#include "util/basics.h"
#include "util/text.h"

/* Lines between two headings */
#define HEADING_EVERY	20

static const char *const columns[] = {
	"type", "time", "interval_ms", "events", "ended", "how.unknown", "how.fin",
	"how.rst-sent", "how.rst-received", "how.timeout", "how.fin-wait-2-timeout",
	"how.killed", "how.netns-gone", "how.tw-refused", "how.aborted",
	"how.taken-over", "how.error", "time_wait.entered", "time_wait.ended",
	"time_wait.open", "lost", "missed", "unmatched", "unreached", "no_ring", NULL
};

/* What was counted since the line before */
struct interval {
	uint64_t ns;		/* 0 for the first line */
	uint64_t events;
	uint64_t ended;
	uint64_t hows[HOWS];
	uint64_t tw_entered;
	uint64_t tw_ended;
	uint64_t lost;		/* records and calls that were lost in any way */
};

static uint64_t all_lost(const struct teardown_counts *c)
{
	return c->lost + c->missed;
}

static struct interval since_last(const struct summary *s, uint64_t now_ns)
{
	const struct teardown_counts *now = &s->stats.counts, *was = &s->line.counts;
	struct interval in = {
		.ns = s->line.time_ns ? saturating_sub(now_ns, s->line.time_ns) : 0,
		.events = now->events - was->events,
		.tw_entered = now->time_waits - was->time_waits,
		.tw_ended = now->tw_ended - was->tw_ended,
		.lost = all_lost(now) - all_lost(was),
	};
	unsigned int i;

	for (i = 0; i < HOWS; i++) {
		in.hows[i] = s->stats.hows[i] - s->line.hows[i];
		in.ended += in.hows[i];
	}
	return in;
}

static void print_text(const struct summary *s, const struct interval *in)
{
	char now[STAMP_TEXT_MAX];
	uint64_t timeouts = in->hows[HOW_TIMEOUT] + in->hows[HOW_FW2_TIMEOUT];
	uint64_t other = in->ended - in->hows[HOW_FIN] - in->hows[HOW_RST_SENT] -
			 in->hows[HOW_RST_RCVD] - timeouts;

	if (!(s->line.lines % HEADING_EVERY))
		fprintf(s->out, "%-8s %7s %8s %8s %7s %6s %6s %6s %7s %6s\n", "TIME",
			"FIN", "RST-SENT", "RST-RCVD", "TIMEOUT", "OTHER", "TW-IN",
			"TW-OUT", "TW-OPEN", "LOST");
	fprintf(s->out, "%.8s %7" PRIu64 " %8" PRIu64 " %8" PRIu64 " %7" PRIu64
		" %6" PRIu64 " %6" PRIu64 " %6" PRIu64 " %7" PRIu64 " %6" PRIu64 "\n",
		clock_text(source_wall(s->src, source_now(s->src)), now),
		in->hows[HOW_FIN], in->hows[HOW_RST_SENT], in->hows[HOW_RST_RCVD],
		timeouts, other, in->tw_entered, in->tw_ended, s->open.tw, in->lost);
}

static struct json_object *hows_json(const struct interval *in)
{
	struct json_object *obj = json_object_new_object();
	unsigned int i;

	for (i = 0; i < HOWS; i++)
		if (i != HOW_OPEN)
			json_add_u64(obj, i ? how_name(i) : "unknown", in->hows[i]);
	return obj;
}

static void print_object(const struct summary *s, const struct interval *in)
{
	const struct losses losses = teardown_counts_losses(&s->stats.counts, s->src);
	struct json_object *obj = json_object_new_object();
	struct json_object *tw = json_object_new_object();
	char now[STAMP_TEXT_MAX];

	json_add_str(obj, "type", "interval");
	json_add_str(obj, "time",
		     stamp_text(source_wall(s->src, source_now(s->src)), now));
	json_add_ms(obj, "interval_ms", in->ns, in->ns);
	json_add_u64(obj, "events", in->events);
	json_add_u64(obj, "ended", in->ended);
	json_object_object_add(obj, "how", hows_json(in));
	json_add_u64(tw, "entered", in->tw_entered);
	json_add_u64(tw, "ended", in->tw_ended);
	json_add_u64(tw, "open", s->open.tw);
	json_object_object_add(obj, "time_wait", tw);
	losses_json_add(obj, &losses);
	if (s->opts->selection.csv && !s->line.lines)
		csv_titles(s->out, columns);
	object_print(s->out, &s->opts->selection, columns, obj);
}

void summary_interval(struct summary *s)
{
	uint64_t now_ns = source_now(s->src);
	const struct interval in = since_last(s, now_ns);

	if (selection_wants_objects(&s->opts->selection))
		print_object(s, &in);
	else
		print_text(s, &in);
	s->line.counts = s->stats.counts;
	memcpy(s->line.hows, s->stats.hows, sizeof(s->line.hows));
	s->line.time_ns = now_ns;
	s->line.lines++;
}
