// SPDX-License-Identifier: GPL-2.0
/* Runs "tcpfin" on real connections, and parses its output. */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "program.h"
#include "traffic.h"

/* The system call of poll(). */
#ifdef SYS_poll
#define POLL_CALL	SYS_poll
#else
#define POLL_CALL	SYS_ppoll
#endif

void reader_free(struct reader *r)
{
	int i;

	while (r->objects)
		json_object_put(r->object[--r->objects]);
	for (i = 0; i < 2; i++) {
		free(r->text[i]);
		r->text[i] = NULL;
	}
}

/* Start "tcpfin ARGS" as user @uid, with its output in r->fd. */
void reader_spawn(struct reader *r, uid_t uid, const char *args)
{
	char command[256];

	snprintf(command, sizeof(command), "exec tcpfin %s", args);
	r->pid = must(fork());
	if (r->pid)
		return;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	dup2(r->fd[0], STDOUT_FILENO);
	dup2(r->fd[1], STDERR_FILENO);
	if (setresgid(uid, uid, uid) || setresuid(uid, uid, uid))
		_exit(126);
	execl("/bin/sh", "sh", "-c", command, NULL);
	_exit(127);
}

void reader_start(struct reader *r, uid_t uid, const char *args)
{
	reader_free(r);
	r->fd[0] = must(memfd_create("stdout", MFD_CLOEXEC));
	r->fd[1] = must(memfd_create("stderr", MFD_CLOEXEC));
	reader_spawn(r, uid, args);
}

/* Read the first line of a file below /proc/PID; "" if there is none. */
static void read_proc(pid_t pid, const char *name, char *line, size_t size)
{
	char path[64];
	FILE *f;

	line[0] = '\0';
	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	f = fopen(path, "re");
	if (!f)
		return;
	if (!fgets(line, size, f))
		line[0] = '\0';
	fclose(f);
}

/* Wait until the reader follows the rings: until it sleeps in poll(). */
void reader_wait_following(const struct reader *r)
{
	char name[16], call[16], err[256];
	int tries;

	for (tries = 0; tries < 10000; tries++) {
		read_proc(r->pid, "comm", name, sizeof(name));
		read_proc(r->pid, "syscall", call, sizeof(call));
		if (!strcmp(name, "tcpfin\n") && atoi(call) == POLL_CALL)
			return;
		pause_ms(1);
	}
	err[must(pread(r->fd[1], err, sizeof(err) - 1, 0))] = '\0';
	fail_msg("'%s' in system call '%s' does not follow; stderr: %s", name,
		 call, err);
}

/* Start "tcpfin ARGS" as root and wait until it follows the rings. */
void reader_follow(struct reader *r, const char *args)
{
	reader_start(r, 0, args);
	reader_wait_following(r);
}

/* Wait for the reader to exit and read its output; returns the status. */
int reader_finish(struct reader *r)
{
	int status = wait_exit(r->pid, 400), i;
	struct stat st;

	for (i = 0; i < 2; i++) {
		must(fstat(r->fd[i], &st));
		free(r->text[i]);
		r->text[i] = calloc(1, st.st_size + 1);
		assert_non_null(r->text[i]);
		assert_int_equal(must(pread(r->fd[i], r->text[i], st.st_size, 0)),
				 st.st_size);
		close(r->fd[i]);
	}
	return status;
}

/* Wait for the reader to exit, read its output and check the status. */
void reader_end(struct reader *r, int want_status)
{
	int status = reader_finish(r);

	if (status != want_status)
		fail_msg("exit status %d expected, %d seen: %s", want_status,
			 status, r->text[1]);
}

/* Interrupt the reader, which must exit with status 0. */
void reader_stop(struct reader *r)
{
	must(kill(r->pid, SIGINT));
	reader_end(r, 0);
}

/* Parse stdout, which must have one JSON object in each line. */
void reader_parse(struct reader *r)
{
	struct json_tokener *tok = json_tokener_new();
	char *line = r->text[0], *end;

	json_tokener_set_flags(tok, JSON_TOKENER_STRICT |
				    JSON_TOKENER_VALIDATE_UTF8);
	for (; (end = strchr(line, '\n')); line = end + 1) {
		json_tokener_reset(tok);
		assert_in_range(r->objects, 0, OBJECTS_MAX - 1);
		r->object[r->objects] = json_tokener_parse_ex(tok, line,
							      end - line);
		if (!json_object_is_type(r->object[r->objects],
					 json_type_object) ||
		    json_tokener_get_parse_end(tok) != (size_t)(end - line))
			fail_msg("no JSON object: %.*s", (int)(end - line),
				 line);
		r->objects++;
	}
	assert_string_equal(line, "");
	json_tokener_free(tok);
}

/* Run "tcpfin ARGS", which must succeed without output on stderr. */
void reader_run(struct reader *r, const char *args)
{
	reader_start(r, 0, args);
	reader_end(r, 0);
	assert_string_equal(r->text[1], "");
}

/* Run "tcpfin ARGS", which must succeed, and parse its output. */
void reader_run_json(struct reader *r, const char *args)
{
	reader_run(r, args);
	reader_parse(r);
}

/* Fail unless stdout contains @part. */
void reader_expect(const struct reader *r, const char *part)
{
	if (!strstr(r->text[0], part))
		fail_msg("'%s' expected, seen: %s", part, r->text[0]);
}

/* "tcpfin ARGS" must fail with one line on stderr that contains @want. */
void reader_refuses(uid_t uid, const char *args, const char *want)
{
	struct reader r = { 0 };
	char *newline;

	reader_start(&r, uid, args);
	reader_end(&r, 1);
	newline = strchr(r.text[1], '\n');
	if (!newline || newline[1] || !strstr(r.text[1], want))
		fail_msg("'%s': one line with '%s' expected, seen: %s", args,
			 want, r.text[1]);
	assert_string_equal(r.text[0], "");
}

/* Get a member by its path, such as "time_wait.end"; it must exist. */
struct json_object *member(struct json_object *obj, const char *path)
{
	char copy[64], *word, *save;

	snprintf(copy, sizeof(copy), "%s", path);
	for (word = strtok_r(copy, ".", &save); word;
	     word = strtok_r(NULL, ".", &save))
		if (!json_object_object_get_ex(obj, word, &obj))
			fail_msg("no member '%s' of '%s'", word, path);
	return obj;
}

uint64_t number(struct json_object *obj, const char *path)
{
	struct json_object *value = member(obj, path);

	if (!json_object_is_type(value, json_type_int))
		fail_msg("%s: a whole number expected, %s seen", path,
			 json_object_to_json_string(value));
	return json_object_get_uint64(value);
}

const char *string(struct json_object *obj, const char *path)
{
	struct json_object *value = member(obj, path);

	if (!json_object_is_type(value, json_type_string))
		fail_msg("%s: a string expected, %s seen", path,
			 json_object_to_json_string(value));
	return json_object_get_string(value);
}

void want_number(struct json_object *obj, const char *path,
		 uint64_t want)
{
	uint64_t seen = number(obj, path);

	if (seen != want)
		fail_msg("%s: %llu expected, %llu seen", path,
			 (unsigned long long)want, (unsigned long long)seen);
}

/* A @want of NULL stands for null. */
void want_string(struct json_object *obj, const char *path,
		 const char *want)
{
	const char *seen = member(obj, path) ? string(obj, path) : NULL;

	if (!want != !seen || (want && strcmp(want, seen)))
		fail_msg("%s: '%s' expected, '%s' seen", path, want ?: "null",
			 seen ?: "null");
}

void want_null(struct json_object *obj, const char *path)
{
	if (member(obj, path))
		fail_msg("%s: null expected, %s seen", path,
			 json_object_to_json_string(member(obj, path)));
}

void want_bool(struct json_object *obj, const char *path, bool want)
{
	struct json_object *value = member(obj, path);

	if (!json_object_is_type(value, json_type_boolean) ||
	    json_object_get_boolean(value) != want)
		fail_msg("%s: %s expected, %s seen", path,
			 want ? "true" : "false",
			 json_object_to_json_string(value));
}

/* @want to @want + @more milliseconds, within rounding to µs; @want < 0: null. */
void want_ms(struct json_object *obj, const char *path, double want,
	     double more)
{
	struct json_object *value = member(obj, path);
	double seen = json_object_get_double(value);

	if (want < 0 ? !!value :
	    !json_object_is_type(value, json_type_double) || seen < 0 ||
	    seen < want - 0.0015 || seen > want + 0.0015 + more)
		fail_msg("%s: %f ms (or %f more) expected, %s seen", path,
			 want, more, json_object_to_json_string(value));
}

/* A step in JSON must equal the line of /proc/tcpfin. */
void want_step(struct json_object *obj, const struct seen *seen)
{
	char cookie[24], reason[64];

	snprintf(cookie, sizeof(cookie), "%lx", seen->cookie);
	want_string(obj, "type", seen->kind);
	want_number(obj, "mono_ns", (uint64_t)(seen->time * 1e9 + 0.5));
	want_string(obj, "cookie", cookie);
	want_number(obj, "netns", seen->netns);
	want_string(obj, "old", seen->old_state);
	want_string(obj, "new", seen->new_state);
	/* The text has the cause after a colon. */
	snprintf(reason, sizeof(reason), "%.*s",
		 (int)strcspn(seen->reason, ":"), seen->reason);
	want_string(obj, "reason", strcmp(reason, "-") ? reason : NULL);
	want_number(obj, "snd_nxt", seen->snd_nxt);
	want_number(obj, "rcv_nxt", seen->rcv_nxt);
	want_string(obj, "comm", seen->pid < 0 ? NULL : seen->comm);
}

/*
 * Send the server's FIN once more to the client in TIME_WAIT; @segment comes from
 * segment_from_peer() before the client closed.
 */
void testbed_fin_again(struct testbed *tb, const struct pair *pair,
		     struct segment *segment)
{
	const struct seen *flip;

	flip = events_find(&tb->events, pair->cookie[0], "tw-flip");
	segment->seq = flip->rcv_nxt - 1;
	segment->ack = flip->snd_nxt;
	segment->flags = SEGMENT_FIN | SEGMENT_ACK;
	segment_send(segment);
}

/* Reload the module, with these arguments of insmod, and set up a path. */
void testbed_open_with(struct testbed *tb, int family, const char *module)
{
	run("rmmod tcpfin 2>/dev/null; insmod %s", module);
	path_open(&tb->path, family, false);
	events_open(&tb->events);
}

void testbed_open(struct testbed *tb, int family)
{
	testbed_open_with(tb, family, "/lib/tcpfin.ko");
}

void testbed_close(struct testbed *tb)
{
	reader_free(&tb->reader);
	events_close(&tb->events);
	path_close(&tb->path);
}

/* Set the server's address and port. */
void testbed_set_server(struct testbed *tb, const char *addr, uint16_t port)
{
	struct path *path = &tb->path;
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)&path->addr;
	struct sockaddr_in *in = (struct sockaddr_in *)&path->addr;

	if (path->family == AF_INET6)
		inet_pton(AF_INET6, addr, &in6->sin6_addr);
	else
		inet_pton(AF_INET, addr, &in->sin_addr);
	in->sin_port = htons(port);
}

/* Open a connection without leaving a listener. */
void testbed_connect(struct testbed *tb, struct pair *pair)
{
	pair_open(&tb->path, pair);
	pair_close_listener(pair);
}

/*
 * Close the client first, up to its TIME_WAIT, and the server up to CLOSE. The FIN is
 * acknowledged before close(), see excuse_late_ack() in events.c for the reason.
 */
void testbed_teardown(struct testbed *tb, struct pair *pair)
{
	pair_close_listener(pair);
	must(shutdown(pair->fd[0], SHUT_WR));
	expect_eof(pair->fd[1]);
	events_wait_state(&tb->events, pair->cookie[0], "FIN_WAIT2");
	close(pair->fd[0]);
	events_wait_kind(&tb->events, pair->cookie[0], "tw-birth");
	close(pair->fd[1]);
	events_wait_kind(&tb->events, pair->cookie[0], "tw-flip");
	events_wait_end(&tb->events, pair->cookie[1]);
}

/* Open a connection and close both ends in a process of this name. */
struct pair testbed_teardown_as(struct testbed *tb, const char *comm)
{
	struct pair pair;
	char before[16];

	pair_open(&tb->path, &pair);
	prctl(PR_GET_NAME, before);
	prctl(PR_SET_NAME, comm);
	testbed_teardown(tb, &pair);
	prctl(PR_SET_NAME, before);
	return pair;
}

/* Open and close a connection; returns the client's cookie. */
uint64_t testbed_open_and_close(struct testbed *tb)
{
	struct pair pair;

	pair_open(&tb->path, &pair);
	testbed_teardown(tb, &pair);
	return pair.cookie[0];
}

/* Open and close a connection, and wait for the end of TIME_WAIT; returns the cookie. */
uint64_t testbed_teardown_to_end(struct testbed *tb)
{
	uint64_t cookie = testbed_open_and_close(tb);

	events_wait_end(&tb->events, cookie);
	return cookie;
}
