// SPDX-License-Identifier: GPL-2.0
/* Reads settings that affect how connections end, from /proc or text. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "system/sysctl.h"
#include "util/basics.h"
#include "util/parse.h"
#include "util/text.h"

#define PREFIX		"net.ipv4."

/* The first SYSCTLS affect TIME_WAIT. */
static const char *const names[] = {
	"tcp_fin_timeout", "tcp_max_tw_buckets", "tcp_tw_reuse",
	"tcp_rfc1337", "ip_local_port_range",
	"tcp_timestamps", "tcp_max_orphans", "tcp_orphan_retries",
	"tcp_retries2", "tcp_tw_reuse_delay",
};

static FILE *open_value(const char *name)
{
	char path[96];

	snprintf(path, sizeof(path), "/proc/sys/net/ipv4/%s", name);
	return fopen(path, "re");
}

static void read_value(const char *name, char value[SYSCTL_MAX])
{
	FILE *file = open_value(name);
	char *at;

	value[0] = '\0';
	if (!file)
		return;
	if (!fgets(value, SYSCTL_MAX, file))
		value[0] = '\0';
	fclose(file);
	value[strcspn(value, "\n")] = '\0';
	/* The port range is two numbers with a tab between them. */
	at = strchr(value, '\t');
	if (at)
		*at = '-';
}

void sysctl_read_all(struct sysctl list[SYSCTLS])
{
	unsigned int i;

	for (i = 0; i < SYSCTLS; i++) {
		list[i].name = names[i];
		read_value(names[i], list[i].value);
	}
}

size_t sysctl_write_all(char text[SYSCTLS_TEXT_MAX])
{
	char value[SYSCTL_MAX];
	size_t i, len = 0;

	_Static_assert(ARRAY_SIZE(names) *
		       (sizeof(PREFIX) + 32 + SYSCTL_MAX) <=
		       SYSCTLS_TEXT_MAX, "all of them fit");
	text[0] = '\0';
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		read_value(names[i], value);
		if (value[0])
			len += (size_t)snprintf(text + len,
						SYSCTLS_TEXT_MAX - len,
						PREFIX "%s=%s\n", names[i],
						value);
	}
	return len;
}

/* Parse one line, without its newline. */
static void parse_line(struct sysctl list[SYSCTLS], const char *line,
		       size_t len)
{
	const size_t prefix = sizeof(PREFIX) - 1;
	unsigned int i;
	size_t name;

	if (len < prefix || memcmp(line, PREFIX, prefix))
		return;
	line += prefix;
	len -= prefix;
	for (i = 0; i < SYSCTLS; i++) {
		name = strlen(names[i]);
		if (len > name && line[name] == '=' &&
		    !memcmp(line, names[i], name))
			text_escape(line + name + 1, len - name - 1,
				    list[i].value, SYSCTL_MAX);
	}
}

void sysctl_parse_all(struct sysctl list[SYSCTLS], const char *text, size_t len)
{
	const char *end = text + strnlen(text, len), *newline;
	unsigned int i;

	for (i = 0; i < SYSCTLS; i++) {
		list[i].name = names[i];
		list[i].value[0] = '\0';
	}
	for (; text < end; text = newline + 1) {
		newline = memchr(text, '\n', (size_t)(end - text));
		if (!newline)
			newline = end;
		parse_line(list, text, (size_t)(newline - text));
	}
}

void sysctl_merge_all(struct sysctl list[SYSCTLS],
		      const struct sysctl more[SYSCTLS])
{
	unsigned int i;
	size_t len;

	for (i = 0; i < SYSCTLS; i++) {
		if (!strcmp(list[i].value, more[i].value))
			continue;
		len = strlen(list[i].value);
		snprintf(list[i].value + len, SYSCTL_MAX - len, "/%s",
			 more[i].value[0] ? more[i].value : "-");
	}
}

const char *sysctl_find(const struct sysctl list[SYSCTLS], const char *name)
{
	unsigned int i;

	for (i = 0; i < SYSCTLS; i++) {
		if (!strcmp(list[i].name, name))
			return list[i].value;
	}
	return "";
}

bool sysctl_number(const char *name, uint64_t *value)
{
	char text[SYSCTL_MAX];

	read_value(name, text);
	return parse_number(text, value);
}

char *sysctl_text(const char *name)
{
	FILE *file = open_value(name);
	char *text = NULL;
	size_t size = 0;

	if (!file)
		return NULL;
	if (getline(&text, &size, file) < 0) {
		free(text);
		text = NULL;
	}
	fclose(file);
	return text;
}
