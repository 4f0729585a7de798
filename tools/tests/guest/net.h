/* SPDX-License-Identifier: GPL-2.0 */
/* Network namespaces, paths between them, and pairs of TCP sockets. */
#ifndef TESTS_NET_H
#define TESTS_NET_H

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

#define SERVER_PORT	7777

/* The call's result; fails the test with errno if it is negative. */
#define must(call)							\
	({								\
		__typeof__(call) must_ret = (call);			\
		if (must_ret < 0)					\
			fail_msg("%s: %m", #call);			\
		must_ret;						\
	})

/**
 * struct path - namespaces, device and address of the two ends of a connection
 * @name: "veth" or "loopback"
 * @family: AF_INET or AF_INET6
 * @ns: the namespaces of the client (0) and the server (1)
 * @addr: the server's address and port, as the client sees it
 * @dev: the client's device
 */
struct path {
	const char *name;
	int family;
	int ns[2];
	struct sockaddr_storage addr;
	const char *dev;
};

/* An established connection: client (0) and server (1). */
struct pair {
	int fd[2];
	uint64_t cookie[2];
	int listener;
};

bool kernel_is_since(unsigned int major, unsigned int minor);
bool kernel_kills_minis(void);
void run(const char *format, ...) __attribute__((format(printf, 1, 2)));
void sysctl_set(const char *name, const char *value);
void pause_ms(unsigned int ms);
int load_exactly(const char *parameters);

int ns_current(void);
int ns_new(void);
void ns_enter(int ns);
unsigned int ns_inode(int ns);

void path_open(struct path *path, int family, bool veth);
void path_close(struct path *path);

int listener_open(const struct path *path);
int client_socket(const struct path *path, uint16_t port);
int client_connect(int fd, const struct path *path);
void pair_open(const struct path *path, struct pair *pair);
void pair_open_from(const struct path *path, struct pair *pair, uint16_t port);
void pair_close_listener(struct pair *pair);

uint64_t cookie_of(int fd);
uint16_t local_port(int fd);
int state_of(int fd);
void wait_state(int fd, int state);
void linger_zero(int fd);
void pair_reset(struct pair *pair);
void set_linger2(int fd, int seconds);
void send_bytes(int fd, size_t count);
void receive_bytes(int fd, size_t count);
uint32_t next_number(int fd);
void fill_window(int fd);
void expect_eof(int fd);
void set_quickack(int fd, int on);
void expect_fin(int fd);

#endif /* TESTS_NET_H */
