/* SPDX-License-Identifier: GPL-2.0 */
/* A verdict and its connection on the wire: what both comparisons need. */
#ifndef TESTS_MATCHED_H
#define TESTS_MATCHED_H

#include "agree.h"

#define NEAR_NS		100000000LL	/* a step and its packet are no further apart */
#define CLOCKS_NS	10000LL	/* two clocks, read one after the other */

/**
 * struct matched - a verdict and its connection on the wire
 * @agreement: what this is part of
 * @verdict: the one
 * @conn: the other
 * @first: the end of @conn that is ends[0] of @verdict
 * @partial: @verdict does not know all, and says so
 * @differs: they do not agree in something
 */
struct matched {
	struct agreement *agreement;
	struct json_object *verdict;
	struct wire_conn *conn;
	int first;
	bool partial;
	bool differs;
};

void differ(struct matched *m, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void expect_number(struct matched *m, struct json_object *obj,
		   const char *path, uint64_t want);
void matched_finish(struct matched *m);

bool fact(struct json_object *obj, const char *path, uint64_t *value);
const char *word(struct json_object *obj, const char *path);
bool is_word(struct json_object *obj, const char *path, const char *want);
int64_t mono(const struct matched *m, uint64_t wall_ns);
int end_of(const struct matched *m, const char *side);
struct json_object *end_part(const struct matched *m, int which);
bool existed(const struct matched *m, int which, uint64_t wall_ns);

/* In agree_waves.c: compare the four waves. */
void check_waves(struct matched *m);

#endif /* TESTS_MATCHED_H */
