/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An examination, as "doctor" makes it: takes all events of a source, examines the
 * network namespaces of this machine if the source is live, and judges each.
 */
#ifndef DIAGNOSIS_EXAMINATION_H
#define DIAGNOSIS_EXAMINATION_H

#include "diagnosis/facts.h"
#include "diagnosis/findings.h"
#include "diagnosis/peers.h"
#include "diagnosis/snapshot.h"
#include "source/source.h"
#include "system/netns.h"

/* What to examine */
struct examination_options {
	struct source *src;	/* where events come from */
	const struct filter *filter;	/* connections to judge, NULL for all */
	const char *netns;	/* see netns_find(); of a live source only */
	uint64_t older_ns;	/* see struct facts */
	bool sample;	/* count ports twice, before the events and after them */
};

/* The examination of one network namespace; of a recording that of all together */
struct examined {
	struct facts facts;	/* what is known */
	struct snapshot snapshot;	/* looks at the machine */
};

/* An examination */
struct examination {
	struct examination_options opts;
	struct netns_list netns;	/* the namespaces of a live source */
	struct examined *list;	/* one for each of @netns, or one */
	size_t count;		/* number of @list */
	size_t latest;		/* index of the one found last */
	bool *began;		/* by ring: an event of the ring was taken */
	/* Sums over all events: their number, the first and the last, and losses */
	struct teardown_counts counts;
	uint64_t elsewhere;	/* events of namespaces that are not in @list */
	uint64_t left_out;	/* events that the filter left out */
	uint64_t started_ns;	/* when it began */
	struct socket_owners owners;	/* of the sockets of all namespaces */
	struct peers peers;	/* the other ends of sockets that wait */
	struct file_places places;	/* where a socket may be that nobody holds */
	struct findings findings;	/* the result */
	size_t looked_at;	/* namespaces whose sockets were listed */
	struct facts_present sum;	/* numbers of sockets, in all of these */
	uint64_t ends;		/* see struct history, of all */
};

/*
 * Begin an examination. Return NULL if that is not possible, with the reason in
 * @why, which is "" if there is no memory.
 */
struct examination *examination_new(const struct examination_options *opts,
				    char why[NETNS_WHY_MAX]);

/* The tracker that follows the events; has to be known before the first of them. */
void examination_follow(struct examination *e, const struct tracker *tracker);

/* Take an event with its end of a connection, a connection that is over, a loss. */
void examination_event(struct examination *e, const struct item *item,
		       const struct conn *conn);
void examination_verdict(struct examination *e, const struct verdict *v);
void examination_loss(struct examination *e, const struct item *item);

/*
 * Look at the machine, and judge. The tracker has to be there still. Return false
 * without memory.
 */
bool examination_end(struct examination *e);

/* Free an examination; NULL is ignored. */
void examination_free(struct examination *e);

#endif /* DIAGNOSIS_EXAMINATION_H */
