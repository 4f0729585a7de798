/* SPDX-License-Identifier: GPL-2.0 */
/* The page of a report: one HTML file of bounded size that needs no other file. */
#ifndef COMMANDS_REPORT_PAGE_H
#define COMMANDS_REPORT_PAGE_H

#include <stdio.h>

#include "commands/report/model.h"
#include "diagnosis/examination.h"
#include "source/source.h"
#include "system/sysctl.h"

/* The page's style and script, from assets.S, without a NUL at their ends; */
extern const char report_css[], report_css_end[], report_js[], report_js_end[];
/* and their SHA-256 in base64, for the Content-Security-Policy. */
extern const char report_css_hash[], report_js_hash[];

struct report_page {
	FILE *out;
	struct source *src;
	const struct report *r;
	const struct examination *examination;	/* NULL if it was not possible */
	const char *filter;	/* as it was given, "" for none; any bytes */
	unsigned int families;	/* -4 and -6, see struct selection */
	struct sysctl sysctls[SYSCTLS];
};

void report_page_write(const struct report_page *p);

/* Write markup. */
static inline void page_put(const struct report_page *p, const char *markup)
{
	fputs(markup, p->out);
}

/* Begin a section, and write its heading; both are markup. */
void page_section(const struct report_page *p, const char *id, const char *title);

/* The sections of the page. */
void report_page_time(const struct report_page *p);
void report_page_durations(const struct report_page *p);
void report_page_verdicts(const struct report_page *p);
void report_page_who(const struct report_page *p);
void report_page_ladders(const struct report_page *p);

/* An outcome in a few words, and the CSS class that colours it. */
const char *outcome_name(enum outcome outcome);
const char *outcome_class(enum outcome outcome);

#endif /* COMMANDS_REPORT_PAGE_H */
