/* SPDX-License-Identifier: GPL-2.0 */
/* A line that says what is wrong, which functions that fail hand back. */
#ifndef UTIL_ERROR_LINE_H
#define UTIL_ERROR_LINE_H

/* Room for one line that says what is wrong. */
#define ERROR_LINE_MAX	256

#endif /* UTIL_ERROR_LINE_H */
