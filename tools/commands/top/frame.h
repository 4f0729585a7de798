/* SPDX-License-Identifier: GPL-2.0 */
/* One frame of "top": numbers and lists, as they are at one moment. */
#ifndef COMMANDS_TOP_FRAME_H
#define COMMANDS_TOP_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#include "diagnosis/facts.h"
#include "stats/teardown_counts.h"
#include "system/socket_owner.h"
#include "track/conn.h"
#include "util/resolver.h"

/* Connections in a list, at most. */
#define TOP_ROWS		256

/**
 * struct top_row - a connection in a list
 * @sock: the socket; of one that ended the addresses alone, and its process
 * @netns: its network namespace
 * @host: its machine, see struct item
 * @by_owner: the process is the one that acted on the socket last; otherwise it
 *	is the one that holds it
 * @how: of one that ended: how
 * @ended_ns: then: when
 * @time_wait: then: how long its TIME_WAIT was
 * @place: then: which of those that were kept
 */
struct top_row {
	struct held_socket sock;
	uint32_t netns;
	uint8_t host;
	bool by_owner;
	enum how how;
	uint64_t ended_ns;
	struct fact time_wait;
	unsigned int place;
};

/**
 * struct top_list - connections, in an order
 * @row: them
 * @count: how many are there
 * @all: how many there were to choose from
 */
struct top_list {
	struct top_row row[TOP_ROWS];
	unsigned int count;
	uint64_t all;
};

/**
 * struct top_counts - what events add up to, from the first one on
 * @in: steps into a state, by TCP_*
 * @out: steps out of it
 * @ended: connections that ended, by enum how
 * @steps: what the steps add up to besides, without connections
 */
struct top_counts {
	uint64_t in[FACTS_STATES];
	uint64_t out[FACTS_STATES];
	uint64_t ended[HOWS];
	struct teardown_counts steps;
};

/**
 * struct top_frame - the frame
 * @now_ns: its moment, as the time of events
 * @wall_ns: the same by the wall clock, nanoseconds since 1970
 * @resolver: knows names of hosts and services, NULL for numbers
 * @first_ns: time of the earliest step that is counted, 0 if there is none
 * @span_ns: the time that rates are of, 0 if there are none yet
 * @live: the source is this machine, and it was looked at, too
 * @opened: steps into ESTABLISHED are recorded
 * @names: holds the names of callers in @counts
 * @minis: mini-sockets there are
 * @places: net.ipv4.tcp_max_tw_buckets
 * @now: connections by state, TCP_*
 * @counts: what was counted
 * @before: the same at the frame before
 * @unmatched: see struct tcpfin_header
 * @forgotten: ends that were forgotten because there were too many at once
 * @elsewhere: steps in other network namespaces, which are in no other count
 * @stopped: probes are off
 * @gone: the module was unloaded
 * @why_not: why the sockets could not be listed, "" if they could
 * @sockets_ns: how old what is known of the sockets is: @now, @waiting, and
 *	ports that full sockets use
 * @ports: how many local ports connect() may choose from
 * @dest: destinations that use the most, the worst first
 * @dests: how many
 * @waiting: connections in CLOSE_WAIT and FIN_WAIT2, the oldest first
 * @ended: connections that ended, the latest first
 */
struct top_frame {
	uint64_t now_ns;
	uint64_t wall_ns;
	struct resolver *resolver;
	uint64_t first_ns;
	uint64_t span_ns;
	bool live;
	bool opened;
	const struct tcpfin_header *names;
	struct fact minis;
	struct fact places;
	struct fact now[FACTS_STATES];
	struct top_counts counts;
	struct top_counts before;
	uint64_t unmatched;
	uint64_t forgotten;
	uint64_t elsewhere;
	bool stopped;
	bool gone;
	char why_not[SOCK_DIAG_WHY_MAX];
	uint64_t sockets_ns;
	struct fact ports;
	struct destination dest[FACTS_WORST_MAX];
	unsigned int dests;
	struct top_list waiting;
	struct top_list ended;
};

#endif /* COMMANDS_TOP_FRAME_H */
