// SPDX-License-Identifier: GPL-2.0
/* Reads a command's options by its table, prints --help, and tells mistakes. */
#include <getopt.h>
#include <string.h>

#include "cli/command.h"
#include "util/colour.h"
#include "util/message.h"
#include "util/parse.h"
#include "util/similar.h"
#include "util/stdout.h"
#include "util/text.h"

#define OPTIONS_MAX	32
/* Room for an option's name with its value's. */
#define OPTION_TEXT	48
/* What getopt_long() returns for the first row, if it is a long option. */
#define LONG_FIRST	0x100
#define LONG_HELP	(LONG_FIRST + OPTIONS_MAX)

/**
 * struct table - the options of a command
 * @count: rows
 * @rows: the command's rows, completed from the shared ones
 * @shorts: the letters, for getopt_long()
 * @longs: the long options, for getopt_long()
 */
struct table {
	unsigned int count;
	struct option_row rows[OPTIONS_MAX];
	char shorts[2 * OPTIONS_MAX + 3];
	struct option longs[OPTIONS_MAX + 2];
};

static void *field_of(const struct option_row *row, struct command_call *call)
{
	return (char *)call->opts + row->at;
}

bool option_bad_value(const struct option_row *row,
		      const struct command_call *call, const char *wanted)
{
	message_print("tcpfin %s: bad value '%s' for %s: %s", call->cmd->name,
		      optarg, row->name, wanted);
	return false;
}

bool option_set(const struct option_row *row, struct command_call *call)
{
	*(bool *)field_of(row, call) = true;
	return true;
}

bool option_text(const struct option_row *row, struct command_call *call)
{
	*(const char **)field_of(row, call) = optarg;
	return true;
}

bool option_time(const struct option_row *row, struct command_call *call)
{
	return parse_time(optarg, field_of(row, call)) ||
	       option_bad_value(row, call,
			"a time from 1ms to 365d, such as 500ms, 30s, 5m or 1h");
}

static bool take_colour(const struct option_row *row,
			struct command_call *call)
{
	return colour_parse(optarg) ||
	       option_bad_value(row, call, "always, auto or never");
}

bool option_count(const struct option_row *row, struct command_call *call)
{
	return parse_count(optarg, field_of(row, call)) ||
	       option_bad_value(row, call, "a number above 0");
}

static bool take_family(const struct option_row *row, struct command_call *call)
{
	struct selection *selection = call->opts;

	selection->families |= row->name[1] == '4' ? FAMILY_4 : FAMILY_6;
	return true;
}

static bool take_file(const struct option_row *row, struct command_call *call)
{
	struct input *in = &call->in;

	(void)row;
	if (in->nfiles == INPUT_FILES_MAX) {
		fprintf(stderr, "tcpfin %s: more than %u recordings\n",
			call->cmd->name, INPUT_FILES_MAX);
		return false;
	}
	in->files[in->nfiles++] = optarg;
	return true;
}

static bool take_history(const struct option_row *row,
			 struct command_call *call)
{
	(void)row;
	call->in.live.history = true;
	return true;
}

static bool take_follow(const struct option_row *row,
			struct command_call *call)
{
	(void)row;
	call->in.follow = true;
	return true;
}

static bool take_utc(const struct option_row *row, struct command_call *call)
{
	(void)row;
	(void)call;
	text_clock_utc();
	return true;
}

static bool take_verbose(const struct option_row *row,
			 struct command_call *call)
{
	(void)row;
	call->in.verbose = true;
	return true;
}

/* Options of several commands, by name. */
static const struct option_row shared[] = {
	{ .name = "-4", .take = take_family },
	{ .name = "-6", .take = take_family,
	  .help = "only IPv4 (v4-mapped connections too), only IPv6" },
	{ .name = "-N", .take = option_set,
	  .at = offsetof(struct selection, resolve),
	  .help = "names of hosts and services" },
	{ .name = "-c", .value = "N", .take = option_count,
	  .at = offsetof(struct selection, count) },
	{ .name = "-f", .take = take_follow },
	{ .name = "-r", .value = "FILE", .take = take_file,
	  .help = "read a recording in place of the rings, - for stdin; may be\n"
		  "repeated" },
	{ .name = "-v", .take = take_verbose,
	  .help = "show on a terminal (stderr) how far it has come" },
	{ .name = "--color", .value = "WHEN", .take = take_colour,
	  .help = "colours: always, never, or auto: on a terminal (auto)" },
	{ .name = "--csv", .take = option_set,
	  .at = offsetof(struct selection, csv),
	  .help = "the same as comma-separated values" },
	{ .name = "--follow", .take = take_follow,
	  .help = "after --history, go on with what comes" },
	{ .name = "--for", .value = "TIME", .take = option_time,
	  .at = offsetof(struct selection, for_ns),
	  .help = "go on for this time: 500ms, 30s, 5m, 1h" },
	{ .name = "--history", .take = take_history,
	  .help = "show what is still in the rings, and end there" },
	{ .name = "--json", .take = option_set,
	  .at = offsetof(struct selection, json),
	  .help = "one JSON object a line" },
	{ .name = "--open", .take = option_set,
	  .at = offsetof(struct selection, open) },
	{ .name = "--utc", .take = take_utc, .help = "times of day in UTC" },
};

/* A command's row, completed from the shared row of this name. */
static struct option_row complete_row(const struct option_row *row)
{
	struct option_row full = *row;
	size_t i;

	for (i = 0; row->name && !row->take; i++) {
		if (strcmp(shared[i].name, row->name))
			continue;
		full = shared[i];
		if (row->help)
			full.help = row->help;
		break;
	}
	return full;
}

static void fill_table(struct table *t, const struct option_row *row)
{
	struct option *l = t->longs;
	char *s = t->shorts;

	*s++ = ':';
	for (; (row->name || row->help) && t->count < OPTIONS_MAX; row++) {
		struct option_row full = complete_row(row);
		int value = full.value ? required_argument : no_argument;

		t->rows[t->count] = full;
		if (full.name && full.name[1] == '-') {
			*l++ = (struct option){ full.name + 2, value, NULL,
						LONG_FIRST + (int)t->count };
		} else if (full.name) {
			*s++ = full.name[1];
			if (full.value)
				*s++ = ':';
		}
		t->count++;
	}
	*s = 'h';
	*l = (struct option){ "help", no_argument, NULL, LONG_HELP };
}

/* The row of an option that getopt_long() returned as @opt. */
static const struct option_row *find_row(const struct table *t, int opt)
{
	const struct option_row *row = t->rows;

	if (opt >= LONG_FIRST)
		return &row[opt - LONG_FIRST];
	while (!row->name || row->name[1] != opt)
		row++;
	return row;
}

/* Write "-c N" or "--json". Return the length. */
static int option_name(const struct option_row *row, char text[OPTION_TEXT])
{
	return snprintf(text, OPTION_TEXT, "%s%s%s", row->name,
			row->value ? " " : "", row->value ? row->value : "");
}

/* The width of --help's column of options. Options that share a line may be wider. */
static int column_width(const struct table *t)
{
	char text[OPTION_TEXT];
	int width = 0, len;
	unsigned int i;

	for (i = 0; i < t->count; i++) {
		if (!t->rows[i].name || !t->rows[i].help ||
		    (i && t->rows[i - 1].name && !t->rows[i - 1].help))
			continue;
		len = option_name(&t->rows[i], text);
		if (len > width)
			width = len;
	}
	return width;
}

/* Print the text of an option, of whose column @len characters are printed. */
static void print_text(const char *text, int len, int width)
{
	if (len > width)
		printf("\n%*s", width + 4, "");
	else
		printf("%*s", width - len + 2, "");
	for (; *text; text++) {
		putchar(*text);
		if (*text == '\n')
			printf("%*s", width + 4, "");
	}
	putchar('\n');
}

static int print_help(const struct command *cmd, const struct table *t)
{
	int width = column_width(t), len = 0;
	const struct option_row *row;
	char text[OPTION_TEXT];

	printf("%s\n", cmd->usage);
	for (row = t->rows; row < t->rows + t->count; row++) {
		if (!row->name) {
			printf("\n%s%s", row->help, row->help[0] ? "\n" : "");
			continue;
		}
		len += option_name(row, text);
		printf("%s%s", len > (int)strlen(text) ? ", " : "  ", text);
		if (row->help) {
			print_text(row->help, len, width);
			len = 0;
		} else {
			len += 2;
		}
	}
	printf("\n%s", cmd->notes);
	return stdout_finish(stdout);
}

/* Find the long option that was probably meant by "--word" or "--word=value". */
static const char *similar_option(const struct table *t, const char *option)
{
	const char *words[OPTIONS_MAX], *found;
	unsigned int i, count = 0;
	char word[OPTION_TEXT];

	if (strncmp(option, "--", 2))
		return NULL;
	snprintf(word, sizeof(word), "%.*s", (int)strcspn(option + 2, "="),
		 option + 2);
	for (i = 0; i < t->count; i++)
		if (t->rows[i].name && t->rows[i].name[1] == '-')
			words[count++] = t->rows[i].name + 2;
	found = similar_find(word, words, count);
	return found ? found - 2 : NULL;
}

/* Tell a mistake and the options that are allowed. Return the exit status. */
static int complain(const struct command *cmd, const struct table *t,
		    const char *what, const char *option)
{
	char allowed[OPTIONS_MAX * OPTION_TEXT], text[OPTION_TEXT];
	const char *similar = similar_option(t, option);
	size_t at = 0;
	unsigned int i;

	for (i = 0; i < t->count; i++) {
		if (!t->rows[i].name)
			continue;
		option_name(&t->rows[i], text);
		at += (size_t)snprintf(allowed + at, sizeof(allowed) - at,
				       "%s ", text);
	}
	message_print("tcpfin %s: %s '%s'%s%s%s (allowed: %.*s--help)", cmd->name,
		      what, option, similar ? ": did you mean " : "",
		      similar ? similar : "", similar ? "?" : "", (int)at, allowed);
	return 1;
}

/*
 * getopt_long() puts a letter, wherever in a word it stands, into optopt. Of a long
 * option optopt has 0 or what it would return, and the word is before optind.
 */
static int complain_option(const struct command_call *call,
			   const struct table *t, const char *what)
{
	char name[3] = { '-', (char)optopt, '\0' };

	if (optopt && optopt < LONG_FIRST)
		return complain(call->cmd, t, what, name);
	return complain(call->cmd, t, what, call->argv[optind - 1]);
}

void input_go_on(struct command_call *call)
{
	const struct selection *selection = call->opts;
	struct input *in = &call->in;

	in->live.follow = !in->live.history || in->follow || selection->for_ns;
}

/* Look at all options together. Return what does not go together, or NULL. */
static const char *find_mistake(struct command_call *call)
{
	const struct selection *selection = call->opts;

	if (selection->families == (FAMILY_4 | FAMILY_6))
		return "-4 and -6 do not go together";
	if (call->in.nfiles && selection->for_ns)
		return "--for is for the rings, not for -r";
	if (call->in.nfiles && call->in.follow)
		return "-f is for the rings, not for -r";
	if (call->in.follow && !call->in.live.history)
		return "-f goes with --history: without it new steps are shown anyway";
	if (selection->open && (call->in.follow || selection->for_ns))
		return "--open goes with neither -f nor --for";
	if (selection->json && selection->csv)
		return "--json and --csv do not go together";
	return call->cmd->check ? call->cmd->check(call) : NULL;
}

/* The filter is in the arguments that getopt_long() has moved to the end. */
static int take_rest(struct command_call *call)
{
	const char *mistake = find_mistake(call);
	struct selection *selection = call->opts;
	struct filter_error error;

	if (mistake) {
		fprintf(stderr, "tcpfin %s: %s\n", call->cmd->name, mistake);
		return 1;
	}
	if (filter_parse(call->argc - optind, call->argv + optind,
			 &selection->filter, &error))
		return -1;
	filter_tell(&error, call->cmd->name, stderr);
	return 1;
}

int options_read(struct command_call *call)
{
	const struct command *cmd = call->cmd;
	const struct option_row *row;
	struct table t = { 0 };
	int opt;

	if (cmd->defaults)
		cmd->defaults(call->opts);
	fill_table(&t, cmd->options);
	opterr = 0;
	while ((opt = getopt_long(call->argc, call->argv, t.shorts, t.longs,
				  NULL)) != -1) {
		if (opt == '?')
			return complain_option(call, &t, "unknown option");
		if (opt == ':')
			return complain_option(call, &t, "no value for option");
		if (opt == 'h' || opt == LONG_HELP)
			return print_help(cmd, &t);
		row = find_row(&t, opt);
		/* Every row with a name has a take(), which the analyzer cannot see. */
		if (row->take && !row->take(row, call))
			return 1;
	}
	if (optind < call->argc && !cmd->filters)
		return complain(cmd, &t, "unexpected argument",
				call->argv[optind]);
	return take_rest(call);
}
