/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lines of columns: text to the left, spaces up to the column's width, and one
 * more. They are made in memory, and many go out in one piece.
 */
#ifndef OUTPUT_COLUMNS_H
#define OUTPUT_COLUMNS_H

#include <stdint.h>
#include <stdio.h>

#include "track/names.h"
#include "util/digits.h"
#include "util/resolver.h"
#include "util/text.h"

/* More than all columns' texts together: most are short, none is above 300. */
#define COLUMNS_LINE_MAX		4096
/* What is kept until it goes out. */
#define COLUMNS_MAX	(1U << 16)
#define COLUMNS_WIDTH_MAX	39

/**
 * struct state_columns - two states as columns, to be copied whole
 * @text: "OLDSTATE    -> NEWSTATE   "; what is behind it may be anything
 * @len: its length
 */
struct state_columns {
	char text[44];
	uint32_t len;
};

/**
 * state_columns_of() - the names of an old and a new state
 * @old: TCP_*, or anything
 * @new: likewise
 *
 * Return: the text, valid until the next call.
 */
const struct state_columns *state_columns_of(uint8_t old, uint8_t new);

/**
 * struct columns - lines that are being made
 * @out: where they go
 * @at: where the next column begins
 * @text: the lines
 */
struct columns {
	FILE *out;
	char *at;
	char text[COLUMNS_MAX + COLUMNS_LINE_MAX];
};

static inline void columns_init(struct columns *l, FILE *out)
{
	l->out = out;
	l->at = l->text;
}

/* Hand them on. Needed before anything else is printed, and before a wait. */
static inline void columns_flush(struct columns *l)
{
	fwrite(l->text, 1, (size_t)(l->at - l->text), l->out);
	l->at = l->text;
}

/*
 * Begin a column: all of its room becomes spaces first, so that what is not
 * written need not be filled up. In whole steps of 16, for a constant width that
 * is an instruction or two.
 */
static inline char *columns_start(struct columns *l, unsigned int width)
{
	memset(l->at, ' ', (width / 16 + 1) * 16);
	return l->at;
}

/* End it: its text goes up to @end. */
static inline void columns_next(struct columns *l, char *end,
				unsigned int width)
{
	char *full = l->at + width;

	if (end > full) {
		*end = ' ';
		full = end;
	}
	l->at = full + 1;
}

static inline void columns_text(struct columns *l, const char *text,
				unsigned int width)
{
	char *at = columns_start(l, width);

	columns_next(l, put_string(at, text), width);
}

static inline void columns_number(struct columns *l, uint64_t value,
				  unsigned int width)
{
	char *at = columns_start(l, width);

	columns_next(l, put_number(at, value), width);
}

static inline void columns_port(struct columns *l, uint16_t port)
{
	const unsigned int width = 5;
	char *at = columns_start(l, width);

	columns_next(l, put_port(at, port), width);
}

static inline void columns_number_if(struct columns *l, bool known,
				     uint64_t value, unsigned int width)
{
	if (known)
		columns_number(l, value, width);
	else
		columns_text(l, "-", width);
}

static inline void columns_hex(struct columns *l, uint64_t value,
			       unsigned int width)
{
	char *at = columns_start(l, width);

	columns_next(l, put_hex(at, value), width);
}

static inline void columns_ms(struct columns *l, bool known, uint64_t ns,
			      unsigned int width)
{
	char *at = columns_start(l, width);

	columns_next(l, put_ms(at, known, ns), width);
}

static inline void columns_addr(struct columns *l, uint8_t family,
				const uint8_t addr[16], uint32_t ifindex,
				unsigned int width)
{
	char *at = columns_start(l, COLUMNS_WIDTH_MAX);

	columns_next(l, put_addr(at, family, addr, ifindex), width);
}

/**
 * columns_host_name() - a column with the name of a host
 * @l: the line
 * @names: knows the names
 * @family: as with addr_text()
 * @addr: likewise
 * @ifindex: likewise
 * @width: of the column
 */
void columns_host_name(struct columns *l, struct resolver *names,
		       uint8_t family, const uint8_t addr[16], uint32_t ifindex,
		       unsigned int width);

/**
 * columns_service_name() - the same of a port's service
 * @l: the line
 * @names: knows the names
 * @port: the port
 */
void columns_service_name(struct columns *l, struct resolver *names,
			  uint16_t port);

/* An address, or the host's name if @names knows any. */
static inline void columns_host(struct columns *l, struct resolver *names,
				uint8_t family, const uint8_t addr[16],
				uint32_t ifindex, unsigned int width)
{
	if (__builtin_expect(!names, 1))
		columns_addr(l, family, addr, ifindex, width);
	else
		columns_host_name(l, names, family, addr, ifindex, width);
}

/* A port, or its service's name. */
static inline void columns_service(struct columns *l, struct resolver *names,
				   uint16_t port)
{
	if (__builtin_expect(!names, 1))
		columns_port(l, port);
	else
		columns_service_name(l, names, port);
}

/* A process's name, cut to @max bytes. */
static inline void columns_comm(struct columns *l, const char comm[16],
				unsigned int max, unsigned int width)
{
	char *at = columns_start(l, width);

	columns_next(l, put_escaped(at, comm, 16, max), width);
}

/* The columns of an old and a new state, with an arrow between them. */
static inline void columns_states(struct columns *l, uint8_t old, uint8_t new)
{
	const struct state_columns *move = state_columns_of(old, new);

	memcpy(l->at, move->text, sizeof(move->text));
	l->at += move->len;
}

/* The last column ends the line in place of its space. */
static inline void columns_end(struct columns *l)
{
	l->at[-1] = '\n';
	if (l->at >= l->text + COLUMNS_MAX)
		columns_flush(l);
}

#endif /* OUTPUT_COLUMNS_H */
