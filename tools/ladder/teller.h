/* SPDX-License-Identifier: GPL-2.0 */
/* Builds an explanation of a connection, sentence by sentence. */
#ifndef LADDER_TELLER_H
#define LADDER_TELLER_H

#include "ladder/ladder.h"
#include "ladder/plan.h"
#include "util/resolver.h"

/* Most paragraphs: four waves, addresses, and a wait, an end and a presence of each side */
#define EXPLAIN_MAX	12
/* Size of a paragraph; what exceeds it is cut off */
#define EXPLAIN_TEXT_MAX	2048

/* One paragraph */
struct explain_part {
	const char *title;	/* what it is about, such as "wave 1" */
	char text[EXPLAIN_TEXT_MAX];	/* its sentences */
};

/* The explanation of a connection */
struct explanation {
	unsigned int count;	/* number of @part */
	struct explain_part part[EXPLAIN_MAX];	/* in the order of events */
};

/* Size for "3 times" */
#define TIMES_TEXT_MAX	24

/* An explanation in the making */
struct teller {
	const struct ladder_plan *plan;
	const struct ladder_scene *scene;
	struct explanation *e;
	/* a name for each side: its process's or, if need be, its address */
	char name[2][END_NAME_MAX];
};

/* Begin a paragraph. Functions tell_...() begin one, say_...() add to it. */
void teller_begin(struct teller *t, const char *title);

/* Add to the paragraph. */
__attribute__((format(printf, 2, 3)))
void teller_say(struct teller *t, const char *format, ...);

/* Write "once", "twice", "3 times". Return @buf. */
const char *times_text(unsigned int times, char buf[TIMES_TEXT_MAX]);

#endif /* LADDER_TELLER_H */
