// SPDX-License-Identifier: GPL-2.0
/* The program as a user starts it: help, mistakes, exit statuses. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "tcpfin.h"

/* It stands two folders above the tests. */
static char program[4096];
static char output[8192];

/* Run "tcpfin ARGS" in a shell; @want_status, and @want in what it said. */
static void run(const char *args, int want_status, const char *want)
{
	char command[8192];
	size_t len;
	int status;
	FILE *pipe;

	snprintf(command, sizeof(command), "'%s' %s", program, args);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	len = fread(output, 1, sizeof(output) - 1, pipe);
	output[len] = '\0';
	status = pclose(pipe);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != want_status)
		fail_msg("%s: want exit status %d, got %#x: %s", args,
			 want_status, (unsigned int)status, output);
	if (!strstr(output, want))
		fail_msg("%s: want '%s' in: %s", args, want, output);
}

/* A mistake: one line on stderr, nothing on stdout. */
static void wrong(const char *args, const char *want)
{
	char with_stderr[256], stdout_only[256];

	snprintf(with_stderr, sizeof(with_stderr), "%s 2>&1", args);
	run(with_stderr, 1, want);
	assert_ptr_equal(strchr(output, '\n'), output + strlen(output) - 1);
	snprintf(stdout_only, sizeof(stdout_only), "%s 2>/dev/null", args);
	run(stdout_only, 1, "");
	assert_string_equal(output, "");
}

static void helps(void **state)
{
	(void)state;
	run("--help", 0, "Usage: tcpfin COMMAND");
	run("watch --help", 0, "Usage: tcpfin watch");
	run("ladder --help", 0, "Usage: tcpfin ladder");
	run("summary --help", 0, "Usage: tcpfin summary");
	run("record --help", 0, "Usage: tcpfin record");
	run("doctor --help", 0, "Usage: tcpfin doctor [OPTION]... [FILTER]");
	run("status --help", 0, "Usage: tcpfin status");
	run("--version", 0, "tcpfin " TCPFIN_VERSION " (ABI 3)\n");
}

static void names_an_unknown_command(void **state)
{
	(void)state;
	wrong("", "no command");
	wrong("wotch", "unknown command 'wotch' (see tcpfin --help)");
	wrong("''", "unknown command ''");
}

static void names_an_unknown_option(void **state)
{
	(void)state;
	wrong("watch -q", "'-q' (allowed: -r FILE -4");
	wrong("watch -4q", "'-q'");
	wrong("watch --json -q4", "'-q'");
	wrong("watch --colour", "'--colour'");
	wrong("watch --json=1", "'--json=1'");
	wrong("summary -x", "'-x' (allowed: -r FILE --for");
	wrong("record -w a -x", "'-x' (allowed: -w FILE");
	wrong("record -r a", "'-r' (allowed: -w FILE");
	wrong("status -4", "'-4' (allowed: --json --help)");
	wrong("status now", "unexpected argument 'now'");
	wrong("watch -c", "no value for option '-c'");
	wrong("doctor -x", "'-x' (allowed: -r FILE --older TIME");
	wrong("summary --for", "no value for option '--for'");
}

/* Quoted or not, before an option or after it: the same expression. */
static void points_into_a_filter(void **state)
{
	static const char *const commands[] = {
		"watch sport = :443 and not prot 5 -4 2>&1",
		"watch -4 'sport = :443 and not prot 5' 2>&1",
		"summary 'sport = :443 and' --json not prot 5 2>&1",
		"summary -- sport = :443 and not prot 5 2>&1",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		run(commands[i], 1,
		    ": bad filter: unknown word: want state, exclude, sport, dport, src, dst, netns, pid, comm, reason or closer\n"
		    "  sport = :443 and not prot 5\n"
		    "                       ^^^^\n");
	run("watch dport != :x 2>/dev/null", 1, "");
	assert_string_equal(output, "");
	run("watch dport != :x 2>&1", 1, "no such port");
	run("watch '!' dport x 2>&1", 1, "no such port");
}

static void names_a_bad_value(void **state)
{
	(void)state;
	wrong("watch -c 0", "bad value '0' for -c: a number above 0");
	wrong("watch -c x", "bad value 'x' for -c");
	wrong("summary --for 1y", "bad value '1y' for --for: a time");
	wrong("summary -i 0", "bad value '0' for -i");
	wrong("summary -i 1 -c -1", "bad value '-1' for -c");
	wrong("summary --by uid", "raddr, rport, lport, netns, comm or reason");
	wrong("summary -c 3", "-c needs -i");
	wrong("doctor --older 1y", "bad value '1y' for --older: a time");
	wrong("doctor -r a --for 1s", "--for is for the rings, not for -r");
	wrong("summary -r a --for 3", "--for and -i are for the rings");
	wrong("summary -r a -i 3", "--for and -i are for the rings");
	wrong("watch -r a --history", "tcpfin watch: --history is for the rings");
	wrong("handshakes -r a --history", "--history is for the rings");
	wrong("ladder -r a --history", "--history is for the rings");
	wrong("ladder -r a --history --open", "cannot open a");
	wrong("record -c 3", "no file: -w FILE, or -w - for stdout");
	wrong("record -w a -c 0", "bad value '0' for -c");
	wrong("watch -t -T", "-t and -T");
}

/* Where the module is loaded or /proc is odd, this cannot be seen. */
static void says_what_does_not_go_together(void **state)
{
	(void)state;
	wrong("record -w f --rotate 1M", "--rotate SIZE and --keep N go together");
	wrong("record -w f --keep 3", "--rotate SIZE and --keep N go together");
	wrong("record -w - --rotate 1M --keep 3", "--rotate needs a file, and -w - is none");
	wrong("record --rotate 1M --keep 3", "no file: -w FILE");
	wrong("record -w f --rotate 127k --keep 3",
	      "bad value '127k' for --rotate: a size from 128k to 1T, such as 500k");
	wrong("record -w f --rotate 10 --keep 3", "bad value '10' for --rotate");
	wrong("record -w f --rotate 1M --keep 1",
	      "bad value '1' for --keep: a number of files from 2 to 64");
	wrong("record -w f --rotate 1M --keep 65", "bad value '65' for --keep");
	wrong("record -w f --rotate", "no value for option '--rotate'");
	wrong("watch --rotate 1M", "unknown option '--rotate'");
}

static void says_that_the_module_is_missing(void **state)
{
	(void)state;
	if (!access("/proc/" TCPFIN_PROC_NAME, F_OK))
		skip();
	wrong("watch", "/proc/tcpfin is not there: load the module first (insmod tcpfin.ko)");
	wrong("watch sport != :443 -4", "load the module first");
	wrong("summary", "load the module first");
	wrong("record -w /dev/null", "load the module first");
	wrong("status", "load the module first");
}

static void says_what_is_no_recording(void **state)
{
	(void)state;
	wrong("watch -r /no/such/file", "cannot open /no/such/file: No such file");
	wrong("watch -r /dev/null", "/dev/null: is empty");
	wrong("watch -r /", "/: cannot read: Is a directory");
	wrong("watch -r /proc/self/status", "is no recording of tcpfin");
	wrong("summary -r /dev/zero", "/dev/zero: is no recording of tcpfin");
	wrong("summary -r - </dev/null", "stdin: is empty");
	wrong("summary -r - -r - </dev/null", "-r - more than once");
}

/* Names of files and other words stay one line, and harmless to a terminal. */
static void escapes_the_words_of_others(void **state)
{
#define EVIL	"a\033[2J\n\177\302\233b"
#define TAMED	"a\\x1b[2J\\x0a\\x7f\\xc2\\x9bb"
	(void)state;
	wrong("'" EVIL "'", "unknown command '" TAMED "'");
	wrong("watch '--" EVIL "'", "unknown option '--" TAMED "'");
	wrong("status '" EVIL "'", "unexpected argument '" TAMED "'");
	wrong("watch -c '" EVIL "'", "bad value '" TAMED "' for -c");
	wrong("watch -r '/no/" EVIL "'", "cannot open /no/" TAMED ": No such");
	run("watch -r $(head -c 4000 /dev/zero | tr '\\0' '\\033') 2>&1", 1,
	    "\\x1b\\x1b: File name too long\n");
	run("watch '" EVIL "' 2>&1", 1, "  " TAMED "\n");
#undef EVIL
#undef TAMED
}

static void a_full_disk_is_told(void **state)
{
	(void)state;
	run("--help 2>&1 >/dev/full", 1,
	    "tcpfin: cannot write: No space left on device\n");
	run("watch --help 2>&1 >/dev/full", 1, "No space left");
}

/* The pipe's reader is gone before anything is written. */
static void a_reader_may_go_away(void **state)
{
	char command[sizeof(program) + 128];
	FILE *pipe;

	(void)state;
	snprintf(command, sizeof(command),
		 "{ { sleep 0.2; '%s' --help; echo \"=$?\" >&3; } 2>&3 | true; } 3>&1",
		 program);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	output[fread(output, 1, sizeof(output) - 1, pipe)] = '\0';
	pclose(pipe);
	assert_string_equal(output, "=0\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(helps),
		cmocka_unit_test(names_an_unknown_command),
		cmocka_unit_test(names_an_unknown_option),
		cmocka_unit_test(points_into_a_filter),
		cmocka_unit_test(names_a_bad_value),
		cmocka_unit_test(says_what_does_not_go_together),
		cmocka_unit_test(says_that_the_module_is_missing),
		cmocka_unit_test(says_what_is_no_recording),
		cmocka_unit_test(escapes_the_words_of_others),
		cmocka_unit_test(a_full_disk_is_told),
		cmocka_unit_test(a_reader_may_go_away),
	};
	ssize_t len = readlink("/proc/self/exe", program, sizeof(program) - 32);
	char *slash;
	int up;

	if (len < 0)
		return 1;
	program[len] = '\0';
	for (up = 0; up < 3; up++) {
		slash = strrchr(program, '/');
		if (slash)
			*slash = '\0';
	}
	strcat(program, "/tcpfin");
	return RUN_TESTS(tests);
}
