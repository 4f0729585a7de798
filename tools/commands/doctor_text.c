// SPDX-License-Identifier: GPL-2.0
/* Prints the findings of "doctor" as text of at most 80 columns. */
#include <inttypes.h>
#include <netinet/tcp.h>
#include <string.h>

#include "commands/doctor.h"
#include "output/loss.h"
#include "source/choice.h"
#include "util/text.h"

#define COLUMNS	80
#define INDENT	10

/* Wrap @text to lines of 80 columns from column INDENT on. Longer words are kept. */
static void print_words(const char *title, const char *text, FILE *out)
{
	size_t column = INDENT, len;

	fprintf(out, "%-*s", INDENT, title);
	while (*text) {
		len = strcspn(text, " ");
		if (column > INDENT && column + 1 + len > COLUMNS) {
			fprintf(out, "\n%*s", INDENT, "");
			column = INDENT;
		} else if (column > INDENT) {
			putc(' ', out);
			column++;
		}
		fprintf(out, "%.*s", (int)len, text);
		column += len;
		text += len;
		text += strspn(text, " ");
	}
	putc('\n', out);
}

static void print_finding(const struct finding *f, FILE *out)
{
	unsigned int i;

	print_words(severity_name(f->severity), f->what, out);
	for (i = 0; i < f->nevidence; i++)
		print_words("  seen", f->evidence[i], out);
	for (i = 0; i < f->nadvice; i++)
		print_words("  do", f->advice[i], out);
	putc('\n', out);
}

static void print_steps(const struct facts *facts, struct source *src, FILE *out)
{
	const struct history *history = &facts->history;
	const struct losses losses = teardown_counts_losses(&history->counts, src);
	char loss[LOSSES_TEXT_MAX];
	char text[FINDING_WORDS_MAX], span[SPAN_TEXT_MAX], of[64] = "";

	if (facts->filtered)
		snprintf(of, sizeof(of), " that match, of %" PRIu64,
			 history->counts.events + history->left_out);
	snprintf(text, sizeof(text), "%" PRIu64
		 " recorded steps%s over %s; %s",
		 history->counts.events, of,
		 span_text(history->counts.last_ns - history->counts.first_ns, span),
		 losses_text(&losses, loss));
	print_words("looked at", text, out);
}

static void print_sockets(const struct facts *facts, FILE *out)
{
	const struct facts_present *now = &facts->present;
	char text[FINDING_WORDS_MAX];

	snprintf(text, sizeof(text), "%" PRIu64 " sockets%s: %" PRIu64
		 " in CLOSE_WAIT, %" PRIu64 " in FIN_WAIT2, %" PRIu64
		 " in TIME_WAIT; %s", now->sockets,
		 facts->filtered ? " that match" : "",
		 now->full[TCP_CLOSE_WAIT],
		 now->full[TCP_FIN_WAIT2] + now->fin_wait2s, now->time_waits,
		 facts->filtered ? "ports to where they go; not at limits and counts of the kernel, which are about all connections" :
				   "ports, limits and counts of the kernel");
	print_words("", text, out);
	if (!now->held_left_out && !now->dests_left_out)
		return;
	snprintf(text, sizeof(text), "not looked at, for memory's sake: %"
		 PRIu64 " sockets that wait, the destinations of %" PRIu64,
		 now->held_left_out, now->dests_left_out);
	print_words("", text, out);
}

void doctor_text(const struct facts *facts, const struct findings *all,
		 struct source *src, FILE *out)
{
	char choice[CHOICE_TEXT_MAX];
	char text[FINDING_WORDS_MAX];
	unsigned int i;

	choice_text(src, choice);
	for (i = 0; i < all->count; i++)
		print_finding(&all->list[i], out);
	if (!all->count)
		print_words("ok", choice[0] ?
			    "no problems found with what is recorded" :
			    "no problems found", out);
	print_steps(facts, src, out);
	if (choice[0])
		print_words("", choice, out);
	if (!facts->is_live) {
		print_words("", "a recording tells nothing of sockets that wait, ports, limits and the kernel's counts",
			    out);
		return;
	}
	print_sockets(facts, out);
	snprintf(text, sizeof(text), "this network namespace (%" PRIu32
		 ") only: %" PRIu64 " steps were in others", facts->netns,
		 facts->history.elsewhere);
	print_words("", text, out);
}
