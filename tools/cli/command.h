/* SPDX-License-Identifier: GPL-2.0 */
/* What a command is, and what all commands share: input and options. */
#ifndef TCPFIN_COMMAND_H
#define TCPFIN_COMMAND_H

#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>

#include "cli/selection.h"
#include "source/source.h"

/* Values of --options. */
enum tcpfin_option {
	TCPFIN_OPT_HELP = 0x100,
	TCPFIN_OPT_JSON,
	TCPFIN_OPT_HISTORY,
	TCPFIN_OPT_OPEN,
	TCPFIN_OPT_FOR,
	TCPFIN_OPT_BY,
	TCPFIN_OPT_OLDER,
	TCPFIN_OPT_ROTATE,
	TCPFIN_OPT_KEEP,
	TCPFIN_OPT_CSV,
	TCPFIN_OPT_UTC,
};

/* Recordings that are read at once, at most. */
#define TCPFIN_FILES_MAX	64

/**
 * struct tcpfin_input - what a command reads
 * @live: how to read the rings; stop_fd is for recordings, too
 * @verbose: show progress
 * @nfiles: recordings to read in place of the rings, 0 for none
 * @files: their paths, "-" for stdin
 */
struct tcpfin_input {
	struct tcpfin_live_options live;
	bool verbose;
	unsigned int nfiles;
	const char *files[TCPFIN_FILES_MAX];
};

/**
 * struct tcpfin_command - one command of the program
 * @name: its name
 * @help: what --help prints
 * @allowed: its options, for the message about one that is not
 * @shorts: its short options, for getopt
 * @longs: its long options
 * @filters: its other arguments are a filter
 * @silent_read: it prints nothing before all recordings were read, and
 * @silent_live: before it has done with the rings
 * @shows_module: it prints what the module cannot see: nobody else has to
 * @run: does it; returns the exit status, mostly that of tcpfin_run()
 * @option: takes an option that no other command has; false after a mistake,
 *	which was told on stderr. NULL: there is none
 * @check: looks at all options together, and sets what follows from them; false
 *	as before. NULL: there is nothing to do
 * @view: does the command's work; returns the exit status
 */
struct tcpfin_command {
	const char *name;
	const char *help;
	const char *allowed;
	const char *shorts;
	const struct option *longs;
	bool filters;
	bool silent_read;
	bool silent_live;
	bool shows_module;
	int (*run)(int argc, char **argv);
	bool (*option)(int opt, void *opts);
	bool (*check)(struct tcpfin_input *in, void *opts);
	int (*view)(struct tcpfin_source *src, const void *opts);
};

/**
 * struct tcpfin_call - a command as it was called
 * @cmd: the command
 * @argc: main()'s, from the command's name on
 * @argv: likewise
 * @in: what it reads
 * @opts: its options, which begin with a struct tcpfin_chosen
 */
struct tcpfin_call {
	const struct tcpfin_command *cmd;
	int argc;
	char **argv;
	struct tcpfin_input in;
	void *opts;
};

/**
 * tcpfin_read_options() - read a command's options and its filter
 * @call: how it was called
 *
 * --help prints the help. A mistake is told on stderr.
 *
 * Return: the exit status, or -1 to go on: then the filter has to be freed.
 */
int tcpfin_read_options(struct tcpfin_call *call);

/**
 * tcpfin_run() - read the options, open the source, do the work, close it
 * @cmd: the command
 * @argc: main()'s, from the command's name on
 * @argv: likewise
 * @opts: the options as they are at first; see struct tcpfin_call
 *
 * Return: the exit status.
 */
int tcpfin_run(const struct tcpfin_command *cmd, int argc, char **argv,
	       void *opts);

/**
 * tcpfin_bad_value() - tell that the value of the option at hand is wrong
 * @cmd: the command
 * @option: the option as the user knows it
 * @wanted: what is allowed
 *
 * Return: false.
 */
bool tcpfin_bad_value(const struct tcpfin_command *cmd, const char *option,
		      const char *wanted);

/**
 * tcpfin_take_time() - read the value of the option at hand as a time
 * @cmd: the command
 * @option: the option as the user knows it
 * @ns: the time, see tcpfin_parse_time()
 *
 * Return: false after a mistake, which was told on stderr.
 */
bool tcpfin_take_time(const struct tcpfin_command *cmd, const char *option,
		      uint64_t *ns);

#endif /* TCPFIN_COMMAND_H */
