/* SPDX-License-Identifier: GPL-2.0 */
/* Are hooks that are in place reached? See reach.c. */
#ifndef TCPFIN_REACH_H
#define TCPFIN_REACH_H

#include <linux/bitops.h>
#include <linux/types.h>
#include <net/sock.h>

/**
 * enum tcpfin_reach - hooks of which can be told that they are not reached
 * @TCPFIN_REACH_UNKNOWN: of this hook it cannot be told
 * @TCPFIN_REACH_PACKET: tcp_timewait_state_process()
 * @TCPFIN_REACH_DESCHEDULE: inet_twsk_deschedule_put()
 * @TCPFIN_REACH_KILL: inet_twsk_kill()
 * @TCPFIN_REACH_HOOKS: the number of these
 */
enum tcpfin_reach {
	TCPFIN_REACH_UNKNOWN,
	TCPFIN_REACH_PACKET,
	TCPFIN_REACH_DESCHEDULE,
	TCPFIN_REACH_KILL,
	TCPFIN_REACH_HOOKS,
};

/* A bit for each hook that is in place and was not reached so far. */
extern unsigned long tcpfin_reach_waiting;

void tcpfin_reach_note_birth(const struct sock *sk, u64 cookie, u8 substate);
void tcpfin_reach_note_death(u64 cookie, u8 substate);
void tcpfin_reach_note_deschedule(void);

static inline bool tcpfin_reach_waits(enum tcpfin_reach hook)
{
	return unlikely(test_bit(hook, &tcpfin_reach_waiting));
}

/**
 * tcpfin_reach_birth() - a mini-socket was born
 * @sk: its full socket
 * @cookie: the cookie of both
 * @substate: FIN_WAIT2 or TIME_WAIT
 *
 * Context: a probe's handler.
 */
static inline void tcpfin_reach_birth(const struct sock *sk, u64 cookie,
				      u8 substate)
{
	const unsigned long either = BIT(TCPFIN_REACH_PACKET) |
				     BIT(TCPFIN_REACH_KILL);

	if (unlikely(READ_ONCE(tcpfin_reach_waiting) & either))
		tcpfin_reach_note_birth(sk, cookie, substate);
}

/**
 * tcpfin_reach_death() - a mini-socket died
 * @cookie: its cookie
 * @substate: FIN_WAIT2 or TIME_WAIT
 *
 * Context: a probe's handler.
 */
static inline void tcpfin_reach_death(u64 cookie, u8 substate)
{
	if (tcpfin_reach_waits(TCPFIN_REACH_PACKET))
		tcpfin_reach_note_death(cookie, substate);
}

/**
 * tcpfin_reach_deschedule() - inet_twsk_deschedule_put() called inet_twsk_kill()
 *
 * Context: the handler of the latter.
 */
static inline void tcpfin_reach_deschedule(void)
{
	if (tcpfin_reach_waits(TCPFIN_REACH_DESCHEDULE))
		tcpfin_reach_note_deschedule();
}

/**
 * tcpfin_reach_mark() - a probe was reached
 * @hook: the probe
 *
 * Context: the probe's handler.
 */
static inline void tcpfin_reach_mark(enum tcpfin_reach hook)
{
	if (tcpfin_reach_waits(hook))
		clear_bit(hook, &tcpfin_reach_waiting);
}

void tcpfin_reach_start(const bool hooked[TCPFIN_REACH_HOOKS]);
void tcpfin_reach_restart(void);
u64 tcpfin_reach_count(enum tcpfin_reach hook);

#endif /* TCPFIN_REACH_H */
