/* SPDX-License-Identifier: GPL-2.0 */
/* CRC-32C (Castagnoli, RFC 3720 B.4): the checksum of recordings. */
#ifndef UTIL_CRC32C_H
#define UTIL_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/**
 * crc32c() - the checksum of some bytes
 * @crc: 0, or the checksum of what stands before them
 * @data: the bytes
 * @size: how many
 *
 * It uses the processor's instruction if there is one.
 *
 * Return: the checksum.
 */
uint32_t crc32c(uint32_t crc, const void *data, size_t size);

/**
 * crc32c_plain() - the same, on any processor
 * @crc: see crc32c()
 * @data: likewise
 * @size: likewise
 *
 * Return: the checksum.
 */
uint32_t crc32c_plain(uint32_t crc, const void *data, size_t size);

#endif /* UTIL_CRC32C_H */
