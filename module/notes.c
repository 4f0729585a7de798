// SPDX-License-Identifier: GPL-2.0
/*
 * Facts handed from one probe to a later one on the same code path.
 *
 * Each note carries the socket's cookie. A cookie belongs to one socket for
 * ever, but that socket may connect again after a disconnect; so an old note,
 * left behind because the later probe was missed, must not be believed.
 *
 * The note of why tcp_reset() was called is for the socket's
 * tcp_set_state(TCP_CLOSE); the socket stays locked until then. That may be in
 * a process with bottom halves and preemption on (the backlog, from
 * release_sock()): it may move to another CPU, and others may take the same
 * code path in between. So these notes are in a small table for all CPUs. Slots
 * are claimed by cmpxchg(); only the thread that put a note looks for its
 * cookie, so the rest of a slot needs no ordering.
 *
 * The other notes have one slot for each CPU. The note that a socket waits in
 * FIN_WAIT2 or CLOSING is for an end that may follow at once; a process that
 * moves to another CPU in between does not find its note, and then less is
 * known. The notes of why a mini-socket ends, and of the RST that ends it, are
 * put and taken within one section with bottom halves off, that is, on one CPU
 * and with no other such note in between. Where that does not hold (a kernel
 * whose bottom halves can preempt each other), the cookie does not match, and
 * the reason is shown as not known.
 *
 * Where inet_twsk_kill() is not hooked, a death is recorded by
 * inet_twsk_deschedule_put() or by the timer, on another CPU maybe: a note says
 * that the former will. The timer's handler looks for it on all CPUs, which
 * takes time, but only on such kernels.
 *
 * All functions here run with preemption and softirqs off.
 */
#include <linux/atomic.h>
#include <linux/cache.h>
#include <linux/cpumask.h>
#include <linux/hash.h>
#include <linux/jiffies.h>
#include <linux/percpu.h>
#include <net/ip.h>
#include <net/tcp.h>

#include "event.h"
#include "notes.h"
#include "ring.h"

#define NOTE_BITS	7
#define NOTE_SLOTS	(1U << NOTE_BITS)
#define NOTE_WAYS	4	/* neighbours to try: more is unheard of */
#define NOTE_MAX_AGE	HZ	/* a note is used within microseconds */

static struct {
	u64 cookie;		/* 0: free */
	unsigned long jiffies;
	enum tcpfin_note note;
} ____cacheline_aligned_in_smp reset_notes[NOTE_SLOTS];

/* Cookies are assigned in sequence, so they spread over the slots. */
static unsigned int note_slot(u64 cookie, unsigned int way)
{
	return (cookie + way) % NOTE_SLOTS;
}

static bool is_old(unsigned long since)
{
	return time_after(jiffies, since + NOTE_MAX_AGE);
}

/* A slot can be claimed if it is free or its note was left behind. */
static bool claim_slot(unsigned int slot, u64 cookie)
{
	u64 owner = READ_ONCE(reset_notes[slot].cookie);

	if (owner && owner != cookie &&
	    !is_old(READ_ONCE(reset_notes[slot].jiffies)))
		return false;
	/* Before the cookie: others may claim a slot whose time is old. */
	WRITE_ONCE(reset_notes[slot].jiffies, jiffies);
	return cmpxchg(&reset_notes[slot].cookie, owner, cookie) == owner;
}

/**
 * tcpfin_note_put_reset() - note why tcp_reset() was called
 * @cookie: the socket's cookie, not 0
 * @note: the reason
 *
 * Return: true if there was room.
 */
bool tcpfin_note_put_reset(u64 cookie, enum tcpfin_note note)
{
	unsigned int way, slot;

	for (way = 0; way < NOTE_WAYS; way++) {
		slot = note_slot(cookie, way);
		if (claim_slot(slot, cookie)) {
			reset_notes[slot].note = note;
			return true;
		}
	}
	return false;
}

/**
 * tcpfin_note_take_reset() - take the note of why tcp_reset() was called
 * @cookie: the socket's cookie
 *
 * Return: the note, or TCPFIN_NOTE_NONE if there is none or it is old.
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
		/* Fails if the slot was claimed: then the note was old. */
		if (cmpxchg(&reset_notes[slot].cookie, cookie, 0) != cookie ||
		    old)
			return TCPFIN_NOTE_NONE;
		return note;
	}
	return TCPFIN_NOTE_NONE;
}

struct waiting_note {
	u64 cookie;
	u64 time_ns;
	u64 mstamp;
	unsigned long jiffies;
	unsigned long refused;
};

static DEFINE_PER_CPU(struct waiting_note, waiting_note);

/* This CPU's part of TCPTimeWaitOverflow in the socket's namespace. */
static unsigned long read_refused(struct sock *sk)
{
	struct linux_mib __percpu *mib = sock_net(sk)->mib.net_statistics;

	return this_cpu_read(mib->mibs[LINUX_MIB_TCPTIMEWAITOVERFLOW]);
}

/**
 * tcpfin_note_put_waiting() - note that a socket is in FIN_WAIT2 or CLOSING
 * @sk: the socket, which may leave that state at once
 * @cookie: its cookie
 * @time_ns: the time, CLOCK_MONOTONIC
 */
void tcpfin_note_put_waiting(struct sock *sk, u64 cookie, u64 time_ns)
{
	this_cpu_write(waiting_note.cookie, cookie);
	this_cpu_write(waiting_note.time_ns, time_ns);
	this_cpu_write(waiting_note.mstamp, tcp_sk(sk)->tcp_mstamp);
	this_cpu_write(waiting_note.jiffies, jiffies);
	this_cpu_write(waiting_note.refused, read_refused(sk));
}

/**
 * tcpfin_note_waiting_is_new() - is there a new note of this socket?
 * @sk: the socket
 * @cookie: its cookie
 *
 * A hypervisor may stop a CPU for many jiffies while it processes one packet,
 * so jiffies alone do not tell. The kernel updates tcp_mstamp for each packet
 * and, in FIN_WAIT2, for the timer (tcp_keepalive_timer()).
 *
 * Return: true if there is a note of this socket that was put for the same
 *	packet, or in this jiffy or the one before.
 */
bool tcpfin_note_waiting_is_new(const struct sock *sk, u64 cookie)
{
	if (this_cpu_read(waiting_note.cookie) != cookie)
		return false;
	if (this_cpu_read(waiting_note.mstamp) == tcp_sk(sk)->tcp_mstamp)
		return true;
	return time_before_eq(jiffies,
			      this_cpu_read(waiting_note.jiffies) + 1);
}

/**
 * tcpfin_note_waiting_time() - get the time of a new note
 * @sk: the socket
 * @cookie: its cookie
 *
 * Return: the time, or 0 if there is no new note.
 */
u64 tcpfin_note_waiting_time(const struct sock *sk, u64 cookie)
{
	return tcpfin_note_waiting_is_new(sk, cookie) ?
	       this_cpu_read(waiting_note.time_ns) : 0;
}

/**
 * tcpfin_note_waiting_refused() - was a mini-socket refused since the note?
 * @sk: the socket
 * @cookie: its cookie
 *
 * The kernel's counter tells. In a softirq no other code changes this CPU's
 * part of it between the note and this call. While a process processes its
 * backlog, a softirq may come in between and be refused a mini-socket, too.
 *
 * Return: true if the note is new and a mini-socket was refused since.
 */
bool tcpfin_note_waiting_refused(struct sock *sk, u64 cookie)
{
	return tcpfin_note_waiting_is_new(sk, cookie) &&
	       this_cpu_read(waiting_note.refused) != read_refused(sk);
}

struct ending_note {
	u64 cookie;
	struct tcpfin_ending ending;
};

static DEFINE_PER_CPU(struct ending_note, ending_note);

/**
 * tcpfin_note_put_ending() - note why a mini-socket is about to be ended
 * @cookie: the mini-socket's cookie
 * @ending: the reason
 */
void tcpfin_note_put_ending(u64 cookie, struct tcpfin_ending ending)
{
	this_cpu_write(ending_note.cookie, cookie);
	*this_cpu_ptr(&ending_note.ending) = ending;
}

/**
 * tcpfin_note_take_ending() - take the note of why a mini-socket is ended
 * @cookie: the mini-socket's cookie
 *
 * Return: the reason; all 0 if it is not known.
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

struct rst_note {
	u64 cookie;
	u32 seq;
	u32 ack;
};

static DEFINE_PER_CPU(struct rst_note, rst_note);

/**
 * tcpfin_note_put_rst() - note the RST that is about to end a mini-socket
 * @cookie: the mini-socket's cookie
 * @seq: the RST's sequence number
 * @ack: its acknowledgment number, 0 if it has none
 */
void tcpfin_note_put_rst(u64 cookie, u32 seq, u32 ack)
{
	this_cpu_write(rst_note.cookie, cookie);
	this_cpu_write(rst_note.seq, seq);
	this_cpu_write(rst_note.ack, ack);
}

/**
 * tcpfin_note_take_rst() - take the note of the RST that ends a mini-socket
 * @event: the record; has the cookie, and no process; receives the numbers, if
 *	they are known
 */
void tcpfin_note_take_rst(struct tcpfin_event *event)
{
	if (this_cpu_read(rst_note.cookie) != event->cookie)
		return;
	this_cpu_write(rst_note.cookie, 0);
	event->rst_seq = this_cpu_read(rst_note.seq);
	event->rst_ack = this_cpu_read(rst_note.ack);
	event->flags |= TCPFIN_F_RST_NUMBERS;
}

/* Which mini-socket's death inet_twsk_deschedule_put() is about to record. */
static DEFINE_PER_CPU(u64, death_note);

/*
 * The socket may connect again and have a second mini-socket with its cookie;
 * the timer tells the two apart.
 */
static u64 death_key(struct inet_timewait_sock *tw)
{
	return tcpfin_twsk_cookie(tw) ^
	       READ_ONCE(tw->tw_timer.expires) * GOLDEN_RATIO_64;
}

/**
 * tcpfin_note_put_death() - note that a mini-socket's death will be recorded
 * @tw: the mini-socket
 *
 * Context: in inet_twsk_deschedule_put(), which other calls on this CPU do not
 *	interrupt: bottom halves are off.
 */
void tcpfin_note_put_death(struct inet_timewait_sock *tw)
{
	/* A full barrier, pairs with that in tcpfin_note_take_death(). */
	(void)xchg(this_cpu_ptr(&death_note), death_key(tw));
}

/**
 * tcpfin_note_drop_death() - take back what tcpfin_note_put_death() noted
 * @tw: the mini-socket
 *
 * Return: true if the note was still there.
 */
bool tcpfin_note_drop_death(struct inet_timewait_sock *tw)
{
	u64 key = death_key(tw);

	return cmpxchg(this_cpu_ptr(&death_note), key, 0) == key;
}

/**
 * tcpfin_note_take_death() - was a mini-socket's death noted on any CPU?
 * @tw: the mini-socket, whose timer the kernel has just taken off
 *
 * Return: true if it was; the note is gone then.
 */
bool tcpfin_note_take_death(struct inet_timewait_sock *tw)
{
	u64 key = death_key(tw);
	unsigned int cpu;

	/*
	 * Orders the reads behind the removal of the timer: either the other
	 * CPU finds it removed, or its note is found here.
	 */
	smp_mb();
	for_each_possible_cpu(cpu) {
		u64 *note = per_cpu_ptr(&death_note, cpu);

		if (READ_ONCE(*note) == key && cmpxchg(note, key, 0) == key)
			return true;
	}
	return false;
}
