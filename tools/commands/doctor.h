/* SPDX-License-Identifier: GPL-2.0 */
/* The view "doctor": what is wrong with how connections end here. */
#ifndef TCPFIN_DOCTOR_H
#define TCPFIN_DOCTOR_H

#include <stdio.h>

#include "cli/command.h"
#include "cli/selection.h"
#include "diagnosis/facts.h"
#include "diagnosis/findings.h"
#include "source/source.h"

extern const struct tcpfin_command tcpfin_doctor_command;

/* The exit status when something was found. */
#define TCPFIN_EXIT_FOUND	2

/**
 * struct tcpfin_doctor_options - what "doctor" looks at
 * @chosen: which connections, how long it goes on looking, how it tells
 * @older_ns: what waits no longer than this is no trouble
 * @live: the source is this machine: look at it, too. Otherwise steps are all
 *	there is, whichever network namespace they are from
 */
struct tcpfin_doctor_options {
	struct tcpfin_chosen chosen;
	uint64_t older_ns;
	bool live;
};

/**
 * tcpfin_doctor() - look at a source and at this machine, and say what is wrong
 * @src: the source
 * @opts: how
 * @out: where to
 *
 * Return: 0 if nothing is, TCPFIN_EXIT_FOUND if something is, 1 after an error
 * that was told on stderr.
 */
int tcpfin_doctor(struct tcpfin_source *src,
		  const struct tcpfin_doctor_options *opts, FILE *out);

/**
 * tcpfin_doctor_text() - print findings as text of at most 80 columns
 * @facts: what was looked at
 * @all: the findings
 * @out: where to
 */
void tcpfin_doctor_text(const struct tcpfin_facts *facts,
			const struct tcpfin_findings *all, FILE *out);

/**
 * tcpfin_doctor_json() - print findings as JSON, one object a line
 * @facts: what was looked at
 * @all: the findings
 * @out: where to
 */
void tcpfin_doctor_json(const struct tcpfin_facts *facts,
			const struct tcpfin_findings *all, FILE *out);

#endif /* TCPFIN_DOCTOR_H */
