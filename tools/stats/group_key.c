// SPDX-License-Identifier: GPL-2.0
/* Finds the group of a connection, and the group's name. */
#include <stdio.h>
#include <string.h>

#include "stats/group_key.h"
#include "track/names.h"
#include "util/text.h"

static const char *const by_names[] = {
	[GROUP_BY_DESTINATION] = "destination",
	[GROUP_BY_RADDR] = "raddr",
	[GROUP_BY_RPORT] = "rport",
	[GROUP_BY_LPORT] = "lport",
	[GROUP_BY_NETNS] = "netns",
	[GROUP_BY_COMM] = "comm",
	[GROUP_BY_REASON] = "reason",
};

enum group_by group_by_parse(const char *name)
{
	unsigned int by;

	for (by = GROUP_BY_NONE + 1; by <= GROUP_BY_REASON; by++) {
		if (!strcmp(name, by_names[by]))
			return (enum group_by)by;
	}
	return GROUP_BY_NONE;
}

const char *group_by_name(enum group_by by)
{
	return by_names[by];
}

void group_key_make(enum group_by by, const struct conn *conn, struct group_key *key)
{
	memset(key, 0, sizeof(*key));
	key->known = 1;
	switch (by) {
	case GROUP_BY_DESTINATION:
	case GROUP_BY_RADDR:
		key->family = conn->family;
		memcpy(key->bytes, conn->raddr, sizeof(key->bytes));
		if (by == GROUP_BY_DESTINATION)
			key->number = conn->rport;
		break;
	case GROUP_BY_RPORT:
		key->number = conn->rport;
		break;
	case GROUP_BY_LPORT:
		key->number = conn->lport;
		break;
	case GROUP_BY_NETNS:
		key->number = conn->netns;
		break;
	case GROUP_BY_COMM:
		key->known = !!(conn->flags & CONN_OWNER);
		/* Bytes after a NUL are not part of the name. */
		memcpy(key->bytes, conn->comm, strnlen(conn->comm, sizeof(conn->comm)));
		break;
	case GROUP_BY_REASON:
	case GROUP_BY_NONE:
		key->known = 0;
		break;
	}
}

void group_key_reason(struct group_key *key, uint8_t reason, uint32_t detail)
{
	key->known = reason != TCPFIN_REASON_NONE;
	key->number = (uint64_t)reason << 32;
	if (reason == TCPFIN_REASON_CALLER)
		key->number |= detail;
}

const char *group_key_text(enum group_by by, const struct group_key *key,
			   const struct tcpfin_header *header,
			   struct resolver *names, char buf[GROUP_KEY_TEXT_MAX])
{
	if (!key->known)
		return NULL;
	switch (by) {
	case GROUP_BY_DESTINATION:
		return resolver_end_name(names, key->family, key->bytes, 0,
					 (uint16_t)key->number, buf);
	case GROUP_BY_RADDR:
		return resolver_host_text(names, key->family, key->bytes, 0, buf);
	case GROUP_BY_RPORT:
	case GROUP_BY_LPORT:
		return resolver_port_text(names, (uint16_t)key->number, buf);
	case GROUP_BY_COMM:
		return text_escape((const char *)key->bytes, sizeof(key->bytes),
				   buf, GROUP_KEY_TEXT_MAX);
	case GROUP_BY_REASON:
		return reason_name((uint8_t)(key->number >> 32),
				   (uint32_t)key->number, header, buf);
	default:
		snprintf(buf, GROUP_KEY_TEXT_MAX, "%llu",
			 (unsigned long long)key->number);
		return buf;
	}
}
