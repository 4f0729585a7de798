// SPDX-License-Identifier: GPL-2.0
/*
 * /proc/tcpfin: read, mmap and poll.
 *
 * Readers are independent: each open file has its own place in each ring, and
 * nothing that a reader does is seen by another one or by the writers.
 *
 * read() gives text: header lines, then one line a record, oldest first, up to
 * where the rings' heads were when the file was opened; then an end of file.
 * The next read() continues with the records that have come since. poll() tells
 * whether a read() would return anything. lseek() takes what /dev/kmsg takes:
 * (0, SEEK_SET) for the oldest record that is still there, and (0, SEEK_END)
 * for the end, behind the newest.
 *
 * mmap() gives the rings themselves; see tcpfin.h. Such a reader waits for
 * records by lseek(0, SEEK_END), then a last check of the rings, then poll().
 *
 * /proc does not hold the module: proc_remove() waits for operations that are
 * under way (none of ours sleeps for events) and releases every open file; from
 * then on /proc answers by itself, EIO for read(). Tasks and epoll sets that
 * still wait on our wait queue are detached by tcpfin_wake_exit().
 */
#include <linux/capability.h>
#include <linux/fs.h>
#include <linux/mm.h>
#include <linux/mutex.h>
#include <linux/poll.h>
#include <linux/proc_fs.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/vmalloc.h>

#include "compat.h"
#include "probes.h"
#include "procfile.h"
#include "ring.h"
#include "text.h"
#include "wake.h"

/**
 * struct cursor - a reader's place in one ring
 * @next: number of the record to read next
 * @end: number of the record at which the text ends for now
 * @lost: overwritten records that are still to be reported
 * @full: @event holds record @next - 1, not yet printed
 * @event: the copy of a record
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
 * @lock: protects all fields; two threads may share a file
 * @ended: the last read() returned end of file
 * @no_ring: how many of the header's records without a ring were reported
 * @len: length of the text in @line
 * @off: how much of the text the user has got
 * @line: the text to read next; room for the header
 * @cursor: one for each ring
 */
struct reader {
	struct mutex lock;	/* protects all fields */
	bool ended;
	u64 no_ring;
	size_t len;
	size_t off;
	char line[2048];
	struct cursor cursor[];
};

static struct proc_dir_entry *entry;

static void extend_to_heads(struct reader *reader)
{
	unsigned int ring;

	for (ring = 0; ring < tcpfin_rings.count; ring++)
		reader->cursor[ring].end = tcpfin_ring_head(ring);
}

/*
 * Fill the cursor's copy with the next record before its end, and count records
 * that were overwritten before they were read. A record that is still being
 * written is its CPU's newest: it is left for the next time.
 */
static void fetch(struct cursor *cursor, unsigned int ring)
{
	while (!cursor->full && cursor->next < cursor->end) {
		u64 after;

		switch (tcpfin_ring_copy(ring, cursor->next, &cursor->event)) {
		case TCPFIN_COPY_WHOLE:
			cursor->full = true;
			cursor->next++;
			break;
		case TCPFIN_COPY_LOST:
			after = tcpfin_ring_after(ring, cursor->next);
			cursor->lost += after - cursor->next;
			cursor->next = after;
			break;
		case TCPFIN_COPY_PENDING:
			cursor->end = cursor->next;
			break;
		}
	}
}

/* Records were lost that had no ring, since the last time. */
static bool lost_more(const struct reader *reader)
{
	return READ_ONCE(tcpfin_ring_header()->no_ring) > reader->no_ring;
}

static void report_no_ring(struct reader *reader)
{
	u64 now = READ_ONCE(tcpfin_ring_header()->no_ring);

	reader->len = tcpfin_text_no_ring(reader->line, sizeof(reader->line),
					  now - reader->no_ring);
	reader->no_ring = now;
}

/* Put the next line, in order of time over all rings, in the buffer. */
static bool next_line(struct reader *reader)
{
	struct cursor *first = NULL;
	unsigned int ring;

	reader->off = 0;
	reader->len = 0;
	if (lost_more(reader)) {
		report_no_ring(reader);
		return true;
	}
	for (ring = 0; ring < tcpfin_rings.count; ring++) {
		struct cursor *cursor = &reader->cursor[ring];

		fetch(cursor, ring);
		if (cursor->lost) {
			reader->len = tcpfin_text_lost(reader->line,
						       sizeof(reader->line),
						       ring, cursor->lost);
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
		tcpfin_ring_count_lost();
		extend_to_heads(reader);
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
	if (size)
		reader->ended = !done && !ret;
	mutex_unlock(&reader->lock);
	return done ? done : ret;
}

static bool has_more(const struct reader *reader)
{
	unsigned int ring;

	if (reader->off != reader->len || lost_more(reader))
		return true;
	for (ring = 0; ring < tcpfin_rings.count; ring++) {
		const struct cursor *cursor = &reader->cursor[ring];

		if (cursor->full || cursor->lost ||
		    cursor->next < tcpfin_ring_head(ring))
			return true;
	}
	return false;
}

static __poll_t tcpfin_poll(struct file *file, poll_table *wait)
{
	struct reader *reader = file->private_data;
	__poll_t ret;

	tcpfin_wake_wait(file, wait);
	tcpfin_probes_refresh();
	tcpfin_ring_count_lost();
	mutex_lock(&reader->lock);
	ret = has_more(reader) ? EPOLLIN | EPOLLRDNORM : 0;
	mutex_unlock(&reader->lock);
	return ret;
}

/* Go to the oldest record or behind the newest; no header lines follow. */
static void go_to(struct reader *reader, bool end)
{
	unsigned int ring;

	for (ring = 0; ring < tcpfin_rings.count; ring++) {
		struct cursor *cursor = &reader->cursor[ring];

		cursor->next = end ? tcpfin_ring_head(ring) :
				     tcpfin_ring_oldest(ring);
		cursor->full = false;
		cursor->lost = 0;
	}
	extend_to_heads(reader);
	reader->no_ring = tcpfin_ring_count_lost();
	reader->ended = false;
	reader->len = 0;
	reader->off = 0;
}

static loff_t tcpfin_lseek(struct file *file, loff_t offset, int whence)
{
	struct reader *reader = file->private_data;

	if (offset || (whence != SEEK_SET && whence != SEEK_END))
		return -EINVAL;
	mutex_lock(&reader->lock);
	go_to(reader, whence == SEEK_END);
	mutex_unlock(&reader->lock);
	return 0;
}

static int tcpfin_mmap(struct file *file, struct vm_area_struct *vma)
{
	if (vma->vm_flags & (VM_WRITE | VM_EXEC))
		return -EACCES;
	/* mprotect() must not allow it later. */
	tcpfin_vm_flags_clear(vma, VM_MAYWRITE | VM_MAYEXEC);
	/* Checks offset and length; forbids mremap() to grow the mapping. */
	return remap_vmalloc_range(vma, tcpfin_ring_header(), vma->vm_pgoff);
}

static int tcpfin_open(struct inode *inode, struct file *file)
{
	struct reader *reader;

	if (file->f_mode & FMODE_WRITE)
		return -EACCES;
	/* All namespaces are shown: check the initial user namespace. */
	if (!capable(CAP_NET_ADMIN))
		return -EPERM;

	reader = kvzalloc(struct_size(reader, cursor, tcpfin_rings.count),
			  GFP_KERNEL_ACCOUNT);
	if (!reader)
		return -ENOMEM;
	mutex_init(&reader->lock);
	tcpfin_probes_refresh();
	go_to(reader, false);
	reader->len = tcpfin_text_header(reader->line, sizeof(reader->line));
	file->private_data = reader;
	/* A reader's place is in its cursors: no pread() at an offset. */
	file->f_mode &= ~FMODE_PREAD;
	return 0;
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
	.proc_lseek = tcpfin_lseek,
	.proc_poll = tcpfin_poll,
	.proc_mmap = tcpfin_mmap,
	.proc_release = tcpfin_release,
};

/**
 * tcpfin_procfile_init() - make /proc/tcpfin
 *
 * Context: process, after tcpfin_ring_init().
 * Return: 0 or -ENOMEM.
 */
int tcpfin_procfile_init(void)
{
	int err;

	err = tcpfin_wake_init();
	if (err)
		return err;
	entry = proc_create(TCPFIN_PROC_NAME, 0400, NULL, &proc_ops);
	if (!entry) {
		tcpfin_wake_exit();
		return -ENOMEM;
	}
	return 0;
}

/**
 * tcpfin_procfile_exit() - remove /proc/tcpfin, and wake and detach its readers
 *
 * Context: process, with no writer any more.
 */
void tcpfin_procfile_exit(void)
{
	WRITE_ONCE(tcpfin_ring_header()->gone, 1);
	proc_remove(entry);
	tcpfin_wake_exit();
}
