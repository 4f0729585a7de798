/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Converts blocks of recordings that this program would write otherwise: those of
 * older modules, and those of machines with the other byte order.
 */
#ifndef SOURCE_RECORDING_CONVERT_H
#define SOURCE_RECORDING_CONVERT_H

#include <stdbool.h>

#include "source/recording.h"

/* The oldest ABI that is converted */
#define RECORDING_ABI_MIN	3

/* Bytes that must be free before a block: see recording_convert() */
#define CONVERT_ROOM	192

/* How the bytes of a recording differ from those that this program writes */
struct recording_form {
	bool swapped;	/* the other byte order */
	__u32 abi;	/* the module's ABI, 0 before the first block */
};

/* Bring a block's head into this machine's byte order. */
void recording_convert_head(const struct recording_form *form, struct rec_block *head);

/**
 * recording_convert() - convert a complete block with a converted head
 * @form: the recording's form; the first block sets its ABI
 * @block: the block. A converted header of the module is larger: the block then
 *	begins up to CONVERT_ROOM bytes earlier, and ends where it ended
 *
 * The payload is not trusted. A payload of a wrong length is left as it is, or is
 * refused; the length of what is handed back is right or wrong as before.
 *
 * Return: NULL, or what is wrong with the block.
 */
const char *recording_convert(struct recording_form *form, struct rec_block **block);

#endif /* SOURCE_RECORDING_CONVERT_H */
