/* SPDX-License-Identifier: GPL-2.0 */
/* A parsed filter: written by the parser, read by the evaluation. */
#ifndef FILTER_AST_H
#define FILTER_AST_H

#include "filter/filter.h"

/* Size for the longest value: the name of a kernel function */
#define FILTER_WORD_MAX		64

/* What a node does; AND, OR and NOT take their operands from the stack. */
enum filter_test {
	FILTER_TEST_AND,
	FILTER_TEST_OR,
	FILTER_TEST_NOT,
	FILTER_TEST_STATE,
	FILTER_TEST_SPORT,
	FILTER_TEST_DPORT,
	FILTER_TEST_SRC,
	FILTER_TEST_DST,
	FILTER_TEST_NETNS,
	FILTER_TEST_PID,
	FILTER_TEST_COMM,
	FILTER_TEST_REASON,
	FILTER_TEST_CLOSER,
};

/* Numbers from @min to @max; none if @max is smaller */
struct filter_range {
	int64_t min;
	int64_t max;
};

/**
 * struct filter_host - an address with its port
 * @family: AF_INET, AF_INET6, or 0 for any address
 * @prefix: number of significant bits in @addr
 * @addr: 4 or 16 bytes
 * @port: the ports
 */
struct filter_host {
	uint8_t family;
	uint8_t prefix;
	uint8_t addr[16];
	struct filter_range port;
};

/**
 * struct filter_states - sets of state_bit()
 * @include: at least one of these is required
 * @exclude: none of these is allowed
 */
struct filter_states {
	uint32_t include;
	uint32_t exclude;
};

/**
 * struct filter_node - one step of an expression
 * @test: what it does
 * @negate: invert the result of a test
 * @states: for STATE
 * @range: for SPORT, DPORT, NETNS, PID
 * @host: for SRC, DST
 * @word: for COMM (padded with NULs), REASON, CLOSER
 */
struct filter_node {
	enum filter_test test;
	bool negate;
	union {
		struct filter_states states;
		struct filter_range range;
		struct filter_host host;
		char word[FILTER_WORD_MAX];
	};
};

/**
 * struct filter - an expression in postfix order
 * @count: number of nodes, at least 1
 * @node: the nodes
 *
 * The evaluation needs no recursion and at most two values for each open
 * parenthesis: a stack of fixed size.
 */
struct filter {
	size_t count;
	struct filter_node node[];
};

/*
 * Parsers of values in filter/values.c. Each takes a whole text, writes the
 * value into the node, and returns false if the text is not such a value.
 */
bool filter_value_number(const char *text, struct filter_node *node);
bool filter_value_port(const char *text, struct filter_node *node);
bool filter_value_host(const char *text, struct filter_node *node);
bool filter_value_comm(const char *text, struct filter_node *node);
bool filter_value_reason(const char *text, struct filter_node *node);
bool filter_value_closer(const char *text, struct filter_node *node);

#endif /* FILTER_AST_H */
