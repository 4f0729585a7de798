// SPDX-License-Identifier: GPL-2.0
/* The report's tables of ends by process and by destination. */
#include <inttypes.h>

#include "commands/report/page.h"
#include "diagnosis/thresholds.h"
#include "format/html.h"
#include "util/text.h"

#define ROWS_SHOWN	20

static void put_cell(const struct report_page *p, uint64_t count)
{
	char text[HTML_COUNT_MAX];

	fprintf(p->out, "<td>%s</td>", count ? html_count_text(count, text) : "");
}

/* Ends that still close, and how long the oldest does: the colour tells if too long. */
static void put_open(const struct report_page *p, const struct group_row *row)
{
	bool old = row->oldest_ns > THRESHOLD_OLDER_NS;
	char count[HTML_COUNT_MAX], age[SPAN_TEXT_MAX];

	if (!row->open) {
		page_put(p, "<td></td><td></td>");
		return;
	}
	fprintf(p->out, "<td><span class=\"chip %s\"></span>%s</td><td>%s</td>",
		outcome_class(old ? OUTCOME_OLD : OUTCOME_OPEN),
		html_count_text(row->open, count), span_text(row->oldest_ns, age));
}

static void put_row(const struct report_page *p, const struct group_row *row,
		    const char *name)
{
	uint64_t timeouts = row->ends[HOW_TIMEOUT] + row->ends[HOW_FW2_TIMEOUT];

	page_put(p, "<tr><th scope=\"row\" class=\"mono\">");
	html_text(p->out, name);
	page_put(p, "</th>");
	put_open(p, row);
	put_cell(p, row->ended);
	put_cell(p, row->ends[HOW_FIN]);
	put_cell(p, row->ends[HOW_RST_SENT]);
	put_cell(p, row->ends[HOW_RST_RCVD]);
	put_cell(p, timeouts);
	put_cell(p, row->ended - row->ends[HOW_FIN] - row->ends[HOW_RST_SENT] -
		    row->ends[HOW_RST_RCVD] - timeouts);
	page_put(p, "</tr>\n");
}

static const char *group_name(const struct end_group *group, bool process,
			      char buf[END_NAME_MAX])
{
	if (!process)
		return end_group_destination(group, NULL, buf);
	if (!group->owner)
		return "not known";
	return text_escape(group->comm, sizeof(group->comm), buf, END_NAME_MAX);
}

static void put_table(const struct report_page *p, const struct group_table *table,
		      bool process)
{
	const char *what = process ? "process" : "destination";
	char name[END_NAME_MAX], others[GROUP_REST_TEXT_MAX];
	const struct group_row *row = NULL;
	struct group_rest rest;
	unsigned int i;

	fprintf(p->out, "<h3>By %s</h3><div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Ends by %s\"><table class=\"who\"><caption class=\"hidden\">Ends by %s</caption><thead><tr><th scope=\"col\">%s</th><th scope=\"col\">still closing</th><th scope=\"col\">oldest</th><th scope=\"col\">over</th><th scope=\"col\">by FINs</th><th scope=\"col\">RST sent</th><th scope=\"col\">RST received</th><th scope=\"col\">timed out</th><th scope=\"col\">otherwise</th></tr></thead><tbody>\n",
		what, what, what, what);
	for (i = 0; i < ROWS_SHOWN; i++) {
		row = group_table_next(table, row);
		if (!row || !row->key)
			break;
		put_row(p, row, group_name(row->key, process, name));
	}
	group_table_rest(table, ROWS_SHOWN, &rest);
	if (group_rest_any(&rest))
		put_row(p, &rest.row, group_rest_text(&rest, others));
	group_rest_exit(&rest);
	page_put(p, "</tbody></table></div>\n");
}

void report_page_who(const struct report_page *p)
{
	if (!p->r->connections)
		return;
	page_section(p, "who", "Who");
	page_put(p, "<p class=\"what\">Ends of connections: what is still closing first. The process is the one that last acted on the socket or, if none did and the page was made on the machine, the one that holds it. The destination is the remote end or, if the local port is the lower one, that port.</p>\n");
	put_table(p, p->r->processes, true);
	put_table(p, p->r->destinations, false);
	page_put(p, "</section>\n");
}
