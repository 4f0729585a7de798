/* SPDX-License-Identifier: GPL-2.0 */
/* Names of states, kinds and reasons. */
#ifndef TRACK_NAMES_H
#define TRACK_NAMES_H

#include <stddef.h>
#include <stdint.h>

#include "module/tcpfin.h"
#include "track/conn.h"

/* Room for the longest name: that of a caller, each byte of it escaped. */
#define NAME_TEXT_MAX	(4 * 64 + 1)

/**
 * state_name() - the kernel's name of a TCP state
 * @state: enum of net/tcp_states.h, or anything
 * @buf: room for a name that has to be made
 *
 * Return: the name; "?" for 0, the number for a state that does not exist.
 */
const char *state_name(uint8_t state, char buf[NAME_TEXT_MAX]);

/**
 * kind_name() - the name of an event's kind
 * @kind: enum tcpfin_kind, or anything
 * @buf: room for a name that has to be made
 *
 * Return: the name, or the number of a kind that does not exist.
 */
const char *kind_name(uint8_t kind, char buf[NAME_TEXT_MAX]);

/**
 * reason_name() - a short word for why a socket came to its end
 * @reason: enum tcpfin_reason, or anything
 * @detail: for TCPFIN_REASON_CALLER the index of the caller's name
 * @header: holds the callers' names
 * @buf: room for a name that has to be made
 *
 * Return: the word, "-" for none, or the number of a reason that does not
 * exist.
 */
const char *reason_name(uint8_t reason, uint32_t detail,
			const struct tcpfin_header *header,
			char buf[NAME_TEXT_MAX]);

/**
 * reason_text() - the same, with what an event adds to it
 * @ev: the event
 * @header: holds the callers' names
 * @buf: room for the text
 *
 * Return: the word, and after a colon the cause, the tries or the error.
 */
const char *reason_text(const struct tcpfin_event *ev,
			const struct tcpfin_header *header,
			char buf[NAME_TEXT_MAX]);

/**
 * cause_name() - the word for what made an end abort
 * @reason: enum tcpfin_reason, or anything
 * @detail: enum tcpfin_cause, or anything
 *
 * Return: the word; NULL if there is none to tell.
 */
const char *cause_name(uint8_t reason, uint32_t detail);

/**
 * how_name() - the word for how a connection ended
 * @how: enum how
 *
 * Return: the word, "-" if it is not known.
 */
const char *how_name(enum how how);

/**
 * closer_name() - the word for who closed first
 * @closer: enum closer
 *
 * Return: the word, "-" if it is not known.
 */
const char *closer_name(enum closer closer);

/**
 * state_bit() - a state as a set
 * @state: enum of net/tcp_states.h, or anything
 *
 * Return: the set with this state alone; empty for 0 or a state that does not
 * exist.
 */
uint32_t state_bit(uint8_t state);

/**
 * states_parse() - read the name of a state, or of a group of ss
 * @text: the name; case, "-" and "_" do not matter. Groups are all, connected,
 *	synchronized, bucket and big
 *
 * Return: a set of state_bit(), empty if there is none of this name.
 */
uint32_t states_parse(const char *text);

/**
 * reason_parse() - read a word of reason_name()
 * @text: the word; case, "-" and "_" do not matter
 *
 * Return: the word as it is printed, NULL if it is none of ours.
 */
const char *reason_parse(const char *text);

/**
 * reason_list() - our words for reasons, with commas
 * @buf: room for them
 * @size: its size
 *
 * Return: @buf.
 */
const char *reason_list(char *buf, size_t size);

#endif /* TRACK_NAMES_H */
