/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counts over time in a bounded number of intervals. The intervals grow with the
 * time that they have to cover, and begin at round times of the wall clock.
 */
#ifndef COMMANDS_REPORT_TIMELINE_H
#define COMMANDS_REPORT_TIMELINE_H

#include <stdbool.h>
#include <stdint.h>

#define TIMELINE_MAX	600	/* intervals that are kept */
#define TIMELINE_SHOWN	120	/* intervals that are shown at most */

/* The series: what is counted over time. */
enum series {
	/* Connections by enum outcome, when they began to close: a series for each. */
	SERIES_OUTCOME = 0,
	SERIES_TW = 8,	/* changes of the number of mini-sockets in TIME_WAIT */
	SERIES_FW2,	/* changes of the number of mini-sockets in FIN_WAIT2 */
	/* Mini-sockets that left TIME_WAIT and were not seen to enter it, negative. */
	SERIES_UNSEEN,
	SERIES_REFUSED,	/* connections that got no mini-socket */
	SERIES_LOSS,	/* events that were lost or missed */
	SERIES,
};

struct timeline {
	bool started;		/* the first moment is set */
	uint64_t first_ns;	/* the first moment; earlier events count there */
	uint64_t wall_ns;	/* the first moment by the wall clock */
	uint64_t last_ns;	/* the latest moment that is covered */
	unsigned int width;	/* index of the intervals' width, see timeline_width() */
	int64_t count[TIMELINE_MAX][SERIES];
	int64_t most[TIMELINE_MAX];	/* the largest count given to timeline_most() */
};

/* Set the first moment of an all zero timeline, by both clocks. */
void timeline_start(struct timeline *t, uint64_t time_ns, uint64_t wall_ns);
/* Cover the time up to a moment. */
void timeline_reach(struct timeline *t, uint64_t time_ns);
/* Add a number, which may be negative, to a series at a moment. */
void timeline_add(struct timeline *t, unsigned int series, uint64_t time_ns,
		  int64_t count);
/* Note how many mini-sockets there were at a moment. */
void timeline_most(struct timeline *t, uint64_t time_ns, int64_t count);
/* Widen the intervals until at most @max are in use. */
void timeline_shrink(struct timeline *t, unsigned int max);

/* Return the number of intervals up to the latest moment, 0 without a first moment. */
unsigned int timeline_used(const struct timeline *t);
/* Return the length of an interval in nanoseconds; mostly 1, 2, 10 or 20 of a unit. */
uint64_t timeline_width(const struct timeline *t);
/* Return the beginning of the first interval, nanoseconds since 1970. */
uint64_t timeline_wall(const struct timeline *t);

/* The number of mini-sockets over time, at the end of each interval. */
struct population {
	int64_t tw[TIMELINE_MAX];	/* in TIME_WAIT */
	int64_t fw2[TIMELINE_MAX];	/* in FIN_WAIT2 */
	int64_t unseen[TIMELINE_MAX];	/* in TIME_WAIT since before the first event */
	/* The largest number within each interval, too low after a loss; 0: not known. */
	int64_t most[TIMELINE_MAX];
	int64_t peak;		/* the largest number of all, from @most if known */
	unsigned int peak_at;	/* the interval of the peak */
	/*
	 * If events were lost: mini-sockets that left TIME_WAIT and were not seen to
	 * enter it. They are in no other number, as their beginning is not known.
	 */
	int64_t left_out;
};

/*
 * Work out the number of mini-sockets over time. @lossless: no event was lost, so that
 * a mini-socket whose beginning was not seen is older than the first event.
 * @with_most: timeline_most() was called for the same mini-sockets.
 */
void population_make(const struct timeline *t, bool lossless, bool with_most,
		     struct population *p);

#endif /* COMMANDS_REPORT_TIMELINE_H */
