// SPDX-License-Identifier: GPL-2.0
/* Goes through the directories of cgroups, and remembers their paths. */
#include <dirent.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

/* Without memory uthash does not add an entry. */
#define HASH_NONFATAL_OOM	1
#include <uthash.h>

#include "system/cgroup.h"
#include "util/basics.h"
#include "util/clock.h"

/* Going through all cgroups takes at most one part in so many of the time. */
#define REST		20
/* Most levels that are gone down: each keeps a file open */
#define LEVELS_MAX	64

#define MOUNT		"/sys/fs/cgroup"
#define MOUNT_HYBRID	"/unified"	/* below MOUNT, beside cgroups of version 1 */

/* Hexadecimal digits of a container's whole id */
#define CONTAINER_DIGITS	64

struct cgroup {
	uint64_t id;
	UT_hash_handle hh;
	char path[];	/* "" if it was looked for and is not there */
};

struct cgroups {
	const char *mount;
	struct cgroup *table;	/* by id */
	uint64_t due_ns;	/* no search before this time (CLOCK_MONOTONIC) */
};

const char *cgroup_mount(void)
{
	static const char *const mounts[] = { MOUNT, MOUNT MOUNT_HYBRID };
	struct statfs st;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(mounts); i++)
		if (!statfs(mounts[i], &st) && st.f_type == CGROUP2_SUPER_MAGIC)
			return mounts[i];
	return NULL;
}

struct cgroups *cgroups_new(const char *mount)
{
	struct cgroups *all = calloc(1, sizeof(*all));

	if (all)
		all->mount = mount;
	return all;
}

static void forget_all(struct cgroups *all)
{
	struct cgroup *cgroup = all->table, *next;

	HASH_CLEAR(hh, all->table);
	for (; cgroup; cgroup = next) {
		next = cgroup->hh.next;
		free(cgroup);
	}
}

void cgroups_free(struct cgroups *all)
{
	if (!all)
		return;
	forget_all(all);
	free(all);
}

static struct cgroup *find(const struct cgroups *all, uint64_t id)
{
	struct cgroup *cgroup;

	HASH_FIND(hh, all->table, &id, sizeof(id), cgroup);
	return cgroup;
}

static bool is_full(const struct cgroups *all)
{
	return HASH_COUNT(all->table) >= CGROUPS_MAX;
}

void cgroups_add(struct cgroups *all, uint64_t id, const char *path)
{
	size_t size = strlen(path) + 1;
	struct cgroup *cgroup;

	if (find(all, id) || is_full(all))
		return;
	cgroup = malloc(sizeof(*cgroup) + size);
	if (!cgroup)
		return;
	cgroup->id = id;
	memcpy(cgroup->path, path, size);
	HASH_ADD(hh, all->table, id, sizeof(cgroup->id), cgroup);
	if (!cgroup->hh.tbl)
		free(cgroup);
}

static bool is_below(const struct dirent *entry)
{
	return entry->d_type == DT_DIR && strcmp(entry->d_name, ".") &&
	       strcmp(entry->d_name, "..");
}

/* Add the cgroups in the directory @fd, which is closed. Its path has @len bytes. */
static void add_below(struct cgroups *all, int fd, char path[CGROUP_PATH_MAX],
		      size_t len, unsigned int levels)
{
	DIR *dir = fdopendir(fd);
	struct dirent *entry;
	size_t more;

	if (!dir) {
		close(fd);
		return;
	}
	while (!is_full(all) && (entry = readdir(dir))) {
		more = 1 + strlen(entry->d_name);
		if (!is_below(entry) || len + more >= CGROUP_PATH_MAX)
			continue;
		path[len] = '/';
		memcpy(path + len + 1, entry->d_name, more);
		cgroups_add(all, entry->d_ino, path);
		fd = levels ? openat(dirfd(dir), entry->d_name, O_RDONLY |
				     O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;
		if (fd >= 0)
			add_below(all, fd, path, len + more, levels - 1);
	}
	closedir(dir);
}

static void search(struct cgroups *all)
{
	int fd = open(all->mount, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char path[CGROUP_PATH_MAX];
	struct stat st;

	if (fd < 0)
		return;
	/* Those that are still there are found again. */
	if (is_full(all))
		forget_all(all);
	if (!fstat(fd, &st))
		cgroups_add(all, st.st_ino, "/");
	add_below(all, fd, path, 0, LEVELS_MAX);
}

const char *cgroups_path(struct cgroups *all, uint64_t id)
{
	const struct cgroup *cgroup = find(all, id);
	uint64_t start_ns, end_ns;

	if (!cgroup && all->mount) {
		start_ns = clock_mono_ns();
		if (start_ns < all->due_ns)
			return NULL;
		search(all);
		end_ns = clock_mono_ns();
		all->due_ns = end_ns + REST * (end_ns - start_ns);
		cgroups_add(all, id, "");
		cgroup = find(all, id);
	}
	return cgroup && cgroup->path[0] ? cgroup->path : NULL;
}

/* Return what follows @prefix, which ends where a name ends, else NULL. */
static const char *skip(const char *path, const char *prefix)
{
	size_t len = strlen(prefix);

	return !strncmp(path, prefix, len) && (!path[len] || path[len] == '/') ?
	       path + len : NULL;
}

const char *cgroup_below_mount(const char *path)
{
	const char *below = skip(path, MOUNT), *hybrid;

	if (!below)
		return path;
	hybrid = skip(below, MOUNT_HYBRID);
	if (hybrid)
		below = hybrid;
	return *below ? below : "/";
}

/* Return the digits of a container in the name of a directory, NULL if it has none. */
static const char *digits_in(const char *name)
{
	static const char *const prefixes[] = {
		"", "docker-", "libpod-", "cri-containerd-", "crio-",
	};
	const char *digits, *behind;
	size_t len, i;

	for (i = 0; i < ARRAY_SIZE(prefixes); i++) {
		len = strlen(prefixes[i]);
		digits = name + len;
		if (strncmp(name, prefixes[i], len) ||
		    strspn(digits, "0123456789abcdef") != CONTAINER_DIGITS)
			continue;
		behind = digits + CONTAINER_DIGITS;
		if (!*behind || *behind == '/' || skip(behind, ".scope"))
			return digits;
	}
	return NULL;
}

bool cgroup_container(const char *path, char id[CONTAINER_TEXT_MAX])
{
	const char *name = path, *digits, *found = NULL;

	/* The last one is the innermost. */
	while ((name = strchr(name, '/'))) {
		digits = digits_in(++name);
		if (digits)
			found = digits;
	}
	if (found)
		snprintf(id, CONTAINER_TEXT_MAX, "%s", found);
	return found;
}
