/* SPDX-License-Identifier: GPL-2.0 */
/* Arrays that grow. */
#ifndef UTIL_ARRAY_H
#define UTIL_ARRAY_H

#include <stddef.h>

/*
 * Make room for one more element of @size bytes in an array of @count elements.
 *
 * Return the array, whose room has doubled and which may have moved if it was full, or
 * NULL without memory: then it stays as it was.
 */
void *array_grow(void *list, size_t *room, size_t count, size_t size);

#endif /* UTIL_ARRAY_H */
