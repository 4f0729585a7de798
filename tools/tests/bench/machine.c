// SPDX-License-Identifier: GPL-2.0
/* What the benchmark's meter knows of the kernel under it; see machine.h. */
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

/* Sockets to make room with, and a packet that takes as much as a TCP header. */
#define CROWD		1000
#define PACKET		400

/*
 * TIME_WAIT's timer of 60 s is 15,000 jiffies at 250 Hz. The kernel's timer
 * wheel keeps those of 4,032 to 32,255 jiffies at multiples of 512.
 */
#define TICK_NS		(SECOND / 250)
#define BULK_JIFFIES	512
#define BULKS		10	/* some 20 s */
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

/* The numbers of all lines of /proc/timer_list that @format fits, summed up. */
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

/* A socket that sent itself a packet and does not read it. */
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
 * The kernel has its small objects from pages with room for many. When just one
 * free place was left on the page at hand, every connection goes from one page
 * to another and back, which costs it 1,200 instructions; loading a module or
 * starting a program can lead there, and away from it. So make room first: many
 * sockets and packets at once fill what there is and take new pages, and as all
 * are given back, those have plenty of room.
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
 * Start far from both moments after which a run would meet ports of its own: a
 * second's first tick, as from then on those of the second before may be used
 * again (tcp_tw_reuse), and every 10 s, at 0.8, the kernel's new place to look
 * for local ports (EPHEMERAL_PORT_SHUFFLE_PERIOD).
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

/* When the timers that end next in bulk do so, to a tick. */
static uint64_t next_bulk(void)
{
	uint64_t now = now_ns();
	uint64_t left = BULK_JIFFIES - timer_list("jiffies: %" SCNu64) %
				       BULK_JIFFIES;

	return now + left * TICK_NS;
}

/*
 * Keep the processor busy, and give way to all others. A turn that took longer
 * than the shortest was interrupted; only the shortest is our own.
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
	/* The first of them began up to some seconds ago. */
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
