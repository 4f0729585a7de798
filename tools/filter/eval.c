// SPDX-License-Identifier: GPL-2.0
/* Evaluates a filter. */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "filter/ast.h"

/* Two left operands ("or", "and") wait on each level; plus two of "host" or "port" */
#define STACK_MAX	(2 * (FILTER_DEPTH + 1) + 2)

/* Kleene's three-valued logic: "and" is the minimum, "or" the maximum. */
enum truth { NO, UNKNOWN, YES };

static enum truth truth_not(enum truth a)
{
	return YES - a;
}

static enum truth truth_and(enum truth a, enum truth b)
{
	return a < b ? a : b;
}

static enum truth truth_or(enum truth a, enum truth b)
{
	return a > b ? a : b;
}

static enum truth truth(bool value)
{
	return value ? YES : NO;
}

static enum truth test_range(const struct filter_range *range, uint32_t value)
{
	return truth(value >= range->min && value <= range->max);
}

static bool has_prefix(const uint8_t *addr, const uint8_t *prefix, unsigned int bits)
{
	unsigned int bytes = bits / 8, rest = bits % 8;

	return !memcmp(addr, prefix, bytes) &&
	       (!rest || !((addr[bytes] ^ prefix[bytes]) >> (8 - rest)));
}

static enum truth test_addr(const struct filter_host *host, uint8_t family,
			    const uint8_t *addr)
{
	if (!host->family)
		return YES;
	if (!addr || (family != AF_INET && family != AF_INET6))
		return UNKNOWN;
	return truth(family == host->family &&
		     has_prefix(addr, host->addr, host->prefix));
}

static enum truth test_host(const struct filter_host *host, uint8_t family,
			    const uint8_t *addr, uint16_t port)
{
	return truth_and(test_addr(host, family, addr), test_range(&host->port, port));
}

/* An incomplete set of states may lack the state that decides. */
static enum truth test_states(const struct filter_states *want,
			      const struct match_subject *s)
{
	bool complete = s->known & MATCH_KNOWN_STATES;
	enum truth in = complete ? NO : UNKNOWN;
	enum truth out = complete || !want->exclude ? NO : UNKNOWN;

	if (s->states & want->include)
		in = YES;
	if (s->states & want->exclude)
		out = YES;
	return truth_and(in, truth_not(out));
}

static enum truth test_word(const char *want, const char *word)
{
	return word ? truth(!strcmp(want, word)) : UNKNOWN;
}

static enum truth test_comm(const char *want, const char *comm)
{
	return comm ? truth(!strncmp(want, comm, 16)) : UNKNOWN;
}

static enum truth test_cgroup(const struct filter_cgroup *want, struct source *src,
			      const struct match_subject *s)
{
	const char *path;

	if (!(s->known & MATCH_KNOWN_CGROUP))
		return UNKNOWN;
	if (!want->path)
		return truth(s->cgroup == want->id);
	path = src ? source_cgroup(src, s->host, s->cgroup) : NULL;
	return test_word(want->path, path);
}

static enum truth test(const struct filter *filter, const struct filter_node *n,
		       const struct match_subject *s)
{
	switch (n->test) {
	case FILTER_TEST_STATE:
		return test_states(&n->states, s);
	case FILTER_TEST_SPORT:
		return test_range(&n->range, s->lport);
	case FILTER_TEST_DPORT:
		return test_range(&n->range, s->rport);
	case FILTER_TEST_SRC:
		return test_host(&n->host, s->family, s->laddr, s->lport);
	case FILTER_TEST_DST:
		return test_host(&n->host, s->family, s->raddr, s->rport);
	case FILTER_TEST_NETNS:
		return test_range(&n->range, s->netns);
	case FILTER_TEST_PID:
		return s->known & MATCH_KNOWN_PID ?
			       test_range(&n->range, s->pid) : UNKNOWN;
	case FILTER_TEST_UID:
		return s->known & MATCH_KNOWN_UID ?
			       test_range(&n->range, s->uid) : UNKNOWN;
	case FILTER_TEST_COMM:
		return test_comm(n->word, s->comm);
	case FILTER_TEST_REASON:
		return test_word(n->word, s->reason);
	case FILTER_TEST_HOW:
		return test_word(n->word, s->how);
	case FILTER_TEST_CAUSE:
		return test_word(n->word, s->cause);
	case FILTER_TEST_CGROUP:
		return test_cgroup(&n->cgroup, filter->src, s);
	default:
		return test_word(n->word, s->closer);
	}
}

bool filter_matches(const struct filter *filter, const struct match_subject *subject)
{
	enum truth stack[STACK_MAX], value;
	size_t i, top = 0;

	if (!filter)
		return true;
	/* For the compiler: an expression always leaves a value. */
	stack[0] = UNKNOWN;
	for (i = 0; i < filter->count; i++) {
		const struct filter_node *n = &filter->node[i];

		switch (n->test) {
		case FILTER_TEST_AND:
			top--;
			/* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): see above */
			stack[top - 1] = truth_and(stack[top - 1], stack[top]);
			break;
		case FILTER_TEST_OR:
			top--;
			/* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): see above */
			stack[top - 1] = truth_or(stack[top - 1], stack[top]);
			break;
		case FILTER_TEST_NOT:
			/* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): see above */
			stack[top - 1] = truth_not(stack[top - 1]);
			break;
		default:
			value = test(filter, n, subject);
			stack[top++] = n->negate ? truth_not(value) : value;
		}
	}
	return stack[0] == YES;
}

/* The local port that a part of a filter requires, or NO_PORT */
#define NO_PORT		(-1)

static int64_t port_of(const struct filter_node *n)
{
	return n->test == FILTER_TEST_SPORT && !n->negate &&
	       n->range.min == n->range.max && n->range.min <= UINT16_MAX ?
	       n->range.min : NO_PORT;
}

bool filter_wants_port(const struct filter *filter, uint16_t *port)
{
	int64_t stack[STACK_MAX] = { NO_PORT };
	size_t i, top = 0;

	for (i = 0; filter && i < filter->count; i++) {
		const struct filter_node *n = &filter->node[i];

		switch (n->test) {
		case FILTER_TEST_AND:
			top--;
			if (stack[top - 1] == NO_PORT)
				stack[top - 1] = stack[top];
			break;
		case FILTER_TEST_OR:
			top--;
			if (stack[top - 1] != stack[top])
				stack[top - 1] = NO_PORT;
			break;
		case FILTER_TEST_NOT:
			stack[top - 1] = NO_PORT;
			break;
		default:
			stack[top++] = port_of(n);
		}
	}
	*port = (uint16_t)stack[0];
	return stack[0] != NO_PORT;
}

void filter_set_source(struct filter *filter, struct source *src)
{
	if (filter)
		filter->src = src;
}

void filter_free(struct filter *filter)
{
	size_t i;

	for (i = 0; filter && i < filter->count; i++)
		if (filter->node[i].test == FILTER_TEST_CGROUP)
			free(filter->node[i].cgroup.path);
	free(filter);
}
