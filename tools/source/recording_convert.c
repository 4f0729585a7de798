// SPDX-License-Identifier: GPL-2.0
/*
 * Converts blocks of recordings of older modules, and of machines with the other byte
 * order. Blocks are converted before their content is checked, so that there is one
 * set of checks for all recordings.
 */
#include <stddef.h>
#include <string.h>

#include "source/recording_convert.h"

/* A probe in the header of ABI 3 */
struct probe_3 {
	char symbol[40];
	char shows[40];
	__u64 missed;
	__u32 hooked;
	__u32 about;
};

/* The module's header in ABI 3 */
struct header_3 {
	/* from @magic to @unmatched, as in ABI 4 */
	unsigned char first[offsetof(struct tcpfin_header, no_ring)];
	char version[16];
	char kernel[72];
	struct probe_3 probe[12];
	char caller[16][64];
};

/* Bytes by which the header grew after ABI 3 */
#define GROWTH	(sizeof(struct tcpfin_header) - sizeof(struct header_3))

/* All flags of ABI 3 */
#define FLAGS_3	0x7f

_Static_assert(sizeof(struct header_3) == 2344, "the header of ABI 3");
_Static_assert(GROWTH <= CONVERT_ROOM && GROWTH % 8 == 0, "room before a block");
_Static_assert(sizeof(((struct header_3 *)0)->caller) ==
	       sizeof(((struct tcpfin_header *)0)->caller), "as many callers");

static void swap16(__u16 *number)
{
	*number = __builtin_bswap16(*number);
}

static void swap32(__u32 *number)
{
	*number = __builtin_bswap32(*number);
}

static void swap64(__u64 *number)
{
	*number = __builtin_bswap64(*number);
}

static void swap_end(struct rec_end *end)
{
	swap64(&end->events);
	swap64(&end->lost);
	swap64(&end->missed);
	swap64(&end->time_ns);
}

static void swap_gap(struct rec_gap *gap)
{
	swap32(&gap->cpu);
	swap64(&gap->count);
	swap64(&gap->mini);
	swap64(&gap->time_ns);
}

/* Swap the fields of the event that ABI 3 and 4 have in common. */
static void swap_event(struct tcpfin_event *ev)
{
	swap64(&ev->seq);
	swap64(&ev->time_ns);
	swap64(&ev->cookie);
	swap64(&ev->cgroup);
	swap32(&ev->netns);
	swap16(&ev->lport);
	swap16(&ev->rport);
	swap32(&ev->snd_nxt);
	swap32(&ev->snd_una);
	swap32(&ev->rcv_nxt);
	swap32(&ev->write_seq);
	swap32(&ev->uid);
	swap32(&ev->pid);
	swap32(&ev->detail);
	swap32(&ev->ifindex);
}

/* Swap the fields that ABI 3 lacks, or has elsewhere. */
static void swap_event_4(struct tcpfin_event *ev)
{
	swap16(&ev->flags);
	if (ev->flags & TCPFIN_F_TASK)
		return;
	swap32(&ev->inode);
	swap32(&ev->rst_seq);
	swap32(&ev->rst_ack);
	swap32(&ev->reserved);
}

/*
 * ABI 3 has 8 bits of flags where the error is now, then 16 bits of error. Of a
 * time-out it tells the number of tries only.
 */
static void upgrade_event(struct tcpfin_event *ev, bool swapped)
{
	__u8 flags = ev->err & FLAGS_3;
	__u16 err = ev->flags;

	if (swapped)
		swap16(&err);
	ev->err = err < 255 ? (__u8)err : 255;
	ev->flags = flags;
	if (!(flags & TCPFIN_F_TASK))
		memset(ev->comm, 0, sizeof(ev->comm));
	if (ev->reason == TCPFIN_REASON_TIMEOUT)
		ev->detail = TCPFIN_TIMEOUT_DETAIL(TCPFIN_TIMEOUT_UNKNOWN,
						   ev->detail < 0xffff ?
							   ev->detail : 0xffff);
}

/* Convert as many events as the payload has, whatever the head counts. */
static void convert_events(const struct recording_form *form, struct rec_block *block)
{
	struct rec_event *e = (void *)(block + 1);
	size_t left = block->length / sizeof(*e);

	for (; left; left--, e++) {
		if (form->swapped) {
			swap32(&e->cpu);
			swap_event(&e->event);
		}
		if (form->abi == 3)
			upgrade_event(&e->event, form->swapped);
		else
			swap_event_4(&e->event);
	}
}

static void swap_header(struct tcpfin_header *h)
{
	unsigned int i;

	swap32(&h->abi);
	swap32(&h->header_size);
	swap32(&h->record_size);
	swap32(&h->records);
	swap32(&h->rings);
	swap32(&h->scope);
	swap32(&h->gone);
	swap32(&h->stopped);
	swap64(&h->rings_offset);
	swap64(&h->data_offset);
	swap64(&h->size);
	swap64(&h->load_ns);
	swap64(&h->unmatched);
	swap64(&h->no_ring);
	swap32(&h->chosen);
	swap32(&h->netns);
	swap32(&h->nports);
	for (i = 0; i < TCPFIN_PORTS; i++) {
		swap16(&h->ports[i].first);
		swap16(&h->ports[i].last);
	}
	for (i = 0; i < TCPFIN_PROBES; i++) {
		swap64(&h->probe[i].missed);
		swap64(&h->probe[i].unreached);
		swap32(&h->probe[i].hooked);
		swap32(&h->probe[i].about);
	}
}

/* Put the fields of an older header to their places, in whatever byte order. */
static struct tcpfin_header spread_header(const struct header_3 *old)
{
	struct tcpfin_header h = { 0 };
	unsigned int i;

	memcpy(&h, old->first, sizeof(old->first));
	memcpy(h.version, old->version, sizeof(h.version));
	memcpy(h.kernel, old->kernel, sizeof(h.kernel));
	memcpy(h.caller, old->caller, sizeof(h.caller));
	for (i = 0; i < sizeof(old->probe) / sizeof(old->probe[0]); i++) {
		memcpy(h.probe[i].symbol, old->probe[i].symbol,
		       sizeof(h.probe[i].symbol));
		memcpy(h.probe[i].shows, old->probe[i].shows,
		       sizeof(h.probe[i].shows));
		h.probe[i].missed = old->probe[i].missed;
		h.probe[i].hooked = old->probe[i].hooked;
		h.probe[i].about = old->probe[i].about;
	}
	return h;
}

/*
 * Make the header one of today's ABI: all that followed it in the mapping moves up. It
 * is valid then if it was valid before; a header of another ABI than the recording's
 * is not.
 */
static void renew_header(struct tcpfin_header *h)
{
	h->abi = h->abi == 3 ? TCPFIN_ABI : 0;
	h->header_size += (__u32)GROWTH;
	h->rings_offset += GROWTH;
	h->data_offset += GROWTH;
	h->size += GROWTH;
}

/*
 * Convert the module's header at @offset in the payload of *@block, which has at least
 * the bytes that a header of the recording's ABI has.
 */
static void convert_header(const struct recording_form *form, struct rec_block **block,
			   size_t offset)
{
	unsigned char *from = (unsigned char *)*block;
	unsigned char *at = from + sizeof(**block) + offset;
	struct tcpfin_header h;

	if (form->abi != 3) {
		swap_header((void *)at);
		return;
	}
	h = spread_header((const void *)at);
	if (form->swapped)
		swap_header(&h);
	renew_header(&h);
	memmove(from - GROWTH, from, sizeof(**block) + offset);
	memcpy(at - GROWTH, &h, sizeof(h));
	*block = (void *)(from - GROWTH);
	(*block)->length += (__u32)GROWTH;
}

/* Return the bytes of a header of the recording's ABI. */
static size_t header_size(const struct recording_form *form)
{
	return form->abi == 3 ? sizeof(struct header_3) : sizeof(struct tcpfin_header);
}

static const char *convert_module(const struct recording_form *form,
				  struct rec_block **block)
{
	if ((*block)->length != header_size(form))
		return "a header of the module of a wrong length";
	convert_header(form, block, 0);
	return NULL;
}

static void swap_info(struct rec_info *info)
{
	swap32(&info->record_size);
	swap32(&info->part);
	swap64(&info->start_ns);
	swap64(&info->wall_offset_ns);
	swap_end(&info->before);
}

/* Convert the first block, unless the reader has to refuse it for its ABI. */
static const char *convert_info(struct recording_form *form, struct rec_block **block)
{
	const size_t offset = offsetof(struct rec_info, module);
	struct rec_info *info = (void *)(*block + 1);
	__u32 abi;

	if ((*block)->length < offsetof(struct rec_info, module.rings))
		return NULL;
	abi = info->module.abi;
	if (form->swapped)
		swap32(&abi);
	form->abi = abi;
	if (abi < RECORDING_ABI_MIN || abi > TCPFIN_ABI) {
		info->module.abi = abi;
		return NULL;
	}
	if (abi == TCPFIN_ABI && !form->swapped)
		return NULL;
	if ((*block)->length < offset + header_size(form))
		return "a header of the module of a wrong length";
	if (form->swapped)
		swap_info(info);
	convert_header(form, block, offset);
	return NULL;
}

/* Swap the payload of a block that is not an array, if it has the right length. */
static void swap_single(struct rec_block *block)
{
	void *payload = block + 1;

	switch (block->type) {
	case REC_LOST:
	case REC_MISSED:
		if (block->length == sizeof(struct rec_gap))
			swap_gap(payload);
		break;
	case REC_END:
		if (block->length == sizeof(struct rec_end))
			swap_end(payload);
		break;
	case REC_TIME:
		if (block->length == sizeof(struct rec_time))
			swap64(&((struct rec_time *)payload)->time_ns);
		break;
	case REC_LEFT_OUT:
		if (block->length == sizeof(struct rec_left_out))
			swap64(&((struct rec_left_out *)payload)->count);
		break;
	case REC_CGROUP:
		swap64(&((struct rec_cgroup *)payload)->id);
		break;
	}
}

void recording_convert_head(const struct recording_form *form, struct rec_block *head)
{
	if (!form->swapped)
		return;
	swap32(&head->type);
	swap32(&head->length);
	swap32(&head->count);
	swap32(&head->number);
	swap32(&head->reserved);
	swap32(&head->crc);
}

const char *recording_convert(struct recording_form *form, struct rec_block **block)
{
	if (!form->abi && (*block)->type == REC_INFO)
		return convert_info(form, block);
	if (form->abi == TCPFIN_ABI && !form->swapped)
		return NULL;
	if ((*block)->type == REC_EVENTS)
		convert_events(form, *block);
	else if ((*block)->type == REC_MODULE)
		return convert_module(form, block);
	else if (form->swapped)
		swap_single(*block);
	return NULL;
}
