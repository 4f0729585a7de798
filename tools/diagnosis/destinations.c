// SPDX-License-Identifier: GPL-2.0
/* A hash table of destinations with open addressing. */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "diagnosis/destinations.h"

#define FIRST_SIZE	1024U

_Static_assert(sizeof(struct destination) == 92, "a destination is compact");

/* FNV-1a. Peers that choose colliding addresses could only make the table slow. */
static uint32_t hash(const struct destination_key *key)
{
	const uint8_t *byte = (const uint8_t *)key;
	uint32_t sum = 2166136261U;
	size_t i;

	for (i = 0; i < sizeof(*key); i++)
		sum = (sum ^ byte[i]) * 16777619U;
	return sum;
}

/* Return the slot that holds the key, or the free slot where the key belongs. */
static struct destination *find(struct destination *slots, uint32_t size,
				const struct destination_key *key)
{
	uint32_t at = hash(key) & (size - 1);

	while (slots[at].key.used && memcmp(&slots[at].key, key, sizeof(*key)))
		at = (at + 1) & (size - 1);
	return &slots[at];
}

static bool grow(struct destinations *d)
{
	uint32_t size = d->size ? 2 * d->size : FIRST_SIZE, i;
	struct destination *slots = calloc(size, sizeof(*slots));

	if (!slots)
		return false;
	for (i = 0; i < d->size; i++) {
		if (d->slots[i].key.used)
			*find(slots, size, &d->slots[i].key) = d->slots[i];
	}
	free(d->slots);
	d->slots = slots;
	d->size = size;
	return true;
}

struct destination *destinations_get(struct destinations *d,
				     const struct destination_key *key)
{
	struct destination_key copy = *key;
	struct destination *dest;

	copy.used = 1;
	if (d->size) {
		dest = find(d->slots, d->size, &copy);
		if (dest->key.used)
			return dest;
	}
	if (d->count == DESTINATIONS_MAX || (4 * d->count >= 3 * d->size && !grow(d))) {
		d->left_out++;
		return NULL;
	}
	dest = find(d->slots, d->size, &copy);
	dest->key = copy;
	d->count++;
	return dest;
}

size_t destinations_worst(const struct destinations *d,
			  struct destination *list, size_t max)
{
	size_t count = 0, at;
	uint32_t i;

	for (i = 0; i < d->size; i++) {
		const struct destination *dest = &d->slots[i];

		if ((!dest->selected && !dest->undecided) ||
		    (count == max && dest->ports <= list[max - 1].ports))
			continue;
		at = count < max ? count++ : max - 1;
		for (; at && list[at - 1].ports < dest->ports; at--)
			list[at] = list[at - 1];
		list[at] = *dest;
	}
	return count;
}

bool destination_is_loopback(uint8_t family, const uint8_t laddr[16],
			     const uint8_t raddr[16])
{
	static const uint8_t one[16] = { [15] = 1 };

	if (family == AF_INET)
		return laddr[0] == 127 || raddr[0] == 127;
	return !memcmp(laddr, one, sizeof(one)) || !memcmp(raddr, one, sizeof(one));
}

void destinations_exit(struct destinations *d)
{
	free(d->slots);
	memset(d, 0, sizeof(*d));
}
