// SPDX-License-Identifier: GPL-2.0
/*
 * Which CPU has which ring.
 *
 * A kernel may allow for many more CPUs than a machine has: a virtual machine
 * with one often has room for 128. So rings are made for the CPUs that are
 * present when the module is loaded, and some spare ones. A CPU gets a ring
 * when the module is loaded or, if it is offline then, before it comes online,
 * and keeps the ring when it goes offline: its records stay readable, and it
 * continues the ring when it comes back.
 *
 * A CPU that comes when no ring is left writes to a ring of one record that
 * nobody reads: its head counts the lost records. So a writer need not ask
 * whether its CPU has a ring.
 */
#include <linux/cpu.h>
#include <linux/cpuhotplug.h>
#include <linux/cpumask.h>
#include <linux/kernel.h>
#include <linux/percpu.h>
#include <asm/barrier.h>
#include <asm/local64.h>

#include "ring.h"
#include "test.h"

/* Rings for CPUs that are not present yet when the module is loaded */
#define SPARE_MAX	4U

/* Where a CPU without a ring writes: a ring of one record, not mapped */
struct unread {
	struct tcpfin_ring ring;
	struct tcpfin_event event;
};

static DEFINE_PER_CPU(struct unread, unread);

static int hotplug_state;

/**
 * tcpfin_ring_count_wanted() - count the rings to make
 *
 * Return: how many CPUs are present, online or not, and at most four more if
 *	the kernel has room for more.
 */
unsigned int tcpfin_ring_count_wanted(void)
{
	unsigned int present = num_present_cpus();

	return min(present + min(num_possible_cpus() - present, SPARE_MAX),
		   tcpfin_test_most_rings());
}

/* The head is atomic only against interrupts on its own CPU. */
static void set_writer(unsigned int cpu, struct tcpfin_ring *ring,
		       struct tcpfin_event *data, u64 records)
{
	struct tcpfin_writer *writer = per_cpu_ptr(&tcpfin_writer, cpu);

	BUILD_BUG_ON(sizeof(local64_t) != sizeof(ring->head));
	writer->head = (local64_t *)&ring->head;
	writer->data = data;
	writer->mask = records - 1;
}

static void write_unread(unsigned int cpu)
{
	struct unread *to = per_cpu_ptr(&unread, cpu);

	set_writer(cpu, &to->ring, &to->event, 1);
}

static void write_ring(unsigned int cpu, unsigned int i)
{
	struct tcpfin_ring *ring = &tcpfin_rings.ring[i];

	set_writer(cpu, ring, tcpfin_ring_slot(i, 0), tcpfin_rings.records);
	WRITE_ONCE(ring->cpu, cpu);
	/* Whoever sees that the ring is used sees whose it is. */
	smp_store_release(&ring->used, 1);
}

/*
 * Give a CPU a ring, unless it has one. CPUs come one at a time, and no handler
 * runs on this one yet: it is offline, or no function is hooked.
 */
static int give_ring(unsigned int cpu)
{
	unsigned int i;

	for (i = 0; i < tcpfin_rings.count; i++) {
		if (!tcpfin_rings.ring[i].used) {
			write_ring(cpu, i);
			break;
		}
		if (tcpfin_rings.ring[i].cpu == cpu)
			break;
	}
	return 0;
}

/**
 * tcpfin_ring_cpus_init() - give rings to CPUs, now and whenever one comes
 *
 * The kernel calls give_ring() before it starts a CPU, so before that CPU can
 * take a step of TCP. Kernels differ in whether they call a function of this
 * state (CPUHP_BP_PREPARE_DYN) for CPUs that are online already: none is asked.
 *
 * Context: process, after tcpfin_rings was set, before any function is hooked.
 * Return: 0 or a negative errno.
 */
int tcpfin_ring_cpus_init(void)
{
	unsigned int cpu;

	for_each_possible_cpu(cpu)
		write_unread(cpu);
	cpus_read_lock();
	hotplug_state =
		cpuhp_setup_state_nocalls_cpuslocked(CPUHP_BP_PREPARE_DYN,
						     "net/tcpfin:prepare",
						     give_ring, NULL);
	for_each_online_cpu(cpu)
		give_ring(cpu);
	cpus_read_unlock();
	return min(hotplug_state, 0);
}

/**
 * tcpfin_ring_cpus_exit() - give no more rings to CPUs
 *
 * Context: process, with no writer any more.
 */
void tcpfin_ring_cpus_exit(void)
{
	cpuhp_remove_state_nocalls(hotplug_state);
}

/**
 * tcpfin_ring_count_used() - count the rings that belong to a CPU
 *
 * Return: the number; those are the first rings, and the rest is spare.
 */
unsigned int tcpfin_ring_count_used(void)
{
	unsigned int i;

	for (i = 0; i < tcpfin_rings.count; i++)
		if (!READ_ONCE(tcpfin_rings.ring[i].used))
			break;
	return i;
}

/**
 * tcpfin_ring_count_lost() - count the records of CPUs without a ring
 *
 * Brings the header's count up to date, too.
 *
 * Context: process.
 * Return: the number.
 */
u64 tcpfin_ring_count_lost(void)
{
	struct tcpfin_header *header = tcpfin_ring_header();
	unsigned int cpu;
	u64 sum = 0;

	for_each_possible_cpu(cpu)
		sum += READ_ONCE(per_cpu_ptr(&unread, cpu)->ring.head);
	WRITE_ONCE(header->no_ring, sum);
	return sum;
}
