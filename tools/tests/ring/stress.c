// SPDX-License-Identifier: GPL-2.0
/* The rounds of the stress test of the rings; see stress.h. */
#include <pthread.h>
#include <signal.h>
#include <time.h>

#include "stress.h"

#define READERS		4	/* of each kind, a slow and a fast one */

/* Sums of all rounds. */
struct total {
	u64 rounds;
	u64 records;
	u64 interrupts;
	u64 amid;
	u64 seen[READERS];
	u64 lost[READERS];
};

struct round {
	struct stress_writer writers[STRESS_RINGS];
	struct stress_reader readers[READERS];
	pthread_t writing[STRESS_RINGS];
	pthread_t reading[READERS];
};

struct cpus cpus = {
	.possible = STRESS_RINGS, .present = STRESS_RINGS, .online = STRESS_RINGS,
};

u64 stress_plain[STRESS_RINGS][STRESS_PLAIN];
bool stress_written;

static void start(pthread_t *thread, void *(*what)(void *), void *argument)
{
	int err = pthread_create(thread, NULL, what, argument);

	if (err)
		stress_fail("no thread: %s\n", strerror(err));
}

/* Interrupt writers with two signals, so that one can nest in the other. */
static void interrupt_writers(const struct round *r)
{
	const struct timespec moment = { .tv_nsec = 10000 };
	unsigned int i, busy;

	do {
		busy = 0;
		for (i = 0; i < STRESS_RINGS; i++) {
			if (tcpfin_ring_head(i) >= STRESS_ROUND)
				continue;
			pthread_kill(r->writing[i], SIGUSR1);
			pthread_kill(r->writing[i], SIGUSR2);
			busy++;
		}
		nanosleep(&moment, NULL);
	} while (busy);
}

static void check_writer(const struct stress_writer *w, struct total *total)
{
	u64 head = tcpfin_ring_head(w->cpu);
	u64 written = w->written[0] + w->written[1] + w->written[2];

	if (head != written)
		stress_fail("ring %u: %llu records begun, %llu written\n",
			    w->cpu, (unsigned long long)head,
			    (unsigned long long)written);
	total->records += head;
	total->interrupts += w->interrupts;
	total->amid += w->amid;
}

static void check_reader(const struct stress_reader *r, struct total *total,
			 unsigned int which)
{
	unsigned int i;

	for (i = 0; i < STRESS_RINGS; i++) {
		if (r->seen[i] + r->lost[i] != tcpfin_ring_head(i))
			stress_fail("ring %u: reader %u saw %llu and lost %llu of %llu\n",
				    i, which, (unsigned long long)r->seen[i],
				    (unsigned long long)r->lost[i],
				    (unsigned long long)tcpfin_ring_head(i));
		total->seen[which] += r->seen[i];
		total->lost[which] += r->lost[i];
	}
}

static void run_round(struct total *total)
{
	static struct round r;
	unsigned int i;

	memset(&r, 0, sizeof(r));
	memset(stress_plain, 0, sizeof(stress_plain));
	stress_written = false;
	if (tcpfin_ring_init(TCPFIN_RECORDS_MIN))
		stress_fail("no memory\n");
	for (i = 0; i < READERS; i++) {
		r.readers[i].cursor = i & 1;
		r.readers[i].slow = i & 2;
		start(&r.reading[i], stress_read, &r.readers[i]);
	}
	for (i = 0; i < STRESS_RINGS; i++) {
		r.writers[i].cpu = i;
		start(&r.writing[i], stress_write, &r.writers[i]);
	}
	interrupt_writers(&r);
	for (i = 0; i < STRESS_RINGS; i++)
		pthread_join(r.writing[i], NULL);
	__atomic_store_n(&stress_written, true, __ATOMIC_RELEASE);
	for (i = 0; i < READERS; i++)
		pthread_join(r.reading[i], NULL);
	for (i = 0; i < STRESS_RINGS; i++)
		check_writer(&r.writers[i], total);
	for (i = 0; i < READERS; i++)
		check_reader(&r.readers[i], total, i);
	tcpfin_ring_exit();
	total->rounds++;
}

/* Print the sums; fail a run without nested writes or losses, which proves nothing. */
static void report(const struct total *total)
{
	unsigned int i;

	printf("# %llu rounds, %llu records, %llu interrupts, %llu in the middle of a record\n",
	       (unsigned long long)total->rounds,
	       (unsigned long long)total->records,
	       (unsigned long long)total->interrupts,
	       (unsigned long long)total->amid);
	for (i = 0; i < READERS; i++)
		printf("# reader %u: %llu seen, %llu lost\n", i,
		       (unsigned long long)total->seen[i],
		       (unsigned long long)total->lost[i]);
	if (!total->amid)
		stress_fail("no interrupt in the middle of a record\n");
	for (i = 0; i < READERS; i++)
		if (!total->seen[i] || !total->lost[i])
			stress_fail("reader %u read all records or none\n", i);
}

int main(int argc, char **argv)
{
	struct sigaction action = { .sa_handler = stress_interrupt };
	struct total total = { 0 };
	time_t end;

	if (argc != 2 || atoi(argv[1]) <= 0) {
		fprintf(stderr, "usage: %s SECONDS\n", argv[0]);
		return 2;
	}
	sigaction(SIGUSR1, &action, NULL);
	sigaction(SIGUSR2, &action, NULL);
	end = time(NULL) + atoi(argv[1]);
	do
		run_round(&total);
	while (time(NULL) < end);
	report(&total);
	return 0;
}
