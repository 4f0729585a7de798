/* SPDX-License-Identifier: GPL-2.0 */
/* Small helpers over json-c: one object a line, null for what is not known. */
#ifndef TCPFIN_JSON_H
#define TCPFIN_JSON_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include <json-c/json.h>

/**
 * tcpfin_json_line() - print an object on a line of its own and free it
 * @out: the stream
 * @obj: the object
 */
void tcpfin_json_line(FILE *out, struct json_object *obj);

/**
 * tcpfin_json_u64() - add a whole number
 * @obj: the object
 * @key: a string that outlives it
 * @value: the number
 */
void tcpfin_json_u64(struct json_object *obj, const char *key, uint64_t value);

/**
 * tcpfin_json_str() - add a string, or null
 * @obj: the object
 * @key: a string that outlives it
 * @value: ASCII, or NULL
 */
void tcpfin_json_str(struct json_object *obj, const char *key,
		     const char *value);

/**
 * tcpfin_json_ms() - add a time span in milliseconds, or null
 * @obj: the object
 * @key: a string that outlives it
 * @known: without it null is added
 * @ns: the span in nanoseconds; microseconds are what is left of it
 */
void tcpfin_json_ms(struct json_object *obj, const char *key, bool known,
		    uint64_t ns);

/**
 * tcpfin_json_u64_if() - add a whole number, or null
 * @obj: the object
 * @key: a string that outlives it
 * @known: without it null is added
 * @value: the number
 */
void tcpfin_json_u64_if(struct json_object *obj, const char *key, bool known,
			uint64_t value);

/**
 * tcpfin_json_bool() - add true or false
 * @obj: the object
 * @key: a string that outlives it
 * @value: which
 */
void tcpfin_json_bool(struct json_object *obj, const char *key, bool value);

/**
 * tcpfin_json_comm() - add a process's name, escaped, or null
 * @obj: the object
 * @key: a string that outlives it
 * @known: without it null is added
 * @comm: the name
 */
void tcpfin_json_comm(struct json_object *obj, const char *key, bool known,
		      const char comm[16]);

#endif /* TCPFIN_JSON_H */
