/* SPDX-License-Identifier: GPL-2.0 */
/* The times of records: CLOCK_MONOTONIC, in nanoseconds. */
#ifndef TCPFIN_CLOCK_H
#define TCPFIN_CLOCK_H

#include <linux/tcp.h>
#include <linux/time64.h>
#include <linux/timekeeping.h>

#include "test.h"

/**
 * tcpfin_clock() - read the clock
 *
 * Context: any, including NMI.
 * Return: the time.
 */
static inline u64 tcpfin_clock(void)
{
	return ktime_get_mono_fast_ns() + tcpfin_test_clock_offset();
}

/**
 * tcpfin_clock_packet() - when did TCP start to process the current packet?
 * @tp: the socket that the packet is for
 *
 * The kernel updates tcp_mstamp for each packet (tcp_mstamp_refresh()).
 *
 * Return: the time, rounded down to a microsecond.
 */
static inline u64 tcpfin_clock_packet(const struct tcp_sock *tp)
{
	return tp->tcp_mstamp * NSEC_PER_USEC + tcpfin_test_clock_offset();
}

#endif /* TCPFIN_CLOCK_H */
