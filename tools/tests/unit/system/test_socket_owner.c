// SPDX-License-Identifier: GPL-2.0
/* Finds all processes that hold a socket, and where open files may be otherwise. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "fake_proc.h"
#include "system/file_places.h"
#include "system/socket_owner.h"

static int set_up(void **state)
{
	(void)state;
	return !temp_folder_open();
}

static int tear_down(void **state)
{
	(void)state;
	return temp_folder_remove();
}

static size_t count_owners(const struct socket_owners *o, uint32_t inode)
{
	const struct socket_owner *owner = socket_owners_find(o, inode);
	size_t count = 0;

	for (; owner; owner = socket_owners_next(o, owner))
		count++;
	return count;
}

/* Several processes, one of them with two descriptors; two sockets; one asked twice. */
static void finds_all_owners(void **state)
{
	struct held_socket held = { .inode = 100 };
	struct socket_owners o = { 0 };

	(void)state;
	fake_proc_show_all();
	fake_proc_add(7, "worker\n", 3, "socket:[100]", NULL);
	fake_proc_add(7, "worker\n", 4, "socket:[100]", NULL);
	fake_proc_add(7, "worker\n", 5, "socket:[4294967295]", NULL);
	fake_proc_add(8, "app\n", 6, "socket:[100]", NULL);
	fake_proc_add(9, "other\n", 3, "pipe:[100]", NULL);
	fake_proc_add(9, "other\n", 4, "socket:[101]", NULL);
	fake_proc_add(9, "other\n", 5, "socket:[100", NULL);
	assert_true(socket_owners_want(&o, 100));
	assert_true(socket_owners_want(&o, UINT32_MAX));
	assert_true(socket_owners_want(&o, 55));
	assert_true(socket_owners_want(&o, 100));
	assert_true(socket_owners_want(&o, 0));
	socket_owners_read(&o, temp_folder);
	assert_true(o.searched && o.complete);
	assert_int_equal(count_owners(&o, 100), 3);
	assert_int_equal(count_owners(&o, UINT32_MAX), 1);
	assert_int_equal(count_owners(&o, 55), 0);
	assert_int_equal(count_owners(&o, 101), 0);
	assert_int_equal(count_owners(&o, 0), 0);
	held_socket_own(&held, &o);
	assert_int_equal(held.holders, 4);
	assert_int_equal(held.pid, 8);
	assert_int_equal(held.fd, 6);
	assert_string_equal(held.comm, "app");
	socket_owners_free(&o);
}

/* Where descriptors cannot be read there may be more owners. */
static void tells_what_it_could_not_read(void **state)
{
	struct socket_owners o = { 0 }, nowhere = { 0 }, none = { 0 };

	(void)state;
	fake_proc_show_all();
	fake_proc_add(7, "app\n", 3, "socket:[100]", NULL);
	fake_proc_add_closed(8);
	assert_true(socket_owners_want(&o, 100));
	socket_owners_read(&o, temp_folder);
	assert_true(o.searched);
	assert_true(o.all_processes);
	assert_false(o.complete);
	assert_int_equal(socket_owners_find(&o, 100)->pid, 7);
	socket_owners_free(&o);
	assert_true(socket_owners_want(&nowhere, 100));
	socket_owners_read(&nowhere, "/nowhere");
	assert_false(nowhere.searched || nowhere.complete);
	assert_null(socket_owners_find(&nowhere, 100));
	socket_owners_free(&nowhere);
	socket_owners_read(&none, "/nowhere");
	assert_true(none.searched);
	assert_false(none.all_processes || none.initial_pids || none.complete);
}

/* Recorded pids are those of the initial pid namespace: in another one they tell nothing. */
static void drops_pids_of_another_namespace(void **state)
{
	struct held_socket recorded = { .pid = 5, .comm = "app" }, held = { .inode = 100 };
	struct socket_owners o = { 0 };

	(void)state;
	fake_proc_add(7, "app\n", 3, "socket:[100]", NULL);
	assert_true(socket_owners_want(&o, 100));
	socket_owners_read(&o, temp_folder);
	assert_false(o.initial_pids);
	held_socket_own(&held, &o);
	assert_int_equal(held.pid, 7);
	held_socket_own(&recorded, &o);
	assert_int_equal(recorded.pid, 0);
	assert_string_equal(recorded.comm, "");
	socket_owners_free(&o);
	memset(&o, 0, sizeof(o));
	recorded.pid = 5;
	fake_proc_show_all();
	socket_owners_read(&o, temp_folder);
	assert_true(o.initial_pids && o.all_processes);
	held_socket_own(&recorded, &o);
	assert_int_equal(recorded.pid, 5);
}

/* A descriptor that cannot be read may be one of the socket. */
static void misses_unreadable_descriptors(void **state)
{
	struct socket_owners o = { 0 };
	char path[128];

	(void)state;
	fake_proc_show_all();
	fake_proc_add(7, "app\n", 3, "socket:[100]", NULL);
	snprintf(path, sizeof(path), "%s/7/fd/4", temp_folder);
	assert_int_equal(mkdir(path, 0700), 0);
	assert_true(socket_owners_want(&o, 100));
	socket_owners_read(&o, temp_folder);
	assert_int_equal(count_owners(&o, 100), 1);
	assert_true(o.searched && !o.complete);
	socket_owners_free(&o);
}

/* Where the main thread has ended, the others have the descriptors. */
static void asks_threads(void **state)
{
	struct socket_owners o = { 0 };
	char path[128];

	(void)state;
	fake_proc_show_all();
	fake_proc_add(7, "app\n", 3, "socket:[100]", NULL);
	snprintf(path, sizeof(path), "%s/7/fd/3", temp_folder);
	assert_int_equal(unlink(path), 0);
	fake_proc_add_thread(7, 8, 3, "socket:[100]");
	fake_proc_add_thread(7, 9, 3, "socket:[100]");
	assert_true(socket_owners_want(&o, 100));
	socket_owners_read(&o, temp_folder);
	assert_true(o.complete);
	assert_int_equal(count_owners(&o, 100), 1);
	assert_int_equal(socket_owners_find(&o, 100)->pid, 7);
	assert_int_equal(socket_owners_find(&o, 100)->descriptors, 1);
	socket_owners_free(&o);
}

/* Without room for further owners, each socket's first one is kept still. */
static void keeps_first_owners(void **state)
{
	struct socket_owners o = { 0 };

	(void)state;
	fake_proc_show_all();
	fake_proc_add(7, "app\n", 3, "socket:[100]", NULL);
	fake_proc_add(8, "app\n", 3, "socket:[100]", NULL);
	assert_true(socket_owners_want(&o, 100));
	o.list = calloc(SOCKET_OWNERS_MAX, sizeof(*o.list));
	assert_non_null(o.list);
	o.count = o.room = SOCKET_OWNERS_MAX;
	socket_owners_read(&o, temp_folder);
	assert_int_equal(count_owners(&o, 100), 1);
	assert_true(o.left_out && !o.complete);
	socket_owners_free(&o);
}

static void finds_places(void **state)
{
	struct file_places places = { 0 };
	unsigned int i;

	(void)state;
	fake_proc_add(7, "app\n", 3, "socket:[100]", "pos:\t0\nflags:\t02\nscm_fds: 2\n");
	fake_proc_add(7, "app\n", 9, "socket:[100]", "pos:\t0\nflags:\t02\nscm_fds: 2\n");
	fake_proc_add(8, "app\n", 3, "socket:[100]", "pos:\t0\nflags:\t02\nscm_fds: 2\n");
	fake_proc_add(7, "app\n", 4, "socket:[101]", "pos:\t0\nscm_fds: 0\n");
	fake_proc_add(7, "app\n", 5, "socket:[102]", "pos:\t0\n");
	fake_proc_add(7, "app\n", 6, "socket:[103]", "");
	fake_proc_add(7, "app\n", 7, "socket:[104]", NULL);
	fake_proc_add(7, "app\n", 8, "/a/file", "pos:\t0\nscm_fds: 2\n");
	file_places_find(&places, temp_folder);
	assert_int_equal(places.count, 1);
	assert_int_equal(places.list[0].inode, 100);
	assert_int_equal(places.list[0].queued, 2);
	assert_string_equal(places.list[0].comm, "app");
	for (i = 0; i < FILE_PLACES_MAX; i++)
		fake_proc_add(20 + i, "ring\n", 3, "anon_inode:[io_uring]", NULL);
	memset(&places, 0, sizeof(places));
	file_places_find(&places, temp_folder);
	assert_int_equal(places.count, FILE_PLACES_MAX);
	assert_int_equal(places.rest, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(finds_all_owners, set_up, tear_down),
		cmocka_unit_test_setup_teardown(tells_what_it_could_not_read, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(misses_unreadable_descriptors, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(drops_pids_of_another_namespace, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(asks_threads, set_up, tear_down),
		cmocka_unit_test_setup_teardown(keeps_first_owners, set_up, tear_down),
		cmocka_unit_test_setup_teardown(finds_places, set_up, tear_down),
	};

	return RUN_TESTS(tests);
}
