// SPDX-License-Identifier: GPL-2.0
/* Tells on stderr which connections are recorded. */
#include <stdio.h>

#include "cli/choice_tell.h"
#include "source/choice.h"
#include "util/progress.h"
#include "util/stop.h"

void choice_tell(const char *name, const struct source *src, bool at_end)
{
	static uint64_t told_left_out;
	static uint32_t told_chosen;
	static bool told;
	bool made = choice_is_made(&src->header) || src->choices_differ;
	char text[CHOICE_TEXT_MAX];

	if (stop_terminal_taken())
		return;
	if (told ? src->header.chosen == told_chosen : !made && !src->left_out)
		if (!at_end || src->left_out == told_left_out)
			return;
	told = true;
	told_chosen = src->header.chosen;
	told_left_out = src->left_out;
	/* Before a recording is read, the count is not known. */
	if (!*(src->live || at_end ? choice_text(src, text) :
				     choice_made_text(src, text)))
		snprintf(text, sizeof(text), "all connections are recorded");
	progress_wipe();
	fprintf(stderr, "tcpfin %s: %s\n", name, text);
}
