// SPDX-License-Identifier: GPL-2.0
/* Lays out the list of connections of "top". */
#include <inttypes.h>
#include <netinet/tcp.h>
#include <stdio.h>

#include "commands/top/list.h"
#include "track/names.h"
#include "util/basics.h"
#include "util/digits.h"
#include "util/text.h"

/* Smallest age of a listing that is shown */
#define OLD_NS		3000000000ULL
/* Columns before the addresses of a row, and when the local one is shown, too */
#define BEFORE_ENDS	60
#define TWO_ENDS_MIN	(2 * 22)
#define END_WIDTH_MAX	47

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
	struct widths w = { .place = frame->namespaces ? TOP_NETNS_WIDTH + 1 : 0 };
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
	char ends[2 * END_NAME_MAX], comm[16], pid[16], place[TOP_NETNS_TEXT_MAX];
	const struct widths w = widths_of(frame, view);
	char name[NAME_TEXT_MAX];

	who_text(row, comm, pid);
	ends_text(frame, sock, &w, ends);
	top_netns_text(frame, "", row->netns, place);
	if (row->ended_ns) {
		top_age_text(saturating_sub(frame->now_ns, row->ended_ns), age);
		*put_span(span, row->time_wait.known, row->time_wait.value) = '\0';
		top_page_add(page, style, "%-18s %6s %8s %-*.*s %-8s %-*s%s",
			     row->how ? how_name(row->how) : "not known", age, span,
			     w.comm, w.comm, comm, pid, w.place, place, ends);
		return;
	}
	top_age_text(sock->age_ns, age);
	snprintf(span, sizeof(span), "%s%.16s", sock->exact ? "" : "~", age);
	top_page_add(page, style, "%-11s %7s %-*.*s %-9s %-*s%s", state_name(sock->state, name),
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
	top_page_add(page, style, "%-18s %6u %7s %-15s %s",
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
	top_page_add(page, TOP_STYLE_PLAIN, "%s, %s: %u of %" PRIu64 "%s%s%s%.40s", what,
		     top_sort_name(view), view->order.rows, all, hidden, old,
		     view->filter[0] ? ", filter: " : "",
		     view->given ? ", filtered" : view->filter);
	place = w.place ? "NETNS" : "";
	if (w.local)
		snprintf(ends, sizeof(ends), "%-*s REMOTE", w.local, "LOCAL");
	else
		snprintf(ends, sizeof(ends), "%s", w.port ? "LPORT REMOTE" : "REMOTE");
	if (view->grouped)
		top_page_add(page, TOP_STYLE_HEADING, "%-18s %6s %7s %-15s %s",
			     view->ended ? "HOW" : "STATE", "COUNT",
			     view->ended ? "LATEST" : "OLDEST", "C-COMM", "PID");
	else if (view->ended)
		top_page_add(page, TOP_STYLE_HEADING, "%-18s %6s %8s %-*s %-8s %-*s%s",
			     "HOW", "AGO", "TW", w.comm, "C-COMM", "PID", w.place, place, ends);
	else
		top_page_add(page, TOP_STYLE_HEADING, "%-11s %7s %-*s %-9s %-*s%s",
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

void top_list_add(const struct top_frame *frame, struct top_view *view,
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
