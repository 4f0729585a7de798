// SPDX-License-Identifier: GPL-2.0
/*
 * Finds network namespaces, and enters them. setns(2) changes the calling thread,
 * and /proc/net is that of the main thread: this program has no other.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "system/netns.h"
#include "system/process.h"
#include "util/text.h"

bool netns_own(uint32_t *inode)
{
	struct stat st;

	if (stat(NETNS_FILE, &st))
		return false;
	*inode = (uint32_t)st.st_ino;
	return true;
}

/* Return the index of the first namespace whose number is not below @inode. */
static size_t find_place(const struct netns_list *all, uint32_t inode)
{
	size_t low = 0, high = all->count, i;

	while (low < high) {
		i = low + (high - low) / 2;
		if (all->list[i].inode < inode)
			low = i + 1;
		else
			high = i;
	}
	return low;
}

const struct netns *netns_get(const struct netns_list *all, uint32_t inode)
{
	size_t i = find_place(all, inode);

	return i < all->count && all->list[i].inode == inode ? &all->list[i] : NULL;
}

/* Return the entry of a namespace, an empty one if it is new; NULL if there is no room. */
static struct netns *entry_of(struct netns_list *all, uint32_t inode)
{
	struct netns *ns = &all->list[find_place(all, inode)];

	if (ns < all->list + all->count && ns->inode == inode)
		return ns;
	if (all->count == all->room)
		return NULL;
	memmove(ns + 1, ns, (size_t)(all->list + all->count - ns) * sizeof(*ns));
	all->count++;
	*ns = (struct netns){ .inode = inode, .own = inode == all->own };
	return ns;
}

/* Stale names in NETNS_NAMED are files of another file system. */
static bool is_namespace(const struct netns_list *all, int dir, const char *path,
			 uint32_t *inode)
{
	struct stat st;

	if (fstatat(dir, path, &st, 0))
		return false;
	errno = EINVAL;
	*inode = (uint32_t)st.st_ino;
	return st.st_dev == all->dev;
}

static bool take_named(struct netns_list *all, int dir, const char *name)
{
	struct netns *ns;
	uint32_t inode;

	if (strlen(name) >= NETNS_NAME_MAX || !is_namespace(all, dir, name, &inode))
		return false;
	ns = entry_of(all, inode);
	if (ns && !ns->name[0])
		strcpy(ns->name, name);
	return ns;
}

/* A process that has ended meanwhile has no namespace. */
static bool take_process(struct netns_list *all, int proc, const char *name,
			 uint32_t pid)
{
	int dir = openat(proc, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct netns *ns;
	uint32_t inode;

	if (dir < 0)
		return false;
	if (!is_namespace(all, dir, "ns/net", &inode)) {
		all->unreadable += errno == EACCES;
		close(dir);
		return false;
	}
	ns = entry_of(all, inode);
	if (ns && !ns->pid) {
		ns->pid = pid;
		process_comm(dir, ns->comm);
	}
	all->left_out += !ns;
	close(dir);
	return ns;
}

/* Call @take_named for each name, or take_process() for each process. */
static void take_all(struct netns_list *all, const char *path, bool named)
{
	DIR *dir = opendir(path);
	struct dirent *entry;
	uint32_t pid;

	if (!dir)
		return;
	while ((entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		if (named)
			take_named(all, dirfd(dir), entry->d_name);
		else if (process_parse(entry->d_name, &pid))
			take_process(all, dirfd(dir), entry->d_name, pid);
	}
	closedir(dir);
}

/* Take the one namespace that the user wants. */
static bool take_one(struct netns_list *all, const char *which,
		     char why[NETNS_WHY_MAX])
{
	uint32_t pid;
	bool is_pid = process_parse(which, &pid), found = false;
	int dir = open(is_pid ? "/proc" : NETNS_NAMED,
		       O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	errno = ENOENT;
	if (dir >= 0 && is_pid)
		found = take_process(all, dir, which, pid);
	else if (dir >= 0 && !strchr(which, '/') && which[0] != '.')
		found = take_named(all, dir, which);
	if (!found)
		snprintf(why, NETNS_WHY_MAX, "no network namespace of %s %.40s: %s",
			 is_pid ? "process" : "the name", which, strerror(errno));
	if (dir >= 0)
		close(dir);
	return found;
}

/* Begin an empty list. Return false if this process's own namespace is not known. */
static bool begin(struct netns_list *all)
{
	struct stat st;

	memset(all, 0, sizeof(*all));
	all->own_fd = open(NETNS_FILE, O_RDONLY | O_CLOEXEC);
	/* One more, for find_place() in a full list. */
	all->list = calloc(NETNS_MAX + 1, sizeof(all->list[0]));
	if (!all->list || all->own_fd < 0 || fstat(all->own_fd, &st))
		return false;
	all->room = NETNS_MAX;
	all->dev = st.st_dev;
	all->now = (uint32_t)st.st_ino;
	all->own = all->now;
	return true;
}

bool netns_find(const char *which, struct netns_list *all, char why[NETNS_WHY_MAX])
{
	if (!begin(all)) {
		snprintf(why, NETNS_WHY_MAX, "cannot read " NETNS_FILE);
		return false;
	}
	if (which && strcmp(which, "all")) {
		if (!take_one(all, which, why))
			return false;
		all->room = all->count;
	} else {
		entry_of(all, all->own);
		take_all(all, "/proc", false);
	}
	take_all(all, NETNS_NAMED, true);
	return true;
}

const char *netns_text(const struct netns *ns, char buf[NETNS_TEXT_MAX])
{
	char name[4 * NETNS_NAME_MAX + 1], process[PROCESS_TEXT_MAX];
	size_t len = strlen(ns->name);

	if (len)
		snprintf(buf, NETNS_TEXT_MAX, "%.*s (%u)", NETNS_TEXT_MAX - 16,
			 text_escape(ns->name, len, name, sizeof(name)), ns->inode);
	else if (ns->own)
		snprintf(buf, NETNS_TEXT_MAX, "of tcpfin itself (%u)", ns->inode);
	else
		snprintf(buf, NETNS_TEXT_MAX, "of %s (%u)",
			 process_text(ns->comm, ns->pid, process), ns->inode);
	return buf;
}

static int open_namespace(const struct netns *ns)
{
	char path[sizeof(NETNS_NAMED) + NETNS_NAME_MAX + 1];

	if (ns->name[0])
		snprintf(path, sizeof(path), NETNS_NAMED "/%s", ns->name);
	else
		snprintf(path, sizeof(path), "/proc/%u/ns/net", ns->pid);
	return open(path, O_RDONLY | O_CLOEXEC);
}

bool netns_enter(struct netns_list *all, const struct netns *ns,
		 char why[NETNS_WHY_MAX])
{
	struct stat st;
	bool done;
	int fd;

	if (ns->inode == all->now)
		return true;
	fd = ns->own ? dup(all->own_fd) : open_namespace(ns);
	all->gone = fd < 0 ? errno == ENOENT :
			     fstat(fd, &st) || (uint32_t)st.st_ino != ns->inode;
	if (all->gone) {
		snprintf(why, NETNS_WHY_MAX, "it has gone");
		if (fd >= 0)
			close(fd);
		return false;
	}
	done = fd >= 0 && !setns(fd, CLONE_NEWNET);
	if (done)
		all->now = ns->inode;
	else
		snprintf(why, NETNS_WHY_MAX, "no right to enter it (setns: %s)",
			 strerror(errno));
	if (fd >= 0)
		close(fd);
	return done;
}

void netns_return(struct netns_list *all)
{
	if (all->now != all->own && !setns(all->own_fd, CLONE_NEWNET))
		all->now = all->own;
}

void netns_free(struct netns_list *all)
{
	if (all->own_fd >= 0)
		close(all->own_fd);
	free(all->list);
}
