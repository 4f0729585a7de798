/* SPDX-License-Identifier: GPL-2.0 */
/* Compares the verdicts of "tcpfin handshakes --json" with captured packets. */
#ifndef TESTS_GUEST_WIRE_CHECK_H
#define TESTS_GUEST_WIRE_CHECK_H

#include <json-c/json.h>
#include <stddef.h>
#include <stdint.h>

#include "capture.h"

/**
 * struct wire_check - a comparison of verdicts with a capture, and its counts
 * @capture: the captured connections
 * @wall_ns: the wall clock minus the monotonic clock
 * @verdicts: compared verdicts
 * @differing: verdicts and connections that differ; the first ones are printed
 * @apart: connections with one verdict for each end
 * @lost: verdicts with the mark "lost"
 * @partial: verdicts that may lack facts
 * @missed: calls that probes missed, as "tcpfin handshakes" reports
 * @closed_by: verdicts by the end that closed first on the wire: client (0), server
 *	(1), both (2), none (3)
 * @resets: connections with a RST on the wire
 * @merged: verdicts in which wave 3 carries wave 2
 * @half_closed: verdicts with bytes between the FINs
 * @fins_sent_again: FINs retransmitted on the wire
 * @fins_again: retransmitted FINs that reached a TIME_WAIT
 */
struct wire_check {
	struct capture capture;
	int64_t wall_ns;
	size_t verdicts;
	size_t differing;
	size_t apart;
	size_t lost;
	size_t partial;
	size_t missed;
	size_t closed_by[4];
	size_t resets;
	size_t merged;
	size_t half_closed;
	size_t fins_sent_again;
	size_t fins_again;
};

void wire_check_line(struct wire_check *check, struct json_object *line);
void wire_check_end(struct wire_check *check);

#endif /* TESTS_GUEST_WIRE_CHECK_H */
