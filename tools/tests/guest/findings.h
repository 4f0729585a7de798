/* SPDX-License-Identifier: GPL-2.0 */
/* Runs "tcpfin doctor" and compares its findings. */
#ifndef TESTS_GUEST_FINDINGS_H
#define TESTS_GUEST_FINDINGS_H

#include "program.h"

/* Longer than "doctor" lets a socket wait without a finding. */
#define LONG_MS		70000

void expect_findings(struct testbed *tb, const char *args, const char *want);
void want_advice(struct json_object *finding, const char *part);
void want_evidence(struct json_object *finding, const char *part);
pid_t keep(const char *name, const struct pair *pairs, int count);
pid_t leak(const char *name, const struct pair *pairs, int count);
void leave_close_wait(struct testbed *tb, struct pair *pair);

#endif /* TESTS_GUEST_FINDINGS_H */
