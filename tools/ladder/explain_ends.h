/* SPDX-License-Identifier: GPL-2.0 */
/* Tells in sentences how the sides of a connection ended, or what they wait for. */
#ifndef LADDER_EXPLAIN_ENDS_H
#define LADDER_EXPLAIN_ENDS_H

#include "ladder/teller.h"

/* Tell of TIME_WAIT, of a side that was in it or was refused it. */
void explain_time_wait(struct teller *t, unsigned int side);

/* Tell how sides ended that ended otherwise than by the four waves. */
void explain_ends(struct teller *t);

/* Tell where sides are that have not ended, TIME_WAIT apart. */
void explain_open(struct teller *t);

#endif /* LADDER_EXPLAIN_ENDS_H */
