/* SPDX-License-Identifier: GPL-2.0 */
/* Runs "tcpfin doctor" and compares what it finds. */
#ifndef TESTS_GUEST_DIAGNOSE_H
#define TESTS_GUEST_DIAGNOSE_H

#include "program.h"

/* More than "doctor" lets a socket wait. */
#define LONG_MS		70000

void expect_found(struct world *w, const char *args, const char *want);
void leave_close_wait(struct world *w, struct pair *pair);

#endif /* TESTS_GUEST_DIAGNOSE_H */
