// SPDX-License-Identifier: GPL-2.0
/* The report's tables of how connections ended. */
#include <netinet/tcp.h>

#include "commands/report/page.h"
#include "format/html.h"
#include "track/names.h"
#include "util/basics.h"
#include "util/text.h"

static const struct {
	const char *name, *class;
} outcomes[OUTCOMES] = {
	[OUTCOME_FIN] = { "closed by FINs", "o-fin" },
	[OUTCOME_WAITING] = { "by FINs, in TIME_WAIT", "o-waiting" },
	[OUTCOME_RESET] = { "reset", "o-reset" },
	[OUTCOME_TIMEOUT] = { "timed out", "o-timeout" },
	[OUTCOME_OTHER] = { "ended otherwise", "o-other" },
	[OUTCOME_UNKNOWN] = { "not known", "o-unknown" },
	[OUTCOME_OPEN] = { "still closing", "o-open" },
	[OUTCOME_OLD] = { "closing for over a minute", "o-old" },
};

const char *outcome_name(enum outcome outcome)
{
	return outcomes[outcome].name;
}

const char *outcome_class(enum outcome outcome)
{
	return outcomes[outcome].class;
}

static const char *how_words(const struct tally *t)
{
	static const char *const words[HOWS] = {
		[HOW_OPEN] = "it has not ended",
		[HOW_FIN] = "both ends sent a FIN, and both were acknowledged",
		[HOW_RST_SENT] = "an end here sent a RST",
		[HOW_RST_RCVD] = "a RST came from the other end",
		[HOW_ABORTED] = "an end gave up; whether it sent a RST is not certain",
		[HOW_TIMEOUT] = "retransmissions or probes were given up",
		[HOW_FW2_TIMEOUT] = "the other end's FIN did not come in time",
		[HOW_KILLED] = "a process ended it, as ss -K does",
		[HOW_NETNS] = "its network namespace was deleted",
		[HOW_REFUSED] = "no mini-socket could be had to wait for the other FIN",
		[HOW_TAKEN] = "a new connection or a proxy took its place in FIN_WAIT2",
		[HOW_ERROR] = "another error",
		[HOW_UNKNOWN] = "its end was not seen",
	};

	return t->how == HOW_OPEN && t->detail == TCP_TIME_WAIT ?
	       "both ends sent a FIN, and TIME_WAIT is not over" : words[t->how];
}

static void put_count(const struct report_page *p, uint64_t count)
{
	char text[HTML_COUNT_MAX], share[HTML_SHARE_MAX];

	fprintf(p->out, "<td class=\"num\">%s</td><td class=\"num\">%s</td>",
		html_count_text(count, text), html_share_text(count, p->r->connections, share));
}

static void put_tally(const struct report_page *p, const struct tally *t)
{
	const char *cause = cause_name(t->reason, t->detail);
	char name[NAME_TEXT_MAX];

	fprintf(p->out, "<tr><th scope=\"row\"><span class=\"chip %s\"></span>%s</th>",
		outcome_class(t->outcome), outcome_name(t->outcome));
	put_count(p, t->count);
	fprintf(p->out, "<td class=\"mono\">%s</td><td class=\"mono\">",
		how_name(t->how));
	if (t->how == HOW_OPEN)
		html_format(p->out, "in %s", state_name(t->detail, name));
	else
		html_format(p->out, "%s%s%s",
			    reason_name(t->reason, t->detail, &p->src->header, name),
			    cause ? ":" : "", cause ? cause : "");
	fprintf(p->out, "</td><td class=\"words\">%s</td></tr>\n", how_words(t));
}

static void put_tallies(const struct report_page *p)
{
	const struct report *r = p->r;
	unsigned int i;

	page_put(p, "<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"Connections by how and why they ended\"><table class=\"verdicts\"><caption class=\"hidden\">Connections by how and why they ended</caption><thead><tr><th scope=\"col\">outcome</th><th scope=\"col\" class=\"num\">count</th><th scope=\"col\" class=\"num\">share</th><th scope=\"col\">how</th><th scope=\"col\">reason</th><th scope=\"col\" class=\"words\">in words</th></tr></thead><tbody>\n");
	for (i = 0; i < r->tallies; i++)
		put_tally(p, &r->tally[i]);
	if (r->tally_rest) {
		page_put(p, "<tr><th scope=\"row\">others</th>");
		put_count(p, r->tally_rest);
		page_put(p, "<td></td><td></td><td class=\"words\"></td></tr>\n");
	}
	page_put(p, "</tbody></table></div>\n<p class=\"note\">The words of <code>tcpfin handshakes</code>. The reason is that of the end that brought it about; with <code>fin</code>, why TIME_WAIT ended, where it was seen to.</p>\n");
}

static void put_closers(const struct report_page *p)
{
	static const struct {
		enum closer closer;
		const char *name;
	} rows[] = {
		{ CLOSER_LOCAL, "an end on this machine" },
		{ CLOSER_REMOTE, "the remote end" },
		{ CLOSER_BOTH, "both at once" },
		{ CLOSER_NONE, "neither: there was no FIN" },
		{ CLOSER_UNKNOWN, "not known" },
	};
	size_t i;

	page_put(p, "<h3>Whose FIN was first</h3><table class=\"small\"><caption class=\"hidden\">Connections by whose FIN was first</caption><thead><tr><th scope=\"col\">closed first</th><th scope=\"col\" class=\"num\">count</th><th scope=\"col\" class=\"num\">share</th></tr></thead><tbody>\n");
	for (i = 0; i < ARRAY_SIZE(rows); i++) {
		if (!p->r->closer[rows[i].closer])
			continue;
		fprintf(p->out, "<tr><th scope=\"row\">%s</th>", rows[i].name);
		put_count(p, p->r->closer[rows[i].closer]);
		page_put(p, "</tr>\n");
	}
	page_put(p, "</tbody></table>\n");
}

void report_page_verdicts(const struct report_page *p)
{
	if (!p->r->connections)
		return;
	page_section(p, "verdicts", "Verdicts");
	page_put(p, "\n");
	put_tallies(p);
	put_closers(p);
	page_put(p, "</section>\n");
}
