// SPDX-License-Identifier: GPL-2.0
/*
 * Which connections are recorded: those of one network namespace, or with
 * certain ports. All others are left out, and their records only counted.
 *
 * Handlers read one of two sets, by an RCU pointer. A change fills the set that
 * is not in use, puts it in use, and waits for the handlers that may still read
 * the other one: handlers run with preemption off, which synchronize_rcu()
 * waits for. So a handler sees the old set or the new one. While no set leaves
 * anything out, a static key keeps handlers from looking at all.
 *
 * The header's copy of the set is for readers. header->chosen is odd from before
 * the copy changes until all handlers use the new set:
 *
 *	writer				reader
 *	chosen is odd			read chosen	(must be even)
 *	smp_wmb()	(A)		smp_rmb()	(B)
 *	copy changes			read the copy
 *	smp_wmb()	(B)		smp_rmb()	(A)
 *	chosen is even			read chosen	(must be the same)
 *
 * A with A: a reader that saw any part of the change sees that chosen is odd, or
 * a later number. B with B: a reader that sees the new even number sees the
 * whole copy.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/mutex.h>
#include <linux/percpu.h>
#include <linux/rcupdate.h>
#include <linux/string.h>
#include <asm/local64.h>

#include "choice.h"
#include "ring.h"
#include "text.h"

/**
 * struct choice - which connections are recorded
 * @netns: inode number of the network namespace, 0 for all
 * @nports: entries in @ports, 0 for all ports
 * @ports: ranges, one of which the local or the remote port is in
 */
struct choice {
	u32 netns;
	u32 nports;
	struct tcpfin_ports ports[TCPFIN_PORTS];
};

DEFINE_STATIC_KEY_FALSE(tcpfin_choice_made);

static struct choice sets[2];
static const struct choice __rcu *in_use;

static DEFINE_MUTEX(lock);	/* protects what follows, and changes of the above */
static struct choice wanted;
static struct tcpfin_header *header;	/* NULL while there are no rings */

static bool has_port(const struct choice *choice, u16 port)
{
	unsigned int i;

	for (i = 0; i < choice->nports; i++)
		if (port >= choice->ports[i].first &&
		    port <= choice->ports[i].last)
			return true;
	return false;
}

/**
 * tcpfin_choice_has() - is a connection recorded?
 * @netns: inode number of its network namespace
 * @lport: its local port, 0 if it has none yet
 * @rport: its remote port, 0 if it has none
 *
 * Context: a probe's handler, preemption off.
 * Return: true if so.
 */
bool tcpfin_choice_has(u32 netns, u16 lport, u16 rport)
{
	const struct choice *choice = rcu_dereference_sched(in_use);

	if (choice->netns && choice->netns != netns)
		return false;
	return !choice->nports || has_port(choice, lport) ||
	       has_port(choice, rport);
}

/**
 * tcpfin_choice_count() - count a record that is left out
 *
 * The count is beside the head that this CPU writes to.
 *
 * Context: a probe's handler, preemption off. Interrupts may nest.
 */
void tcpfin_choice_count(void)
{
	local64_t *head = this_cpu_ptr(&tcpfin_writer)->head;
	struct tcpfin_ring *ring;

	ring = container_of((__u64 *)head, struct tcpfin_ring, head);
	local64_inc((local64_t *)&ring->left_out);
}

static bool leaves_out(const struct choice *choice)
{
	return choice->netns || choice->nports;
}

static void put_in_use(const struct choice *choice)
{
	struct choice *next = &sets[rcu_access_pointer(in_use) == &sets[0]];

	*next = *choice;
	rcu_assign_pointer(in_use, next);
	if (leaves_out(choice))
		static_branch_enable(&tcpfin_choice_made);
	else
		static_branch_disable(&tcpfin_choice_made);
}

static void fill_header(const struct choice *choice)
{
	header->netns = choice->netns;
	header->nports = choice->nports;
	memcpy(header->ports, choice->ports, sizeof(header->ports));
}

/* See the top of this file. */
static void change(const struct choice *choice)
{
	WRITE_ONCE(header->chosen, header->chosen + 1);
	smp_wmb();	/* A */
	fill_header(choice);
	put_in_use(choice);
	synchronize_rcu();
	smp_wmb();	/* B */
	WRITE_ONCE(header->chosen, header->chosen + 1);
}

/* Before the rings are there, and after, a choice is only kept. */
static void choose(const struct choice *choice)
{
	if (header && memcmp(choice, &wanted, sizeof(wanted)))
		change(choice);
	wanted = *choice;
}

/**
 * tcpfin_choice_init() - put in use what was chosen while the module is loaded
 * @mapped: the rings' header
 *
 * Context: process, before the probes are hooked.
 */
void tcpfin_choice_init(struct tcpfin_header *mapped)
{
	mutex_lock(&lock);
	header = mapped;
	fill_header(&wanted);
	put_in_use(&wanted);
	mutex_unlock(&lock);
}

/**
 * tcpfin_choice_exit() - let go of the rings' header
 *
 * Parameters can be written until the module is gone.
 *
 * Context: process.
 */
void tcpfin_choice_exit(void)
{
	mutex_lock(&lock);
	header = NULL;
	mutex_unlock(&lock);
}

/* Take a decimal number from 0 to @max. Return false if there is none. */
static bool take_number(const char **text, u64 max, u64 *number)
{
	const char *at = *text;

	for (*number = 0; *at >= '0' && *at <= '9'; at++) {
		*number = *number * 10 + (*at - '0');
		if (*number > max)
			return false;
	}
	if (at == *text)
		return false;
	*text = at;
	return true;
}

/* "echo" ends a value with a newline. */
static bool is_end(const char *text)
{
	return !*text || !strcmp(text, "\n");
}

/* Take a port or a range, "8000-8999". */
static bool take_range(const char **text, struct tcpfin_ports *range)
{
	u64 first, last;

	if (!take_number(text, U16_MAX, &first))
		return false;
	last = first;
	if (**text == '-') {
		++*text;
		if (!take_number(text, U16_MAX, &last))
			return false;
	}
	range->first = first;
	range->last = last;
	return first && first <= last;
}

static int parse_ports(const char *text, struct choice *choice)
{
	memset(choice->ports, 0, sizeof(choice->ports));
	choice->nports = 0;
	if (is_end(text))
		return 0;
	do {
		if (choice->nports == TCPFIN_PORTS ||
		    !take_range(&text, &choice->ports[choice->nports]))
			return -EINVAL;
		choice->nports++;
	} while (*text++ == ',');
	return is_end(text - 1) ? 0 : -EINVAL;
}

/**
 * tcpfin_choice_set_ports() - choose connections by their ports
 * @text: ports and ranges of ports, separated by commas; empty for all
 *
 * Context: process. When this returns, the choice is in use on all CPUs.
 * Return: 0, or -EINVAL, and nothing is changed.
 */
int tcpfin_choice_set_ports(const char *text)
{
	struct choice choice;
	int err;

	mutex_lock(&lock);
	choice = wanted;
	err = parse_ports(text, &choice);
	if (!err)
		choose(&choice);
	mutex_unlock(&lock);
	return err;
}

/**
 * tcpfin_choice_set_netns() - choose connections by their network namespace
 * @text: inode number of the namespace, in decimal; 0 or empty for all
 *
 * Context: process. When this returns, the choice is in use on all CPUs.
 * Return: 0, or -EINVAL, and nothing is changed.
 */
int tcpfin_choice_set_netns(const char *text)
{
	struct choice choice;
	u64 netns = 0;

	if (!is_end(text) &&
	    (!take_number(&text, U32_MAX, &netns) || !is_end(text)))
		return -EINVAL;
	mutex_lock(&lock);
	choice = wanted;
	choice.netns = netns;
	choose(&choice);
	mutex_unlock(&lock);
	return 0;
}

/**
 * tcpfin_choice_get_ports() - format the ports as tcpfin_choice_set_ports() takes
 * @buf: receives the text
 * @size: size of @buf
 *
 * Context: process.
 * Return: the length of the text.
 */
int tcpfin_choice_get_ports(char *buf, size_t size)
{
	size_t len;

	mutex_lock(&lock);
	len = tcpfin_text_ports(buf, size, wanted.ports, wanted.nports);
	mutex_unlock(&lock);
	return len + scnprintf(buf + len, size - len, "\n");
}

/**
 * tcpfin_choice_get_netns() - format the network namespace's inode number
 * @buf: receives the text, "0" for all
 * @size: size of @buf
 *
 * Context: process.
 * Return: the length of the text.
 */
int tcpfin_choice_get_netns(char *buf, size_t size)
{
	int len;

	mutex_lock(&lock);
	len = scnprintf(buf, size, "%u\n", wanted.netns);
	mutex_unlock(&lock);
	return len;
}
