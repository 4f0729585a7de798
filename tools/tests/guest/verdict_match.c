// SPDX-License-Identifier: GPL-2.0
/* A verdict and its captured connection, with helpers to compare them. */
#include <string.h>

#include "verdict_match.h"
#include "program.h"

#define PRINTED_MAX	5	/* differing connections */

/* Note a difference, and print it if the connection is one of the first. */
void differ(struct verdict_match *m, const char *format, ...)
{
	va_list args;

	if (m->check->differing < PRINTED_MAX) {
		va_start(args, format);
		print_message("# difference: ");
		vprint_message(format, args);
		print_message("\n");
		va_end(args);
	}
	m->differs = true;
}

/* Get a number; false if it is null. */
bool get_number(struct json_object *obj, const char *path, uint64_t *value)
{
	if (!member(obj, path))
		return false;
	*value = number(obj, path);
	return true;
}

const char *string_or_null(struct json_object *obj, const char *path)
{
	return member(obj, path) ? string(obj, path) : "null";
}

bool is_string(struct json_object *obj, const char *path, const char *want)
{
	return !strcmp(string_or_null(obj, path), want);
}

/* Convert the time of a packet to the monotonic clock of verdicts. */
int64_t mono(const struct verdict_match *m, uint64_t wall_ns)
{
	return (int64_t)wall_ns - m->check->wall_ns;
}

/* Index of the captured end that the verdict calls "local" or "remote". */
int end_of(const struct verdict_match *m, const char *side)
{
	return strcmp(side, "remote") ? m->first : !m->first;
}

void expect_number(struct verdict_match *m, struct json_object *obj,
		   const char *path, uint64_t want)
{
	uint64_t seen = 0;

	if (!get_number(obj, path, &seen) && m->partial)
		return;
	if (!member(obj, path))
		differ(m, "%s: %llu expected, null seen", path,
		       (unsigned long long)want);
	else if (seen != want)
		differ(m, "%s: %llu expected, %llu seen", path,
		       (unsigned long long)want, (unsigned long long)seen);
}

/* The verdict's entry for a captured end, NULL if there is none. */
struct json_object *end_part(const struct verdict_match *m, int which)
{
	struct json_object *ends = member(m->verdict, "ends");
	size_t index = which != m->first;

	return index < json_object_array_length(ends) ?
	       json_object_array_get_idx(ends, index) : NULL;
}

/* Did the end's socket still exist when a packet passed its tap? */
bool existed(const struct verdict_match *m, int which, uint64_t wall_ns)
{
	struct json_object *end = end_part(m, which);
	uint64_t over;

	return end && get_number(end, "end_ns", &over) &&
	       (int64_t)over >= mono(m, wall_ns) - CLOCKS_NS;
}

/* Print verdict and packets if they differ and are one of the first. */
void verdict_match_finish(struct verdict_match *m)
{
	if (!m->differs)
		return;
	if (m->check->differing++ >= PRINTED_MAX)
		return;
	if (m->verdict)
		print_message("# %s\n", json_object_to_json_string(m->verdict));
	if (m->conn)
		capture_print(stdout, m->conn);
}
