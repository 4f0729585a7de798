/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The page of a report: one HTML file that needs nothing else. Its size has a
 * limit that does not depend on what was seen.
 */
#ifndef TCPFIN_REPORT_PAGE_H
#define TCPFIN_REPORT_PAGE_H

#include <stdio.h>

#include "commands/report/model.h"
#include "source/source.h"
#include "system/sysctl.h"

/**
 * struct tcpfin_report_page - a page and what it is made of
 * @out: where it goes
 * @src: where the events came from: names and times
 * @r: what it tells
 * @filter: the filter as it was given, "" for none; any bytes
 * @families: -4 and -6, see struct tcpfin_chosen
 * @sysctls: the settings
 */
struct tcpfin_report_page {
	FILE *out;
	struct tcpfin_source *src;
	const struct tcpfin_report *r;
	const char *filter;
	unsigned int families;
	struct tcpfin_sysctl sysctls[TCPFIN_SYSCTLS];
};

/**
 * tcpfin_report_page() - write the page
 * @p: the page
 */
void tcpfin_report_page(const struct tcpfin_report_page *p);

/**
 * tcpfin_report_time() - write what happened when: one chart, and its table
 * @p: the page
 */
void tcpfin_report_time(const struct tcpfin_report_page *p);

/**
 * tcpfin_report_spans() - write how long things lasted
 * @p: the page
 */
void tcpfin_report_spans(const struct tcpfin_report_page *p);

/**
 * tcpfin_report_verdicts() - write how connections ended
 * @p: the page
 */
void tcpfin_report_verdicts(const struct tcpfin_report_page *p);

/**
 * tcpfin_report_ladders() - write the connections that are shown in full
 * @p: the page
 */
void tcpfin_report_ladders(const struct tcpfin_report_page *p);

/**
 * tcpfin_outcome_name() - an outcome in a few words
 * @outcome: it
 *
 * Return: the words.
 */
const char *tcpfin_outcome_name(enum tcpfin_outcome outcome);

/**
 * tcpfin_outcome_class() - the class that gives it its colour
 * @outcome: it
 *
 * Return: the class.
 */
const char *tcpfin_outcome_class(enum tcpfin_outcome outcome);

#endif /* TCPFIN_REPORT_PAGE_H */
