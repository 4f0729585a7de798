// SPDX-License-Identifier: GPL-2.0
/*
 * Are hooks that are in place reached?
 *
 * A compiler may inline a function and still leave a copy that nobody calls. A
 * probe of that copy looks like any other, but what it shows is not seen. So the
 * module looks for calls that must have been made and did not reach the probe:
 *
 *	tcp_timewait_state_process	a mini-socket was born in FIN_WAIT2 and
 *					died in TIME_WAIT: only this function
 *					changes the sub-state
 *	inet_twsk_deschedule_put	inet_twsk_kill() was called from it
 *	inet_twsk_kill			the initial network namespace has fewer
 *					mini-sockets than were born there
 *
 * They count only as long as the probe has not been reached at all, neither its
 * handler nor the kernel's count of calls that it did not hand over (nmissed):
 * one call shows that the function is not inlined everywhere, and then what is
 * not seen has other reasons. In particular kprobes may be switched off for a
 * while. If that is noticed, all evidence is dropped, since the other half of
 * what was seen so far may be lost.
 *
 * Once all probes were reached, this costs a test of a bit in each handler.
 *
 * Tracepoints need no such check: they are inlined with the function around them.
 */
#include <linux/atomic.h>
#include <linux/rcupdate.h>
#include <net/net_namespace.h>
#include <net/tcp_states.h>

#include "compat.h"
#include "reach.h"

unsigned long tcpfin_reach_waiting __read_mostly;

/* Calls that must have been made. */
static atomic64_t evidence[TCPFIN_REACH_HOOKS];

/* Mini-sockets that were born in the initial network namespace. */
static atomic64_t births;

/*
 * Cookies of some mini-sockets that were born in FIN_WAIT2, 0: free. A slot is
 * kept until its mini-socket dies. Such a mini-socket belongs to no process, so
 * its cookie is not used again. Races only lose evidence.
 */
#define SLOTS	64
static u64 born[SLOTS];

static u64 *slot_of(u64 cookie)
{
	return &born[cookie % SLOTS];
}

/* See reach.h. The kernel has counted the mini-socket before. */
void tcpfin_reach_note_birth(const struct sock *sk, u64 cookie, u8 substate)
{
	if (tcpfin_reach_waits(TCPFIN_REACH_PACKET) &&
	    substate == TCP_FIN_WAIT2 && !READ_ONCE(*slot_of(cookie)))
		WRITE_ONCE(*slot_of(cookie), cookie);
	if (tcpfin_reach_waits(TCPFIN_REACH_KILL) &&
	    net_eq(sock_net(sk), &init_net)) {
		/* Pairs with the barrier in count_deaths(). */
		smp_mb__before_atomic();
		atomic64_inc(&births);
	}
}

/* See reach.h. */
void tcpfin_reach_note_death(u64 cookie, u8 substate)
{
	if (READ_ONCE(*slot_of(cookie)) != cookie)
		return;
	WRITE_ONCE(*slot_of(cookie), 0);
	if (substate == TCP_TIME_WAIT)
		atomic64_inc(&evidence[TCPFIN_REACH_PACKET]);
}

/* See reach.h. */
void tcpfin_reach_note_deschedule(void)
{
	atomic64_inc(&evidence[TCPFIN_REACH_DESCHEDULE]);
}

/**
 * tcpfin_reach_start() - watch the hooks from now on
 * @hooked: for each hook whether it is in place
 *
 * Context: process, when all probes are in place. Waits for functions that were
 *	entered before: they run with RCU read-locked or bottom halves off.
 */
void tcpfin_reach_start(const bool hooked[TCPFIN_REACH_HOOKS])
{
	unsigned int hook;

	synchronize_rcu();
	for (hook = 0; hook < TCPFIN_REACH_HOOKS; hook++)
		if (hooked[hook])
			set_bit(hook, &tcpfin_reach_waiting);
}

/**
 * tcpfin_reach_restart() - drop all evidence, since probes were switched off
 *
 * Context: process. Handlers that run meanwhile may add to what is dropped, but
 *	hardly any do while probes are off.
 */
void tcpfin_reach_restart(void)
{
	unsigned int i;

	for (i = 0; i < SLOTS; i++)
		WRITE_ONCE(born[i], 0);
	for (i = 0; i < TCPFIN_REACH_HOOKS; i++)
		atomic64_set(&evidence[i], 0);
	atomic64_set(&births, 0);
}

/* Mini-sockets that are older than the module make this less, never more. */
static u64 count_deaths(void)
{
	s64 born_here = atomic64_read(&births);
	s64 alive;

	/*
	 * Pairs with the barrier in tcpfin_reach_note_birth(): whatever is in births
	 * is in the kernel's count, too, or has died.
	 */
	smp_rmb();
	alive = tcpfin_twsk_count(&init_net);
	return born_here > alive ? born_here - alive : 0;
}

/**
 * tcpfin_reach_count() - how many calls did not reach the probe?
 * @hook: the hook
 *
 * Context: process.
 * Return: the number, a lower bound; 0 if the probe was reached or if it is not
 *	watched.
 */
u64 tcpfin_reach_count(enum tcpfin_reach hook)
{
	u64 count;

	if (hook == TCPFIN_REACH_KILL)
		count = count_deaths();
	else
		count = atomic64_read(&evidence[hook]);
	/* Afterwards: a call may come meanwhile. */
	smp_rmb();
	return tcpfin_reach_waits(hook) ? count : 0;
}
