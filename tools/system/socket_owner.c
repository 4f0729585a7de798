// SPDX-License-Identifier: GPL-2.0
/* Searches the file descriptors of all processes for sockets. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "system/process.h"
#include "system/socket_owner.h"
#include "util/array.h"

bool socket_owners_want(struct socket_owners *o, uint32_t inode)
{
	struct wanted_socket *wanted;

	if (!inode)
		return true;
	wanted = array_grow(o->wanted, &o->wanted_room, o->nwanted, sizeof(*wanted));
	if (!wanted)
		return false;
	o->wanted = wanted;
	o->wanted[o->nwanted++] = (struct wanted_socket){ .inode = inode };
	return true;
}

static int by_inode(const void *a, const void *b)
{
	const struct wanted_socket *x = a, *y = b;

	return (x->inode > y->inode) - (x->inode < y->inode);
}

static struct wanted_socket *find_wanted(const struct socket_owners *o, uint32_t inode)
{
	const struct wanted_socket key = { .inode = inode };

	if (!o->nwanted)
		return NULL;
	return bsearch(&key, o->wanted, o->nwanted, sizeof(key), by_inode);
}

static void sort_wanted(struct socket_owners *o)
{
	size_t from, to = 0;

	if (!o->nwanted)
		return;
	qsort(o->wanted, o->nwanted, sizeof(*o->wanted), by_inode);
	for (from = 1; from < o->nwanted; from++)
		if (o->wanted[from].inode != o->wanted[to].inode)
			o->wanted[++to] = o->wanted[from];
	o->nwanted = to + 1;
}

/* Return the place of a socket's first or further owner, NULL (noted) without room. */
static struct socket_owner *owner_place(struct socket_owners *o, bool further)
{
	struct socket_owner *list = NULL;

	if (!further || o->count < SOCKET_OWNERS_MAX)
		list = array_grow(o->list, &o->room, o->count, sizeof(*list));
	if (!list) {
		o->left_out = true;
		return NULL;
	}
	o->list = list;
	return &o->list[o->count++];
}

/* Processes come one after the other: the last owner of a socket may be this one. */
static void found_file(void *data, struct process *p, uint32_t fd, const char *target)
{
	struct socket_owners *o = data;
	struct wanted_socket *w = NULL;
	struct socket_owner *owner;
	unsigned int inode;

	/* NOLINTNEXTLINE(cert-err34-c): the kernel prints 32 bits */
	if (sscanf(target, "socket:[%u]", &inode) == 1)
		w = find_wanted(o, inode);
	if (!w)
		return;
	if (w->last && o->list[w->last - 1].pid == p->pid) {
		o->list[w->last - 1].descriptors++;
		return;
	}
	owner = owner_place(o, w->last);
	if (!owner)
		return;
	*owner = (struct socket_owner){ .pid = p->pid, .fd = fd, .descriptors = 1 };
	memcpy(owner->comm, process_name(p), sizeof(owner->comm));
	if (w->last)
		o->list[w->last - 1].next = (uint32_t)o->count;
	else
		w->first = (uint32_t)o->count;
	w->last = (uint32_t)o->count;
}

void socket_owners_read(struct socket_owners *o, const char *proc)
{
	bool complete = true;

	sort_wanted(o);
	o->searched = !o->nwanted || process_each_file(proc, found_file, o, &complete);
	o->all_processes = process_all_seen(proc);
	o->initial_pids = process_pids_are_initial(proc);
	o->complete = o->searched && complete && o->all_processes && !o->left_out;
}

const struct socket_owner *socket_owners_find(const struct socket_owners *o,
					      uint32_t inode)
{
	const struct wanted_socket *w = find_wanted(o, inode);

	return w && w->first ? &o->list[w->first - 1] : NULL;
}

const struct socket_owner *socket_owners_next(const struct socket_owners *o,
					      const struct socket_owner *owner)
{
	return owner->next ? &o->list[owner->next - 1] : NULL;
}

void socket_owners_free(struct socket_owners *o)
{
	free(o->wanted);
	free(o->list);
}

int held_socket_by_cookie(const void *a, const void *b)
{
	const struct held_socket *x = a, *y = b;

	return (x->cookie > y->cookie) - (x->cookie < y->cookie);
}

void held_socket_own(struct held_socket *held, const struct socket_owners *o)
{
	const struct socket_owner *owner = socket_owners_find(o, held->inode);

	if (!o->initial_pids) {
		held->pid = 0;
		memset(held->comm, 0, sizeof(held->comm));
	}
	for (; owner; owner = socket_owners_next(o, owner)) {
		held->holders += owner->descriptors;
		if (held->pid && strncmp(held->comm, owner->comm, sizeof(held->comm)) <= 0)
			continue;
		held->pid = owner->pid;
		held->fd = owner->fd;
		memcpy(held->comm, owner->comm, sizeof(held->comm));
	}
}

bool socket_owner_find(const char *proc, struct held_socket *list, size_t count)
{
	struct socket_owners o = { 0 };
	bool done = true;
	size_t i;

	for (i = 0; done && i < count; i++)
		done = socket_owners_want(&o, list[i].inode);
	if (done) {
		socket_owners_read(&o, proc);
		done = o.searched;
	}
	for (i = 0; done && i < count; i++)
		held_socket_own(&list[i], &o);
	socket_owners_free(&o);
	return done;
}

/* Compare what is wrong, then the program, a port's queue, or unknown. */
static int compare_owners(const struct held_socket *a,
			  const struct held_socket *b)
{
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->kind == HELD_WAITS && a->state != b->state)
		return a->state < b->state ? -1 : 1;
	if (!a->pid != !b->pid)
		return a->pid ? -1 : 1;
	if (a->pid)
		return strncmp(a->comm, b->comm, sizeof(a->comm));
	if (a->kind != HELD_WAITS || (a->inode && b->inode))
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
