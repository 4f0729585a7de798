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
