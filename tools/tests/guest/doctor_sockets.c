// SPDX-License-Identifier: GPL-2.0
/*
 * "tcpfin doctor" on who holds a socket, who is at its other end, what waits in vain
 * for the peer, and what was never closed: each trouble is made on real sockets.
 */
#include <errno.h>
#include <linux/io_uring.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "findings.h"
#include "traffic.h"

#define CHILDREN	5
#define LEAKED		50

/* The sentence of the finding must contain this. */
static void want_what(struct json_object *finding, const char *part)
{
	if (!strstr(string(finding, "what"), part))
		fail_msg("'%s' expected, seen: %s", part, string(finding, "what"));
}

/* Five children of one program leak a connection each: one finding, which names all. */
static void test_children(void **state)
{
	struct testbed tb = { 0 };
	struct json_object *f, *holder;
	struct pair pair;
	char part[64];
	pid_t pids[CHILDREN];
	int i;

	(void)state;
	testbed_open(&tb, AF_INET);
	for (i = 0; i < CHILDREN; i++) {
		testbed_connect(&tb, &pair);
		pids[i] = leak("app", &pair, 1);
		close(pair.fd[0]);
	}
	pause_ms(LONG_MS);
	expect_findings(&tb, "", "close-wait");
	f = tb.reader.object[0];
	want_number(f, "count", CHILDREN);
	want_number(f, "processes", CHILDREN);
	want_number(f, "recv_q", 1);
	want_number(f, "recv_q_all", CHILDREN);
	snprintf(part, sizeof(part), "5 processes of app (pid %d, %d, %d and 2 others) hold",
		 pids[0], pids[1], pids[2]);
	want_what(f, part);
	holder = json_object_array_get_idx(member(f, "holders"), 0);
	assert_int_equal(json_object_array_length(member(holder, "pids")), CHILDREN);
	want_advice(f, "a restart of all 5 processes frees them");
	for (i = 0; i < CHILDREN; i++)
		stop(pids[i], SIGKILL);
	expect_findings(&tb, "", "");
	testbed_close(&tb);
}

/* One connection that two programs hold: both are named, and both have to be ended. */
static void test_shared(void **state)
{
	struct testbed tb = { 0 };
	struct json_object *f;
	struct pair pair;
	char part[96];
	pid_t pids[2];

	(void)state;
	testbed_open(&tb, AF_INET);
	testbed_connect(&tb, &pair);
	pids[0] = keep("supervisor", &pair, 1);
	pids[1] = leak("worker", &pair, 1);
	send_bytes(pair.fd[0], 100);
	close(pair.fd[0]);
	pause_ms(LONG_MS);
	expect_findings(&tb, "", "close-wait");
	f = tb.reader.object[0];
	snprintf(part, sizeof(part), "supervisor (pid %d) and worker (pid %d) hold 1 ",
		 pids[0], pids[1]);
	want_what(f, part);
	want_number(f, "processes", 2);
	want_number(f, "recv_q", 101);
	want_evidence(f, "Recv-Q 101, Send-Q 0");
	want_advice(f, "a restart of all 2 processes frees them");
	expect_findings(&tb, "comm = worker", "close-wait");
	stop(pids[0], SIGKILL);
	expect_findings(&tb, "", "close-wait");
	want_number(tb.reader.object[0], "pid", pids[1]);
	want_number(tb.reader.object[0], "processes", 1);
	want_advice(tb.reader.object[0], "; a restart frees them");
	stop(pids[1], SIGKILL);
	/* That nobody read the data is told now. */
	expect_findings(&tb, "", "data-lost");
	testbed_close(&tb);
}

static void send_descriptor(int channel, int fd)
{
	char control[CMSG_SPACE(sizeof(fd))] = { 0 }, byte = 0;
	struct iovec iov = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(&msg);

	cmsg->cmsg_level = SOL_SOCKET;
	cmsg->cmsg_type = SCM_RIGHTS;
	cmsg->cmsg_len = CMSG_LEN(sizeof(fd));
	memcpy(CMSG_DATA(cmsg), &fd, sizeof(fd));
	must(sendmsg(channel, &msg, 0));
}

/* No process is named; the places that can be shown are, and no other one. */
static void expect_hidden(struct testbed *tb, const char *place, int fd)
{
	char part[96];
	struct json_object *f;

	expect_findings(tb, "", "close-wait");
	f = tb->reader.object[0];
	want_null(f, "pid");
	want_what(f, "a process that was not found holds 1 connection");
	want_evidence(f, " refers to socket inode ");
	snprintf(part, sizeof(part), "%s fd %d of doctor_sockets (pid %d)", place, fd,
		 getpid());
	want_evidence(f, part);
	assert_int_equal(json_object_array_length(member(f, "advice")), 0);
}

/* A descriptor that was sent, and not received. */
static void test_queued(void **state)
{
	struct testbed tb = { 0 };
	struct pair pair;
	int channel[2];

	(void)state;
	testbed_open(&tb, AF_INET);
	leave_close_wait(&tb, &pair);
	must(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, channel));
	send_descriptor(channel[0], pair.fd[1]);
	close(pair.fd[1]);
	pause_ms(LONG_MS);
	expect_hidden(&tb, "1 descriptor is in the queue of the unix socket", channel[1]);
	close(channel[1]);
	close(channel[0]);
	expect_findings(&tb, "", "");
	testbed_close(&tb);
}

/* A socket that an io_uring has registered. */
static void test_io_uring(void **state)
{
	struct io_uring_params params = { 0 };
	struct testbed tb = { 0 };
	struct pair pair;
	int ring;

	(void)state;
	ring = (int)syscall(SYS_io_uring_setup, 1, &params);
	/* This kernel has none, or they are forbidden. */
	if (ring < 0)
		skip();
	testbed_open(&tb, AF_INET);
	leave_close_wait(&tb, &pair);
	must((int)syscall(SYS_io_uring_register, ring, IORING_REGISTER_FILES,
			  &pair.fd[1], 1));
	close(pair.fd[1]);
	pause_ms(LONG_MS);
	expect_hidden(&tb, "an io_uring:", ring);
	close(ring);
	events_wait_end(&tb.events, pair.cookie[1]);
	expect_findings(&tb, "", "");
	testbed_close(&tb);
}

/* Seen from a pid namespace in which the process is not: it is to be found elsewhere. */
static void test_other_pids(void **state)
{
	struct testbed tb = { 0 };
	struct pair pair;

	(void)state;
	testbed_open(&tb, AF_INET);
	leave_close_wait(&tb, &pair);
	pause_ms(LONG_MS);
	run("unshare -pf --mount-proc tcpfin doctor --json >/tmp/nested; [ $? = 2 ]");
	run("grep -q 'look in the other pid namespaces' /tmp/nested");
	run("grep -q 'not all processes can be seen' /tmp/nested");
	run("inode=$(sed -n 's/.*socket inode \\([0-9]*\\)\".*/\\1/p' /tmp/nested) && "
	    "[ \"$(readlink /proc/%d/fd/%d)\" = \"socket:[$inode]\" ]",
	    getpid(), pair.fd[1]);
	close(pair.fd[1]);
	expect_findings(&tb, "", "");
	testbed_close(&tb);
}

/* A half-close that the other side, on this machine, does not answer. */
static void half_close(struct testbed *tb, struct pair *pair, pid_t pids[2])
{
	struct pair turned;

	testbed_connect(tb, pair);
	must(shutdown(pair->fd[0], SHUT_WR));
	expect_eof(pair->fd[1]);
	turned = *pair;
	turned.fd[0] = pair->fd[1];
	turned.fd[1] = pair->fd[0];
	pids[0] = keep("socat", &turned, 1);
	ns_enter(tb->path.ns[1]);
	pids[1] = keep("app-mapper", pair, 1);
	ns_enter(tb->path.ns[0]);
	close(pair->fd[0]);
	close(pair->fd[1]);
	pause_ms(LONG_MS);
}

static void expect_peer(struct testbed *tb, const pid_t pids[2])
{
	struct json_object *f;

	expect_findings(tb, "", "close-wait, fin-wait-2");
	f = tb->reader.object[0];
	want_number(f, "pid", pids[1]);
	want_string(f, "peer_state", "FIN_WAIT2");
	f = tb->reader.object[1];
	want_number(f, "pid", pids[0]);
	want_number(f, "peers_here", 1);
	want_number(f, "peer_pid", pids[1]);
	want_string(f, "peer_comm", "app-mapper");
	want_string(f, "peer_state", "CLOSE_WAIT");
}

/* In the same namespace it is the other end, and its process can do something. */
static void expect_certain_peer(struct testbed *tb, const pid_t pids[2])
{
	char part[96];

	snprintf(part, sizeof(part), "the other end is on this machine: socat (pid %d)",
		 pids[0]);
	want_evidence(tb->reader.object[0], part);
	snprintf(part, sizeof(part), "socat waits for app-mapper (pid %d), on this machine",
		 pids[1]);
	want_evidence(tb->reader.object[1], part);
	snprintf(part, sizeof(part), "have app-mapper (pid %d) close() its end", pids[1]);
	want_advice(tb->reader.object[1], part);
}

/* In another one it may be a coincidence, and is told as that. */
static void expect_maybe_peer(struct testbed *tb, const pid_t pids[2])
{
	struct json_object *f = tb->reader.object[1];
	char part[96];

	want_evidence(f, "a socket with these addresses is in network namespace ");
	snprintf(part, sizeof(part), ", program app-mapper (pid %d), in CLOSE_WAIT", pids[1]);
	want_evidence(f, part);
	assert_int_equal(json_object_array_length(member(f, "advice")), 1);
}

static void end_peer(struct testbed *tb, const pid_t pids[2])
{
	stop(pids[1], SIGKILL);
	expect_findings(tb, "", "");
	stop(pids[0], SIGKILL);
}

/* The other end is in the same network namespace, or in another one. */
static void test_peer(void **state)
{
	struct testbed tb = { 0 };
	struct path first;
	struct pair pair;
	pid_t pids[2];
	char args[32];

	(void)state;
	testbed_open(&tb, AF_INET6);
	half_close(&tb, &pair, pids);
	expect_peer(&tb, pids);
	expect_certain_peer(&tb, pids);
	want_number(tb.reader.object[1], "peer_netns", ns_inode(tb.path.ns[0]));
	end_peer(&tb, pids);

	first = tb.path;
	path_open(&tb.path, AF_INET, true);
	half_close(&tb, &pair, pids);
	expect_peer(&tb, pids);
	want_number(tb.reader.object[1], "peer_netns", ns_inode(tb.path.ns[1]));
	expect_maybe_peer(&tb, pids);
	/* Where the other namespace is not looked at, nothing is told of it. */
	snprintf(args, sizeof(args), "--netns %d", pids[0]);
	expect_findings(&tb, args, "fin-wait-2");
	want_number(tb.reader.object[0], "peers_here", 0);
	want_null(tb.reader.object[0], "peer_state");
	assert_int_equal(json_object_array_length(member(tb.reader.object[0], "advice")), 1);
	end_peer(&tb, pids);
	path_close(&first);
	testbed_close(&tb);
}

/* The other end is closed, or nobody has accepted it. */
static void test_unheld_peer(void **state)
{
	struct testbed tb = { 0 };
	int listener, client;
	struct pair pair;
	char part[96];

	(void)state;
	testbed_open(&tb, AF_INET);
	leave_close_wait(&tb, &pair);
	pause_ms(LONG_MS / 2);
	expect_findings(&tb, "--older 30s", "close-wait");
	snprintf(part, sizeof(part), "is on this machine: doctor_sockets (pid %d)", getpid());
	want_evidence(tb.reader.object[0], part);
	want_evidence(tb.reader.object[0],
		      "is in FIN_WAIT2, Recv-Q 0, Send-Q 0, and its process has closed it");
	close(pair.fd[1]);

	listener = listener_open(&tb.path);
	client = client_socket(&tb.path, 0);
	must(client_connect(client, &tb.path));
	must(shutdown(client, SHUT_WR));
	pause_ms(LONG_MS);
	expect_findings(&tb, "", "close-wait, fin-wait-2");
	want_evidence(tb.reader.object[1], "is in CLOSE_WAIT, Recv-Q 1, Send-Q 0, not accepted yet");
	want_null(tb.reader.object[1], "peer_pid");
	assert_int_equal(json_object_array_length(member(tb.reader.object[1], "advice")), 1);
	close(client);
	close(listener);
	testbed_close(&tb);
}

/* A client that closes, and a server that does not read what was sent before. */
static void shut_window(struct testbed *tb, struct pair *pair)
{
	testbed_connect(tb, pair);
	fill_window(pair->fd[0]);
	close(pair->fd[0]);
	pause_ms(LONG_MS + 30000);
}

static void expect_closed_window(struct testbed *tb, const char *reader)
{
	struct json_object *f;
	char part[96];

	expect_findings(tb, "", "closed-window");
	f = tb->reader.object[0];
	want_what(f, "1 connection closed by doctor_sockets (pid ");
	want_what(f, " waits for a peer that does not read, the oldest for at least ");
	want_number(f, "pid", getpid());
	want_number(f, "count", 1);
	want_bool(f, "at_least", true);
	want_ms(f, "oldest_ms", LONG_MS + 20000, 15000);
	want_number(f, "rport", SERVER_PORT);
	assert_true(number(f, "send_q") > 10000);
	snprintf(part, sizeof(part), "have %s read until read() returns 0", reader);
	want_advice(f, part);
}

/* The server reads to the end, and closes. */
static void read_on(struct testbed *tb, struct pair *pair)
{
	char buf[65536];

	while (must(recv(pair->fd[1], buf, sizeof(buf), 0)))
		;
	close(pair->fd[1]);
	events_wait_end(&tb->events, pair->cookie[1]);
	expect_findings(tb, "", "");
}

/* An orphan at a shut window: told while it waits, and by its cause when it gives up. */
static void test_closed_window(void **state)
{
	struct testbed tb = { 0 };
	struct path first;
	struct pair pair;
	char who[64];

	(void)state;
	testbed_open(&tb, AF_INET);
	snprintf(who, sizeof(who), "doctor_sockets (pid %d)", getpid());
	shut_window(&tb, &pair);
	expect_closed_window(&tb, who);
	want_string(tb.reader.object[0], "peer_state", "ESTABLISHED");
	read_on(&tb, &pair);

	/* The server is in a namespace in which no process is. */
	first = tb.path;
	path_open(&tb.path, AF_INET, true);
	shut_window(&tb, &pair);
	expect_closed_window(&tb, "the peer's program");
	want_null(tb.reader.object[0], "peer_state");
	events_wait_end(&tb.events, pair.cookie[0]);
	expect_findings(&tb, "", "timeouts");
	want_string(tb.reader.object[0], "cause", "zero-window");
	close(pair.fd[1]);
	path_close(&first);
	testbed_close(&tb);
}

/* Few retries: the timer never tells a minute, and the beginning of the state does. */
static void test_few_retries(void **state)
{
	struct testbed tb = { 0 };
	struct pair pair;

	(void)state;
	testbed_open(&tb, AF_INET);
	sysctl_set("ipv4/tcp_retries2", "5");
	testbed_connect(&tb, &pair);
	fill_window(pair.fd[0]);
	must(shutdown(pair.fd[0], SHUT_WR));
	pause_ms(LONG_MS);
	expect_findings(&tb, "--older 90s", "");
	expect_findings(&tb, "", "closed-window");
	want_what(tb.reader.object[0], "1 connection shut down by doctor_sockets (pid ");
	want_string(tb.reader.object[0], "severity", "note");
	read_on(&tb, &pair);
	close(pair.fd[0]);
	testbed_close(&tb);
}

static void lose_answers(struct testbed *tb, struct pair *pair)
{
	testbed_connect(tb, pair);
	run("tc qdisc add dev %s root netem loss 100%%", tb->path.dev);
	close(pair->fd[0]);
	pause_ms(LONG_MS);
	expect_findings(tb, "", "no-answer");
	want_what(tb->reader.object[0], "waits for a peer that does not answer");
	want_number(tb->reader.object[0], "send_q", 1);
	want_number(tb->reader.object[0], "count", 1);
	want_number(tb->reader.object[0], "pid", getpid());
	want_string(tb->reader.object[0], "raddr", "10.9.0.2");
	want_ms(tb->reader.object[0], "oldest_ms", LONG_MS - 3000, 4000);
}

/* A FIN that nobody answers: told while it is sent again, and when it is given up. */
static void test_no_answer(void **state)
{
	struct testbed tb = { 0 };
	struct path first;
	struct pair pair;

	(void)state;
	testbed_open(&tb, AF_INET);
	first = tb.path;
	path_open(&tb.path, AF_INET, true);
	sysctl_set("ipv4/tcp_orphan_retries", "12");
	lose_answers(&tb, &pair);
	run("tc qdisc del dev %s root", tb.path.dev);
	expect_eof(pair.fd[1]);
	close(pair.fd[1]);
	events_wait_end(&tb.events, pair.cookie[1]);
	expect_findings(&tb, "", "");

	sysctl_set("ipv4/tcp_orphan_retries", "8");
	lose_answers(&tb, &pair);
	events_wait_end(&tb.events, pair.cookie[0]);
	expect_findings(&tb, "", "timeouts");
	want_string(tb.reader.object[0], "cause", "retransmission");
	close(pair.fd[1]);
	path_close(&tb.path);
	path_open(&tb.path, AF_INET, true);

	/* It is the same where the window was shut before. */
	testbed_connect(&tb, &pair);
	fill_window(pair.fd[0]);
	run("tc qdisc add dev %s root netem loss 100%%", tb.path.dev);
	close(pair.fd[0]);
	pause_ms(LONG_MS);
	expect_findings(&tb, "", "no-answer");
	assert_true(number(tb.reader.object[0], "send_q") > 1000);
	close(pair.fd[1]);
	path_close(&first);
	testbed_close(&tb);
}

/* Close what a RST ended. */
static void close_dead(int signal)
{
	socklen_t len;
	int error, fd;

	(void)signal;
	for (fd = 3; fd < 1024; fd++) {
		len = sizeof(error);
		if (!getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &len) &&
		    error == ECONNRESET)
			close(fd);
	}
}

/* Connections that a RST ended, and that their process does not close. */
static void test_never_closed(void **state)
{
	struct pair pairs[LEAKED], living;
	struct testbed tb = { 0 };
	struct json_object *f;
	char part[64];
	pid_t pid;
	int i;

	(void)state;
	testbed_open(&tb, AF_INET);
	testbed_connect(&tb, &living);
	for (i = 0; i < LEAKED; i++)
		testbed_connect(&tb, &pairs[i]);
	signal(SIGUSR1, close_dead);
	pid = leak("app", pairs, LEAKED);
	for (i = 0; i < LEAKED; i++) {
		linger_zero(pairs[i].fd[0]);
		close(pairs[i].fd[0]);
	}
	expect_findings(&tb, "", "resets");
	pause_ms(LONG_MS);
	expect_findings(&tb, "--older 90s", "resets");
	expect_findings(&tb, "", "never-closed, resets");
	f = tb.reader.object[0];
	want_string(f, "severity", "warning");
	snprintf(part, sizeof(part), "app (pid %d) holds 50 sockets whose connections are over",
		 pid);
	want_what(f, part);
	want_number(f, "count", LEAKED);
	want_number(f, "resets", LEAKED);
	want_ms(f, "oldest_ms", LONG_MS, 2000);
	want_advice(f, "close() a socket when read() or write() fails");
	expect_findings(&tb, "comm = app", "never-closed");
	expect_findings(&tb, "comm = other", "");
	kill(pid, SIGUSR1);
	pause_ms(1000);
	expect_findings(&tb, "", "resets");
	stop(pid, SIGKILL);
	for (i = 0; i < 2; i++)
		close(living.fd[i]);
	testbed_close(&tb);
}

/* A socket that is connected again was closed as far as it can be, until the next RST. */
static void test_used_again(void **state)
{
	const struct sockaddr none = { .sa_family = AF_UNSPEC };
	struct testbed tb = { 0 };
	struct pair pair;
	int listener;

	(void)state;
	testbed_open(&tb, AF_INET);
	testbed_connect(&tb, &pair);
	linger_zero(pair.fd[1]);
	close(pair.fd[1]);
	listener = listener_open(&tb.path);
	must(connect(pair.fd[0], &none, sizeof(none)));
	must(client_connect(pair.fd[0], &tb.path));
	pair.fd[1] = must(accept4(listener, NULL, NULL, SOCK_CLOEXEC));
	close(listener);
	pause_ms(LONG_MS);
	expect_findings(&tb, "", "resets");
	linger_zero(pair.fd[1]);
	close(pair.fd[1]);
	pause_ms(LONG_MS);
	expect_findings(&tb, "", "never-closed, resets");
	want_number(tb.reader.object[0], "count", 1);
	want_number(tb.reader.object[0], "pid", getpid());
	want_string(tb.reader.object[0], "severity", "note");
	close(pair.fd[0]);
	expect_findings(&tb, "", "resets");
	testbed_close(&tb);
}

/* Who holds a port, where the filter tells the process, too. */
static void test_port_of_program(void **state)
{
	struct testbed tb = { 0 };
	struct pair pair;
	char args[96];
	pid_t pids[2];

	(void)state;
	testbed_open(&tb, AF_INET);
	testbed_connect(&tb, &pair);
	pids[0] = keep("app", &pair, 1);
	pids[1] = leak("worker", &pair, 1);
	snprintf(args, sizeof(args), "sport = :%d and comm = worker", SERVER_PORT);
	expect_findings(&tb, args, "port");
	want_number(tb.reader.object[0], "count", 1);
	want_number(tb.reader.object[0], "pid", pids[0]);
	snprintf(args, sizeof(args), "of app (pid %d) and worker (pid %d)", pids[0], pids[1]);
	want_evidence(tb.reader.object[0], args);
	want_evidence(tb.reader.object[0], ", Recv-Q 0, Send-Q 0");
	snprintf(args, sizeof(args), "sport = :%d and comm = other", SERVER_PORT);
	expect_findings(&tb, args, "");
	stop(pids[0], SIGKILL);
	stop(pids[1], SIGKILL);
	close(pair.fd[0]);
	testbed_close(&tb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_children),
		cmocka_unit_test(test_shared),
		cmocka_unit_test(test_queued),
		cmocka_unit_test(test_io_uring),
		cmocka_unit_test(test_other_pids),
		cmocka_unit_test(test_peer),
		cmocka_unit_test(test_unheld_peer),
		cmocka_unit_test(test_closed_window),
		cmocka_unit_test(test_few_retries),
		cmocka_unit_test(test_no_answer),
		cmocka_unit_test(test_never_closed),
		cmocka_unit_test(test_used_again),
		cmocka_unit_test(test_port_of_program),
	};

	return cmocka_run_group_tests_name("doctor_sockets", tests, NULL, NULL);
}
