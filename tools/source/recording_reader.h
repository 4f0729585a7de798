/* SPDX-License-Identifier: GPL-2.0 */
/* The recorded source inside: its reading, the first block and the parts. */
#ifndef SOURCE_RECORDING_READER_H
#define SOURCE_RECORDING_READER_H

#include <stddef.h>

#include "source/recording_blocks.h"
#include "source/source.h"
#include "system/sysctl.h"

/**
 * struct recording_reader - the source
 * @src: what it is to others
 * @in: its blocks
 * @stop_fd: see recording_open()
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
 * @before: see struct recording_part
 * @part: its number
 * @sysctls: settings of the machine
 * @boot_id: which run of it, escaped
 * @host: its name, escaped
 * @name: what the file is called, escaped
 */
struct recording_reader {
	struct source src;
	struct blocks in;
	int stop_fd;
	bool closing;
	bool stopped;
	bool marked;
	bool ended;
	struct recording_reader *then;
	bool foreign;
	const struct rec_event *counted;
	uint64_t run_ns;
	struct rec_end seen;
	struct rec_end before;
	uint32_t part;
	struct sysctl sysctls[SYSCTLS];
	char boot_id[4 * 40 + 1];
	char host[SOURCE_HOST_MAX];
	char name[128];
};

/* What is handed to others is the source in it. */
static inline struct recording_reader *to_recording_reader(struct source *src)
{
	return (struct recording_reader *)
		((char *)src - offsetof(struct recording_reader, src));
}

/* The recording has come to this time. */
static inline void recording_note_time(struct recording_reader *r,
				       uint64_t time_ns)
{
	if (time_ns > r->seen.time_ns)
		r->seen.time_ns = time_ns;
}

/**
 * recording_check() - can a header of the module be used?
 * @h: it, whole
 *
 * Return: NULL, or what is wrong.
 */
const char *recording_check(const struct tcpfin_header *h);

/**
 * recording_info() - read the first block: what a recording is about
 * @r: its file, at the start; from a pipe the block is waited for
 *
 * Return: NULL, or what is wrong.
 */
const char *recording_info(struct recording_reader *r);

/**
 * recording_go_on() - go on in the next part
 * @r: this one has ended, and there is a next one, which is used up
 * @item: where to put the loss, if there is a hole between them
 *
 * Return: true if an item was given.
 */
bool recording_go_on(struct recording_reader *r, struct item *item);

#endif /* SOURCE_RECORDING_READER_H */
