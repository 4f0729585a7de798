/* SPDX-License-Identifier: GPL-2.0 */
/* What a command is, and what all commands share: options, stopping, output. */
#ifndef TCPFIN_COMMAND_H
#define TCPFIN_COMMAND_H

#include <getopt.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "filter.h"
#include "source.h"

/* -4 and -6 as a set of address families. */
#define TCPFIN_FAMILY_4		0x1
#define TCPFIN_FAMILY_6		0x2

/* What tcpfin_getopt() returns besides an option, and values of --options. */
enum tcpfin_option {
	TCPFIN_OPT_END = -1,
	TCPFIN_OPT_BAD = -2,
	TCPFIN_OPT_HELP = 0x100,
	TCPFIN_OPT_JSON,
	TCPFIN_OPT_HISTORY,
	TCPFIN_OPT_OPEN,
	TCPFIN_OPT_FOR,
	TCPFIN_OPT_BY,
	TCPFIN_OPT_OLDER,
};

/**
 * struct tcpfin_command - one command of the program
 * @name: its name
 * @help: what --help prints
 * @allowed: its options, for the message about one that is not
 * @shorts: its short options, for getopt
 * @longs: its long options
 * @filters: its other arguments are a filter, see tcpfin_take_filter()
 * @run: does it; returns the exit status
 */
struct tcpfin_command {
	const char *name;
	const char *help;
	const char *allowed;
	const char *shorts;
	const struct option *longs;
	bool filters;
	int (*run)(int argc, char **argv);
};

/* Recordings that are read at once, at most. */
#define TCPFIN_FILES_MAX	64

/**
 * struct tcpfin_input - what a command reads
 * @live: how to read the rings; stop_fd is for recordings, too
 * @nfiles: recordings to read in place of the rings, 0 for none
 * @files: their paths, "-" for stdin
 */
struct tcpfin_input {
	struct tcpfin_live_options live;
	unsigned int nfiles;
	const char *files[TCPFIN_FILES_MAX];
};

extern const struct tcpfin_command tcpfin_watch_command;
extern const struct tcpfin_command tcpfin_handshakes_command;
extern const struct tcpfin_command tcpfin_ladder_command;
extern const struct tcpfin_command tcpfin_summary_command;
extern const struct tcpfin_command tcpfin_record_command;
extern const struct tcpfin_command tcpfin_doctor_command;
extern const struct tcpfin_command tcpfin_status_command;

/**
 * tcpfin_getopt() - the next option of a command
 * @cmd: the command
 * @argc: main()'s, from the command's name on
 * @argv: likewise
 *
 * --help prints the help. A mistake is told on stderr.
 *
 * Return: the option, TCPFIN_OPT_HELP when help was printed, TCPFIN_OPT_BAD
 * after a mistake, TCPFIN_OPT_END after the last one.
 */
int tcpfin_getopt(const struct tcpfin_command *cmd, int argc, char **argv);

/**
 * tcpfin_take_filter() - read the filter that follows a command's options
 * @cmd: the command
 * @argc: as for tcpfin_getopt(), which has come to its end
 * @argv: likewise
 * @filter: the result, NULL if there is none; for tcpfin_filter_free()
 *
 * Return: false after a mistake, which was told on stderr.
 */
bool tcpfin_take_filter(const struct tcpfin_command *cmd, int argc, char **argv,
			struct tcpfin_filter **filter);

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
 * tcpfin_take_count() - read the value of the option at hand as a number
 * @cmd: the command
 * @option: the option as the user knows it
 * @count: the number, see tcpfin_parse_count()
 *
 * Return: false after a mistake, which was told on stderr.
 */
bool tcpfin_take_count(const struct tcpfin_command *cmd, const char *option,
		       uint64_t *count);

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

/**
 * tcpfin_take_file() - take the value of -r as a recording to read
 * @cmd: the command
 * @in: where to add it
 *
 * Return: false after a mistake, which was told on stderr.
 */
bool tcpfin_take_file(const struct tcpfin_command *cmd,
		      struct tcpfin_input *in);

/**
 * tcpfin_parse_count() - a whole number above 0
 * @text: the text
 * @count: the number
 *
 * Return: true if it is one, and nothing else.
 */
bool tcpfin_parse_count(const char *text, uint64_t *count);

/**
 * tcpfin_parse_time() - a time such as 500ms, 30s, 5m or 1.5h; alone: seconds
 * @text: the text
 * @ns: the time in nanoseconds, at least 1 ms and at most 365 days
 *
 * Return: true if it is one, and nothing else.
 */
bool tcpfin_parse_time(const char *text, uint64_t *ns);

/**
 * tcpfin_family_matches() - is an event one of the chosen address families?
 * @families: TCPFIN_FAMILY_* together; 0 stands for all
 * @family: the event's
 *
 * Return: true if so. A v4-mapped connection is IPv4 in its record.
 */
bool tcpfin_family_matches(unsigned int families, uint8_t family);

/**
 * tcpfin_stop_install() - let SIGINT and SIGTERM ask for the end
 *
 * The second of them ends the program at once, as if it were not caught.
 *
 * Return: a file that can be read once the end was asked for, or -1.
 */
int tcpfin_stop_install(void);

/**
 * tcpfin_stop_requested() - was the end asked for?
 *
 * Return: true if so.
 */
bool tcpfin_stop_requested(void);

/**
 * tcpfin_open() - open what a command reads, or say why not on stderr
 * @cmd: the command
 * @in: the rings or recordings
 *
 * It also says what the kernels of these do not let the module see.
 *
 * Return: the source, or NULL.
 */
struct tcpfin_source *tcpfin_open(const struct tcpfin_command *cmd,
				  const struct tcpfin_input *in);

/**
 * tcpfin_close() - close what tcpfin_open() opened, at a command's end
 * @cmd: the command
 * @src: the source
 * @status: the exit status so far
 *
 * What was wrong with what was read is told on stderr.
 *
 * Return: the exit status: @status, or 1 if something was wrong.
 */
int tcpfin_close(const struct tcpfin_command *cmd, struct tcpfin_source *src,
		 int status);

/**
 * tcpfin_flush() - write out what was printed
 * @out: the stream
 *
 * Return: true if all of it went out. If not, tcpfin_finish() knows why.
 */
bool tcpfin_flush(FILE *out);

/**
 * tcpfin_finish() - end a command's output
 * @out: the stream
 *
 * A reader who went away (EPIPE) is no error; a full disk is, and is told.
 *
 * Return: the exit status.
 */
int tcpfin_finish(FILE *out);

#endif /* TCPFIN_COMMAND_H */
