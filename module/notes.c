// SPDX-License-Identifier: GPL-2.0
/*
 * Notes that one probe leaves for the next one on the same road.
 *
 * Some facts are known at one function and needed at a later one. Every note
 * carries the socket's cookie, which is never used again, so a note that was
 * left behind (the later probe was missed) can age but cannot deceive.
 *
 * A handover runs from tcp_time_wait() to its tcp_set_state(TCP_CLOSE), with
 * the socket locked. It may run in a process with bottom halves and preemption
 * on (the backlog, from release_sock()), so it may move to another CPU, and
 * others may run the same road in between: a small table for all CPUs. Slots
 * are claimed by cmpxchg; only the thread that put a note looks for its cookie,
 * so that the rest of the slot needs no ordering.
 *
 * The other two stay within one bottom-half-disabled section, that is, on one
 * CPU and with no other of their kind in between: one slot for each CPU. Where
 * that should not hold (a kernel whose bottom halves can preempt each other),
 * the cookie does not match, and the fact is shown as not known.
 *
 * All of this runs with preemption and softirqs off.
 */
#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/hash.h>
#include <linux/percpu.h>

#include "notes.h"

#define HANDOVER_BITS	7
#define HANDOVER_SLOTS	(1U << HANDOVER_BITS)
#define HANDOVER_WAYS	4	/* neighbours to try: more at once is unheard of */

static struct {
	u64 cookie;		/* 0: free */
	struct tcpfin_handover note;
} ____cacheline_aligned_in_smp handover[HANDOVER_SLOTS];

static unsigned int handover_slot(u64 cookie, unsigned int way)
{
	return (hash_64(cookie, HANDOVER_BITS) + way) % HANDOVER_SLOTS;
}

/**
 * tcpfin_handover_put() - note that a socket asks for a mini-socket
 * @cookie: of the socket, not 0
 * @note: what it asks for
 *
 * With all ways taken, a note left behind is the likeliest; the first one goes.
 * Should that have been a live one, its owner will not find it and says so.
 */
void tcpfin_handover_put(u64 cookie, const struct tcpfin_handover *note)
{
	unsigned int way, slot;

	for (way = 0; way < HANDOVER_WAYS; way++) {
		slot = handover_slot(cookie, way);
		if (!READ_ONCE(handover[slot].cookie) &&
		    !cmpxchg(&handover[slot].cookie, 0, cookie))
			goto out;
	}
	slot = handover_slot(cookie, 0);
	WRITE_ONCE(handover[slot].cookie, cookie);
out:
	handover[slot].note = *note;
}

/**
 * tcpfin_handover_take() - find and remove a note
 * @cookie: of the socket
 * @note: receives it
 *
 * Return: whether there was one.
 */
bool tcpfin_handover_take(u64 cookie, struct tcpfin_handover *note)
{
	unsigned int way, slot;

	for (way = 0; way < HANDOVER_WAYS; way++) {
		slot = handover_slot(cookie, way);
		if (READ_ONCE(handover[slot].cookie) != cookie)
			continue;
		*note = handover[slot].note;
		/* Still ours? A thief may be filling in his own note. */
		return cmpxchg(&handover[slot].cookie, cookie, 0) == cookie;
	}
	return false;
}

static DEFINE_PER_CPU(struct {
	u64 cookie;
	u8 substate;
}, substate_note);

/**
 * tcpfin_substate_put() - note a mini-socket's sub-state as a packet found it
 * @cookie: of the mini-socket
 * @substate: FIN_WAIT2 or TIME_WAIT
 */
void tcpfin_substate_put(u64 cookie, u8 substate)
{
	this_cpu_write(substate_note.cookie, cookie);
	this_cpu_write(substate_note.substate, substate);
}

/**
 * tcpfin_substate_peek() - the sub-state that the packet at hand found
 * @cookie: of the mini-socket
 *
 * Return: the sub-state, 0 if it was not seen.
 */
u8 tcpfin_substate_peek(u64 cookie)
{
	if (this_cpu_read(substate_note.cookie) != cookie)
		return 0;
	return this_cpu_read(substate_note.substate);
}

/**
 * tcpfin_substate_take() - like tcpfin_substate_peek(), and forget it
 * @cookie: of the mini-socket
 *
 * A packet restarts the timer once at most; what is left of its note could
 * only serve a later packet that the probe missed, and would be stale for it.
 */
u8 tcpfin_substate_take(u64 cookie)
{
	u8 substate = tcpfin_substate_peek(cookie);

	this_cpu_write(substate_note.cookie, 0);
	return substate;
}

static DEFINE_PER_CPU(struct {
	u64 cookie;
	struct tcpfin_cause cause;
}, cause_note);

/**
 * tcpfin_cause_put() - note why a mini-socket is about to be ended
 * @cookie: of the mini-socket
 * @cause: why
 */
void tcpfin_cause_put(u64 cookie, struct tcpfin_cause cause)
{
	this_cpu_write(cause_note.cookie, cookie);
	this_cpu_write(cause_note.cause.reason, cause.reason);
	this_cpu_write(cause_note.cause.caller, cause.caller);
}

/**
 * tcpfin_cause_take() - find and forget why a mini-socket is ended
 * @cookie: of the mini-socket
 * @cause: receives it
 *
 * Return: whether it is known.
 */
bool tcpfin_cause_take(u64 cookie, struct tcpfin_cause *cause)
{
	if (this_cpu_read(cause_note.cookie) != cookie)
		return false;
	cause->reason = this_cpu_read(cause_note.cause.reason);
	cause->caller = this_cpu_read(cause_note.cause.caller);
	this_cpu_write(cause_note.cookie, 0);
	return true;
}
