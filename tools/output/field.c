// SPDX-License-Identifier: GPL-2.0
/* Makes headings, objects and CSV columns; writes values other than single numbers. */
#include <string.h>
#include <sys/socket.h>

#include "output/picked.h"
#include "output/field.h"
#include "track/names.h"
#include "util/basics.h"

/* The most characters of a cgroup's path in a column of text */
#define CGROUP_WIDTH	120

/* Call a view's function for a row that has all fields, with no value known. */
static void name_all(struct fields *f, fields_fn *view, struct source *src)
{
	static const struct tcpfin_event ev;
	static struct conn conn;
	static const struct step step = { .conn = &conn };
	static const struct verdict v = { .end = { &conn, &conn } };
	const struct row row = { .src = src, .ev = &ev, .step = &step, .v = &v };

	view(f, &row);
}

void fields_titles(const struct fields *f, fields_fn *view, struct source *src)
{
	struct columns *out = f->picked ? f->picked->out : f->lines;
	struct fields titles = *f;

	titles.mode = FIELD_TITLES;
	titles.coloured = false;
	out->at = put_string(out->at, colour_if(f->coloured, COLOUR_TITLE));
	name_all(&titles, view, src);
	fields_end(&titles);
	if (f->coloured)
		out->at = put_string(out->at - 1, COLOUR_END "\n");
}

void fields_end_picked(struct fields *f)
{
	picked_end_line(f->picked);
}

static unsigned int titles_width(const struct fields *f, fields_fn *view,
				 struct source *src)
{
	struct columns *out = f->picked ? f->picked->out : f->lines;
	struct fields plain = *f;
	char *start = out->at;
	unsigned int width;

	plain.coloured = false;
	fields_titles(&plain, view, src);
	width = (unsigned int)(out->at - start) - 1;
	out->at = start;
	return width;
}

void fields_fit(struct fields *f, fields_fn *view, struct source *src,
		unsigned int width, unsigned int more)
{
	/* The widest first; -x has all columns anyway. */
	static const struct {
		unsigned int addr, comm, without;
	} layouts[] = {
		{ 39, 16, 0 }, { 39, 8, 0 }, { 15, 16, 0 }, { 15, 8, 0 },
		{ 15, 8, FIELD_COMM }, { 15, 8, FIELD_COMM | FIELD_LOCAL },
		{ 10, 8, FIELD_COMM | FIELD_LOCAL },
	};
	struct columns *out = f->picked ? f->picked->out : f->lines;
	unsigned int shown = f->shown;
	size_t i;

	f->comm_width = 8;
	f->shown = shown | FIELD_COMM | FIELD_LOCAL;
	if (!width || (shown & FIELD_EXTENDED && !f->picked))
		return;
	f->addr_cut = true;
	for (i = 0; i < ARRAY_SIZE(layouts); i++) {
		/* The columns of -o are all shown. */
		if (layouts[i].addr > f->addr_max || (f->picked && layouts[i].without))
			continue;
		f->addr_width = layouts[i].addr;
		f->comm_width = layouts[i].comm;
		f->shown = (shown | FIELD_COMM | FIELD_LOCAL) & ~layouts[i].without;
		if (titles_width(f, view, src) + more <= width)
			break;
	}
	out->max = width;
}

static bool has_name(const struct field_names *names, const char *name)
{
	unsigned int i;

	for (i = 0; i < names->count; i++)
		if (!strcmp(names->name[i], name))
			return true;
	return false;
}

void fields_names(struct field_names *names, fields_fn *view, struct source *src)
{
	/* Members of loss_object(). */
	static const char *const loss[] = { "type", "host", "cpu", "count" };
	struct fields f = { .mode = FIELD_NAMES, .names = names };
	size_t i;

	names->count = 0;
	names->used = 0;
	name_all(&f, view, src);
	for (i = 0; i < ARRAY_SIZE(loss); i++)
		if (!has_name(names, loss[i]))
			field_name(&f, NULL, 0, 0, loss[i]);
	names->name[names->count] = NULL;
}

struct json_object *fields_object(fields_fn *view, const struct row *row)
{
	struct fields f = {
		.mode = FIELD_OBJECT, .obj = json_object_new_object(),
	};

	view(&f, row);
	return f.obj;
}

static struct json_object *list_of(struct json_object *obj, const char *name)
{
	struct json_object *list = json_object_object_get(obj, name);

	if (!list) {
		list = json_object_new_array();
		json_object_object_add(obj, name, list);
	}
	return list;
}

struct fields fields_enter(struct fields *f, const char *name, int i)
{
	struct fields inner = *f;
	char index[16] = "";

	if (f->mode == FIELD_OBJECT) {
		inner.obj = json_object_new_object();
		if (i < 0)
			json_object_object_add(f->obj, name, inner.obj);
		else
			json_object_array_add(list_of(f->obj, name), inner.obj);
	} else if (f->mode == FIELD_NAMES) {
		if (i >= 0)
			snprintf(index, sizeof(index), "%d.", i);
		snprintf(inner.prefix, sizeof(inner.prefix), "%.16s%.20s.%s",
			 f->prefix, name, index);
	}
	return inner;
}

bool field_name(struct fields *f, const char *title, unsigned int width,
		unsigned int when, const char *name)
{
	const struct column c = { title, width, when, name };
	bool shown = c.title && !(c.when & ~f->shown);
	struct field_names *names = f->names;
	char *at;

	if (shown && f->picked)
		shown = picked_begin(f->picked, c.title, c.width);
	if (f->mode == FIELD_PICKED)
		return shown;
	if (f->mode == FIELD_TITLES && shown)
		field_put(f, c, c.title);
	if (f->mode != FIELD_NAMES || !c.name)
		return false;
	at = names->text + names->used;
	names->used += (size_t)snprintf(at, sizeof(names->text) - names->used,
					"%s%s", f->prefix, c.name) + 1;
	names->name[names->count++] = at;
	return false;
}

void field_start_colour(struct fields *f, const char *colour)
{
	if (f->picked)
		picked_close(f->picked);
	f->lines->at = put_string(f->lines->at, colour);
}

/* The space after the column stays last, see columns_end(). */
void field_end_colour(struct fields *f)
{
	f->lines->at = put_string(f->lines->at - 1, COLOUR_END " ");
}

const char *field_cgroup_of(const struct fields *f, struct source *src,
			    const struct conn *conn)
{
	bool shown = f->mode == FIELD_OBJECT || f->shown & FIELD_EXTENDED;

	return shown && conn->flags & CONN_UID ?
	       source_cgroup(src, conn->host, conn->cgroup) : NULL;
}

void field_cgroup(struct fields *f, struct column c, const char *path)
{
	char text[4 * CGROUP_PATH_MAX];
	size_t len;

	if (!path) {
		field_str(f, c, NULL);
		return;
	}
	if (!field_is_wanted(f, c))
		return;
	text_escape(path, strlen(path), text, sizeof(text));
	if (f->mode == FIELD_OBJECT) {
		json_add_str(f->obj, c.name, text);
		return;
	}
	len = strlen(text);
	if (len <= CGROUP_WIDTH) {
		field_put(f, c, text);
	} else {
		text[len - CGROUP_WIDTH] = '~';
		field_put(f, c, text + len - CGROUP_WIDTH);
	}
}

void field_container(struct fields *f, struct column c, const char *path)
{
	char id[CONTAINER_TEXT_MAX];

	field_str(f, c, path && cgroup_container(path, id) ? id : NULL);
}

void field_hex(struct fields *f, struct column c, uint64_t value)
{
	char text[20];

	*put_hex(text, value) = '\0';
	field_str(f, c, text);
}

void field_host_name(struct fields *f, struct column c, uint8_t family,
		     const uint8_t addr[16], uint32_t ifindex)
{
	char text[HOST_TEXT_MAX];
	char *at;

	if (!field_is_wanted(f, c))
		return;
	if (!f->resolver || fields_are_json(f))
		addr_text(family, addr, ifindex, text);
	else
		resolver_host_text(f->resolver, family, addr, ifindex, text);
	if (fields_are_json(f)) {
		json_add_str(f->obj, c.name, text);
		return;
	}
	at = put_string(columns_start(f->lines, c.width), text);
	columns_next(f->lines, field_cut(f, at), c.width);
}

void field_service_name(struct fields *f, struct column c, uint16_t port)
{
	char text[PORT_TEXT_MAX];

	if (fields_are_json(f) || !f->resolver)
		field_u64(f, c, port);
	else
		field_str(f, c, resolver_port_text(f->resolver, port, text));
}

void field_family(struct fields *f, uint8_t family)
{
	field_str(f, in_json("family"), family == AF_INET ? "inet" :
					family == AF_INET6 ? "inet6" : NULL);
}

struct states_text states_texts[FIELD_STATES * FIELD_STATES];

const struct states_text *make_states_text(uint8_t old, uint8_t new)
{
	static struct states_text other;
	bool usual = old < FIELD_STATES && new < FIELD_STATES;
	struct states_text *t = usual ? &states_texts[old * FIELD_STATES + new] : &other;
	char from[NAME_TEXT_MAX], to[NAME_TEXT_MAX];
	const char *next = state_name(new, to);

	/* Before ESTABLISHED, the only long new state, come short ones. */
	t->len = (uint32_t)snprintf(t->text, sizeof(t->text), "%-*s -> %-10s ",
				    strlen(next) > 10 ? 10 : 11,
				    state_name(old, from), next);
	return t;
}
