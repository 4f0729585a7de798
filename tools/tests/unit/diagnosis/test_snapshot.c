// SPDX-License-Identifier: GPL-2.0
/* What the sockets of this machine, and what is made up of them, lead to. */
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "diagnosis/snapshot.h"

static struct facts facts;
static struct snapshot snapshot;

static int set_up(void **state)
{
	(void)state;
	memset(&facts, 0, sizeof(facts));
	memset(&snapshot, 0, sizeof(snapshot));
	snapshot.facts = &facts;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	snapshot_end(&snapshot);
	free(facts.present.held);
	return 0;
}

/* Connect, and close the client: the server is in CLOSE_WAIT. Return the server. */
static int open_close_wait(void)
{
	struct sockaddr_in addr = { .sin_family = AF_INET };
	int listener = socket(AF_INET, SOCK_STREAM, 0), client, server;
	socklen_t len = sizeof(addr);
	char c;

	addr.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	assert_int_equal(bind(listener, (struct sockaddr *)&addr, sizeof(addr)), 0);
	assert_int_equal(listen(listener, 1), 0);
	assert_int_equal(getsockname(listener, (struct sockaddr *)&addr, &len), 0);
	client = socket(AF_INET, SOCK_STREAM, 0);
	assert_int_equal(connect(client, (struct sockaddr *)&addr, sizeof(addr)), 0);
	server = accept(listener, NULL, NULL);
	assert_true(server >= 0);
	close(client);
	close(listener);
	assert_int_equal(read(server, &c, 1), 0);
	return server;
}

/* Keep a socket that waits, and whose owner was not found. */
static struct held_socket *keep_hidden(int fd)
{
	struct held_socket *held = snapshot_keep(&snapshot);
	socklen_t len = sizeof(held->cookie);
	struct stat st;

	assert_non_null(held);
	*held = (struct held_socket){ .state = TCP_CLOSE_WAIT };
	assert_int_equal(getsockopt(fd, SOL_SOCKET, SO_COOKIE, &held->cookie, &len), 0);
	assert_int_equal(fstat(fd, &st), 0);
	held->inode = (uint32_t)st.st_ino;
	return held;
}

/* A socket that was closed while /proc was searched is not hidden. */
static void drops_what_was_closed_meanwhile(void **state)
{
	int open = open_close_wait(), closed = open_close_wait();
	struct held_socket *held;

	(void)state;
	assert_false(snapshot_hides(&snapshot));
	keep_hidden(closed);
	keep_hidden(open);
	/* This one has an owner; that its state is another one by now does not matter. */
	held = keep_hidden(open);
	held->pid = 7;
	held->cookie++;
	close(closed);
	assert_true(snapshot_hides(&snapshot));
	snapshot_recheck(&snapshot);
	assert_int_equal(facts.present.nheld, 2);
	assert_true(snapshot_hides(&snapshot));
	close(open);
	snapshot_recheck(&snapshot);
	assert_int_equal(facts.present.nheld, 1);
	assert_int_equal(facts.present.held[0].pid, 7);
	assert_false(snapshot_hides(&snapshot));
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(drops_what_was_closed_meanwhile),
	};

	return RUN_TESTS(tests);
}
