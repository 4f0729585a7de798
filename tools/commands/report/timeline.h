/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counts over time in a bounded number of intervals: these grow with the time
 * that they have to cover, and begin at round times of the wall clock.
 */
#ifndef COMMANDS_REPORT_TIMELINE_H
#define COMMANDS_REPORT_TIMELINE_H

#include <stdbool.h>
#include <stdint.h>

/* Intervals that are kept, and those that are shown at most. */
#define TIMELINE_MAX	600
#define TIMELINE_SHOWN	120

/**
 * enum series - what is counted
 * @SERIES_OUTCOME: the first of enum outcome: connections by when
 *	their end began
 * @SERIES_TW: mini-sockets in TIME_WAIT: one more or less
 * @SERIES_FW2: likewise in FIN_WAIT2
 * @SERIES_UNSEEN: likewise in TIME_WAIT, and when they came to it was
 *	not seen
 * @SERIES_REFUSED: connections that got no mini-socket
 * @SERIES_LOSS: events that were lost or missed
 * @SERIES: how many series there are
 */
enum series {
	SERIES_OUTCOME = 0,
	SERIES_TW = 7,
	SERIES_FW2,
	SERIES_UNSEEN,
	SERIES_REFUSED,
	SERIES_LOSS,
	SERIES,
};

/**
 * struct timeline - the counts
 * @started: there is a first moment
 * @first_ns: it; what is earlier counts as then
 * @wall_ns: the same by the wall clock
 * @last_ns: the latest moment that is covered
 * @width: which width the intervals have, see timeline_width()
 * @count: by interval
 * @most: likewise, the largest number that timeline_most() was given
 */
struct timeline {
	bool started;
	uint64_t first_ns;
	uint64_t wall_ns;
	uint64_t last_ns;
	unsigned int width;
	int64_t count[TIMELINE_MAX][SERIES];
	int64_t most[TIMELINE_MAX];
};

/**
 * timeline_start() - set the first moment
 * @t: the timeline, all zero
 * @time_ns: it
 * @wall_ns: the same by the wall clock
 */
void timeline_start(struct timeline *t, uint64_t time_ns, uint64_t wall_ns);

/**
 * timeline_reach() - cover the time up to a moment
 * @t: the timeline, started
 * @time_ns: the moment
 */
void timeline_reach(struct timeline *t, uint64_t time_ns);

/**
 * timeline_add() - count
 * @t: the timeline, started
 * @series: what
 * @time_ns: when
 * @count: how many; may be below 0
 */
void timeline_add(struct timeline *t, unsigned int series, uint64_t time_ns,
		  int64_t count);

/**
 * timeline_most() - there were so many mini-sockets
 * @t: the timeline, started
 * @time_ns: when
 * @count: how many
 */
void timeline_most(struct timeline *t, uint64_t time_ns, int64_t count);

/**
 * timeline_shrink() - make intervals so wide that few are left
 * @t: the timeline
 * @max: how many may be left
 */
void timeline_shrink(struct timeline *t, unsigned int max);

/**
 * timeline_used() - how many intervals there are up to the latest moment
 * @t: the timeline
 *
 * Return: 0 if it was not started.
 */
unsigned int timeline_used(const struct timeline *t);

/**
 * timeline_width() - how long an interval is
 * @t: the timeline
 *
 * Return: nanoseconds; 1, 2, 10 or 20 of a unit, mostly.
 */
uint64_t timeline_width(const struct timeline *t);

/**
 * timeline_wall() - when the first interval begins, by the wall clock
 * @t: the timeline
 *
 * Return: nanoseconds since 1970.
 */
uint64_t timeline_wall(const struct timeline *t);

/**
 * struct population - mini-sockets at the end of each interval, if not said
 *	otherwise
 * @tw: in TIME_WAIT
 * @fw2: in FIN_WAIT2
 * @unseen: in TIME_WAIT since before what was seen
 * @most: all of them, the most within the interval, or fewer after a loss; 0 if
 *	that is not known
 * @peak: the most of them together, of @most where that is known
 * @peak_at: the interval of that
 * @left_out: those of @unseen that are in none of these, as events were lost: how
 *	long each of them was there cannot be told
 */
struct population {
	int64_t tw[TIMELINE_MAX];
	int64_t fw2[TIMELINE_MAX];
	int64_t unseen[TIMELINE_MAX];
	int64_t most[TIMELINE_MAX];
	int64_t peak;
	unsigned int peak_at;
	int64_t left_out;
};

/**
 * population_make() - how many mini-sockets there were when
 * @t: the timeline
 * @lossless: no event was lost: what ended without a beginning began before all
 *	that was seen
 * @with_most: timeline_most() was told of the same sockets
 * @p: the result
 */
void population_make(const struct timeline *t, bool lossless, bool with_most,
		     struct population *p);

#endif /* COMMANDS_REPORT_TIMELINE_H */
