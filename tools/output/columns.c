// SPDX-License-Identifier: GPL-2.0
/* The columns of a line that are asked for, apart from what all lines need. */
#include <stdio.h>

#include "output/columns.h"

#define MOVE_STATES	16

static struct state_columns moves[MOVE_STATES][MOVE_STATES];

/* All names are short enough. */
static __attribute__((noinline)) const struct state_columns *
make_move(uint8_t old, uint8_t new)
{
	char from[NAME_TEXT_MAX], to[NAME_TEXT_MAX];
	static struct state_columns other;
	struct state_columns *move = (old | new) < MOVE_STATES ?
				   &moves[old][new] : &other;

	move->len = (uint32_t)snprintf(move->text, sizeof(move->text),
				       "%-11s -> %-10s ",
				       state_name(old, from),
				       state_name(new, to));
	return move;
}

const struct state_columns *state_columns_of(uint8_t old, uint8_t new)
{
	if ((old | new) < MOVE_STATES && moves[old][new].len)
		return &moves[old][new];
	return make_move(old, new);
}

void columns_host_name(struct columns *l, struct resolver *names,
		       uint8_t family, const uint8_t addr[16], uint32_t ifindex,
		       unsigned int width)
{
	char text[HOST_TEXT_MAX];

	columns_text(l, resolver_host_text(names, family, addr, ifindex, text),
		     width);
}

void columns_service_name(struct columns *l, struct resolver *names,
			  uint16_t port)
{
	char text[PORT_TEXT_MAX];

	columns_text(l, resolver_port_text(names, port, text), 5);
}
