// SPDX-License-Identifier: GPL-2.0
/*
 * Judges local ports that run out.
 *
 * While a load is new, ports in TIME_WAIT only grow in number; after 60 s as
 * many expire as are born. So a forecast first asks at which level that will
 * be: the ports of living connections and 60 s' worth of births.
 */
#include <inttypes.h>
#include <string.h>
#include <sys/socket.h>

#include "diagnosis/rules.h"
#include "diagnosis/thresholds.h"
#include "util/text.h"

#define NS_PER_SEC	1000000000ULL
/* Rates are in 1000 seconds. */
#define RATE_NS		(1000.0 * NS_PER_SEC)
/* How long a mini-socket holds a port, in seconds, without and with reuse. */
#define HOLD_SEC	60
#define HOLD_REUSE_SEC	1

static bool is_loopback_addr(uint8_t family, const uint8_t addr[16])
{
	static const uint8_t one[16] = { [15] = 1 };

	if (family == AF_INET)
		return addr[0] == 127;
	return !memcmp(addr, one, sizeof(one));
}

static bool is_loopback(const struct tcpfin_dest_key *key)
{
	return is_loopback_addr(key->family, key->laddr) ||
	       is_loopback_addr(key->family, key->raddr);
}

/* Yes and no; both or neither: not known. */
static bool peer_timestamps(const struct tcpfin_target *t, bool *uses)
{
	*uses = is_loopback(&t->dest.key) || t->with_timestamps;
	return is_loopback(&t->dest.key) ||
	       !t->with_timestamps != !t->without_timestamps;
}

static enum tcpfin_reuse judge_reuse(const struct tcpfin_facts *facts,
				     const struct tcpfin_target *t, bool is_on)
{
	const struct tcpfin_dest *d = &t->dest;
	bool uses, known = peer_timestamps(t, &uses);

	if (!d->time_wait && !d->fin_wait2)
		return TCPFIN_REUSE_NOTHING;
	if (!facts->setting[TCPFIN_SET_TW_REUSE].known ||
	    !facts->setting[TCPFIN_SET_TIMESTAMPS].known)
		return TCPFIN_REUSE_UNKNOWN;
	if (!facts->setting[TCPFIN_SET_TIMESTAMPS].value)
		return TCPFIN_REUSE_NO_TIMESTAMPS;
	if (known && !uses)
		return TCPFIN_REUSE_PEER_HAS_NONE;
	if (d->young >= d->time_wait)
		return d->time_wait ? TCPFIN_REUSE_TOO_YOUNG :
				      TCPFIN_REUSE_FIN_WAIT2;
	if (!known)
		return TCPFIN_REUSE_MAYBE;
	return is_on ? TCPFIN_REUSE_WORKS : TCPFIN_REUSE_HELPS;
}

/* Will there be none left at the level where births and deaths are even? */
static bool level_is_too_high(const struct tcpfin_dest *d,
			      const struct tcpfin_outlook *o)
{
	bool freed = o->is_on && (o->reuse == TCPFIN_REUSE_WORKS ||
				  o->reuse == TCPFIN_REUSE_TOO_YOUNG);
	uint64_t hold = freed ? HOLD_REUSE_SEC : HOLD_SEC;

	return d->ports - d->time_wait + o->rate.value * hold / 1000 >=
	       o->total;
}

static void forecast(const struct tcpfin_facts *facts,
		     const struct tcpfin_dest *d, struct tcpfin_outlook *o)
{
	double births = 0, growth;

	if (facts->window_ns >= TCPFIN_RATE_MIN_NS) {
		births = ((double)d->births - d->deaths) * RATE_NS /
			 (double)facts->window_ns;
		o->rate.known = true;
		o->rate.value = (uint64_t)(d->births * RATE_NS /
					   (double)facts->window_ns);
	}
	growth = births;
	if (facts->sample_ns >= TCPFIN_RATE_MIN_NS)
		growth = ((double)d->ports - d->before) * RATE_NS /
			 (double)facts->sample_ns;
	o->growth = (int64_t)growth;
	if (o->growth <= 0 ||
	    (2 * births >= growth && !level_is_too_high(d, o)))
		return;
	o->left.known = true;
	if (o->total > o->taken)
		o->left.value = (uint64_t)((double)(o->total - o->taken) *
					   RATE_NS / growth);
}

void tcpfin_outlook(const struct tcpfin_facts *facts,
		    const struct tcpfin_target *target,
		    struct tcpfin_outlook *o)
{
	const struct tcpfin_fact *reuse = &facts->setting[TCPFIN_SET_TW_REUSE];
	const struct tcpfin_dest *d = &target->dest;

	memset(o, 0, sizeof(*o));
	o->total = facts->present.ports.value;
	o->is_on = reuse->value == 1 ||
		   (reuse->value == 2 && is_loopback(&d->key));
	o->reuse = judge_reuse(facts, target, o->is_on);
	if (o->reuse == TCPFIN_REUSE_WORKS)
		o->freed = d->time_wait - d->young;
	o->taken = d->ports - o->freed;
	forecast(facts, d, o);
}

static const char *reuse_text(const struct tcpfin_outlook *o)
{
	static const char *const texts[] = {
		[TCPFIN_REUSE_NOTHING] =
			"tcp_tw_reuse does not help: no port is in TIME_WAIT, living connections have them",
		[TCPFIN_REUSE_WORKS] =
			"tcp_tw_reuse is on and works here",
		[TCPFIN_REUSE_HELPS] =
			"net.ipv4.tcp_tw_reuse = 1 would help: connect() may then take ports that are in TIME_WAIT for a second",
		[TCPFIN_REUSE_NO_TIMESTAMPS] =
			"tcp_tw_reuse cannot help: it needs net.ipv4.tcp_timestamps = 1",
		[TCPFIN_REUSE_PEER_HAS_NONE] =
			"tcp_tw_reuse cannot help: it needs timestamps, and this peer does not use them",
		[TCPFIN_REUSE_TOO_YOUNG] =
			"tcp_tw_reuse does not help: all in TIME_WAIT are too young (a second, or net.ipv4.tcp_tw_reuse_delay)",
		[TCPFIN_REUSE_FIN_WAIT2] =
			"tcp_tw_reuse does not help: these ports wait in FIN_WAIT2 for the peer to close",
		[TCPFIN_REUSE_UNKNOWN] =
			"whether tcp_tw_reuse could help is not known: a setting could not be read",
	};

	if (o->reuse != TCPFIN_REUSE_MAYBE)
		return texts[o->reuse];
	return o->is_on ?
	       "tcp_tw_reuse is on, and helps if the peer uses timestamps (no living connection shows it)" :
	       "net.ipv4.tcp_tw_reuse = 1 helps if the peer uses timestamps (no living connection shows it)";
}

static const char *reuse_name(enum tcpfin_reuse reuse)
{
	static const char *const names[] = {
		[TCPFIN_REUSE_NOTHING] = "nothing-to-reuse",
		[TCPFIN_REUSE_WORKS] = "works",
		[TCPFIN_REUSE_HELPS] = "helps",
		[TCPFIN_REUSE_MAYBE] = "peer-timestamps-unknown",
		[TCPFIN_REUSE_NO_TIMESTAMPS] = "no-timestamps",
		[TCPFIN_REUSE_PEER_HAS_NONE] = "no-peer-timestamps",
		[TCPFIN_REUSE_TOO_YOUNG] = "too-young",
		[TCPFIN_REUSE_FIN_WAIT2] = "fin-wait-2",
		[TCPFIN_REUSE_UNKNOWN] = NULL,
	};

	return names[reuse];
}

static void add_members(struct tcpfin_finding *f,
			const struct tcpfin_facts *facts,
			const struct tcpfin_dest *d,
			const struct tcpfin_outlook *o)
{
	const struct tcpfin_fact *reuse = &facts->setting[TCPFIN_SET_TW_REUSE];
	const struct tcpfin_dest_key *key = &d->key;
	char addr[TCPFIN_ADDR_MAX];

	tcpfin_find_text(f, "laddr",
			 tcpfin_addr_text(key->family, key->laddr, 0, addr));
	tcpfin_find_text(f, "raddr",
			 tcpfin_addr_text(key->family, key->raddr, 0, addr));
	tcpfin_find_number(f, "rport", true, key->rport);
	tcpfin_find_number(f, "ports", true, o->total);
	tcpfin_find_number(f, "used", true, d->ports);
	tcpfin_find_number(f, "taken", true, o->taken);
	tcpfin_find_number(f, "time_wait", true, d->time_wait);
	tcpfin_find_number(f, "fin_wait2", true, d->fin_wait2);
	tcpfin_find_number(f, "too_young", true, d->young);
	tcpfin_find_ms(f, "runs_out_in_ms", o->left.known, o->left.value);
	tcpfin_find_number(f, "per_1000s", o->rate.known, o->rate.value);
	tcpfin_find_number(f, "tcp_tw_reuse", reuse->known, reuse->value);
	tcpfin_find_text(f, "reuse", reuse_name(o->reuse));
}

static void tell_evidence(struct tcpfin_finding *f,
			  const struct tcpfin_facts *facts,
			  const struct tcpfin_dest *d,
			  const struct tcpfin_outlook *o)
{
	char text[TCPFIN_SPAN_MAX], local[TCPFIN_ADDR_MAX];

	tcpfin_find_evidence(f,
		"from %s: %" PRIu32 " in TIME_WAIT (%" PRIu32
		" of them too young to be reused), %" PRIu32
		" closed and in FIN_WAIT2, %" PRIu32 " others",
		tcpfin_addr_text(d->key.family, d->key.laddr, 0, local),
		d->time_wait, d->young, d->fin_wait2,
		d->ports - d->time_wait - d->fin_wait2);
	if (o->freed)
		tcpfin_find_evidence(f, "%" PRIu64
			" of these ports are free for connect() all the same (tcp_tw_reuse)",
			o->freed);
	if (o->rate.known)
		tcpfin_find_evidence(f,
			"%" PRIu64 ".%" PRIu64
			" a second closed and kept their port in the last %s",
			o->rate.value / 1000, o->rate.value / 100 % 10,
			tcpfin_span_text(facts->window_ns, text));
	if (o->left.known && o->left.value)
		tcpfin_find_evidence(f, "at this rate the last port goes in %s",
				     tcpfin_span_text(o->left.value, text));
}

static void judge_target(const struct tcpfin_facts *facts,
			 const struct tcpfin_target *t,
			 struct tcpfin_findings *all)
{
	enum tcpfin_severity severity = TCPFIN_WARNING;
	const struct tcpfin_dest *d = &t->dest;
	char remote[TCPFIN_END_MAX];
	struct tcpfin_finding *f;
	struct tcpfin_outlook o;

	tcpfin_outlook(facts, t, &o);
	if (tcpfin_share_reaches(o.taken, o.total, TCPFIN_FULL_PERCENT))
		severity = TCPFIN_CRITICAL;
	else if (!tcpfin_share_reaches(o.taken, o.total,
				       TCPFIN_NEAR_PERCENT) &&
		 (!o.left.known || o.left.value > TCPFIN_FORECAST_NS ||
		  !tcpfin_share_reaches(o.taken, o.total,
					TCPFIN_FORECAST_PERCENT)))
		return;
	f = tcpfin_findings_add(all, TCPFIN_PORTS, severity, o.taken);
	tcpfin_find_what(f, "%" PRIu64 " of %" PRIu64
			 " local ports to %s are taken", o.taken, o.total,
			 tcpfin_end_text(d->key.family, d->key.raddr,
					 d->key.rport, remote));
	add_members(f, facts, d, &o);
	tell_evidence(f, facts, d, &o);
	tcpfin_find_advice(f, "%s", reuse_text(&o));
	tcpfin_find_advice(f,
		"keep connections open (a pool, keep-alive), or let the other end close first: then it has the TIME_WAIT");
	tcpfin_find_advice(f,
		"widen net.ipv4.ip_local_port_range, or use more local or remote addresses: each combination has ports of its own");
	tcpfin_find_advice(f,
		"neither tcp_fin_timeout nor nf_conntrack's timeouts shorten TIME_WAIT: it is 60 s, fixed");
}

void tcpfin_judge_ports(const struct tcpfin_facts *facts,
			struct tcpfin_findings *all)
{
	size_t i;

	if (!facts->present.ports.known)
		return;
	for (i = 0; i < facts->present.ntargets; i++)
		judge_target(facts, &facts->present.target[i], all);
}
