/* SPDX-License-Identifier: GPL-2.0 */
/* Reads, clears and checks the kernel's log. */
#ifndef TESTS_KLOG_H
#define TESTS_KLOG_H

#include <stdbool.h>

void klog_clear(void);
void klog_console(bool on);
char *klog_read(void);
void klog_expect_own_only(void);

#endif /* TESTS_KLOG_H */
