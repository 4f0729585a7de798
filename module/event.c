// SPDX-License-Identifier: GPL-2.0
/* The rarer parts of describing a socket and its process; see event.h. */
#include <linux/build_bug.h>
#include <linux/sched.h>
#include <linux/sock_diag.h>

#include "event.h"

/**
 * tcpfin_make_cookie() - give a socket a cookie
 * @sk: the socket, full or mini, that has none yet
 *
 * Return: the cookie, the number that "ss -e" prints.
 */
u64 tcpfin_make_cookie(struct sock *sk)
{
	__u32 unused[2];

	sock_diag_save_cookie(sk, unused);
	return atomic64_read(&sk->sk_cookie);
}

/**
 * tcpfin_event_task() - name the acting process, if there is one
 * @event: the record; receives pid and comm
 *
 * Only for steps that a process takes by itself. In a softirq current is
 * whatever process was interrupted, and a kernel thread closes files or
 * namespaces, or receives packets, for others. (in_task() would be false inside
 * a breakpoint, which x86 counts as a hard interrupt.)
 *
 * get_task_comm() takes a lock; a name copied while it changes is the lesser
 * evil. The kernel ends each name with a NUL in its last byte.
 */
void tcpfin_event_task(struct tcpfin_event *event)
{
	BUILD_BUG_ON(sizeof(event->comm) != sizeof(current->comm));
	if (in_serving_softirq() || current->flags & PF_KTHREAD)
		return;

	event->pid = task_tgid_nr(current);
	memcpy(event->comm, current->comm, sizeof(event->comm));
	event->flags |= TCPFIN_F_TASK;
}
