// SPDX-License-Identifier: GPL-2.0
/*
 * Notes that one probe leaves for the next one on the same road.
 *
 * Some facts are known at one function and needed at a later one. Every note
 * carries the socket's cookie. A cookie belongs to one socket for ever, though
 * that may connect again after a disconnect; so a note that was left behind (the
 * later probe was missed) must not be believed when it is old.
 *
 * A note of tcp_reset() is for the socket's tcp_set_state(TCP_CLOSE), with the
 * socket locked. That may be in a process with bottom halves and preemption on
 * (the backlog, from release_sock()), so it may move to another CPU, and others
 * may run the same road in between: a small table for all CPUs. Slots are
 * claimed by cmpxchg; only the thread that put a note looks for its cookie, so
 * the rest of a slot needs no ordering.
 *
 * The others have one slot for each CPU. A note of the way into FIN_WAIT2, which
 * every teardown passes, is for an end that may come at once; a process that
 * moves to another CPU in between does not find it, and then less is known.
 * A note of why a mini-socket ends stays within one bottom-half-disabled section,
 * that is, on one CPU and with no other of its kind in between. Where that should
 * not hold (a kernel whose bottom halves can preempt each other), the cookie does
 * not match, and the fact is shown as not known.
 *
 * All of this runs with preemption and softirqs off.
 */
#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/jiffies.h>
#include <linux/percpu.h>
#include <net/ip.h>
#include <net/tcp.h>

#include "notes.h"
#include "ring.h"

#define NOTE_BITS	7
#define NOTE_SLOTS	(1U << NOTE_BITS)
#define NOTE_WAYS	4	/* neighbours to try: more at once is unheard of */
#define NOTE_MAX_AGE	HZ	/* a live one is used within microseconds */

static struct {
	u64 cookie;		/* 0: free */
	unsigned long jiffies;
	enum tcpfin_note note;
} ____cacheline_aligned_in_smp reset_notes[NOTE_SLOTS];

/* Cookies are given out one after the other. */
static unsigned int note_slot(u64 cookie, unsigned int way)
{
	return (cookie + way) % NOTE_SLOTS;
}

static bool is_old(unsigned long since)
{
	return time_after(jiffies, since + NOTE_MAX_AGE);
}

/* A slot is there for the taking when it is free, or its note was left behind. */
static bool claim_slot(unsigned int slot, u64 cookie)
{
	u64 owner = READ_ONCE(reset_notes[slot].cookie);

	if (owner && owner != cookie &&
	    !is_old(READ_ONCE(reset_notes[slot].jiffies)))
		return false;
	return cmpxchg(&reset_notes[slot].cookie, owner, cookie) == owner;
}

/**
 * tcpfin_note_put_reset() - leave a note of why tcp_reset() was called
 * @cookie: of the socket, not 0
 * @note: what is known
 *
 * Return: whether there was room.
 */
bool tcpfin_note_put_reset(u64 cookie, enum tcpfin_note note)
{
	unsigned int way, slot;

	for (way = 0; way < NOTE_WAYS; way++) {
		slot = note_slot(cookie, way);
		if (claim_slot(slot, cookie)) {
			WRITE_ONCE(reset_notes[slot].jiffies, jiffies);
			reset_notes[slot].note = note;
			return true;
		}
	}
	return false;
}

/**
 * tcpfin_note_take_reset() - find and remove a note
 * @cookie: of the socket
 *
 * Return: the note, if it is there and fresh.
 */
enum tcpfin_note tcpfin_note_take_reset(u64 cookie)
{
	enum tcpfin_note note;
	unsigned int way, slot;
	bool old;

	for (way = 0; way < NOTE_WAYS; way++) {
		slot = note_slot(cookie, way);
		if (READ_ONCE(reset_notes[slot].cookie) != cookie)
			continue;
		note = reset_notes[slot].note;
		old = is_old(READ_ONCE(reset_notes[slot].jiffies));
		/* Fails if somebody took the slot: then the note was old. */
		if (cmpxchg(&reset_notes[slot].cookie, cookie, 0) != cookie ||
		    old)
			return TCPFIN_NOTE_NONE;
		return note;
	}
	return TCPFIN_NOTE_NONE;
}

static DEFINE_PER_CPU(struct {
	u64 cookie;
	u64 time_ns;
	u64 mstamp;
	unsigned long jiffies;
	unsigned long refused;
}, fin_wait2_note);

/* This CPU's part of TCPTimeWaitOverflow, for the socket's namespace. */
static unsigned long read_refused(struct sock *sk)
{
	struct linux_mib __percpu *mib = sock_net(sk)->mib.net_statistics;

	return this_cpu_read(mib->mibs[LINUX_MIB_TCPTIMEWAITOVERFLOW]);
}

/**
 * tcpfin_note_put_fin_wait2() - note that a socket is in FIN_WAIT2
 * @sk: the socket
 * @cookie: its cookie
 * @time_ns: when, CLOCK_MONOTONIC
 */
void tcpfin_note_put_fin_wait2(struct sock *sk, u64 cookie, u64 time_ns)
{
	this_cpu_write(fin_wait2_note.cookie, cookie);
	this_cpu_write(fin_wait2_note.time_ns, time_ns);
	this_cpu_write(fin_wait2_note.mstamp, tcp_sk(sk)->tcp_mstamp);
	this_cpu_write(fin_wait2_note.jiffies, jiffies);
	this_cpu_write(fin_wait2_note.refused, read_refused(sk));
}

/**
 * tcpfin_note_fin_wait2_is_new() - did a socket get to FIN_WAIT2 just now?
 * @sk: the socket
 * @cookie: its cookie
 *
 * A CPU that a hypervisor stops may be away for many jiffies, in the middle of
 * one packet's work. The kernel takes the time anew (tcp_mstamp) for each packet
 * and, in FIN_WAIT2, for the timer (tcp_keepalive_timer()).
 *
 * Return: whether there is a note of this packet, or of this jiffy or the one
 *	before.
 */
bool tcpfin_note_fin_wait2_is_new(const struct sock *sk, u64 cookie)
{
	if (this_cpu_read(fin_wait2_note.cookie) != cookie)
		return false;
	if (this_cpu_read(fin_wait2_note.mstamp) == tcp_sk(sk)->tcp_mstamp)
		return true;
	return time_before_eq(jiffies,
			      this_cpu_read(fin_wait2_note.jiffies) + 1);
}

/**
 * tcpfin_note_fin_wait2_time() - when did a socket get to FIN_WAIT2?
 * @sk: the socket
 * @cookie: its cookie
 *
 * Return: the time of its note, or 0 if there is none that is new.
 */
u64 tcpfin_note_fin_wait2_time(const struct sock *sk, u64 cookie)
{
	return tcpfin_note_fin_wait2_is_new(sk, cookie) ?
	       this_cpu_read(fin_wait2_note.time_ns) : 0;
}

/**
 * tcpfin_note_fin_wait2_refused() - was it refused a mini-socket on that?
 * @sk: the socket
 * @cookie: its cookie
 *
 * Told from the kernel's counter. In a softirq nobody else moves it between the
 * note and this. In a process that works off its backlog a softirq may, if it
 * comes in between and is refused one, too.
 *
 * Return: whether it was.
 */
bool tcpfin_note_fin_wait2_refused(struct sock *sk, u64 cookie)
{
	return tcpfin_note_fin_wait2_is_new(sk, cookie) &&
	       this_cpu_read(fin_wait2_note.refused) != read_refused(sk);
}

static DEFINE_PER_CPU(struct {
	u64 cookie;
	struct tcpfin_ending ending;
}, ending_note);

/**
 * tcpfin_note_put_ending() - note why a mini-socket is about to be ended
 * @cookie: of the mini-socket
 * @ending: why
 */
void tcpfin_note_put_ending(u64 cookie, struct tcpfin_ending ending)
{
	this_cpu_write(ending_note.cookie, cookie);
	*this_cpu_ptr(&ending_note.ending) = ending;
}

/**
 * tcpfin_note_take_ending() - find and forget why a mini-socket is ended
 * @cookie: of the mini-socket
 *
 * Return: why; all 0 if it is not known.
 */
struct tcpfin_ending tcpfin_note_take_ending(u64 cookie)
{
	const struct tcpfin_ending unknown = { 0 };

	if (this_cpu_read(ending_note.cookie) != cookie) {
		tcpfin_ring_count_unmatched();
		return unknown;
	}
	this_cpu_write(ending_note.cookie, 0);
	return *this_cpu_ptr(&ending_note.ending);
}
