/* SPDX-License-Identifier: GPL-2.0 */
/* Why the kernel says that it sends a RST: enum sk_rst_reason, from 6.10 on. */
#ifndef TESTS_RST_REASON_H
#define TESTS_RST_REASON_H

void rst_reason_begin(void);
void rst_reason_expect(const char *reasons);

#endif /* TESTS_RST_REASON_H */
