// SPDX-License-Identifier: GPL-2.0
/* Runs "tcpfin doctor" and compares its findings. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "findings.h"

/*
 * Compare the names of all findings, worst first and joined by ", ", with @want. Also
 * checks the last object, which counts the findings, and the exit status: 2 if there
 * are any.
 */
void expect_findings(struct testbed *tb, const char *args, const char *want)
{
	struct reader *r = &tb->reader;
	char line[64], all[512] = "";
	size_t i;

	snprintf(line, sizeof(line), "doctor --json %s", args);
	reader_start(r, 0, line);
	reader_end(r, *want ? 2 : 0);
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
	want_string(r->object[i], "type", "doctor");
	want_number(r->object[i], "findings", i);
	want_number(r->object[i], "netns", ns_inode(tb->path.ns[0]));
}

/* Open a connection and leave its server in CLOSE_WAIT. */
void leave_close_wait(struct testbed *tb, struct pair *pair)
{
	testbed_connect(tb, pair);
	close(pair->fd[0]);
	expect_eof(pair->fd[1]);
}
