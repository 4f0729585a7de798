// SPDX-License-Identifier: GPL-2.0
/*
 * The benchmark's workload: connections N. N times over loopback, one after the other:
 * connect, accept, the client closes, the server closes.
 */
#include <err.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static struct sockaddr_in address = {
	.sin_family = AF_INET,
};

/* Returns the listening socket; its address is in @address. */
static int start_listener(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	socklen_t len = sizeof(address);

	if (fd < 0)
		err(1, "socket");
	/* An odd port: connect() tries even local ports first. */
	address.sin_port = htons(7001);
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(fd, (struct sockaddr *)&address, len))
		err(1, "bind");
	if (listen(fd, 16))
		err(1, "listen");
	return fd;
}

static void run_connection(int listener)
{
	int client = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	int server;

	if (client < 0)
		err(1, "socket");
	if (connect(client, (struct sockaddr *)&address, sizeof(address)))
		err(1, "connect");
	server = accept(listener, NULL, NULL);
	if (server < 0)
		err(1, "accept");
	if (close(client) || close(server))
		err(1, "close");
}

int main(int argc, char **argv)
{
	int listener, i, n = argc == 2 ? atoi(argv[1]) : 0;

	if (n <= 0)
		errx(2, "usage: connections N");
	listener = start_listener();
	for (i = 0; i < n; i++)
		run_connection(listener);
	return 0;
}
