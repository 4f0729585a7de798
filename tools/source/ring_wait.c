// SPDX-License-Identifier: GPL-2.0
/*
 * How the live source waits between two rounds over the rings.
 *
 * Wake-ups are batched: the more there is to read, the longer the pause, so
 * that many records share the cost of one wake-up, until a ring fills fast.
 */
#include <poll.h>
#include <unistd.h>

#include "source/ring_wait.h"

/*
 * The first pause, and the longest, after the rings were busy for a while. With
 * the longest the default ring has room for 400,000 records a second.
 */
#define PAUSE_MS		10
#define PAUSE_MAX_MS	40

/* Have records been written since the round began? */
static bool has_grown(const struct ring_map *map, const struct ring_cursor *cursors)
{
	uint32_t ring;

	for (ring = 0; ring < map->nrings; ring++)
		if (ring_cursor_head(map, ring) != cursors[ring].end)
			return true;
	return false;
}

static int next_pause(struct ring_wait *wait)
{
	if (wait->pressed)
		wait->ms = RING_WAIT_HOLD_MS;
	else
		wait->ms = wait->ms ? 2 * wait->ms : PAUSE_MS;
	if (wait->ms > PAUSE_MAX_MS)
		wait->ms = PAUSE_MAX_MS;
	return wait->ms;
}

/*
 * poll() reports records behind the file position, so the position is set to
 * the end first, and earlier records are found by the rings' heads (also before
 * that: under load this saves the system call). Only a signal makes these polls
 * fail, and it should end them. The header's `gone` flag tells that the module
 * was unloaded.
 */
void ring_wait_for_more(struct ring_wait *wait, const struct ring_map *map,
			const struct ring_cursor *cursors, int timeout_ms)
{
	struct pollfd fds[2] = {
		{ .fd = wait->fd, .events = POLLIN },
		{ .fd = wait->stop_fd, .events = POLLIN },
	};
	int pause_ms = next_pause(wait);

	if (timeout_ms >= 0 && timeout_ms < pause_ms)
		pause_ms = timeout_ms;
	if (poll(&fds[1], 1, pause_ms) || wait->pending || has_grown(map, cursors))
		return;
	wait->ms = 0;
	lseek(wait->fd, 0, SEEK_END);
	if (has_grown(map, cursors))
		return;
	if (timeout_ms > 0)
		timeout_ms -= pause_ms;
	poll(fds, 2, timeout_ms);
}
