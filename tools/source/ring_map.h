/* SPDX-License-Identifier: GPL-2.0 */
/* The mapping of /proc/tcpfin, checked before anything in it is trusted. */
#ifndef SOURCE_RING_MAP_H
#define SOURCE_RING_MAP_H

#include <stddef.h>
#include <stdint.h>

#include "module/tcpfin.h"

#define RINGS_MAX	65536
#define CPU_NONE	UINT32_MAX

/* A mapping that contains all its rings and records */
struct ring_map {
	/* its start; shared with the kernel, so read each field once */
	const struct tcpfin_header *header;
	const struct tcpfin_ring *rings;	/* the rings' states */
	const struct tcpfin_event *data;	/* the records, ring after ring */
	size_t size;		/* bytes mapped */
	uint32_t records;	/* records per ring, a power of two */
	uint32_t nrings;	/* number of rings, at least 1 */
};

/*
 * Map a file that is open for reading, and check its header. Return 0, or a
 * negative errno with one line in @why that tells what is wrong.
 */
int ring_map_open(struct ring_map *map, int fd, char *why, size_t why_size);

/* Undo ring_map_open(). */
void ring_map_close(struct ring_map *map);

/* Return the number of the CPU that writes to a ring, CPU_NONE of a spare ring. */
uint32_t ring_map_cpu(const struct ring_map *map, uint32_t ring);

/*
 * Check the geometry in a private copy of a header. Return NULL if it is
 * possible, else the name of the wrong field.
 */
const char *ring_map_check(const struct tcpfin_header *h);

#endif /* SOURCE_RING_MAP_H */
