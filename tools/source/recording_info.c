// SPDX-License-Identifier: GPL-2.0
/* The first block of a recording: where it was made, and with which module. */
#include <string.h>

#include "source/recording_reader.h"
#include "source/ring_map.h"
#include "util/text.h"

/* Return NULL if the header is one of a known module, else what is wrong. */
static const char *check_abi(const struct tcpfin_header *h)
{
	if (memcmp(h->magic, TCPFIN_MAGIC, sizeof(h->magic)))
		return "holds no header of the module";
	return h->abi == TCPFIN_ABI ? NULL : "is of a module with another ABI";
}

const char *recording_check(const struct tcpfin_header *h)
{
	const char *what = check_abi(h);

	if (!what && ring_map_check(h))
		what = "holds a broken header of the module";
	return what;
}

/* Use the first block. Return NULL, or what is wrong. */
static const char *take_info(struct recording_reader *r, const struct rec_block *block)
{
	const struct rec_info *info = (const void *)(block + 1);
	const char *what;

	if (block->type != REC_INFO ||
	    block->length < offsetof(struct rec_info, module.rings))
		return "does not begin with an info block";
	what = check_abi(&info->module);
	if (what)
		return what;
	if (block->length < sizeof(*info) || recording_check(&info->module))
		return "holds a broken header of the module";
	if (info->record_size != sizeof(struct rec_event))
		return "has records of another size";
	r->src.header = info->module;
	r->src.wall_offset_ns = info->wall_offset_ns;
	r->seen.time_ns = info->start_ns;
	r->before = info->before;
	r->part = info->part;
	text_escape(info->boot_id, sizeof(info->boot_id), r->boot_id,
		    sizeof(r->boot_id));
	text_escape(info->host, sizeof(info->host), r->host, sizeof(r->host));
	sysctl_parse_all(r->sysctls, (const char *)(info + 1),
			 block->length - sizeof(*info));
	return NULL;
}

const char *recording_info(struct recording_reader *r)
{
	const struct rec_block *block;

	for (;;) {
		switch (blocks_next(&r->in, &block)) {
		case FOUND_BLOCK:
			return take_info(r, block);
		case FOUND_LATER:
			if (!blocks_wait(&r->in, r->stop_fd, -1))
				return "no block came before the end was requested";
			break;
		case FOUND_END:
			return "cut off before the first block";
		case FOUND_DAMAGE:
			return r->in.why;
		}
	}
}
