// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/tcpfin: read, mmap and poll.
 *
 * Readers are independent: each open file has its own place in each ring, and
 * nothing that a reader does is seen by another one or by the writers.
 *
 * read() gives text: header lines, then one line a record, oldest first, as far
 * as the rings went when the file was opened; then an end of file. A read()
 * after that goes on with what has come since, so that poll() and read() follow
 * the rings. mmap() gives the rings themselves; see tcpfin.h. poll() says
 * whether anything was recorded since this file's last poll() that said so.
 *
 * /proc does not hold the module: proc_remove() waits for operations that are
 * under way (none of ours sleeps for events) and releases every open file; from
 * then on /proc answers by itself, EIO for read(). What is left are tasks and
 * epoll sets that wait on our wait queue; tcpfin_procfile_exit() says how they
 * are sent away.
 */
#include <linux/capability.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/irq_work.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/proc_fs.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>
#include <linux/wait.h>

#include "compat.h"
#include "probes.h"
#include "procfile.h"
#include "ring.h"
#include "text.h"

/**
 * struct cursor - a reader's place in one ring
 * @next: number of the record to read next
 * @end: where the text ends for now
 * @lost: overwritten records that are still to be told
 * @full: @event holds record @next - 1, not yet printed
 * @event: the copy
 */
struct cursor {
	u64 next;
	u64 end;
	u64 lost;
	bool full;
	struct tcpfin_event event;
};

/**
 * struct reader - an open file
 * @lock: protects all of it; two threads may share a file
 * @polled: records that there were at the last poll() that said "readable"
 * @ended: the last read() told the end of file
 * @len: length of the text in @line
 * @off: how much of it the user has got
 * @line: the text at hand; room for the header
 * @cursor: one for each ring
 */
struct reader {
	struct mutex lock;
	u64 polled;
	bool ended;
	size_t len;
	size_t off;
	char line[2048];
	struct cursor cursor[];
};

static struct proc_dir_entry *entry;
static DECLARE_WAIT_QUEUE_HEAD(waiters);

/*
 * Somebody waits. Set by poll() before it looks at the heads, read by writers
 * after they have published: each has a full barrier in between, so that one of
 * the two sees the other.
 */
static int armed;

/* Wakes from a context of its own: writers may hold any lock. */
static void wake(struct irq_work *work)
{
	wake_up_interruptible_poll(&waiters, EPOLLIN | EPOLLRDNORM);
}

static struct irq_work wake_work;

/**
 * tcpfin_procfile_wake() - tell waiting readers of a new record
 *
 * Context: any but NMI, after tcpfin_ring_commit().
 */
void tcpfin_procfile_wake(void)
{
	smp_mb();	/* Pairs with the one in tcpfin_poll(). */
	if (unlikely(READ_ONCE(armed))) {
		WRITE_ONCE(armed, 0);
		irq_work_queue(&wake_work);
	}
}

static void extend(struct reader *reader)
{
	unsigned int cpu;

	for (cpu = 0; cpu < nr_cpu_ids; cpu++)
		reader->cursor[cpu].end = tcpfin_ring_head(cpu);
}

/*
 * Fill the cursor's copy with the next record before its end, and count what
 * was overwritten on the way. A record that is still being written is this
 * CPU's newest: it is left for the next time.
 */
static void fetch(struct cursor *cursor, unsigned int cpu)
{
	while (!cursor->full && cursor->next < cursor->end) {
		u64 oldest;

		switch (tcpfin_ring_copy(cpu, cursor->next, &cursor->event)) {
		case TCPFIN_COPY_WHOLE:
			cursor->full = true;
			cursor->next++;
			break;
		case TCPFIN_COPY_LOST:
			oldest = tcpfin_ring_oldest(cpu);
			oldest = max(oldest, cursor->next + 1);
			cursor->lost += oldest - cursor->next;
			cursor->next = oldest;
			break;
		case TCPFIN_COPY_PENDING:
			cursor->end = cursor->next;
			break;
		}
	}
}

/* Put the next line, by time over all rings, in the buffer. */
static bool next_line(struct reader *reader)
{
	struct cursor *first = NULL;
	unsigned int cpu;

	reader->off = 0;
	reader->len = 0;
	for (cpu = 0; cpu < nr_cpu_ids; cpu++) {
		struct cursor *cursor = &reader->cursor[cpu];

		fetch(cursor, cpu);
		if (cursor->lost) {
			reader->len = tcpfin_text_lost(reader->line,
						       sizeof(reader->line),
						       cpu, cursor->lost);
			cursor->lost = 0;
			return true;
		}
		if (cursor->full &&
		    (!first || cursor->event.time_ns < first->event.time_ns))
			first = cursor;
	}
	if (!first)
		return false;

	reader->len = tcpfin_text_event(reader->line, sizeof(reader->line),
					&first->event);
	first->full = false;
	return true;
}

static ssize_t tcpfin_read(struct file *file, char __user *buf, size_t size,
			   loff_t *pos)
{
	struct reader *reader = file->private_data;
	size_t done = 0;
	ssize_t ret;

	ret = mutex_lock_interruptible(&reader->lock);
	if (ret)
		return ret;

	if (reader->ended && size) {
		extend(reader);
		reader->ended = false;
	}
	while (done < size) {
		size_t part;

		if (reader->off == reader->len && !next_line(reader))
			break;
		part = min(size - done, reader->len - reader->off);
		part -= copy_to_user(buf + done, reader->line + reader->off,
				     part);
		if (!part) {
			ret = -EFAULT;
			break;
		}
		reader->off += part;
		done += part;
		if (fatal_signal_pending(current))
			break;
		cond_resched();
	}
	reader->ended = !done && !ret;
	mutex_unlock(&reader->lock);
	return done ? done : ret;
}

static u64 recorded(void)
{
	unsigned int cpu;
	u64 sum = 0;

	for (cpu = 0; cpu < nr_cpu_ids; cpu++)
		sum += tcpfin_ring_head(cpu);
	return sum;
}

static __poll_t tcpfin_poll(struct file *file, poll_table *wait)
{
	struct reader *reader = file->private_data;
	u64 now;

	poll_wait(file, &waiters, wait);
	WRITE_ONCE(armed, 1);
	smp_mb();	/* Pairs with the one in tcpfin_procfile_wake(). */
	tcpfin_probes_refresh();
	now = recorded();
	if (READ_ONCE(reader->polled) == now)
		return 0;
	WRITE_ONCE(reader->polled, now);
	return EPOLLIN | EPOLLRDNORM;
}

static int tcpfin_mmap(struct file *file, struct vm_area_struct *vma)
{
	if (vma->vm_flags & (VM_WRITE | VM_EXEC))
		return -EACCES;
	/* Nor later, by mprotect(). */
	tcpfin_vm_flags_clear(vma, VM_MAYWRITE | VM_MAYEXEC);
	/* Checks offset and length; forbids to grow it by mremap(). */
	return remap_vmalloc_range(vma, tcpfin_ring_header(), vma->vm_pgoff);
}

static int tcpfin_open(struct inode *inode, struct file *file)
{
	struct reader *reader;
	unsigned int cpu;

	if (file->f_mode & FMODE_WRITE)
		return -EACCES;
	/* All network namespaces are shown, so it takes the initial one. */
	if (!capable(CAP_NET_ADMIN))
		return -EPERM;

	reader = kvzalloc(struct_size(reader, cursor, nr_cpu_ids),
			  GFP_KERNEL_ACCOUNT);
	if (!reader)
		return -ENOMEM;
	mutex_init(&reader->lock);
	for (cpu = 0; cpu < nr_cpu_ids; cpu++)
		reader->cursor[cpu].next = tcpfin_ring_oldest(cpu);
	extend(reader);
	reader->polled = recorded();
	reader->len = tcpfin_text_header(reader->line, sizeof(reader->line));
	file->private_data = reader;
	/* No positions: where a reader is, its cursors say. */
	return stream_open(inode, file);
}

static int tcpfin_release(struct inode *inode, struct file *file)
{
	struct reader *reader = file->private_data;

	mutex_destroy(&reader->lock);
	kvfree(reader);
	return 0;
}

static const struct proc_ops proc_ops = {
	.proc_open = tcpfin_open,
	.proc_read = tcpfin_read,
	.proc_poll = tcpfin_poll,
	.proc_mmap = tcpfin_mmap,
	.proc_release = tcpfin_release,
};

/**
 * tcpfin_procfile_init() - make /proc/tcpfin
 *
 * Context: process, with the rings there.
 * Return: 0 or -ENOMEM.
 */
int tcpfin_procfile_init(void)
{
	init_irq_work(&wake_work, wake);
	entry = proc_create(TCPFIN_PROC_NAME, 0400, NULL, &proc_ops);
	return entry ? 0 : -ENOMEM;
}

/**
 * tcpfin_procfile_exit() - remove /proc/tcpfin and send its readers away
 *
 * After proc_remove() nobody can queue up any more. An epoll set leaves the
 * queue when it is woken with POLLFREE; a task in poll() or select() is woken
 * by it too, finds that /proc says "readable", and leaves the queue on its own
 * way out, which is waited for. RCU protects the queue's last users in epoll
 * (see ep_remove_wait_queue()).
 *
 * Context: process, with no writer any more.
 */
void tcpfin_procfile_exit(void)
{
	WRITE_ONCE(tcpfin_ring_header()->gone, 1);
	proc_remove(entry);
	irq_work_sync(&wake_work);
	while (wq_has_sleeper(&waiters)) {
		__wake_up(&waiters, TASK_NORMAL, 0,
			  poll_to_key(EPOLLHUP | POLLFREE));
		msleep(1);
	}
	synchronize_rcu();
}
