// SPDX-License-Identifier: GPL-2.0
/* Runs "tcpfin doctor" and compares its findings. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "findings.h"

/* Is there a finding that is more than a note? */
static bool is_serious(const struct reader *r)
{
	return strstr(r->text[0], "\"severity\":\"warning\"") ||
	       strstr(r->text[0], "\"severity\":\"critical\"");
}

/*
 * Compare the names of all findings, worst first and joined by ", ", with @want. Also
 * checks the last object, which counts the findings, and the exit status: 2 if there
 * is more than notes.
 */
void expect_findings(struct testbed *tb, const char *args, const char *want)
{
	struct reader *r = &tb->reader;
	char line[64], all[512] = "";
	int status;
	size_t i;

	snprintf(line, sizeof(line), "doctor --json %s", args);
	reader_start(r, 0, line);
	status = reader_finish(r);
	assert_string_equal(r->text[1], "");
	reader_parse(r);
	assert_in_range(r->objects, 1, OBJECTS_MAX);
	for (i = 0; i + 1 < r->objects; i++) {
		want_string(r->object[i], "type", "finding");
		strcat(all, i ? ", " : "");
		strncat(all, string(r->object[i], "finding"), 32);
	}
	if (strcmp(all, want))
		fail_msg("'%s' expected, seen: %s", want, r->text[0]);
	assert_int_equal(status, is_serious(r) ? 2 : 0);
	want_string(r->object[i], "type", "doctor");
	want_number(r->object[i], "findings", i);
	want_number(r->object[i], "netns", ns_inode(tb->path.ns[0]));
}

/* The finding must give this piece of advice, or one that contains it. */
void want_advice(struct json_object *finding, const char *part)
{
	const char *all = json_object_to_json_string(member(finding, "advice"));

	if (!strstr(all, part))
		fail_msg("advice '%s' expected, seen: %s", part, all);
}

/* One of the finding's grounds must contain this. */
void want_evidence(struct json_object *finding, const char *part)
{
	const char *all = json_object_to_json_string(member(finding, "evidence"));

	if (!strstr(all, part))
		fail_msg("evidence '%s' expected, seen: %s", part, all);
}

/* Start a process of this name that keeps the servers' sockets and does nothing. */
pid_t keep(const char *name, const struct pair *pairs, int count)
{
	int ready[2], i;
	pid_t pid;
	char c;

	must(pipe(ready));
	pid = must(fork());
	if (pid) {
		close(ready[1]);
		/* The end of the pipe says that the process has no client's socket. */
		assert_int_equal(must((int)read(ready[0], &c, 1)), 0);
		close(ready[0]);
		return pid;
	}
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, name);
	for (i = 0; i < count; i++)
		close(pairs[i].fd[0]);
	close(ready[0]);
	close(ready[1]);
	for (;;)
		pause();
}

/* As keep(), and close the servers' sockets here: that process is their only holder. */
pid_t leak(const char *name, const struct pair *pairs, int count)
{
	pid_t pid = keep(name, pairs, count);
	int i;

	for (i = 0; i < count; i++)
		close(pairs[i].fd[1]);
	return pid;
}

/* Open a connection and leave its server in CLOSE_WAIT. */
void leave_close_wait(struct testbed *tb, struct pair *pair)
{
	testbed_connect(tb, pair);
	close(pair->fd[0]);
	expect_eof(pair->fd[1]);
}
