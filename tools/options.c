// SPDX-License-Identifier: GPL-2.0
/* Reads options and their values, and says what is wrong with them. */
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "command.h"

static int complain(const struct tcpfin_command *cmd, const char *what,
		    const char *option)
{
	fprintf(stderr, "tcpfin %s: %s '%s' (allowed: %s)\n", cmd->name, what,
		option, cmd->allowed);
	return TCPFIN_OPT_BAD;
}

/*
 * A short option is told by optopt, wherever in a word it stands; a long one,
 * for which optopt is 0 or its value, is the word before optind.
 */
static int complain_option(const struct tcpfin_command *cmd, const char *what,
			   char **argv)
{
	char name[3] = { '-', (char)optopt, '\0' };

	if (optopt && optopt < TCPFIN_OPT_HELP)
		return complain(cmd, what, name);
	return complain(cmd, what, argv[optind - 1]);
}

int tcpfin_getopt(const struct tcpfin_command *cmd, int argc, char **argv)
{
	int opt;

	opterr = 0;
	opt = getopt_long(argc, argv, cmd->shorts, cmd->longs, NULL);
	switch (opt) {
	case '?':
		return complain_option(cmd, "unknown option", argv);
	case ':':
		return complain_option(cmd, "no value for option", argv);
	case -1:
		if (optind < argc && !cmd->filters)
			return complain(cmd, "unexpected argument",
					argv[optind]);
		return TCPFIN_OPT_END;
	case TCPFIN_OPT_HELP:
		fputs(cmd->help, stdout);
		return TCPFIN_OPT_HELP;
	}
	return opt;
}

/* getopt_long() has moved what is no option to the end. */
bool tcpfin_take_filter(const struct tcpfin_command *cmd, int argc, char **argv,
			struct tcpfin_filter **filter)
{
	struct tcpfin_filter_error error;

	if (tcpfin_filter_parse(argc - optind, argv + optind, filter, &error))
		return true;
	tcpfin_filter_tell(&error, cmd->name, stderr);
	return false;
}

bool tcpfin_bad_value(const struct tcpfin_command *cmd, const char *option,
		      const char *wanted)
{
	fprintf(stderr, "tcpfin %s: bad value '%s' for %s: %s\n", cmd->name,
		optarg, option, wanted);
	return false;
}

bool tcpfin_take_count(const struct tcpfin_command *cmd, const char *option,
		       uint64_t *count)
{
	return tcpfin_parse_count(optarg, count) ||
	       tcpfin_bad_value(cmd, option, "a number above 0");
}

bool tcpfin_take_time(const struct tcpfin_command *cmd, const char *option,
		      uint64_t *ns)
{
	return tcpfin_parse_time(optarg, ns) ||
	       tcpfin_bad_value(cmd, option,
			"a time from 1ms to 365d, such as 500ms, 30s, 5m or 1h");
}

bool tcpfin_take_file(const struct tcpfin_command *cmd,
		      struct tcpfin_input *in)
{
	if (in->nfiles == TCPFIN_FILES_MAX) {
		fprintf(stderr, "tcpfin %s: more than %u recordings\n",
			cmd->name, TCPFIN_FILES_MAX);
		return false;
	}
	in->files[in->nfiles++] = optarg;
	return true;
}

bool tcpfin_parse_count(const char *text, uint64_t *count)
{
	unsigned long long value;
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	errno = 0;
	value = strtoull(text, &end, 10);
	if (errno || *end || !value)
		return false;
	*count = value;
	return true;
}

bool tcpfin_parse_time(const char *text, uint64_t *ns)
{
	static const struct {
		const char *unit;
		double seconds;
	} units[] = {
		{ "", 1 }, { "s", 1 }, { "ms", 1e-3 }, { "m", 60 },
		{ "h", 3600 },
	};
	double value;
	size_t i, digits;
	char *end;

	digits = strspn(text, "0123456789.");
	if (!digits)
		return false;
	value = strtod(text, &end);
	if (end != text + digits)
		return false;
	for (i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(end, units[i].unit))
			continue;
		value *= units[i].seconds;
		if (value < 1e-3 || value > 365 * 86400.0)
			return false;
		*ns = (uint64_t)llround(value * 1e9);
		return true;
	}
	return false;
}

bool tcpfin_family_matches(unsigned int families, uint8_t family)
{
	if (!families)
		return true;
	return (families & TCPFIN_FAMILY_4 && family == AF_INET) ||
	       (families & TCPFIN_FAMILY_6 && family == AF_INET6);
}
