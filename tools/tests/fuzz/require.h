/* SPDX-License-Identifier: GPL-2.0 */
/* What the program must never do, as the fuzz programs put it. */
#ifndef TESTS_FUZZ_REQUIRE_H
#define TESTS_FUZZ_REQUIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* libFuzzer calls it; there is no header. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/**
 * require() - end with an error if something is not so
 * @holds: what must hold
 * @what: the same in words
 */
void require(bool holds, const char *what);

/**
 * require_plain() - a text does nothing to a terminal
 * @text: printable ASCII and line breaks, and
 * @size: bytes of it
 * @drawn: what ladders are drawn of, too
 */
void require_plain(const char *text, size_t size, bool drawn);

/**
 * require_json() - a text is one JSON object a line
 * @text: the text
 * @size: bytes of it
 */
void require_json(const char *text, size_t size);

#endif /* TESTS_FUZZ_REQUIRE_H */
