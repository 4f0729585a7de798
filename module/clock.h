/* SPDX-License-Identifier: GPL-2.0 */
/* The times that records bear: CLOCK_MONOTONIC, nanoseconds. */
#ifndef TCPFIN_CLOCK_H
#define TCPFIN_CLOCK_H

#include <linux/tcp.h>
#include <linux/time64.h>
#include <linux/timekeeping.h>

#include "test.h"

/**
 * tcpfin_clock() - what time is it?
 *
 * Context: any, NMI as well.
 * Return: the time.
 */
static inline u64 tcpfin_clock(void)
{
	return ktime_get_mono_fast_ns() + tcpfin_test_clock_offset();
}

/**
 * tcpfin_clock_packet() - when did the packet come that is being worked off?
 * @tp: the socket that it came for
 *
 * The kernel takes the time anew (tcp_mstamp_refresh()) for each.
 *
 * Return: the time, cut to microseconds.
 */
static inline u64 tcpfin_clock_packet(const struct tcp_sock *tp)
{
	return tp->tcp_mstamp * NSEC_PER_USEC + tcpfin_test_clock_offset();
}

#endif /* TCPFIN_CLOCK_H */
