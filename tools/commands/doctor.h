/* SPDX-License-Identifier: GPL-2.0 */
/* The view "doctor": what is wrong with how connections end here. */
#ifndef COMMANDS_DOCTOR_H
#define COMMANDS_DOCTOR_H

#include <stdio.h>

#include "cli/command.h"
#include "cli/selection.h"
#include "diagnosis/facts.h"
#include "diagnosis/findings.h"
#include "source/source.h"

extern const struct command doctor_command;

/* The exit status when something was found. */
#define DOCTOR_EXIT_FOUND	2

/**
 * struct doctor_options - what "doctor" looks at
 * @selection: which connections, how long it goes on, and the form of output
 * @older_ns: sockets may wait this long
 */
struct doctor_options {
	struct selection selection;
	uint64_t older_ns;
};

/* Print findings, as text of at most 80 columns or as a line of JSON each. */
void doctor_text(const struct facts *facts, const struct findings *all,
		 FILE *out);
void doctor_json(const struct facts *facts, const struct findings *all,
		 FILE *out);

#endif /* COMMANDS_DOCTOR_H */
