// SPDX-License-Identifier: GPL-2.0
/* Finds counters by name in files of /proc/net. */
#include <stdlib.h>
#include <string.h>

#include "system/snmp.h"
#include "util/basics.h"
#include "util/parse.h"

#define BLANK	" \n"

/* Cut "GROUP:" off a line. Return the rest, or NULL if there is no colon. */
static char *cut_group(char *line)
{
	char *colon = strchr(line, ':');

	if (!colon)
		return NULL;
	*colon = '\0';
	return colon + 1;
}

static void set_counter(struct snmp_counter *list, size_t count,
			const char *group, const char *name, const char *text)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (strcmp(list[i].group, group) || strcmp(list[i].name, name))
			continue;
		if (!parse_number(text, &list[i].value))
			return;
		list[i].known = true;
	}
}

static void scan_pair(struct snmp_counter *list, size_t count, char *names,
		      char *values)
{
	char *name_at, *value_at, *name, *value;
	char *first = cut_group(names), *second = cut_group(values);

	if (!first || !second || strcmp(names, values))
		return;
	name = strtok_r(first, BLANK, &name_at);
	value = strtok_r(second, BLANK, &value_at);
	while (name && value) {
		set_counter(list, count, names, name, value);
		name = strtok_r(NULL, BLANK, &name_at);
		value = strtok_r(NULL, BLANK, &value_at);
	}
}

void snmp_scan(FILE *file, struct snmp_counter *list, size_t count)
{
	char *names = NULL, *values = NULL;
	size_t names_size = 0, values_size = 0;

	while (getline(&names, &names_size, file) >= 0 &&
	       getline(&values, &values_size, file) >= 0)
		scan_pair(list, count, names, values);
	free(names);
	free(values);
}

void snmp_scan_sockstat(FILE *file, struct snmp_counter *list, size_t count)
{
	char *line = NULL, *rest, *name, *value, *at;
	size_t size = 0;

	while (getline(&line, &size, file) >= 0) {
		rest = cut_group(line);
		if (!rest)
			continue;
		name = strtok_r(rest, BLANK, &at);
		while (name && (value = strtok_r(NULL, BLANK, &at))) {
			set_counter(list, count, line, name, value);
			name = strtok_r(NULL, BLANK, &at);
		}
	}
	free(line);
}

void snmp_read(struct snmp_counter *list, size_t count)
{
	static const struct {
		const char *path;
		void (*scan)(FILE *file, struct snmp_counter *list,
			     size_t count);
	} files[] = {
		{ "/proc/net/netstat", snmp_scan },
		{ "/proc/net/snmp", snmp_scan },
		{ "/proc/net/sockstat", snmp_scan_sockstat },
	};
	FILE *file;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(files); i++) {
		file = fopen(files[i].path, "re");
		if (!file)
			continue;
		files[i].scan(file, list, count);
		fclose(file);
	}
}
