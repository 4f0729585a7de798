/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The fields of a view. The view's function names each field once: the heading
 * and width of its column of text, when that is shown, its name in JSON and CSV,
 * and its value. enum field_mode tells what the call is for. An unknown value is
 * "-" in text, null in JSON and empty in CSV.
 */
#ifndef OUTPUT_FIELD_H
#define OUTPUT_FIELD_H

#include <stdio.h>
#include <string.h>

#include "format/json.h"
#include "output/columns.h"
#include "source/source.h"
#include "track/step.h"
#include "track/verdict.h"
#include "util/colour.h"
#include "util/digits.h"
#include "util/resolver.h"
#include "util/text.h"

/* When a column of text is shown: if all its conditions hold */
#define FIELD_SHORT	0x01	/* without -x */
#define FIELD_EXTENDED	0x02	/* with -x */
#define FIELD_CLOCK	0x04	/* with -T */
#define FIELD_RELATIVE	0x08	/* with -t */
#define FIELD_HOSTS	0x10	/* events of several hosts */
#define FIELD_OPEN	0x20	/* with --open */
#define FIELD_ENDED	0x40	/* without --open */
#define FIELD_COMM	0x80	/* names of processes: there is room */
#define FIELD_LOCAL	0x100	/* local ports: there is room */
#define FIELD_UNITS	0x200	/* spans with units: without -x, and with -o */

/* The most columns of CSV in a view, and bytes of their names. */
#define FIELD_NAMES_MAX		160
#define FIELD_NAMES_SIZE	4096
#define FIELD_PREFIX_MAX	64

enum field_mode {
	FIELD_LINE,	/* write a line of text */
	FIELD_PICKED,	/* write the columns of a line that -o picks */
	FIELD_TITLES,	/* write the headings */
	FIELD_OBJECT,	/* add members to an object */
	FIELD_NAMES,	/* collect the names of CSV columns */
};

/* The names of the columns of CSV */
struct field_names {
	const char *name[FIELD_NAMES_MAX];	/* NULL behind the last name */
	unsigned int count;
	size_t used;	/* bytes of @text that are in use */
	char text[FIELD_NAMES_SIZE];
};

struct picked_columns;

/* The destination of fields */
struct fields {
	enum field_mode mode;
	/* for text: the FIELD_* that hold, and the widths of addresses and processes */
	unsigned int shown, addr_width, comm_width;
	unsigned int addr_max;	/* for text: the width of the longest address */
	bool addr_cut;		/* for text: longer addresses lose their middle */
	bool coloured;		/* for text */
	struct columns *lines;
	struct picked_columns *picked;	/* for FIELD_PICKED */
	struct resolver *resolver;	/* for text, NULL for numbers */
	struct json_object *obj;	/* for FIELD_OBJECT */
	struct field_names *names;	/* for FIELD_NAMES */
	char prefix[FIELD_PREFIX_MAX];	/* names of enclosing objects, each with a dot */
};

/* The subject of a line or an object: a step (@ev, @step, @host) or a verdict */
struct row {
	struct source *src;
	const struct tcpfin_event *ev;
	const struct step *step;
	const struct verdict *v;
	const struct holder *holder[2];	/* of the ends of @v, NULL if not known */
	uint8_t host;		/* where @ev happened, see struct item */
	uint64_t first_ns;	/* time of the event of the first line */
	uint64_t now_ns;	/* now, for a connection that has not ended */
};

/* A view's function. */
typedef void fields_fn(struct fields *f, const struct row *row);

fields_fn step_fields, verdict_fields;

/* Write the headings of a view's columns. */
void fields_titles(const struct fields *f, fields_fn *view, struct source *src);

/* As fields_end(), with -o. */
void fields_end_picked(struct fields *f);

/* End a line of text. */
static __always_inline void fields_end(struct fields *f)
{
	if (f->picked)
		fields_end_picked(f);
	else
		columns_end(f->lines);
}

/*
 * Make lines of text as wide as a terminal with @width columns allows: the last column
 * is up to @more wider than its heading. A line that is longer all the same is cut. 0 is
 * no terminal, with the usual widths.
 */
void fields_fit(struct fields *f, fields_fn *view, struct source *src,
		unsigned int width, unsigned int more);

/* Name a view's columns of CSV, and those that only losses have. */
void fields_names(struct field_names *names, fields_fn *view, struct source *src);

/* Make the object of a row, which the caller frees. */
struct json_object *fields_object(fields_fn *view, const struct row *row);
struct json_object *verdict_object(struct source *src, const struct verdict *v);

/* Do the fields go to JSON or CSV? */
static __always_inline bool fields_are_json(const struct fields *f)
{
	return f->mode >= FIELD_OBJECT;
}

/*
 * Begin a nested object: @name is its name, or that of the list in which it has
 * index @i (else -1). Return where the fields of the object go.
 */
struct fields fields_enter(struct fields *f, const char *name, int i);

/* How a field is named */
struct column {
	const char *title;	/* heading of its column of text, NULL for none */
	unsigned int width;	/* 0 for the last column of a line */
	unsigned int when;	/* FIELD_* when the column is shown, 0 for always */
	const char *name;	/* name in JSON and CSV, NULL for neither */
};

/* Always inline, so that a struct column is never stored for a line of text. */
static __always_inline struct column in_both(const char *title, unsigned int width,
					     unsigned int when, const char *name)
{
	return (struct column){ title, width, when, name };
}

static __always_inline struct column in_text(const char *title, unsigned int width,
					     unsigned int when)
{
	return (struct column){ title, width, when, NULL };
}

static __always_inline struct column in_json(const char *name)
{
	return (struct column){ .name = name };
}

/*
 * Write the heading of a column, or collect its name, if there is one. Return whether
 * -o picks the column, and its value is to be written.
 */
bool field_name(struct fields *f, const char *title, unsigned int width,
		unsigned int when, const char *name);

/* Is the value wanted? If not, write its heading or name, if that is wanted. */
static __always_inline bool field_is_wanted(struct fields *f, struct column c)
{
	if (f->mode == FIELD_LINE)
		return c.title && !(c.when & ~f->shown);
	if (f->mode == FIELD_OBJECT)
		return c.name;
	return field_name(f, c.title, c.width, c.when, c.name);
}

void field_start_colour(struct fields *f, const char *colour);
void field_end_colour(struct fields *f);

/* Give the column of text up to field_uncoloured() a colour, NULL for none. */
static __always_inline void field_coloured(struct fields *f, const char *colour)
{
	if (__builtin_expect(!!colour, 0) && f->coloured)
		field_start_colour(f, colour);
}

static __always_inline void field_uncoloured(struct fields *f, const char *colour)
{
	if (__builtin_expect(!!colour, 0) && f->coloured)
		field_end_colour(f);
}

/* Write a column of text. */
static __always_inline void field_put(struct fields *f, struct column c, const char *text)
{
	char *at = columns_start(f->lines, c.width);

	columns_next(f->lines, put_string(at, text), c.width);
}

/* Write a text; NULL is unknown. */
static __always_inline void field_str(struct fields *f, struct column c, const char *text)
{
	if (!field_is_wanted(f, c))
		return;
	if (f->mode == FIELD_OBJECT)
		json_add_str(f->obj, c.name, text);
	else
		field_put(f, c, text ? text : "-");
}

static __always_inline void field_u64_if(struct fields *f, struct column c, bool known,
					 uint64_t value)
{
	if (!field_is_wanted(f, c))
		return;
	if (f->mode == FIELD_OBJECT)
		json_add_u64_if(f->obj, c.name, known, value);
	else if (known)
		columns_next(f->lines,
			     put_number(columns_start(f->lines, c.width),
					value), c.width);
	else
		field_put(f, c, "-");
}

static __always_inline void field_u64(struct fields *f, struct column c, uint64_t value)
{
	field_u64_if(f, c, true, value);
}

static __always_inline void field_optional(struct fields *f, struct column c,
					   struct optional number)
{
	field_u64_if(f, c, number.known, number.value);
}

/* Write a time span, in milliseconds. */
static __always_inline void field_ms(struct fields *f, struct column c, bool known,
				     uint64_t ns)
{
	if (!field_is_wanted(f, c))
		return;
	if (f->mode == FIELD_OBJECT)
		json_add_ms(f->obj, c.name, known, ns);
	else
		columns_next(f->lines, put_ms(columns_start(f->lines, c.width),
					      known, ns), c.width);
}

/* Write a time span with its unit, 7 wide, to the right. */
static __always_inline void field_unit_span(struct fields *f, struct column c,
					    bool known, uint64_t ns)
{
	char text[16], *end;

	if (!field_is_wanted(f, c))
		return;
	memset(text, ' ', sizeof(text));
	end = put_span(text, known, ns);
	columns_start(f->lines, 7);
	memcpy(f->lines->at + (7 - (end - text)), text, 8);
	columns_next(f->lines, f->lines->at + 7, 7);
}

static __always_inline void field_span(struct fields *f, struct column c,
				       struct optional span)
{
	field_ms(f, c, span.known, span.value);
}

static __always_inline void field_bool_if(struct fields *f, struct column c, bool known,
					  bool value)
{
	if (known && f->mode == FIELD_OBJECT && c.name)
		json_add_bool(f->obj, c.name, value);
	else
		field_str(f, c, !known ? NULL : value ? "yes" : "no");
}

static __always_inline void field_bool(struct fields *f, struct column c, bool value)
{
	field_bool_if(f, c, true, value);
}

/* Write a process's name; a column of text narrower than 16 cuts it. */
static __always_inline void field_comm(struct fields *f, struct column c, bool known,
				       const char comm[16])
{
	if (!field_is_wanted(f, c))
		return;
	if (f->mode == FIELD_OBJECT)
		json_add_comm(f->obj, c.name, known, comm);
	else if (known)
		columns_next(f->lines,
			     put_escaped(columns_start(f->lines, 16), comm,
					 16, c.width < 16 ? c.width : COMM_TEXT_MAX),
			     c.width);
	else
		field_put(f, c, "-");
}

/*
 * Return the path of an end's cgroup, NULL if it is unknown or not shown; valid until the
 * next call.
 */
const char *field_cgroup_of(const struct fields *f, struct source *src,
			    const struct conn *conn);

/* Write the path of a cgroup; as text it loses the beginning if it is long. */
void field_cgroup(struct fields *f, struct column c, const char *path);

/* Write the container that a cgroup is of. */
void field_container(struct fields *f, struct column c, const char *path);

/* Write a number in hexadecimal, in JSON as a string. */
void field_hex(struct fields *f, struct column c, uint64_t value);

/* Write a host or a service; text has its name, if names are wanted. */
void field_host_name(struct fields *f, struct column c, uint8_t family,
		     const uint8_t addr[16], uint32_t ifindex);
void field_service_name(struct fields *f, struct column c, uint16_t port);

/*
 * Replace the middle of an address by "~" if it is longer than its column and has to be
 * cut. Return its end, from @end.
 */
static __always_inline char *field_cut(const struct fields *f, char *end)
{
	char *at = f->lines->at, *full = at + f->addr_width;
	unsigned int head = f->addr_width / 2;

	if (!f->addr_cut || end <= full)
		return end;
	memmove(at + head + 1, end - (full - at - head - 1),
		(size_t)(full - at) - head - 1);
	at[head] = '~';
	*full = ' ';
	return full;
}

/* Write an address; its column is as wide as addresses are. */
static __always_inline void field_addr(struct fields *f, struct column c, uint8_t family,
				       const uint8_t addr[16], uint32_t ifindex)
{
	c.width = f->addr_width;
	if (f->mode != FIELD_LINE || f->resolver)
		field_host_name(f, in_both(c.title, c.width, c.when, c.name),
				family, addr, ifindex);
	else if (field_is_wanted(f, c))
		columns_next(f->lines,
			     field_cut(f, put_addr(columns_start(f->lines, COLUMNS_WIDTH_MAX),
						   family, addr, ifindex)),
			     c.width);
}

static __always_inline void field_port(struct fields *f, struct column c, uint16_t port)
{
	if (f->mode != FIELD_LINE || f->resolver)
		field_service_name(f, in_both(c.title, c.width, c.when, c.name), port);
	else if (field_is_wanted(f, c))
		columns_next(f->lines, put_port(columns_start(f->lines, c.width), port),
			     c.width);
}

/* Write an address family, in JSON only. */
void field_family(struct fields *f, uint8_t family);

/* "OLDSTATE    -> NEWSTATE   ", made when first needed; 0 bytes long before */
struct states_text {
	char text[44];
	uint32_t len;
};

#define FIELD_STATES	16

extern struct states_text states_texts[FIELD_STATES * FIELD_STATES];

const struct states_text *make_states_text(uint8_t old, uint8_t new);

/* Two states, TCP_* or anything, as one column of text. */
static __always_inline void field_states(struct fields *f, struct column c, uint8_t old,
					 uint8_t new)
{
	const struct states_text *t = &states_texts[(uint8_t)(old * FIELD_STATES + new)];

	if (!field_is_wanted(f, c))
		return;
	if (old >= FIELD_STATES || new >= FIELD_STATES || !t->len)
		t = make_states_text(old, new);
	memcpy(f->lines->at, t->text, sizeof(t->text));
	f->lines->at += t->len;
}

#endif /* OUTPUT_FIELD_H */
