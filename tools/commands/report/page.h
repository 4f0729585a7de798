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
 * @out: where it goes
 * @src: where the events came from: names and times
 * @r: what it tells
 * @filter: the filter as it was given, "" for none; any bytes
 * @families: -4 and -6, see struct selection
 * @sysctls: the settings
 */
struct report_page {
	FILE *out;
	struct source *src;
	const struct report *r;
	const char *filter;
	unsigned int families;
	struct sysctl sysctls[SYSCTLS];
};

/**
 * report_page_write() - write the page
 * @p: the page
 */
void report_page_write(const struct report_page *p);

/**
 * report_page_time() - write what happened when: one chart, and its table
 * @p: the page
 */
void report_page_time(const struct report_page *p);

/**
 * report_page_durations() - write how long things lasted
 * @p: the page
 */
void report_page_durations(const struct report_page *p);

/**
 * report_page_verdicts() - write how connections ended
 * @p: the page
 */
void report_page_verdicts(const struct report_page *p);

/**
 * report_page_ladders() - write the connections that are shown in full
 * @p: the page
 */
void report_page_ladders(const struct report_page *p);

/**
 * outcome_name() - an outcome in a few words
 * @outcome: it
 *
 * Return: the words.
 */
const char *outcome_name(enum outcome outcome);

/**
 * outcome_class() - the class that gives it its colour
 * @outcome: it
 *
 * Return: the class.
 */
const char *outcome_class(enum outcome outcome);

#endif /* COMMANDS_REPORT_PAGE_H */
