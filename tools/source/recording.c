// SPDX-License-Identifier: GPL-2.0
/* The checksum of blocks, for those who write recordings and those who read. */
#include <stddef.h>

#include "source/recording.h"
#include "util/crc32c.h"

uint32_t rec_crc(const struct rec_block *head, const void *payload)
{
	uint32_t crc = crc32c(0, head, offsetof(struct rec_block, crc));

	return crc32c(crc, payload, head->length);
}
