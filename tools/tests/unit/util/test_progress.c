// SPDX-License-Identifier: GPL-2.0
/* The line that says how far reading has come: only on a terminal, and wiped. */
#include <fcntl.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "fixtures.h"
#include "recording_builder.h"
#include "source/recording_write.h"
#include "util/progress.h"

/* It stands two folders above the tests. */
static char program[4096];
static struct tcpfin_event ev[2 * RECORDER_EVENTS];

static struct recording_bytes two_blocks(void)
{
	static struct item items[2 * RECORDER_EVENTS];
	unsigned int i;

	for (i = 0; i < 2 * RECORDER_EVENTS; i++) {
		ev[i] = fixture_event(TCPFIN_KIND_STATE, i, 1, 4, i);
		items[i] = (struct item)SCRIPT_EVENT(&ev[i]);
	}
	return builder_record(items, 2 * RECORDER_EVENTS);
}

/* Where a program's output goes: its master end, or a file. */
struct screen {
	int in;
	int out;
};

static struct screen terminal(void)
{
	struct screen s;

	assert_int_equal(openpty(&s.in, &s.out, NULL, NULL, NULL), 0);
	fcntl(s.in, F_SETFL, O_NONBLOCK);
	return s;
}

static struct screen file(void)
{
	int fd = memfd_create("output", 0);

	return (struct screen){ fd, fd };
}

static const char *text_of(const struct screen *s)
{
	static char text[65536];
	ssize_t len;

	lseek(s->in, 0, SEEK_SET);
	len = read(s->in, text, sizeof(text) - 1);
	text[len < 0 ? 0 : len] = '\0';
	return text;
}

static void screen_close(const struct screen *s)
{
	close(s->in);
	if (s->out != s->in)
		close(s->out);
}

/* "tcpfin COMMAND -r -", with a second between two parts of a recording. */
static void read_slowly(const char *command, const struct screen *out,
			const struct screen *err)
{
	struct recording_bytes tape = two_blocks();
	size_t half = (size_t)((unsigned char *)builder_block(&tape, 2) -
			       tape.data);
	int fd[2], status;
	pid_t pid;

	assert_int_equal(pipe(fd), 0);
	pid = fork();
	if (!pid) {
		dup2(fd[0], STDIN_FILENO);
		dup2(out->out, STDOUT_FILENO);
		dup2(err->out, STDERR_FILENO);
		close(fd[1]);
		execl(program, "tcpfin", command, "-r", "-", NULL);
		_exit(127);
	}
	close(fd[0]);
	assert_int_equal(write(fd[1], tape.data, half), half);
	usleep(1200000);
	assert_int_equal(write(fd[1], tape.data + half, tape.size - half),
			 tape.size - half);
	close(fd[1]);
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
	builder_free(&tape);
}

/* What stands on a terminal's line after all this. */
static void left_on_line(const char *text, char line[200])
{
	size_t at = 0;

	memset(line, 0, 200);
	for (; *text; text++) {
		if (*text == '\r' || *text == '\n')
			at = 0;
		else if (at < 199)
			line[at++] = *text;
	}
	for (at = 199; at-- && (!line[at] || line[at] == ' ');)
		line[at] = '\0';
}

static void a_terminal_shows_it_and_it_goes(void **state)
{
	struct screen out = file(), err = terminal();
	const char *seen, *text;
	char line[200];

	(void)state;
	read_slowly("summary", &out, &err);
	text = text_of(&err);
	seen = strstr(text, "\rtcpfin summary: 0.1 MiB read");
	if (!seen)
		fail_msg("seen: '%s'", text);
	left_on_line(seen, line);
	assert_string_equal(line, "");
	assert_non_null(strstr(text_of(&out), "events        960 over"));
	screen_close(&out);
	screen_close(&err);
}

static void a_file_does_not_get_it(void **state)
{
	struct screen out = file(), err = file();

	(void)state;
	read_slowly("summary", &out, &err);
	assert_string_equal(text_of(&err), "");
	screen_close(&out);
	screen_close(&err);
}

/* Lines that stay would mix with it; a summary comes when it has gone. */
static void lines_are_left_alone(void **state)
{
	struct screen both = terminal();

	(void)state;
	read_slowly("handshakes", &both, &both);
	assert_null(strstr(text_of(&both), "MiB"));
	read_slowly("summary", &both, &both);
	assert_non_null(strstr(text_of(&both), " MiB read"));
	screen_close(&both);
}

/* Of several files it is the part of all. */
static void tells_the_part(void **state)
{
	struct screen s = file();
	int saved = dup(STDERR_FILENO);
	char text[200];

	(void)state;
	dup2(s.out, STDERR_FILENO);
	progress_expect(600 << 20);
	progress_expect(400 << 20);
	progress_init("x");
	progress_read(100 << 20);
	usleep(1000000);
	progress_read(330 << 20);
	progress_read(1 << 20);
	usleep(500000);
	progress_expect(0);
	progress_read(1 << 20);
	snprintf(text, sizeof(text), "%.199s", text_of(&s));
	dup2(saved, STDERR_FILENO);
	assert_string_equal(text,
		"\rtcpfin x: 430.0 MiB read, 43%\rtcpfin x: 432.0 MiB read     ");
	close(saved);
	screen_close(&s);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_terminal_shows_it_and_it_goes),
		cmocka_unit_test(a_file_does_not_get_it),
		cmocka_unit_test(lines_are_left_alone),
		cmocka_unit_test(tells_the_part),
	};

	(void)argc;
	snprintf(program, sizeof(program), "%.*s/../../tcpfin",
		 (int)(strrchr(argv[0], '/') - argv[0]), argv[0]);
	return RUN_TESTS(tests);
}
