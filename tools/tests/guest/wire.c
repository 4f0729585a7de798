// SPDX-License-Identifier: GPL-2.0
/*
 * Compares the verdicts of "tcpfin handshakes" on connections of nginx, wrk and curl
 * with the packets that tcpdump captured at the devices of both ends.
 *
 * Usage: wire [SECONDS]
 *
 * The test without loss makes connections at full speed for SECONDS (1): a slow
 * kernel needs more time for enough of them.
 *
 * Three network namespaces: client, router, server. The router delays and drops
 * packets, that is, after the sender's tap and before the receiver's.
 */
#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "wire_check.h"
#include "program.h"
#include "traffic.h"

#define BODY		30000	/* bytes of a large answer */
#define HALF_CLOSES	20	/* half-closed connections */
#define CURLS		5	/* connections that curl closes when it exits */
#define RECEIVE_LIMIT	200	/* seconds that a client waits for an answer */
#define WAIT_LIMIT	1000	/* seconds until all connections have ended */

static unsigned int fast_seconds = 1;

enum { CLIENT, SERVER, ROUTER };

/**
 * struct wire - a run of the test
 * @ns: namespaces of client, server and router
 * @tcpdump: processes of tcpdump at the client's and the server's device
 * @reader: "tcpfin handshakes"
 * @check: the comparison
 */
struct wire {
	int ns[3];
	pid_t tcpdump[2];
	struct reader reader;
	struct wire_check check;
};

static const char *const capture_file[2] = {
	"/root/client.pcap", "/root/server.pcap",
};

static const char *const tcpdump_output[2] = {
	"/root/client.txt", "/root/server.txt",
};

static const char *const host[2] = { "10.9.0.2", "[fd09::2]" };

/* The server on port 80 leaves the close to the client, that on 81 closes first. */
static const char nginx_config[] =
	"user root;\n"
	"worker_processes 1;\n"
	"pid /run/nginx.pid;\n"
	"error_log stderr;\n"
	"events { worker_connections 1024; }\n"
	"http {\n"
	"	access_log off;\n"
	"	root /root/www;\n"
	"	server {\n"
	"		listen 80;\n"
	"		listen [::]:80;\n"
	"		location = / { return 200 \"kept open\\n\"; }\n"
	"	}\n"
	"	server {\n"
	"		listen 81;\n"
	"		listen [::]:81;\n"
	"		keepalive_timeout 0;\n"
	"		location = / { return 200 \"closed\\n\"; }\n"
	"	}\n"
	"}\n";

static void write_file(const char *path, const char *text, size_t size)
{
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	assert_int_equal(fwrite(text, 1, size, f), size);
	assert_int_equal(fclose(f), 0);
}

/*
 * Connect an end to the router with a veth pair. Both have static neighbour entries:
 * address resolution might fail when packets are lost.
 */
static void connect_router(struct wire *w, int end, const char *name, int net)
{
	ns_enter(w->ns[ROUTER]);
	run("ip link add to-%s address 02:00:00:00:%02d:01 type veth "
	    "peer name %s address 02:00:00:00:%02d:02 netns /proc/self/fd/%d",
	    name, net, name, net, w->ns[end]);
	run("ip addr add 10.%d.0.1/24 dev to-%s && "
	    "ip addr add fd%02d::1/64 dev to-%s nodad && "
	    "ip link set to-%s up", net, name, net, name, name);
	run("ip neigh add 10.%d.0.2 lladdr 02:00:00:00:%02d:02 dev to-%s && "
	    "ip neigh add fd%02d::2 lladdr 02:00:00:00:%02d:02 dev to-%s",
	    net, net, name, net, net, name);
	ns_enter(w->ns[end]);
	run("ip addr add 10.%d.0.2/24 dev %s && "
	    "ip addr add fd%02d::2/64 dev %s nodad && ip link set %s up",
	    net, name, net, name, name);
	run("ip neigh add 10.%d.0.1 lladdr 02:00:00:00:%02d:01 dev %s && "
	    "ip neigh add fd%02d::1 lladdr 02:00:00:00:%02d:01 dev %s",
	    net, net, name, net, net, name);
	run("ip route add default via 10.%d.0.1 && "
	    "ip -6 route add default via fd%02d::1", net, net);
}

/* Set up namespaces, devices and losses; old versions of tc(8) know no seed. */
static void make_network(struct wire *w, const char *loss)
{
	static const char *const devices[] = { "to-client", "to-server" };
	size_t i;

	for (i = 0; i < 3; i++)
		w->ns[i] = ns_new();
	connect_router(w, CLIENT, "client", 8);
	connect_router(w, SERVER, "server", 9);
	ns_enter(w->ns[ROUTER]);
	sysctl_set("ipv4/ip_forward", "1");
	sysctl_set("ipv6/conf/all/forwarding", "1");
	for (i = 0; i < 2; i++)
		run("netem='qdisc add dev %s root netem delay 10ms %s'; "
		    "tc $netem seed 1 2>/dev/null || tc $netem",
		    devices[i], loss);
}

/* Wait, for 10 s at most, until a program's output contains a text. */
static void wait_text(const char *path, const char *want)
{
	char text[4096] = "";
	int tries, fd;
	ssize_t len;

	for (tries = 0; tries < 1000; tries++) {
		fd = must(open(path, O_RDONLY | O_CREAT | O_CLOEXEC, 0644));
		len = must(read(fd, text, sizeof(text) - 1));
		close(fd);
		text[len] = '\0';
		if (strstr(text, want))
			return;
		pause_ms(10);
	}
	fail_msg("%s: '%s' expected, seen: %s", path, want, text);
}

static void start_tcpdump(struct wire *w, int end, const char *device)
{
	const char *const argv[] = {
		"tcpdump", "-Z", "root", "-i", device, "-s", "128", "-B",
		"32768", "--time-stamp-precision=nano", "-w",
		capture_file[end], "tcp", NULL
	};

	ns_enter(w->ns[end]);
	unlink(tcpdump_output[end]);
	w->tcpdump[end] = start(tcpdump_output[end], argv);
	wait_text(tcpdump_output[end], "listening on");
}

/* nginx goes to the background once its sockets listen. */
static void start_nginx(const struct wire *w)
{
	static const char body[BODY];

	write_file("/root/nginx.conf", nginx_config, sizeof(nginx_config) - 1);
	mkdir("/root/www", 0755);
	write_file("/root/www/large", body, sizeof(body));
	run("mkdir -p /var/log/nginx /var/lib/nginx");
	ns_enter(w->ns[SERVER]);
	run("nginx -c /root/nginx.conf");
}

/*
 * Send a request to nginx and shut the sending direction down, so that the whole answer
 * comes between the two FINs. The time to receive is limited: the RST of a server that
 * gave up may be lost.
 */
static void half_close(int family)
{
	static const char request[] = "GET /large HTTP/1.0\r\n\r\n";
	const struct timeval limit = { .tv_sec = RECEIVE_LIMIT };
	struct path path = { .family = family };
	char buf[4096];
	int fd;

	if (family == AF_INET) {
		struct sockaddr_in *in = (struct sockaddr_in *)&path.addr;

		in->sin_port = htons(80);
		inet_pton(family, "10.9.0.2", &in->sin_addr);
	} else {
		struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&path.addr;

		in6->sin6_port = htons(80);
		inet_pton(family, "fd09::2", &in6->sin6_addr);
	}
	path.addr.ss_family = family;
	fd = client_socket(&path, 0);
	must(client_connect(fd, &path));
	must(send(fd, request, sizeof(request) - 1, 0));
	must(shutdown(fd, SHUT_WR));
	must(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)));
	while (recv(fd, buf, sizeof(buf), 0) > 0)
		;
	close(fd);
}

/* Half-close @count connections at a time, each in a process of its own. */
static void half_close_many(int family, unsigned int count)
{
	pid_t child[HALF_CLOSES];
	unsigned int i;

	for (i = 0; i < count; i++) {
		child[i] = must(fork());
		if (child[i])
			continue;
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		half_close(family);
		_exit(0);
	}
	for (i = 0; i < count; i++)
		assert_int_equal(wait_exit(child[i], WAIT_LIMIT), 0);
}

/*
 * The server closes first after "Connection: close"; wrk and curl close the connections
 * that they keep open when they exit.
 */
static void make_traffic(const struct wire *w, unsigned int seconds)
{
	static const int families[] = { AF_INET, AF_INET6 };
	size_t i;

	ns_enter(w->ns[CLIENT]);
	for (i = 0; i < 2; i++) {
		run("wrk -t1 -c32 -d%us --timeout 60s http://%s:81/ >/dev/null",
		    seconds, host[i]);
		run("wrk -t1 -c24 -d1s --timeout 60s http://%s:80/ >/dev/null",
		    host[i]);
		run("wrk -t1 -c4 -d1s --timeout 60s http://%s:80/large "
		    ">/dev/null", host[i]);
		run("curl -s -o /dev/null -H 'Connection: close' "
		    "'http://%s:80/?[1-10]'", host[i]);
		run("for i in $(seq %u); do curl -s -o /dev/null "
		    "http://%s:80/ & done; wait", CURLS, host[i]);
		half_close_many(families[i], HALF_CLOSES);
	}
}

/* Does the table, of this namespace, have sockets that do not listen? */
static bool sockets_left(const char *table)
{
	char line[256];
	bool left = false;
	unsigned int state;
	FILE *f = fopen(table, "re");

	assert_non_null(f);
	while (!left && fgets(line, sizeof(line), f))
		left = sscanf(line, "%*u: %*s %*s %x", &state) == 1 &&
		       state != TCP_LISTEN;
	fclose(f);
	return left;
}

static void wait_all_ended(const struct wire *w)
{
	unsigned int seconds;
	bool left = true;
	int i;

	for (seconds = 0; left; seconds += 5) {
		if (seconds >= WAIT_LIMIT)
			fail_msg("sockets are left after %u s", WAIT_LIMIT);
		pause_ms(5000);
		left = false;
		for (i = CLIENT; i <= SERVER; i++) {
			ns_enter(w->ns[i]);
			left = left || sockets_left("/proc/thread-self/net/tcp");
			left = left || sockets_left("/proc/thread-self/net/tcp6");
		}
	}
}

/*
 * The kernel hands packets to tcpdump in blocks, up to a second late; blocks that come
 * after the signal would be in no file and no count.
 */
static void stop_tcpdump(struct wire *w, int end)
{
	pause_ms(2000);
	kill(w->tcpdump[end], SIGINT);
	assert_int_equal(wait_exit(w->tcpdump[end], 60), 0);
	w->tcpdump[end] = 0;
	wait_text(tcpdump_output[end], "\n0 packets dropped by kernel");
}

/* The offset of the clocks, which cannot be read at once: the tightest of 100 tries. */
static int64_t wall_less_mono(void)
{
	int64_t best = 0, width = INT64_MAX;
	struct timespec ts[3];
	int64_t ns[3];
	int i, tries;

	for (tries = 0; tries < 100; tries++) {
		clock_gettime(CLOCK_MONOTONIC, &ts[0]);
		clock_gettime(CLOCK_REALTIME, &ts[1]);
		clock_gettime(CLOCK_MONOTONIC, &ts[2]);
		for (i = 0; i < 3; i++)
			ns[i] = ts[i].tv_sec * 1000000000LL + ts[i].tv_nsec;
		if (ns[2] - ns[0] >= width)
			continue;
		width = ns[2] - ns[0];
		best = ns[1] - (ns[0] + ns[2]) / 2;
	}
	return best;
}

/* When the first end began to close or, if the first step is lost, when it ended. */
static const char *begin_of(struct json_object *verdict)
{
	const char *first = NULL, *begin;
	struct json_object *ends, *end;
	size_t i;

	/* Lines that are no verdicts sort before the verdicts. */
	if (!json_object_object_get_ex(verdict, "ends", &ends))
		return "";
	for (i = 0; i < json_object_array_length(ends); i++) {
		end = json_object_array_get_idx(ends, i);
		if (!member(end, "begin") && !member(end, "end"))
			continue;
		begin = string(end, member(end, "begin") ? "begin" : "end");
		if (!first || strcmp(begin, first) < 0)
			first = begin;
	}
	return first ? first : "";
}

static int compare_begins(const void *x, const void *y)
{
	struct json_object *const *a = x, *const *b = y;

	return strcmp(begin_of(*a), begin_of(*b));
}

/*
 * Sort all lines of the reader's output by the time at which connections began to close.
 * A connection without last step, which a probe missed, is printed at the end, after
 * later connections with the same ports.
 */
static struct json_object *read_lines(struct wire *w)
{
	struct json_object *lines = json_object_new_array(), *verdict;
	char *line = NULL;
	size_t room = 0;
	FILE *f;

	must(lseek(w->reader.fd[0], 0, SEEK_SET));
	f = fdopen(w->reader.fd[0], "r");
	assert_non_null(f);
	while (getline(&line, &room, f) > 0) {
		verdict = json_tokener_parse(line);
		if (!json_object_is_type(verdict, json_type_object))
			fail_msg("no JSON object: %s", line);
		json_object_array_add(lines, verdict);
	}
	free(line);
	fclose(f);
	json_object_array_sort(lines, compare_begins);
	return lines;
}

/* Compare each line of the reader's output with the capture. */
static void compare(struct wire *w)
{
	struct json_object *lines = read_lines(w);
	size_t i;

	w->check.wall_ns = wall_less_mono();
	capture_read(&w->check.capture, capture_file);
	for (i = 0; i < json_object_array_length(lines); i++)
		wire_check_line(&w->check, json_object_array_get_idx(lines, i));
	wire_check_end(&w->check);
	json_object_put(lines);
}

static void stop_reader(struct wire *w)
{
	struct stat st;

	kill(w->reader.pid, SIGINT);
	assert_int_equal(wait_exit(w->reader.pid, 60), 0);
	w->reader.pid = 0;
	must(fstat(w->reader.fd[1], &st));
	assert_int_equal(st.st_size, 0);
	close(w->reader.fd[1]);
}

static void run_wire(struct wire *w, const char *loss, unsigned int seconds)
{
	make_network(w, loss);
	start_nginx(w);
	start_tcpdump(w, CLIENT, "client");
	start_tcpdump(w, SERVER, "server");
	reader_follow(&w->reader, "handshakes --json");
	make_traffic(w, seconds);
	wait_all_ended(w);
	stop_tcpdump(w, CLIENT);
	stop_tcpdump(w, SERVER);
	stop_reader(w);
	compare(w);
}

static void print_counts(const struct wire_check *a)
{
	print_message("# %zu connections, closed first by the client %zu, "
		      "the server %zu, both %zu, none %zu\n", a->verdicts,
		      a->closed_by[0], a->closed_by[1], a->closed_by[2],
		      a->closed_by[3]);
	print_message("# judged one end at a time %zu, calls missed %zu, "
		      "partial %zu\n", a->apart, a->missed, a->partial);
	print_message("# with RST %zu, merged %zu, half-closed %zu; FINs again "
		      "%zu, of them in TIME_WAIT %zu\n", a->resets, a->merged,
		      a->half_closed, a->fins_sent_again, a->fins_again);
}

static void test_no_loss(void **state)
{
	struct wire *w = *state;
	const struct wire_check *a = &w->check;

	run_wire(w, "", fast_seconds);
	print_counts(a);
	assert_int_equal(a->differing, 0);
	assert_in_range(a->verdicts, 1000, SIZE_MAX);
	/* wrk sends a RST if it exits in the middle of an answer. */
	assert_in_range(a->closed_by[0], 2 * (HALF_CLOSES + CURLS), SIZE_MAX);
	assert_in_range(a->closed_by[1], 500, SIZE_MAX);
	assert_in_range(a->half_closed, 2 * HALF_CLOSES, SIZE_MAX);
	assert_int_not_equal(a->merged, 0);
	assert_int_equal(a->fins_sent_again, 0);
	assert_int_equal(a->apart, 0);
}

static void test_loss(void **state)
{
	struct wire *w = *state;
	const struct wire_check *a = &w->check;

	run_wire(w, "loss 20%", 5);
	print_counts(a);
	assert_int_equal(a->differing, 0);
	assert_in_range(a->verdicts, 300, SIZE_MAX);
	assert_in_range(a->closed_by[0], 50, SIZE_MAX);
	assert_in_range(a->closed_by[1], 50, SIZE_MAX);
	assert_in_range(a->half_closed, HALF_CLOSES, SIZE_MAX);
	assert_int_not_equal(a->closed_by[2], 0);
	assert_int_not_equal(a->resets, 0);
	assert_in_range(a->fins_sent_again, 50, SIZE_MAX);
	assert_int_not_equal(a->fins_again, 0);
}

static int setup(void **state)
{
	*state = calloc(1, sizeof(struct wire));
	return *state ? 0 : -1;
}

/* Stop the programs, which may still run after a failure. */
static int teardown(void **state)
{
	struct wire *w = *state;
	int i;

	for (i = 0; i < 2; i++)
		if (w->tcpdump[i])
			stop(w->tcpdump[i], SIGKILL);
	if (w->reader.pid)
		stop(w->reader.pid, SIGKILL);
	run("kill $(cat /run/nginx.pid) && "
	    "while [ -e /run/nginx.pid ]; do sleep 0.1; done");
	for (i = 0; i < 3; i++)
		close(w->ns[i]);
	capture_free(&w->check.capture);
	free(w);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_no_loss, setup, teardown),
		cmocka_unit_test_setup_teardown(test_loss, setup, teardown),
	};

	if (argc > 1)
		fast_seconds = strtoul(argv[1], NULL, 10);
	if (!fast_seconds) {
		fprintf(stderr, "usage: wire [SECONDS]\n");
		return 2;
	}
	run("modprobe -a veth sch_netem af_packet");
	return cmocka_run_group_tests_name("wire", tests, NULL, NULL);
}
