/* SPDX-License-Identifier: GPL-2.0 */
/* What a build for tests (make module TEST=1) can pretend; others cannot. */
#ifndef TCPFIN_TEST_H
#define TCPFIN_TEST_H

#include <linux/types.h>

struct kretprobe;

#ifdef TCPFIN_TEST
bool tcpfin_test_lacks(const char *symbol);
void tcpfin_test_unreach(struct kretprobe *rp);
void tcpfin_test_fill_rings(void);
unsigned int tcpfin_test_most_rings(void);
u64 tcpfin_test_clock_offset(void);
#else
static inline bool tcpfin_test_lacks(const char *symbol)
{
	(void)symbol;
	return false;
}

static inline void tcpfin_test_unreach(struct kretprobe *rp)
{
	(void)rp;
}

static inline void tcpfin_test_fill_rings(void)
{
}

static inline unsigned int tcpfin_test_most_rings(void)
{
	return -1U;
}

static inline u64 tcpfin_test_clock_offset(void)
{
	return 0;
}
#endif

#endif /* TCPFIN_TEST_H */
