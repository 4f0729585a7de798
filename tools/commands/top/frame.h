/* SPDX-License-Identifier: GPL-2.0 */
/* One frame of "top": its numbers and lists, as of one moment. */
#ifndef COMMANDS_TOP_FRAME_H
#define COMMANDS_TOP_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#include "diagnosis/facts.h"
#include "source/choice.h"
#include "stats/teardown_counts.h"
#include "system/socket_owner.h"
#include "track/conn.h"
#include "util/resolver.h"

/* Connections in a list, at most. */
#define TOP_ROWS		256

/* A connection in a list. The last four fields are of ended connections only. */
struct top_row {
	struct held_socket sock;	/* of an ended connection: addresses, process */
	uint32_t netns;
	uint8_t host;			/* the machine, see struct item */
	bool by_owner;	/* the process acted on the socket last, but may not hold it */
	enum how how;
	uint64_t ended_ns;		/* 0 if the connection has not ended */
	struct optional time_wait;	/* how long its TIME_WAIT was */
	unsigned int place;		/* index in the model's @ended */
};

struct top_list {
	struct top_row row[TOP_ROWS];	/* in the list's order */
	unsigned int count;
	uint64_t all;			/* how many connections there were to list */
};

/* Sums over all events so far. */
struct top_counts {
	uint64_t in[FACTS_STATES];	/* steps into a state, by TCP_* */
	uint64_t out[FACTS_STATES];	/* steps out of a state */
	uint64_t ended[HOWS];		/* connections that ended, by enum how */
	struct teardown_counts steps;
};

struct top_frame {
	uint64_t now_ns;		/* the frame's moment, on the events' clock */
	uint64_t wall_ns;		/* the same moment, nanoseconds since 1970 */
	struct resolver *resolver;	/* names of hosts and services, NULL: numbers */
	uint64_t first_ns;		/* time of the first event counted, 0: none */
	uint64_t span_ns;		/* the time that rates cover, 0: no rates yet */
	bool live;			/* of this machine, not of a recording */
	bool opened;			/* steps into ESTABLISHED are recorded */
	const struct tcpfin_header *names;	/* names of the callers in @counts */
	/* The network namespaces looked at, if there are several; NULL otherwise */
	const struct netns_list *namespaces;
	unsigned int unseen;		/* those whose sockets could not be listed */
	uint32_t unseen_netns;		/* the first of them */
	/* of the network namespace in which the most of its places are taken */
	struct optional minis;		/* mini-sockets */
	struct optional max_tw_buckets;	/* net.ipv4.tcp_max_tw_buckets */
	uint32_t places_netns;		/* this namespace */
	struct optional now[FACTS_STATES];	/* connections by state, TCP_* */
	struct top_counts counts;
	struct top_counts before;	/* @counts of the frame before */
	struct losses losses;		/* since the first frame */
	uint64_t forgotten;		/* ends forgotten: too many at once */
	uint64_t elsewhere;	/* steps in other network namespaces, in no other count */
	bool stopped;			/* probes are off */
	char choice[CHOICE_TEXT_MAX];	/* see choice_made_text() */
	uint64_t left_out;		/* see struct source */
	bool gone;			/* the module was unloaded */
	/* why the sockets of the namespace @unseen_netns were not listed, or "" */
	char why_not[SOCK_DIAG_WHY_MAX];
	uint64_t sockets_ns;	/* age of @now, @waiting and the full sockets in @dest */
	struct optional ports;		/* local ports that connect() may choose from */
	/* most ports in use first; with several namespaces each has its own key.netns */
	struct destination dest[FACTS_WORST_MAX];
	struct optional dest_of[FACTS_WORST_MAX];	/* @ports of its namespace */
	unsigned int dests;
	struct top_list waiting;	/* in CLOSE_WAIT or FIN_WAIT2, oldest first */
	struct top_list ended;		/* latest first */
};

#endif /* COMMANDS_TOP_FRAME_H */
