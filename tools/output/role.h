/* SPDX-License-Identifier: GPL-2.0 */
/* The colours of states and outcomes, from util/colour.h. */
#ifndef OUTPUT_ROLE_H
#define OUTPUT_ROLE_H

#include <stdint.h>

#include "track/conn.h"

/* Return the colour of a TCP state: by the end that gets into it; NULL for none. */
const char *role_of_state(uint8_t state);

/* Return the colour of a reason (enum tcpfin_reason), NULL for none. */
const char *role_of_reason(uint8_t reason);

/* Return the colour of how a connection ended, NULL for none. */
const char *role_of_how(enum how how);

#endif /* OUTPUT_ROLE_H */
