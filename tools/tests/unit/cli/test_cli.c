// SPDX-License-Identifier: GPL-2.0
/* tcpfin run as a user does: help, wrong arguments, exit statuses. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "module/tcpfin.h"
#include "program.h"
#include "temp_folder.h"

static void helps(void **state)
{
	(void)state;
	program_run("--help", 0, "Usage: tcpfin [COMMAND");
	program_run("watch --help", 0, "Usage: tcpfin watch");
	program_run("ladder --help", 0, "Usage: tcpfin ladder");
	program_run("summary --help", 0, "Usage: tcpfin summary");
	program_run("record --help", 0, "Usage: tcpfin record");
	program_run("export --help", 0, "Usage: tcpfin export FORM -o FILE");
	program_run("doctor --help", 0, "Usage: tcpfin doctor [OPTION]... [FILTER]");
	program_run("top --help", 0, "Usage: tcpfin top [OPTION]... [FILTER]");
	program_run("status --help", 0, "Usage: tcpfin status");
	program_run("report --help", 0, "Usage: tcpfin report -o FILE.html");
	program_run("watch -h", 0, "Usage: tcpfin watch");
	program_run("watch -4h", 0, "Usage: tcpfin watch");
	program_run("help", 0, "Usage: tcpfin [COMMAND");
	program_run("--version", 0, "tcpfin " TCPFIN_VERSION " (ABI 4)\n");
}

/* Put a man(1) before others that knows the pages of @pattern, for sh's case. */
static void install_man(const char *pattern)
{
	char path[64];
	FILE *f;

	snprintf(path, sizeof(path), "%s/man", temp_folder);
	f = fopen(path, "w");
	assert_non_null(f);
	fprintf(f, "#!/bin/sh\nfor page; do :; done\n"
		"case $page in %s) ;; *) echo none; exit 16 ;; esac\n"
		"echo \"shows $*\"\n", pattern);
	assert_int_equal(fchmod(fileno(f), 0755), 0);
	fclose(f);
}

/* Without a man page, --help is printed. */
static void opens_the_manual(void **state)
{
	const char *path = getenv("PATH");
	char with_ours[4096];

	(void)state;
	assert_true(temp_folder_open());
	snprintf(with_ours, sizeof(with_ours), "%s:%s", temp_folder, path);
	setenv("PATH", with_ours, 1);
	install_man("tcpfin-watch|tcpfin-filter");
	program_run("help watch", 0, "shows -- tcpfin-watch\n");
	assert_string_equal(program_output, "shows -- tcpfin-watch\n");
	program_run("help filter", 0, "shows -- tcpfin-filter\n");
	program_run("help ladder", 0, "Usage: tcpfin ladder");
	assert_null(strstr(program_output, "none"));
	program_wrong("help json", "the page tcpfin-json is not installed");
	program_wrong("help filtre",
		      "unknown command or topic 'filtre': did you mean filter? (see tcpfin --help)");
	program_wrong("help wacth", "unknown command or topic 'wacth': did you mean watch?");
	program_wrong("help ../../etc/passwd",
		      "unknown command or topic '../../etc/passwd' (see");
	setenv("PATH", "/nowhere", 1);
	program_run("help ladder", 0, "Usage: tcpfin ladder");
	program_wrong("help waves", "the page tcpfin-waves is not installed, or man(1) is not");
	setenv("PATH", path, 1);
	assert_int_equal(temp_folder_remove(), 0);
}

static void names_an_unknown_command(void **state)
{
	(void)state;
	program_wrong("wotch", "unknown command 'wotch': did you mean watch? (see tcpfin --help)");
	program_wrong("wacth", "did you mean watch?");
	program_wrong("hand", "did you mean handshakes?");
	program_wrong("filter", "unknown command 'filter' (see tcpfin --help)");
	program_wrong("xyzzy", "unknown command 'xyzzy' (see tcpfin --help)");
	program_wrong("''", "unknown command ''");
}

static void names_an_unknown_option(void **state)
{
	(void)state;
	program_wrong("watch -q", "'-q' (allowed: -r FILE -4");
	program_wrong("watch -4q", "'-q'");
	program_wrong("watch --json -q4", "'-q'");
	program_wrong("watch --colour", "'--colour': did you mean --color?");
	program_wrong("watch --jsno", "'--jsno': did you mean --json? (allowed:");
	program_wrong("watch --fro=1s", "'--fro=1s': did you mean --for? (allowed:");
	program_wrong("watch --xyzzy", "'--xyzzy' (allowed:");
	program_wrong("watch --json=1", "'--json=1'");
	program_wrong("summary -x", "'-x' (allowed: -r FILE --for");
	program_wrong("record -w a -x", "'-x' (allowed: -w FILE");
	program_wrong("record -r a", "'-r' (allowed: -w FILE");
	program_wrong("status -4", "'-4' (allowed: --json --csv --help)");
	program_wrong("status now", "unexpected argument 'now'");
	program_wrong("watch -c", "no value for option '-c'");
	program_wrong("export -x", "'-x' (allowed: --perfetto --pcapng");
	program_wrong("doctor -x", "'-x' (allowed: -r FILE --older TIME");
	program_wrong("summary --for", "no value for option '--for'");
}

/* A filter may be quoted or not, and stand before or after an option. */
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
		program_run(commands[i], 1,
		    ": bad filter: unknown word: want state, exclude, sport, dport, port, src, dst, host, netns, pid, uid, comm, reason, closer, how, cause or cgroup\n"
		    "  sport = :443 and not prot 5\n"
		    "                       ^^^^\n");
	program_run("watch dport != :x 2>/dev/null", 1, "");
	assert_string_equal(program_output, "");
	program_run("watch dport != :x 2>&1", 1, "no such port");
	program_run("watch '!' dport x 2>&1", 1, "no such port");
}

static void names_a_bad_value(void **state)
{
	(void)state;
	program_wrong("watch -c 0", "bad value '0' for -c: a number above 0");
	program_wrong("watch -c x", "bad value 'x' for -c");
	program_wrong("summary --for 1y", "bad value '1y' for --for: a time");
	program_wrong("summary -i 0", "bad value '0' for -i");
	program_wrong("summary -i 1 -c -1", "bad value '-1' for -c");
	program_wrong("summary --by uid", "raddr, rport, lport, netns, comm or reason");
	program_wrong("summary -c 3", "-c needs -i");
	program_wrong("report -r /dev/null", "report: no file: -o FILE.html");
	program_wrong("report -o x -r x --for 1s", "--for is for the rings");
	program_wrong("doctor --older 1y",
		      "bad value '1y' for --older: a time");
	program_wrong("top -i 0", "bad value '0' for -i: a time");
	program_wrong("top -r a --for 1s",
		      "--for is for the rings, not for -r");
	program_wrong("top -r a -i 1s", "with -r, -i needs --batch");
	program_wrong("top -r a --netns 1", "--netns is for this machine, not for -r");
	program_wrong("doctor -r a --for 1s",
		      "--for is for the rings, not for -r");
	program_wrong("summary -r a --for 3", "--for is for the rings, not for -r");
	program_wrong("summary -r a -i 3", "-i is for the rings, not for -r");
	program_wrong("watch -r a --for 3", "--for is for the rings, not for -r");
	program_wrong("watch -r a -f", "-f is for the rings, not for -r");
	program_wrong("watch -f", "-f goes with --history: without it new steps are shown");
	program_wrong("handshakes --follow", "-f goes with --history");
	program_wrong("ladder -f", "-f goes with --history");
	program_wrong("record -w a -f", "-f goes with --history");
	program_wrong("handshakes --open --history --follow",
		      "--open goes with neither -f nor --for");
	program_wrong("ladder --open --for 1s", "--open goes with neither -f nor --for");
	program_wrong("watch -4 -6", "-4 and -6 do not go together");
	program_wrong("report -o x -64", "-4 and -6 do not go together");
	program_wrong("watch -r a --history", "cannot open a");
	program_wrong("ladder -r a --history --open", "cannot open a");
	program_wrong("record -c 3", "no file: -w FILE, or -w - for stdout");
	program_wrong("record -w a -c 0", "bad value '0' for -c");
	program_wrong("watch -t -T", "-t and -T");
	program_wrong("watch --color=yes", "bad value 'yes' for --color: always, auto or never");
	program_wrong("watch -o lport --json", "-o goes with neither --json nor --journal");
	program_wrong("watch -o lport -x", "-o and -x do not go together");
	program_wrong("handshakes -o lport --json", "-o does not go with --json");
}

/* Where the module is loaded or /proc is odd, this cannot be seen. */
static void refuses_options_that_exclude_each_other(void **state)
{
	(void)state;
	program_wrong("record -w f --rotate 1M", "--rotate SIZE and --keep N go together");
	program_wrong("record -w f --keep 3", "--rotate SIZE and --keep N go together");
	program_wrong("record -w - --rotate 1M --keep 3", "--rotate needs a file, not -w -");
	program_wrong("record --rotate 1M --keep 3", "no file: -w FILE");
	program_wrong("record -w f --rotate 127k --keep 3",
	      "bad value '127k' for --rotate: a size from 128k to 1T, such as 500k");
	program_wrong("record -w f --rotate 10 --keep 3", "bad value '10' for --rotate");
	program_wrong("record -w f --rotate 1M --keep 1",
	      "bad value '1' for --keep: a number of files from 2 to 64");
	program_wrong("record -w f --rotate 1M --keep 65", "bad value '65' for --keep");
	program_wrong("record -w f --rotate", "no value for option '--rotate'");
	program_wrong("watch --rotate 1M", "unknown option '--rotate'");
}

static void says_what_an_export_needs(void **state)
{
	(void)state;
	program_wrong("export",
		      "no form: --perfetto, --pcapng or --prometheus");
	program_wrong("export --perfetto",
		      "no file: -o FILE, or -o - for stdout");
	program_wrong("export --perfetto --pcapng -o f", "do not go together");
	program_wrong("export --pcapng -o f --interval 1s",
	      "--interval, --by and --cap go with --prometheus");
	program_wrong("export --prometheus -o f.prom --by reason",
	      "bad value 'reason' for --by: destination, raddr, rport, lport, netns or comm");
	program_wrong("export --prometheus -o f.prom --cap 5", "--cap needs --by");
	program_wrong("export --prometheus -o f.prom --by comm --cap 1001",
	      "bad value '1001' for --cap: a number from 1 to 1000");
	program_wrong("export --openmetrics -o f.txt",
	      "with --prometheus FILE has to end in .prom, or be - for stdout");
	program_wrong("export --prometheus -o .prom", "has to end in .prom");
	program_wrong("export --openmetrics -o /dev/null -r /no/such",
		      "cannot open /no/such");
	program_wrong("export --prometheus -o f.prom -c 3", "-c needs --interval");
	program_wrong("export --prometheus -o f.prom --interval x",
	      "bad value 'x' for --interval: a time");
	program_wrong("export --prometheus -o f.prom -r a --interval 5s",
	      "--interval is for the rings, not for -r");
}

static void reports_that_the_module_is_missing(void **state)
{
	(void)state;
	if (!access("/proc/" TCPFIN_PROC_NAME, F_OK))
		skip();
	program_wrong("watch", "/proc/tcpfin is not there: load the module first (modprobe tcpfin, or insmod tcpfin.ko; its package is tcpfin-dkms)");
	program_wrong("watch sport != :443 -4", "load the module first");
	program_wrong("summary", "load the module first");
	program_wrong("record -w /dev/null", "load the module first");
	program_wrong("status", "load the module first");
	program_wrong("", "load the module first");
}

static void reports_files_that_are_no_recordings(void **state)
{
	(void)state;
	program_wrong("watch -r /no/such/file", "cannot open /no/such/file: No such file");
	program_wrong("watch -r /dev/null", "/dev/null: is empty");
	program_wrong("watch -r /", "/: cannot read: Is a directory");
	program_wrong("watch -r /proc/self/status", "is not a tcpfin recording");
	program_wrong("summary -r /dev/zero", "/dev/zero: is not a tcpfin recording");
	program_wrong("summary -r - </dev/null", "stdin: is empty");
	program_wrong("summary -r - -r - </dev/null", "-r - more than once");
}

/* File names and other arguments are escaped in messages of one line. */
static void escapes_arguments(void **state)
{
#define EVIL	"a\033[2J\n\177\302\233b"
#define TAMED	"a\\x1b[2J\\x0a\\x7f\\xc2\\x9bb"
	(void)state;
	program_wrong("'" EVIL "'", "unknown command '" TAMED "'");
	program_wrong("watch '--" EVIL "'", "unknown option '--" TAMED "'");
	program_wrong("status '" EVIL "'", "unexpected argument '" TAMED "'");
	program_wrong("watch -c '" EVIL "'", "bad value '" TAMED "' for -c");
	program_wrong("watch -r '/no/" EVIL "'", "cannot open /no/" TAMED ": No such");
	program_run("watch -r $(head -c 4000 /dev/zero | tr '\\0' '\\033') 2>&1", 1,
	    "\\x1b\\x1b: File name too long\n");
	program_run("watch '" EVIL "' 2>&1", 1, "  " TAMED "\n");
#undef EVIL
#undef TAMED
}

static void reports_a_full_disk(void **state)
{
	(void)state;
	program_run("--help 2>&1 >/dev/full", 1,
	    "tcpfin: cannot write: No space left on device\n");
	program_run("watch --help 2>&1 >/dev/full", 1, "No space left");
}

/* stdout is a pipe that nobody reads. */
static void ends_when_nobody_reads_the_pipe(void **state)
{
	char command[sizeof(program_path) + 128];
	FILE *pipe;

	(void)state;
	snprintf(command, sizeof(command),
		 "{ { sleep 0.2; '%s' --help; echo \"=$?\" >&3; } 2>&3 | true; } 3>&1",
		 program_path);
	pipe = popen(command, "r");
	assert_non_null(pipe);
	program_output[fread(program_output, 1, sizeof(program_output) - 1,
			     pipe)] = '\0';
	pclose(pipe);
	assert_string_equal(program_output, "=0\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(helps),
		cmocka_unit_test(opens_the_manual),
		cmocka_unit_test(names_an_unknown_command),
		cmocka_unit_test(names_an_unknown_option),
		cmocka_unit_test(points_into_a_filter),
		cmocka_unit_test(names_a_bad_value),
		cmocka_unit_test(refuses_options_that_exclude_each_other),
		cmocka_unit_test(says_what_an_export_needs),
		cmocka_unit_test(reports_that_the_module_is_missing),
		cmocka_unit_test(reports_files_that_are_no_recordings),
		cmocka_unit_test(escapes_arguments),
		cmocka_unit_test(reports_a_full_disk),
		cmocka_unit_test(ends_when_nobody_reads_the_pipe),
	};

	if (!program_find())
		return 1;
	return RUN_TESTS(tests);
}
