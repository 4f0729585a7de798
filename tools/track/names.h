/* SPDX-License-Identifier: GPL-2.0 */
/* Names of states, event kinds and reasons, and the way back from names. */
#ifndef TRACK_NAMES_H
#define TRACK_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "module/tcpfin.h"
#include "track/conn.h"

/* Size for the longest name: a kill caller's, with each byte escaped */
#define NAME_TEXT_MAX	(4 * 64 + 1)

/* Return the name of a TCP state, "?" for 0, a number for others. */
const char *state_name(uint8_t state, char buf[NAME_TEXT_MAX]);

/* Return the name of an event's kind, or a number in @buf if it has none. */
const char *kind_name(uint8_t kind, char buf[NAME_TEXT_MAX]);

/**
 * reason_name() - short word for why a socket ended
 * @reason: enum tcpfin_reason, or any number
 * @detail: for TCPFIN_REASON_CALLER the index of the caller's name
 * @header: holds the callers' names
 * @buf: room for a name that is not constant
 *
 * Return: the word, "-" for no reason, a number if the reason is unknown.
 */
const char *reason_name(uint8_t reason, uint32_t detail,
			const struct tcpfin_header *header, char buf[NAME_TEXT_MAX]);

/* Return reason_name() of an event, and ":" with cause, tries or error. */
const char *reason_text(const struct tcpfin_event *ev,
			const struct tcpfin_header *header, char buf[NAME_TEXT_MAX]);

/* The cause of a connection that a RST ended which neither end sent. */
#define CAUSE_INJECTED	"injected"

/* Return the word for what made an end abort, or NULL if there is no cause. */
const char *cause_name(uint8_t reason, uint32_t detail);

/* Return the word for how a connection ended, "-" if unknown. */
const char *how_name(enum how how);

/* Return the word for who closed first, "-" if unknown. */
const char *closer_name(enum closer closer);

/* Return the set with only this state, or 0 if it is not a state. */
uint32_t state_bit(uint8_t state);

/*
 * Return the set of states with this name, 0 if there are none. A name is a
 * state or one of ss's groups all, connected, synchronized, bucket, big; case,
 * "-" and "_" do not matter.
 */
uint32_t states_parse(const char *text);

/* Return the reason that @text spells in any case, with - or _; or NULL. */
const char *reason_parse(const char *text);

/*
 * Return the word of how_name(), or of cause_name() and CAUSE_INJECTED, that @text
 * spells as above; or NULL.
 */
const char *how_parse(const char *text);
const char *cause_parse(const char *text);

/* Write all these words to @buf, separated by commas. */
const char *how_list(char *buf, size_t size);
const char *cause_list(char *buf, size_t size);

/* Write all reason names to @buf, separated by commas. Return @buf. */
const char *reason_list(char *buf, size_t size);

/* Return how often was tried before a time-out, 0 if unknown or none. */
static inline uint32_t event_tries(const struct tcpfin_event *ev)
{
	return ev->reason == TCPFIN_REASON_TIMEOUT ?
	       TCPFIN_TIMEOUT_TRIES(ev->detail) : 0;
}

/* Return the number of the socket's inode, 0 if the event does not tell. */
static inline uint32_t event_inode(const struct tcpfin_event *ev)
{
	return ev->flags & TCPFIN_F_TASK ? 0 : ev->inode;
}

#endif /* TRACK_NAMES_H */
