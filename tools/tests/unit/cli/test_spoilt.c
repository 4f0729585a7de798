// SPDX-License-Identifier: GPL-2.0
/*
 * Damaged recordings and files that are none: one line on stderr, exit status 1, and
 * everything before the damage on stdout.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "check.h"
#include "fixtures.h"
#include "program.h"
#include "recording_builder.h"
#include "temp_folder.h"

#define STEPS	7

static struct recording_bytes recording;
static char whole[sizeof(program_output)];

/* Record all steps of both ends of a connection. */
static void make_recording(void)
{
	static struct tcpfin_event ev[STEPS];
	struct item items[STEPS + 1];
	unsigned int i;

	ev[0] = fixture_event(TCPFIN_KIND_STATE, 1, TCP_ESTABLISHED,
			      TCP_FIN_WAIT1, SEC);
	ev[1] = fixture_far(TCPFIN_KIND_STATE, 2, TCP_ESTABLISHED,
			    TCP_CLOSE_WAIT, 2 * SEC);
	ev[2] = fixture_far(TCPFIN_KIND_STATE, 2, TCP_CLOSE_WAIT, TCP_LAST_ACK,
			    3 * SEC);
	ev[3] = fixture_event(TCPFIN_KIND_STATE, 1, TCP_FIN_WAIT1,
			      TCP_FIN_WAIT2, 4 * SEC);
	ev[4] = fixture_event(TCPFIN_KIND_TW_BIRTH, 1, TCP_FIN_WAIT2,
			      TCP_TIME_WAIT, 5 * SEC);
	ev[5] = fixture_far(TCPFIN_KIND_STATE, 2, TCP_LAST_ACK, TCP_CLOSE,
			    6 * SEC);
	ev[6] = fixture_event(TCPFIN_KIND_TW_DEATH, 1, TCP_TIME_WAIT, TCP_CLOSE,
			      66 * SEC);
	ev[6].reason = TCPFIN_REASON_EXPIRED;
	for (i = 0; i < STEPS; i++)
		items[i] = (struct item){
			.type = ITEM_EVENT, .cpu = i % 4,
			.event = &ev[i], .time_ns = ev[i].time_ns,
		};
	/* Missed calls in between, which start a new block of events. */
	items[STEPS] = items[STEPS - 1];
	items[STEPS - 1] = (struct item){
		.type = ITEM_MISSED, .count = 5, .time_ns = 65 * SEC,
	};
	recording = builder_record(items, STEPS + 1);
}

/* Write these bytes to FOLDER/NAME. */
static void put_file(const char *name, const void *data, size_t size)
{
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "%s/%s", temp_folder, name);
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	assert_true(fd >= 0);
	assert_int_equal(write(fd, data, size), size);
	close(fd);
}

static int setup(void **state)
{
	(void)state;
	if (!temp_folder_open() || chdir(temp_folder))
		return -1;
	make_recording();
	put_file("whole", recording.data, recording.size);
	program_run("watch -x -r whole", 0, "expired");
	memcpy(whole, program_output, sizeof(whole));
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	builder_free(&recording);
	return temp_folder_remove();
}

/* Lines of the output that whole blocks before byte @size give. */
static unsigned int lines_before(size_t size)
{
	/* The titles, six steps, the missed calls, the last step. */
	static const unsigned int good_until[] = {
		1, STEPS, STEPS + 1, STEPS + 2,
	};
	unsigned int n;

	for (n = 0; n < 4; n++) {
		struct rec_block *b = builder_block(&recording, n);

		if ((unsigned char *)(b + 1) + b->length > recording.data + size)
			break;
	}
	return n ? good_until[n - 1] : 0;
}

/* The output must have the contents of the whole blocks before byte @at only. */
static void expect_shown(const char *what, size_t at)
{
	unsigned int lines = lines_before(at);
	const char *end = whole;

	while (lines--)
		end = strchr(end, '\n') + 1;
	if (strlen(program_output) != (size_t)(end - whole) ||
	    strncmp(program_output, whole, strlen(program_output)))
		fail_msg("%s at byte %zu, want: %.*s, seen: %s", what, at,
			 (int)(end - whole), whole, program_output);
}

/* Read the damaged file, also from a pipe; expect one line on stderr. */
static void expect_spoilt(const char *what, size_t at)
{
	const char *line;

	program_run("watch -x -r spoilt 2>error", 1, "");
	expect_shown(what, at);
	program_run("watch -x -r - <spoilt 2>/dev/null", 1, "");
	expect_shown(what, at);
	program_run("--version >/dev/null; cat error", 0, "tcpfin");
	line = strchr(program_output, '\n');
	if (!line || line[1])
		fail_msg("%s at byte %zu: one line expected, seen: %s", what,
			 at, program_output);
}

/* Cut at the first and last bytes of each part, and many between. */
static void cut_at_every_byte(void **state)
{
	size_t size;

	(void)state;
	for (size = 0; size < recording.size; size += 1 + size % 97) {
		put_file("spoilt", recording.data, size);
		expect_spoilt("cut", size);
	}
	put_file("spoilt", recording.data, recording.size - 1);
	expect_spoilt("cut", recording.size - 1);
}

static void every_byte_flipped(void **state)
{
	size_t bit;

	(void)state;
	for (bit = 0; bit < 8 * recording.size; bit += 1 + bit % 811) {
		recording.data[bit / 8] ^= 1 << bit % 8;
		put_file("spoilt", recording.data, recording.size);
		recording.data[bit / 8] ^= 1 << bit % 8;
		expect_spoilt("flipped", bit / 8);
	}
}

/* Endless input ends the program, after the valid part was printed. */
static void endless(void **state)
{
	static const char *const behind[] = {
		"cat /dev/zero", "cat /dev/urandom", "yes", "cat whole; yes",
	};
	char command[sizeof(program_path) + 256];
	size_t i, cut;

	(void)state;
	program_wrong("watch -r /dev/zero", "is not a tcpfin recording");
	program_wrong("watch -r /dev/urandom", "is not a tcpfin recording");
	program_wrong("summary -r - </dev/urandom", "is not a tcpfin recording");
	for (i = 0; i < sizeof(behind) / sizeof(behind[0]); i++) {
		/* Without the last bytes of the end mark: all steps are printed. */
		snprintf(command, sizeof(command),
			 "--version >/dev/null; { head -c -8 whole; %s; } | '%s' watch -x -r - 2>error",
			 behind[i], program_path);
		program_run(command, 1, "");
		assert_string_equal(program_output, whole);
	}
	for (cut = 16; cut < recording.size; cut += recording.size / 7) {
		snprintf(command, sizeof(command),
			 "--version >/dev/null; { head -c %zu whole; yes; } | '%s' watch -x -r - 2>error",
			 cut, program_path);
		program_run(command, 1, "");
		expect_shown("endless", cut);
	}
}

/* A FIFO whose writer never stops. */
static void endless_fifo(void **state)
{
	char command[sizeof(program_path) + 256];

	(void)state;
	assert_int_equal(mkfifo("fifo", 0600), 0);
	snprintf(command, sizeof(command),
		 "--version >/dev/null; { head -c -8 whole; yes; } >fifo & '%s' watch -x -r fifo 2>error",
		 program_path);
	program_run(command, 1, "");
	assert_string_equal(program_output, whole);
}

static void listen_at(const char *path)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	strcpy(addr.sun_path, path);
	assert_int_equal(bind(fd, (void *)&addr, sizeof(addr)), 0);
	close(fd);
}

/* Every command that reads recordings prints the same message. */
static void no_recording(void **state)
{
	static const char *const commands[] = {
		"watch", "watch --json", "handshakes", "handshakes --open",
		"ladder", "summary", "summary --json", "doctor", "doctor --json",
	};
	static const unsigned char gzip[] = { 0x1f, 0x8b, 8, 0, 0, 0, 0, 0 };
	static const char *const files[][2] = {
		{ "empty", "empty: is empty" },
		{ "text", "text: is not a tcpfin recording" },
		{ "gzip", "gzip: is not a tcpfin recording" },
		{ "/proc/self/exe", "/proc/self/exe: is not a tcpfin recording" },
		{ "/dev/null", "/dev/null: is empty" },
		{ "/dev/zero", "/dev/zero: is not a tcpfin recording" },
		{ ".", ".: cannot read: Is a directory" },
		{ "socket", "cannot open socket: No such device or address" },
		{ "newer", "newer: is a recording of version 5, and this program" },
		{ "unordered", "unordered: damaged at byte 0: a wrong byte order mark" },
	};
	struct rec_start *start = (void *)recording.data;
	char args[128];
	size_t i, j;

	(void)state;
	put_file("empty", "", 0);
	put_file("text", "hello\n", 6);
	put_file("gzip", gzip, sizeof(gzip));
	listen_at("socket");
	start->version++;
	put_file("newer", recording.data, recording.size);
	start->version--;
	start->order++;
	put_file("unordered", recording.data, recording.size);
	start->order--;
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		for (j = 0; j < sizeof(commands) / sizeof(commands[0]); j++) {
			snprintf(args, sizeof(args), "%s -r %s", commands[j],
				 files[i][0]);
			program_wrong(args, files[i][1]);
		}
	}
}

/* A damaged file among several is an error. */
static void one_of_several(void **state)
{
	(void)state;
	put_file("spoilt", recording.data, recording.size - 1);
	program_run("watch -r whole -r spoilt 2>&1 >/dev/null", 1,
		    "spoilt: cut off at byte");
	put_file("text", "hello\n", 6);
	program_wrong("watch -r whole -r text", "text: is not a tcpfin recording");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cut_at_every_byte),
		cmocka_unit_test(every_byte_flipped),
		cmocka_unit_test(endless),
		cmocka_unit_test(endless_fifo),
		cmocka_unit_test(no_recording),
		cmocka_unit_test(one_of_several),
	};

	if (!program_find())
		return 1;
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, setup, teardown);
}
