// SPDX-License-Identifier: GPL-2.0
/*
 * Writes recordings to stdout for the test of the report: "show rush EVENTS" one of a
 * busy machine; "show gallery" ten minutes with every kind of teardown, and with names
 * that contain markup.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "busy_traffic.h"
#include "check.h"
#include "fixtures.h"
#include "recording_builder.h"
#include "short_names.h"
#include "source/recording_write.h"

#define STEPS_MAX	12
#define ITEMS_MAX	60000

#define RST	TCPFIN_F_RST
#define FIN	TCPFIN_F_FIN
#define ORPHAN	TCPFIN_F_ORPHAN
#define TASK	TCPFIN_F_TASK

/* An event of a connection, with its time in microseconds. */
struct step {
	uint64_t at_us;
	uint8_t end;
	uint8_t kind;
	uint8_t old;
	uint8_t new;
	uint8_t flags;
	uint8_t reason;
	uint8_t detail;
};

/* Steps of @count connections that begin between two seconds. */
struct scene {
	unsigned int count;
	unsigned int from_s;
	unsigned int to_s;
	const char *comm[2];
	struct step step[STEPS_MAX];
};

#define EXPIRED	TCPFIN_REASON_EXPIRED

static const struct scene scenes[] = {
	{ 2400, 0, 540, { "curl", "nginx" }, {
		{ 0, 0, STATE, ESTAB, FW1, TASK, 0, 0 },
		{ 40, 1, STATE, ESTAB, CW, 0, 0, 0 },
		{ 90, 0, STATE, FW1, FW2, 0, 0, 0 },
		{ 95, 0, BIRTH, FW2, FW2, 0, 0, 0 },
		{ 900, 1, STATE, CW, LACK, TASK, 0, 1 },
		{ 960, 0, FLIP, FW2, TW, 0, 0, 0 },
		{ 1000, 1, STATE, LACK, CLOSE, 0, 0, 0 },
		{ 60700000, 0, DEATH, TW, CLOSE, 0, EXPIRED, 0 },
	} },
	{ 500, 100, 400, { "<script>alert(1)", "x" }, {
		{ 0, 0, STATE, ESTAB, FW1, TASK, 0, 0 },
		{ 3000, 0, STATE, FW1, FW2, 0, 0, 0 },
		{ 3010, 0, BIRTH, FW2, FW2, 0, 0, 0 },
		{ 9000, 0, FLIP, FW2, TW, 0, 0, 0 },
		{ 60300000, 0, DEATH, TW, CLOSE, 0, EXPIRED, 0 },
	} },
	{ 60, 150, 420, { "wrk", "x" }, {
		{ 0, 0, STATE, ESTAB, FW1, TASK, 0, 0 },
		{ 3000, 0, STATE, FW1, FW2, 0, 0, 0 },
		{ 3010, 0, BIRTH, FW2, TW, 0, 0, 0 },
		{ 1500000, 0, DEATH, TW, CLOSE, 0, TCPFIN_REASON_TW_REUSE, 0 },
	} },
	/* The incident: aborts with unread data. */
	{ 160, 300, 345, { "api \"v2\" & co", "envoy" }, {
		{ 0, 0, STATE, ESTAB, CLOSE, TASK | RST, TCPFIN_REASON_ABORTED,
		  TCPFIN_CAUSE_UNREAD_DATA },
		{ 60, 1, STATE, ESTAB, CLOSE, 0, TCPFIN_REASON_RST_RCVD, 0 },
	} },
	{ 40, 290, 400, { "batch", "x" }, {
		{ 0, 0, STATE, ESTAB, FW1, TASK, 0, 0 },
		{ 800, 0, STATE, FW1, FW2, ORPHAN, 0, 0 },
		{ 810, 0, BIRTH, FW2, FW2, 0, 0, 0 },
		{ 60200000, 0, DEATH, FW2, CLOSE, 0, EXPIRED, 0 },
	} },
	{ 25, 330, 350, { "curl", "nginx" }, {
		{ 0, 0, STATE, ESTAB, FW1, TASK, 0, 0 },
		{ 90, 0, STATE, FW1, FW2, ORPHAN, 0, 0 },
		{ 99, 0, REFUSED, FW2, CLOSE, 0, TCPFIN_REASON_REFUSED, TW },
	} },
	{ 7, 20, 300, { "x", "uploader" }, {
		{ 0, 1, STATE, ESTAB, CW, 0, 0, 0 },
		{ 5000, 1, STATE, CW, LACK, TASK, 0, 1 },
		{ 205000, 1, RETRANS, LACK, LACK, 0, 0, 0 },
		{ 605000, 1, RETRANS, LACK, LACK, 0, 0, 0 },
		{ 1405000, 1, RETRANS, LACK, LACK, 0, 0, 0 },
		{ 51005000, 1, STATE, LACK, CLOSE, ORPHAN,
		  TCPFIN_REASON_TIMEOUT, 8 },
	} },
	/* The last ACK was lost, twice. */
	{ 3, 200, 260, { "rsync", "rsyncd" }, {
		{ 0, 0, STATE, ESTAB, FW1, TASK, 0, 0 },
		{ 200000, 0, RETRANS, FW1, FW1, 0, 0, 0 },
		{ 200020, 1, STATE, ESTAB, CW, 0, 0, 0 },
		{ 200040, 0, STATE, FW1, FW2, 0, 0, 0 },
		{ 300000, 1, STATE, CW, LACK, TASK, 0, 1 },
		{ 300020, 0, BIRTH, FW2, TW, 0, 0, 0 },
		{ 500000, 1, RETRANS, LACK, LACK, 0, 0, 0 },
		{ 500020, 0, EXTEND, TW, TW, FIN, 0, 0 },
		{ 900000, 1, RETRANS, LACK, LACK, 0, 0, 0 },
		{ 900020, 0, EXTEND, TW, TW, FIN, 0, 0 },
		{ 900040, 1, STATE, LACK, CLOSE, 0, 0, 0 },
		{ 61300000, 0, DEATH, TW, CLOSE, 0, EXPIRED, 0 },
	} },
	{ 2, 120, 260, { "peer-a", "peer-b" }, {
		{ 0, 0, STATE, ESTAB, FW1, TASK, 0, 0 },
		{ 2, 1, STATE, ESTAB, FW1, TASK, 0, 0 },
		{ 305, 0, STATE, FW1, CLOSING, 0, 0, 0 },
		{ 306, 1, STATE, FW1, CLOSING, 0, 0, 0 },
		{ 605, 0, BIRTH, CLOSING, TW, 0, 0, 0 },
		{ 606, 1, BIRTH, CLOSING, TW, 0, 0, 0 },
		{ 60611000, 0, DEATH, TW, CLOSE, 0, EXPIRED, 0 },
		{ 60611010, 1, DEATH, TW, CLOSE, 0, EXPIRED, 0 },
	} },
	{ 4, 30, 200, { "backup", "backup-server" }, {
		{ 0, 0, STATE, ESTAB, FW1, TASK, 0, 0 },
		{ 30, 1, STATE, ESTAB, CW, 0, 0, 0 },
		{ 70, 0, STATE, FW1, FW2, 0, 0, 0 },
		{ 95000000, 1, STATE, CW, LACK, TASK, 0, 1 },
		{ 95000040, 0, BIRTH, FW2, TW, 0, 0, 0 },
		{ 95000080, 1, STATE, LACK, CLOSE, 0, 0, 0 },
		{ 155700000, 0, DEATH, TW, CLOSE, 0, EXPIRED, 0 },
	} },
	{ 1, 222, 222, { "ss", "x" }, {
		{ 0, 0, STATE, ESTAB, CLOSE, TASK | RST,
		  TCPFIN_REASON_KILLED, 0 },
	} },
	{ 12, 240, 500, { "x", "leaky\x1b[31m\xff\x80" }, {
		{ 0, 1, STATE, ESTAB, CW, 0, 0, 0 },
	} },
	{ 9, 560, 595, { "curl", "x" }, {
		{ 0, 0, STATE, ESTAB, FW1, TASK, 0, 0 },
		{ 1000, 0, STATE, FW1, FW2, 0, 0, 0 },
	} },
};

static struct tcpfin_event events[ITEMS_MAX];
static struct item items[ITEMS_MAX + 2];
static size_t count;
static uint64_t cookies;

/* A hash: the same numbers in each run. */
static uint64_t scramble(uint64_t x)
{
	x = (x ^ x >> 31) * 0x7fb5d329728ea185ULL;
	return x ^ x >> 27;
}

static void put_step(const struct scene *scene, const struct step *step,
		     uint64_t number, uint64_t start_ns)
{
	/* Durations differ from connection to connection. */
	uint64_t stretch = 1000 + scramble(number) % 9;
	uint64_t at_ns = start_ns + step->at_us * stretch;
	const uint64_t cookie = 2 * number + step->end + 1;
	struct tcpfin_event ev = step->end ?
		fixture_far(step->kind, cookie, step->old, step->new, at_ns) :
		fixture_event(step->kind, cookie, step->old, step->new, at_ns);
	uint16_t port = (uint16_t)(32768 + number % 28000);

	if (step->end)
		ev.rport = port;
	else
		ev.lport = port;
	ev.flags |= step->flags;
	ev.reason = step->reason;
	ev.detail = step->detail;
	if (step->end || step->flags & TASK) {
		ev.flags |= TASK;
		ev.pid = 600 + step->end;
		memcpy(ev.comm, scene->comm[step->end],
		       strnlen(scene->comm[step->end], sizeof(ev.comm)));
	}
	assert_true(count < ITEMS_MAX);
	events[count++] = ev;
}

static void add_scene(const struct scene *scene)
{
	uint64_t span_ns = (scene->to_s - scene->from_s) * SEC;
	unsigned int i, j;

	for (i = 0; i < scene->count; i++) {
		uint64_t number = cookies++;
		uint64_t start = (10 + scene->from_s) * SEC +
				 (span_ns ? scramble(number * 77 + 5) % span_ns :
					    0);

		for (j = 0; j < STEPS_MAX && scene->step[j].kind; j++)
			put_step(scene, &scene->step[j], number, start);
	}
}

static int compare(const void *one, const void *other)
{
	const struct tcpfin_event *a = one, *b = other;

	return a->time_ns < b->time_ns ? -1 : a->time_ns > b->time_ns;
}

/* Sort the events, and add losses in the third minute. */
static size_t make_items(void)
{
	size_t i, n = 0;

	qsort(events, count, sizeof(events[0]), compare);
	for (i = 0; i < count && events[i].time_ns < 610 * SEC; i++) {
		if (n == i && events[i].time_ns > 190 * SEC) {
			items[n++] = (struct item){
				.type = ITEM_LOST, .cpu = 1, .count = 37,
				.time_ns = events[i].time_ns,
			};
			items[n++] = (struct item){
				.type = ITEM_MISSED, .count = 2,
				.time_ns = events[i].time_ns,
			};
		}
		items[n++] = (struct item){
			.type = ITEM_EVENT, .event = &events[i],
			.time_ns = events[i].time_ns,
		};
	}
	return n;
}

static void gallery(int fd)
{
	const uint64_t june_2026 = 1780318800 * SEC;
	struct recording_bytes recording;
	size_t i;

	for (i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++)
		add_scene(&scenes[i]);
	recording = builder_of(items, make_items(), "boot",
			       "web<img src=x>&\"'", june_2026);
	assert_int_equal(write(fd, recording.data, recording.size), recording.size);
	builder_free(&recording);
}

/* Record busy traffic to a pipe; busy_traffic_record() needs a file. */
static void busy_traffic_through(int fd, uint64_t n)
{
	struct busy_traffic traffic = { .events = n, .open = 50000, .seed = 7 };
	static struct recorder recorder;
	struct item item;

	busy_traffic_init(&traffic);
	assert_true(recorder_start(&recorder, fd, &traffic.src));
	for (;;) {
		source_next(&traffic.src, &item);
		if (item.type == ITEM_END)
			break;
		assert_true(recorder_item(&recorder, &traffic.src, &item));
	}
	assert_true(recorder_finish(&recorder, &traffic.src));
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "rush"))
		busy_traffic_through(STDOUT_FILENO,
				     strtoull(argv[2], NULL, 10));
	else if (argc == 2 && !strcmp(argv[1], "gallery"))
		gallery(STDOUT_FILENO);
	else
		return 2;
	return 0;
}
