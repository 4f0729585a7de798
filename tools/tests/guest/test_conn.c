// SPDX-License-Identifier: GPL-2.0
/* Opens, closes and cleans up a connection under test. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "test_conn.h"

/* Back to the first namespace: a test that failed may have left another one. */
static void begin(struct test_conn *t)
{
	static int home = -1;

	memset(t, 0, sizeof(*t));
	t->later = -1;
	if (home < 0)
		home = ns_current();
	ns_enter(home);
	t->home = home;
}

/* Turn a v4-mapped IPv6 address into the IPv4 address. */
static void unmap(struct sockaddr_storage *addr)
{
	const struct sockaddr_in6 in6 = *(struct sockaddr_in6 *)addr;
	struct sockaddr_in *in = (struct sockaddr_in *)addr;

	if (addr->ss_family != AF_INET6 ||
	    !IN6_IS_ADDR_V4MAPPED(&in6.sin6_addr))
		return;
	in->sin_family = AF_INET;
	memcpy(&in->sin_addr, &in6.sin6_addr.s6_addr[12],
	       sizeof(in->sin_addr));
}

static void connect_ends(struct test_conn *t, uint16_t port)
{
	int i;

	pair_open_from(&t->path, &t->pair, port);
	for (i = 0; i < 2; i++) {
		socklen_t len = sizeof(t->addr[i]);

		must(getsockname(t->pair.fd[i], (struct sockaddr *)&t->addr[i],
				 &len));
		unmap(&t->addr[i]);
		t->netns[i] = ns_inode(t->path.ns[i]);
	}
	events_open(&t->events);
}

/*
 * Establish a connection from the client's @port, 0 for any. @family AF_UNSPEC
 * stands for IPv4 over IPv6 sockets (v4-mapped addresses) on loopback.
 */
void test_conn_open(struct test_conn *t, int family, bool veth, uint16_t port)
{
	struct sockaddr_in6 *addr = (struct sockaddr_in6 *)&t->path.addr;

	begin(t);
	path_open(&t->path, family ?: AF_INET6, veth);
	if (family == AF_UNSPEC)
		inet_pton(AF_INET6, "::ffff:127.0.0.1", &addr->sin6_addr);
	connect_ends(t, port);
}

/* Remove the connection and its namespaces, so that no event comes later. */
void test_conn_cleanup(struct test_conn *t)
{
	if (t->pair.listener >= 0)
		close(t->pair.listener);
	if (t->later >= 0) {
		linger_zero(t->later);
		close(t->later);
	}
	events_close(&t->events);
	path_close(&t->path);
	ns_enter(t->home);
	/* The kernel removes namespaces in the background. */
	pause_ms(100);
}

void test_conn_wait_ends(struct test_conn *t)
{
	events_wait_end(&t->events, t->pair.cookie[0]);
	events_wait_end(&t->events, t->pair.cookie[1]);
}

/* Let netem delay or drop what this end sends, e.g. "add loss 100%%", "del". */
void test_conn_netem(const struct test_conn *t, int end,
		     const char *format, ...)
{
	char netem[64], what[16];
	va_list args;

	va_start(args, format);
	vsnprintf(netem, sizeof(netem), format, args);
	va_end(args);
	snprintf(what, sizeof(what), "%.*s", (int)strcspn(netem, " "), netem);
	ns_enter(t->path.ns[end]);
	run("tc qdisc %s dev %s root netem%s", what,
	    end && t->path.ns[0] != t->path.ns[1] ? "veth1" : t->path.dev,
	    netem + strlen(what));
	ns_enter(t->path.ns[0]);
}

/* Shut the client's sending direction down and wait until it is in FIN_WAIT2. */
void test_conn_half_close(struct test_conn *t)
{
	must(shutdown(t->pair.fd[0], SHUT_WR));
	expect_fin(t->pair.fd[1]);
	wait_state(t->pair.fd[0], TCP_FIN_WAIT2);
}

/* Close end @first and wait until it is a mini-socket in FIN_WAIT2. */
void test_conn_close_first(struct test_conn *t, int first)
{
	close(t->pair.fd[first]);
	expect_fin(t->pair.fd[!first]);
	events_wait_kind(&t->events, t->pair.cookie[first], "tw-birth");
}

/* Close both ends and wait until end @first is in TIME_WAIT. */
void test_conn_close_both(struct test_conn *t, int first)
{
	test_conn_close_first(t, first);
	close(t->pair.fd[!first]);
	events_wait_kind(&t->events, t->pair.cookie[first], "tw-flip");
	events_wait_end(&t->events, t->pair.cookie[!first]);
}
