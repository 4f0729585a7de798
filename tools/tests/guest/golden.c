// SPDX-License-Identifier: GPL-2.0
/* Golden files: expected verdicts, as JSON that people can read. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "golden.h"
#include "net.h"

/* An object or array that fits on such a line is one line: waves form a table. */
#define WIDTH		200
#define FILES_MAX	200

/* The folder, and the files of it that tests used. */
static const char *folder;
static bool writing;
static char *used[FILES_MAX];
static unsigned int nused;

void golden_open(const char *dir, bool write)
{
	folder = dir;
	writing = write;
}

static void print_value(FILE *out, struct json_object *value, int indent);

/* Begin the next line of an object or array that does not fit on one line. */
static void new_line(FILE *out, int indent, bool first)
{
	fprintf(out, "%s\n%*s", first ? "" : ",", indent, "");
}

static void print_object(FILE *out, struct json_object *obj, int indent)
{
	bool first = true;

	putc('{', out);
	json_object_object_foreach(obj, key, value) {
		new_line(out, indent + 2, first);
		fprintf(out, "\"%s\": ", key);
		print_value(out, value, indent + 2);
		first = false;
	}
	fprintf(out, "\n%*s}", indent, "");
}

static void print_array(FILE *out, struct json_object *array, int indent)
{
	size_t i;

	putc('[', out);
	for (i = 0; i < json_object_array_length(array); i++) {
		new_line(out, indent + 2, !i);
		print_value(out, json_object_array_get_idx(array, i),
			    indent + 2);
	}
	fprintf(out, "\n%*s]", indent, "");
}

static void print_value(FILE *out, struct json_object *value, int indent)
{
	const char *line = json_object_to_json_string_ext(value,
						JSON_C_TO_STRING_SPACED |
						JSON_C_TO_STRING_NOSLASHESCAPE);

	if (indent + strlen(line) <= WIDTH)
		fputs(line, out);
	else if (json_object_is_type(value, json_type_object))
		print_object(out, value, indent);
	else
		print_array(out, value, indent);
}

static char *pretty(struct json_object *value)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	print_value(out, value, 0);
	putc('\n', out);
	fclose(out);
	return text;
}

/* The file's text, or NULL if there is no such file. */
static char *read_file(const char *path)
{
	FILE *in = fopen(path, "re");
	char *text = NULL;
	size_t size = 0;

	if (!in)
		return NULL;
	if (getdelim(&text, &size, '\0', in) < 0)
		fail_msg("%s: empty file", path);
	fclose(in);
	return text;
}

static void write_file(const char *path, const char *text)
{
	FILE *out = fopen(path, "we");

	if (!out || fputs(text, out) < 0 || fclose(out))
		fail_msg("cannot write %s", path);
}

static bool is_used(const char *file)
{
	unsigned int i;

	for (i = 0; i < nused; i++)
		if (!strcmp(used[i], file))
			return true;
	return false;
}

static void note_used(const char *file)
{
	if (is_used(file))
		return;
	assert_in_range(nused, 0, FILES_MAX - 1);
	used[nused++] = strdup(file);
}

static size_t line_length(const char *text)
{
	return strcspn(text, "\n");
}

/* Fail with both texts from the first line on that differs. */
static void fail_differing(const char *path, const char *want, const char *seen)
{
	unsigned int line = 1;

	while (*want && line_length(want) == line_length(seen) &&
	       !strncmp(want, seen, line_length(want))) {
		want += line_length(want) + !!want[line_length(want)];
		seen += line_length(seen) + !!seen[line_length(seen)];
		line++;
	}
	fail_msg("%s:%u: expected\n%.600s\nseen\n%.600s", path, line, want,
		 seen);
}

/* Fail unless two values are equal; @what names @want in the message. */
void golden_compare(const char *what, struct json_object *want,
		    struct json_object *seen)
{
	char *want_text = pretty(want), *seen_text = pretty(seen);

	if (strcmp(want_text, seen_text))
		fail_differing(what, want_text, seen_text);
	free(want_text);
	free(seen_text);
}

static void name_file(char path[256], const char *name, const char *family)
{
	snprintf(path, 256, "%s/%s%s.json", folder, name, family);
}

/* Compare with NAME.json, for IPv6 with NAME-inet6.json if there is one; or write it. */
void golden_check(const char *name, bool inet6, struct json_object *seen)
{
	char *want, *text = pretty(seen);
	char path[256];

	name_file(path, name, inet6 ? "-inet6" : "");
	want = read_file(path);
	if (inet6 && !want) {
		name_file(path, name, "");
		want = read_file(path);
	}
	if (writing && !(is_used(path) && want && !strcmp(want, text))) {
		name_file(path, name, is_used(path) ? "-inet6" : "");
		write_file(path, text);
	} else if (!want) {
		fail_msg("no %s; seen\n%s", path, text);
	} else if (strcmp(want, text)) {
		fail_differing(path, want, text);
	}
	note_used(path);
	free(want);
	free(text);
}

/* Count the file as used: this kernel cannot do its scenario. */
void golden_skip(const char *name)
{
	char path[256];

	name_file(path, name, "");
	note_used(path);
}

/* Fail if a file belongs to no scenario. */
void golden_check_unused(void)
{
	DIR *dir = opendir(folder);
	struct dirent *entry;
	char path[512];

	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		if (entry->d_name[0] != '.' && !is_used(path))
			fail_msg("%s: of no scenario", path);
	}
	closedir(dir);
}
