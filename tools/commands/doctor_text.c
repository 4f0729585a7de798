// SPDX-License-Identifier: GPL-2.0
/* Prints the findings of "doctor" as text that fits the terminal. */
#include <inttypes.h>
#include <netinet/tcp.h>

#include "commands/doctor.h"
#include "output/loss.h"
#include "source/choice.h"
#include "util/colour.h"
#include "util/text.h"
#include "util/wrap.h"

#define INDENT	10

/* @colour is of the title, NULL for none. */
static void print_titled(const char *title, const char *colour, const char *text, FILE *out)
{
	bool coloured = colour && colour_wanted(out);

	fprintf(out, "%s%-*s%s", colour_if(coloured, colour), INDENT, title,
		colour_if(coloured, COLOUR_END));
	wrap_text(out, INDENT, wrap_width(out), text);
}

static void print_words(const char *title, const char *text, FILE *out)
{
	print_titled(title, NULL, text, out);
}

static const char *colour_of(enum severity severity)
{
	return severity == SEVERITY_CRITICAL ? COLOUR_BAD :
	       severity == SEVERITY_WARNING ? COLOUR_WARNING : COLOUR_TITLE;
}

static void print_finding(const struct finding *f, bool several, FILE *out)
{
	char text[FINDING_WORDS_MAX], where[NETNS_TEXT_MAX];
	unsigned int i;

	print_titled(severity_name(f->severity), colour_of(f->severity), f->what, out);
	if (several) {
		snprintf(text, sizeof(text), "network namespace %s",
			 netns_text(f->where, where));
		print_words("  where", text, out);
	}
	for (i = 0; i < f->nevidence; i++)
		print_words("  seen", f->evidence[i], out);
	for (i = 0; i < f->nadvice; i++)
		print_words("  do", f->advice[i], out);
	putc('\n', out);
}

static void print_findings(const struct examination *e, bool chosen, FILE *out)
{
	const struct findings *all = &e->findings;
	char text[FINDING_WORDS_MAX];
	unsigned int i;

	for (i = 0; i < all->count; i++)
		print_finding(&all->list[i], e->netns.count > 1, out);
	if (all->left_out) {
		snprintf(text, sizeof(text), "%" PRIu64
			 " less severe findings are left out", all->left_out);
		print_words("note", text, out);
	}
	if (!findings_are_serious(all))
		print_titled("ok", COLOUR_GOOD, chosen ?
			     "no problems found with what is recorded" :
			     "no problems found", out);
}

static void print_steps(const struct examination *e, FILE *out)
{
	const struct teardown_counts *counts = &e->counts;
	const struct losses losses = teardown_counts_losses(counts, e->opts.src);
	char loss[LOSSES_TEXT_MAX];
	char text[FINDING_WORDS_MAX], span[SPAN_TEXT_MAX], of[64] = "";

	if (e->opts.filter)
		snprintf(of, sizeof(of), " that match, of %" PRIu64,
			 counts->events + e->left_out);
	snprintf(text, sizeof(text), "%" PRIu64
		 " recorded steps%s over %s; %s",
		 counts->events, of,
		 span_text(counts->last_ns - counts->first_ns, span),
		 losses_text(&losses, loss));
	print_words("looked at", text, out);
}

static void print_sockets(const struct examination *e, FILE *out)
{
	const struct facts_present *now = &e->sum;
	bool filtered = e->opts.filter, one = now->sockets == 1;
	char text[FINDING_WORDS_MAX];

	snprintf(text, sizeof(text), "%" PRIu64 " socket%s%s: %" PRIu64
		 " in CLOSE_WAIT, %" PRIu64 " in FIN_WAIT2, %" PRIu64
		 " in TIME_WAIT; %s", now->sockets, one ? "" : "s",
		 !filtered ? "" : one ? " that matches" : " that match",
		 now->full[TCP_CLOSE_WAIT],
		 now->full[TCP_FIN_WAIT2] + now->fin_wait2s, now->time_waits,
		 filtered ? "ports to where they go; not at limits and counts of the kernel, which are about all connections" :
			    "ports, limits and counts of the kernel");
	print_words("", text, out);
	if (!now->held_left_out && !now->dests_left_out && !e->peers.left_out)
		return;
	snprintf(text, sizeof(text), "not looked at, for memory's sake: %"
		 PRIu64 " sockets that wait, the destinations of %" PRIu64
		 ", the other ends of %" PRIu64, now->held_left_out,
		 now->dests_left_out, e->peers.left_out);
	print_words("", text, out);
}

/* Name one of the namespaces whose sockets could not be listed, and say why. */
static void print_not_looked_at(const struct examination *e, FILE *out)
{
	char text[FINDING_WORDS_MAX], where[NETNS_TEXT_MAX];
	const struct facts *facts = NULL;
	size_t i;

	for (i = 0; !facts && i < e->count; i++)
		if (!e->list[i].facts.is_live)
			facts = &e->list[i].facts;
	if (!facts)
		return;
	snprintf(text, sizeof(text),
		 "not at the sockets, ports, limits and counts of %zu network namespace%s: %s: %s",
		 e->count - e->looked_at, e->count - e->looked_at == 1 ? "" : "s",
		 netns_text(facts->where, where), facts->why_not);
	print_words("", text, out);
}

static void print_namespaces(const struct examination *e, FILE *out)
{
	char text[FINDING_WORDS_MAX], where[NETNS_TEXT_MAX];

	if (e->netns.count == 1)
		snprintf(text, sizeof(text), "network namespace %s only",
			 netns_text(&e->netns.list[0], where));
	else
		snprintf(text, sizeof(text), "%zu network namespaces", e->looked_at);
	snprintf(text + strlen(text), sizeof(text) - strlen(text),
		 "; %" PRIu64 " steps were in others", e->elsewhere);
	print_words("", text, out);
	print_not_looked_at(e, out);
	if (!e->netns.unreadable && !e->netns.left_out)
		return;
	snprintf(text, sizeof(text), "not at the network namespaces of %" PRIu64
		 " processes%s", e->netns.unreadable + e->netns.left_out,
		 e->netns.unreadable ? ": no right to read them" : ": too many");
	print_words("", text, out);
}

void doctor_text(const struct examination *e, FILE *out)
{
	char choice[CHOICE_TEXT_MAX];

	choice_text(e->opts.src, choice);
	print_findings(e, choice[0], out);
	print_steps(e, out);
	if (choice[0])
		print_words("", choice, out);
	if (!e->opts.src->live) {
		print_words("", "of sockets that wait, ports and places for TIME_WAIT only what recorded steps tell, and nothing of the kernel's counts",
			    out);
		return;
	}
	if (e->looked_at)
		print_sockets(e, out);
	print_namespaces(e, out);
}
