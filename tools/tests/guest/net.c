// SPDX-License-Identifier: GPL-2.0
/* Network namespaces, paths between them, and pairs of TCP sockets. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "net.h"

/* Is the kernel at least this version? Only for what cannot be tested otherwise. */
bool kernel_is_since(unsigned int major, unsigned int minor)
{
	unsigned int seen_major, seen_minor;
	struct utsname name;

	must(uname(&name));
	assert_int_equal(sscanf(name.release, "%u.%u", &seen_major,
				&seen_minor), 2);
	return seen_major > major ||
	       (seen_major == major && seen_minor >= minor);
}

/* tcp_abort() ends mini-sockets in 6.1; in 5.10 it fails with EOPNOTSUPP. */
bool kernel_kills_minis(void)
{
	return kernel_is_since(6, 1);
}

/* Run a shell command; fail the test unless it succeeds. */
void run(const char *format, ...)
{
	char command[512];
	va_list args;
	int status;

	va_start(args, format);
	vsnprintf(command, sizeof(command), format, args);
	va_end(args);
	status = system(command);
	if (status)
		fail_msg("'%s' ended with status %d", command, status);
}

/* Set a sysctl of this network namespace; @name is a path below /proc/sys/net/. */
void sysctl_set(const char *name, const char *value)
{
	char path[128];
	int fd;

	snprintf(path, sizeof(path), "/proc/sys/net/%s", name);
	fd = must(open(path, O_WRONLY | O_CLOEXEC));
	if (write(fd, value, strlen(value)) < 0)
		fail_msg("%s = %s: %m", path, value);
	close(fd);
}

/* Load the module with exactly these bytes as parameters; returns 0 or errno. */
int load_exactly(const char *parameters)
{
	int fd = must(open("/lib/tcpfin.ko", O_RDONLY | O_CLOEXEC));
	long ret = syscall(SYS_finit_module, fd, parameters, 0);
	int err = ret ? errno : 0;

	close(fd);
	return err;
}

/* Let guest time pass; not for synchronisation, except to poll for a condition. */
void pause_ms(unsigned int ms)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000L };

	while (nanosleep(&ts, &ts) && errno == EINTR)
		;
}

int ns_current(void)
{
	/* No O_CLOEXEC: ip(8) finds the namespace as /proc/self/fd/N. */
	return must(open("/proc/thread-self/ns/net", O_RDONLY));
}

/* Create and enter a network namespace with loopback up. */
int ns_new(void)
{
	must(unshare(CLONE_NEWNET));
	run("ip link set lo up");
	return ns_current();
}

void ns_enter(int ns)
{
	must(setns(ns, CLONE_NEWNET));
}

unsigned int ns_inode(int ns)
{
	struct stat st;

	must(fstat(ns, &st));
	return st.st_ino;
}

static void set_address(struct path *path, const char *v4, const char *v6)
{
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&path->addr;
	struct sockaddr_in *in = (struct sockaddr_in *)&path->addr;

	memset(&path->addr, 0, sizeof(path->addr));
	path->addr.ss_family = path->family;
	if (path->family == AF_INET6) {
		in6->sin6_port = htons(SERVER_PORT);
		inet_pton(AF_INET6, v6, &in6->sin6_addr);
	} else {
		in->sin_port = htons(SERVER_PORT);
		inet_pton(AF_INET, v4, &in->sin_addr);
	}
}

/*
 * Set up one end of a veth pair in the current namespace, with the other end's
 * link-layer address: resolving it would add to the first round-trip time that TCP
 * measures.
 */
static void veth_up(int end)
{
	int self = end + 1, other = 2 - end;

	run("ip link set veth%d address 02:00:00:00:00:0%d up && "
	    "ip addr add 10.9.0.%d/24 dev veth%d && "
	    "ip addr add fd09::%d/64 dev veth%d nodad && "
	    "ip neigh add 10.9.0.%d lladdr 02:00:00:00:00:0%d dev veth%d && "
	    "ip neigh add fd09::%d lladdr 02:00:00:00:00:0%d dev veth%d",
	    end, self, self, end, self, end, other, other, end, other, other,
	    end);
}

/*
 * Create a path: loopback in one new namespace, or a veth pair between two. The
 * caller is in the client's namespace afterwards.
 */
void path_open(struct path *path, int family, bool veth)
{
	path->family = family;
	path->name = veth ? "veth" : "loopback";
	path->dev = veth ? "veth0" : "lo";
	path->ns[1] = ns_new();
	if (!veth) {
		path->ns[0] = ns_current();
		set_address(path, "127.0.0.1", "::1");
		return;
	}
	path->ns[0] = ns_new();
	run("ip link add veth0 type veth peer name veth1 netns /proc/self/fd/%d",
	    path->ns[1]);
	veth_up(0);
	ns_enter(path->ns[1]);
	veth_up(1);
	ns_enter(path->ns[0]);
	set_address(path, "10.9.0.2", "fd09::2");
}

void path_close(struct path *path)
{
	int i;

	for (i = 0; i < 2; i++) {
		if (path->ns[i] >= 0)
			close(path->ns[i]);
		path->ns[i] = -1;
	}
}

int listener_open(const struct path *path)
{
	int one = 1, fd;

	ns_enter(path->ns[1]);
	fd = must(socket(path->family, SOCK_STREAM | SOCK_CLOEXEC, 0));
	must(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)));
	must(bind(fd, (struct sockaddr *)&path->addr, sizeof(path->addr)));
	must(listen(fd, 1024));
	ns_enter(path->ns[0]);
	return fd;
}

/* Create a client's socket; @port is its local port, 0 for any. */
int client_socket(const struct path *path, uint16_t port)
{
	struct sockaddr_in6 local = { .sin6_family = path->family };
	int one = 1;
	int fd = must(socket(path->family, SOCK_STREAM | SOCK_CLOEXEC, 0));

	/* sin_port has the same offset. */
	local.sin6_port = htons(port);
	must(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one)));
	if (port)
		must(bind(fd, (struct sockaddr *)&local, sizeof(local)));
	return fd;
}

int client_connect(int fd, const struct path *path)
{
	return connect(fd, (const struct sockaddr *)&path->addr,
		       sizeof(path->addr));
}

/* Connect from @port, 0 for any; the caller stays in the client's namespace. */
void pair_open_from(const struct path *path, struct pair *pair, uint16_t port)
{
	pair->listener = listener_open(path);
	pair->fd[0] = client_socket(path, port);
	must(client_connect(pair->fd[0], path));
	pair->fd[1] = must(accept4(pair->listener, NULL, NULL, SOCK_CLOEXEC));
	pair->cookie[0] = cookie_of(pair->fd[0]);
	pair->cookie[1] = cookie_of(pair->fd[1]);
}

void pair_open(const struct path *path, struct pair *pair)
{
	pair_open_from(path, pair, 0);
}

void pair_close_listener(struct pair *pair)
{
	close(pair->listener);
	pair->listener = -1;
}

uint64_t cookie_of(int fd)
{
	uint64_t cookie = 0;
	socklen_t len = sizeof(cookie);

	must(getsockopt(fd, SOL_SOCKET, SO_COOKIE, &cookie, &len));
	return cookie;
}

uint16_t local_port(int fd)
{
	struct sockaddr_in6 local;
	socklen_t len = sizeof(local);

	must(getsockname(fd, (struct sockaddr *)&local, &len));
	return ntohs(local.sin6_port);
}

int state_of(int fd)
{
	struct tcp_info info = { 0 };
	socklen_t len = sizeof(info);

	must(getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &len));
	return info.tcpi_state;
}

/* Wait, for 10 s of guest time at most, until the socket is in a state. */
void wait_state(int fd, int state)
{
	int tries;

	for (tries = 0; state_of(fd) != state; tries++) {
		if (tries == 10000)
			fail_msg("state %d expected, %d seen", state,
				 state_of(fd));
		pause_ms(1);
	}
}

/* Let close() abort the connection with a RST. */
void linger_zero(int fd)
{
	struct linger linger = { .l_onoff = 1 };

	must(setsockopt(fd, SOL_SOCKET, SO_LINGER, &linger, sizeof(linger)));
}

/* Reset the connection; the server closes after it has received the RST. */
void pair_reset(struct pair *pair)
{
	char byte;

	linger_zero(pair->fd[0]);
	close(pair->fd[0]);
	assert_int_equal(recv(pair->fd[1], &byte, 1, 0), -1);
	assert_int_equal(errno, ECONNRESET);
	close(pair->fd[1]);
}

/* Timeout of FIN_WAIT2 in seconds; negative: none. */
void set_linger2(int fd, int seconds)
{
	must(setsockopt(fd, IPPROTO_TCP, TCP_LINGER2, &seconds,
			sizeof(seconds)));
}

void send_bytes(int fd, size_t count)
{
	char buf[4096] = { 0 };

	while (count) {
		size_t part = count < sizeof(buf) ? count : sizeof(buf);

		count -= must(send(fd, buf, part, MSG_NOSIGNAL));
	}
}

void receive_bytes(int fd, size_t count)
{
	char buf[4096];

	while (count) {
		ssize_t part = must(recv(fd, buf, count < sizeof(buf) ? count :
					 sizeof(buf), 0));

		assert_int_not_equal(part, 0);
		count -= part;
	}
}

/* Return the number that the socket expects next from its peer. */
uint32_t next_number(int fd)
{
	int on = 1, off = 0, queue = TCP_RECV_QUEUE;
	socklen_t len = sizeof(uint32_t);
	uint32_t seq;

	must(setsockopt(fd, IPPROTO_TCP, TCP_REPAIR, &on, sizeof(on)));
	must(setsockopt(fd, IPPROTO_TCP, TCP_REPAIR_QUEUE, &queue, sizeof(queue)));
	must(getsockopt(fd, IPPROTO_TCP, TCP_QUEUE_SEQ, &seq, &len));
	must(setsockopt(fd, IPPROTO_TCP, TCP_REPAIR, &off, sizeof(off)));
	return seq;
}

/* Send until the peer, which does not read, has closed its window. */
void fill_window(int fd)
{
	char buf[16384] = { 0 };

	for (;;) {
		if (send(fd, buf, sizeof(buf), MSG_DONTWAIT) >= 0)
			continue;
		pause_ms(1000);
		if (send(fd, buf, sizeof(buf), MSG_DONTWAIT) < 0)
			return;
	}
}

void expect_eof(int fd)
{
	char c;

	assert_int_equal(must(recv(fd, &c, 1, 0)), 0);
}

/* Acknowledge at once (1), or delay ACKs by at least 40 ms (0). */
void set_quickack(int fd, int on)
{
	must(setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &on, sizeof(on)));
}

/*
 * Wait for the peer's FIN and acknowledge it at once. The kernel may delay the ACK
 * (tcp_fin()) until the peer retransmits the FIN.
 */
void expect_fin(int fd)
{
	expect_eof(fd);
	set_quickack(fd, 1);
}
