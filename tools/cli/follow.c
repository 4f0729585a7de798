// SPDX-License-Identifier: GPL-2.0
/* Follows connections to their ends: what all views of teardowns do alike. */
#include <inttypes.h>

#include "cli/follow.h"
#include "cli/wait.h"
#include "util/stdout.h"

static bool is_enough(const struct tcpfin_follow *f)
{
	return ferror_unlocked(f->out) || (f->enough && f->enough(f->data));
}

static void take(const struct tcpfin_follow *f, const struct tcpfin_item *item)
{
	const struct tcpfin_conn *conn;

	conn = tcpfin_teardowns_take(f->teardowns, item);
	if (!conn)
		f->gap(f->data, item);
	else if (f->event)
		f->event(f->data, item, conn);
}

/* All that is there was taken in. Return false when it is over. */
static bool rest(const struct tcpfin_follow *f, uint64_t end_ns)
{
	uint64_t now = tcpfin_source_now(f->src);
	uint64_t ns = tcpfin_teardowns_time(f->teardowns, now);

	if (f->flush)
		f->flush(f->data);
	if (is_enough(f) || !tcpfin_flush(f->out))
		return false;
	tcpfin_rest(f->src, end_ns,
		    ns < UINT64_MAX - now ? now + ns : UINT64_MAX);
	return true;
}

static void finish(const struct tcpfin_follow *f)
{
	const struct tcpfin_tracker *tracker =
		tcpfin_teardowns_tracker(f->teardowns);
	uint64_t evicted;

	if (f->src->gone)
		fprintf(stderr, "tcpfin %s: the module was unloaded\n",
			f->name);
	/* Before that: it forgets the ends that are over. */
	if (f->open)
		tcpfin_teardowns_open(f->teardowns, f->open, f->data);
	tcpfin_teardowns_finish(f->teardowns);
	evicted = tcpfin_tracker_evicted(tracker);
	if (evicted)
		fprintf(stderr,
			"tcpfin %s: %" PRIu64 " ends were forgotten before their time: more than %u at once\n",
			f->name, evicted, TCPFIN_TRACKED_MAX);
}

void tcpfin_follow(const struct tcpfin_follow *f)
{
	uint64_t end_ns = f->for_ns ? tcpfin_source_now(f->src) + f->for_ns :
				      UINT64_MAX;
	struct tcpfin_item item;

	while (!is_enough(f)) {
		tcpfin_source_next(f->src, &item);
		switch (item.type) {
		case TCPFIN_ITEM_EVENT:
		case TCPFIN_ITEM_LOST:
		case TCPFIN_ITEM_MISSED:
			take(f, &item);
			break;
		case TCPFIN_ITEM_IDLE:
			if (!rest(f, end_ns))
				return;
			break;
		case TCPFIN_ITEM_END:
			finish(f);
			return;
		}
	}
}
