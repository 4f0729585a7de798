/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The tracker: events in, and for each of them what is known about its end of
 * a connection from the events before.
 *
 * An end is known by host, network namespace and cookie. What was not seen is
 * not known and is never guessed.
 */
#ifndef TRACK_TRACKER_H
#define TRACK_TRACKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source/source.h"
#include "track/conn.h"
#include "track/step.h"

/* A million connections with both ends here, and some room. */
#define TRACKER_MAX	((1U << 21) - 1)

struct tracker;

/**
 * struct keeper - who keeps ends that are over, to make pairs of them
 * @leave: an end is about to be forgotten: the limit is reached, or its identity
 *	is used again
 * @data: for @leave
 */
struct keeper {
	void (*leave)(void *data, struct conn *conn);
	void *data;
};

/**
 * tracker_new() - make a tracker
 * @limit: ends that it follows at once, 1 to TRACKER_MAX; beyond that the
 *	one that was quiet for longest is forgotten and counted
 * @keeper: with one, ends stay until tracker_remove(); or NULL
 *
 * Return: the tracker, or NULL without memory.
 */
struct tracker *tracker_new(uint32_t limit, const struct keeper *keeper);

/**
 * tracker_free() - undo tracker_new()
 * @t: the tracker, or NULL
 */
void tracker_free(struct tracker *t);

/**
 * tracker_event() - take an event in
 * @t: the tracker
 * @host: see struct item
 * @ev: the event
 * @step: what is known about it
 */
void tracker_event(struct tracker *t, uint8_t host,
		   const struct tcpfin_event *ev, struct step *step);

/**
 * tracker_loss() - events were lost
 * @t: the tracker
 * @item: of type LOST or MISSED
 *
 * Ends that had no event since are uncertain: they may be over. Calls about
 * full sockets that were missed are nothing to mini-sockets, and the other way
 * round.
 */
void tracker_loss(struct tracker *t, const struct item *item);

/**
 * tracker_is_uncertain() - may this end have changed unseen?
 * @t: the tracker
 * @conn: one of its ends
 *
 * Return: true if events were lost since its latest one.
 */
bool tracker_is_uncertain(const struct tracker *t, const struct conn *conn);

/**
 * tracker_find() - look an end up
 * @t: the tracker
 * @host: see struct item
 * @netns: its network namespace
 * @cookie: its cookie
 *
 * Return: the end, or NULL if it is not followed.
 */
struct conn *tracker_find(const struct tracker *t, uint8_t host, uint32_t netns,
			  uint64_t cookie);

/**
 * tracker_first() - the end that was quiet for longest
 * @t: the tracker
 *
 * Return: the end, or NULL if there is none.
 */
struct conn *tracker_first(const struct tracker *t);

/**
 * tracker_after() - the next one, see tracker_first()
 * @t: the tracker
 * @conn: one of its ends
 *
 * Return: the end, or NULL if it was the last.
 */
struct conn *tracker_after(const struct tracker *t, const struct conn *conn);

/**
 * tracker_peer() - the other end of a connection
 * @t: the tracker
 * @conn: one of its ends
 *
 * Return: what tracker_pair() found, or NULL.
 */
struct conn *tracker_peer(const struct tracker *t, const struct conn *conn);

/**
 * tracker_pair() - look for the other end of a connection, and keep it
 * @t: the tracker, with a keeper
 * @conn: an end
 *
 * The addresses have to be the same, and so have the sequence numbers of FINs.
 *
 * Return: what was taken for the other end so far, and turned out to be that of
 * another connection; or NULL.
 */
struct conn *tracker_pair(struct tracker *t, struct conn *conn);

/**
 * tracker_remove() - forget an end
 * @t: the tracker, with a keeper
 * @conn: the end; its fields can be read until the next event
 */
void tracker_remove(struct tracker *t, struct conn *conn);

/**
 * tracker_has() - is this place still an end's?
 * @t: the tracker
 * @conn: what was one of its ends once
 *
 * Return: false if it was removed, and no other end has taken its place since.
 */
bool tracker_has(const struct tracker *t, const struct conn *conn);

/**
 * tracker_evicted() - ends forgotten because of the limit
 * @t: the tracker
 *
 * Return: how many.
 */
uint64_t tracker_evicted(const struct tracker *t);

#endif /* TRACK_TRACKER_H */
