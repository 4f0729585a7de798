// SPDX-License-Identifier: GPL-2.0
/*
 * How the live source rests between two looks at the rings.
 *
 * Wake-ups are batched: the more there is to read, the longer is the rest, so
 * that many records share the cost of one wake-up, until a ring fills fast.
 */
#include <poll.h>
#include <unistd.h>

#include "source/ring_wait.h"

/*
 * At first, and when the rings have been busy for a while. The default ring
 * then has room for 400,000 records a second.
 */
#define REST_MS		10
#define REST_MAX_MS	40

/* Have records come since the round began? */
static bool has_grown(const struct ring_map *map,
		      const struct ring_cursor *cursors)
{
	uint32_t cpu;

	for (cpu = 0; cpu < map->nrings; cpu++)
		if (ring_cursor_head(map, cpu) != cursors[cpu].end)
			return true;
	return false;
}

static int next_rest(struct ring_wait *rest)
{
	if (rest->pressed)
		rest->ms = RING_WAIT_HOLD_MS;
	else
		rest->ms = rest->ms ? 2 * rest->ms : REST_MS;
	if (rest->ms > REST_MAX_MS)
		rest->ms = REST_MAX_MS;
	return rest->ms;
}

/*
 * poll() tells of records behind the file's place, which is set to the end
 * first; what came before that, a look at the heads shows (one before it saves
 * the way under load). Only a signal makes these polls fail, and it ends them
 * as it should. That the module has gone says the header.
 */
void ring_wait_for_more(struct ring_wait *rest, const struct ring_map *map,
			const struct ring_cursor *cursors, int timeout_ms)
{
	struct pollfd fds[2] = {
		{ .fd = rest->fd, .events = POLLIN },
		{ .fd = rest->stop_fd, .events = POLLIN },
	};
	int nap = next_rest(rest);

	if (timeout_ms >= 0 && timeout_ms < nap)
		nap = timeout_ms;
	if (poll(&fds[1], 1, nap) || rest->unripe || has_grown(map, cursors))
		return;
	rest->ms = 0;
	lseek(rest->fd, 0, SEEK_END);
	if (has_grown(map, cursors))
		return;
	if (timeout_ms > 0)
		timeout_ms -= nap;
	poll(fds, 2, timeout_ms);
}
