// SPDX-License-Identifier: GPL-2.0
/* Searches the file descriptors of all processes for sockets. */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "system/process.h"
#include "system/socket_owner.h"

/* The sockets searched for */
struct search {
	struct held_socket *list;	/* sorted by inode */
	size_t count;			/* number of sockets */
};

/* A process being searched; its name is read only when needed. */
struct process {
	uint32_t pid;
	int dir;
	bool named;
	char comm[16];
};

static int by_inode(const void *a, const void *b)
{
	const struct held_socket *x = a, *y = b;

	return (x->inode > y->inode) - (x->inode < y->inode);
}

static void found_socket(struct search *s, struct process *p, uint32_t inode,
			 uint32_t fd)
{
	const struct held_socket key = { .inode = inode };
	struct held_socket *held;

	held = bsearch(&key, s->list, s->count, sizeof(key), by_inode);
	if (!held)
		return;
	if (held->holders++)
		return;
	if (!p->named)
		process_comm(p->dir, p->comm);
	p->named = true;
	held->pid = p->pid;
	held->fd = fd;
	memcpy(held->comm, p->comm, sizeof(held->comm));
}

static void search_files(struct search *s, struct process *p, DIR *files)
{
	char target[64];
	unsigned int inode;
	struct dirent *entry;
	uint32_t fd;
	ssize_t len;

	while ((entry = readdir(files))) {
		if (!process_parse(entry->d_name, &fd))
			continue;
		len = readlinkat(dirfd(files), entry->d_name, target,
				 sizeof(target) - 1);
		if (len <= 0)
			continue;
		target[len] = '\0';
		/* NOLINTNEXTLINE(cert-err34-c): the kernel prints 32 bits */
		if (sscanf(target, "socket:[%u]", &inode) == 1 && inode)
			found_socket(s, p, inode, (uint32_t)fd);
	}
}

/* A process that has ended meanwhile is skipped. */
static void search_process(struct search *s, int proc, const char *name,
			   uint32_t pid)
{
	struct process p = { .pid = pid };
	DIR *files = NULL;
	int fd;

	p.dir = openat(proc, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (p.dir < 0)
		return;
	fd = openat(p.dir, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd >= 0)
		files = fdopendir(fd);
	if (files) {
		search_files(s, &p, files);
		closedir(files);
	} else if (fd >= 0) {
		close(fd);
	}
	close(p.dir);
}

bool socket_owner_find(const char *proc, struct held_socket *list, size_t count)
{
	struct search s = { .list = list, .count = count };
	struct dirent *entry;
	uint32_t pid;
	DIR *all;

	if (!count)
		return true;
	all = opendir(proc);
	if (!all)
		return false;
	qsort(list, count, sizeof(*list), by_inode);
	while ((entry = readdir(all))) {
		if (process_parse(entry->d_name, &pid))
			search_process(&s, dirfd(all), entry->d_name, pid);
	}
	closedir(all);
	return true;
}

/* Compare state, then owner: a process, a port's queue, or unknown. */
static int compare_owners(const struct held_socket *a,
			  const struct held_socket *b)
{
	if (a->state != b->state)
		return a->state < b->state ? -1 : 1;
	if (a->pid != b->pid)
		return a->pid < b->pid ? -1 : 1;
	if (a->pid || (a->inode && b->inode))
		return 0;
	if (!a->inode != !b->inode)
		return a->inode ? 1 : -1;
	return (a->lport > b->lport) - (a->lport < b->lport);
}

static int by_owner(const void *a, const void *b)
{
	const struct held_socket *x = a, *y = b;
	int order = compare_owners(x, y);

	if (order)
		return order;
	return (x->age_ns < y->age_ns) - (x->age_ns > y->age_ns);
}

void held_socket_sort(struct held_socket *list, size_t count)
{
	/* An empty list may be NULL, which qsort() does not take. */
	if (count)
		qsort(list, count, sizeof(*list), by_owner);
}

bool held_socket_alike(const struct held_socket *a, const struct held_socket *b)
{
	return !compare_owners(a, b);
}
