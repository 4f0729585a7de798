/* SPDX-License-Identifier: GPL-2.0 */
/* Beginning and ending a record in a probe's handler. */
#ifndef TCPFIN_RECORD_H
#define TCPFIN_RECORD_H

#include <linux/timekeeping.h>

#include "procfile.h"
#include "ring.h"
#include "tcpfin.h"

/* One begun record, with what its end wants back. */
struct tcpfin_record {
	struct tcpfin_event *event;
	u64 seq;
};

static inline struct tcpfin_event *
tcpfin_record_begin_at(struct tcpfin_record *record, u64 time_ns, u8 kind,
		       u8 old_state, u8 new_state)
{
	struct tcpfin_event *event = tcpfin_ring_begin(&record->seq);

	event->time_ns = time_ns;
	event->kind = kind;
	event->old_state = old_state;
	event->new_state = new_state;
	record->event = event;
	return event;
}

static inline struct tcpfin_event *
tcpfin_record_begin(struct tcpfin_record *record, u8 kind, u8 old_state,
		    u8 new_state)
{
	return tcpfin_record_begin_at(record, ktime_get_mono_fast_ns(), kind,
				      old_state, new_state);
}

static inline void tcpfin_record_end(struct tcpfin_record *record)
{
	tcpfin_ring_commit(record->event, record->seq);
	tcpfin_procfile_wake();
}

#endif /* TCPFIN_RECORD_H */
