/* SPDX-License-Identifier: GPL-2.0 */
/* Makes recordings in memory, with the recorder's own code. */
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

/* A valid header of a module. */
struct tcpfin_header builder_header(void);

/* Record these items; free the result with builder_free(). */
struct recording_bytes builder_record(const struct item *items, size_t count);

/* The same, from a machine with this boot_id, host name and clock offset. */
struct recording_bytes builder_of(const struct item *items, size_t count,
				  const char *boot_id, const char *host,
				  uint64_t offset_ns);

/* A small recording of @items: lost and missed events between two blocks of events. */
#define BUILDER_SMALL	6
struct recording_bytes builder_small(struct item items[BUILDER_SMALL]);
void builder_free(struct recording_bytes *recording);

/* Block number @n. */
struct rec_block *builder_block(const struct recording_bytes *recording,
				unsigned int n);

/* Set the checksum of a block after a change. */
void builder_seal(struct rec_block *block);

/* Open bytes as a recording; NULL, with the reason in @why, on failure. */
struct source *builder_open(const void *data, size_t size,
			    char why[ERROR_LINE_MAX]);

/* Open a valid recording; fails the test otherwise. */
struct source *builder_source(const void *data, size_t size);

/* The next item must be @want, or the end with @fault in the message. */
void builder_expect(struct source *src, const struct item *want);
void builder_expect_end(struct source *src, const char *fault);

#endif /* TESTS_UNIT_RECORDING_BUILDER_H */
