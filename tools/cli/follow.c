// SPDX-License-Identifier: GPL-2.0
/* Follows connections to their ends: what all views of teardowns do alike. */
#include <inttypes.h>

#include "cli/follow.h"
#include "cli/wait.h"
#include "util/stdout.h"

static bool is_enough(const struct follow *f)
{
	return ferror_unlocked(f->out) || (f->enough && f->enough(f->data));
}

static void take(const struct follow *f, const struct item *item)
{
	const struct conn *conn;

	conn = pairing_take(f->pairing, item);
	if (!conn)
		f->gap(f->data, item);
	else if (f->event)
		f->event(f->data, item, conn);
}

/* All that is there was taken in. Return false when it is over. */
static bool rest(const struct follow *f, uint64_t end_ns)
{
	uint64_t now = source_now(f->src);
	uint64_t ns = pairing_time(f->pairing, now);

	if (f->flush)
		f->flush(f->data);
	if (is_enough(f) || !stdout_flush(f->out))
		return false;
	wait_for_events(f->src, end_ns,
			ns < UINT64_MAX - now ? now + ns : UINT64_MAX);
	return true;
}

static void finish(const struct follow *f)
{
	const struct tracker *tracker = pairing_tracker(f->pairing);
	uint64_t evicted;

	if (f->src->gone)
		fprintf(stderr, "tcpfin %s: the module was unloaded\n",
			f->name);
	/* Before that: it forgets the ends that are over. */
	if (f->open)
		pairing_open(f->pairing, f->open, f->data);
	pairing_finish(f->pairing);
	evicted = tracker_evicted(tracker);
	if (evicted)
		fprintf(stderr,
			"tcpfin %s: %" PRIu64 " ends were forgotten before their time: more than %u at once\n",
			f->name, evicted, TRACKER_MAX);
}

void follow_run(const struct follow *f)
{
	uint64_t end_ns = f->for_ns ? source_now(f->src) + f->for_ns :
				      UINT64_MAX;
	struct item item;

	while (!is_enough(f)) {
		source_next(f->src, &item);
		switch (item.type) {
		case ITEM_EVENT:
		case ITEM_LOST:
		case ITEM_MISSED:
			take(f, &item);
			break;
		case ITEM_IDLE:
			if (!rest(f, end_ns))
				return;
			break;
		case ITEM_END:
			finish(f);
			return;
		}
	}
}
