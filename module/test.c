// SPDX-License-Identifier: GPL-2.0
/* What a build for tests can pretend, by parameters that other builds lack. */
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/string.h>

#include "ring.h"
#include "test.h"

static char *without = "";
module_param(without, charp, 0444);
MODULE_PARM_DESC(without, "functions to treat as missing from this kernel, separated by commas");

static char *unreached = "";
module_param(unreached, charp, 0444);
MODULE_PARM_DESC(unreached, "functions whose calls are not to reach the probes, separated by commas");

static unsigned long first;
module_param(first, ulong, 0444);
MODULE_PARM_DESC(first, "number of records that each ring is to start with");

static unsigned int most_rings = -1U;
module_param(most_rings, uint, 0444);
MODULE_PARM_DESC(most_rings, "number of rings to make at most");

static unsigned long later;
module_param(later, ulong, 0444);
MODULE_PARM_DESC(later, "nanoseconds to add to all times");

/* Is @symbol one of the words of @list? */
static bool is_listed(const char *list, const char *symbol)
{
	const size_t len = strlen(symbol);
	const char *at = list;

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
 * tcpfin_test_lacks() - is the kernel to be treated as lacking a function?
 * @symbol: the function's name
 *
 * Return: true if @symbol is in the parameter "without".
 */
bool tcpfin_test_lacks(const char *symbol)
{
	return is_listed(without, symbol);
}

static int ignore_call(struct kprobe *kp, struct pt_regs *regs)
{
	return 0;
}

static int ignore_return(struct kretprobe_instance *instance,
			 struct pt_regs *regs)
{
	return 1;
}

/**
 * tcpfin_test_unreach() - let no call of a function reach its handler
 * @rp: a kretprobe or, if it has no handler, a kprobe, not yet registered
 *
 * Does nothing unless the function is in the parameter "unreached".
 */
void tcpfin_test_unreach(struct kretprobe *rp)
{
	if (!is_listed(unreached, rp->kp.symbol_name))
		return;
	if (rp->handler)
		rp->entry_handler = ignore_return;
	else
		rp->kp.pre_handler = ignore_call;
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
	unsigned int ring;
	u64 n;

	for (ring = 0; ring < tcpfin_rings.count; ring++) {
		for (n = first > records ? first - records : 0; n < first; n++)
			tcpfin_ring_slot(ring, n)->seq = n + 1;
		tcpfin_rings.ring[ring].head = first;
	}
}

/**
 * tcpfin_test_most_rings() - how many rings may be made?
 *
 * Return: the number, at least 1.
 */
unsigned int tcpfin_test_most_rings(void)
{
	return most_rings;
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
