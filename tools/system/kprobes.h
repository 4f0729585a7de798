/* SPDX-License-Identifier: GPL-2.0 */
/* Why kprobes are switched off. */
#ifndef SYSTEM_KPROBES_H
#define SYSTEM_KPROBES_H

/* Return text that tells which switch of this machine disabled kprobes. */
const char *kprobes_why_off(void);

#endif /* SYSTEM_KPROBES_H */
