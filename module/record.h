/* SPDX-License-Identifier: GPL-2.0 */
/* Beginning and ending a record in a probe's handler. */
#ifndef TCPFIN_RECORD_H
#define TCPFIN_RECORD_H

#include <linux/build_bug.h>
#include <linux/stddef.h>
#include <linux/string.h>

#include "ring.h"
#include "tcpfin.h"
#include "wake.h"

/* A record that was begun, and what is needed to end it. */
struct tcpfin_record {
	struct tcpfin_event *event;
	u64 seq;
};

/*
 * A record's kind, old and new state and reason are one word, written at once.
 */
static inline u32 tcpfin_record_type(u8 kind, u8 old_state, u8 new_state,
				     u8 reason)
{
#ifdef __LITTLE_ENDIAN
	return kind | old_state << 8 | new_state << 16 | (u32)reason << 24;
#else
	return (u32)kind << 24 | old_state << 16 | new_state << 8 | reason;
#endif
}

static inline struct tcpfin_event *
tcpfin_record_begin(struct tcpfin_record *record, u64 time_ns, u32 type)
{
	const size_t at = offsetof(struct tcpfin_event, kind);
	struct tcpfin_event *event = tcpfin_ring_begin(&record->seq);

	BUILD_BUG_ON(offsetof(struct tcpfin_event, reason) - at != 3);
	event->time_ns = time_ns;
	memcpy((void *)event + at, &type, sizeof(type));
	record->event = event;
	return event;
}

static inline void tcpfin_record_end(struct tcpfin_record *record)
{
	tcpfin_ring_commit(record->event, record->seq);
	tcpfin_wake();
}

#endif /* TCPFIN_RECORD_H */
