/* SPDX-License-Identifier: GPL-2.0 */
/* Conditions that fuzz programs check. */
#ifndef TESTS_FUZZ_REQUIRE_H
#define TESTS_FUZZ_REQUIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Called by libFuzzer, which has no header for it. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/**
 * require() - abort unless a condition holds
 * @holds: the condition
 * @what: description of the condition
 */
void require(bool holds, const char *what);

/**
 * require_plain() - a text must be printable ASCII and newlines
 * @text: the text
 * @size: bytes of @text
 * @drawn: allow the characters of ladders, too
 */
void require_plain(const char *text, size_t size, bool drawn);

/**
 * require_json() - a text must be a JSON object in each line
 * @text: the text
 * @size: bytes of @text
 */
void require_json(const char *text, size_t size);

#endif /* TESTS_FUZZ_REQUIRE_H */
