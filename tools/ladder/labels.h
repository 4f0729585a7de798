/* SPDX-License-Identifier: GPL-2.0 */
/* The words of a ladder: what stands over it, on its arrows and below it. */
#ifndef TCPFIN_LADDER_WORDS_H
#define TCPFIN_LADDER_WORDS_H

#include "ladder/canvas.h"
#include "ladder/ladder.h"
#include "ladder/plan.h"
#include "util/text.h"

#define TCPFIN_LABEL_MAX	128
#define TCPFIN_SIDE_PROCESS_MAX	(TCPFIN_COMM_MAX + 16)

/**
 * tcpfin_ladder_label() - what stands on an arrow
 * @plan: the picture
 * @arrow: one of its arrows
 * @absolute: sequence numbers as they are, not in terms of x and y
 * @buf: the result
 *
 * Return: @buf.
 */
const char *tcpfin_ladder_label(const struct tcpfin_plan *plan,
				const struct tcpfin_arrow *arrow,
				bool absolute, char buf[TCPFIN_LABEL_MAX]);

/**
 * tcpfin_ladder_prelabel() - what stands over an arrow, as one line is too short
 * @plan: the picture
 * @arrow: one of its arrows
 * @absolute: as for tcpfin_ladder_label()
 * @buf: the result, empty for most arrows
 *
 * Return: @buf.
 */
const char *tcpfin_ladder_prelabel(const struct tcpfin_plan *plan,
				   const struct tcpfin_arrow *arrow,
				   bool absolute, char buf[TCPFIN_LABEL_MAX]);

/**
 * tcpfin_ladder_end_note() - why an end came to its end
 * @conn: the end
 * @header: holds the names of callers
 * @buf: the result, empty if an arrow says it all or nothing is to be said
 *
 * Return: @buf.
 */
const char *tcpfin_ladder_end_note(const struct tcpfin_conn *conn,
				   const struct tcpfin_header *header,
				   char buf[TCPFIN_LABEL_MAX]);

/**
 * tcpfin_ladder_address() - address and port of a side
 * @plan: the picture
 * @side: 0 or 1; that of an end that was not seen is known from the other one
 * @names: knows names of hosts and services, NULL for numbers
 * @buf: the result
 *
 * Return: @buf.
 */
const char *tcpfin_ladder_address(const struct tcpfin_plan *plan,
				  unsigned int side,
				  struct tcpfin_resolver *names,
				  char buf[TCPFIN_END_NAME_MAX]);

/**
 * tcpfin_ladder_process() - the process of a side
 * @plan: the picture
 * @side: 0 or 1
 * @buf: the result: its name, escaped, and pid; "-" if it is not known
 *
 * Return: @buf.
 */
const char *tcpfin_ladder_process(const struct tcpfin_plan *plan,
				  unsigned int side,
				  char buf[TCPFIN_SIDE_PROCESS_MAX]);

/**
 * tcpfin_ladder_head() - print who, how, x and y, and the names of the columns
 * @c: the line to print with
 * @plan: the picture
 * @scene: what else it needs
 */
void tcpfin_ladder_head(struct tcpfin_canvas *c, const struct tcpfin_plan *plan,
			const struct tcpfin_ladder_scene *scene);

/**
 * tcpfin_ladder_foot() - print what has to be said besides
 * @c: the line to print with
 * @plan: the picture
 * @scene: what else it needs
 */
void tcpfin_ladder_foot(struct tcpfin_canvas *c, const struct tcpfin_plan *plan,
			const struct tcpfin_ladder_scene *scene);

#endif /* TCPFIN_LADDER_WORDS_H */
