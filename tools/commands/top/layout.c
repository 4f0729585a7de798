// SPDX-License-Identifier: GPL-2.0
/* Lays a frame of "top" out as rows of text. */
#include <inttypes.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "commands/top/layout.h"
#include "diagnosis/rules.h"
#include "diagnosis/thresholds.h"
#include "output/loss.h"
#include "track/names.h"
#include "util/digits.h"
#include "util/text.h"

#define NS_PER_S	1000000000ULL
/* The bar of places: with --batch, at most, and how much of a row is beside it */
#define BAR_BATCH	40
#define BAR_MAX		120
#define BAR_REST	40
/* Most connections listed with --batch */
#define BATCH_ROWS	20
/* Rows that are always shown; fewest destinations listed */
#define FIXED_ROWS	17
#define DESTS_MIN	3
/* Smallest age of a listing that is shown */
#define OLD_NS		(3 * NS_PER_S)
/* Columns before the addresses of a list's row, and when the local one is shown, too */
#define BEFORE_ENDS	60
#define TWO_ENDS_MIN	(2 * 22)
#define END_WIDTH_MAX	47

/* Add a row without spaces at its end, if there is room. */
static void __attribute__((format(printf, 3, 4)))
add(struct top_page *page, enum top_style style, const char *format, ...)
{
	va_list args;
	size_t len;
	char *row;

	if (page->count == TOP_PAGE_ROWS)
		return;
	row = page->row[page->count];
	va_start(args, format);
	vsnprintf(row, page->columns + 1, format, args);
	va_end(args);
	for (len = strlen(row); len && row[len - 1] == ' ';)
		row[--len] = '\0';
	page->style[page->count++] = style;
}

const char *top_age_text(uint64_t ns, char buf[SPAN_TEXT_MAX])
{
	uint64_t s = ns / NS_PER_S;

	if (!s)
		snprintf(buf, SPAN_TEXT_MAX, "%" PRIu64 "ms", ns / 1000000);
	else if (s < 60)
		snprintf(buf, SPAN_TEXT_MAX, "%" PRIu64 ".%" PRIu64 "s", s,
			 (uint64_t)(ns / (NS_PER_S / 10) % 10));
	else if (s < 3600)
		snprintf(buf, SPAN_TEXT_MAX, "%" PRIu64 "m%02" PRIu64 "s",
			 s / 60, s % 60);
	else if (s < 86400)
		snprintf(buf, SPAN_TEXT_MAX, "%" PRIu64 "h%02" PRIu64 "m",
			 s / 3600, s / 60 % 60);
	else
		snprintf(buf, SPAN_TEXT_MAX, "%" PRIu64 "d%02" PRIu64 "h",
			 s / 86400, s / 3600 % 24);
	return buf;
}

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
	add(page, TOP_STYLE_TITLE,
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

/* Size for the short text of a network namespace: its name, cut, or its number */
#define PLACE_WIDTH	10

static const char *place_text(const struct top_frame *frame, uint32_t netns,
			      char buf[PLACE_WIDTH + 1])
{
	const struct netns *ns = netns_get(frame->namespaces, netns);

	if (ns && ns->name[0])
		text_escape(ns->name, sizeof(ns->name), buf, PLACE_WIDTH + 1);
	else
		snprintf(buf, PLACE_WIDTH + 1, "%" PRIu32, netns);
	return buf;
}

/* Write "BEFORE PLACE" if there are several network namespaces, else nothing. */
static const char *where_text(const struct top_frame *frame, const char *before,
			      uint32_t netns, char buf[32])
{
	char place[PLACE_WIDTH + 1];

	buf[0] = '\0';
	if (frame->namespaces)
		snprintf(buf, 32, "%s%s", before, place_text(frame, netns, place));
	return buf;
}

/* A screen has TOP_COLUMNS_MIN at least. */
static unsigned int bar_width(const struct top_frame *frame, const struct top_view *view)
{
	unsigned int rest = BAR_REST + (frame->namespaces ? PLACE_WIDTH + 1 : 0);

	if (!view->columns)
		return BAR_BATCH;
	return view->columns < BAR_MAX + rest ? view->columns - rest : BAR_MAX;
}

static void add_places(const struct top_frame *frame,
		       const struct top_view *view, struct top_page *page)
{
	const struct optional *minis = &frame->minis, *max = &frame->max_tw_buckets;
	char bar[BAR_MAX + 1], used[SPAN_TEXT_MAX], of[SPAN_TEXT_MAX], where[32];
	unsigned int i, share, width = bar_width(frame, view);

	if (!minis->known || !max->known) {
		add(page, TOP_STYLE_PLAIN, "TIME_WAIT places  %s of %s",
		    optional_text(*minis, used), optional_text(*max, of));
		return;
	}
	share = percent(minis->value, max->value);
	for (i = 0; i < width; i++)
		bar[i] = i * 100 < share * width ? '#' : '.';
	bar[width] = '\0';
	add(page, share_style(minis->value, max->value),
	    "TIME_WAIT places  [%s] %s of %s, %u%%%s", bar,
	    optional_text(*minis, used), optional_text(*max, of), share,
	    where_text(frame, " ", frame->places_netns, where));
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
	add(page, TOP_STYLE_PLAIN, "TIME_WAIT ended   %s",
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
	add(page, TOP_STYLE_HEADING, "%-11s %9s %8s %8s   %-18s %9s %8s",
	    "STATE", "NOW", "IN/s", "OUT/s", "ENDED", "COUNT", "/s");
	for (i = 0; i < sizeof(states); i++) {
		uint8_t s = states[i];
		bool unseen = s == TCP_ESTABLISHED && !frame->opened;

		way_text(frame, &ways, i, i == sizeof(states) - 1, way);
		add(page, TOP_STYLE_PLAIN, "%-11s %9s %8s %8s   %s",
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
		add(page, TOP_STYLE_CRITICAL, "%s", failure);
		return;
	}
	if (frame->elsewhere)
		snprintf(more, sizeof(more), "; elsewhere %" PRIu64
			 " steps", frame->elsewhere);
	add(page, lost ? TOP_STYLE_WARNING : TOP_STYLE_PLAIN,
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
	add(page, TOP_STYLE_WARNING, "not seen: %u of %zu network namespaces, %s: %s",
	    frame->unseen, frame->namespaces->count, ns ? netns_text(ns, where) : "?",
	    frame->why_not);
}

/* Tell what the module's parameters leave out; the number first, as lines are cut. */
static void add_choice(const struct top_frame *frame, struct top_page *page)
{
	if (frame->choice[0])
		add(page, TOP_STYLE_WARNING, "left out: %" PRIu64 "; %s",
		    frame->left_out, frame->choice);
}

/* A recording has no connections that stay open, so its PORTS are not known. */
static void add_dests(const struct top_frame *frame, unsigned int max,
		      struct top_page *page)
{
	char used[SPAN_TEXT_MAX], of[SPAN_TEXT_MAX], share[16];
	char to[END_NAME_MAX], from[HOST_TEXT_MAX], where[32];
	char more[40] = "";
	unsigned int i;

	if (frame->dests > max)
		snprintf(more, sizeof(more), " (%u not shown)", frame->dests - max);
	add(page, TOP_STYLE_HEADING, "%6s %6s %4s %6s  %s%s", "PORTS", "OF",
	    "USE%", "CLOSED", "DESTINATION", more);
	for (i = 0; i < frame->dests && i < max; i++) {
		const struct destination *d = &frame->dest[i];
		const struct optional *all = &frame->dest_of[i];
		struct optional ports = optional_of(frame->live, d->ports);
		bool known = frame->live && all->known;

		snprintf(share, sizeof(share), "-");
		if (known)
			snprintf(share, sizeof(share), "%u", percent(d->ports, all->value));
		add(page, known ? share_style(d->ports, all->value) :
		    TOP_STYLE_PLAIN, "%6s %6s %4s %6" PRIu32 "  %s from %s%s",
		    optional_text(ports, used), optional_text(*all, of), share,
		    d->time_wait,
		    resolver_end_name(frame->resolver, d->key.family,
				      d->key.raddr, 0, d->key.rport, to),
		    resolver_host_text(frame->resolver, d->key.family,
				       d->key.laddr, 0, from),
		    where_text(frame, " in ", d->key.netns, where));
	}
	if (!frame->dests)
		add(page, TOP_STYLE_PLAIN, "%6s %6s %4s %6s  none", "-",
		    optional_text(frame->ports, of), "-", "-");
}

/*
 * Write the process; in parentheses if it acted on the socket last but does not
 * hold it.
 */
static void who_text(const struct top_row *row, char comm[16], char pid[16])
{
	const struct held_socket *sock = &row->sock;

	snprintf(comm, 16, "-");
	snprintf(pid, 16, "-");
	if (!sock->pid)
		return;
	text_escape(sock->comm, sizeof(sock->comm), comm, 16);
	snprintf(pid, 16, row->by_owner ? "(%" PRIu32 ")" : "%" PRIu32, sock->pid);
}

/* How wide the columns of a list's row are that depend on the room */
struct widths {
	int comm;	/* the process's name */
	int place;	/* the network namespace, with a space; 0 if there is one only */
	int local;	/* the local address; 0 if at most the port has room */
	bool port;	/* the local port is shown */
};

static struct widths widths_of(const struct top_frame *frame, const struct top_view *view)
{
	struct widths w = { .place = frame->namespaces ? PLACE_WIDTH + 1 : 0 };
	unsigned int before = BEFORE_ENDS + (unsigned int)w.place;

	if (view->columns >= before + TWO_ENDS_MIN)
		w.local = (int)(view->columns - before) / 2;
	if (w.local > END_WIDTH_MAX)
		w.local = END_WIDTH_MAX;
	w.comm = !w.local && (view->ended || w.place) ? 8 : 15;
	w.port = !w.local && !(view->ended && w.place);
	return w;
}

/* Write both ends, or the remote end, with the local port if there is room. */
static void ends_text(const struct top_frame *frame, const struct held_socket *sock,
		      const struct widths *w, char text[2 * END_NAME_MAX])
{
	char local[END_NAME_MAX], remote[END_NAME_MAX];

	resolver_end_name(frame->resolver, sock->family, sock->raddr, 0,
			  sock->rport, remote);
	if (w->local) {
		resolver_end_name(frame->resolver, sock->family, sock->laddr, 0,
				  sock->lport, local);
		snprintf(text, 2 * END_NAME_MAX, "%-*s %s", w->local, local, remote);
	} else if (w->port) {
		snprintf(text, 2 * END_NAME_MAX, "%5u %s", sock->lport, remote);
	} else {
		snprintf(text, 2 * END_NAME_MAX, "%s", remote);
	}
}

static void add_row(const struct top_frame *frame, const struct top_view *view,
		    const struct top_row *row, enum top_style style,
		    struct top_page *page)
{
	const struct held_socket *sock = &row->sock;
	char age[SPAN_TEXT_MAX], span[SPAN_TEXT_MAX];
	char ends[2 * END_NAME_MAX], comm[16], pid[16], place[32];
	const struct widths w = widths_of(frame, view);
	char name[NAME_TEXT_MAX];

	who_text(row, comm, pid);
	ends_text(frame, sock, &w, ends);
	where_text(frame, "", row->netns, place);
	if (row->ended_ns) {
		top_age_text(saturating_sub(frame->now_ns, row->ended_ns), age);
		*put_span(span, row->time_wait.known, row->time_wait.value) = '\0';
		add(page, style, "%-18s %6s %8s %-*.*s %-8s %-*s%s",
		    row->how ? how_name(row->how) : "not known", age, span,
		    w.comm, w.comm, comm, pid, w.place, place, ends);
		return;
	}
	top_age_text(sock->age_ns, age);
	snprintf(span, sizeof(span), "%s%.16s", sock->exact ? "" : "~", age);
	add(page, style, "%-11s %7s %-*.*s %-9s %-*s%s", state_name(sock->state, name),
	    sock->exact || sock->age_ns ? span : "-", w.comm, w.comm, comm, pid,
	    w.place, place, ends);
}

/* Write a group: its processes in place of the connection's ends. */
static void add_group(const struct top_frame *frame, const struct top_line *line,
		      enum top_style style, struct top_page *page)
{
	const struct top_row *row = line->row;
	char age[SPAN_TEXT_MAX], name[NAME_TEXT_MAX], comm[16], pid[16];

	who_text(row, comm, pid);
	if (line->processes > 1)
		snprintf(pid, sizeof(pid), "%u pids", line->processes);
	top_age_text(row->ended_ns ? saturating_sub(frame->now_ns, row->ended_ns) :
		     row->sock.age_ns, age);
	add(page, style, "%-18s %6u %7s %-15s %s",
	    !row->ended_ns ? state_name(row->sock.state, name) :
	    row->how ? how_name(row->how) : "not known", line->size,
	    row->ended_ns || row->sock.exact || row->sock.age_ns ? age : "-", comm, pid);
}

static void add_list_title(const struct top_frame *frame,
			   const struct top_view *view, struct top_page *page)
{
	uint64_t all = view->ended ? frame->ended.all : frame->waiting.all;
	char age[SPAN_TEXT_MAX], old[64] = "", hidden[40] = "", ends[64];
	const char *what = "CLOSE_WAIT and FIN_WAIT2", *place;
	const struct widths w = widths_of(frame, view);

	if (view->ended)
		what = "ended last";
	else if (view->states == SOCK_DIAG_STATE(TCP_CLOSE_WAIT))
		what = "CLOSE_WAIT";
	else if (view->states == SOCK_DIAG_STATE(TCP_FIN_WAIT2))
		what = "FIN_WAIT2";
	if (!view->ended && frame->sockets_ns >= OLD_NS)
		snprintf(old, sizeof(old), ", listed %s ago",
			 top_age_text(frame->sockets_ns, age));
	if (view->order.count > view->page)
		snprintf(hidden, sizeof(hidden), " (%u not shown)",
			 view->order.count - view->page);
	add(page, TOP_STYLE_PLAIN, "%s, %s: %u of %" PRIu64 "%s%s%s%.40s", what,
	    top_sort_name(view), view->order.rows, all, hidden, old,
	    view->filter[0] ? ", filter: " : "",
	    view->given ? ", filtered" : view->filter);
	place = w.place ? "NETNS" : "";
	if (w.local)
		snprintf(ends, sizeof(ends), "%-*s REMOTE", w.local, "LOCAL");
	else
		snprintf(ends, sizeof(ends), "%s", w.port ? "LPORT REMOTE" : "REMOTE");
	if (view->grouped)
		add(page, TOP_STYLE_HEADING, "%-18s %6s %7s %-15s %s",
		    view->ended ? "HOW" : "STATE", "COUNT",
		    view->ended ? "LATEST" : "OLDEST", "C-COMM", "PID");
	else if (view->ended)
		add(page, TOP_STYLE_HEADING, "%-18s %6s %8s %-*s %-8s %-*s%s",
		    "HOW", "AGO", "TW", w.comm, "C-COMM", "PID", w.place, place, ends);
	else
		add(page, TOP_STYLE_HEADING, "%-11s %7s %-*s %-9s %-*s%s",
		    "STATE", "AGE", w.comm, "C-COMM", "PID", w.place, place, ends);
}

/* Scroll the list so that the selected row is on the screen. */
static void scroll(struct top_view *view)
{
	unsigned int last = view->order.count > view->page ?
			    view->order.count - view->page : 0;

	if (view->selected < view->first)
		view->first = view->selected;
	if (view->selected >= view->first + view->page)
		view->first = view->selected - view->page + 1;
	if (view->first > last)
		view->first = last;
}

static void add_list(const struct top_frame *frame, struct top_view *view,
		     struct top_page *page)
{
	unsigned int i, end;

	scroll(view);
	add_list_title(frame, view, page);
	end = view->first + view->page;
	for (i = view->first; i < end && i < view->order.count; i++) {
		const struct top_line *line = &view->order.line[i];
		enum top_style style = view->rows && i == view->selected ?
				       TOP_STYLE_SELECTED : TOP_STYLE_PLAIN;

		if (view->grouped)
			add_group(frame, line, style, page);
		else
			add_row(frame, view, line->row, style, page);
	}
}

static void add_keys(const struct top_view *view, struct top_page *page)
{
	while (page->count + 1 < view->rows && page->count < TOP_PAGE_ROWS)
		add(page, TOP_STYLE_PLAIN, "%s", "");
	if (view->mode == TOP_TYPING)
		add(page, view->message[0] ? TOP_STYLE_WARNING : TOP_STYLE_KEYS,
		    "filter: %s_%s%s", view->input, view->message[0] ? "  " : "",
		    view->message);
	else if (view->message[0])
		add(page, TOP_STYLE_WARNING, "%s", view->message);
	else if (view->mode == TOP_TEXT)
		add(page, TOP_STYLE_KEYS, "q back  Up Down PgUp PgDn");
	else
		add(page, TOP_STYLE_KEYS,
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
			add(page, TOP_STYLE_PLAIN, "%.*s", (int)(end - line), line);
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
		add(page, TOP_STYLE_WARNING, "too small: %ux%u, it takes 80x24",
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
		add_list(frame, view, page);
	}
	if (view->rows)
		add_keys(view, page);
}
