// SPDX-License-Identifier: GPL-2.0
/* Looks up names of hosts and services, and caches them. */
#include <arpa/inet.h>
#include <ctype.h>
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "util/resolver.h"
#include "util/text.h"

/* Size of the cache; a new entry replaces the old one in its slot. */
#define HOSTS	4096
#define PORTS	65536

struct host {
	uint8_t family;		/* 0: empty */
	uint8_t addr[16];
	uint32_t ifindex;
	char *name;		/* NULL: no name */
};

struct resolver {
	struct host hosts[HOSTS];
	char *ports[PORTS];
	bool asked[PORTS];
};

struct resolver *resolver_new(void)
{
	return calloc(1, sizeof(struct resolver));
}

void resolver_free(struct resolver *r)
{
	size_t i;

	if (!r)
		return;
	for (i = 0; i < HOSTS; i++)
		free(r->hosts[i].name);
	for (i = 0; i < PORTS; i++)
		free(r->ports[i]);
	free(r);
}

static size_t addr_len(uint8_t family)
{
	return family == AF_INET ? 4 : 16;
}

static struct host *slot(struct resolver *r, const struct host *key)
{
	uint32_t hash = 2166136261U;	/* FNV-1a */
	size_t i;

	for (i = 0; i < addr_len(key->family); i++)
		hash = (hash ^ key->addr[i]) * 16777619U;
	hash = (hash ^ key->ifindex) * 16777619U;
	return &r->hosts[(hash ^ hash >> 16) % HOSTS];
}

static bool is_same(const struct host *a, const struct host *b)
{
	return a->family == b->family && a->ifindex == b->ifindex &&
	       !memcmp(a->addr, b->addr, sizeof(a->addr));
}

static void make_plain(char *name)
{
	for (; *name; name++)
		if (!isalnum((unsigned char)*name) && !strchr("-_.", *name))
			*name = '?';
}

/* Look up a name. Return the name, to be freed, or NULL. */
static char *ask(const struct host *key)
{
	struct sockaddr_in6 in6 = { .sin6_family = AF_INET6,
				    .sin6_scope_id = key->ifindex };
	struct sockaddr_in in = { .sin_family = AF_INET };
	char name[NI_MAXHOST];
	int err;

	if (key->family == AF_INET) {
		memcpy(&in.sin_addr, key->addr, sizeof(in.sin_addr));
		err = getnameinfo((struct sockaddr *)&in, sizeof(in), name,
				  sizeof(name), NULL, 0, NI_NAMEREQD);
	} else {
		memcpy(&in6.sin6_addr, key->addr, sizeof(in6.sin6_addr));
		err = getnameinfo((struct sockaddr *)&in6, sizeof(in6), name,
				  sizeof(name), NULL, 0, NI_NAMEREQD);
	}
	if (err)
		return NULL;
	make_plain(name);
	return strndup(name, HOST_TEXT_MAX - 1);
}

static const char *find(struct resolver *r, uint8_t family,
			const uint8_t addr[16], uint32_t ifindex)
{
	struct host key = { .family = family, .ifindex = ifindex }, *host;

	memcpy(key.addr, addr, addr_len(family));
	host = slot(r, &key);
	if (!is_same(host, &key)) {
		free(host->name);
		*host = key;
		host->name = ask(&key);
	}
	return host->name;
}

const char *resolver_host_text(struct resolver *r, uint8_t family,
			       const uint8_t addr[16], uint32_t ifindex,
			       char buf[HOST_TEXT_MAX])
{
	const char *name = NULL;

	if (r && (family == AF_INET || family == AF_INET6))
		name = find(r, family, addr, ifindex);
	if (!name)
		return addr_text(family, addr, ifindex, buf);
	return strcpy(buf, name);
}

const char *resolver_port_text(struct resolver *r, uint16_t port,
			       char buf[PORT_TEXT_MAX])
{
	struct servent *service;

	if (r && !r->asked[port]) {
		r->asked[port] = true;
		service = getservbyport(htons(port), "tcp");
		if (service)
			r->ports[port] = strndup(service->s_name, PORT_TEXT_MAX - 1);
		if (r->ports[port])
			make_plain(r->ports[port]);
	}
	if (r && r->ports[port])
		return strcpy(buf, r->ports[port]);
	snprintf(buf, PORT_TEXT_MAX, "%u", port);
	return buf;
}

const char *resolver_end_name(struct resolver *r, uint8_t family,
			      const uint8_t addr[16], uint32_t ifindex,
			      uint16_t port, char buf[END_NAME_MAX])
{
	char host[HOST_TEXT_MAX], service[PORT_TEXT_MAX];

	resolver_host_text(r, family, addr, ifindex, host);
	resolver_port_text(r, port, service);
	snprintf(buf, END_NAME_MAX, strchr(host, ':') ? "[%s]:%s" :
							       "%s:%s",
		 host, service);
	return buf;
}
