/* SPDX-License-Identifier: GPL-2.0 */
/* A parsed filter: what its parser writes and its evaluation reads. */
#ifndef TCPFIN_FILTER_NODE_H
#define TCPFIN_FILTER_NODE_H

#include "filter/filter.h"

/* Room for the longest value: the name of a kernel function. */
#define TCPFIN_WORD_MAX		64

/* What a node does. The first three take their operands from the stack. */
enum tcpfin_test {
	TCPFIN_TEST_AND,
	TCPFIN_TEST_OR,
	TCPFIN_TEST_NOT,
	TCPFIN_TEST_STATE,
	TCPFIN_TEST_SPORT,
	TCPFIN_TEST_DPORT,
	TCPFIN_TEST_SRC,
	TCPFIN_TEST_DST,
	TCPFIN_TEST_NETNS,
	TCPFIN_TEST_PID,
	TCPFIN_TEST_COMM,
	TCPFIN_TEST_REASON,
	TCPFIN_TEST_CLOSER,
};

/**
 * struct tcpfin_range - numbers from @min to @max; none if @max is smaller
 * @min: the first
 * @max: the last
 */
struct tcpfin_range {
	int64_t min;
	int64_t max;
};

/**
 * struct tcpfin_host - an address with its port
 * @family: AF_INET, AF_INET6, or 0 for any address
 * @prefix: bits of @addr that count
 * @addr: 4 or 16 bytes
 * @port: ports
 */
struct tcpfin_host {
	uint8_t family;
	uint8_t prefix;
	uint8_t addr[16];
	struct tcpfin_range port;
};

/**
 * struct tcpfin_states - sets of tcpfin_state_bit()
 * @include: one of these has to be there
 * @exclude: none of these may be there
 */
struct tcpfin_states {
	uint32_t include;
	uint32_t exclude;
};

/**
 * struct tcpfin_node - one step of an expression
 * @test: what it does
 * @negate: turn the result of a test around
 * @states: STATE
 * @range: SPORT, DPORT, NETNS, PID
 * @host: SRC, DST
 * @word: COMM (padded with NULs), REASON, CLOSER
 */
struct tcpfin_node {
	enum tcpfin_test test;
	bool negate;
	union {
		struct tcpfin_states states;
		struct tcpfin_range range;
		struct tcpfin_host host;
		char word[TCPFIN_WORD_MAX];
	};
};

/**
 * struct tcpfin_filter - an expression in postfix order
 * @count: number of nodes, at least 1
 * @node: the nodes
 *
 * Without recursion and with two values for each open parenthesis at most,
 * its evaluation takes a stack of fixed size.
 */
struct tcpfin_filter {
	size_t count;
	struct tcpfin_node node[];
};

/*
 * Values, each the whole of a text. They write into the node and return false
 * if the text is none. (filter/values.c)
 */
bool tcpfin_value_number(const char *text, struct tcpfin_node *node);
bool tcpfin_value_port(const char *text, struct tcpfin_node *node);
bool tcpfin_value_host(const char *text, struct tcpfin_node *node);
bool tcpfin_value_comm(const char *text, struct tcpfin_node *node);
bool tcpfin_value_reason(const char *text, struct tcpfin_node *node);
bool tcpfin_value_closer(const char *text, struct tcpfin_node *node);

#endif /* TCPFIN_FILTER_NODE_H */
