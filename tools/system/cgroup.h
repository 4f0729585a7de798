/* SPDX-License-Identifier: GPL-2.0 */
/*
 * cgroups of version 2: their paths by their ids, and the container that a path is of.
 * The id of a cgroup is the inode number of its directory. Paths begin with a slash,
 * "/" is the root; they may hold any bytes but NUL.
 */
#ifndef SYSTEM_CGROUP_H
#define SYSTEM_CGROUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Size for a path; a cgroup with a longer one is not known by its path */
#define CGROUP_PATH_MAX		1024
/* Most cgroups that are remembered */
#define CGROUPS_MAX		16384
/* Size for the id of a container, as programs show it: 12 digits */
#define CONTAINER_TEXT_MAX	13

/* Paths by id. A cgroup that has gone is remembered: no id is used twice. */
struct cgroups;

/* Return where cgroups of version 2 are mounted, NULL if nowhere that is usual. */
const char *cgroup_mount(void);

/*
 * Return an empty set, NULL without memory. Paths are looked for in the folder @mount,
 * NULL for none.
 */
struct cgroups *cgroups_new(const char *mount);

/* Free a set; NULL is ignored. */
void cgroups_free(struct cgroups *all);

/* Remember a path of less than CGROUP_PATH_MAX bytes, unless its id is known already. */
void cgroups_add(struct cgroups *all, uint64_t id, const char *path);

/*
 * Return the path of a cgroup, NULL if it is not known; valid until the next call. All
 * cgroups are gone through if the id is new: this is put off where it would take more
 * than a twentieth of the time.
 */
const char *cgroups_path(struct cgroups *all, uint64_t id);

/*
 * Return the part of @path below where cgroups are mounted: what follows /sys/fs/cgroup
 * or /sys/fs/cgroup/unified, if it begins with that, else @path.
 */
const char *cgroup_below_mount(const char *path);

/*
 * Write the short id of the container that a cgroup is of: docker, podman, containerd
 * and CRI-O name its directory by 64 hexadecimal digits. Return false if it is of none.
 */
bool cgroup_container(const char *path, char id[CONTAINER_TEXT_MAX]);

#endif /* SYSTEM_CGROUP_H */
