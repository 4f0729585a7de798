/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counts over time in a bounded number of intervals. The intervals grow with the
 * time that they have to cover, and begin at round times of the wall clock.
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
 * @SERIES_OUTCOME: the first of one series for each enum outcome: connections,
 *	at the time when they began to close
 * @SERIES_TW: changes of the number of mini-sockets in TIME_WAIT
 * @SERIES_FW2: changes of the number of mini-sockets in FIN_WAIT2
 * @SERIES_UNSEEN: mini-sockets that left TIME_WAIT and were not seen to come to
 *	it, as negative numbers
 * @SERIES_REFUSED: connections that got no mini-socket
 * @SERIES_LOSS: events that were lost or missed
 * @SERIES: the number of series
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
 * @first_ns: the first moment; what is earlier counts there
 * @wall_ns: the first moment by the wall clock
 * @last_ns: the latest moment that is covered
 * @width: index of the intervals' width, see timeline_width()
 * @count: by interval and series
 * @most: by interval: the largest number that timeline_most() was given
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

/* Set the first moment of an all zero timeline, by both clocks. */
void timeline_start(struct timeline *t, uint64_t time_ns, uint64_t wall_ns);

/* Cover the time up to a moment. */
void timeline_reach(struct timeline *t, uint64_t time_ns);

/* Add a number, which may be below 0, to a series at a moment. */
void timeline_add(struct timeline *t, unsigned int series, uint64_t time_ns,
		  int64_t count);

/* Note how many mini-sockets there were at a moment. */
void timeline_most(struct timeline *t, uint64_t time_ns, int64_t count);

/* Widen the intervals until at most @max are in use. */
void timeline_shrink(struct timeline *t, unsigned int max);

/* The number of intervals up to the latest moment, 0 without a first moment. */
unsigned int timeline_used(const struct timeline *t);

/* The length of an interval in nanoseconds; mostly 1, 2, 10 or 20 of a unit. */
uint64_t timeline_width(const struct timeline *t);

/* When the first interval begins by the wall clock, nanoseconds since 1970. */
uint64_t timeline_wall(const struct timeline *t);

/**
 * struct population - the number of mini-sockets over time
 * @tw: at the end of each interval, in TIME_WAIT
 * @fw2: at the end of each interval, in FIN_WAIT2
 * @unseen: at the end of each interval, in TIME_WAIT since before the first event
 * @most: within each interval, the largest number of all, too low after a loss;
 *	0 if it is not known
 * @peak: the largest number of all, from @most if that is known
 * @peak_at: the interval of the peak
 * @left_out: mini-sockets that left TIME_WAIT and were not seen to come to it, if
 *	events were lost: as it cannot be told how long they were there, they are
 *	in no other number
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
 * population_make() - work out how many mini-sockets there were over time
 * @t: the timeline
 * @lossless: no event was lost: a mini-socket that was not seen to begin began
 *	before the first event
 * @with_most: timeline_most() was told of the same mini-sockets
 * @p: the result
 */
void population_make(const struct timeline *t, bool lossless, bool with_most,
		     struct population *p);

#endif /* COMMANDS_REPORT_TIMELINE_H */
