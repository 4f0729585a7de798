/* SPDX-License-Identifier: GPL-2.0 */
/* A folder for a test's files. */
#ifndef TCPFIN_SCRATCH_H
#define TCPFIN_SCRATCH_H

#include <stdbool.h>

/* Its path. */
extern char scratch[];

bool scratch_open(void);
int scratch_remove(void);

#endif /* TCPFIN_SCRATCH_H */
