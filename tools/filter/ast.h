/* SPDX-License-Identifier: GPL-2.0 */
/* A parsed filter: written by the parser, read by the evaluation. */
#ifndef FILTER_AST_H
#define FILTER_AST_H

#include "filter/filter.h"

/* Size for the longest value: the name of a kernel function */
#define FILTER_WORD_MAX		64

/* What a node does; AND, OR and NOT take their operands from the stack. */
enum filter_test {
	FILTER_TEST_AND, FILTER_TEST_OR, FILTER_TEST_NOT,
	FILTER_TEST_STATE,
	FILTER_TEST_SPORT, FILTER_TEST_DPORT, FILTER_TEST_SRC, FILTER_TEST_DST,
	FILTER_TEST_NETNS, FILTER_TEST_PID, FILTER_TEST_COMM,
	FILTER_TEST_UID, FILTER_TEST_REASON, FILTER_TEST_CLOSER, FILTER_TEST_HOW,
	FILTER_TEST_CAUSE, FILTER_TEST_CGROUP,
};

/* Numbers from @min to @max; none if @max is smaller */
struct filter_range {
	int64_t min;
	int64_t max;
};

/* An address with its port */
struct filter_host {
	uint8_t family;		/* AF_INET, AF_INET6, or 0 for any address */
	uint8_t prefix;		/* number of significant bits in @addr */
	uint8_t addr[16];	/* 4 or 16 bytes */
	struct filter_range port;	/* the ports */
};

/* A cgroup by its path or its id */
struct filter_cgroup {
	char *path;		/* allocated, NULL for the id */
	uint64_t id;
};

/* Sets of state_bit() */
struct filter_states {
	uint32_t include;	/* at least one of these is required */
	uint32_t exclude;	/* none of these is allowed */
};

/* One step of an expression */
struct filter_node {
	enum filter_test test;			/* what it does */
	bool negate;	/* invert the result of a test */
	union {
		struct filter_states states;	/* for STATE */
		/* for SPORT, DPORT, NETNS, PID, UID */
		struct filter_range range;
		struct filter_host host;	/* for SRC, DST */
		/* for COMM (padded with NULs), REASON, CLOSER, HOW, CAUSE */
		char word[FILTER_WORD_MAX];
		struct filter_cgroup cgroup;	/* for CGROUP */
	};
};

/*
 * An expression in postfix order
 *
 * The evaluation needs no recursion and at most two values for each open
 * parenthesis: a stack of fixed size.
 */
struct filter {
	struct source *src;		/* for paths of cgroups; NULL: they are unknown */
	size_t count;			/* number of nodes, at least 1 */
	struct filter_node node[];	/* the nodes */
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
bool filter_value_how(const char *text, struct filter_node *node);
bool filter_value_cause(const char *text, struct filter_node *node);
bool filter_value_cgroup(const char *text, struct filter_node *node);

#endif /* FILTER_AST_H */
