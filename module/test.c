// SPDX-License-Identifier: GPL-2.0
/* What a build for tests can pretend, by parameters that others do not have. */
#include <linux/cpumask.h>
#include <linux/module.h>
#include <linux/string.h>

#include "ring.h"
#include "test.h"

static char *without = "";
module_param(without, charp, 0444);
MODULE_PARM_DESC(without, "functions that this kernel is to lack, with commas");

static unsigned long first;
module_param(first, ulong, 0444);
MODULE_PARM_DESC(first, "records that each ring is to have had before");

static unsigned long later;
module_param(later, ulong, 0444);
MODULE_PARM_DESC(later, "nanoseconds that all times are to be later");

/**
 * tcpfin_test_lacks() - is the kernel to do as if it had no such function?
 * @symbol: its name
 *
 * Return: whether it is in the parameter "without".
 */
bool tcpfin_test_lacks(const char *symbol)
{
	const size_t len = strlen(symbol);
	const char *at = without;

	for (;;) {
		if (!strncmp(at, symbol, len) && (!at[len] || at[len] == ','))
			return true;
		at = strchr(at, ',');
		if (!at)
			return false;
		at++;
	}
}

/**
 * tcpfin_test_fill_rings() - let the rings have recorded before
 *
 * Of the parameter "first" many records the last ones are there, whole, with
 * nothing in them.
 */
void tcpfin_test_fill_rings(void)
{
	const u64 records = tcpfin_rings.records;
	unsigned int cpu;
	u64 n;

	for_each_possible_cpu(cpu) {
		for (n = first > records ? first - records : 0; n < first; n++)
			tcpfin_ring_slot(cpu, n)->seq = n + 1;
		tcpfin_rings.ring[cpu].head = first;
	}
}

/**
 * tcpfin_test_clock_offset() - how much longer is the machine to have been up?
 *
 * Context: any.
 * Return: nanoseconds to add to each time.
 */
u64 tcpfin_test_clock_offset(void)
{
	return later;
}
