// SPDX-License-Identifier: GPL-2.0
/*
 * Waiting for records in poll(), and waking those who wait.
 *
 * A probe's handler may run under any lock, so it does not wake anybody itself:
 * it queues an irq_work, at most once for each poll().
 */
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/irq_work.h>
#include <linux/kmemleak.h>
#include <linux/lockdep.h>
#include <linux/printk.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/wait.h>

#include "tcpfin.h"
#include "wake.h"

/*
 * The wait queue may outlive the module. So must the key and the name by which
 * lockdep knows the queue's lock: they cannot be in the module's own data.
 */
struct waiters {
	wait_queue_head_t queue;
	struct lock_class_key key;
	char name[sizeof(TCPFIN_PROC_NAME)];
};

static struct waiters *waiters;
static struct irq_work wake_work;

int tcpfin_wake_armed;

static void wake(struct irq_work *work)
{
	wake_up_interruptible_poll(&waiters->queue, EPOLLIN | EPOLLRDNORM);
}

/**
 * tcpfin_wake_now() - wake all waiting readers, and disarm the flag
 *
 * Context: any but NMI.
 */
void tcpfin_wake_now(void)
{
	WRITE_ONCE(tcpfin_wake_armed, 0);
	irq_work_queue(&wake_work);
}

/**
 * tcpfin_wake_wait() - have a reader woken by the next record
 * @file: the reader's file
 * @wait: the argument of its poll()
 *
 * Context: process. The caller reads the rings' heads afterwards.
 */
void tcpfin_wake_wait(struct file *file, poll_table *wait)
{
	poll_wait(file, &waiters->queue, wait);
	WRITE_ONCE(tcpfin_wake_armed, 1);
	smp_mb();	/* Pairs with the one in tcpfin_wake(). */
}

static struct waiters *waiters_new(void)
{
	struct waiters *new = kmalloc(sizeof(*new), GFP_KERNEL);

	if (!new)
		return NULL;
	strscpy(new->name, TCPFIN_PROC_NAME, sizeof(new->name));
	lockdep_register_key(&new->key);
	__init_waitqueue_head(&new->queue, new->name, &new->key);
	return new;
}

static void waiters_free(void)
{
	lockdep_unregister_key(&waiters->key);
	kfree(waiters);
}

/**
 * tcpfin_wake_init() - make the wait queue
 *
 * Context: process, before /proc/tcpfin is there.
 * Return: 0 or -ENOMEM.
 */
int tcpfin_wake_init(void)
{
	waiters = waiters_new();
	if (!waiters)
		return -ENOMEM;
	init_irq_work(&wake_work, wake);
	return 0;
}

/**
 * tcpfin_wake_exit() - wake and detach all readers, and free the wait queue
 *
 * No reader can join the queue after proc_remove(). An epoll set leaves it when
 * woken with POLLFREE. A task in poll() or select() is woken, too: /proc now
 * reports the file as readable, so that poll() returns and the task leaves the
 * queue. A task that did not ask for that event (events of 0, or POLLPRI)
 * sleeps on; then the wait queue, a few bytes, is left allocated for it. RCU
 * protects the queue from epoll's last use of it (see ep_remove_wait_queue()).
 *
 * Context: process, with no writer any more and /proc/tcpfin removed.
 */
void tcpfin_wake_exit(void)
{
	wait_queue_head_t *queue = &waiters->queue;
	int tries;

	irq_work_sync(&wake_work);
	for (tries = 0; wq_has_sleeper(queue) && tries < 50; tries++) {
		__wake_up(queue, TASK_NORMAL, 0,
			  poll_to_key(EPOLLHUP | EPOLLERR | EPOLLPRI |
				      POLLFREE));
		msleep(20);
	}
	synchronize_rcu();
	if (!wq_has_sleeper(queue)) {
		waiters_free();
		return;
	}
	pr_warn("a task sleeps on in poll(): its wait queue is left behind\n");
	kmemleak_not_leak(waiters);
}
