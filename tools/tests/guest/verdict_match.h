/* SPDX-License-Identifier: GPL-2.0 */
/* A verdict and its captured connection, with helpers to compare them. */
#ifndef TESTS_GUEST_VERDICT_MATCH_H
#define TESTS_GUEST_VERDICT_MATCH_H

#include "wire_check.h"

#define NEAR_NS		100000000LL	/* from a packet to the step, at most */
#define CLOCKS_NS	10000LL	/* error of the offset between both clocks */

/**
 * struct verdict_match - a verdict and its captured connection
 * @check: the comparison
 * @verdict: the verdict
 * @conn: the connection
 * @first: the end of @conn that is ends[0] of @verdict
 * @partial: @verdict is marked as one that may lack facts
 * @differs: verdict and connection differ
 */
struct verdict_match {
	struct wire_check *check;
	struct json_object *verdict;
	struct wire_conn *conn;
	int first;
	bool partial;
	bool differs;
};

void differ(struct verdict_match *m, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
void expect_number(struct verdict_match *m, struct json_object *obj,
		   const char *path, uint64_t want);
void verdict_match_finish(struct verdict_match *m);

bool get_number(struct json_object *obj, const char *path, uint64_t *value);
const char *string_or_null(struct json_object *obj, const char *path);
bool is_string(struct json_object *obj, const char *path, const char *want);
int64_t mono(const struct verdict_match *m, uint64_t wall_ns);
int end_of(const struct verdict_match *m, const char *side);
struct json_object *end_part(const struct verdict_match *m, int which);
bool existed(const struct verdict_match *m, int which, uint64_t wall_ns);

/* In wire_check_waves.c: compare the four waves. */
void check_waves(struct verdict_match *m);

#endif /* TESTS_GUEST_VERDICT_MATCH_H */
