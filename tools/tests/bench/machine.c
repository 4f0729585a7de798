// SPDX-License-Identifier: GPL-2.0
/* Measures and prepares the machine for the benchmark's meter. */
#include <err.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "machine.h"

#define SECOND		1000000000ULL

/* Sockets of make_room(), and the size of a packet that needs as much as a TCP header. */
#define CROWD		1000
#define PACKET		400

/*
 * TIME_WAIT's timer of 60 s is 15,000 jiffies at 250 Hz. The kernel's timer wheel rounds
 * timers of 4,032 to 32,255 jiffies to multiples of 512.
 */
#define TICK_NS		(SECOND / 250)
#define BULK_JIFFIES	512
#define BULKS		10	/* about 20 s */
#define TIME_WAIT_NS	(60 * SECOND)
#define SPIN_BEFORE_NS	(2 * TICK_NS)
#define SPIN_NS		(8 * TICK_NS)

static uint64_t now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * SECOND + now.tv_nsec;
}

static void sleep_until(uint64_t ns)
{
	const struct timespec at = {
		.tv_sec = ns / SECOND,
		.tv_nsec = ns % SECOND,
	};

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
}

/* Sum of the numbers in all lines of /proc/timer_list that match @format. */
static uint64_t timer_list(const char *format)
{
	FILE *f = fopen("/proc/timer_list", "r");
	uint64_t sum = 0, part;
	char line[256];

	if (!f)
		err(1, "/proc/timer_list");
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, format, &part) == 1)
			sum += part;
	fclose(f);
	return sum;
}

uint64_t machine_work(void)
{
	uint64_t idle = timer_list(" .idle_sleeptime : %" SCNu64) +
			timer_list(" .iowait_sleeptime: %" SCNu64);

	return now_ns() - idle;
}

int machine_time_waits(void)
{
	FILE *f = fopen("/proc/net/sockstat", "r");
	char line[256];
	int n = -1;

	if (!f)
		err(1, "/proc/net/sockstat");
	while (n < 0 && fgets(line, sizeof(line), f))
		sscanf(line, "TCP: inuse %*d orphan %*d tw %d", &n);
	fclose(f);
	return n;
}

/* Open a socket that sends itself a packet and does not read it. */
static int hold_packet(void)
{
	struct sockaddr_in self = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);
	const char packet[PACKET] = { 0 };
	socklen_t len = sizeof(self);

	self.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || bind(fd, (struct sockaddr *)&self, len) ||
	    getsockname(fd, (struct sockaddr *)&self, &len) ||
	    connect(fd, (struct sockaddr *)&self, len) ||
	    send(fd, packet, PACKET, 0) != PACKET)
		err(1, "a packet to itself");
	return fd;
}

/*
 * Give the kernel's slab pages plenty of free objects. If the current page has one free
 * object only, every connection switches between two pages, at a cost of 1,200
 * instructions; loading a module or starting a program may cause or end this state.
 * Opening many sockets and packets allocates new pages, which are free again after
 * closing.
 */
static void make_room(void)
{
	struct rlimit files = { 4 * CROWD, 4 * CROWD };
	int i, tcp[CROWD], udp[CROWD];

	if (setrlimit(RLIMIT_NOFILE, &files))
		err(1, "setrlimit");
	for (i = 0; i < CROWD; i++) {
		tcp[i] = socket(AF_INET, SOCK_STREAM, 0);
		if (tcp[i] < 0)
			err(1, "socket");
		udp[i] = hold_packet();
	}
	for (i = 0; i < CROWD; i++) {
		close(tcp[i]);
		close(udp[i]);
	}
}

/*
 * Start far from both moments after which a run would find its own ports again: the first
 * tick of a second, when ports of the second before become reusable (tcp_tw_reuse), and
 * 0.8 s after every 10 s, when the kernel changes where it starts to look for local
 * ports (EPHEMERAL_PORT_SHUFFLE_PERIOD).
 */
static void await_start(void)
{
	uint64_t tens = now_ns() / (10 * SECOND);

	sleep_until((tens + 1) * 10 * SECOND + 3 * SECOND + SECOND / 10);
}

void machine_prepare(void)
{
	make_room();
	await_start();
}

/* When the next bulk of timers ends, within a tick. */
static uint64_t next_bulk(void)
{
	uint64_t now = now_ns();
	uint64_t left = BULK_JIFFIES - timer_list("jiffies: %" SCNu64) %
				       BULK_JIFFIES;

	return now + left * TICK_NS;
}

/*
 * Keep the processor busy at the lowest priority. Returns the time of this loop itself:
 * a turn longer than the shortest was interrupted.
 */
static uint64_t spin_until(uint64_t end)
{
	uint64_t last = now_ns(), now = last, turns = 0, shortest = SECOND;
	volatile int i;

	while (now < end) {
		for (i = 0; i < 1000; i++)
			;
		now = now_ns();
		if (now - last < shortest)
			shortest = now - last;
		last = now;
		turns++;
	}
	return turns * shortest;
}

uint64_t machine_await_ends(void)
{
	uint64_t start = now_ns(), at, spun = 0;
	const struct sched_param none = { 0 };
	int i;

	if (sched_setscheduler(0, SCHED_IDLE, &none))
		err(1, "sched_setscheduler");
	/* The first TIME_WAIT began some seconds ago. */
	sleep_until(start + TIME_WAIT_NS - 15 * SECOND);
	for (i = 0; i < BULKS; i++) {
		at = next_bulk();
		sleep_until(at - SPIN_BEFORE_NS);
		spun += spin_until(at - SPIN_BEFORE_NS + SPIN_NS);
	}
	if (sched_setscheduler(0, SCHED_OTHER, &none))
		err(1, "sched_setscheduler");
	return spun;
}
