/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Turns recordings into those of another machine or module, by lists of the widths of
 * all fields: not with the reader's own code.
 */
#ifndef TESTS_UNIT_RECORDING_FORMS_H
#define TESTS_UNIT_RECORDING_FORMS_H

#include <stdbool.h>

#include "recording_builder.h"

/* The forms that are read, in the order of recording_form() */
#define FORMS	4

/* Bytes of the module's header in ABI 3 */
#define HEADER_3	2344

/*
 * Return @recording in form @n: 0 as it is, 1 of ABI 3, 2 of the other byte order, 3
 * both. Its events may have only what ABI 3 has. Free it with builder_free().
 */
struct recording_bytes recording_form(const struct recording_bytes *recording,
				      unsigned int n);

/* Set the checksum of a block in such a form, whose payload has @length bytes. */
void recording_form_seal(struct rec_block *block, uint32_t length, unsigned int n);

#endif /* TESTS_UNIT_RECORDING_FORMS_H */
