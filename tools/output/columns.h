/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lines of columns: text to the left, spaces up to the column's width, and one
 * more. They are made in memory, and many go out in one piece.
 */
#ifndef TCPFIN_LINE_H
#define TCPFIN_LINE_H

#include <stdint.h>
#include <stdio.h>

#include "track/names.h"
#include "util/digits.h"
#include "util/resolver.h"
#include "util/text.h"

/* More than all columns' texts together: most are short, none is above 300. */
#define TCPFIN_LINE_MAX		4096
/* What is kept until it goes out. */
#define TCPFIN_LINES_MAX	(1U << 16)
#define TCPFIN_COLUMN_MAX	39

/**
 * struct tcpfin_move - two states as columns, to be copied whole
 * @text: "OLDSTATE    -> NEWSTATE   "; what is behind it may be anything
 * @len: its length
 */
struct tcpfin_move {
	char text[44];
	uint32_t len;
};

/**
 * tcpfin_state_move() - the names of an old and a new state
 * @old: TCP_*, or anything
 * @new: likewise
 *
 * Return: the text, valid until the next call.
 */
const struct tcpfin_move *tcpfin_state_move(uint8_t old, uint8_t new);

/**
 * struct tcpfin_lines - lines that are being made
 * @out: where they go
 * @at: where the next column begins
 * @text: the lines
 */
struct tcpfin_lines {
	FILE *out;
	char *at;
	char text[TCPFIN_LINES_MAX + TCPFIN_LINE_MAX];
};

static inline void tcpfin_lines_init(struct tcpfin_lines *l, FILE *out)
{
	l->out = out;
	l->at = l->text;
}

/* Hand them on. Needed before anything else is printed, and before a wait. */
static inline void tcpfin_lines_flush(struct tcpfin_lines *l)
{
	fwrite(l->text, 1, (size_t)(l->at - l->text), l->out);
	l->at = l->text;
}

/*
 * Begin a column: all of its room becomes spaces first, so that what is not
 * written need not be filled up. In whole steps of 16, for a constant width that
 * is an instruction or two.
 */
static inline char *tcpfin_line_column(struct tcpfin_lines *l,
				       unsigned int width)
{
	memset(l->at, ' ', (width / 16 + 1) * 16);
	return l->at;
}

/* End it: its text goes up to @end. */
static inline void tcpfin_line_next(struct tcpfin_lines *l, char *end,
				    unsigned int width)
{
	char *full = l->at + width;

	if (end > full) {
		*end = ' ';
		full = end;
	}
	l->at = full + 1;
}

static inline void tcpfin_line_text(struct tcpfin_lines *l, const char *text,
				    unsigned int width)
{
	char *at = tcpfin_line_column(l, width);

	tcpfin_line_next(l, tcpfin_put_string(at, text), width);
}

static inline void tcpfin_line_number(struct tcpfin_lines *l, uint64_t value,
				      unsigned int width)
{
	char *at = tcpfin_line_column(l, width);

	tcpfin_line_next(l, tcpfin_put_number(at, value), width);
}

static inline void tcpfin_line_port(struct tcpfin_lines *l, uint16_t port)
{
	const unsigned int width = 5;
	char *at = tcpfin_line_column(l, width);

	tcpfin_line_next(l, tcpfin_put_port(at, port), width);
}

static inline void tcpfin_line_number_if(struct tcpfin_lines *l, bool known,
					 uint64_t value, unsigned int width)
{
	if (known)
		tcpfin_line_number(l, value, width);
	else
		tcpfin_line_text(l, "-", width);
}

static inline void tcpfin_line_hex(struct tcpfin_lines *l, uint64_t value,
				   unsigned int width)
{
	char *at = tcpfin_line_column(l, width);

	tcpfin_line_next(l, tcpfin_put_hex(at, value), width);
}

static inline void tcpfin_line_ms(struct tcpfin_lines *l, bool known,
				  uint64_t ns, unsigned int width)
{
	char *at = tcpfin_line_column(l, width);

	tcpfin_line_next(l, tcpfin_put_ms(at, known, ns), width);
}

static inline void tcpfin_line_addr(struct tcpfin_lines *l, uint8_t family,
				    const uint8_t addr[16], uint32_t ifindex,
				    unsigned int width)
{
	char *at = tcpfin_line_column(l, TCPFIN_COLUMN_MAX);

	tcpfin_line_next(l, tcpfin_put_addr(at, family, addr, ifindex), width);
}

/**
 * tcpfin_line_host_name() - a column with the name of a host
 * @l: the line
 * @names: knows the names
 * @family: as with tcpfin_addr_text()
 * @addr: likewise
 * @ifindex: likewise
 * @width: of the column
 */
void tcpfin_line_host_name(struct tcpfin_lines *l,
			   struct tcpfin_resolver *names, uint8_t family,
			   const uint8_t addr[16], uint32_t ifindex,
			   unsigned int width);

/**
 * tcpfin_line_service_name() - the same of a port's service
 * @l: the line
 * @names: knows the names
 * @port: the port
 */
void tcpfin_line_service_name(struct tcpfin_lines *l,
			      struct tcpfin_resolver *names, uint16_t port);

/* An address, or the host's name if @names knows any. */
static inline void tcpfin_line_host(struct tcpfin_lines *l,
				    struct tcpfin_resolver *names,
				    uint8_t family, const uint8_t addr[16],
				    uint32_t ifindex, unsigned int width)
{
	if (__builtin_expect(!names, 1))
		tcpfin_line_addr(l, family, addr, ifindex, width);
	else
		tcpfin_line_host_name(l, names, family, addr, ifindex, width);
}

/* A port, or its service's name. */
static inline void tcpfin_line_service(struct tcpfin_lines *l,
				       struct tcpfin_resolver *names,
				       uint16_t port)
{
	if (__builtin_expect(!names, 1))
		tcpfin_line_port(l, port);
	else
		tcpfin_line_service_name(l, names, port);
}

/* A process's name, cut to @max bytes. */
static inline void tcpfin_line_comm(struct tcpfin_lines *l, const char comm[16],
				    unsigned int max, unsigned int width)
{
	char *at = tcpfin_line_column(l, width);

	tcpfin_line_next(l, tcpfin_put_escaped(at, comm, 16, max), width);
}

/* The columns of an old and a new state, with an arrow between them. */
static inline void tcpfin_line_states(struct tcpfin_lines *l, uint8_t old,
				      uint8_t new)
{
	const struct tcpfin_move *move = tcpfin_state_move(old, new);

	memcpy(l->at, move->text, sizeof(move->text));
	l->at += move->len;
}

/* The last column ends the line in place of its space. */
static inline void tcpfin_line_end(struct tcpfin_lines *l)
{
	l->at[-1] = '\n';
	if (l->at >= l->text + TCPFIN_LINES_MAX)
		tcpfin_lines_flush(l);
}

#endif /* TCPFIN_LINE_H */
