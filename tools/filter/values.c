// SPDX-License-Identifier: GPL-2.0
/* Parses the values in a filter: numbers, ports, addresses, names. */
#include <arpa/inet.h>
#include <ctype.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>

#include "filter/ast.h"
#include "system/cgroup.h"
#include "util/basics.h"
#include "util/parse.h"

#define PORT_MAX	65535

static bool take_number(const char **text, uint64_t max, int64_t *value)
{
	uint64_t number;

	if (!parse_digits(text, &number) || number > max)
		return false;
	*value = (int64_t)number;
	return true;
}

/* Parse N or N-M, with the colons of ss before ports. */
static bool parse_range(const char *text, bool port, struct filter_range *range)
{
	uint64_t max = port ? PORT_MAX : UINT32_MAX;

	if (!take_number(&text, max, &range->min))
		return false;
	range->max = range->min;
	if (*text == '-') {
		text++;
		if (port && *text == ':')
			text++;
		if (!take_number(&text, max, &range->max))
			return false;
	}
	return !*text && range->min <= range->max;
}

static bool parse_port(const char *text, struct filter_range *range)
{
	const struct servent *service;

	if (!strcmp(text, "*")) {
		*range = (struct filter_range){ 0, PORT_MAX };
		return true;
	}
	if (parse_range(text, true, range))
		return true;
	service = *text ? getservbyname(text, "tcp") : NULL;
	if (!service)
		return false;
	range->min = ntohs((uint16_t)service->s_port);
	range->max = range->min;
	return true;
}

bool filter_value_number(const char *text, struct filter_node *node)
{
	return parse_range(text, false, &node->range);
}

bool filter_value_port(const char *text, struct filter_node *node)
{
	return parse_port(*text == ':' ? text + 1 : text, &node->range);
}

/* Convert a v4-mapped address to IPv4, as records have it. */
static void unmap(struct filter_host *host)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

	if (host->family != AF_INET6 || host->prefix < 96 ||
	    memcmp(host->addr, mapped, sizeof(mapped)))
		return;
	memcpy(host->addr, host->addr + sizeof(mapped), 4);
	host->family = AF_INET;
	host->prefix -= 96;
}

/* Parse an address; @bits is the text after the slash, or NULL. */
static bool parse_addr(const char *text, const char *bits, struct filter_host *host)
{
	int64_t prefix;

	if (!strcmp(text, "*") && !bits)
		return true;
	host->family = strchr(text, ':') ? AF_INET6 : AF_INET;
	if (inet_pton(host->family, text, host->addr) != 1)
		return false;
	host->prefix = host->family == AF_INET6 ? 128 : 32;
	if (bits) {
		if (!take_number(&bits, host->prefix, &prefix) || *bits)
			return false;
		host->prefix = (uint8_t)prefix;
	}
	unmap(host);
	return true;
}

/* Cut @text at the first character in @at. Return the rest, or NULL. */
static char *cut(char *text, const char *at)
{
	char *found = strpbrk(text, at);

	if (found)
		*found++ = '\0';
	return found;
}

/*
 * Split ADDR, ADDR/BITS, [ADDR]/BITS or [ADDR/BITS], each with an optional
 * :PORT. Several colons before the slash belong to a bare IPv6 address.
 */
static bool split_host(char *text, char **addr, char **bits, char **port)
{
	char *rest = text;

	*addr = text;
	*bits = NULL;
	if (*text == '[') {
		*addr = text + 1;
		rest = cut(text, "]");
		if (!rest || !strchr(*addr, ':'))
			return false;
		*bits = cut(*addr, "/");
		if (*rest == '/' && !*bits)
			*bits = rest + 1;
		else if (*rest && *rest != ':')
			return false;
		*port = cut(rest, ":");
		return true;
	}
	*bits = cut(text, "/");
	if (*bits)
		*port = cut(*bits, ":");
	else if (strchr(text, ':') == strrchr(text, ':'))
		*port = cut(text, ":");
	else
		*port = NULL;
	return true;
}

bool filter_value_host(const char *text, struct filter_node *node)
{
	struct filter_host *host = &node->host;
	char copy[2 * FILTER_WORD_MAX];
	char *addr, *bits, *port;

	memset(host, 0, sizeof(*host));
	host->port.max = PORT_MAX;
	if (strlen(text) >= sizeof(copy))
		return false;
	strcpy(copy, text);
	if (!split_host(copy, &addr, &bits, &port))
		return false;
	if (port && !parse_port(port, &host->port))
		return false;
	/* ":443" alone is any address, as in ss. */
	if (!*addr && port && !bits)
		return true;
	return parse_addr(addr, bits, host);
}

static int hex(char c)
{
	c = (char)tolower((unsigned char)c);
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/*
 * Copy a text that text_escape() may have escaped. Return its length, 0 if it is empty,
 * needs more than @max bytes or has a NUL.
 */
static size_t unescape(const char *text, char *to, size_t max)
{
	size_t len = 0;

	while (*text) {
		if (len == max)
			return 0;
		if (text[0] == '\\' && text[1] == 'x' && hex(text[2]) >= 0 &&
		    hex(text[3]) >= 0) {
			/* NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult): both are digits */
			to[len] = (char)(hex(text[2]) << 4 | hex(text[3]));
			text += 4;
		} else {
			to[len] = *text++;
		}
		if (!to[len++])
			return 0;
	}
	return len;
}

/* The kernel keeps 15 bytes of a name. */
bool filter_value_comm(const char *text, struct filter_node *node)
{
	memset(node->word, 0, sizeof(node->word));
	return unescape(text, node->word, 15);
}

/* The number of a cgroup, or its path, with or without where cgroups are mounted */
bool filter_value_cgroup(const char *text, struct filter_node *node)
{
	char path[FILTER_MAX + 1];
	size_t len;

	node->cgroup.path = NULL;
	if (text[0] != '/')
		return parse_number(text, &node->cgroup.id);
	len = unescape(text, path, FILTER_MAX);
	path[len] = '\0';
	while (len > 1 && path[len - 1] == '/')
		path[--len] = '\0';
	if (len)
		node->cgroup.path = strdup(cgroup_below_mount(path));
	return node->cgroup.path;
}

/* A word of reason_name(), or what may be the name of a kernel function */
bool filter_value_reason(const char *text, struct filter_node *node)
{
	const char *word = reason_parse(text);
	const char *c;

	if (!word) {
		if (!strchr(text, '_') || isdigit((unsigned char)*text))
			return false;
		for (c = text; *c; c++)
			if (!isalnum((unsigned char)*c) && *c != '_')
				return false;
		word = text;
	}
	if (strlen(word) >= sizeof(node->word))
		return false;
	strcpy(node->word, word);
	return true;
}

/* Copy one of the program's own words. */
static bool set_word(struct filter_node *node, const char *word)
{
	if (!word)
		return false;
	snprintf(node->word, sizeof(node->word), "%s", word);
	return true;
}

bool filter_value_how(const char *text, struct filter_node *node)
{
	return set_word(node, how_parse(text));
}

bool filter_value_cause(const char *text, struct filter_node *node)
{
	return set_word(node, cause_parse(text));
}

bool filter_value_closer(const char *text, struct filter_node *node)
{
	static const char *const words[] = { "local", "remote", "both", "none" };
	size_t i;

	for (i = 0; i < ARRAY_SIZE(words); i++) {
		if (!strcmp(text, words[i])) {
			strcpy(node->word, text);
			return true;
		}
	}
	return false;
}
