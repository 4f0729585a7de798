// SPDX-License-Identifier: GPL-2.0
/*
 * Measures the CPU time of "tcpfin top" while a thousand connections a second end and
 * many sockets are in TIME_WAIT.
 *
 * Compares the CPU time of the process with the elapsed time. In the virtual machine an
 * instruction takes a nanosecond, so that one percent of a processor is 10,000
 * instructions a teardown, frames included.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "program.h"
#include "top_cost.h"
#include "traffic.h"

#define NS_PER_S	1000000000LL
/* Teardowns a second, and seconds of load. */
#define TEARDOWNS	1000
#define SECONDS		6
/* Connections that end together, and connections to one address. */
#define BATCH		400
#define TO_ADDRESS	20000
/* Network namespaces beside that of the connections */
#define NAMESPACES	50

unsigned int cost_sockets = 5000;
unsigned int cost_percent = 1;

static long long clock_of(clockid_t id)
{
	struct timespec ts;

	must(clock_gettime(id, &ts));
	return ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

/* Set the server's address: the next one after each TO_ADDRESS connections. */
static void set_server(struct path *path, unsigned int number)
{
	struct sockaddr_in *in = (struct sockaddr_in *)&path->addr;

	in->sin_addr.s_addr = htonl(0x7f000001 + number / TO_ADDRESS);
}

static void connect_all(const struct path *path, int listener, int fd[2][BATCH])
{
	int i;

	for (i = 0; i < BATCH; i++) {
		fd[0][i] = client_socket(path, 0);
		must(fcntl(fd[0][i], F_SETFL, O_NONBLOCK));
		if (client_connect(fd[0][i], path) && errno != EINPROGRESS)
			fail_msg("connect: %m");
	}
	for (i = 0; i < BATCH; i++)
		fd[1][i] = must(accept4(listener, NULL, NULL, SOCK_CLOEXEC));
}

/*
 * Leave @count sockets in TIME_WAIT. A delay lets the FINs cross, so that both ends of a
 * connection get a TIME_WAIT: half as many connections are enough.
 */
static void fill_time_wait(struct path *path, unsigned int count)
{
	static int fd[2][BATCH];
	unsigned int made;
	int i, listener;

	run("ip link set lo mtu 1500");
	run("tc qdisc add dev lo root netem delay 1ms limit 100000");
	set_server(path, 0);
	((struct sockaddr_in *)&path->addr)->sin_addr.s_addr = INADDR_ANY;
	listener = listener_open(path);
	for (made = 0; made < count; made += 2 * BATCH) {
		set_server(path, made);
		connect_all(path, listener, fd);
		for (i = 0; i < BATCH; i++) {
			close(fd[0][i]);
			close(fd[1][i]);
		}
	}
	close(listener);
	pause_ms(10);
	run("tc qdisc del dev lo root");
	set_server(path, 0);
}

/* Tear down TEARDOWNS connections a second, evenly spaced. */
static void tear_down_for(const struct path *path, int seconds)
{
	long long next = clock_of(CLOCK_MONOTONIC);
	int listener = listener_open(path), client, server, i;
	struct timespec ts;

	for (i = 0; i < seconds * TEARDOWNS; i++) {
		client = client_socket(path, 0);
		must(client_connect(client, path));
		server = must(accept4(listener, NULL, NULL, SOCK_CLOEXEC));
		close(client);
		close(server);
		next += NS_PER_S / TEARDOWNS;
		ts.tv_sec = next / NS_PER_S;
		ts.tv_nsec = next % NS_PER_S;
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
	}
	close(listener);
}

static unsigned int count_time_waits(void)
{
	unsigned int count = 0;
	char line[256];
	FILE *file = fopen("/proc/net/sockstat", "re");

	assert_non_null(file);
	while (fgets(line, sizeof(line), file))
		sscanf(line, "TCP: inuse %*u orphan %*u tw %u", &count);
	fclose(file);
	return count;
}

/* CPU time of a process during the load, in millionths of the elapsed time. */
static long long measure(const struct path *path, pid_t pid)
{
	unsigned int count = count_time_waits();
	long long cpu, since;
	clockid_t clock;

	errno = clock_getcpuclockid(pid, &clock);
	assert_int_equal(errno, 0);
	cpu = clock_of(clock);
	print_message("# %u in TIME_WAIT: the start took %lld ns of CPU time\n",
		      count, cpu);
	since = clock_of(CLOCK_MONOTONIC);
	tear_down_for(path, SECONDS);
	cpu = clock_of(clock) - cpu;
	since = clock_of(CLOCK_MONOTONIC) - since;
	print_message("# %d teardowns/s: %lld.%04lld %% of a processor, %lld ns a teardown\n",
		      TEARDOWNS, cpu * 100 / since,
		      cpu * 1000000 / since % 10000,
		      cpu / (SECONDS * TEARDOWNS));
	return cpu * 1000000 / since;
}

static void open_testbed(struct testbed *tb)
{
	const struct rlimit files = { 4096, 4096 };

	must(setrlimit(RLIMIT_NOFILE, &files));
	testbed_open(tb, AF_INET);
	events_close(&tb->events);
	sysctl_set("ipv4/tcp_max_tw_buckets", "2000000");
	sysctl_set("ipv4/ip_local_port_range", "10000 60999");
	sysctl_set("ipv4/tcp_tw_reuse", "0");
}

/* Wait for the last TIME_WAITs, which would keep the next test's reader busy. */
static void close_testbed(struct testbed *tb)
{
	while (count_time_waits())
		pause_ms(1000);
	reader_free(&tb->reader);
	path_close(&tb->path);
}

/* Make network namespaces that "top" looks at, too, or remove them. */
static void name_namespaces(const char *command)
{
	run("mkdir -p /run/netns; for n in $(seq %d); do ip netns %s cost$n; done",
	    NAMESPACES, command);
}

/* The start, which lists all sockets once, does not count. */
static void test_cost_with(unsigned int count)
{
	struct testbed tb = { 0 };
	long long share;

	open_testbed(&tb);
	fill_time_wait(&tb.path, count);
	reader_follow(&tb.reader, "top --batch");
	share = measure(&tb.path, tb.reader.pid);
	reader_stop(&tb.reader);
	reader_expect(&tb.reader, "lost: overwritten 0, missed 0,");
	assert_in_range(share, 1, cost_percent * 10000 - 1);
	close_testbed(&tb);
}

void test_cost(void **state)
{
	(void)state;
	test_cost_with(0);
	test_cost_with(cost_sockets);
	name_namespaces("add");
	test_cost_with(cost_sockets);
	name_namespaces("del");
}

/* Open a pseudo-terminal of 132x50. */
static int open_terminal(char name[64])
{
	const struct winsize size = { .ws_row = 50, .ws_col = 132 };
	int fd = must(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));

	must(grantpt(fd));
	must(unlockpt(fd));
	must(ptsname_r(fd, name, 64));
	must(ioctl(fd, TIOCSWINSZ, &size));
	return fd;
}

static pid_t start_on(const char *terminal)
{
	pid_t pid = must(fork());
	int fd;

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	setenv("TERM", "linux", 1);
	setsid();
	fd = open(terminal, O_RDWR);
	dup2(fd, STDIN_FILENO);
	dup2(fd, STDOUT_FILENO);
	execlp("tcpfin", "tcpfin", "top", "--for", "30s", NULL);
	_exit(127);
}

/* Start a process that reads all output of the terminal. */
static pid_t start_terminal_reader(int fd)
{
	pid_t pid = must(fork());
	char text[4096];

	if (pid)
		return pid;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (read(fd, text, sizeof(text)) > 0)
		;
	_exit(0);
}

static void expect_exit(pid_t pid)
{
	int status;

	must(waitpid(pid, &status, 0));
	assert_int_equal(status, 0);
}

void test_cost_on_a_terminal(void **state)
{
	struct testbed tb = { 0 };
	struct reader r = { 0 };
	pid_t terminal;
	char name[64];
	long long share;
	int fd;

	(void)state;
	open_testbed(&tb);
	fd = open_terminal(name);
	terminal = start_terminal_reader(fd);
	r.pid = start_on(name);
	reader_wait_following(&r);
	share = measure(&tb.path, r.pid);
	/* "top --for 30s" ends by itself. */
	expect_exit(r.pid);
	close(fd);
	stop(terminal, SIGKILL);
	assert_in_range(share, 1, cost_percent * 10000 - 1);
	close_testbed(&tb);
}
