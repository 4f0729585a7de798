/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counts over time in a bounded number of intervals: these grow with the time
 * that they have to cover, and begin at round times of the wall clock.
 */
#ifndef TCPFIN_TIMELINE_H
#define TCPFIN_TIMELINE_H

#include <stdbool.h>
#include <stdint.h>

/* Intervals that are kept, and those that are shown at most. */
#define TCPFIN_TIMELINE_MAX	600
#define TCPFIN_TIMELINE_SHOWN	120

/**
 * enum tcpfin_series - what is counted
 * @TCPFIN_SERIES_OUTCOME: the first of enum tcpfin_outcome: connections by when
 *	their end began
 * @TCPFIN_SERIES_TW: mini-sockets in TIME_WAIT: one more or less
 * @TCPFIN_SERIES_FW2: likewise in FIN_WAIT2
 * @TCPFIN_SERIES_UNSEEN: likewise in TIME_WAIT, and when they came to it was
 *	not seen
 * @TCPFIN_SERIES_REFUSED: connections that got no mini-socket
 * @TCPFIN_SERIES_LOSS: events that were lost or missed
 * @TCPFIN_SERIES: how many series there are
 */
enum tcpfin_series {
	TCPFIN_SERIES_OUTCOME = 0,
	TCPFIN_SERIES_TW = 7,
	TCPFIN_SERIES_FW2,
	TCPFIN_SERIES_UNSEEN,
	TCPFIN_SERIES_REFUSED,
	TCPFIN_SERIES_LOSS,
	TCPFIN_SERIES,
};

/**
 * struct tcpfin_timeline - the counts
 * @started: there is a first moment
 * @first_ns: it; what is earlier counts as then
 * @wall_ns: the same by the wall clock
 * @last_ns: the latest moment that is covered
 * @width: which width the intervals have, see tcpfin_timeline_width()
 * @count: by interval
 * @most: likewise, the largest number that tcpfin_timeline_most() was given
 */
struct tcpfin_timeline {
	bool started;
	uint64_t first_ns;
	uint64_t wall_ns;
	uint64_t last_ns;
	unsigned int width;
	int64_t count[TCPFIN_TIMELINE_MAX][TCPFIN_SERIES];
	int64_t most[TCPFIN_TIMELINE_MAX];
};

/**
 * tcpfin_timeline_start() - set the first moment
 * @t: the timeline, all zero
 * @time_ns: it
 * @wall_ns: the same by the wall clock
 */
void tcpfin_timeline_start(struct tcpfin_timeline *t, uint64_t time_ns,
			   uint64_t wall_ns);

/**
 * tcpfin_timeline_reach() - cover the time up to a moment
 * @t: the timeline, started
 * @time_ns: the moment
 */
void tcpfin_timeline_reach(struct tcpfin_timeline *t, uint64_t time_ns);

/**
 * tcpfin_timeline_add() - count
 * @t: the timeline, started
 * @series: what
 * @time_ns: when
 * @count: how many; may be below 0
 */
void tcpfin_timeline_add(struct tcpfin_timeline *t, unsigned int series,
			 uint64_t time_ns, int64_t count);

/**
 * tcpfin_timeline_most() - there were so many mini-sockets
 * @t: the timeline, started
 * @time_ns: when
 * @count: how many
 */
void tcpfin_timeline_most(struct tcpfin_timeline *t, uint64_t time_ns,
			  int64_t count);

/**
 * tcpfin_timeline_shrink() - make intervals so wide that few are left
 * @t: the timeline
 * @max: how many may be left
 */
void tcpfin_timeline_shrink(struct tcpfin_timeline *t, unsigned int max);

/**
 * tcpfin_timeline_used() - how many intervals there are up to the latest moment
 * @t: the timeline
 *
 * Return: 0 if it was not started.
 */
unsigned int tcpfin_timeline_used(const struct tcpfin_timeline *t);

/**
 * tcpfin_timeline_width() - how long an interval is
 * @t: the timeline
 *
 * Return: nanoseconds; 1, 2, 10 or 20 of a unit, mostly.
 */
uint64_t tcpfin_timeline_width(const struct tcpfin_timeline *t);

/**
 * tcpfin_timeline_wall() - when the first interval begins, by the wall clock
 * @t: the timeline
 *
 * Return: nanoseconds since 1970.
 */
uint64_t tcpfin_timeline_wall(const struct tcpfin_timeline *t);

/**
 * struct tcpfin_population - mini-sockets at the end of each interval, if not said
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
struct tcpfin_population {
	int64_t tw[TCPFIN_TIMELINE_MAX];
	int64_t fw2[TCPFIN_TIMELINE_MAX];
	int64_t unseen[TCPFIN_TIMELINE_MAX];
	int64_t most[TCPFIN_TIMELINE_MAX];
	int64_t peak;
	unsigned int peak_at;
	int64_t left_out;
};

/**
 * tcpfin_population_make() - how many mini-sockets there were when
 * @t: the timeline
 * @lossless: no event was lost: what ended without a beginning began before all
 *	that was seen
 * @with_most: tcpfin_timeline_most() was told of the same sockets
 * @p: the result
 */
void tcpfin_population_make(const struct tcpfin_timeline *t, bool lossless,
			    bool with_most, struct tcpfin_population *p);

#endif /* TCPFIN_TIMELINE_H */
