// SPDX-License-Identifier: GPL-2.0
/* Shares that reach a threshold. */
#include "diagnosis/thresholds.h"

bool threshold_is_reached(uint64_t part, uint64_t whole, unsigned int percent)
{
	return part && whole &&
	       (double)part * 100 >= (double)whole * percent;
}
