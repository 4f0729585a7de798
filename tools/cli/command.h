/* SPDX-License-Identifier: GPL-2.0 */
/* What a command is, and what all commands share: input and options. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>

#include "cli/selection.h"
#include "source/source.h"

/* Values of --options. */
enum command_option {
	OPT_HELP = 0x100,
	OPT_JSON,
	OPT_HISTORY,
	OPT_OPEN,
	OPT_FOR,
	OPT_BY,
	OPT_OLDER,
	OPT_ROTATE,
	OPT_KEEP,
	OPT_CSV,
	OPT_UTC,
};

/* Recordings that are read at once, at most. */
#define INPUT_FILES_MAX	64

/**
 * struct input - what a command reads
 * @live: how to read the rings; stop_fd is for recordings, too
 * @verbose: show progress
 * @nfiles: recordings to read in place of the rings, 0 for none
 * @files: their paths, "-" for stdin
 */
struct input {
	struct live_options live;
	bool verbose;
	unsigned int nfiles;
	const char *files[INPUT_FILES_MAX];
};

/**
 * struct command - one command of the program
 * @name: its name
 * @help: what --help prints
 * @allowed: its options, for the message about one that is not
 * @shorts: its short options, for getopt
 * @longs: its long options
 * @filters: its other arguments are a filter
 * @silent_read: it prints nothing before all recordings were read, and
 * @silent_live: before it has done with the rings
 * @shows_module: it prints what the module cannot see: nobody else has to
 * @run: does it; returns the exit status, mostly that of command_run()
 * @option: takes an option that no other command has; false after a mistake,
 *	which was told on stderr. NULL: there is none
 * @check: looks at all options together, and sets what follows from them; false
 *	as before. NULL: there is nothing to do
 * @view: does the command's work; returns the exit status
 */
struct command {
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
	bool (*check)(struct input *in, void *opts);
	int (*view)(struct source *src, const void *opts);
};

/**
 * struct command_call - a command as it was called
 * @cmd: the command
 * @argc: main()'s, from the command's name on
 * @argv: likewise
 * @in: what it reads
 * @opts: its options, which begin with a struct selection
 */
struct command_call {
	const struct command *cmd;
	int argc;
	char **argv;
	struct input in;
	void *opts;
};

/**
 * options_read() - read a command's options and its filter
 * @call: how it was called
 *
 * --help prints the help. A mistake is told on stderr.
 *
 * Return: the exit status, or -1 to go on: then the filter has to be freed.
 */
int options_read(struct command_call *call);

/**
 * command_run() - read the options, open the source, do the work, close it
 * @cmd: the command
 * @argc: main()'s, from the command's name on
 * @argv: likewise
 * @opts: the options as they are at first; see struct command_call
 *
 * Return: the exit status.
 */
int command_run(const struct command *cmd, int argc, char **argv, void *opts);

/**
 * options_bad_value() - tell that the value of the option at hand is wrong
 * @cmd: the command
 * @option: the option as the user knows it
 * @wanted: what is allowed
 *
 * Return: false.
 */
bool options_bad_value(const struct command *cmd, const char *option,
		       const char *wanted);

/**
 * options_take_time() - read the value of the option at hand as a time
 * @cmd: the command
 * @option: the option as the user knows it
 * @ns: the time, see parse_time()
 *
 * Return: false after a mistake, which was told on stderr.
 */
bool options_take_time(const struct command *cmd, const char *option,
		       uint64_t *ns);

#endif /* CLI_COMMAND_H */
