/* SPDX-License-Identifier: GPL-2.0 */
/* CRC-32C (Castagnoli, RFC 3720 B.4): the checksum of recordings. */
#ifndef UTIL_CRC32C_H
#define UTIL_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/*
 * Return the checksum of some bytes; @crc is 0, or the checksum of preceding
 * bytes. Uses the CPU's instruction if there is one.
 */
uint32_t crc32c(uint32_t crc, const void *data, size_t size);

/* The same checksum on any CPU */
uint32_t crc32c_plain(uint32_t crc, const void *data, size_t size);

#endif /* UTIL_CRC32C_H */
