// SPDX-License-Identifier: GPL-2.0
/* The columns of a line that are asked for, apart from what all lines need. */
#include "line.h"

void tcpfin_line_host_name(struct tcpfin_lines *l,
			   struct tcpfin_resolver *names, uint8_t family,
			   const uint8_t addr[16], uint32_t ifindex,
			   unsigned int width)
{
	char text[TCPFIN_HOST_TEXT_MAX];

	tcpfin_line_text(l, tcpfin_host_text(names, family, addr, ifindex, text),
			 width);
}

void tcpfin_line_service_name(struct tcpfin_lines *l,
			      struct tcpfin_resolver *names, uint16_t port)
{
	char text[TCPFIN_PORT_TEXT_MAX];

	tcpfin_line_text(l, tcpfin_port_text(names, port, text), 5);
}
