// SPDX-License-Identifier: GPL-2.0
/*
 * Recordings in other forms. A list of fields has a letter for each, with a number
 * before it if there are several: b for a byte, h for 2, w for 4, and q for 8 bytes.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "recording_forms.h"

#define HEAD		"6w"
#define END		"4q"
#define GAP		"2w3q"
#define INFO		"2w2q104b" END
#define EVENT		"4q32bw2h6w"	/* up to comm */
#define COMM		"16b"
#define NUMBERS		"4w"		/* in place of comm */
#define EVENT_END	"6bh2w"		/* after comm */
#define HEADER_3_START	"8b8w5q88b"	/* up to the probes */
#define HEADER_4_START	"8b8w6q4w32h88b"
#define PROBE_3		"80bq2w"
#define PROBE_4		"80b2q2w"

/* Offsets in the header */
#define COMMON		80	/* bytes that both have, but for the ABI and its size */
#define NAMES_4		168	/* version and kernel in ABI 4, 88 bytes */
#define PROBES_3	168
#define PROBES_4	256
#define PROBE_SIZE_3	96
#define PROBE_SIZE_4	104

static void reverse(unsigned char *at, size_t size)
{
	unsigned char byte;
	size_t i;

	for (i = 0; i < size / 2; i++) {
		byte = at[i];
		at[i] = at[size - 1 - i];
		at[size - 1 - i] = byte;
	}
}

static size_t width(char letter)
{
	return letter == 'q' ? 8 : letter == 'w' ? 4 : letter == 'h' ? 2 : 1;
}

/* Swap the fields of a list; return what follows them. */
static unsigned char *swap(unsigned char *at, const char *fields)
{
	unsigned int count;

	while (*fields) {
		count = isdigit((unsigned char)*fields) ?
			(unsigned int)strtoul(fields, (char **)&fields, 10) : 1;
		for (; count; count--) {
			reverse(at, width(*fields));
			at += width(*fields);
		}
		fields++;
	}
	return at;
}

static unsigned char *swap_header(unsigned char *at, bool old)
{
	unsigned int i;

	at = swap(at, old ? HEADER_3_START : HEADER_4_START);
	for (i = 0; i < 12; i++)
		at = swap(at, old ? PROBE_3 : PROBE_4);
	return at + (size_t)16 * 64;
}

/* Flags are in the event's byte 117 in ABI 3, and else in bytes 118 and 119. */
static bool has_task(const unsigned char *event, bool old)
{
	uint16_t flags;

	memcpy(&flags, event + 118, sizeof(flags));
	return (old ? event[117] : flags) & TCPFIN_F_TASK;
}

static void swap_events(unsigned char *at, const unsigned char *end, bool old)
{
	bool text;

	while (at != end) {
		text = old || has_task(at + 8, old);
		at = swap(at, "2w");
		at = swap(at, EVENT);
		at = swap(at, text ? COMM : NUMBERS);
		at = swap(at, EVENT_END);
	}
}

static void swap_payload(uint32_t type, unsigned char *at, uint32_t length, bool old)
{
	switch (type) {
	case REC_INFO:
		swap_header(swap(at, INFO), old);
		break;
	case REC_EVENTS:
		swap_events(at, at + length, old);
		break;
	case REC_LOST:
	case REC_MISSED:
		swap(at, GAP);
		break;
	case REC_MODULE:
		swap_header(at, old);
		break;
	case REC_END:
		swap(at, END);
		break;
	case REC_TIME:
	case REC_LEFT_OUT:
	case REC_CGROUP:
		swap(at, "q");
		break;
	default:
		fail_msg("a block of type %u", type);
	}
}

void recording_form_seal(struct rec_block *block, uint32_t length, unsigned int n)
{
	uint32_t crc = rec_crc_of(block, block + 1, length);

	block->crc = n & 2 ? __builtin_bswap32(crc) : crc;
}

/* Write the header of ABI 4 as one of ABI 3. Return the bytes written. */
static size_t age_header(unsigned char *to, const unsigned char *from)
{
	const uint32_t abi_and_size[2] = { 3, HEADER_3 };
	unsigned int i;
	size_t field;
	uint64_t value;

	memcpy(to, from, COMMON);
	memcpy(to + 8, abi_and_size, sizeof(abi_and_size));
	/* Offsets and size of the mapping, which follow the header. */
	for (field = 40; field < 64; field += 8) {
		memcpy(&value, from + field, sizeof(value));
		value -= sizeof(struct tcpfin_header) - HEADER_3;
		memcpy(to + field, &value, sizeof(value));
	}
	memcpy(to + COMMON, from + NAMES_4, 88);
	for (i = 0; i < 12; i++) {
		const unsigned char *probe = from + PROBES_4 + i * PROBE_SIZE_4;

		memcpy(to + PROBES_3 + i * PROBE_SIZE_3, probe, 88);
		memcpy(to + PROBES_3 + i * PROBE_SIZE_3 + 88, probe + 96, 8);
	}
	memcpy(to + PROBES_3 + 12 * PROBE_SIZE_3,
	       from + PROBES_4 + 12 * PROBE_SIZE_4, 16 * 64);
	return HEADER_3;
}

static void age_events(unsigned char *at, const unsigned char *end)
{
	struct tcpfin_event ev;
	uint16_t err;

	for (; at != end; at += sizeof(struct rec_event)) {
		memcpy(&ev, at + 8, sizeof(ev));
		assert_true(ev.flags < 0x80);
		err = ev.err;
		if (ev.reason == TCPFIN_REASON_TIMEOUT)
			ev.detail = TCPFIN_TIMEOUT_TRIES(ev.detail);
		at[8 + 117] = (unsigned char)ev.flags;
		memcpy(at + 8 + 118, &err, sizeof(err));
		memcpy(at + 8 + 120, &ev.detail, sizeof(ev.detail));
	}
}

/* Copy a payload as ABI 3 has it; @from has @length bytes. Return its length. */
static uint32_t age_payload(uint32_t type, unsigned char *to, const unsigned char *from,
			    uint32_t length)
{
	const size_t at = offsetof(struct rec_info, module);
	size_t size;

	if (type == REC_MODULE)
		return (uint32_t)age_header(to, from);
	if (type == REC_INFO) {
		memcpy(to, from, at);
		size = at + age_header(to + at, from + at);
		memcpy(to + size, from + sizeof(struct rec_info),
		       length - sizeof(struct rec_info));
		return (uint32_t)(size + length - sizeof(struct rec_info));
	}
	memcpy(to, from, length);
	if (type == REC_EVENTS)
		age_events(to, to + length);
	return length;
}

struct recording_bytes recording_form(const struct recording_bytes *recording,
				      unsigned int n)
{
	const unsigned char *from = recording->data + sizeof(struct rec_start);
	struct recording_bytes form = { malloc(recording->size), 0 };
	bool old = n & 1, swapped = n & 2;
	struct rec_block head, *block;

	assert_non_null(form.data);
	memcpy(form.data, recording->data, sizeof(struct rec_start));
	if (swapped)
		swap(form.data, "8b2w");
	form.size = sizeof(struct rec_start);
	while (from != recording->data + recording->size) {
		memcpy(&head, from, sizeof(head));
		from += sizeof(head);
		block = (void *)(form.data + form.size);
		*block = head;
		if (old)
			block->length = age_payload(head.type, (void *)(block + 1),
						    from, head.length);
		else
			memcpy(block + 1, from, head.length);
		from += head.length;
		head.length = block->length;
		form.size += sizeof(head) + head.length;
		if (swapped) {
			swap_payload(head.type, (void *)(block + 1), head.length, old);
			swap((void *)block, HEAD);
		}
		recording_form_seal(block, head.length, n);
	}
	return form;
}
