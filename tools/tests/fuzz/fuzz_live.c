// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzes the live source: the input sets header, heads and records of the mapping, also
 * while they are read.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "require.h"
#include "source/ring_map.h"
#include "source/source.h"

#define RINGS		3
#define RECORDS		64
#define RINGS_AT	((sizeof(struct tcpfin_header) + 63) / 64 * 64)
#define DATA_AT		(RINGS_AT + RINGS * sizeof(struct tcpfin_ring))
#define SIZE		(DATA_AT + RINGS * RECORDS * sizeof(struct tcpfin_event))

/* How many times to read an idle source before it is stopped. */
#define PATIENCE	50

/* A write to the mapping, as a broken module might do. */
struct change {
	uint8_t what;
	uint8_t ring;
	uint8_t slot;
	uint8_t large;
	uint8_t value[4];
};

/* The first bytes of the input: options, and number of writes before opening. */
struct choice {
	uint8_t history;
	uint8_t follow;
	uint8_t before;
	uint8_t spare;
};

struct mapping {
	int fd;
	char *base;
};

static struct tcpfin_header *header_of(struct mapping *m)
{
	return (void *)m->base;
}

static struct tcpfin_event *slot_of(struct mapping *m, const struct change *s)
{
	return (struct tcpfin_event *)(void *)(m->base + DATA_AT) +
	       s->ring % RINGS * RECORDS + s->slot % RECORDS;
}

static uint64_t number(const struct change *s)
{
	uint32_t low;

	memcpy(&low, s->value, sizeof(low));
	return s->large & 1 ? ~(uint64_t)low : s->large & 2 ?
	       (uint64_t)low << 32 : s->large & 4 ? low : low & 255;
}

static void start(struct mapping *m)
{
	struct tcpfin_header *h;
	struct tcpfin_ring *rings;
	unsigned int i;

	m->fd = memfd_create("rings", MFD_CLOEXEC);
	require(m->fd >= 0 && !ftruncate(m->fd, SIZE), "the memory file is created");
	m->base = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, m->fd,
		       0);
	require(m->base != MAP_FAILED, "the memory file is mapped");
	h = header_of(m);
	rings = (void *)(m->base + RINGS_AT);
	memcpy(h->magic, TCPFIN_MAGIC, sizeof(h->magic));
	h->abi = TCPFIN_ABI;
	h->header_size = sizeof(*h);
	h->record_size = sizeof(struct tcpfin_event);
	h->records = RECORDS;
	h->rings = RINGS;
	h->rings_offset = RINGS_AT;
	h->data_offset = DATA_AT;
	h->size = SIZE;
	for (i = 0; i < RINGS - 1; i++) {
		rings[i].cpu = i;
		rings[i].used = 1;
	}
}

static void apply(struct mapping *m, const struct change *s)
{
	struct tcpfin_ring *rings = (void *)(m->base + RINGS_AT);
	size_t at = (s->slot | (size_t)s->ring << 8) * 4 %
		    sizeof(struct tcpfin_header);
	struct tcpfin_event *ev = slot_of(m, s);
	uint64_t value = number(s);

	switch (s->what % 6) {
	case 0:
		rings[s->ring % RINGS].head = value;
		break;
	case 1:
		/* A valid record, of the round that the value gives. */
		ev->seq = s->slot % RECORDS + 1 + value * RECORDS;
		ev->time_ns = value;
		break;
	case 2:
		ev->seq = value;
		break;
	case 3:
		ev->time_ns = value;
		break;
	case 4:
		memset(&ev->time_ns, (int)value, sizeof(*ev) - 8);
		break;
	case 5:
		memcpy(m->base + at, s->value, sizeof(s->value));
		break;
	}
}

/* Uses the bytes read, so that the compiler does not drop the reads. */
static volatile uint64_t seen;

/* An item must be within the bounds of the header at open. */
static void check_item(const struct source *src, const struct item *item)
{
	const unsigned char *bytes;
	size_t i;

	require(src->header.rings == RINGS && src->header.records == RECORDS,
		"the header does not change");
	if (item->type == ITEM_LOST)
		require(item->count && (item->cpu < RINGS ||
					item->cpu == CPU_NONE ||
					item->cpu == CPU_NO_RING),
			"a loss is of a CPU, or of CPUs without a ring");
	if (item->type != ITEM_EVENT)
		return;
	require(item->cpu < RINGS, "an event is on a ring");
	bytes = (const void *)item->event;
	for (i = 0; i < sizeof(*item->event); i++)
		seen += bytes[i];
}

static void read_on(struct mapping *m, struct source *src, const uint8_t *data,
		    size_t size)
{
	unsigned int idle = 0;
	struct item item;
	struct change s;

	for (;;) {
		if (size >= sizeof(s)) {
			memcpy(&s, data, sizeof(s));
			data += sizeof(s);
			size -= sizeof(s);
			apply(m, &s);
		}
		source_next(src, &item);
		check_item(src, &item);
		if (item.type == ITEM_END)
			return;
		if (item.type == ITEM_IDLE && ++idle == PATIENCE)
			source_finish(src);
		require(idle <= PATIENCE, "a stopped source ends");
		require(source_recorded(src, RINGS) == 0,
			"a ring that does not exist has recorded nothing");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct live_options opts = { .stop_fd = -1 };
	char why[ERROR_LINE_MAX];
	struct source *src;
	struct mapping m;
	struct choice c;
	struct change s;

	if (size < sizeof(c))
		return 0;
	memcpy(&c, data, sizeof(c));
	data += sizeof(c);
	size -= sizeof(c);
	start(&m);
	for (; c.before && size >= sizeof(s); c.before--) {
		memcpy(&s, data, sizeof(s));
		data += sizeof(s);
		size -= sizeof(s);
		apply(&m, &s);
	}
	opts.history = c.history & 1;
	opts.follow = c.follow & 1;
	src = live_open_fd(dup(m.fd), &opts, why);
	if (src) {
		require(src->header.rings <= RINGS_MAX, "the number of rings is limited");
		if (src->header.rings == RINGS &&
		    src->header.records == RECORDS)
			read_on(&m, src, data, size);
		source_close(src);
	} else {
		require(why[0], "a failed open gives a reason");
		require_plain(why, strnlen(why, sizeof(why)), false);
	}
	munmap(m.base, SIZE);
	close(m.fd);
	return 0;
}
