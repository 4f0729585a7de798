/* SPDX-License-Identifier: GPL-2.0 */
/* The files of a recording that rotates: FILE, FILE.1, and so on. */
#ifndef SOURCE_RECORDING_ROTATE_H
#define SOURCE_RECORDING_ROTATE_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

/* The least and the most of what one file may take. */
#define ROTATION_SIZE_MIN	(128ULL << 10)
#define ROTATION_SIZE_MAX	(1ULL << 40)
/* Files that are kept, at most: as many as can be read at once. */
#define ROTATION_KEEP_MAX		64

/**
 * struct rotation - how a recording rotates
 * @file: what the newest part is called; the one before it is FILE.1, the
 *	oldest FILE.(@keep - 1)
 * @size: bytes that a file may take, 0 if the recording does not rotate
 * @keep: how many files there are at most, @file included
 * @why: after a failure what went wrong, in one line without a newline
 */
struct rotation {
	const char *file;
	uint64_t size;
	uint64_t keep;
	char why[2 * PATH_MAX + 128];
};

/**
 * rotation_open() - open a file for the next part
 * @rot: how
 *
 * It is called FILE.new until rotation_turn().
 *
 * Return: the file, or -1, with the reason in @rot->why.
 */
int rotation_open(struct rotation *rot);

/**
 * rotation_turn() - put FILE.new in the place of FILE
 * @rot: how
 *
 * What is there becomes FILE.1, and so on; the oldest makes room if there are
 * too many. Each step is a rename(2), so that whatever ends the program in
 * between leaves every file whole, and the next turn goes on from there.
 *
 * Return: false, with the reason in @rot->why.
 */
bool rotation_turn(struct rotation *rot);

/**
 * rotation_discard() - remove FILE.new
 * @rot: how
 */
void rotation_discard(const struct rotation *rot);

/**
 * rotation_parse_size() - a number of bytes such as 500k, 100M or 2G
 * @text: the text; k is 1024 bytes
 * @size: the number, within ROTATION_SIZE_MIN and ROTATION_SIZE_MAX
 *
 * Return: true if it is one, and nothing else.
 */
bool rotation_parse_size(const char *text, uint64_t *size);

#endif /* SOURCE_RECORDING_ROTATE_H */
