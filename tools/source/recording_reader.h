/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The inside of the recorded source, shared by reading, first block and parts.
 */
#ifndef SOURCE_RECORDING_READER_H
#define SOURCE_RECORDING_READER_H

#include <stddef.h>

#include "source/recording_blocks.h"
#include "source/source.h"
#include "system/sysctl.h"

/* The recorded source */
struct recording_reader {
	struct source src;		/* the interface to others */
	struct blocks in;		/* the file's blocks */
	int stop_fd;			/* see recording_open() */
	bool closing;			/* do not wait for more */
	bool stopped;			/* read no more */
	bool marked;			/* the end mark was read */
	bool ended;			/* this part has ended */
	struct recording_reader *then;	/* the next part, or NULL */
	bool foreign;	/* an event of an unknown ring follows the run */
	/* events of the run from here on are not counted in @seen */
	const struct rec_event *counted;
	uint64_t run_ns;		/* the latest time in the run */
	/* what was handed out, for comparison with the end mark */
	struct rec_end seen;
	struct rec_end before;		/* see struct recording_part */
	uint32_t part;			/* see struct recording_part */
	struct sysctl sysctls[SYSCTLS];	/* the machine's settings */
	struct cgroups *cgroups;	/* the machine's, as far as they were read */
	char boot_id[4 * 40 + 1];	/* the machine's boot_id, escaped */
	char host[SOURCE_HOST_MAX];	/* the machine's name, escaped */
	char name[128];			/* the file's name, escaped */
};

static inline struct recording_reader *to_recording_reader(struct source *src)
{
	return (struct recording_reader *)
		((char *)src - offsetof(struct recording_reader, src));
}

/* Advance the time that the recording has come to. */
static inline void recording_note_time(struct recording_reader *r, uint64_t time_ns)
{
	if (time_ns > r->seen.time_ns)
		r->seen.time_ns = time_ns;
}

/* Check a complete header of the module. Return NULL, or what is wrong. */
const char *recording_check(const struct tcpfin_header *h);

/* Read the first block, or wait for it. Return NULL, or what is wrong. */
const char *recording_info(struct recording_reader *r);

/*
 * Go on with the next part after @r has ended. If parts between them are
 * missing, fill in @item with a loss and return true.
 */
bool recording_go_on(struct recording_reader *r, struct item *item);

#endif /* SOURCE_RECORDING_READER_H */
