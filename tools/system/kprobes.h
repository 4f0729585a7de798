/* SPDX-License-Identifier: GPL-2.0 */
/* What is said when kprobes are switched off at run time. */
#ifndef SYSTEM_KPROBES_H
#define SYSTEM_KPROBES_H

/**
 * kprobes_why_off() - find out which switch it is, on this machine
 *
 * Return: words for it.
 */
const char *kprobes_why_off(void);

#endif /* SYSTEM_KPROBES_H */
