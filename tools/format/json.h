/* SPDX-License-Identifier: GPL-2.0 */
/* Small helpers over json-c: one object a line, null for what is not known. */
#ifndef FORMAT_JSON_H
#define FORMAT_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <json-c/json.h>

/* Print an object without spaces or newlines, and free it. */
void json_print(FILE *out, struct json_object *obj);

/**
 * json_line() - print an object on a line of its own and free it
 * @out: the stream
 * @obj: the object
 */
void json_line(FILE *out, struct json_object *obj);

/**
 * json_add_u64() - add a whole number
 * @obj: the object
 * @key: a string that outlives it
 * @value: the number
 */
void json_add_u64(struct json_object *obj, const char *key, uint64_t value);

/**
 * json_add_str() - add a string, or null
 * @obj: the object
 * @key: a string that outlives it
 * @value: ASCII, or NULL
 */
void json_add_str(struct json_object *obj, const char *key, const char *value);

/**
 * json_add_ms() - add a time span in milliseconds, or null
 * @obj: the object
 * @key: a string that outlives it
 * @known: without it null is added
 * @ns: the span in nanoseconds; microseconds are what is left of it
 */
void json_add_ms(struct json_object *obj, const char *key, bool known,
		 uint64_t ns);

/**
 * json_add_u64_if() - add a whole number, or null
 * @obj: the object
 * @key: a string that outlives it
 * @known: without it null is added
 * @value: the number
 */
void json_add_u64_if(struct json_object *obj, const char *key, bool known,
		     uint64_t value);

/**
 * json_add_bool() - add true or false
 * @obj: the object
 * @key: a string that outlives it
 * @value: which
 */
void json_add_bool(struct json_object *obj, const char *key, bool value);

/**
 * json_add_comm() - add a process's name, escaped, or null
 * @obj: the object
 * @key: a string that outlives it
 * @known: without it null is added
 * @comm: the name
 */
void json_add_comm(struct json_object *obj, const char *key, bool known,
		   const char comm[16]);

#endif /* FORMAT_JSON_H */
