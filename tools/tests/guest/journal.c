// SPDX-License-Identifier: GPL-2.0
/*
 * "watch --journal" with the real journald: the entries that journalctl prints must
 * equal the lines of /proc/tcpfin.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "program.h"
#include "traffic.h"

#define DAEMON	"/lib/systemd/systemd-journald"
#define STEPS	8
#define SOCKET	"/run/systemd/journal/socket"
#define QUERY	"journalctl -q -D /run/log/journal -o json SYSLOG_IDENTIFIER=tcpfin"

static pid_t daemon_pid;

static int setup(void **state)
{
	int tenths = 100;

	(void)state;
	run("mkdir -p /run/systemd/journal");
	run("echo 0123456789abcdef0123456789abcdef >/etc/machine-id");
	daemon_pid = must(fork());
	if (!daemon_pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		execl(DAEMON, DAEMON, NULL);
		_exit(127);
	}
	while (access(SOCKET, F_OK) && --tenths)
		usleep(100000);
	return !tenths;
}

static int teardown(void **state)
{
	(void)state;
	must(kill(daemon_pid, SIGTERM));
	must(waitpid(daemon_pid, NULL, 0));
	return 0;
}

/* Read tcpfin's entries; journald may write them some time after it got them. */
static size_t query(struct json_object **list, size_t want)
{
	int tenths = 100;
	char line[8192];
	size_t count;
	FILE *out;

	do {
		count = 0;
		out = popen(QUERY, "re");
		assert_non_null(out);
		while (fgets(line, sizeof(line), out)) {
			assert_in_range(count, 0, want);
			list[count] = json_tokener_parse(line);
			assert_non_null(list[count++]);
		}
		assert_int_equal(pclose(out), 0);
		usleep(100000);
	} while (count < want && --tenths);
	return count;
}

static void want_text(struct json_object *entry, const char *field,
		      const char *format, ...)
{
	char want[256];
	va_list args;

	va_start(args, format);
	vsnprintf(want, sizeof(want), format, args);
	va_end(args);
	want_string(entry, field, want);
}

/* An address like "192.0.2.7:443" is two fields. */
static void want_address(struct json_object *entry, const char *side,
			 const char *text)
{
	const char *colon = strrchr(text, ':');
	char field[64];

	assert_non_null(colon);
	snprintf(field, sizeof(field), "OBJECT_IPV4_%s_ADDRESS", side);
	want_text(entry, field, "%.*s", (int)(colon - text), text);
	snprintf(field, sizeof(field), "OBJECT_TCP_%s_PORT", side);
	want_text(entry, field, "%s", colon + 1);
}

static void want_entry(struct json_object *entry, const struct seen *seen)
{
	want_string(entry, "SYSLOG_IDENTIFIER", "tcpfin");
	want_string(entry, "PRIORITY", "5");
	want_address(entry, "SOURCE", seen->local);
	want_address(entry, "DESTINATION", seen->remote);
	want_string(entry, "OBJECT_TCP_OLD_STATE", seen->old_state);
	want_string(entry, "OBJECT_TCP_NEW_STATE", seen->new_state);
	want_string(entry, "TCPFIN_KIND", seen->kind);
	want_text(entry, "TCPFIN_COOKIE", "%llx",
		  (unsigned long long)seen->cookie);
	want_text(entry, "TCPFIN_NETNS", "%u", seen->netns);
	if (strcmp(seen->reason, "-"))
		want_string(entry, "TCPFIN_REASON", seen->reason);
	if (seen->pid < 0)
		return;
	want_text(entry, "OBJECT_PID", "%ld", seen->pid);
	want_string(entry, "TCPFIN_ACTS", "yes");
}

static void test_steps(void **state)
{
	struct json_object *list[16];
	struct testbed tb = { 0 };
	size_t i;

	(void)state;
	testbed_open(&tb, AF_INET);
	reader_follow(&tb.reader, "watch --journal -c 8");
	testbed_teardown_to_end(&tb);
	reader_end(&tb.reader, 0);
	assert_string_equal(tb.reader.text[0], "");
	assert_int_equal(tb.events.count, STEPS);
	assert_int_equal(query(list, STEPS), STEPS);
	for (i = 0; i < STEPS; i++) {
		want_entry(list[i], &tb.events.list[i]);
		json_object_put(list[i]);
	}
	testbed_close(&tb);
}

/* The time in the old state is in microseconds, as in tcpstates. */
static void test_span(void **state)
{
	char line[64] = "";
	FILE *out;
	double us;

	(void)state;
	out = popen(QUERY " TCPFIN_KIND=tw-death --output-fields=OBJECT_TCP_SPAN_TIME | grep -o 'SPAN_TIME\":\"[0-9]*'",
		    "re");
	assert_non_null(out);
	assert_non_null(fgets(line, sizeof(line), out));
	assert_int_equal(pclose(out), 0);
	us = atof(strrchr(line, '"') + 1);
	assert_true(us > 59.9e6 && us < 62.1e6);
}

/* Without journald "watch --journal" fails with a message. */
static void test_no_journal(void **state)
{
	struct testbed tb = { 0 };

	teardown(state);
	run("rm -f " SOCKET);
	testbed_open(&tb, AF_INET);
	reader_follow(&tb.reader, "watch --journal");
	testbed_open_and_close(&tb);
	reader_end(&tb.reader, 1);
	assert_string_equal(tb.reader.text[1],
			    "tcpfin watch: cannot write to the journal: No such file or directory\n");
	testbed_close(&tb);
	setup(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_span),
		cmocka_unit_test(test_no_journal),
	};

	return cmocka_run_group_tests_name("journal", tests, setup, teardown);
}
