// SPDX-License-Identifier: GPL-2.0
/* Finds the group of an end that is over, and the group's names. */
#include <stdio.h>
#include <string.h>

#include "stats/end_group.h"
#include "track/names.h"

static void set_process(const struct conn *conn, struct end_group *group)
{
	if (!(conn->flags & CONN_OWNER))
		return;
	group->owner = 1;
	memcpy(group->comm, conn->comm, strnlen(conn->comm, sizeof(conn->comm)));
}

static void set_destination(const struct conn *conn, struct end_group *group)
{
	bool inward = conn->lport < conn->rport;
	uint16_t port = inward ? conn->lport : conn->rport;

	group->port[0] = (uint8_t)(port >> 8);
	group->port[1] = (uint8_t)port;
	if (inward)
		return;
	group->family = conn->family;
	memcpy(group->addr, conn->raddr, sizeof(group->addr));
}

void end_group_by_process(const struct conn *conn, struct end_group *group)
{
	memset(group, 0, sizeof(*group));
	set_process(conn, group);
}

void end_group_by_destination(const struct conn *conn, struct end_group *group)
{
	memset(group, 0, sizeof(*group));
	set_destination(conn, group);
}

void end_group_of(const struct conn *conn, struct end_group *group)
{
	memset(group, 0, sizeof(*group));
	group->how = (uint8_t)conn_how(conn);
	if (cause_name(conn->reason, conn->detail)) {
		/* Both have the same causes. */
		group->reason = conn->reason == TCPFIN_REASON_RST_SENT ?
				TCPFIN_REASON_ABORTED : conn->reason;
		group->cause = conn->detail;
	}
	set_destination(conn, group);
	set_process(conn, group);
}

const char *end_group_cause(const struct end_group *group)
{
	return cause_name(group->reason, group->cause);
}

const char *end_group_destination(const struct end_group *group, struct resolver *names,
				  char buf[END_NAME_MAX])
{
	uint16_t port = (uint16_t)(group->port[0] << 8 | group->port[1]);

	if (group->family)
		return resolver_end_name(names, group->family, group->addr, 0, port, buf);
	buf[0] = ':';
	resolver_port_text(names, port, buf + 1);
	return buf;
}
