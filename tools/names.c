// SPDX-License-Identifier: GPL-2.0
/* Turns states, kinds and reasons into words. */
#include <stdio.h>

#include "names.h"
#include "text.h"

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

static const char *const states[] = TCPFIN_STATE_NAMES;
static const char *const kinds[] = TCPFIN_KIND_NAMES;
static const char *const reasons[] = TCPFIN_REASON_NAMES;

static const char *number(unsigned int value, char buf[TCPFIN_NAME_MAX])
{
	snprintf(buf, TCPFIN_NAME_MAX, "%u", value);
	return buf;
}

const char *tcpfin_state_name(uint8_t state, char buf[TCPFIN_NAME_MAX])
{
	return state < COUNT(states) ? states[state] : number(state, buf);
}

const char *tcpfin_kind_name(uint8_t kind, char buf[TCPFIN_NAME_MAX])
{
	if (kind < COUNT(kinds) && kinds[kind])
		return kinds[kind];
	return number(kind, buf);
}

const char *tcpfin_reason_name(uint8_t reason, uint32_t detail,
			       const struct tcpfin_header *header,
			       char buf[TCPFIN_NAME_MAX])
{
	if (reason == TCPFIN_REASON_CALLER && detail < TCPFIN_CALLERS &&
	    header->caller[detail][0])
		return tcpfin_escape(header->caller[detail],
				     sizeof(header->caller[detail]), buf,
				     TCPFIN_NAME_MAX);
	if (reason == TCPFIN_REASON_CALLER)
		return "?";
	return reason < COUNT(reasons) ? reasons[reason] : number(reason, buf);
}

const char *tcpfin_how_name(enum tcpfin_how how)
{
	static const char *const hows[] = {
		[TCPFIN_HOW_UNKNOWN] = "-",
		[TCPFIN_HOW_OPEN] = "open",
		[TCPFIN_HOW_FIN] = "fin",
		[TCPFIN_HOW_RST_SENT] = "rst-sent",
		[TCPFIN_HOW_RST_RCVD] = "rst-received",
		[TCPFIN_HOW_TIMEOUT] = "timeout",
		[TCPFIN_HOW_FW2_TIMEOUT] = "fin-wait-2-timeout",
		[TCPFIN_HOW_KILLED] = "killed",
		[TCPFIN_HOW_NETNS] = "netns-gone",
		[TCPFIN_HOW_REFUSED] = "tw-refused",
		[TCPFIN_HOW_ABORTED] = "aborted",
		[TCPFIN_HOW_TAKEN] = "taken-over",
		[TCPFIN_HOW_ERROR] = "error",
	};

	return hows[how];
}

const char *tcpfin_closer_name(enum tcpfin_closer closer)
{
	static const char *const closers[] = {
		[TCPFIN_CLOSER_UNKNOWN] = "-",
		[TCPFIN_CLOSER_LOCAL] = "local",
		[TCPFIN_CLOSER_REMOTE] = "remote",
		[TCPFIN_CLOSER_BOTH] = "both",
		[TCPFIN_CLOSER_NONE] = "none",
	};

	return closers[closer];
}
