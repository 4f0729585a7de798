// SPDX-License-Identifier: GPL-2.0
/* The writers of the stress test, and the interrupts that nest in them. */
#include <time.h>

#include "stress.h"

/* Most records of interrupts in the middle of one record: see ring.c for the reason. */
#define BURST_MAX	(TCPFIN_RECORDS_MIN / 2)

_Thread_local unsigned int this_cpu;

static _Thread_local struct stress_writer *self;

/*
 * WRITE_ONCE() tells ThreadSanitizer which races are intended; the kernel's plain stores
 * are single stores as well. An interrupt may come at any instruction between two words;
 * with ThreadSanitizer, which delays signals, at each of these stores and those in
 * ring.h.
 */
static void write_one(struct stress_writer *w)
{
	struct tcpfin_event *event;
	unsigned int i;
	u64 *word, seq, n;

	event = tcpfin_ring_begin(&seq);
	word = (u64 *)event;
	n = seq - 1;
	if (n >= STRESS_PLAIN)
		stress_fail("record %llu: more records than in a round\n",
			    (unsigned long long)n);
	for (i = 1; i < TCPFIN_EVENT_WORDS; i++)
		WRITE_ONCE(word[i], stress_word(w->cpu, n, i));
	stress_plain[w->cpu][n] = stress_word(w->cpu, n, 0);
	tcpfin_ring_commit(event, seq);
	w->written[w->level]++;
}

void stress_interrupt(int signal)
{
	struct stress_writer *w = self;
	unsigned int records;

	(void)signal;
	if (!w || tcpfin_ring_head(w->cpu) >= STRESS_ROUND)
		return;
	records = 1 + w->interrupts % 3;
	if (w->burst + records > BURST_MAX)
		return;
	w->interrupts++;
	w->amid += w->inside;
	w->burst += records;
	w->level++;
	while (records--)
		write_one(w);
	w->level--;
}

/* A random pause now and then lets readers catch up. */
static void rest(unsigned int *seed)
{
	struct timespec moment = { 0 };
	unsigned int dice = rand_r(seed);

	if (dice % 512)
		return;
	moment.tv_nsec = dice / 512 % 64 * 1000;
	nanosleep(&moment, NULL);
}

void *stress_write(void *writer)
{
	struct stress_writer *w = writer;
	unsigned int seed = w->cpu;

	this_cpu = w->cpu;
	self = w;
	while (tcpfin_ring_head(w->cpu) < STRESS_ROUND) {
		w->burst = 0;
		w->inside = true;
		write_one(w);
		w->inside = false;
		rest(&seed);
	}
	self = NULL;
	return NULL;
}
