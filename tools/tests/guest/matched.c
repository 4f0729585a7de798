// SPDX-License-Identifier: GPL-2.0
/* A verdict and its connection on the wire, and where they differ. */
#include <string.h>

#include "matched.h"
#include "program.h"

#define PRINTED_MAX	5	/* connections that differ */

/* Tell what was expected by the wire, and what the verdict has. */
void differ(struct matched *m, const char *format, ...)
{
	va_list args;

	if (m->agreement->differing < PRINTED_MAX) {
		va_start(args, format);
		print_message("# difference: ");
		vprint_message(format, args);
		print_message("\n");
		va_end(args);
	}
	m->differs = true;
}

/* A number that may be null. */
bool fact(struct json_object *obj, const char *path, uint64_t *value)
{
	if (!member(obj, path))
		return false;
	*value = number(obj, path);
	return true;
}

const char *word(struct json_object *obj, const char *path)
{
	return member(obj, path) ? string(obj, path) : "null";
}

bool is_word(struct json_object *obj, const char *path, const char *want)
{
	return !strcmp(word(obj, path), want);
}

/* The time of a packet by the clock of the verdicts. */
int64_t mono(const struct matched *m, uint64_t wall_ns)
{
	return (int64_t)wall_ns - m->agreement->wall_ns;
}

/* The end of the wire that is "local" or "remote". */
int end_of(const struct matched *m, const char *side)
{
	return strcmp(side, "remote") ? m->first : !m->first;
}

void expect_number(struct matched *m, struct json_object *obj,
		   const char *path, uint64_t want)
{
	uint64_t seen = 0;

	if (!fact(obj, path, &seen) && m->partial)
		return;
	if (!member(obj, path))
		differ(m, "%s: %llu expected, null seen", path,
		       (unsigned long long)want);
	else if (seen != want)
		differ(m, "%s: %llu expected, %llu seen", path,
		       (unsigned long long)want, (unsigned long long)seen);
}

/* The verdict's part on an end of the wire, NULL if it has none. */
struct json_object *end_part(const struct matched *m, int which)
{
	struct json_object *ends = member(m->verdict, "ends");
	size_t index = which != m->first;

	return index < json_object_array_length(ends) ?
	       json_object_array_get_idx(ends, index) : NULL;
}

/* Did the end still exist when a packet came? */
bool existed(const struct matched *m, int which, uint64_t wall_ns)
{
	struct json_object *end = end_part(m, which);
	uint64_t over;

	return end && fact(end, "end_ns", &over) &&
	       (int64_t)over >= mono(m, wall_ns) - CLOCKS_NS;
}

/* With all that there is, if it is one of the first. */
void matched_finish(struct matched *m)
{
	if (!m->differs)
		return;
	if (m->agreement->differing++ >= PRINTED_MAX)
		return;
	if (m->verdict)
		print_message("# %s\n", json_object_to_json_string(m->verdict));
	if (m->conn)
		capture_print(stdout, m->conn);
}
