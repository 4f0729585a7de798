// SPDX-License-Identifier: GPL-2.0
/* Which colour a state, a reason and an outcome have. */
#include <netinet/tcp.h>

#include "output/role.h"
#include "util/basics.h"
#include "util/colour.h"

const char *role_of_state(uint8_t state)
{
	switch (state) {
	case TCP_FIN_WAIT1:
	case TCP_FIN_WAIT2:
	case TCP_CLOSING:
	case TCP_TIME_WAIT:
		return COLOUR_CLOSER;
	case TCP_CLOSE_WAIT:
	case TCP_LAST_ACK:
		return COLOUR_OTHER;
	default:
		return NULL;
	}
}

const char *role_of_reason(uint8_t reason)
{
	switch (reason) {
	case TCPFIN_REASON_NONE:
		return NULL;
	case TCPFIN_REASON_EXPIRED:
	case TCPFIN_REASON_TW_REUSE:
	case TCPFIN_REASON_SYN_REUSE:
		return COLOUR_GOOD;
	case TCPFIN_REASON_RST_RCVD:
	case TCPFIN_REASON_RST_SENT:
	case TCPFIN_REASON_ABORTED:
	case TCPFIN_REASON_TIMEOUT:
	case TCPFIN_REASON_ERROR:
		return COLOUR_BAD;
	default:
		return COLOUR_WARNING;
	}
}

const char *role_of_how(enum how how)
{
	switch (how) {
	case HOW_UNKNOWN:
	case HOW_OPEN:
		return NULL;
	case HOW_FIN:
		return COLOUR_GOOD;
	case HOW_RST_SENT:
	case HOW_RST_RCVD:
	case HOW_TIMEOUT:
	case HOW_ABORTED:
	case HOW_ERROR:
		return COLOUR_BAD;
	default:
		return COLOUR_WARNING;
	}
}
