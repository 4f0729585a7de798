/* SPDX-License-Identifier: GPL-2.0 */
/* Compares what "tcpfin handshakes --json" says with what was on the wire. */
#ifndef TESTS_GUEST_AGREE_H
#define TESTS_GUEST_AGREE_H

#include <json-c/json.h>
#include <stddef.h>
#include <stdint.h>

#include "capture.h"

/**
 * struct agreement - how a run's verdicts and its wire agree, and what was seen
 * @capture: the wire
 * @wall_ns: the wall clock less the monotonic clock
 * @verdicts: connections that were compared
 * @differing: those that did not agree; each was printed
 * @apart: those whose ends were judged one by one
 * @lost: those that say that something was lost meanwhile
 * @partial: those that do not know all
 * @missed: calls that probes missed, by the verdicts' own account
 * @closed_by: those that were closed first by the client (0), by the server (1),
 *	by both (2) and by none (3)
 * @resets: those in which a RST was on the wire
 * @merged: those whose wave 3 took wave 2 along
 * @half_closed: those with bytes between the FINs
 * @fins_sent_again: FINs that were on the wire again
 * @fins_again: those of them that came to a TIME_WAIT
 */
struct agreement {
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

void agree_on(struct agreement *agreement, struct json_object *line);
void agree_on_rest(struct agreement *agreement);

#endif /* TESTS_GUEST_AGREE_H */
