// SPDX-License-Identifier: GPL-2.0
/* Finds out which group a connection is in, and what that is called. */
#include <stdio.h>
#include <string.h>

#include "stats/group_key.h"
#include "track/names.h"
#include "util/text.h"

static const char *const by_names[] = {
	[TCPFIN_BY_DESTINATION] = "destination",
	[TCPFIN_BY_RADDR] = "raddr",
	[TCPFIN_BY_RPORT] = "rport",
	[TCPFIN_BY_LPORT] = "lport",
	[TCPFIN_BY_NETNS] = "netns",
	[TCPFIN_BY_COMM] = "comm",
	[TCPFIN_BY_REASON] = "reason",
};

enum tcpfin_by tcpfin_by_parse(const char *name)
{
	unsigned int by;

	for (by = TCPFIN_BY_NONE + 1; by <= TCPFIN_BY_REASON; by++) {
		if (!strcmp(name, by_names[by]))
			return (enum tcpfin_by)by;
	}
	return TCPFIN_BY_NONE;
}

const char *tcpfin_by_name(enum tcpfin_by by)
{
	return by_names[by];
}

void tcpfin_key_make(enum tcpfin_by by, const struct tcpfin_conn *conn,
		     struct tcpfin_key *key)
{
	memset(key, 0, sizeof(*key));
	key->known = 1;
	switch (by) {
	case TCPFIN_BY_DESTINATION:
	case TCPFIN_BY_RADDR:
		key->family = conn->family;
		memcpy(key->bytes, conn->raddr, sizeof(key->bytes));
		if (by == TCPFIN_BY_DESTINATION)
			key->number = conn->rport;
		break;
	case TCPFIN_BY_RPORT:
		key->number = conn->rport;
		break;
	case TCPFIN_BY_LPORT:
		key->number = conn->lport;
		break;
	case TCPFIN_BY_NETNS:
		key->number = conn->netns;
		break;
	case TCPFIN_BY_COMM:
		key->known = !!(conn->flags & TCPFIN_CONN_OWNER);
		/* What stands behind a NUL is no part of a name. */
		memcpy(key->bytes, conn->comm,
		       strnlen(conn->comm, sizeof(conn->comm)));
		break;
	case TCPFIN_BY_REASON:
	case TCPFIN_BY_NONE:
		key->known = 0;
		break;
	}
}

void tcpfin_key_reason(struct tcpfin_key *key, uint8_t reason, uint32_t detail)
{
	key->known = reason != TCPFIN_REASON_NONE;
	key->number = (uint64_t)reason << 32;
	if (reason == TCPFIN_REASON_CALLER)
		key->number |= detail;
}

const char *tcpfin_key_text(enum tcpfin_by by, const struct tcpfin_key *key,
			    const struct tcpfin_header *header,
			    struct tcpfin_resolver *names,
			    char buf[TCPFIN_KEY_MAX])
{
	if (!key->known)
		return NULL;
	switch (by) {
	case TCPFIN_BY_DESTINATION:
		return tcpfin_end_name(names, key->family, key->bytes, 0,
				       (uint16_t)key->number, buf);
	case TCPFIN_BY_RADDR:
		return tcpfin_host_text(names, key->family, key->bytes, 0, buf);
	case TCPFIN_BY_RPORT:
	case TCPFIN_BY_LPORT:
		return tcpfin_port_text(names, (uint16_t)key->number, buf);
	case TCPFIN_BY_COMM:
		return tcpfin_escape((const char *)key->bytes,
				     sizeof(key->bytes), buf, TCPFIN_KEY_MAX);
	case TCPFIN_BY_REASON:
		return tcpfin_reason_name((uint8_t)(key->number >> 32),
					  (uint32_t)key->number, header, buf);
	default:
		snprintf(buf, TCPFIN_KEY_MAX, "%llu",
			 (unsigned long long)key->number);
		return buf;
	}
}
