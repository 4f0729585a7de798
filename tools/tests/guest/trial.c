// SPDX-License-Identifier: GPL-2.0
/* One connection on trial. */
#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "trial.h"

/* A trial that failed may have left us elsewhere. */
static void begin(struct trial *t)
{
	static int home = -1;

	memset(t, 0, sizeof(*t));
	t->later = -1;
	if (home < 0)
		home = ns_current();
	ns_enter(home);
	t->home = home;
}

/* A v4-mapped address as what it is. */
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

static void connect_ends(struct trial *t, uint16_t port)
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

/* Establish one; @port is the client's, 0 for any. */
void trial_open(struct trial *t, int family, bool veth, uint16_t port)
{
	begin(t);
	path_open(&t->path, family, veth);
	connect_ends(t, port);
}

/* On loopback, by IPv6 sockets that speak IPv4. */
void trial_open_mapped(struct trial *t)
{
	struct sockaddr_in6 *addr = (struct sockaddr_in6 *)&t->path.addr;

	begin(t);
	path_open(&t->path, AF_INET6, false);
	inet_pton(AF_INET6, "::ffff:127.0.0.1", &addr->sin6_addr);
	connect_ends(t, 0);
}

/* Nothing of it is left: no event of it comes later. */
void trial_close(struct trial *t)
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
	/* Namespaces are taken down in the background. */
	pause_ms(100);
}

void trial_wait_ends(struct trial *t)
{
	events_wait_end(&t->events, t->pair.cookie[0]);
	events_wait_end(&t->events, t->pair.cookie[1]);
}

/* Tell netem what to do with what this end sends: "add ... loss 100%%". */
void trial_tc(const struct trial *t, int end, const char *format, ...)
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

/* Orphan close, up to the mini-socket in FIN_WAIT2. */
void trial_close_first(struct trial *t, int first)
{
	close(t->pair.fd[first]);
	expect_fin(t->pair.fd[!first]);
	events_wait_kind(&t->events, t->pair.cookie[first], "tw-birth");
}

/* The whole four-way handshake, up to TIME_WAIT. */
void trial_close_both(struct trial *t, int first)
{
	trial_close_first(t, first);
	close(t->pair.fd[!first]);
	events_wait_kind(&t->events, t->pair.cookie[first], "tw-flip");
	events_wait_end(&t->events, t->pair.cookie[!first]);
}
