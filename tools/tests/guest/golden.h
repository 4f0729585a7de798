/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Golden files: expected verdicts, as JSON that people can read.
 *
 * NAME.json is for both families, unless there is a NAME-inet6.json.
 */
#ifndef TESTS_GOLDEN_H
#define TESTS_GOLDEN_H

#include <json-c/json.h>
#include <stdbool.h>

void golden_open(const char *dir, bool write);
void golden_check(const char *name, bool inet6, struct json_object *seen);
void golden_compare(const char *what, struct json_object *want,
		    struct json_object *seen);
void golden_skip(const char *name);
void golden_check_unused(void);

#endif /* TESTS_GOLDEN_H */
