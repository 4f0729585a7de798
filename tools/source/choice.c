// SPDX-License-Identifier: GPL-2.0
/* Tells which connections the module records, and how many records it leaves out. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "source/choice.h"

/* A header may hold any number. */
static unsigned int count_ports(const struct tcpfin_header *h)
{
	return h->nports < TCPFIN_PORTS ? h->nports : TCPFIN_PORTS;
}

bool choice_is_made(const struct tcpfin_header *h)
{
	return h->netns || h->nports;
}

bool choice_equal(const struct tcpfin_header *a, const struct tcpfin_header *b)
{
	return a->netns == b->netns && a->nports == b->nports &&
	       !memcmp(a->ports, b->ports, count_ports(a) * sizeof(a->ports[0]));
}

/* The module's choice.c tells how it changes the choice. */
bool choice_copy(struct tcpfin_header *to, const struct tcpfin_header *from)
{
	__u32 before = __atomic_load_n(&from->chosen, __ATOMIC_ACQUIRE);	/* B there */
	struct tcpfin_ports ports[TCPFIN_PORTS];
	__u32 nports, netns;

	memcpy(ports, from->ports, sizeof(ports));
	nports = __atomic_load_n(&from->nports, __ATOMIC_RELAXED);
	netns = __atomic_load_n(&from->netns, __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_ACQUIRE);	/* A there */
	if (before & 1 || __atomic_load_n(&from->chosen, __ATOMIC_RELAXED) != before)
		return false;
	to->chosen = before;
	to->nports = nports;
	to->netns = netns;
	memcpy(to->ports, ports, sizeof(ports));
	return true;
}

static const char *write_ports(const struct tcpfin_header *h, const char *comma,
			       char buf[CHOICE_PORTS_MAX])
{
	unsigned int i;
	size_t len = 0;

	buf[0] = '\0';
	for (i = 0; i < count_ports(h); i++) {
		const struct tcpfin_ports *range = &h->ports[i];

		len += (size_t)snprintf(buf + len, CHOICE_PORTS_MAX - len, "%s%u",
					i ? comma : "", range->first);
		if (range->first != range->last)
			len += (size_t)snprintf(buf + len, CHOICE_PORTS_MAX - len,
						"-%u", range->last);
	}
	return buf;
}

const char *choice_ports(const struct tcpfin_header *h, char buf[CHOICE_PORTS_MAX])
{
	return write_ports(h, ",", buf);
}

static void write_choice(const struct tcpfin_header *h, char buf[CHOICE_TEXT_MAX])
{
	bool many = h->nports > 1 || h->ports[0].first != h->ports[0].last;
	char ports[CHOICE_PORTS_MAX], netns[48] = "";

	if (h->netns)
		snprintf(netns, sizeof(netns), "%snetwork namespace %u",
			 h->nports ? " in " : "", h->netns);
	if (h->nports)
		snprintf(buf, CHOICE_TEXT_MAX, "only port%s %s%s %s recorded",
			 many ? "s" : "", write_ports(h, ", ", ports), netns,
			 many ? "are" : "is");
	else
		snprintf(buf, CHOICE_TEXT_MAX, "only %s is recorded", netns);
}

const char *choice_made_text(const struct source *src, char buf[CHOICE_TEXT_MAX])
{
	const struct tcpfin_header *h = &src->header;
	size_t len;

	buf[0] = '\0';
	if (src->choices_differ)
		snprintf(buf, CHOICE_TEXT_MAX,
			 "some of these recordings are of chosen ports or network namespaces only");
	else if (h->chosen & 1)
		snprintf(buf, CHOICE_TEXT_MAX, "what is recorded is being changed");
	else if (choice_is_made(h))
		write_choice(h, buf);
	else if (src->left_out)
		snprintf(buf, CHOICE_TEXT_MAX, "all connections are recorded now");
	len = strlen(buf);
	if (len && h->chosen > 1 && !src->choices_differ)
		snprintf(buf + len, CHOICE_TEXT_MAX - len, " (changed %u time%s)",
			 h->chosen / 2, h->chosen / 2 == 1 ? "" : "s");
	return buf;
}

const char *choice_text(const struct source *src, char buf[CHOICE_TEXT_MAX])
{
	size_t len = strlen(choice_made_text(src, buf));

	if (len)
		snprintf(buf + len, CHOICE_TEXT_MAX - len,
			 "; %" PRIu64 " record%s left out", src->left_out,
			 src->left_out == 1 ? " was" : "s were");
	return buf;
}
