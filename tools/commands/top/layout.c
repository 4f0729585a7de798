// SPDX-License-Identifier: GPL-2.0
/* Lays a frame of "top" out as rows of text. */
#include <inttypes.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>

#include "commands/top/layout.h"
#include "commands/top/list.h"
#include "diagnosis/rules.h"
#include "diagnosis/thresholds.h"
#include "output/loss.h"
#include "track/names.h"
#include "util/digits.h"
#include "util/text.h"

/* The bar of places: with --batch, at most, and how much of a row is beside it */
#define BAR_BATCH	40
#define BAR_MAX		120
#define BAR_REST	40
/* Most connections listed with --batch */
#define BATCH_ROWS	20
/* Rows that are always shown; fewest destinations listed */
#define FIXED_ROWS	17
#define DESTS_MIN	3

/* Write how fast a count grew since the last frame, a second. */
static const char *rate_text(const struct top_frame *frame, uint64_t now,
			     uint64_t before, char buf[SPAN_TEXT_MAX])
{
	if (!frame->span_ns)
		return "-";
	snprintf(buf, SPAN_TEXT_MAX, "%.1f",
		 (double)saturating_sub(now, before) * 1e9 /
		 (double)frame->span_ns);
	return buf;
}

static const char *optional_text(struct optional number, char buf[SPAN_TEXT_MAX])
{
	if (!number.known)
		return "-";
	snprintf(buf, SPAN_TEXT_MAX, "%" PRIu64, number.value);
	return buf;
}

static uint64_t all_ended(const struct top_counts *counts)
{
	uint64_t sum = 0;
	unsigned int i;

	for (i = 0; i < HOWS; i++)
		sum += counts->ended[i];
	return sum;
}

static void add_title(const struct top_frame *frame,
		      const struct top_view *view, struct top_page *page)
{
	char now[STAMP_TEXT_MAX], first[STAMP_TEXT_MAX] = "-";
	char every[SPAN_TEXT_MAX] = "", rate[SPAN_TEXT_MAX];
	uint64_t offset = frame->wall_ns - frame->now_ns;

	if (frame->first_ns)
		clock_text(frame->first_ns + offset, first);
	if (view->interval_ns)
		top_age_text(view->interval_ns, every);
	top_page_add(page, TOP_STYLE_TITLE,
		     "tcpfin top  %.8s%s%s  %" PRIu64 " ended since %.8s, %s/s%s",
		     clock_text(frame->wall_ns, now),
		     view->interval_ns ? "  every " : "", every,
		     all_ended(&frame->counts), first,
		     rate_text(frame, all_ended(&frame->counts),
			       all_ended(&frame->before), rate), view->paused ? "  PAUSED" : "");
}

static enum top_style share_style(uint64_t part, uint64_t whole)
{
	if (threshold_is_reached(part, whole, THRESHOLD_FULL_PERCENT))
		return TOP_STYLE_CRITICAL;
	if (threshold_is_reached(part, whole, THRESHOLD_NEAR_PERCENT))
		return TOP_STYLE_WARNING;
	return TOP_STYLE_PLAIN;
}

static unsigned int percent(uint64_t part, uint64_t whole)
{
	return whole ? (unsigned int)((double)part * 100 / (double)whole) : 0;
}

/* A screen has TOP_COLUMNS_MIN at least. */
static unsigned int bar_width(const struct top_frame *frame, const struct top_view *view)
{
	unsigned int rest = BAR_REST + (frame->namespaces ? TOP_NETNS_WIDTH + 1 : 0);

	if (!view->columns)
		return BAR_BATCH;
	return view->columns < BAR_MAX + rest ? view->columns - rest : BAR_MAX;
}

static void add_places(const struct top_frame *frame,
		       const struct top_view *view, struct top_page *page)
{
	const struct optional *minis = &frame->minis, *max = &frame->max_tw_buckets;
	char bar[BAR_MAX + 1], used[SPAN_TEXT_MAX], of[SPAN_TEXT_MAX], where[TOP_NETNS_TEXT_MAX];
	unsigned int i, share, width = bar_width(frame, view);

	if (!minis->known || !max->known) {
		top_page_add(page, TOP_STYLE_PLAIN, "TIME_WAIT places  %s of %s",
			     optional_text(*minis, used), optional_text(*max, of));
		return;
	}
	share = percent(minis->value, max->value);
	for (i = 0; i < width; i++)
		bar[i] = i * 100 < share * width ? '#' : '.';
	bar[width] = '\0';
	top_page_add(page, share_style(minis->value, max->value),
		     "TIME_WAIT places  [%s] %s of %s, %u%%%s", bar,
		     optional_text(*minis, used), optional_text(*max, of), share,
		     top_netns_text(frame, " ", frame->places_netns, where));
}

static void add_tw_ends(const struct top_frame *frame, struct top_page *page)
{
	char text[TOP_PAGE_COLUMNS + 1] = "", name[NAME_TEXT_MAX];
	char rate[SPAN_TEXT_MAX];
	const struct reason_counts *before = &frame->before.steps.tw_ends;
	struct reason_count end;
	unsigned int at = 0;
	size_t len = 0;
	uint64_t was;

	while (reason_counts_next(&frame->counts.steps.tw_ends, &at, &end) &&
	       len < sizeof(text)) {
		was = end.reason == TCPFIN_REASON_CALLER ?
		      before->by_caller[end.detail] :
		      before->by_reason[end.reason];
		len += (size_t)snprintf(text + len, sizeof(text) - len,
			"%s%s %" PRIu64 " (%s/s)", len ? ", " : "",
			reason_name(end.reason, end.detail,
				    frame->names, name), end.count,
			rate_text(frame, end.count, was, rate));
	}
	top_page_add(page, TOP_STYLE_PLAIN, "TIME_WAIT ended   %s",
		     *text ? text : "none yet");
}

/* The ways that connections ended, the most frequent first. */
struct ways {
	enum how how[HOWS];
	unsigned int count;
};

static void find_ways(const struct top_counts *counts, struct ways *ways)
{
	unsigned int i, at;

	ways->count = 0;
	for (i = 0; i < HOWS; i++) {
		if (!counts->ended[i])
			continue;
		at = ways->count++;
		for (; at && counts->ended[ways->how[at - 1]] < counts->ended[i]; at--)
			ways->how[at] = ways->how[at - 1];
		ways->how[at] = i;
	}
}

/* Write way number @at; if it is the @last with room, the sum of all further ways. */
static void way_text(const struct top_frame *frame, const struct ways *ways,
		     unsigned int at, bool last, char text[64])
{
	uint64_t now = 0, before = 0;
	char rate[SPAN_TEXT_MAX];
	unsigned int i, end;

	text[0] = '\0';
	if (at >= ways->count)
		return;
	end = last ? ways->count : at + 1;
	for (i = at; i < end; i++) {
		now += frame->counts.ended[ways->how[i]];
		before += frame->before.ended[ways->how[i]];
	}
	snprintf(text, 64, "%-18s %9" PRIu64 " %8s",
		 end > at + 1 ? "other ways" :
		 ways->how[at] ? how_name(ways->how[at]) : "not known",
		 now, rate_text(frame, now, before, rate));
}

static void add_states(const struct top_frame *frame, struct top_page *page)
{
	static const uint8_t states[] = {
		TCP_ESTABLISHED, TCP_FIN_WAIT1, TCP_FIN_WAIT2, TCP_CLOSING,
		TCP_TIME_WAIT, TCP_CLOSE_WAIT, TCP_LAST_ACK,
	};
	char now[SPAN_TEXT_MAX], in[SPAN_TEXT_MAX], out[SPAN_TEXT_MAX];
	char name[NAME_TEXT_MAX], way[64];
	struct ways ways;
	unsigned int i;

	find_ways(&frame->counts, &ways);
	top_page_add(page, TOP_STYLE_HEADING, "%-11s %9s %8s %8s   %-18s %9s %8s",
		     "STATE", "NOW", "IN/s", "OUT/s", "ENDED", "COUNT", "/s");
	for (i = 0; i < sizeof(states); i++) {
		uint8_t s = states[i];
		bool unseen = s == TCP_ESTABLISHED && !frame->opened;

		way_text(frame, &ways, i, i == sizeof(states) - 1, way);
		top_page_add(page, TOP_STYLE_PLAIN, "%-11s %9s %8s %8s   %s",
			     state_name(s, name), optional_text(frame->now[s], now),
			     unseen ? "-" : rate_text(frame, frame->counts.in[s],
						      frame->before.in[s], in),
			     rate_text(frame, frame->counts.out[s],
				       frame->before.out[s], out), way);
	}
}

/* Add the number of lost events, or why no events come. */
static void add_loss(const struct top_frame *frame, struct top_page *page)
{
	bool lost = losses_any(&frame->losses) || frame->forgotten;
	const char *failure = frame->gone ? "the module was unloaded" :
		frame->stopped ? "nothing is recorded: kprobes are switched off" :
		frame->namespaces ? "" : frame->why_not;
	char more[64] = "", losses[LOSSES_TEXT_MAX];

	if (failure[0]) {
		top_page_add(page, TOP_STYLE_CRITICAL, "%s", failure);
		return;
	}
	if (frame->elsewhere)
		snprintf(more, sizeof(more), "; elsewhere %" PRIu64
			 " steps", frame->elsewhere);
	top_page_add(page, lost ? TOP_STYLE_WARNING : TOP_STYLE_PLAIN,
		     "lost: %s, forgotten %" PRIu64 "%s",
		     losses_text(&frame->losses, losses), frame->forgotten, more);
}

/* Of several network namespaces, tell that some cannot be looked at. */
static bool tells_unseen(const struct top_frame *frame)
{
	return frame->namespaces && frame->unseen;
}

static void add_unseen(const struct top_frame *frame, struct top_page *page)
{
	const struct netns *ns;
	char where[NETNS_TEXT_MAX];

	if (!tells_unseen(frame))
		return;
	ns = netns_get(frame->namespaces, frame->unseen_netns);
	top_page_add(page, TOP_STYLE_WARNING, "not seen: %u of %zu network namespaces, %s: %s",
		     frame->unseen, frame->namespaces->count, ns ? netns_text(ns, where) : "?",
		     frame->why_not);
}

/* Tell what the module's parameters leave out; the number first, as lines are cut. */
static void add_choice(const struct top_frame *frame, struct top_page *page)
{
	if (frame->choice[0])
		top_page_add(page, TOP_STYLE_WARNING, "left out: %" PRIu64 "; %s",
			     frame->left_out, frame->choice);
}

/* A recording has no connections that stay open, so its PORTS are not known. */
static void add_dests(const struct top_frame *frame, unsigned int max,
		      struct top_page *page)
{
	char used[SPAN_TEXT_MAX], of[SPAN_TEXT_MAX], share[16];
	char to[END_NAME_MAX], from[HOST_TEXT_MAX], where[TOP_NETNS_TEXT_MAX];
	char more[40] = "";
	unsigned int i;

	if (frame->dests > max)
		snprintf(more, sizeof(more), " (%u not shown)", frame->dests - max);
	top_page_add(page, TOP_STYLE_HEADING, "%6s %6s %4s %6s  %s%s", "PORTS", "OF",
		     "USE%", "CLOSED", "DESTINATION", more);
	for (i = 0; i < frame->dests && i < max; i++) {
		const struct destination *d = &frame->dest[i];
		const struct optional *all = &frame->dest_of[i];
		struct optional ports = optional_of(frame->live, d->ports);
		bool known = frame->live && all->known;

		snprintf(share, sizeof(share), "-");
		if (known)
			snprintf(share, sizeof(share), "%u", percent(d->ports, all->value));
		top_page_add(page, known ? share_style(d->ports, all->value) :
			     TOP_STYLE_PLAIN, "%6s %6s %4s %6" PRIu32 "  %s from %s%s",
			     optional_text(ports, used), optional_text(*all, of), share,
			     d->time_wait,
			     resolver_end_name(frame->resolver, d->key.family,
					       d->key.raddr, 0, d->key.rport, to),
			     resolver_host_text(frame->resolver, d->key.family,
						d->key.laddr, 0, from),
			     top_netns_text(frame, " in ", d->key.netns, where));
	}
	if (!frame->dests)
		top_page_add(page, TOP_STYLE_PLAIN, "%6s %6s %4s %6s  none", "-",
			     optional_text(frame->ports, of), "-", "-");
}

static void add_keys(const struct top_view *view, struct top_page *page)
{
	while (page->count + 1 < view->rows && page->count < TOP_PAGE_ROWS)
		top_page_add(page, TOP_STYLE_PLAIN, "%s", "");
	if (view->mode == TOP_TYPING)
		top_page_add(page, view->message[0] ? TOP_STYLE_WARNING : TOP_STYLE_KEYS,
			     "filter: %s_%s%s", view->input, view->message[0] ? "  " : "",
			     view->message);
	else if (view->message[0])
		top_page_add(page, TOP_STYLE_WARNING, "%s", view->message);
	else if (view->mode == TOP_TEXT)
		top_page_add(page, TOP_STYLE_KEYS, "q back  Up Down PgUp PgDn");
	else
		top_page_add(page, TOP_STYLE_KEYS,
			     "q quit  ? help  Tab list  g group  s r sort  f state  / filter  Enter ladder");
}

/* curses clips the lines, which need not be ASCII. */
static void add_text(struct top_view *view, struct top_page *page)
{
	const char *line = view->text, *end;
	unsigned int number;

	page->columns = TOP_PAGE_COLUMNS;
	for (number = 0; *line && page->count + 1 < view->rows; number++) {
		end = strchrnul(line, '\n');
		if (number >= view->text_first)
			top_page_add(page, TOP_STYLE_PLAIN, "%.*s", (int)(end - line), line);
		line = *end ? end + 1 : end;
	}
}

/* Share the rows that are left among destinations and connections. */
static unsigned int share_rows(const struct top_frame *frame, struct top_view *view)
{
	unsigned int fixed = FIXED_ROWS + !!frame->choice[0] + tells_unseen(frame);
	unsigned int left, dests;

	if (!view->rows) {
		view->page = BATCH_ROWS;
		return FACTS_WORST_MAX;
	}
	left = view->rows > fixed ? view->rows - fixed : 0;
	dests = left / 4 > DESTS_MIN - 1 ? left / 4 : DESTS_MIN - 1;
	if (dests + 1 > frame->dests)
		dests = frame->dests ? frame->dests - 1 : 0;
	view->page = left > dests ? left - dests : 1;
	return dests + 1;
}

void top_layout(const struct top_frame *frame, struct top_view *view,
		struct top_page *page)
{
	unsigned int dests = share_rows(frame, view);

	page->count = 0;
	page->columns = TOP_PAGE_COLUMNS;
	if (view->columns && view->columns < TOP_PAGE_COLUMNS)
		page->columns = view->columns;
	if (view->rows &&
	    (view->rows < TOP_ROWS_MIN || view->columns < TOP_COLUMNS_MIN)) {
		top_page_add(page, TOP_STYLE_WARNING, "too small: %ux%u, it takes 80x24",
			     view->columns, view->rows);
		return;
	}
	if (view->mode == TOP_TEXT) {
		add_text(view, page);
	} else {
		add_title(frame, view, page);
		add_places(frame, view, page);
		add_tw_ends(frame, page);
		add_states(frame, page);
		add_loss(frame, page);
		add_unseen(frame, page);
		add_choice(frame, page);
		add_dests(frame, dests, page);
		top_list_add(frame, view, page);
	}
	if (view->rows)
		add_keys(view, page);
}
