/* SPDX-License-Identifier: GPL-2.0 */
/* What the two halves of an explanation share: the waves, and the ends. */
#ifndef LADDER_EXPLAIN_TELLER_H
#define LADDER_EXPLAIN_TELLER_H

#include "ladder/explain.h"
#include "util/resolver.h"

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

/* Begin a paragraph. */
void teller_begin(struct teller *t, const char *title);

/* Add to the paragraph. */
__attribute__((format(printf, 2, 3)))
void teller_say(struct teller *t, const char *format, ...);

/* Write "once", "twice", "3 times". Return @buf. */
const char *times_text(unsigned int times, char buf[TIMES_TEXT_MAX]);

/* Tell of TIME_WAIT, of a side that was in it or was refused it. */
void explain_time_wait(struct teller *t, unsigned int side);

/* Tell how sides ended that ended otherwise than by the four waves. */
void explain_ends(struct teller *t);

/* Tell where sides are that have not ended, TIME_WAIT apart. */
void explain_open(struct teller *t);

#endif /* LADDER_EXPLAIN_TELLER_H */
