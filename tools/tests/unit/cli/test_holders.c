// SPDX-License-Identifier: GPL-2.0
/* Finds who holds a socket on which no process acted. */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "cli/holders.h"
#include "fixtures.h"
#include "util/clock.h"

/* The end of a connection whose socket has this inode. */
static struct conn conn_of(uint64_t cookie, uint32_t inode)
{
	return (struct conn){
		.cookie = cookie, .netns = 1, .inode = inode, .flags = CONN_INODE,
	};
}

static uint32_t open_socket(int *fd)
{
	struct stat st;

	*fd = socket(AF_INET, SOCK_STREAM, 0);
	assert_true(*fd >= 0);
	assert_int_equal(fstat(*fd, &st), 0);
	return (uint32_t)st.st_ino;
}

static void finds_this_process(void **state)
{
	struct holders *h = holders_new("/proc");
	const struct holder *holder;
	struct conn conn, nobody;
	int fd;

	(void)state;
	assert_non_null(h);
	conn = conn_of(1, open_socket(&fd));
	nobody = conn_of(2, UINT32_MAX);
	holders_note(h, &conn);
	holders_note(h, &nobody);
	assert_null(holders_find(h, &conn));
	holders_look(h, clock_mono_ns());
	close(fd);
	holder = holders_find(h, &conn);
	assert_non_null(holder);
	assert_int_equal(holder->pid, getpid());
	assert_memory_equal(holder->comm, "test_holders", sizeof("test_holders"));
	assert_null(holders_find(h, &nobody));
	holders_free(h);
}

/* A socket whose process is known is not looked for. */
static void looks_for_no_other(void **state)
{
	struct holders *h = holders_new("/proc");
	struct conn conn;
	int fd;

	(void)state;
	conn = conn_of(1, open_socket(&fd));
	conn.flags = CONN_OWNER;
	holders_note(h, &conn);
	holders_look(h, clock_mono_ns());
	conn.flags = CONN_INODE;
	assert_null(holders_find(h, &conn));
	close(fd);
	holders_free(h);
}

/* More sockets than there is room for: the latest ones are remembered. */
static void forgets_the_oldest(void **state)
{
	struct holders *h = holders_new("/proc");
	uint32_t inodes[3] = { UINT32_MAX };
	struct conn conn;
	uint64_t i;
	int fd[2];

	(void)state;
	inodes[1] = open_socket(&fd[0]);
	inodes[2] = open_socket(&fd[1]);
	for (i = 1; i <= HOLDERS_MAX + 5; i++) {
		conn = conn_of(i, inodes[i == 6 ? 1 : i == HOLDERS_MAX + 5 ? 2 : 0]);
		holders_note(h, &conn);
	}
	holders_look(h, clock_mono_ns());
	assert_non_null(holders_find(h, &conn));
	conn.cookie = 6;
	assert_non_null(holders_find(h, &conn));
	conn.cookie = 5;
	assert_null(holders_find(h, &conn));
	close(fd[0]);
	close(fd[1]);
	holders_free(h);
}

/* After a search the next one has to wait: 20 times as long as the search took. */
static void searches_take_little_of_the_time(void **state)
{
	struct holders *h = holders_new("/proc");
	uint64_t now = clock_mono_ns();
	struct conn conn;
	uint32_t inode;
	int fd;

	(void)state;
	inode = open_socket(&fd);
	conn = conn_of(1, inode);
	holders_note(h, &conn);
	holders_look(h, now);
	conn = conn_of(2, inode);
	holders_note(h, &conn);
	holders_look(h, now);
	assert_null(holders_find(h, &conn));
	holders_look(h, now + 1000 * SEC);
	assert_non_null(holders_find(h, &conn));
	close(fd);
	holders_free(h);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_this_process),
		cmocka_unit_test(looks_for_no_other),
		cmocka_unit_test(forgets_the_oldest),
		cmocka_unit_test(searches_take_little_of_the_time),
	};

	return RUN_TESTS(tests);
}
