/* SPDX-License-Identifier: GPL-2.0 */
/* The recorded source inside: its reading, the first block and the parts. */
#ifndef TCPFIN_RECORDED_SOURCE_H
#define TCPFIN_RECORDED_SOURCE_H

#include <stddef.h>

#include "source/recording_blocks.h"
#include "source/source.h"
#include "system/sysctl.h"

/**
 * struct tcpfin_recorded - the source
 * @src: what it is to others
 * @in: its blocks
 * @stop_fd: see tcpfin_recorded_open()
 * @closing: do not wait for more
 * @stopped: read no more
 * @marked: the end mark was read
 * @ended: nothing will come any more of this part
 * @then: the part that comes next, or NULL
 * @foreign: the run ends before an event of a ring that is not there
 * @counted: events of the run from here on are not in @seen
 * @run_ns: the latest time in the run
 * @seen: what was handed out, to be compared with the end mark; its time is
 *	that of the latest item
 * @before: see struct tcpfin_part
 * @part: its number
 * @sysctls: settings of the machine
 * @boot_id: which run of it, escaped
 * @host: its name, escaped
 * @name: what the file is called, escaped
 */
struct tcpfin_recorded {
	struct tcpfin_source src;
	struct tcpfin_blocks in;
	int stop_fd;
	bool closing;
	bool stopped;
	bool marked;
	bool ended;
	struct tcpfin_recorded *then;
	bool foreign;
	const struct tcpfin_rec_event *counted;
	uint64_t run_ns;
	struct tcpfin_rec_end seen;
	struct tcpfin_rec_end before;
	uint32_t part;
	struct tcpfin_sysctl sysctls[TCPFIN_SYSCTLS];
	char boot_id[4 * 40 + 1];
	char host[TCPFIN_HOST_MAX];
	char name[128];
};

/* What is handed to others is the source in it. */
static inline struct tcpfin_recorded *
tcpfin_to_recorded(struct tcpfin_source *src)
{
	return (struct tcpfin_recorded *)
		((char *)src - offsetof(struct tcpfin_recorded, src));
}

/* The recording has come to this time. */
static inline void tcpfin_recorded_note_time(struct tcpfin_recorded *r,
					     uint64_t time_ns)
{
	if (time_ns > r->seen.time_ns)
		r->seen.time_ns = time_ns;
}

/**
 * tcpfin_recorded_check() - can a header of the module be used?
 * @h: it, whole
 *
 * Return: NULL, or what is wrong.
 */
const char *tcpfin_recorded_check(const struct tcpfin_header *h);

/**
 * tcpfin_recorded_info() - read the first block: what a recording is about
 * @r: its file, at the start; from a pipe the block is waited for
 *
 * Return: NULL, or what is wrong.
 */
const char *tcpfin_recorded_info(struct tcpfin_recorded *r);

/**
 * tcpfin_recorded_go_on() - go on in the next part
 * @r: this one has ended, and there is a next one, which is used up
 * @item: where to put the loss, if there is a hole between them
 *
 * Return: true if an item was given.
 */
bool tcpfin_recorded_go_on(struct tcpfin_recorded *r, struct tcpfin_item *item);

#endif /* TCPFIN_RECORDED_SOURCE_H */
