// SPDX-License-Identifier: GPL-2.0
/* Reads the names of processes, and what their files are, from /proc. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "system/process.h"
#include "util/parse.h"

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

static void each_file(struct process *p, DIR *files, process_fn *each, void *data)
{
	struct dirent *entry;
	char target[64];
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
		each(data, p, fd, target);
	}
}

/* Open the folder of a process's descriptors. Return NULL if it cannot be read. */
static DIR *open_files(const struct process *p)
{
	int fd = openat(p->dir, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *files = fd >= 0 ? fdopendir(fd) : NULL;

	if (fd >= 0 && !files)
		close(fd);
	return files;
}

bool process_each_file(const char *proc, process_fn *each, void *data, bool *complete)
{
	DIR *all = opendir(proc), *files;
	struct dirent *entry;

	if (!all)
		return false;
	*complete = true;
	while ((entry = readdir(all))) {
		struct process p = { 0 };

		if (!process_parse(entry->d_name, &p.pid))
			continue;
		p.dir = openat(dirfd(all), entry->d_name,
			       O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (p.dir < 0)
			continue;
		files = open_files(&p);
		if (files) {
			each_file(&p, files, each, data);
			closedir(files);
		} else if (errno != ENOENT && errno != ESRCH) {
			*complete = false;
		}
		close(p.dir);
	}
	closedir(all);
	return true;
}
