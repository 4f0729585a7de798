/* SPDX-License-Identifier: GPL-2.0 */
/* Stands in for the module: makes events, rings in a memory file, and sources. */
#ifndef TESTS_UNIT_FIXTURES_H
#define TESTS_UNIT_FIXTURES_H

#include <netinet/tcp.h>
#include <stdint.h>
#include <sys/socket.h>

#include "source/source.h"

/* Sequence numbers of the FINs of fixture_event() and its peer. */
#define FIXTURE_FIN	1000U
#define FIXTURE_PEER_FIN	5000U

/* An IPv4 event of socket @cookie, port 40000, in namespace 1. */
struct tcpfin_event fixture_event(uint8_t kind, uint64_t cookie, uint8_t old,
				  uint8_t new, uint64_t time_ns);

/* An event of the peer of this connection, port 443, in namespace 2. */
struct tcpfin_event fixture_far(uint8_t kind, uint64_t cookie, uint8_t old,
				uint8_t new, uint64_t time_ns);

/* An event whose cookie is its time. */
struct tcpfin_event fixture_at(uint64_t time_ns);

/* Returns @ev with the process @pid named @comm. */
struct tcpfin_event fixture_task(struct tcpfin_event ev, uint32_t pid,
				 const char *comm);

/* A file like /proc/tcpfin, written by the test in place of the module. */
struct fixture_rings {
	int fd;
	struct tcpfin_header *header;
	struct tcpfin_ring *rings;
	struct tcpfin_event *data;
	size_t size;
};

void fixture_open(struct fixture_rings *c, uint32_t rings, uint32_t records);
void fixture_close(struct fixture_rings *c);
void fixture_put(struct fixture_rings *c, uint32_t cpu, struct tcpfin_event ev);
struct source *fixture_source(const struct fixture_rings *c, bool history,
			      bool follow);

/* The source's next item must be of @type, an event of fixture_at(), or a loss. */
struct item fixture_expect(struct source *src, enum item_type type);
void fixture_expect_event(struct source *src, uint32_t cpu, uint64_t time_ns);
struct item fixture_expect_lost(struct source *src, uint32_t cpu,
				uint64_t count);

/* A source that returns a test's list of items, then ends. */
struct script {
	struct source src;
	const struct item *items;
	size_t count;
	size_t at;
	uint64_t now_ns;
};

/* Detail of a time-out after this many retransmissions */
#define RETRANSMISSIONS(tries)	\
	TCPFIN_TIMEOUT_DETAIL(TCPFIN_TIMEOUT_RETRANSMISSION, tries)

/* The only cgroup whose path a script knows, and the container that it is of */
#define FIXTURE_CGROUP		4242
#define FIXTURE_CONTAINER	"3f2a9c1b7d10"
#define FIXTURE_CGROUP_PATH	"/system.slice/docker-" FIXTURE_CONTAINER \
	"0123456789abcdef0123456789abcdef0123456789abcdef0123.scope"

void script_init(struct script *s, const struct item *items, size_t count);

#define SCRIPT_EVENT(ev) \
	{ .type = ITEM_EVENT, .event = (ev) }

#define MS	1000000ULL
#define SEC	1000000000ULL

/* Remove the codes of colours from a text. */
void fixture_remove_colours(char *text);

#endif /* TESTS_UNIT_FIXTURES_H */
