// SPDX-License-Identifier: GPL-2.0
/* The columns of a line that are asked for, apart from what all lines need. */
#include <stdio.h>

#include "output/columns.h"

#define MOVE_STATES	16

static struct tcpfin_move moves[MOVE_STATES][MOVE_STATES];

/* All names are short enough. */
static __attribute__((noinline)) const struct tcpfin_move *
make_move(uint8_t old, uint8_t new)
{
	char from[TCPFIN_NAME_MAX], to[TCPFIN_NAME_MAX];
	static struct tcpfin_move other;
	struct tcpfin_move *move = (old | new) < MOVE_STATES ?
				   &moves[old][new] : &other;

	move->len = (uint32_t)snprintf(move->text, sizeof(move->text),
				       "%-11s -> %-10s ",
				       tcpfin_state_name(old, from),
				       tcpfin_state_name(new, to));
	return move;
}

const struct tcpfin_move *tcpfin_state_move(uint8_t old, uint8_t new)
{
	if ((old | new) < MOVE_STATES && moves[old][new].len)
		return &moves[old][new];
	return make_move(old, new);
}

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
