// SPDX-License-Identifier: GPL-2.0
/* Makes a verdict reproducible. */
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "normalize.h"

#define MANY	32	/* times, labels */

/* A time in the verdict, and a mask of the ends that saw it. */
struct moment {
	int64_t ns;
	unsigned int ends;
};

/**
 * struct normalizer - a verdict that is being normalized
 * @verdict: the verdict
 * @ends: member "ends" of the verdict
 * @moment: times of the verdict, sorted once all are known
 * @moments: entries in @moment
 * @seen: labelled values: prefix of the label, blank, value
 * @nseen: entries in @seen
 * @offset: smallest and largest offset of the wall clock from the monotonic clock, in
 *	ns, that the verdict's times of day allow
 * @why: the first error, "" if there is none
 */
struct normalizer {
	struct json_object *verdict;
	struct json_object *ends;
	struct moment moment[MANY];
	unsigned int moments;
	char seen[MANY][96];
	unsigned int nseen;
	int64_t offset[2];
	char why[160];
};

__attribute__((format(printf, 2, 3)))
static void complain(struct normalizer *n, const char *format, ...)
{
	va_list args;

	if (n->why[0])
		return;
	va_start(args, format);
	vsnprintf(n->why, sizeof(n->why), format, args);
	va_end(args);
}

/* A required member, which may be null. */
static struct json_object *get(struct normalizer *n, struct json_object *obj,
			       const char *key)
{
	struct json_object *value = NULL;

	if (!json_object_object_get_ex(obj, key, &value))
		complain(n, "no member '%s'", key);
	return value;
}

static void set(struct json_object *obj, const char *key, const char *text)
{
	json_object_object_add(obj, key, json_object_new_string(text));
}

static unsigned int end_count(const struct normalizer *n)
{
	return (unsigned int)json_object_array_length(n->ends);
}

static struct json_object *end_at(const struct normalizer *n, unsigned int i)
{
	return json_object_array_get_idx(n->ends, i);
}

static void add_moment(struct normalizer *n, int64_t ns, unsigned int ends)
{
	unsigned int i;

	for (i = 0; i < n->moments; i++) {
		if (n->moment[i].ns == ns) {
			n->moment[i].ends |= ends;
			return;
		}
	}
	if (n->moments == MANY) {
		complain(n, "too many times");
		return;
	}
	n->moment[n->moments++] = (struct moment){ ns, ends };
}

static void collect_waves(struct normalizer *n)
{
	struct json_object *waves = get(n, n->verdict, "waves");
	struct json_object *wave, *from, *ns;
	size_t i;

	for (i = 0; i < json_object_array_length(waves); i++) {
		unsigned int sender;

		wave = json_object_array_get_idx(waves, i);
		from = get(n, wave, "from");
		sender = from && strcmp(json_object_get_string(from), "local");
		ns = get(n, wave, "sent_ns");
		if (ns)
			add_moment(n, json_object_get_int64(ns), 1U << sender);
		ns = get(n, wave, "received_ns");
		if (ns)
			add_moment(n, json_object_get_int64(ns), 2U >> sender);
	}
}

/* Parse a time of RFC 3339 with microseconds: returns microseconds, or -1. */
static int64_t read_stamp(const char *text)
{
	unsigned int us;
	struct tm tm = { 0 };
	const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
	int length = 0;

	if (!rest || sscanf(rest, ".%6uZ%n", &us, &length) != 1 ||
	    length != 8 || rest[8])
		return -1;
	return (int64_t)timegm(&tm) * 1000000 + us;
}

/* A time of day of an end, in microseconds; false if it is null. */
static bool get_stamp(struct normalizer *n, struct json_object *end,
		      const char *key, int64_t *us)
{
	struct json_object *stamp = get(n, end, key);

	if (!stamp)
		return false;
	*us = read_stamp(json_object_get_string(stamp));
	if (*us < 0)
		complain(n, "%s: '%s' is not a time of day", key,
			 json_object_get_string(stamp));
	return *us >= 0;
}

/* Compute the offset of the clocks from the ends' last times, given in both. */
static void collect_ends(struct normalizer *n)
{
	unsigned int i;
	int64_t us, from;

	n->offset[0] = INT64_MIN;
	n->offset[1] = INT64_MAX;
	for (i = 0; i < end_count(n); i++) {
		struct json_object *ns = get(n, end_at(n, i), "end_ns");

		if (get_stamp(n, end_at(n, i), "end", &us) != !!ns)
			complain(n, "end and end_ns disagree");
		if (!ns)
			continue;
		add_moment(n, json_object_get_int64(ns), 1U << i);
		from = us * 1000 - json_object_get_int64(ns);
		if (from > n->offset[0])
			n->offset[0] = from;
		if (from + 999 < n->offset[1])
			n->offset[1] = from + 999;
	}
	if (n->offset[0] > n->offset[1])
		complain(n, "stamps of two ends disagree");
}

/* Index of the time that equals a time of day, rather one of this end; or -1. */
static int find_stamp(const struct normalizer *n, int64_t us, unsigned int end)
{
	unsigned int i;
	int found = -1;

	for (i = 0; i < n->moments; i++) {
		int64_t from = us * 1000 - n->moment[i].ns;

		if (from > n->offset[1] || from + 999 < n->offset[0])
			continue;
		if (n->moment[i].ends & 1U << end)
			return (int)i;
		if (found < 0)
			found = (int)i;
	}
	return found;
}

/* Add begins that are no other time: a FIN that had to wait in the send queue. */
static void collect_begins(struct normalizer *n)
{
	unsigned int i;
	int64_t us;

	for (i = 0; i < end_count(n); i++)
		if (get_stamp(n, end_at(n, i), "begin", &us) &&
		    find_stamp(n, us, i) < 0)
			add_moment(n, us * 1000 - n->offset[0], 1U << i);
}

static int compare_moments(const void *a, const void *b)
{
	const struct moment *x = a, *y = b;

	return (x->ns > y->ns) - (x->ns < y->ns);
}

static int index_of(const struct normalizer *n, int64_t ns)
{
	unsigned int i;

	for (i = 0; n->moment[i].ns != ns; i++)
		;
	return (int)i;
}

static void label_ns(struct normalizer *n, struct json_object *obj,
		     const char *key)
{
	struct json_object *ns = get(n, obj, key);
	char text[16];

	if (!ns)
		return;
	snprintf(text, sizeof(text), "T%d",
		 index_of(n, json_object_get_int64(ns)));
	set(obj, key, text);
}

static void set_span(struct json_object *obj, const char *key, int to, int from)
{
	char text[24];

	snprintf(text, sizeof(text), "T%d-T%d", to, from);
	set(obj, key, text);
}

static void label_stamp(struct json_object *end, const char *key, int index)
{
	char text[16];

	if (index < 0)
		return;
	snprintf(text, sizeof(text), "T%d", index);
	set(end, key, text);
}

/* Difference in microseconds between a duration and that of two times. */
static int64_t misfit(const struct normalizer *n, int64_t us, int from, int to)
{
	return llabs((n->moment[to].ns - n->moment[from].ns) / 1000 - us);
}

/*
 * Index of the time of this end that is @us later than time @from: the best fit, the
 * first of equal fits, or -1.
 */
static int find_later(const struct normalizer *n, int64_t us, unsigned int end,
		      int from)
{
	int to, found = -1;
	int64_t best = 2;

	for (to = from + 1; to < (int)n->moments; to++) {
		if (!(n->moment[to].ends & 1U << end) ||
		    misfit(n, us, from, to) >= best)
			continue;
		best = misfit(n, us, from, to);
		found = to;
	}
	return found;
}

/*
 * Label a duration that begins at time @from, or at any time of this end for -1.
 * Returns the index of the time at which the duration ends.
 */
static int label_span(struct normalizer *n, struct json_object *obj,
		      const char *key, unsigned int end, int from)
{
	struct json_object *ms = get(n, obj, key);
	int64_t us = (int64_t)(json_object_get_double(ms) * 1000 + 0.5);
	int to = from < 0 ? -1 : find_later(n, us, end, from);
	int any;

	for (any = 0; from < 0 && to < 0 && any < (int)n->moments; any++) {
		if (n->moment[any].ends & 1U << end)
			to = find_later(n, us, end, any);
		if (to >= 0)
			from = any;
	}
	if (to < 0) {
		complain(n, "%s: %s ms is not the difference of two times", key,
			 json_object_get_string(ms));
		return -1;
	}
	set_span(obj, key, to, from);
	return to;
}

/* Label another member with the same duration; false unless the numbers are equal. */
static bool label_same(struct json_object *obj, const char *key,
		       const char *number, struct json_object *label)
{
	struct json_object *value;

	if (!json_object_object_get_ex(obj, key, &value) || !value || !label ||
	    strcmp(json_object_get_string(value), number))
		return false;
	set(obj, key, json_object_get_string(label));
	return true;
}

/* Label how long an end was in each state; the states follow without gaps. */
static void label_states(struct normalizer *n, unsigned int end, int at)
{
	static const char *const order[] = {
		"FIN_WAIT1", "CLOSE_WAIT", "FIN_WAIT2", "CLOSING", "LAST_ACK",
		"TIME_WAIT",
	};
	struct json_object *states = get(n, end_at(n, end), "states_ms");
	struct json_object *wait = get(n, end_at(n, end), "time_wait");
	struct json_object *half = get(n, n->verdict, "half_close");
	char number[32];
	size_t i;

	for (i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
		struct json_object *span = get(n, states, order[i]);

		if (!span)
			continue;
		snprintf(number, sizeof(number), "%s",
			 json_object_get_string(span));
		at = label_span(n, states, order[i], end, at);
		span = get(n, states, order[i]);
		if (wait && i == 5)
			label_same(wait, "ms", number, span);
		if (i == 1 || i == 2)
			label_same(half, "ms", number, span);
	}
}

/* Complain of a duration without label: it equals that of no state. */
static void check_number(struct normalizer *n, struct json_object *obj,
			 const char *key)
{
	struct json_object *ms = obj ? get(n, obj, key) : NULL;

	if (ms && !json_object_is_type(ms, json_type_string))
		complain(n, "%s: %s ms is not the duration of a state", key,
			 json_object_get_string(ms));
}

static void label_end(struct normalizer *n, unsigned int i)
{
	struct json_object *end = end_at(n, i);
	struct json_object *ns = get(n, end, "end_ns");
	int begin = -1;
	int64_t us;

	if (get_stamp(n, end, "begin", &us))
		begin = find_stamp(n, us, i);
	label_states(n, i, begin);
	check_number(n, get(n, end, "time_wait"), "ms");
	label_stamp(end, "begin", begin);
	if (ns)
		label_stamp(end, "end",
			    index_of(n, json_object_get_int64(ns)));
	label_ns(n, end, "end_ns");
}

static void label_times(struct normalizer *n)
{
	struct json_object *waves = get(n, n->verdict, "waves");
	unsigned int i;

	for (i = 0; i < json_object_array_length(waves); i++) {
		label_ns(n, json_object_array_get_idx(waves, i), "sent_ns");
		label_ns(n, json_object_array_get_idx(waves, i),
			 "received_ns");
	}
	for (i = 0; i < end_count(n); i++)
		label_end(n, i);
	check_number(n, get(n, n->verdict, "half_close"), "ms");
}

/* Replace a member by the label of @text; equal texts have equal labels. */
static void label_text(struct normalizer *n, struct json_object *obj,
		       const char *key, const char *prefix, const char *text)
{
	unsigned int i, number = 1;
	char wanted[96], label[16];

	snprintf(wanted, sizeof(wanted), "%s %s", prefix, text);
	for (i = 0; i < n->nseen && strcmp(n->seen[i], wanted); i++)
		number += !strncmp(n->seen[i], wanted, strlen(prefix) + 1);
	if (i == MANY) {
		complain(n, "too many labels");
		return;
	}
	if (i == n->nseen)
		strcpy(n->seen[n->nseen++], wanted);
	snprintf(label, sizeof(label), "%s%u", prefix, number);
	set(obj, key, label);
}

static void label_value(struct normalizer *n, struct json_object *obj,
			const char *key, const char *prefix)
{
	struct json_object *value = get(n, obj, key);

	if (value)
		label_text(n, obj, key, prefix, json_object_get_string(value));
}

static void label_identities(struct normalizer *n)
{
	static const struct {
		const char *key;
		const char *prefix;
	} names[] = {
		{ "cookie", "C" }, { "netns", "N" }, { "family", "F" },
		{ "laddr", "A" }, { "raddr", "A" }, { "lport", "P" },
		{ "rport", "P" }, { "owner_pid", "PID" }, { "inode", "I" },
	};
	unsigned int end;
	size_t i;

	for (end = 0; end < end_count(n); end++)
		for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
			label_value(n, end_at(n, end), names[i].key,
				    names[i].prefix);
}

/* Label a sequence number relative to the FIN @base, x or y, if that is known. */
static void label_seq(struct normalizer *n, struct json_object *obj,
		      const char *key, const char *base)
{
	struct json_object *value = get(n, obj, key);
	struct json_object *fin = get(n, n->verdict, base);
	char text[24];
	int32_t apart;

	if (!value)
		return;
	if (!fin) {
		label_value(n, obj, key, "S");
		return;
	}
	apart = (int32_t)((uint32_t)json_object_get_int64(value) -
			  (uint32_t)json_object_get_int64(fin));
	snprintf(text, sizeof(text), apart ? "%s%+d" : "%s", base, apart);
	set(obj, key, text);
}

/* The end of FIN x sends waves 1 and 4, the end of FIN y waves 2 and 3. */
static void label_seqs(struct normalizer *n)
{
	struct json_object *waves = get(n, n->verdict, "waves");
	size_t i;

	for (i = 0; i < json_object_array_length(waves); i++) {
		struct json_object *wave = json_object_array_get_idx(waves, i);
		bool closer = i == 0 || i == 3;

		label_seq(n, wave, "seq", closer ? "x" : "y");
		label_seq(n, wave, "ack", closer ? "y" : "x");
	}
	if (get(n, n->verdict, "x"))
		set(n->verdict, "x", "x");
	if (get(n, n->verdict, "y"))
		set(n->verdict, "y", "y");
}

const char *normalize_verdict(struct json_object *verdict)
{
	static struct normalizer n;

	memset(&n, 0, sizeof(n));
	n.verdict = verdict;
	n.ends = get(&n, verdict, "ends");
	collect_waves(&n);
	collect_ends(&n);
	if (!n.why[0])
		collect_begins(&n);
	qsort(n.moment, n.moments, sizeof(n.moment[0]), compare_moments);
	if (!n.why[0])
		label_times(&n);
	if (!n.why[0])
		label_identities(&n);
	if (!n.why[0])
		label_seqs(&n);
	return n.why[0] ? n.why : NULL;
}
