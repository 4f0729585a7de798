// SPDX-License-Identifier: GPL-2.0
/* Counts the local ports in use by who chose them. */
#include <stdlib.h>
#include <string.h>

#include "diagnosis/port_use.h"
#include "util/basics.h"

static bool is_of(const struct port_use *use, const struct port_user *user)
{
	return use->family == user->family && use->host == user->host &&
	       use->netns == user->netns &&
	       !memcmp(use->laddr, user->laddr, sizeof(use->laddr));
}

/* Find the counts of the user's address, or begin them. Return NULL without room. */
static struct port_use *find(struct port_uses *u, const struct port_user *user)
{
	struct port_use *use;
	size_t i;

	for (i = 0; i < u->count; i++)
		if (is_of(u->list[i], user))
			return u->list[i];
	if (i == PORT_USE_MAX)
		return NULL;
	use = calloc(1, sizeof(*use));
	if (!use)
		return NULL;
	memcpy(use->laddr, user->laddr, sizeof(use->laddr));
	use->family = user->family;
	use->host = user->host;
	use->netns = user->netns;
	u->list[u->count++] = use;
	return use;
}

void port_uses_add(struct port_uses *u, const struct port_user *user)
{
	struct port_use *use = find(u, user);
	const struct conn *conn = user->conn;

	if (!use) {
		u->left_out++;
		return;
	}
	port_set_add(&use->used, user->lport);
	if (!conn_port_is_known(conn) || port_set_has(&use->bound, user->lport))
		return;
	if (!conn_port_is_bound(conn)) {
		port_set_add(&use->connected, user->lport);
		return;
	}
	port_set_add(&use->bound, user->lport);
	programs_add(&use->bound_by, conn->flags & CONN_OWNER ? conn->comm : NULL);
}

unsigned int port_uses_bound(const struct port_uses *u, uint8_t host, uint32_t netns)
{
	struct port_set all = { 0 };
	size_t i, at;

	for (i = 0; i < u->count; i++) {
		if (u->list[i]->host != host || u->list[i]->netns != netns)
			continue;
		for (at = 0; at < ARRAY_SIZE(all.bits); at++)
			all.bits[at] |= u->list[i]->bound.bits[at];
	}
	return port_set_count(&all);
}

void port_uses_exit(struct port_uses *u)
{
	while (u->count)
		free(u->list[--u->count]);
}
