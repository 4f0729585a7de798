// SPDX-License-Identifier: GPL-2.0
/* The report's connections that are shown in full, each with its ladder. */
#include <inttypes.h>
#include <string.h>

#include "commands/report/page.h"
#include "format/html.h"
#include "ladder/explain.h"
#include "ladder/labels.h"
#include "track/names.h"
#include "util/basics.h"
#include "util/text.h"

/* A connection that is shown in full. */
struct card {
	const struct report_page *p;
	const struct example *example;
	char id[24];	/* of the heading, unique on the page */
};

/* Name the process that has not closed its end although the peer has: it leaks. */
static bool put_leak(const struct card *card)
{
	const struct ladder_plan *plan = &card->example->plan;
	char process[LADDER_PROCESS_MAX];
	unsigned int side;

	for (side = 0; side < 2; side++) {
		const struct conn *conn = plan->side[side].conn;

		if (!conn || conn->flags & CONN_ENDED || conn->state != TCP_CLOSE_WAIT)
			continue;
		fputs("in CLOSE_WAIT: ", card->p->out);
		html_text(card->p->out, conn->flags & CONN_OWNER ?
			  ladder_process(plan, side, process) :
			  "a process that is not known");
		fputs(" has not closed it", card->p->out);
		return true;
	}
	return false;
}

static void put_cause(const struct card *card)
{
	const struct verdict *v = &card->example->v;
	const struct conn *conn = v->end[v->by];
	const char *cause = verdict_cause(v);
	FILE *out = card->p->out;
	char name[NAME_TEXT_MAX];

	if (put_leak(card))
		return;
	if (v->how == HOW_OPEN && !(conn->flags & CONN_ENDED)) {
		fprintf(out, "still in %s", state_name(conn->state, name));
		return;
	}
	fputs(how_name(v->how), out);
	if (cause)
		fprintf(out, " (%s)", cause);
}

static const char *closer_words(const struct card *card, char buf[LADDER_PROCESS_MAX])
{
	const struct verdict *v = &card->example->v;
	const struct conn *closer = card->example->plan.side[0].conn;

	if (v->closer == CLOSER_BOTH)
		return "both closed at once";
	if (v->closer == CLOSER_NONE)
		return "nobody sent a FIN";
	if (v->closer == CLOSER_UNKNOWN)
		return "who closed first is not known";
	if (!closer)
		return "the remote end closed first";
	if (!(closer->flags & CONN_OWNER))
		return "this machine closed first";
	ladder_process(&card->example->plan, 0, buf);
	/* put_title() has 16 bytes more than the longest name. */
	strcat(buf, " closed first");
	return buf;
}

static void put_side(const struct card *card, unsigned int side)
{
	const struct ladder_plan *plan = &card->example->plan;
	const struct conn *conn = plan->side[side].conn;
	char address[END_NAME_MAX], process[LADDER_PROCESS_MAX];
	FILE *out = card->p->out;
	const char *host = NULL;

	fprintf(out, "<div class=\"side%u\"><b class=\"mono\">", side);
	html_text(out, ladder_address(plan, side, NULL, address));
	fputs("</b><span>", out);
	html_text(out, ladder_process(plan, side, process));
	if (conn && card->p->src->hosts > 1)
		host = source_host_name(card->p->src, conn->host);
	if (host)
		html_format(out, ", on %s", host);
	if (conn && card->p->r->nnetns > 1)
		fprintf(out, ", netns %" PRIu32, conn->netns);
	fputs("</span></div>", out);
}

static void put_numbers(const struct card *card)
{
	const struct verdict *v = &card->example->v;
	FILE *out = card->p->out;

	if (v->x.known)
		fprintf(out, "<span>x = %" PRIu64 "</span> ", v->x.value);
	if (v->y.known)
		fprintf(out, "<span>y = %" PRIu64 "</span> ", v->y.value);
	if (v->partial)
		fputs("<span class=\"warn\">partial: some steps were not seen</span> ", out);
	if (v->lost)
		fputs("<span class=\"warn\">events were lost meanwhile</span> ", out);
}

/* The states in the picture as a table, for readers who cannot see it. */
static void put_states(const struct card *card)
{
	const struct ladder_plan *plan = &card->example->plan;
	char began[SPAN_TEXT_MAX], span[SPAN_TEXT_MAX], name[NAME_TEXT_MAX];
	unsigned int side;
	uint64_t ns;
	int i;

	page_put(card->p, "<details><summary>States and arrows as text</summary><table class=\"small\"><thead><tr><th scope=\"col\">end</th><th scope=\"col\">state</th><th scope=\"col\">began</th><th scope=\"col\">lasted</th></tr></thead><tbody>\n");
	for (side = 0; side < 2; side++) {
		for (i = 0; plan->side[side].conn && i < plan->side[side].states; i++) {
			const struct ladder_plan_state *s = &plan->side[side].state[i];

			ns = saturating_sub(s->began.value, plan->zero_ns);
			fprintf(card->p->out, "<tr><th scope=\"row\">%s</th><td class=\"mono\">%s</td><td>%s</td><td>%s</td></tr>\n",
				side ? "right" : "left", state_name(s->state, name),
				s->began.known ? span_text(ns, began) : "-",
				s->span.known ? span_text(s->span.value, span) : "-");
		}
	}
	page_put(card->p, "</tbody></table>\n");
}

static void put_arrows(const struct card *card)
{
	const struct ladder_plan *plan = &card->example->plan;
	char label[LADDER_LABEL_MAX];
	FILE *out = card->p->out;
	unsigned int i;

	fputs("<ol>", out);
	for (i = 0; i < plan->arrows && i < SVG_ROWS_MAX; i++) {
		const struct ladder_arrow *a = &plan->arrow[i];
		bool more = a->kind == LADDER_ARROW_MORE;

		ladder_label(plan, a, true, label);
		fputs("<li>", out);
		if (!more)
			fputs(a->from ? "from right: " : "from left: ", out);
		html_text(out, label);
		if (!more && !a->seen)
			fputs(", implied", out);
		if (!more && !a->arrived)
			fputs(", not seen to arrive", out);
		fputs("</li>\n", out);
	}
	fputs("</ol></details>\n", out);
}

static void put_words(const struct card *card)
{
	const struct ladder_scene scene = { .src = card->p->src };
	FILE *out = card->p->out;
	struct explanation e;
	unsigned int i;

	explain(&card->example->plan, &scene, &e);
	page_put(card->p, "<details><summary>Each wave in words</summary><dl>\n");
	for (i = 0; i < e.count; i++) {
		fprintf(out, "<dt>%s</dt><dd>", e.part[i].title);
		html_text(out, e.part[i].text);
		fputs("</dd>\n", out);
	}
	page_put(card->p, "</dl></details>\n");
}

static void put_title(const struct card *card, const char *lead)
{
	char closer[LADDER_PROCESS_MAX + 16];
	FILE *out = card->p->out;

	fprintf(out, "<article class=\"card\"><h3 id=\"%s\">", card->id);
	html_text(out, lead);
	fprintf(out, " <span class=\"chip %s\"></span>",
		outcome_class(verdict_outcome(&card->example->v, card->p->r->now_ns)));
	put_cause(card);
	fputs("; ", out);
	html_text(out, closer_words(card, closer));
	fputs("</h3>\n", out);
}

static void put_card(const struct card *card, const char *lead)
{
	const struct report_page *p = card->p;
	char stamp[STAMP_TEXT_MAX];
	uint64_t wall = card->example->plan.zero_ns + p->r->wall_offset_ns;

	put_title(card, lead);
	fprintf(p->out, "<p class=\"facts\"><span>began %s</span> ",
		stamp_text(wall, stamp));
	put_numbers(card);
	page_put(p, "</p><div class=\"sides\">");
	put_side(card, 0);
	put_side(card, 1);
	page_put(p, "</div><div class=\"scroll ladder-box\" tabindex=\"0\" role=\"region\" aria-label=\"Ladder\">");
	ladder_draw_svg(p->out, &card->example->plan, &p->src->header, card->id);
	page_put(p, "</div>\n");
	put_words(card);
	put_states(card);
	put_arrows(card);
	page_put(p, "</article>\n");
}

static void put_slowest(const struct report_page *p, const struct slowest *s,
			const char *id, const char *title, const char *what)
{
	struct card card = { .p = p };
	char span[SPAN_TEXT_MAX];
	unsigned int i;

	if (!s->count)
		return;
	page_section(p, id, title);
	fprintf(p->out, "<p class=\"what\">%s</p><div class=\"cards\">\n", what);
	for (i = 0; i < s->count; i++) {
		card.example = s->list[i];
		snprintf(card.id, sizeof(card.id), "%s-%u", id, i);
		put_card(&card, span_text(card.example->took_ns, span));
	}
	page_put(p, "</div></section>\n");
}

static void put_strangest(const struct report_page *p)
{
	const struct variants *r = &p->r->variants;
	struct card card = { .p = p };
	char lead[64], count[HTML_COUNT_MAX];
	unsigned int i;

	if (!r->count)
		return;
	page_section(p, "strangest", "The strangest");
	page_put(p, "<p class=\"what\">One of each way to end that is not the ordinary one, the rarest way first; of those that took it, the one in which most came again.</p><div class=\"cards\">\n");
	for (i = 0; i < r->count && i < STRANGEST_MAX; i++) {
		card.example = r->list[i].example;
		snprintf(card.id, sizeof(card.id), "strangest-%u", i);
		snprintf(lead, sizeof(lead), "%s of this kind",
			 html_count_text(r->list[i].count, count));
		put_card(&card, lead);
	}
	page_put(p, "</div>");
	if (r->count > STRANGEST_MAX)
		fprintf(p->out, "<p class=\"note\">%u more ways, each more common, are not shown%s.</p>",
			r->count - STRANGEST_MAX,
			r->rest ? ", and there were yet others" : "");
	page_put(p, "</section>\n");
}

/* Arrow heads, one for each class of arrows. */
static void put_markers(FILE *out)
{
	static const char *const names[] = {
		"a-fin", "a-ack", "a-data", "a-again", "a-rst",
	};
	size_t i;

	fputs("<svg width=\"0\" height=\"0\" class=\"defs\" aria-hidden=\"true\"><defs>", out);
	for (i = 0; i < ARRAY_SIZE(names); i++)
		fprintf(out, "<marker id=\"m-%s\" class=\"%s\" viewBox=\"0 0 10 10\" refX=\"12\" refY=\"5\" markerWidth=\"9\" markerHeight=\"9\" markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path d=\"M0 0L10 5L0 10z\"/></marker>",
			names[i], names[i]);
	fputs("</defs></svg>\n", out);
}

void report_page_ladders(const struct report_page *p)
{
	put_markers(p->out);
	put_slowest(p, &p->r->longest, "longest", "Longest still closing",
		    "Connections that have not ended and are not in TIME_WAIT, by how long ago their end began; at most two of a kind.");
	put_slowest(p, &p->r->slowest, "slowest", "The slowest",
		    "Connections that have ended or are in TIME_WAIT, by the time from their first FIN to TIME_WAIT, or to the end where there was none; at most two of a kind.");
	put_strangest(p);
}
