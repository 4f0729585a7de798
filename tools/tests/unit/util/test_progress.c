// SPDX-License-Identifier: GPL-2.0
/* The progress line while a recording is read: on a terminal only, and erased. */
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
#include "program.h"
#include "recording_builder.h"
#include "source/recording_write.h"
#include "util/progress.h"

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

/* A terminal, by its master and slave ends, or a file. */
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

/* Run "tcpfin COMMAND -r -" with a pause of a second within the recording. */
static void read_slowly(const char *command, const struct screen *out,
			const struct screen *err)
{
	struct recording_bytes recording = two_blocks();
	size_t half = (size_t)((unsigned char *)builder_block(&recording, 2) -
			       recording.data);
	int fd[2], status;
	pid_t pid;

	assert_int_equal(pipe(fd), 0);
	pid = fork();
	if (!pid) {
		dup2(fd[0], STDIN_FILENO);
		dup2(out->out, STDOUT_FILENO);
		dup2(err->out, STDERR_FILENO);
		close(fd[1]);
		execl(program_path, "tcpfin", command, "-r", "-", NULL);
		_exit(127);
	}
	close(fd[0]);
	assert_int_equal(write(fd[1], recording.data, half), half);
	usleep(1200000);
	assert_int_equal(write(fd[1], recording.data + half, recording.size - half),
			 recording.size - half);
	close(fd[1]);
	waitpid(pid, &status, 0);
	assert_int_equal(status, 0);
	builder_free(&recording);
}

/* The contents of a terminal's line after this output. */
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

static void a_terminal_shows_and_erases_progress(void **state)
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

static void a_file_gets_no_progress(void **state)
{
	struct screen out = file(), err = file();

	(void)state;
	read_slowly("summary", &out, &err);
	assert_string_equal(text_of(&err), "");
	screen_close(&out);
	screen_close(&err);
}

/* No progress line if stdout is the terminal, unless all output comes at the end. */
static void no_progress_between_lines(void **state)
{
	struct screen both = terminal();

	(void)state;
	read_slowly("handshakes", &both, &both);
	assert_null(strstr(text_of(&both), "MiB"));
	read_slowly("summary", &both, &both);
	assert_non_null(strstr(text_of(&both), " MiB read"));
	screen_close(&both);
}

/* The percentage is that of all files. */
static void shows_the_percentage(void **state)
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_terminal_shows_and_erases_progress),
		cmocka_unit_test(a_file_gets_no_progress),
		cmocka_unit_test(no_progress_between_lines),
		cmocka_unit_test(shows_the_percentage),
	};

	if (!program_find())
		return 1;
	return RUN_TESTS(tests);
}
