/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What recorded steps tell of sockets, in place of a snapshot of a live machine: those
 * that have not ended wait, and take ports and places for TIME_WAIT.
 */
#ifndef DIAGNOSIS_RECORDED_H
#define DIAGNOSIS_RECORDED_H

#include "diagnosis/snapshot.h"
#include "system/sysctl.h"

/* Begin: take the settings that the recording has, and the ports that they tell. */
void recorded_begin(struct snapshot *s, const struct sysctl list[SYSCTLS]);

/* At the end of the recording, examine all ends that are not over. */
void recorded_sockets(struct snapshot *s);

#endif /* DIAGNOSIS_RECORDED_H */
