// SPDX-License-Identifier: GPL-2.0
/* Doubles the room of arrays. */
#include <stdlib.h>

#include "util/array.h"

#define FIRST_ROOM	64

void *array_grow(void *list, size_t *room, size_t count, size_t size)
{
	size_t more = *room ? 2 * *room : FIRST_ROOM;

	if (count < *room)
		return list;
	list = reallocarray(list, more, size);
	if (list)
		*room = more;
	return list;
}
