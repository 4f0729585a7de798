// SPDX-License-Identifier: GPL-2.0
/* Helpers for json-c: print objects, and add values to them. */
#include "format/json.h"
#include "util/text.h"

void json_print(FILE *out, struct json_object *obj)
{
	fputs(json_object_to_json_string_ext(obj, JSON_C_TO_STRING_PLAIN |
					     JSON_C_TO_STRING_NOSLASHESCAPE),
	      out);
	json_object_put(obj);
}

void json_line(FILE *out, struct json_object *obj)
{
	json_print(out, obj);
	putc('\n', out);
}

void json_add_u64(struct json_object *obj, const char *key, uint64_t value)
{
	json_object_object_add_ex(obj, key, json_object_new_uint64(value),
				  JSON_C_OBJECT_ADD_CONSTANT_KEY);
}

void json_add_str(struct json_object *obj, const char *key, const char *value)
{
	json_object_object_add_ex(obj, key,
				  value ? json_object_new_string(value) : NULL,
				  JSON_C_OBJECT_ADD_CONSTANT_KEY);
}

/* The text is made here: json-c would print a double as 0.10000000000000001. */
void json_add_ms(struct json_object *obj, const char *key, bool known,
		 uint64_t ns)
{
	struct json_object *value = NULL;
	char digits[32];

	if (known) {
		snprintf(digits, sizeof(digits), "%llu.%03u",
			 (unsigned long long)(ns / 1000000),
			 (unsigned int)(ns / 1000 % 1000));
		value = json_object_new_double_s((double)ns / 1e6, digits);
	}
	json_object_object_add_ex(obj, key, value,
				  JSON_C_OBJECT_ADD_CONSTANT_KEY);
}

void json_add_u64_if(struct json_object *obj, const char *key, bool known,
		     uint64_t value)
{
	if (known)
		json_add_u64(obj, key, value);
	else
		json_add_str(obj, key, NULL);
}

void json_add_bool(struct json_object *obj, const char *key, bool value)
{
	json_object_object_add_ex(obj, key, json_object_new_boolean(value),
				  JSON_C_OBJECT_ADD_CONSTANT_KEY);
}

void json_add_comm(struct json_object *obj, const char *key, bool known,
		   const char comm[16])
{
	char buf[COMM_TEXT_MAX];

	json_add_str(obj, key, known ? comm_text(comm, buf) : NULL);
}
