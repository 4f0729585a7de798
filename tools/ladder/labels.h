/* SPDX-License-Identifier: GPL-2.0 */
/* The words of a ladder: what stands over it, on its arrows and below it. */
#ifndef LADDER_LABELS_H
#define LADDER_LABELS_H

#include "ladder/canvas.h"
#include "ladder/ladder.h"
#include "ladder/plan.h"
#include "util/text.h"

#define LADDER_LABEL_MAX	128
#define LADDER_PROCESS_MAX	(COMM_TEXT_MAX + 16)

/**
 * ladder_label() - what stands on an arrow
 * @plan: the picture
 * @arrow: one of its arrows
 * @absolute: sequence numbers as they are, not in terms of x and y
 * @buf: the result
 *
 * Return: @buf.
 */
const char *ladder_label(const struct ladder_plan *plan,
			 const struct ladder_arrow *arrow,
			 bool absolute, char buf[LADDER_LABEL_MAX]);

/**
 * ladder_prelabel() - what stands over an arrow, as one line is too short
 * @plan: the picture
 * @arrow: one of its arrows
 * @absolute: as for ladder_label()
 * @buf: the result, empty for most arrows
 *
 * Return: @buf.
 */
const char *ladder_prelabel(const struct ladder_plan *plan,
			    const struct ladder_arrow *arrow, bool absolute,
			    char buf[LADDER_LABEL_MAX]);

/**
 * ladder_end_note() - why an end came to its end
 * @conn: the end
 * @header: holds the names of callers
 * @buf: the result, empty if an arrow says it all or nothing is to be said
 *
 * Return: @buf.
 */
const char *ladder_end_note(const struct conn *conn,
			    const struct tcpfin_header *header,
			    char buf[LADDER_LABEL_MAX]);

/**
 * ladder_address() - address and port of a side
 * @plan: the picture
 * @side: 0 or 1; that of an end that was not seen is known from the other one
 * @names: knows names of hosts and services, NULL for numbers
 * @buf: the result
 *
 * Return: @buf.
 */
const char *ladder_address(const struct ladder_plan *plan, unsigned int side,
			   struct resolver *names, char buf[END_NAME_MAX]);

/**
 * ladder_process() - the process of a side
 * @plan: the picture
 * @side: 0 or 1
 * @buf: the result: its name, escaped, and pid; "-" if it is not known
 *
 * Return: @buf.
 */
const char *ladder_process(const struct ladder_plan *plan, unsigned int side,
			   char buf[LADDER_PROCESS_MAX]);

/**
 * ladder_head() - print who, how, x and y, and the names of the columns
 * @c: the line to print with
 * @plan: the picture
 * @scene: what else it needs
 */
void ladder_head(struct canvas *c, const struct ladder_plan *plan,
		 const struct ladder_scene *scene);

/**
 * ladder_foot() - print what has to be said besides
 * @c: the line to print with
 * @plan: the picture
 * @scene: what else it needs
 */
void ladder_foot(struct canvas *c, const struct ladder_plan *plan,
		 const struct ladder_scene *scene);

#endif /* LADDER_LABELS_H */
