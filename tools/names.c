// SPDX-License-Identifier: GPL-2.0
/* Turns states, kinds and reasons into words. */
#include <stdio.h>

#include "names.h"
#include "text.h"

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

/* In the order of net/tcp_states.h; 0 is "not known" in a record. */
static const char *const states[] = {
	"?", "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2",
	"TIME_WAIT", "CLOSE", "CLOSE_WAIT", "LAST_ACK", "LISTEN", "CLOSING",
	"NEW_SYN_RECV", "BOUND_INACTIVE",
};

static const char *const kinds[] = {
	[TCPFIN_KIND_STATE] = "state",
	[TCPFIN_KIND_TW_BIRTH] = "tw-birth",
	[TCPFIN_KIND_TW_FLIP] = "tw-flip",
	[TCPFIN_KIND_TW_EXTEND] = "tw-extend",
	[TCPFIN_KIND_TW_DEATH] = "tw-death",
	[TCPFIN_KIND_TW_REFUSED] = "tw-refused",
};

static const char *const reasons[] = {
	[TCPFIN_REASON_NONE] = "-",
	[TCPFIN_REASON_EXPIRED] = "expired",
	[TCPFIN_REASON_TW_REUSE] = "tw-reuse",
	[TCPFIN_REASON_SYN_REUSE] = "syn-reuse",
	[TCPFIN_REASON_RST_RCVD] = "rst-rcvd",
	[TCPFIN_REASON_RST_SENT] = "rst-sent",
	[TCPFIN_REASON_KILLED] = "killed",
	[TCPFIN_REASON_NETNS] = "netns",
	[TCPFIN_REASON_TPROXY] = "tproxy",
	[TCPFIN_REASON_REFUSED] = "refused",
	[TCPFIN_REASON_ABORTED] = "aborted",
	[TCPFIN_REASON_TIMEOUT] = "timeout",
	[TCPFIN_REASON_ERROR] = "error",
	[TCPFIN_REASON_HANDOVER] = "handover",
};

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
