/* SPDX-License-Identifier: GPL-2.0 */
/* Recordings in memory, made by the recorder itself, for the unit tests. */
#ifndef TCPFIN_TAPE_H
#define TCPFIN_TAPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source/recording.h"
#include "source/source.h"

/* A recording as bytes. */
struct tape {
	unsigned char *data;
	size_t size;
};

/* The header of a module that could be. */
struct tcpfin_header tape_header(void);

/* What "record" makes of these items; freed by tape_free(). */
struct tape tape_record(const struct tcpfin_item *items, size_t count);

/* The same, of a machine with this boot_id, name and clock offset. */
struct tape tape_of(const struct tcpfin_item *items, size_t count,
		    const char *boot_id, const char *host, uint64_t offset_ns);

/* A small one, of these items: two blocks of events, both gaps between. */
#define TAPE_SMALL	6
struct tape tape_small(struct tcpfin_item items[TAPE_SMALL]);
void tape_free(struct tape *tape);

/* Block number @n. */
struct tcpfin_rec_block *tape_block(const struct tape *tape, unsigned int n);

/* Make the checksum of a block right again. */
void tape_seal(struct tcpfin_rec_block *block);

/* Open some bytes as a recording; NULL, with the reason, if that fails. */
struct tcpfin_source *tape_open(const void *data, size_t size,
				char why[TCPFIN_WHY_MAX]);

/* The same of what is a recording. */
struct tcpfin_source *tape_source(const void *data, size_t size);

/* The source gives this item, or its end with @fault in what is wrong. */
void tape_expect(struct tcpfin_source *src, const struct tcpfin_item *want);
void tape_expect_end(struct tcpfin_source *src, const char *fault);

#endif /* TCPFIN_TAPE_H */
