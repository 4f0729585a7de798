// SPDX-License-Identifier: GPL-2.0
/*
 * "tcpfin top" on a terminal: tmux gives a terminal of any size, types keys and reads
 * the screen.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "check.h"
#include "fixtures.h"
#include "program.h"
#include "recording_builder.h"
#include "short_names.h"
#include "temp_folder.h"

#define EVENTS	12
#define PATIENCE_MS	20000

static char screen[1 << 16];
/* Number of the terminal: an old one may take a while to end. */
static unsigned int terminal;
static bool running;

/* Two sockets in CLOSE_WAIT, one in FIN_WAIT2, one in TIME_WAIT; two have ended. */
static void make_events(struct tcpfin_event ev[EVENTS])
{
	const uint8_t far[4] = { 198, 51, 100, 9 };
	unsigned int i = 0;

	ev[i++] = fixture_task(fixture_event(STATE, 1, TCP_ESTABLISHED,
					     TCP_CLOSE_WAIT, 10 * SEC), 7, "no\te");
	ev[i] = fixture_event(STATE, 2, TCP_ESTABLISHED, TCP_CLOSE_WAIT,
			      100 * SEC);
	memcpy(ev[i++].raddr, far, sizeof(far));
	ev[i++] = fixture_task(fixture_event(STATE, 3, TCP_ESTABLISHED,
					     TCP_FIN_WAIT1, 200 * SEC), 8, "curl");
	ev[i++] = fixture_event(STATE, 3, TCP_FIN_WAIT1, TCP_FIN_WAIT2,
				200 * SEC + MS);
	for (; i < 10; i += 3) {
		uint64_t cookie = i, at = (210 + i) * SEC;

		ev[i] = fixture_task(fixture_event(STATE, cookie, TCP_ESTABLISHED,
						   TCP_FIN_WAIT1, at), 9, "wget");
		ev[i + 1] = fixture_event(TCPFIN_KIND_TW_BIRTH, cookie,
					  TCP_FIN_WAIT1, TCP_TIME_WAIT, at + MS);
		ev[i + 2] = fixture_event(TCPFIN_KIND_TW_DEATH, cookie,
					  TCP_TIME_WAIT, TCP_CLOSE,
					  at + 60 * SEC);
		ev[i + 2].reason = TCPFIN_REASON_EXPIRED;
	}
	ev[i++] = fixture_event(TCPFIN_KIND_TW_BIRTH, 20, TCP_FIN_WAIT2,
				TCP_TIME_WAIT, 300 * SEC);
	ev[i] = fixture_event(STATE, 21, TCP_ESTABLISHED, TCP_CLOSE,
			      310 * SEC);
	ev[i].reason = TCPFIN_REASON_RST_RCVD;
}

static int by_time(const void *a, const void *b)
{
	const struct tcpfin_event *x = a, *y = b;

	return (x->time_ns > y->time_ns) - (x->time_ns < y->time_ns);
}

/* Replace the sysctls of this machine by those of a small one. */
static void set_settings(const struct recording_bytes *recording)
{
	static const char settings[] = "net.ipv4.tcp_max_tw_buckets=8\n"
		"net.ipv4.ip_local_port_range=32768 60999\n";
	struct rec_block *block = builder_block(recording, 0);
	struct rec_info *info = (void *)(block + 1);
	size_t room = block->length - sizeof(*info);

	assert_true(room >= sizeof(settings));
	memset(info + 1, 0, room);
	memcpy(info + 1, settings, sizeof(settings));
	builder_seal(block);
}

static void write_recording(void)
{
	struct item items[EVENTS];
	struct tcpfin_event ev[EVENTS];
	struct recording_bytes recording;
	FILE *file;
	unsigned int i;

	make_events(ev);
	qsort(ev, EVENTS, sizeof(ev[0]), by_time);
	for (i = 0; i < EVENTS; i++)
		items[i] = (struct item){
			.type = ITEM_EVENT, .event = &ev[i],
			.time_ns = ev[i].time_ns,
		};
	/* The wall clock starts at two hours. */
	recording = builder_of(items, EVENTS, "boot", "host", 7200 * SEC);
	set_settings(&recording);
	file = fopen("recording", "we");
	assert_non_null(file);
	assert_int_equal(fwrite(recording.data, 1, recording.size, file), recording.size);
	assert_int_equal(fclose(file), 0);
	builder_free(&recording);
}

/* Run a command of tmux on the terminal. */
static void tmux(const char *command, const char *argument)
{
	char line[8192];

	snprintf(line, sizeof(line),
		 "TMUX= TMUX_TMPDIR=%s TZ=UTC LC_ALL=C tmux -L t%u -f /dev/null %s %s",
		 temp_folder, terminal, command, argument);
	if (system(line))
		fail_msg("failed: %s", line);
}

static void read_screen(const char *how)
{
	char line[512];
	size_t len;
	FILE *pipe;

	snprintf(line, sizeof(line),
		 "TMUX= TMUX_TMPDIR=%s tmux -L t%u capture-pane -p %s",
		 temp_folder, terminal, how);
	pipe = popen(line, "re");
	assert_non_null(pipe);
	len = fread(screen, 1, sizeof(screen) - 1, pipe);
	screen[len] = '\0';
	assert_int_equal(pclose(pipe), 0);
}

static void pause_ms(long ms)
{
	const struct timespec ts = { .tv_nsec = ms * 1000000 };

	nanosleep(&ts, NULL);
}

static bool is_shown(const char *text)
{
	return strstr(screen, text);
}

static void fail_screen(const char *want)
{
	print_error("this is on the screen:\n%s", screen);
	fail_msg("want: %s", want);
}

/* Read the screen again, after a pause. Return false if the time is up. */
static bool read_again(int *tries)
{
	if (++*tries > PATIENCE_MS / 20)
		return false;
	pause_ms(20);
	read_screen("");
	return true;
}

/*
 * Wait until the screen shows both texts, and does not show @unwanted; @more and
 * @unwanted may be NULL. A screen may be read while it is only partly drawn, so all
 * of these are waited for together.
 */
static void expect_all(const char *want, const char *more, const char *unwanted)
{
	int tries = 0;

	read_screen("");
	while (!is_shown(want) || (more && !is_shown(more)) ||
	       (unwanted && is_shown(unwanted)))
		if (!read_again(&tries))
			fail_screen(want);
}

static void expect(const char *want)
{
	expect_all(want, NULL, NULL);
}

static void expect_screen(const char *want)
{
	int tries = 0;

	read_screen("");
	while (strcmp(screen, want))
		if (!read_again(&tries))
			fail_screen(want);
}

static void type(const char *keys)
{
	tmux("send-keys", keys);
}

/* Start "tcpfin top" in a shell that prints the exit status. */
static void start(const char *environment)
{
	char line[8192];

	snprintf(line, sizeof(line),
		 "-x 80 -y 24 \"sh -c 'trap : INT; stty -a >before; %s %s top -r recording 2>err; echo ended with \\$? >status; stty -a >after; echo BACK; cat'\"",
		 environment, program_path);
	unlink("status");
	terminal++;
	tmux("new-session -d", line);
	running = true;
}

/* Runs after a failed test, too. */
static int stop(void **state)
{
	(void)state;
	if (running)
		tmux("kill-server", "");
	running = false;
	return 0;
}

static void read_file(const char *name, char *text, size_t size)
{
	FILE *file = fopen(name, "re");
	size_t len;

	assert_non_null(file);
	len = fread(text, 1, size - 1, file);
	text[len] = '\0';
	fclose(file);
}

/* The terminal must have its earlier settings and contents again. */
static void expect_given_back(const char *status)
{
	char before[4096], after[4096], said[64];

	expect("BACK");
	assert_null(strstr(screen, "tcpfin top"));
	read_file("before", before, sizeof(before));
	read_file("after", after, sizeof(after));
	assert_string_equal(before, after);
	read_file("status", said, sizeof(said));
	assert_string_equal(said, status);
	read_screen("-e");
}

static const char first_screen[] =
"tcpfin top  02:05:10  3 ended since 02:00:10, 0.0/s\n"
"TIME_WAIT places  [#####...................................] 1 of 8, 12%\n"
"TIME_WAIT ended   expired 2 (0.0/s)\n"
"STATE             NOW     IN/s    OUT/s   ENDED                  COUNT       /s\n"
"ESTABLISHED         -        -      0.0   fin                        2      0.0\n"
"FIN_WAIT1           0      0.0      0.0   rst-received               1      0.0\n"
"FIN_WAIT2           1      0.0      0.0\n"
"CLOSING             0      0.0      0.0\n"
"TIME_WAIT           1      0.0      0.0\n"
"CLOSE_WAIT          2      0.0      0.0\n"
"LAST_ACK            0      0.0      0.0\n"
"lost: overwritten 0, missed 0, unmatched 0, forgotten 0\n"
" PORTS     OF USE% CLOSED  DESTINATION\n"
"     -      -    -      1  192.0.2.7:443 from 10.0.0.1\n"
"     -      -    -      0  198.51.100.9:443 from 10.0.0.1\n"
"CLOSE_WAIT and FIN_WAIT2, oldest first: 3 of 3\n"
"STATE           AGE C-COMM          PID       LPORT REMOTE\n"
"CLOSE_WAIT    5m00s no\\x09e         (7)       40000 192.0.2.7:443\n"
"CLOSE_WAIT    3m30s -               -         40000 198.51.100.9:443\n"
"FIN_WAIT2     1m49s curl            (8)       40000 192.0.2.7:443\n"
"\n\n\n"
"q quit  ? help  Tab list  g group  s r sort  f state  / filter  Enter ladder\n";

static void shows_a_recording(void **state)
{
	(void)state;
	start("");
	expect_screen(first_screen);
	type("q");
	expect_given_back("ended with 0\n");
}

static void lists_and_draws(void **state)
{
	(void)state;
	start("");
	expect("q quit");
	type("Tab");
	expect_all("ended last, latest first: 3 of 3",
		   "rst-received          0ms        -", NULL);
	type("Down");
	type("Enter");
	expect_all("q back", "FIN_WAIT1", "ended last");
	type("q");
	expect("ended last");
	type("Tab");
	type("Enter");
	expect_all("q back", "CLOSE_WAIT", "oldest first");
	type("Escape");
	expect("3 of 3");
	type("'?'");
	expect("Tab        list those that wait");
	type("Enter");
	expect("3 of 3");
	type("f");
	expect("2 of 3");
	type("q");
	expect_given_back("ended with 0\n");
}

static void filters(void **state)
{
	(void)state;
	start("");
	expect("q quit");
	type("/");
	expect("filter: _");
	type("'dst 198.51.100.0/240' Enter");
	/* What was typed stays, and is not called the filter that applies. */
	expect_all("filter: dst 198.51.100.0/240_  no such address: want",
		   "oldest first: 3 of 3\n", NULL);
	type("BSpace Enter");
	expect_all("1 of 1, filter: dst 198.51.100.0/24", NULL, "curl");
	type("/");
	expect("filter: dst 198.51.100.0/24_");
	type("Escape");
	expect("3 of 3\n");
	type("q");
	expect_given_back("ended with 0\n");
}

static void follows_the_size(void **state)
{
	(void)state;
	start("");
	expect("q quit");
	tmux("resize-window", "-x 79 -y 24");
	expect_all("too small: 79x24, it takes 80x24", NULL, "STATE");
	tmux("resize-window", "-x 132 -y 40");
	/* The keys are in the last row. */
	expect("\n\n\n\n\n\n\n\n\n\n\n\n\n\n\nq quit");
	tmux("resize-window", "-x 80 -y 24");
	expect_screen(first_screen);
	type("q");
	expect_given_back("ended with 0\n");
}

static void gives_the_terminal_back(void **state)
{
	static const struct {
		const char *signal;
		const char *status;
	} ends[] = {
		{ "INT", "ended with 0\n" },
		{ "TERM", "ended with 0\n" },
		{ "SEGV", "ended with 139\n" },
		{ "HUP", "ended with 129\n" },
	};
	char line[256];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		start("");
		expect("q quit");
		snprintf(line, sizeof(line),
			 "kill -%s $(ps -o pid= --ppid $(TMUX= TMUX_TMPDIR=%s tmux -L t%u list-panes -a -F '#{pane_pid}'))",
			 ends[i].signal, temp_folder, terminal);
		assert_int_equal(system(line), 0);
		expect_given_back(ends[i].status);
		stop(state);
	}
	start("");
	expect("q quit");
	type("C-c");
	expect_given_back("ended with 0\n");
}

static bool has_colour(void)
{
	const char *at = screen;

	for (; (at = strstr(at, "\033[")); at++)
		if (strspn(at + 2, "0123456789;") &&
		    (strstr(at, "[36m") || strstr(at, "[1;36m") ||
		     strstr(at, ";36m")))
			return true;
	return false;
}

static void honours_no_color(void **state)
{
	(void)state;
	start("");
	expect("q quit");
	read_screen("-e");
	assert_true(has_colour());
	stop(state);
	start("NO_COLOR=1");
	expect("q quit");
	read_screen("-e");
	assert_false(has_colour());
}

static void wants_a_terminal(void **state)
{
	(void)state;
	program_wrong("top -r recording </dev/null",
		      "--batch needs no terminal");
	program_run("top --batch -r recording", 0, "3 ended since ");
}

static int enter(void **state)
{
	(void)state;
	if (!program_find() || !temp_folder_open() || chdir(temp_folder))
		return -1;
	write_recording();
	return 0;
}

static int leave(void **state)
{
	(void)state;
	return chdir("/") || temp_folder_remove();
}

#define TEST(name) cmocka_unit_test_teardown(name, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(shows_a_recording),
		TEST(lists_and_draws),
		TEST(filters),
		TEST(follows_the_size),
		TEST(gives_the_terminal_back),
		TEST(honours_no_color),
		TEST(wants_a_terminal),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, enter, leave);
}
