// SPDX-License-Identifier: GPL-2.0
/* Makes a folder like /proc. */
#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "fake_proc.h"

#define PATH_SIZE	128

static void add_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fputs(text, file);
	assert_int_equal(fclose(file), 0);
}

static void add_folder(unsigned int pid, const char *name)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "%s/%u%s", temp_folder, pid, name);
	mkdir(path, 0700);
}

void fake_proc_show_all(void)
{
	char path[PATH_SIZE];

	add_folder(1, "");
	add_folder(1, "/ns");
	snprintf(path, sizeof(path), "%s/1/ns/pid", temp_folder);
	assert_int_equal(symlink("pid:[4026531836]", path), 0);
}

void fake_proc_add_thread(unsigned int pid, unsigned int tid, unsigned int fd,
			  const char *target)
{
	char path[PATH_SIZE], name[32];

	snprintf(name, sizeof(name), "/task/%u", tid);
	add_folder(pid, "/task");
	add_folder(pid, name);
	snprintf(name, sizeof(name), "/task/%u/fd", tid);
	add_folder(pid, name);
	snprintf(path, sizeof(path), "%s/%u/task/%u/fd/%u", temp_folder, pid, tid, fd);
	assert_int_equal(symlink(target, path), 0);
}

void fake_proc_add(unsigned int pid, const char *comm, unsigned int fd,
		   const char *target, const char *info)
{
	char path[PATH_SIZE];

	add_folder(pid, "");
	add_folder(pid, "/fd");
	add_folder(pid, "/fdinfo");
	snprintf(path, sizeof(path), "%s/%u/comm", temp_folder, pid);
	add_file(path, comm);
	snprintf(path, sizeof(path), "%s/%u/fd/%u", temp_folder, pid, fd);
	assert_int_equal(symlink(target, path), 0);
	snprintf(path, sizeof(path), "%s/%u/fdinfo/%u", temp_folder, pid, fd);
	if (info)
		add_file(path, info);
}

void fake_proc_add_closed(unsigned int pid)
{
	char path[PATH_SIZE];

	add_folder(pid, "");
	snprintf(path, sizeof(path), "%s/%u/fd", temp_folder, pid);
	add_file(path, "no folder");
}
