// SPDX-License-Identifier: GPL-2.0
/* Runs "tcpfin doctor" and compares its findings. */
#include <stdio.h>
#include <string.h>
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

/* Open a connection and leave its server in CLOSE_WAIT. */
void leave_close_wait(struct testbed *tb, struct pair *pair)
{
	testbed_connect(tb, pair);
	close(pair->fd[0]);
	expect_eof(pair->fd[1]);
}
