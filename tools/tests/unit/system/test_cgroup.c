// SPDX-License-Identifier: GPL-2.0
/* Paths of cgroups by their ids, in a tree of ordinary folders; names of containers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "system/cgroup.h"
#include "temp_folder.h"

#define DIGITS	"0123456789abcdef0123456789abcdef0123456789abcdef0123"
#define LONG_ID	"3f2a9c1b7d10" DIGITS

static int open_folder(void **state)
{
	(void)state;
	return temp_folder_open() ? 0 : -1;
}

static int remove_folder(void **state)
{
	(void)state;
	return temp_folder_remove();
}

/* Make a folder, and return its inode number. */
static uint64_t make(const char *path)
{
	char full[2048];
	struct stat st;

	snprintf(full, sizeof(full), "%s%s", temp_folder, path);
	mkdir(full, 0700);
	assert_int_equal(stat(full, &st), 0);
	return st.st_ino;
}

static void expect(struct cgroups *all, uint64_t id, const char *want)
{
	const char *path = cgroups_path(all, id);

	if (want)
		assert_string_equal(path, want);
	else
		assert_null(path);
}

/* Wait until the cgroups may be gone through again. */
static void expect_soon(struct cgroups *all, uint64_t id, const char *want)
{
	unsigned int tries = 10000;

	while (!cgroups_path(all, id) && --tries)
		usleep(1000);
	expect(all, id, want);
}

static void finds_paths(void **state)
{
	struct cgroups *all = cgroups_new(temp_folder);
	uint64_t root = make(""), slice = make("/a.slice");
	uint64_t hidden = make("/a.slice/.b"), odd = make("/a.slice/.b/x\n\xff y");
	char file[64];

	(void)state;
	snprintf(file, sizeof(file), "%s/file", temp_folder);
	fclose(fopen(file, "w"));
	expect(all, odd, "/a.slice/.b/x\n\xff y");
	expect(all, root, "/");
	expect(all, slice, "/a.slice");
	expect(all, hidden, "/a.slice/.b");
	cgroups_free(all);
}

/* One that has gone is remembered; one that was not there is not looked for again. */
static void finds_new_ones(void **state)
{
	struct cgroups *all = cgroups_new(temp_folder);
	uint64_t old = make("/old"), new;
	char path[64];

	(void)state;
	expect(all, old, "/old");
	expect(all, UINT64_MAX, NULL);
	snprintf(path, sizeof(path), "%s/old", temp_folder);
	assert_int_equal(rmdir(path), 0);
	/* Its number is not that of the old one, as far as that is kept open. */
	new = make("/new");
	if (new != old)
		expect_soon(all, new, "/new");
	expect(all, old, "/old");
	expect(all, UINT64_MAX, NULL);
	cgroups_free(all);
}

/* The deepest folders, and those with too long paths, are left out. */
static void has_bounds(void **state)
{
	struct cgroups *all = cgroups_new(temp_folder);
	char path[CGROUP_PATH_MAX + 300] = "";
	uint64_t id[100];
	size_t len = 0;
	unsigned int i;

	(void)state;
	for (i = 0; i < 10; i++) {
		len += (size_t)sprintf(path + len, "/%0120u", i);
		id[i] = make(path);
	}
	path[0] = '\0';
	for (len = 0; i < 100; i++) {
		len += (size_t)sprintf(path + len, "/d");
		id[i] = make(path);
	}
	assert_non_null(cgroups_path(all, id[7]));
	expect(all, id[9], NULL);
	assert_non_null(cgroups_path(all, id[10 + 60]));
	expect(all, id[99], NULL);
	cgroups_free(all);
}

static void without_a_mount_only_what_was_added(void **state)
{
	struct cgroups *all = cgroups_new(NULL);
	unsigned int i;

	(void)state;
	expect(all, 1, NULL);
	cgroups_add(all, 1, "/one");
	cgroups_add(all, 1, "/other");
	expect(all, 1, "/one");
	for (i = 0; i < CGROUPS_MAX + 10; i++)
		cgroups_add(all, i, "/more");
	expect(all, CGROUPS_MAX - 1, "/more");
	expect(all, CGROUPS_MAX, NULL);
	cgroups_free(all);
	cgroups_free(NULL);
	all = cgroups_new("/nonexistent");
	expect(all, 1, NULL);
	cgroups_free(all);
}

static void names_containers(void **state)
{
	static const char *const containers[] = {
		"/system.slice/docker-" LONG_ID ".scope", "/docker/" LONG_ID,
		"/machine.slice/libpod-" LONG_ID ".scope",
		"/machine.slice/libpod-" LONG_ID ".scope/container",
		"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod1.slice/cri-containerd-"
		LONG_ID ".scope",
		"/kubepods.slice/crio-" LONG_ID ".scope/init.scope",
		"/kubepods/burstable/pod8d5bd6b2-9e5c-4b1e-8f0f-7f0c4d6f8f11/" LONG_ID,
		/* A container in a container */
		"/docker/ffffffffffff" DIGITS "/docker/" LONG_ID "/system.slice",
	};
	static const char *const none[] = {
		"/", "", "/system.slice/nginx.service", LONG_ID,
		"/docker-" LONG_ID ".slice", "/docker-" LONG_ID "0.scope",
		"/docker/" DIGITS, "/docker/" LONG_ID "0", "/docker/x" LONG_ID,
		"/docker/" LONG_ID "x", "/crio-conmon-" LONG_ID ".scope",
		"/docker-docker-" LONG_ID ".scope", "/docker-" LONG_ID ".scopes",
		"/docker/3F2A9C1B7D10" DIGITS,
	};
	char id[CONTAINER_TEXT_MAX];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(containers) / sizeof(containers[0]); i++) {
		if (!cgroup_container(containers[i], id))
			fail_msg("%s is of no container", containers[i]);
		assert_string_equal(id, "3f2a9c1b7d10");
	}
	for (i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		if (cgroup_container(none[i], id))
			fail_msg("%s is of container %s", none[i], id);
}

static void cuts_the_mount_off(void **state)
{
	static const char *const pairs[][2] = {
		{ "/", "/" }, { "/a", "/a" }, { "/sys/fs/cgroup", "/" },
		{ "/sys/fs/cgroup/", "/" }, { "/sys/fs/cgroup/a", "/a" },
		{ "/sys/fs/cgroup/unified", "/" },
		{ "/sys/fs/cgroup/unified/a", "/a" },
		{ "/sys/fs/cgroup/unifieds/a", "/unifieds/a" },
		{ "/sys/fs/cgroups/a", "/sys/fs/cgroups/a" },
		{ "/unified/a", "/unified/a" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		assert_string_equal(cgroup_below_mount(pairs[i][0]), pairs[i][1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(finds_paths, open_folder,
						remove_folder),
		cmocka_unit_test_setup_teardown(finds_new_ones, open_folder,
						remove_folder),
		cmocka_unit_test_setup_teardown(has_bounds, open_folder, remove_folder),
		cmocka_unit_test(without_a_mount_only_what_was_added),
		cmocka_unit_test(names_containers),
		cmocka_unit_test(cuts_the_mount_off),
	};

	return RUN_TESTS(tests);
}
