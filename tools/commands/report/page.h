/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The page of a report: one HTML file that needs nothing else. Its size has a
 * limit that does not depend on what was seen.
 */
#ifndef COMMANDS_REPORT_PAGE_H
#define COMMANDS_REPORT_PAGE_H

#include <stdio.h>

#include "commands/report/model.h"
#include "source/source.h"
#include "system/sysctl.h"

/**
 * struct report_page - a page and what it is made of
 * @out: where to write the page
 * @src: where the events came from; knows names and times
 * @r: the numbers
 * @filter: the filter as it was given, "" for none; any bytes
 * @families: -4 and -6, see struct selection
 * @sysctls: the settings of TIME_WAIT
 */
struct report_page {
	FILE *out;
	struct source *src;
	const struct report *r;
	const char *filter;
	unsigned int families;
	struct sysctl sysctls[SYSCTLS];
};

/* Write the page. */
void report_page_write(const struct report_page *p);

/* Its sections: what happened when, as a chart and as a table; */
void report_page_time(const struct report_page *p);
/* how long states lasted; */
void report_page_durations(const struct report_page *p);
/* how and why connections ended; */
void report_page_verdicts(const struct report_page *p);
/* the connections that are shown in full. */
void report_page_ladders(const struct report_page *p);

/* An outcome in a few words, and the CSS class that gives it its colour. */
const char *outcome_name(enum outcome outcome);
const char *outcome_class(enum outcome outcome);

#endif /* COMMANDS_REPORT_PAGE_H */
