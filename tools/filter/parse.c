// SPDX-License-Identifier: GPL-2.0
/*
 * Parses filters:
 *
 *	or    := and { OR and }
 *	and   := unary { [ AND ] unary }
 *	unary := { NOT } ( "(" or ")" | test )
 *	test  := { "state" NAME | "exclude" NAME } | FIELD [ OPERATOR ] VALUE
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "filter/ast.h"
#include "filter/lex.h"
#include "util/basics.h"

/* An expression being parsed */
struct parser {
	struct filter_word word;	/* the current word */
	struct filter *filter;		/* what was parsed */
	size_t room;	/* number of nodes that @filter has room for */
	unsigned int depth;		/* number of open parentheses */
	struct filter_error *error;	/* where the first error is described */
};

static bool parse_or(struct parser *p);

__attribute__((format(printf, 3, 4)))
static bool fail(struct parser *p, const struct filter_word *word,
		 const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(p->error->what, sizeof(p->error->what), format, args);
	va_end(args);
	p->error->at = (size_t)(word->at - p->error->text);
	p->error->len = word->len;
	return false;
}

static bool emit(struct parser *p, const struct filter_node *node)
{
	size_t count = p->filter ? p->filter->count : 0;
	struct filter *grown;

	if (count == p->room) {
		p->room = p->room ? 2 * p->room : 8;
		grown = realloc(p->filter, sizeof(*grown) +
				p->room * sizeof(grown->node[0]));
		if (!grown)
			return fail(p, &p->word, "out of memory");
		grown->src = NULL;
		p->filter = grown;
	}
	/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): grown if NULL */
	p->filter->node[count] = *node;
	p->filter->count = count + 1;
	return true;
}

static bool emit_test(struct parser *p, enum filter_test test)
{
	return emit(p, &(struct filter_node){ .test = test });
}

static void advance(struct parser *p)
{
	filter_word_next(&p->word);
}

/* Most bytes of a value that is no path */
#define VALUE_MAX	(2 * FILTER_WORD_MAX)

/* Copy the current word. Words such as "and" are values only in quotes. */
static bool take_value(struct parser *p, char *value, size_t size)
{
	const struct filter_word *w = &p->word;

	if (w->type == FILTER_WORD_OPEN_QUOTE)
		return fail(p, w, "this quote is not closed");
	if (w->type != FILTER_WORD_PLAIN && w->type != FILTER_WORD_QUOTED)
		return fail(p, w, "a value is missing here");
	if (w->value_len >= size)
		return fail(p, w, "this is too long");
	memcpy(value, w->value, w->value_len);
	value[w->value_len] = '\0';
	return true;
}

static enum filter_word_type take_operator(struct parser *p, struct filter_word *op)
{
	*op = p->word;
	if (op->type < FILTER_WORD_EQ)
		return FILTER_WORD_EQ;
	advance(p);
	return op->type;
}

static bool parse_state_name(struct parser *p, uint32_t *states)
{
	char name[VALUE_MAX];

	if (!take_value(p, name, sizeof(name)))
		return false;
	*states = states_parse(name);
	if (!*states)
		return fail(p, &p->word,
			    "no such state: want established, syn-sent, syn-recv, fin-wait-1, fin-wait-2, time-wait, close, close-wait, last-ack, listen, closing, all, connected, synchronized, bucket or big");
	advance(p);
	return true;
}

static bool is_states(const struct parser *p)
{
	return filter_word_is(&p->word, "state") || filter_word_is(&p->word, "exclude");
}

/* As in ss, consecutive "state" and "exclude" change one set. */
static bool parse_states(struct parser *p)
{
	struct filter_node node = { .test = FILTER_TEST_STATE };
	struct filter_states *set = &node.states;
	enum filter_word_type type;
	struct filter_word op;
	bool first, exclude;
	uint32_t states;

	for (first = true; is_states(p); first = false) {
		exclude = filter_word_is(&p->word, "exclude");
		advance(p);
		type = take_operator(p, &op);
		if (type != FILTER_WORD_EQ && type != FILTER_WORD_NE)
			return fail(p, &op, "states have no order: want = or !=");
		exclude ^= type == FILTER_WORD_NE;
		if (!parse_state_name(p, &states))
			return false;
		if (exclude) {
			set->exclude |= states;
			if (first)
				set->include = UINT32_MAX;
		} else {
			set->include |= states;
			set->exclude &= ~states;
		}
	}
	return emit(p, &node);
}

#define WANT_PORT	"port: want :443, 1000-2000 or the name of a service"
#define WANT_HOST	\
	"address: want 10.0.0.1, 10.0.0.0/8:443, [2001:db8::]/32:443 or :443"

/**
 * struct field - a word of the filter, and its values
 * @name: the word
 * @test: what it tests
 * @other: test of the same value at the other end, one of which has to be true; @test if
 *	there is none
 * @ordered: < and > go with it
 * @parse: parses a value
 * @want: for a wrong value: what is wanted, NULL with @list
 * @list: writes the words that are wanted
 */
static const struct field {
	const char *name;
	enum filter_test test, other;
	bool ordered;
	bool (*parse)(const char *text, struct filter_node *node);
	const char *want;
	const char *(*list)(char *buf, size_t size);
} fields[] = {
	{ "sport", FILTER_TEST_SPORT, FILTER_TEST_SPORT, true, filter_value_port,
	  WANT_PORT, NULL },
	{ "dport", FILTER_TEST_DPORT, FILTER_TEST_DPORT, true, filter_value_port,
	  WANT_PORT, NULL },
	{ "port", FILTER_TEST_SPORT, FILTER_TEST_DPORT, true, filter_value_port,
	  WANT_PORT, NULL },
	{ "src", FILTER_TEST_SRC, FILTER_TEST_SRC, false, filter_value_host,
	  WANT_HOST, NULL },
	{ "dst", FILTER_TEST_DST, FILTER_TEST_DST, false, filter_value_host,
	  WANT_HOST, NULL },
	{ "host", FILTER_TEST_SRC, FILTER_TEST_DST, false, filter_value_host,
	  WANT_HOST, NULL },
	{ "netns", FILTER_TEST_NETNS, FILTER_TEST_NETNS, true, filter_value_number,
	  "namespace: want its inode number", NULL },
	{ "pid", FILTER_TEST_PID, FILTER_TEST_PID, true, filter_value_number,
	  "process: want its number", NULL },
	{ "uid", FILTER_TEST_UID, FILTER_TEST_UID, true, filter_value_number,
	  "user: want its number", NULL },
	{ "comm", FILTER_TEST_COMM, FILTER_TEST_COMM, false, filter_value_comm,
	  "process name: want 1 to 15 bytes", NULL },
	{ "reason", FILTER_TEST_REASON, FILTER_TEST_REASON, false, filter_value_reason,
	  NULL, reason_list },
	{ "closer", FILTER_TEST_CLOSER, FILTER_TEST_CLOSER, false, filter_value_closer,
	  "closer: want local, remote, both or none", NULL },
	{ "how", FILTER_TEST_HOW, FILTER_TEST_HOW, false, filter_value_how, NULL, how_list },
	{ "cause", FILTER_TEST_CAUSE, FILTER_TEST_CAUSE, false, filter_value_cause, NULL,
	  cause_list },
	{ "cgroup", FILTER_TEST_CGROUP, FILTER_TEST_CGROUP, false, filter_value_cgroup,
	  "cgroup: want its path from a slash on, or its number", NULL },
};

static const struct field *find_field(const struct filter_word *word)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(fields); i++)
		if (filter_word_is(word, fields[i].name))
			return &fields[i];
	return NULL;
}

static bool fail_value(struct parser *p, const struct field *field)
{
	char list[256];

	if (field->want)
		return fail(p, &p->word, "no such %s", field->want);
	return fail(p, &p->word, "no such %s: want %s%s", field->name,
		    field->list(list, sizeof(list)), field->test == FILTER_TEST_REASON ?
		    " or the name of a kernel function" : "");
}

/* Replace a number by the numbers below or above it. */
static bool apply_order(struct parser *p, enum filter_word_type op,
			struct filter_range *range)
{
	if (range->min != range->max)
		return fail(p, &p->word, "a range goes with = and != only");
	switch (op) {
	case FILTER_WORD_LT:
		range->max = range->min - 1;
		range->min = 0;
		break;
	case FILTER_WORD_LE:
		range->min = 0;
		break;
	case FILTER_WORD_GT:
		range->min = range->max + 1;
		range->max = UINT32_MAX;
		break;
	default:
		range->max = UINT32_MAX;
		break;
	}
	return true;
}

/* One of both ends is equal, or none is. */
static bool emit_other(struct parser *p, const struct field *field,
		       struct filter_node *node)
{
	node->test = field->other;
	return emit(p, node) &&
	       emit_test(p, node->negate ? FILTER_TEST_AND : FILTER_TEST_OR);
}

static bool parse_field(struct parser *p, const struct field *field)
{
	struct filter_node node = { .test = field->test };
	bool is_path = field->test == FILTER_TEST_CGROUP, order;
	char value[FILTER_MAX + 1];
	enum filter_word_type type;
	struct filter_word op;

	advance(p);
	type = take_operator(p, &op);
	order = type != FILTER_WORD_EQ && type != FILTER_WORD_NE;
	if (order && !field->ordered)
		return fail(p, &op, "%s has no order: want = or !=", field->name);
	if (!take_value(p, value, is_path ? sizeof(value) : VALUE_MAX))
		return false;
	if (!field->parse(value, &node))
		return fail_value(p, field);
	if (order && !apply_order(p, type, &node.range))
		return false;
	node.negate = type == FILTER_WORD_NE;
	advance(p);
	if (!emit(p, &node)) {
		if (is_path)
			free(node.cgroup.path);
		return false;
	}
	return field->other == field->test || emit_other(p, field, &node);
}

static bool fail_test(struct parser *p)
{
	switch (p->word.type) {
	case FILTER_WORD_END:
		return fail(p, &p->word, "something is missing here");
	case FILTER_WORD_OPEN_QUOTE:
		return fail(p, &p->word, "this quote is not closed");
	case FILTER_WORD_PLAIN:
	case FILTER_WORD_QUOTED:
		return fail(p, &p->word,
			    "unknown word: want state, exclude, sport, dport, port, src, dst, host, netns, pid, uid, comm, reason, closer, how, cause or cgroup");
	default:
		return fail(p, &p->word, "a test is missing here");
	}
}

static bool parse_test(struct parser *p)
{
	const struct field *field = find_field(&p->word);

	if (field)
		return parse_field(p, field);
	return is_states(p) ? parse_states(p) : fail_test(p);
}

static bool parse_parentheses(struct parser *p)
{
	const struct filter_word open = p->word;

	if (p->depth == FILTER_DEPTH)
		return fail(p, &open, "more than %d open parentheses", FILTER_DEPTH);
	p->depth++;
	advance(p);
	if (!parse_or(p))
		return false;
	p->depth--;
	/* parse_or() stops at the end or a closing parenthesis. */
	if (p->word.type == FILTER_WORD_END)
		return fail(p, &open, "this parenthesis is not closed");
	advance(p);
	return true;
}

static bool parse_unary(struct parser *p)
{
	bool negate = false;

	for (; p->word.type == FILTER_WORD_NOT; advance(p))
		negate = !negate;
	if (p->word.type == FILTER_WORD_OPEN ? !parse_parentheses(p) : !parse_test(p))
		return false;
	return !negate || emit_test(p, FILTER_TEST_NOT);
}

/* "and" may be omitted before a test. */
static bool continues_and(struct parser *p)
{
	switch (p->word.type) {
	case FILTER_WORD_AND:
		advance(p);
		return true;
	case FILTER_WORD_END:
	case FILTER_WORD_OR:
	case FILTER_WORD_CLOSE:
		return false;
	default:
		return true;
	}
}

static bool parse_and(struct parser *p)
{
	if (!parse_unary(p))
		return false;
	while (continues_and(p))
		if (!parse_unary(p) || !emit_test(p, FILTER_TEST_AND))
			return false;
	return true;
}

static bool parse_or(struct parser *p)
{
	if (!parse_and(p))
		return false;
	while (p->word.type == FILTER_WORD_OR) {
		advance(p);
		if (!parse_and(p) || !emit_test(p, FILTER_TEST_OR))
			return false;
	}
	return true;
}

static bool join(int argc, char *const *argv, struct filter_error *error)
{
	size_t len, at = 0;
	int i;

	for (i = 0; i < argc; i++) {
		len = strlen(argv[i]);
		if (len + !!i > FILTER_MAX - at) {
			snprintf(error->what, sizeof(error->what),
				 "longer than %d bytes", FILTER_MAX);
			error->text[0] = '\0';
			return false;
		}
		if (i > 0)
			error->text[at++] = ' ';
		memcpy(error->text + at, argv[i], len);
		at += len;
	}
	error->text[at] = '\0';
	return true;
}

bool filter_parse(int argc, char *const *argv, struct filter **filter,
		  struct filter_error *error)
{
	struct parser p = { .error = error };
	bool right;

	*filter = NULL;
	error->at = 0;
	error->len = 0;
	if (!join(argc, argv, error))
		return false;
	p.word.next = error->text;
	advance(&p);
	if (p.word.type == FILTER_WORD_END)
		return true;
	right = parse_or(&p);
	if (right && p.word.type == FILTER_WORD_CLOSE)
		right = fail(&p, &p.word, "this parenthesis was not opened");
	if (right)
		*filter = p.filter;
	else
		filter_free(p.filter);
	return right;
}
