/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The text of a ladder: heading, labels of arrows, notes and footer. Functions
 * that write to @buf return @buf.
 */
#ifndef LADDER_LABELS_H
#define LADDER_LABELS_H

#include "ladder/canvas.h"
#include "ladder/ladder.h"
#include "ladder/plan.h"
#include "util/text.h"

#define LADDER_LABEL_MAX	128
#define LADDER_PROCESS_MAX	(COMM_TEXT_MAX + 16)

/* Write an arrow's label, with absolute or relative numbers. */
const char *ladder_label(const struct ladder_plan *plan, const struct ladder_arrow *arrow,
			 bool absolute, char buf[LADDER_LABEL_MAX]);

/* Write the first line of a label of two lines, else nothing. */
const char *ladder_prelabel(const struct ladder_plan *plan,
			    const struct ladder_arrow *arrow, bool absolute,
			    char buf[LADDER_LABEL_MAX]);

/* Write why an end ended; empty if an arrow tells. */
const char *ladder_end_note(const struct conn *conn, const struct tcpfin_header *header,
			    char buf[LADDER_LABEL_MAX]);

/*
 * Write address and port of a side. An end that was not seen is known from its
 * peer. @names may be NULL: numbers only.
 */
const char *ladder_address(const struct ladder_plan *plan, unsigned int side,
			   struct resolver *names, char buf[END_NAME_MAX]);

/* Write name (escaped) and pid of a side's process; "-" if unknown. */
const char *ladder_process(const struct ladder_plan *plan, unsigned int side,
			   char buf[LADDER_PROCESS_MAX]);

/* Print the verdict, x and y, and the headings of the columns. */
void ladder_head(struct canvas *c, const struct ladder_plan *plan,
		 const struct ladder_scene *scene);

/* Print the notes below the picture. */
void ladder_foot(struct canvas *c, const struct ladder_plan *plan,
		 const struct ladder_scene *scene);

#endif /* LADDER_LABELS_H */
