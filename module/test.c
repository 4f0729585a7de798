// SPDX-License-Identifier: GPL-2.0
/* What a build for tests can pretend, by parameters that other builds lack. */
#include <linux/cpumask.h>
#include <linux/module.h>
#include <linux/string.h>

#include "ring.h"
#include "test.h"

static char *without = "";
module_param(without, charp, 0444);
MODULE_PARM_DESC(without, "functions to treat as missing from this kernel, separated by commas");

static unsigned long first;
module_param(first, ulong, 0444);
MODULE_PARM_DESC(first, "number of records that each ring is to start with");

static unsigned long later;
module_param(later, ulong, 0444);
MODULE_PARM_DESC(later, "nanoseconds to add to all times");

/**
 * tcpfin_test_lacks() - is the kernel to be treated as lacking a function?
 * @symbol: the function's name
 *
 * Return: true if @symbol is in the parameter "without".
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
 * tcpfin_test_fill_rings() - let the rings start with earlier records
 *
 * Each ring starts as if it had recorded as many records as the parameter
 * "first" says. Those that the ring still holds are whole and empty.
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
 * tcpfin_test_clock_offset() - how far is the clock to be ahead?
 *
 * Context: any.
 * Return: nanoseconds to add to each time.
 */
u64 tcpfin_test_clock_offset(void)
{
	return later;
}
