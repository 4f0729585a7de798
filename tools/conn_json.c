// SPDX-License-Identifier: GPL-2.0
/* The identity of a connection's end as JSON. */
#include <inttypes.h>
#include <sys/socket.h>

#include "conn_json.h"
#include "json.h"
#include "text.h"

void tcpfin_conn_json(struct json_object *obj, uint64_t cookie,
		      const struct tcpfin_conn *conn)
{
	char addr[TCPFIN_ADDR_MAX], hex[20];

	snprintf(hex, sizeof(hex), "%" PRIx64, cookie);
	tcpfin_json_str(obj, "cookie", hex);
	tcpfin_json_u64(obj, "netns", conn->netns);
	tcpfin_json_str(obj, "family",
			conn->family == AF_INET ? "inet" :
			conn->family == AF_INET6 ? "inet6" : NULL);
	tcpfin_json_str(obj, "laddr",
			tcpfin_addr_text(conn->family, conn->laddr,
					 conn->ifindex, addr));
	tcpfin_json_u64(obj, "lport", conn->lport);
	tcpfin_json_str(obj, "raddr",
			tcpfin_addr_text(conn->family, conn->raddr,
					 conn->ifindex, addr));
	tcpfin_json_u64(obj, "rport", conn->rport);
}
