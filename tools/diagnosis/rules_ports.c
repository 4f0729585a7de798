// SPDX-License-Identifier: GPL-2.0
/*
 * Judges local ports that run out.
 *
 * While a load is new, ports in TIME_WAIT only increase; after 60 s as many
 * expire as are born. So the forecast first computes the level at which births
 * and deaths balance: the ports of living connections and 60 s of births.
 */
#include <inttypes.h>
#include <string.h>
#include <sys/socket.h>

#include "diagnosis/rules.h"
#include "diagnosis/thresholds.h"
#include "util/text.h"

#define NS_PER_SEC	1000000000ULL
/* Rates are per 1000 seconds. */
#define RATE_NS		(1000.0 * NS_PER_SEC)
/* Seconds a mini-socket holds a port: normally, with tcp_tw_reuse */
#define HOLD_SEC	60
#define HOLD_REUSE_SEC	1

static bool is_loopback_addr(uint8_t family, const uint8_t addr[16])
{
	static const uint8_t one[16] = { [15] = 1 };

	if (family == AF_INET)
		return addr[0] == 127;
	return !memcmp(addr, one, sizeof(one));
}

static bool is_loopback(const struct destination_key *key)
{
	return is_loopback_addr(key->family, key->laddr) ||
	       is_loopback_addr(key->family, key->raddr);
}

/*
 * Does the peer use timestamps? Return whether that is known: not if living
 * connections differ, or there are none.
 */
static bool peer_timestamps(const struct facts_target *t, bool *uses)
{
	*uses = is_loopback(&t->dest.key) || t->with_timestamps;
	return is_loopback(&t->dest.key) ||
	       !t->with_timestamps != !t->without_timestamps;
}

static enum tw_reuse judge_reuse(const struct facts *facts,
				 const struct facts_target *t, bool is_on)
{
	const struct destination *d = &t->dest;
	bool uses, known = peer_timestamps(t, &uses);

	if (!d->time_wait && !d->fin_wait2)
		return TW_REUSE_NOTHING;
	if (!facts->setting[FACTS_SET_TW_REUSE].known ||
	    !facts->setting[FACTS_SET_TIMESTAMPS].known)
		return TW_REUSE_UNKNOWN;
	if (!facts->setting[FACTS_SET_TIMESTAMPS].value)
		return TW_REUSE_NO_TIMESTAMPS;
	if (known && !uses)
		return TW_REUSE_PEER_HAS_NONE;
	if (d->young >= d->time_wait)
		return d->time_wait ? TW_REUSE_TOO_YOUNG : TW_REUSE_FIN_WAIT2;
	if (!known)
		return TW_REUSE_MAYBE;
	return is_on ? TW_REUSE_WORKS : TW_REUSE_HELPS;
}

/* Will no port be left at the level where births and deaths balance? */
static bool level_is_too_high(const struct destination *d, const struct port_outlook *o)
{
	bool freed = o->is_on && (o->reuse == TW_REUSE_WORKS ||
				  o->reuse == TW_REUSE_TOO_YOUNG);
	uint64_t hold = freed ? HOLD_REUSE_SEC : HOLD_SEC;

	return d->ports - d->time_wait + o->rate.value * hold / 1000 >= o->total;
}

static void forecast(const struct facts *facts, const struct destination *d,
		     struct port_outlook *o)
{
	double births = 0, growth;

	if (facts->window_ns >= THRESHOLD_RATE_MIN_NS) {
		births = ((double)d->births - d->deaths) * RATE_NS /
			 (double)facts->window_ns;
		o->rate.known = true;
		o->rate.value = (uint64_t)(d->births * RATE_NS /
					   (double)facts->window_ns);
	}
	growth = births;
	if (facts->sample_ns >= THRESHOLD_RATE_MIN_NS)
		growth = ((double)d->ports - d->before) * RATE_NS /
			 (double)facts->sample_ns;
	o->growth = (int64_t)growth;
	if (o->growth <= 0 || (2 * births >= growth && !level_is_too_high(d, o)))
		return;
	o->left.known = true;
	if (o->total > o->taken)
		o->left.value = (uint64_t)((double)(o->total - o->taken) *
					   RATE_NS / growth);
}

void port_outlook_of(const struct facts *facts,
		     const struct facts_target *target, struct port_outlook *o)
{
	const struct optional *reuse = &facts->setting[FACTS_SET_TW_REUSE];
	const struct destination *d = &target->dest;

	memset(o, 0, sizeof(*o));
	o->total = facts->present.ports.value;
	o->is_on = reuse->value == 1 || (reuse->value == 2 && is_loopback(&d->key));
	o->reuse = judge_reuse(facts, target, o->is_on);
	if (o->reuse == TW_REUSE_WORKS)
		o->freed = d->time_wait - d->young;
	o->taken = d->ports - o->freed;
	forecast(facts, d, o);
}

static const char *reuse_text(const struct port_outlook *o)
{
	static const char *const texts[] = {
		[TW_REUSE_NOTHING] =
			"tcp_tw_reuse does not help: no port is in TIME_WAIT, living connections have them",
		[TW_REUSE_WORKS] = "tcp_tw_reuse is on and works here",
		[TW_REUSE_HELPS] =
			"net.ipv4.tcp_tw_reuse = 1 would help: connect() may then take ports that are in TIME_WAIT for a second",
		[TW_REUSE_NO_TIMESTAMPS] =
			"tcp_tw_reuse cannot help: it needs net.ipv4.tcp_timestamps = 1",
		[TW_REUSE_PEER_HAS_NONE] =
			"tcp_tw_reuse cannot help: it needs timestamps, and this peer does not use them",
		[TW_REUSE_TOO_YOUNG] =
			"tcp_tw_reuse does not help: all in TIME_WAIT are too young (a second, or net.ipv4.tcp_tw_reuse_delay)",
		[TW_REUSE_FIN_WAIT2] =
			"tcp_tw_reuse does not help: these ports wait in FIN_WAIT2 for the peer to close",
		[TW_REUSE_UNKNOWN] =
			"whether tcp_tw_reuse could help is not known: a setting could not be read",
	};

	if (o->reuse != TW_REUSE_MAYBE)
		return texts[o->reuse];
	return o->is_on ?
	       "tcp_tw_reuse is on, and helps if the peer uses timestamps (no living connection shows it)" :
	       "net.ipv4.tcp_tw_reuse = 1 helps if the peer uses timestamps (no living connection shows it)";
}

static const char *reuse_name(enum tw_reuse reuse)
{
	static const char *const names[] = {
		[TW_REUSE_NOTHING] = "nothing-to-reuse",
		[TW_REUSE_WORKS] = "works",
		[TW_REUSE_HELPS] = "helps",
		[TW_REUSE_MAYBE] = "peer-timestamps-unknown",
		[TW_REUSE_NO_TIMESTAMPS] = "no-timestamps",
		[TW_REUSE_PEER_HAS_NONE] = "no-peer-timestamps",
		[TW_REUSE_TOO_YOUNG] = "too-young",
		[TW_REUSE_FIN_WAIT2] = "fin-wait-2",
		[TW_REUSE_UNKNOWN] = NULL,
	};

	return names[reuse];
}

static void add_members(struct finding *f, const struct facts *facts,
			const struct destination *d, const struct port_outlook *o)
{
	const struct optional *reuse = &facts->setting[FACTS_SET_TW_REUSE];
	const struct destination_key *key = &d->key;
	char addr[ADDR_TEXT_MAX];

	finding_text(f, "laddr", addr_text(key->family, key->laddr, 0, addr));
	finding_text(f, "raddr", addr_text(key->family, key->raddr, 0, addr));
	finding_number(f, "rport", true, key->rport);
	finding_number(f, "ports", true, o->total);
	finding_number(f, "used", true, d->ports);
	finding_number(f, "taken", true, o->taken);
	finding_number(f, "time_wait", true, d->time_wait);
	finding_number(f, "fin_wait2", true, d->fin_wait2);
	finding_number(f, "too_young", true, d->young);
	finding_ms(f, "runs_out_in_ms", o->left.known, o->left.value);
	finding_number(f, "per_1000s", o->rate.known, o->rate.value);
	finding_number(f, "tcp_tw_reuse", reuse->known, reuse->value);
	finding_text(f, "reuse", reuse_name(o->reuse));
}

static void add_evidence(struct finding *f, const struct facts *facts,
			 const struct destination *d, const struct port_outlook *o)
{
	char text[SPAN_TEXT_MAX], local[ADDR_TEXT_MAX];

	finding_evidence(f,
			 "from %s: %" PRIu32 " in TIME_WAIT (%" PRIu32
			 " of them too young to be reused), %" PRIu32
			 " closed and in FIN_WAIT2, %" PRIu32 " others",
			 addr_text(d->key.family, d->key.laddr, 0, local),
			 d->time_wait, d->young, d->fin_wait2,
			 d->ports - d->time_wait - d->fin_wait2);
	if (o->freed)
		finding_evidence(f, "%" PRIu64
			" of these ports are free for connect() all the same (tcp_tw_reuse)",
			o->freed);
	if (o->rate.known)
		finding_evidence(f,
			"%" PRIu64 ".%" PRIu64
			" a second closed and kept their port in the last %s",
			o->rate.value / 1000, o->rate.value / 100 % 10,
			span_text(facts->window_ns, text));
	if (o->left.known && o->left.value)
		finding_evidence(f, "at this rate the last port goes in %s",
				 span_text(o->left.value, text));
}

static void judge_target(const struct facts *facts,
			 const struct facts_target *t, struct findings *all)
{
	enum severity severity = SEVERITY_WARNING;
	const struct destination *d = &t->dest;
	char remote[END_TEXT_MAX];
	struct port_outlook o;
	struct finding *f;

	port_outlook_of(facts, t, &o);
	if (threshold_is_reached(o.taken, o.total, THRESHOLD_FULL_PERCENT))
		severity = SEVERITY_CRITICAL;
	else if (!threshold_is_reached(o.taken, o.total,
				       THRESHOLD_NEAR_PERCENT) &&
		 (!o.left.known || o.left.value > THRESHOLD_FORECAST_NS ||
		  !threshold_is_reached(o.taken, o.total, THRESHOLD_FORECAST_PERCENT)))
		return;
	f = findings_add(all, FINDING_PORTS, severity, o.taken);
	finding_what(f, "%" PRIu64 " of %" PRIu64
		     " local ports to %s are taken", o.taken, o.total,
		     end_text(d->key.family, d->key.raddr, d->key.rport, remote));
	add_members(f, facts, d, &o);
	add_evidence(f, facts, d, &o);
	finding_advice(f, "%s", reuse_text(&o));
	finding_advice(f,
		"keep connections open (a pool, keep-alive), or let the other end close first: then it has the TIME_WAIT");
	finding_advice(f,
		"widen net.ipv4.ip_local_port_range, or use more local or remote addresses: each combination has ports of its own");
	finding_advice(f,
		"neither tcp_fin_timeout nor nf_conntrack's timeouts shorten TIME_WAIT: it is 60 s, fixed");
}

void rules_ports(const struct facts *facts, struct findings *all)
{
	size_t i;

	if (!facts->present.ports.known)
		return;
	for (i = 0; i < facts->present.ntargets; i++)
		judge_target(facts, &facts->present.target[i], all);
}
