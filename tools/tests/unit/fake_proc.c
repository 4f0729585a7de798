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

void fake_proc_add(unsigned int pid, const char *comm, unsigned int fd,
		   const char *target, const char *info)
{
	char path[PATH_SIZE];

	snprintf(path, sizeof(path), "%s/%u", temp_folder, pid);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/%u/fd", temp_folder, pid);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/%u/fdinfo", temp_folder, pid);
	mkdir(path, 0700);
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

	snprintf(path, sizeof(path), "%s/%u", temp_folder, pid);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/%u/fd", temp_folder, pid);
	add_file(path, "no folder");
}
