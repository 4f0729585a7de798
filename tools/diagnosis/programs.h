/* SPDX-License-Identifier: GPL-2.0 */
/* Which programs something belongs to: counts by the name of the process. */
#ifndef DIAGNOSIS_PROGRAMS_H
#define DIAGNOSIS_PROGRAMS_H

#include <stdint.h>

/* Most programs counted by name */
#define PROGRAMS_MAX	16
#define PROGRAMS_TEXT_MAX	320

/* One program */
struct program {
	char comm[16];		/* its name: any bytes, padded with NULs */
	uint32_t count;
};

/* All programs; all zero is none */
struct programs {
	struct program list[PROGRAMS_MAX];
	uint32_t count;		/* number of @list */
	uint32_t rest;		/* what belongs to programs for which @list had no room */
	uint32_t unknown;	/* what belongs to nobody known */
};

/* Count one; @comm is NULL if the program is not known. */
void programs_add(struct programs *p, const char comm[16]);

/* Return the program with the most, NULL if none is known. */
const struct program *programs_most(const struct programs *p);

/* Write "980 by payment-worker, 12 by curl, 8 by others"; "" if none is known. */
const char *programs_text(const struct programs *p, char buf[PROGRAMS_TEXT_MAX]);

#endif /* DIAGNOSIS_PROGRAMS_H */
