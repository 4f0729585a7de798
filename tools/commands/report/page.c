// SPDX-License-Identifier: GPL-2.0
/* The page of a report: head and foot, facts, shares of outcomes, caveats, findings. */
#include <inttypes.h>
#include <string.h>
#include <sys/utsname.h>

#include "cli/selection.h"
#include "commands/report/page.h"
#include "format/html.h"
#include "source/choice.h"
#include "source/probes.h"
#include "util/basics.h"
#include "util/text.h"

/* Most machines named, and most findings shown */
#define HOSTS_MAX	8
#define FINDINGS_SHOWN	20

/* The Content-Security-Policy allows only this script and this style. */
static void put_head(const struct report_page *p, const char *title)
{
	FILE *out = p->out;

	fprintf(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-%s'; script-src 'sha256-%s'; base-uri 'none'; form-action 'none'\">\n",
		report_css_hash, report_js_hash);
	fputs("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"generator\" content=\"tcpfin "
	      TCPFIN_VERSION "\">\n<title>", out);
	html_text(out, title);
	fputs("</title>\n<style>", out);
	fwrite(report_css, 1, (size_t)(report_css_end - report_css), out);
	fputs("</style>\n</head>\n", out);
}

/* Return a machine's name; with live rings the name of this machine. */
static const char *host_name(const struct report_page *p, uint32_t host,
			     char buf[SOURCE_HOST_MAX])
{
	const char *name = source_host_name(p->src, host);
	struct utsname uts;

	if (name)
		return name;
	if (uname(&uts))
		return "this machine";
	return text_escape(uts.nodename, sizeof(uts.nodename), buf, SOURCE_HOST_MAX);
}

static void put_hosts(const struct report_page *p)
{
	uint32_t hosts = p->src->hosts ? p->src->hosts : 1, i;
	char name[SOURCE_HOST_MAX];

	for (i = 0; i < hosts && i < HOSTS_MAX; i++) {
		if (i)
			page_put(p, ", ");
		html_text(p->out, host_name(p, i, name));
	}
	if (hosts > HOSTS_MAX)
		fprintf(p->out, " and %" PRIu32 " more", hosts - HOSTS_MAX);
}

/* Write a time to the second: 2026-11-23 15:52:01. */
static void put_stamp(FILE *out, uint64_t wall_ns)
{
	char stamp[STAMP_TEXT_MAX];
	char *day;

	stamp_text(wall_ns, stamp);
	day = strchr(stamp, 'T');
	if (day)
		*day = ' ';
	fprintf(out, "%.*s", (int)strcspn(stamp, "."), stamp);
}

static void put_when(const struct report_page *p)
{
	const struct timeline *t = &p->r->timeline;
	char span[SPAN_TEXT_MAX];

	if (!t->started) {
		page_put(p, "nothing was seen");
		return;
	}
	put_stamp(p->out, t->wall_ns);
	page_put(p, " to ");
	put_stamp(p->out, t->wall_ns + (t->last_ns - t->first_ns));
	fprintf(p->out, " UTC (%s)", span_text(t->last_ns - t->first_ns, span));
}

void page_section(const struct report_page *p, const char *id, const char *title)
{
	fprintf(p->out, "<section id=\"%s\" aria-labelledby=\"h-%s\"><h2 id=\"h-%s\">%s</h2>",
		id, id, id, title);
}

static void put_fact(const struct report_page *p, const char *name)
{
	fprintf(p->out, "</dd></div><div><dt>%s</dt><dd>", name);
}

static void put_chosen(const struct report_page *p)
{
	if (!p->filter[0] && !p->families)
		return;
	put_fact(p, "only");
	if (p->families == FAMILY_4)
		page_put(p, "IPv4 ");
	else if (p->families == FAMILY_6)
		page_put(p, "IPv6 ");
	page_put(p, "<code>");
	html_bytes(p->out, p->filter, strlen(p->filter));
	page_put(p, "</code>");
}

static void put_facts(const struct report_page *p)
{
	const struct tcpfin_header *h = &p->src->header;
	char count[HTML_COUNT_MAX];

	page_put(p, "<dl class=\"facts\"><div><dt>host</dt><dd>");
	put_hosts(p);
	put_fact(p, "when");
	put_when(p);
	put_fact(p, "steps");
	fputs(html_count_text(p->r->counts.events, count), p->out);
	put_chosen(p);
	put_fact(p, "kernel");
	html_bytes(p->out, h->kernel, sizeof(h->kernel));
	put_fact(p, "module");
	html_bytes(p->out, h->version, sizeof(h->version));
	page_put(p, "</dd></div></dl>\n");
}

static void put_tiles(const struct report_page *p)
{
	char count[HTML_COUNT_MAX], share[HTML_SHARE_MAX];
	unsigned int i;

	page_put(p, "<ul class=\"tiles\">\n");
	for (i = 0; i < OUTCOMES; i++)
		if (p->r->outcome[i])
			fprintf(p->out, "<li class=\"tile %s\"><b>%s</b><span>%s</span><small>%s</small></li>\n",
				outcome_class(i), html_count_text(p->r->outcome[i], count),
				outcome_name(i),
				html_share_text(p->r->outcome[i], p->r->connections, share));
	page_put(p, "</ul>\n");
}

/* One bar, divided by outcome. */
static void put_shares(const struct report_page *p)
{
	double at = 0, all = (double)p->r->connections;
	unsigned int i;

	page_put(p, "<svg class=\"shares\" width=\"100%\" height=\"14\" aria-hidden=\"true\">");
	for (i = 0; i < OUTCOMES; i++) {
		double width = 100.0 * (double)p->r->outcome[i] / all;

		if (width > 0)
			fprintf(p->out,
				"<rect x=\"%.3f%%\" width=\"%.3f%%\" height=\"14\" class=\"%s\"/>",
				at, width, outcome_class(i));
		at += width;
	}
	page_put(p, "</svg>\n");
}

static void put_summary(const struct report_page *p)
{
	char count[HTML_COUNT_MAX], title[HTML_COUNT_MAX + 16];

	snprintf(title, sizeof(title), "%s connection%s",
		 html_count_text(p->r->connections, count),
		 p->r->connections == 1 ? "" : "s");
	page_section(p, "summary", title);
	page_put(p, "\n");
	if (p->r->connections) {
		put_shares(p);
		put_tiles(p);
	} else {
		page_put(p, "<p>No connection ended or began to close.</p>\n");
	}
}

/* Tell what the probes of one module did not show, and whether they were off. */
static void put_blind_module(const struct report_page *p,
			     const struct tcpfin_header *h, uint32_t host)
{
	char name[SOURCE_HOST_MAX], text[PROBE_TEXT_MAX];
	unsigned int i;

	for (i = 0; i < TCPFIN_PROBES; i++) {
		if (!probe_is_blind(&h->probe[i]))
			continue;
		fprintf(p->out, "<li>Not seen on ");
		html_text(p->out, host_name(p, host, name));
		page_put(p, ": ");
		html_text(p->out, probe_text(&h->probe[i], text));
		page_put(p, "</li>\n");
	}
	if (!h->stopped)
		return;
	page_put(p, "<li>kprobes were switched off on ");
	html_text(p->out, host_name(p, host, name));
	page_put(p, ": nothing is recorded</li>\n");
}

static void put_blind_spots(const struct report_page *p)
{
	const struct tcpfin_header *h;
	char choice[CHOICE_TEXT_MAX];
	uint32_t i, host;

	for (i = 0; (h = source_module(p->src, i, &host)); i++)
		put_blind_module(p, h, host);
	if (*choice_text(p->src, choice)) {
		page_put(p, "<li>By the module's parameters: ");
		html_text(p->out, choice);
		page_put(p, "</li>\n");
	}
	if (p->src->fault[0]) {
		page_put(p, "<li>What was read is not in order: ");
		html_bytes(p->out, p->src->fault, strnlen(p->src->fault, 128));
		page_put(p, "</li>\n");
	}
}

static bool has_blind_spot(struct source *src)
{
	const struct tcpfin_header *h;
	uint32_t i, host;
	unsigned int at;

	for (i = 0; (h = source_module(src, i, &host)); i++) {
		if (h->stopped)
			return true;
		for (at = 0; at < TCPFIN_PROBES; at++)
			if (probe_is_blind(&h->probe[at]))
				return true;
	}
	return false;
}

/* Write all reasons why the numbers may be too low. */
static void put_caveats(const struct report_page *p)
{
	const struct report *r = p->r;
	const struct {
		uint64_t count;
		const char *what;
	} caveats[] = {
		{ r->counts.lost - r->counts.no_ring,
		  "steps were overwritten before they were read" },
		{ r->counts.no_ring,
		  "steps were lost: for processors that came later no ring was left" },
		{ r->counts.missed, "calls were not handed to the probes by the kernel" },
		{ r->uncertain, "connections may be over: steps were lost since their latest one" },
		{ r->partial,
		  "connections of which a step was not seen, mostly since it was before all this" },
		{ r->evicted, "ends were forgotten: too many at once" },
		{ p->src->header.unmatched, "steps of mini-sockets without their first half" },
	};
	bool sure = !p->src->fault[0] && !has_blind_spot(p->src);
	char count[HTML_COUNT_MAX], choice[CHOICE_TEXT_MAX];
	size_t i;

	sure = sure && !*choice_text(p->src, choice);
	for (i = 0; i < ARRAY_SIZE(caveats); i++)
		sure = sure && !caveats[i].count;
	if (sure) {
		page_put(p, "<p class=\"sure\">Nothing was lost: no record was overwritten unread, and no call was missed.</p>\n");
		return;
	}
	page_put(p, "<div class=\"doubts\" role=\"note\" aria-label=\"What was not seen\"><h3>What was not seen</h3><ul>\n");
	for (i = 0; i < ARRAY_SIZE(caveats); i++)
		if (caveats[i].count)
			fprintf(p->out, "<li><b>%s</b> %s</li>\n",
				html_count_text(caveats[i].count, count), caveats[i].what);
	put_blind_spots(p);
	page_put(p, "</ul></div>\n");
}

static void put_sentences(FILE *out, const char *class, unsigned int n,
			  const char (*sentence)[FINDING_WORDS_MAX])
{
	unsigned int i;

	if (!n)
		return;
	fprintf(out, "<ul class=\"%s\">", class);
	for (i = 0; i < n; i++) {
		fputs("<li>", out);
		html_text(out, sentence[i]);
		fputs("</li>", out);
	}
	fputs("</ul>", out);
}

static void put_finding(FILE *out, const struct finding *f, bool several)
{
	char where[NETNS_TEXT_MAX];

	fprintf(out, "<li class=\"finding f-%s\"><p><strong>%s</strong> ",
		severity_name(f->severity), severity_name(f->severity));
	html_text(out, f->what);
	if (several) {
		fputs(" (network namespace ", out);
		html_text(out, netns_text(f->where, where));
		fputs(")", out);
	}
	fputs("</p>", out);
	put_sentences(out, "evidence", f->nevidence, f->evidence);
	put_sentences(out, "advice", f->nadvice, f->advice);
	fputs("</li>\n", out);
}

static bool has_findings(const struct report_page *p)
{
	return p->examination && p->examination->findings.count;
}

static void put_findings(const struct report_page *p)
{
	const struct examination *e = p->examination;
	const struct findings *all;
	unsigned int i;

	if (!has_findings(p))
		return;
	all = &e->findings;
	page_section(p, "findings", "What is wrong");
	page_put(p, "\n<ul class=\"findings\">\n");
	for (i = 0; i < all->count && i < FINDINGS_SHOWN; i++)
		put_finding(p->out, &all->list[i], e->netns.count > 1);
	page_put(p, "</ul>\n");
	if (!p->src->live)
		page_put(p, "<p class=\"note\">From the recorded steps alone. On the machine itself <code>tcpfin doctor</code> and a report also look at its sockets, ports and limits.</p>");
	page_put(p, "</section>\n");
}

static void put_nav(const struct report_page *p)
{
	const struct report *r = p->r;
	const struct {
		bool shown;
		const char *id;
		const char *name;
	} links[] = {
		{ true, "summary", "Summary" },
		{ has_findings(p), "findings", "What is wrong" },
		{ r->timeline.started, "time", "Over time" },
		{ r->connections, "verdicts", "Verdicts" },
		{ r->connections, "who", "Who" },
		{ true, "spans", "How long it took" },
		{ r->longest.count, "longest", "Longest still closing" },
		{ r->slowest.count, "slowest", "Slowest" },
		{ r->variants.count, "strangest", "Strangest" },
	};
	size_t i;

	page_put(p, "<nav aria-label=\"Sections\"><ul>");
	for (i = 0; i < ARRAY_SIZE(links); i++)
		if (links[i].shown)
			fprintf(p->out, "<li><a href=\"#%s\">%s</a></li>",
				links[i].id, links[i].name);
	page_put(p, "</ul></nav>\n");
}

static void put_footer(const struct report_page *p)
{
	unsigned int i;

	page_put(p, "<footer><p>Settings: ");
	for (i = 0; i < SYSCTLS; i++) {
		fprintf(p->out, "%s<code>net.ipv4.%s = ", i ? ", " : "",
			p->sysctls[i].name);
		html_text(p->out, p->sysctls[i].value[0] ? p->sysctls[i].value : "-");
		page_put(p, "</code>");
	}
	page_put(p, ".</p><p>Made by tcpfin " TCPFIN_VERSION ". The page loads nothing and sends nothing. Times are UTC. In ladders a dotted arrow was not seen, but what was seen implies it; one that ends with ? was not seen to arrive. x and y are the sequence numbers of the left and the right end&#8217;s FIN; point at an arrow for its numbers.</p></footer>\n");
}

void report_page_write(const struct report_page *p)
{
	char title[SOURCE_HOST_MAX + 64], name[SOURCE_HOST_MAX];

	snprintf(title, sizeof(title), "How TCP connections ended: %s",
		 host_name(p, 0, name));
	put_head(p, title);
	page_put(p, "<body>\n<a class=\"skip\" href=\"#main\">Skip to the content</a>\n<header><h1>How TCP connections ended</h1>\n");
	put_facts(p);
	put_nav(p);
	page_put(p, "</header>\n<main id=\"main\" tabindex=\"-1\">\n");
	put_summary(p);
	put_caveats(p);
	page_put(p, "</section>\n");
	put_findings(p);
	report_page_time(p);
	report_page_verdicts(p);
	report_page_who(p);
	report_page_durations(p);
	report_page_ladders(p);
	page_put(p, "</main>\n");
	put_footer(p);
	page_put(p, "<script>");
	fwrite(report_js, 1, (size_t)(report_js_end - report_js), p->out);
	page_put(p, "</script>\n</body>\n</html>\n");
}
