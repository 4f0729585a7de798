/* SPDX-License-Identifier: GPL-2.0 */
/* Recordings in memory, made by the recorder itself, for the unit tests. */
#ifndef TESTS_UNIT_RECORDING_BUILDER_H
#define TESTS_UNIT_RECORDING_BUILDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source/recording.h"
#include "source/source.h"

/* A recording as bytes. */
struct recording_bytes {
	unsigned char *data;
	size_t size;
};

/* The header of a module that could be. */
struct tcpfin_header builder_header(void);

/* What "record" makes of these items; freed by builder_free(). */
struct recording_bytes builder_record(const struct item *items, size_t count);

/* The same, of a machine with this boot_id, name and clock offset. */
struct recording_bytes builder_of(const struct item *items, size_t count,
				  const char *boot_id, const char *host,
				  uint64_t offset_ns);

/* A small one, of these items: two blocks of events, both gaps between. */
#define BUILDER_SMALL	6
struct recording_bytes builder_small(struct item items[BUILDER_SMALL]);
void builder_free(struct recording_bytes *tape);

/* Block number @n. */
struct rec_block *builder_block(const struct recording_bytes *tape,
				unsigned int n);

/* Make the checksum of a block right again. */
void builder_seal(struct rec_block *block);

/* Open some bytes as a recording; NULL, with the reason, if that fails. */
struct source *builder_open(const void *data, size_t size,
			    char why[ERROR_LINE_MAX]);

/* The same of what is a recording. */
struct source *builder_source(const void *data, size_t size);

/* The source gives this item, or its end with @fault in what is wrong. */
void builder_expect(struct source *src, const struct item *want);
void builder_expect_end(struct source *src, const char *fault);

#endif /* TESTS_UNIT_RECORDING_BUILDER_H */
