/* SPDX-License-Identifier: GPL-2.0 */
/* A line that says what is wrong, which functions that fail hand back. */
#ifndef TCPFIN_ERROR_LINE_H
#define TCPFIN_ERROR_LINE_H

/* Room for one line that says what is wrong. */
#define TCPFIN_WHY_MAX	256

#endif /* TCPFIN_ERROR_LINE_H */
