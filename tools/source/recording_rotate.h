/* SPDX-License-Identifier: GPL-2.0 */
/* The files of a rotating recording: FILE, FILE.1, and so on. */
#ifndef SOURCE_RECORDING_ROTATE_H
#define SOURCE_RECORDING_ROTATE_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

/* Range of the size of a file, in bytes */
#define ROTATION_SIZE_MIN	(128ULL << 10)
#define ROTATION_SIZE_MAX	(1ULL << 40)
/* Most files kept: as many as can be read at once */
#define ROTATION_KEEP_MAX		64

/* How a recording rotates */
struct rotation {
	/* the newest part; the previous is FILE.1, the oldest FILE.(@keep - 1) */
	const char *file;
	uint64_t size;		/* most bytes in a file, 0 if the recording does not rotate */
	uint64_t keep;		/* most files kept, including @file */
	char why[2 * PATH_MAX + 128];	/* after a failure: one line, no newline */
};

/* Open FILE.new for the next part. Return -1 on failure, see @rot->why. */
int rotation_open(struct rotation *rot);

/*
 * Make FILE.new the new FILE: FILE becomes FILE.1, and so on; the oldest is
 * replaced if there are too many. Each step is a rename(2), so if the program
 * ends in between all files are complete, and the next turn goes on from there.
 * Return false on failure, with the reason in @rot->why.
 */
bool rotation_turn(struct rotation *rot);

/* Remove FILE.new. */
void rotation_discard(const struct rotation *rot);

/*
 * Parse a number of bytes such as 500k (k is 1024), 100M or 2G, from
 * ROTATION_SIZE_MIN to ROTATION_SIZE_MAX. Return whether all of @text is such a
 * number.
 */
bool rotation_parse_size(const char *text, uint64_t *size);

#endif /* SOURCE_RECORDING_ROTATE_H */
