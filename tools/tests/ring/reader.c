// SPDX-License-Identifier: GPL-2.0
/* The reading threads of the stress test, as the module reads and as tcpfin does. */
#include <time.h>

#include "source/ring_cursor.h"
#include "stress.h"

/* A reader's position in a ring, from the first record on. */
struct position {
	unsigned int cpu;
	struct ring_cursor c;
	u64 seen;
	u64 lost;
};

static void check_record(struct position *p)
{
	const u64 *word = (const u64 *)&p->c.event;
	u64 n = p->c.next;
	unsigned int i;

	if (word[0] != n + 1)
		stress_fail("ring %u: record %llu has number %llu\n", p->cpu,
			    (unsigned long long)n,
			    (unsigned long long)word[0] - 1);
	for (i = 1; i < TCPFIN_EVENT_WORDS; i++)
		if (word[i] != stress_word(p->cpu, n, i))
			stress_fail("ring %u: record %llu is torn at word %u\n",
				    p->cpu, (unsigned long long)n, i);
	if (stress_plain[p->cpu][n] != stress_word(p->cpu, n, 0))
		stress_fail("ring %u: record %llu was read before earlier stores\n",
			    p->cpu, (unsigned long long)n);
	p->seen++;
	p->c.next++;
}

/* Count lost records, which must be overwritten ones. */
static void count_lost(struct position *p, u64 lost, u64 next)
{
	if (tcpfin_ring_head(p->cpu) < next + TCPFIN_RECORDS_MIN)
		stress_fail("ring %u: record %llu is reported lost, but was not overwritten\n",
			    p->cpu, (unsigned long long)next - 1);
	p->lost += lost;
}

static void wait_for_writer(const struct position *p, bool written)
{
	if (written)
		stress_fail("ring %u: record %llu stays unfinished\n", p->cpu,
			    (unsigned long long)p->c.next);
}

/* Read as module/procfile.c does. */
static void read_as_module(struct position *p, bool written)
{
	u64 after;

	p->c.end = tcpfin_ring_head(p->cpu);
	while (p->c.next < p->c.end) {
		switch (tcpfin_ring_copy(p->cpu, p->c.next, &p->c.event)) {
		case TCPFIN_COPY_WHOLE:
			check_record(p);
			break;
		case TCPFIN_COPY_LOST:
			after = tcpfin_ring_after(p->cpu, p->c.next);
			count_lost(p, after - p->c.next, after);
			p->c.next = after;
			break;
		case TCPFIN_COPY_PENDING:
			wait_for_writer(p, written);
			return;
		}
	}
}

/* Read as source/live.c does. */
static void read_as_cursor(struct position *p, const struct ring_map *map,
			   bool written)
{
	enum ring_fetch found;

	p->c.end = ring_cursor_head(map, p->cpu);
	do {
		found = ring_cursor_fetch(map, p->cpu, &p->c, NULL);
		if (p->c.lost) {
			count_lost(p, p->c.lost, p->c.next);
			p->c.lost = 0;
		}
		if (found == RING_FETCH_WHOLE)
			check_record(p);
	} while (found == RING_FETCH_WHOLE);
	if (found == RING_FETCH_LATER)
		wait_for_writer(p, written);
}

static void rest(bool slow)
{
	const struct timespec moment = { .tv_nsec = slow ? 300000 : 1000 };

	nanosleep(&moment, NULL);
}

void *stress_read(void *reader)
{
	const struct tcpfin_header *header = tcpfin_ring_header();
	struct position positions[STRESS_RINGS] = { { 0 } }, *p;
	struct stress_reader *r = reader;
	struct ring_map map = {
		.header = header,
		.rings = tcpfin_rings.ring,
		.data = tcpfin_rings.data,
		.size = header->size,
		.records = header->records,
		.nrings = header->rings,
	};
	bool written;

	do {
		written = __atomic_load_n(&stress_written, __ATOMIC_ACQUIRE);
		for (p = positions; p < positions + STRESS_RINGS; p++) {
			p->cpu = p - positions;
			if (r->cursor)
				read_as_cursor(p, &map, written);
			else
				read_as_module(p, written);
		}
		rest(r->slow);
	} while (!written);
	for (p = positions; p < positions + STRESS_RINGS; p++) {
		r->seen[p->cpu] = p->seen;
		r->lost[p->cpu] = p->lost;
	}
	return NULL;
}
