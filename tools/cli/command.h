/* SPDX-License-Identifier: GPL-2.0 */
/* What a command is: its options, and what surrounds its work. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "cli/selection.h"
#include "source/source.h"

/* Recordings that are read at once, at most. */
#define INPUT_FILES_MAX	64

/**
 * struct input - what a command reads
 * @live: how to read the rings; stop_fd is for recordings, too
 * @follow: -f: go on after --history
 * @verbose: show progress
 * @nfiles: recordings to read in place of the rings, 0 for none
 * @files: their paths, "-" for stdin
 */
struct input {
	struct live_options live;
	bool follow;
	bool verbose;
	unsigned int nfiles;
	const char *files[INPUT_FILES_MAX];
};

struct command_call;

/**
 * struct option_row - an option of a command
 * @name: the option as users type it: "-x" or "--name"
 * @value: what --help calls the option's value; NULL if it takes none
 * @help: what the option does, for --help; a newline continues the text in the
 *	next line. NULL puts the option in front of the next row's
 * @take: takes the option, with its value in optarg; returns false after a mistake
 *	that it told on stderr. NULL: cli/options.c has the row for all commands, and
 *	@help, if there is any, takes the place of the text there
 * @at: offset of the field that @take sets in the command's options
 *
 * From a command's rows follow what getopt_long() accepts, --help, the options that
 * messages list, and, by --help, the completion. A row without @name begins a
 * paragraph of --help, with @help as its title, "" for none. A row of zeros is the
 * last.
 */
struct option_row {
	const char *name;
	const char *value;
	const char *help;
	bool (*take)(const struct option_row *row, struct command_call *call);
	size_t at;
};

/**
 * struct command - a command of the program
 * @name: its name
 * @usage: what --help prints above the options
 * @options: the options
 * @notes: what --help prints below the options
 * @filters: the other arguments are a filter
 * @silent_read: prints nothing before all recordings were read
 * @silent_live: prints nothing before it is done with the rings
 * @shows_module: prints what the module cannot see, so that nobody else has to
 * @opts_size: size of the command's options, which begin with a struct selection
 * @defaults: sets options that are not zero at first; NULL for none
 * @check: looks at all options together and sets what follows from them; returns
 *	what does not go together, or NULL. May be NULL
 * @view: does the command's work with the source and the options, and prints to
 *	@out; returns the exit status, or -ENOMEM, which command_run() tells
 */
struct command {
	const char *name;
	const char *usage;
	const struct option_row *options;
	const char *notes;
	bool filters;
	bool silent_read;
	bool silent_live;
	bool shows_module;
	size_t opts_size;
	void (*defaults)(void *opts);
	const char *(*check)(struct command_call *call);
	int (*view)(struct source *src, const void *opts, FILE *out);
};

/**
 * struct command_call - a command as it was called
 * @cmd: the command
 * @argc: main()'s, from the command's name on
 * @argv: main()'s, from the command's name on
 * @in: what the command reads
 * @opts: the command's options
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
 * @call: the command, its arguments, and room of zeros for its options
 *
 * Prints the help if it is asked for. A mistake is told on stderr.
 *
 * Return: the exit status, or -1 to go on: then the filter has to be freed.
 */
int options_read(struct command_call *call);

/**
 * command_run() - read the options, open the source, do the work, close it
 * @cmd: the command
 * @argc: main()'s, from the command's name on
 * @argv: main()'s, from the command's name on
 *
 * Return: the exit status.
 */
int command_run(const struct command *cmd, int argc, char **argv);

/**
 * input_go_on() - for command.check: wait for new steps
 * @call: the command's call
 *
 * With --history the command ends after those that the rings hold, unless -f or
 * --for is given.
 */
void input_go_on(struct command_call *call);

/* For option_row.take: sets a bool. */
bool option_set(const struct option_row *row, struct command_call *call);
/* For option_row.take: sets a const char * to the option's value. */
bool option_text(const struct option_row *row, struct command_call *call);
/* For option_row.take: sets a uint64_t to a number above 0. */
bool option_count(const struct option_row *row, struct command_call *call);
/* For option_row.take: sets a uint64_t to nanoseconds, see parse_time(). */
bool option_time(const struct option_row *row, struct command_call *call);

/**
 * option_bad_value() - tell that the value of the option at hand is wrong
 * @row: the option
 * @call: the command's call
 * @wanted: what is allowed
 *
 * Return: false.
 */
bool option_bad_value(const struct option_row *row,
		      const struct command_call *call, const char *wanted);

#endif /* CLI_COMMAND_H */
