// SPDX-License-Identifier: GPL-2.0
/* Shares that reach a threshold. */
#include "diagnosis/thresholds.h"

bool tcpfin_share_reaches(uint64_t part, uint64_t whole, unsigned int percent)
{
	return part && whole &&
	       (double)part * 100 >= (double)whole * percent;
}
