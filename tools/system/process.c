// SPDX-License-Identifier: GPL-2.0
/* Reads the names of processes, and what their files are, from /proc. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "system/process.h"
#include "util/parse.h"

/* Its inode number is PROC_PID_INIT_INO of the kernel's proc_ns.h. */
#define INITIAL_PID_NS	"pid:[4026531836]"

bool process_parse(const char *name, uint32_t *number)
{
	uint64_t value;

	if (!parse_number(name, &value) || value > UINT32_MAX)
		return false;
	*number = (uint32_t)value;
	return true;
}

/* The file ends in a newline; the name itself may contain newlines, too. */
void process_comm(int dir, char comm[16])
{
	char name[16 + 1];
	int fd = openat(dir, "comm", O_RDONLY | O_CLOEXEC);
	ssize_t len;

	memset(comm, 0, 16);
	if (fd < 0)
		return;
	len = read(fd, name, sizeof(name));
	close(fd);
	if (len > 0 && name[len - 1] == '\n')
		len--;
	if (len > 16)
		len = 16;
	if (len > 0)
		memcpy(comm, name, (size_t)len);
}

const char *process_name(struct process *p)
{
	if (!p->named)
		process_comm(p->dir, p->comm);
	p->named = true;
	return p->comm;
}

/* Is a process of @proc, by its name there, in the initial pid namespace? */
static bool is_in_initial(const char *proc, const char *name)
{
	char path[PATH_MAX], target[64];
	ssize_t len;

	snprintf(path, sizeof(path), "%s/%s/ns/pid", proc, name);
	len = readlink(path, target, sizeof(target) - 1);
	if (len <= 0)
		return false;
	target[len] = '\0';
	return !strcmp(target, INITIAL_PID_NS);
}

bool process_all_seen(const char *proc)
{
	return is_in_initial(proc, "1");
}

bool process_pids_are_initial(const char *proc)
{
	return is_in_initial(proc, "1") || is_in_initial(proc, "self");
}

/* A walk through the descriptors of all processes */
struct walk {
	process_fn *each;
	void *data;		/* for @each */
	bool complete;		/* all that is there could be read */
};

/* What ends meanwhile is not missing; anything else that cannot be read is. */
static void note_failure(struct walk *w)
{
	if (errno != ENOENT && errno != ESRCH)
		w->complete = false;
}

/* Open a folder. Return NULL (noted) if that is not possible. */
static DIR *open_folder(struct walk *w, int at, const char *name)
{
	int fd = openat(at, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;

	if (!dir)
		note_failure(w);
	if (fd >= 0 && !dir)
		close(fd);
	return dir;
}

/* Return the next entry that has a number for its name, NULL at the end. */
static struct dirent *next_number(struct walk *w, DIR *dir, uint32_t *number)
{
	struct dirent *entry;

	do {
		errno = 0;
		entry = readdir(dir);
	} while (entry && !process_parse(entry->d_name, number));
	if (!entry && errno)
		note_failure(w);
	return entry;
}

/* Go through the descriptors in p->files. Return whether there is one. */
static bool each_file(struct walk *w, struct process *p)
{
	DIR *files = open_folder(w, p->files, "fd");
	struct dirent *entry;
	bool any = false;
	char target[64];
	uint32_t fd;
	ssize_t len;

	while (files && (entry = next_number(w, files, &fd))) {
		any = true;
		len = readlinkat(dirfd(files), entry->d_name, target,
				 sizeof(target) - 1);
		if (len < 0)
			note_failure(w);
		if (len <= 0)
			continue;
		target[len] = '\0';
		w->each(w->data, p, fd, target);
	}
	if (files)
		closedir(files);
	return any;
}

/*
 * Where the main thread has ended (pthread_exit()) its folder shows no descriptor, but
 * those of the other threads do.
 */
static void each_thread_file(struct walk *w, struct process *p)
{
	DIR *threads = open_folder(w, p->dir, "task"), *thread;
	struct dirent *entry;
	bool any = false;
	uint32_t tid;

	while (threads && !any && (entry = next_number(w, threads, &tid))) {
		thread = tid != p->pid ? open_folder(w, dirfd(threads), entry->d_name) :
					 NULL;
		if (!thread)
			continue;
		p->files = dirfd(thread);
		any = each_file(w, p);
		closedir(thread);
	}
	if (threads)
		closedir(threads);
}

bool process_each_file(const char *proc, process_fn *each, void *data, bool *complete)
{
	struct walk w = { .each = each, .data = data, .complete = true };
	DIR *all = opendir(proc), *dir;
	struct dirent *entry;
	uint32_t pid;

	if (!all)
		return false;
	while ((entry = next_number(&w, all, &pid))) {
		struct process p = { .pid = pid };

		dir = open_folder(&w, dirfd(all), entry->d_name);
		if (!dir)
			continue;
		p.dir = dirfd(dir);
		p.files = p.dir;
		if (!each_file(&w, &p))
			each_thread_file(&w, &p);
		closedir(dir);
	}
	closedir(all);
	*complete = w.complete;
	return true;
}
