/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Helpers for json-c: one object on each line, null for what is unknown. Keys
 * must outlive the object.
 */
#ifndef FORMAT_JSON_H
#define FORMAT_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <json-c/json.h>

/* Print an object without spaces or newlines, and free it. */
void json_print(FILE *out, struct json_object *obj);

/* Print an object on a line of its own, and free it. */
void json_line(FILE *out, struct json_object *obj);

/* Add a whole number. */
void json_add_u64(struct json_object *obj, const char *key, uint64_t value);

/* Add an ASCII string, or null if @value is NULL. */
void json_add_str(struct json_object *obj, const char *key, const char *value);

/* Add a time span as milliseconds with 3 decimals, null if not @known. */
void json_add_ms(struct json_object *obj, const char *key, bool known,
		 uint64_t ns);

/* Add a whole number, or null if not @known. */
void json_add_u64_if(struct json_object *obj, const char *key, bool known,
		     uint64_t value);

/* Add true or false. */
void json_add_bool(struct json_object *obj, const char *key, bool value);

/* Add a process's name, escaped, or null if not @known. */
void json_add_comm(struct json_object *obj, const char *key, bool known,
		   const char comm[16]);

#endif /* FORMAT_JSON_H */
