// SPDX-License-Identifier: GPL-2.0
/* Reads options and their values, and says what is wrong with them. */
#include "cli/command.h"
#include "util/message.h"
#include "util/parse.h"
#include "util/stdout.h"
#include "util/text.h"

/* Return the exit status. */
static int complain(const struct command *cmd, const char *what,
		    const char *option)
{
	message_print("tcpfin %s: %s '%s' (allowed: %s)", cmd->name, what,
		      option, cmd->allowed);
	return 1;
}

/*
 * A short option is told by optopt, wherever in a word it stands; a long one,
 * for which optopt is 0 or its value, is the word before optind.
 */
static int complain_option(const struct command *cmd, const char *what,
			   char **argv)
{
	char name[3] = { '-', (char)optopt, '\0' };

	if (optopt && optopt < OPT_HELP)
		return complain(cmd, what, name);
	return complain(cmd, what, argv[optind - 1]);
}

bool options_bad_value(const struct command *cmd, const char *option,
		       const char *wanted)
{
	message_print("tcpfin %s: bad value '%s' for %s: %s", cmd->name, optarg,
		      option, wanted);
	return false;
}

static bool take_count(const struct command *cmd, uint64_t *count)
{
	return parse_count(optarg, count) ||
	       options_bad_value(cmd, "-c", "a number above 0");
}

bool options_take_time(const struct command *cmd, const char *option,
		       uint64_t *ns)
{
	return parse_time(optarg, ns) ||
	       options_bad_value(cmd, option,
			"a time from 1ms to 365d, such as 500ms, 30s, 5m or 1h");
}

static bool take_file(const struct command *cmd,
		      struct input *in)
{
	if (in->nfiles == INPUT_FILES_MAX) {
		fprintf(stderr, "tcpfin %s: more than %u recordings\n",
			cmd->name, INPUT_FILES_MAX);
		return false;
	}
	in->files[in->nfiles++] = optarg;
	return true;
}

/* Return false after a mistake. */
static bool take_option(struct command_call *call, int opt)
{
	struct selection *selection = call->opts;

	switch (opt) {
	case '4':
		selection->families |= FAMILY_4;
		return true;
	case '6':
		selection->families |= FAMILY_6;
		return true;
	case 'N':
		selection->resolve = true;
		return true;
	case 'c':
		return take_count(call->cmd, &selection->count);
	case 'r':
		return take_file(call->cmd, &call->in);
	case 'v':
		call->in.verbose = true;
		return true;
	case OPT_FOR:
		return options_take_time(call->cmd, "--for",
					 &selection->for_ns);
	case OPT_HISTORY:
		call->in.live.history = true;
		return true;
	case OPT_OPEN:
		selection->open = true;
		return true;
	case OPT_JSON:
		selection->json = true;
		return true;
	case OPT_CSV:
		selection->csv = true;
		return true;
	case OPT_UTC:
		text_clock_utc();
		return true;
	}
	return call->cmd->option && call->cmd->option(opt, call->opts);
}

/* Look at all of them together. Return false after a mistake. */
static bool check_options(struct command_call *call)
{
	const struct selection *selection = call->opts;

	if (call->in.nfiles && call->in.live.history && !selection->open) {
		fprintf(stderr,
			"tcpfin %s: --history is for the rings, not for -r\n",
			call->cmd->name);
		return false;
	}
	if (selection->json && selection->csv) {
		fprintf(stderr,
			"tcpfin %s: --json and --csv do not go together\n",
			call->cmd->name);
		return false;
	}
	return !call->cmd->check || call->cmd->check(&call->in, call->opts);
}

/* getopt_long() has moved what is no option to the end. */
static bool take_filter(const struct command_call *call)
{
	struct selection *selection = call->opts;
	struct filter_error error;

	if (filter_parse(call->argc - optind, call->argv + optind,
			 &selection->filter, &error))
		return true;
	filter_tell(&error, call->cmd->name, stderr);
	return false;
}

int options_read(struct command_call *call)
{
	const struct command *cmd = call->cmd;
	int opt;

	opterr = 0;
	while ((opt = getopt_long(call->argc, call->argv, cmd->shorts,
				  cmd->longs, NULL)) != -1) {
		if (opt == '?')
			return complain_option(cmd, "unknown option",
					       call->argv);
		if (opt == ':')
			return complain_option(cmd, "no value for option",
					       call->argv);
		if (opt == OPT_HELP) {
			fputs(cmd->help, stdout);
			return stdout_finish(stdout);
		}
		if (!take_option(call, opt))
			return 1;
	}
	if (optind < call->argc && !cmd->filters)
		return complain(cmd, "unexpected argument",
				call->argv[optind]);
	return check_options(call) && take_filter(call) ? -1 : 1;
}
