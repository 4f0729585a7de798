// SPDX-License-Identifier: GPL-2.0
/* Runs "tcpfin doctor" and compares what it finds. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "diagnose.h"

/*
 * What it finds, the worst first, joined by ", ". The last object says what was
 * looked at, and the exit status whether something was found.
 */
void expect_found(struct world *w, const char *args, const char *want)
{
	struct reader *r = &w->reader;
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
	want_number(r->object[i], "netns", ns_inode(w->path.ns[0]));
}

/* A connection of which the server's end is left in CLOSE_WAIT. */
void leave_close_wait(struct world *w, struct pair *pair)
{
	pair_open(&w->path, pair);
	pair_close_listener(pair);
	close(pair->fd[0]);
	expect_eof(pair->fd[1]);
}
