// SPDX-License-Identifier: GPL-2.0
/*
 * Judges local ports that run out.
 *
 * While a load is new, ports in TIME_WAIT only increase; after 60 s as many
 * expire as are born. So the forecast first computes the level at which births
 * and deaths balance: the ports of living connections and 60 s of births.
 */
#include <inttypes.h>
#include <netinet/tcp.h>
#include <string.h>

#include "diagnosis/rules.h"
#include "diagnosis/thresholds.h"
#include "track/names.h"
#include "util/basics.h"
#include "util/text.h"

#define NS_PER_SEC	1000000000ULL
/* Rates are per 1000 seconds. */
#define RATE_NS		(1000.0 * NS_PER_SEC)
/* Seconds a mini-socket holds a port: normally, with tcp_tw_reuse */
#define HOLD_SEC	60
#define HOLD_REUSE_SEC	1

/*
 * connect() takes a mini-socket's port if the peer uses timestamps, and if connect()
 * chose the port (tcp_twsk_unique(), __inet_hash_connect()).
 */
static enum tw_reuse judge_reuse(const struct facts *facts,
				 const struct destination *d, bool is_on)
{
	const struct optional *timestamps = &facts->setting[FACTS_SET_TIMESTAMPS];

	if (!d->time_wait && !d->fin_wait2)
		return TW_REUSE_NOTHING;
	if (!facts->setting[FACTS_SET_TW_REUSE].known)
		return TW_REUSE_UNKNOWN;
	if (timestamps->known && !timestamps->value)
		return TW_REUSE_NO_TIMESTAMPS;
	if (d->young >= d->time_wait)
		return d->time_wait ? TW_REUSE_TOO_YOUNG : TW_REUSE_FIN_WAIT2;
	if (d->reusable)
		return is_on ? TW_REUSE_WORKS : TW_REUSE_HELPS;
	if (d->unrecorded)
		return TW_REUSE_MAYBE;
	return 2 * d->bound >= d->time_wait ? TW_REUSE_BOUND : TW_REUSE_PEER_HAS_NONE;
}

static uint32_t netns_of(const struct facts *facts, const struct destination_key *key)
{
	return facts->is_live ? facts->netns : key->netns;
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
	o->is_on = reuse->value == 1 ||
		   (reuse->value == 2 &&
		    destination_is_loopback(d->key.family, d->key.laddr, d->key.raddr));
	o->reuse = judge_reuse(facts, d, o->is_on);
	if (o->reuse == TW_REUSE_WORKS)
		o->freed = d->reusable;
	o->bound = port_uses_bound(&facts->present.uses, d->key.host,
				   netns_of(facts, &d->key));
	if (o->bound < d->bound)
		o->bound = d->bound;
	o->taken = d->ports - o->freed + o->bound - d->bound;
	forecast(facts, d, o);
}

static const char *reuse_text(const struct port_outlook *o)
{
	static const char *const texts[] = {
		[TW_REUSE_NOTHING] =
			"tcp_tw_reuse does not help: no port is in TIME_WAIT, living connections have them",
		[TW_REUSE_WORKS] = "tcp_tw_reuse is on and works here",
		[TW_REUSE_HELPS] =
			"net.ipv4.tcp_tw_reuse = 1 helps: connect() may then take ports that are in TIME_WAIT for a second",
		[TW_REUSE_MAYBE] =
			"whether tcp_tw_reuse could help is not known: these mini-sockets are older than the records",
		[TW_REUSE_NO_TIMESTAMPS] =
			"tcp_tw_reuse cannot help: it needs net.ipv4.tcp_timestamps = 1",
		[TW_REUSE_PEER_HAS_NONE] =
			"tcp_tw_reuse cannot help: it needs timestamps, and this peer does not use them",
		[TW_REUSE_BOUND] =
			"tcp_tw_reuse cannot help: it is for ports that connect() chose, and these are bind()'s",
		[TW_REUSE_TOO_YOUNG] =
			"tcp_tw_reuse does not help: all in TIME_WAIT are too young (a second, or net.ipv4.tcp_tw_reuse_delay)",
		[TW_REUSE_FIN_WAIT2] =
			"tcp_tw_reuse does not help: these ports wait in FIN_WAIT2 for the peer to close",
		[TW_REUSE_UNKNOWN] =
			"whether tcp_tw_reuse could help is not known: a setting could not be read",
	};

	return texts[o->reuse];
}

static const char *reuse_name(enum tw_reuse reuse)
{
	static const char *const names[] = {
		[TW_REUSE_NOTHING] = "nothing-to-reuse",
		[TW_REUSE_WORKS] = "works",
		[TW_REUSE_HELPS] = "helps",
		[TW_REUSE_MAYBE] = "peer-timestamps-unknown",
		[TW_REUSE_NO_TIMESTAMPS] = "no-timestamps",
		[TW_REUSE_BOUND] = "bound",
		[TW_REUSE_PEER_HAS_NONE] = "no-peer-timestamps",
		[TW_REUSE_TOO_YOUNG] = "too-young",
		[TW_REUSE_FIN_WAIT2] = "fin-wait-2",
		[TW_REUSE_UNKNOWN] = NULL,
	};

	return names[reuse];
}

/* Add the program that has the most of the ports. */
static void add_program(struct finding *f, const struct programs *programs)
{
	const struct program *most = programs_most(programs);
	char comm[COMM_TEXT_MAX];

	finding_text(f, "comm", most ? comm_text(most->comm, comm) : NULL);
	finding_number(f, "by_comm", most, most ? most->count : 0);
}

static void describe_programs(struct finding *f, const struct programs *programs)
{
	char text[PROGRAMS_TEXT_MAX];

	if (programs_text(programs, text)[0])
		finding_evidence(f, "%s", text);
}

static void add_members(struct finding *f, const struct facts *facts,
			const struct facts_target *t, const struct port_outlook *o)
{
	const struct destination *d = &t->dest;
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
	finding_number(f, "bound", true, o->bound);
	add_program(f, &t->programs);
}

static void add_evidence(struct finding *f, const struct facts *facts,
			 const struct facts_target *t, const struct port_outlook *o)
{
	const struct destination *d = &t->dest;
	char text[SPAN_TEXT_MAX], local[ADDR_TEXT_MAX];

	finding_evidence(f,
			 "from %s: %" PRIu32 " in TIME_WAIT (%" PRIu32
			 " of them too young to be reused), %" PRIu32
			 " closed and in FIN_WAIT2, %" PRIu32 " others",
			 addr_text(d->key.family, d->key.laddr, 0, local),
			 d->time_wait, d->young, d->fin_wait2,
			 d->ports - d->time_wait - d->fin_wait2);
	describe_programs(f, &t->programs);
	if (o->bound > d->bound)
		finding_evidence(f, "bind() chose %" PRIu64
			" more, which are taken for all destinations",
			o->bound - d->bound);
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

/* Do ports run out, or will they soon? */
static bool is_short(const struct port_outlook *o)
{
	if (threshold_is_reached(o->taken, o->total, THRESHOLD_NEAR_PERCENT))
		return true;
	return o->left.known && o->left.value <= THRESHOLD_FORECAST_NS &&
	       threshold_is_reached(o->taken, o->total, THRESHOLD_FORECAST_PERCENT);
}

static enum severity severity_of(uint64_t taken, uint64_t total)
{
	return threshold_is_reached(taken, total, THRESHOLD_FULL_PERCENT) ?
	       SEVERITY_CRITICAL : SEVERITY_WARNING;
}

/* @told: the ports that bind() chose are a finding already, and do not count here. */
static void judge_target(const struct facts *facts, const struct facts_target *t,
			 bool told, struct findings *all)
{
	const struct destination *d = &t->dest;
	char remote[END_TEXT_MAX];
	struct port_outlook o;
	struct finding *f;

	port_outlook_of(facts, t, &o);
	if (told) {
		o.taken -= o.bound;
		o.bound = 0;
	}
	if (!is_short(&o))
		return;
	f = findings_add(all, FINDING_PORTS, severity_of(o.taken, o.total), o.taken);
	finding_what(f, "%" PRIu64 " of %" PRIu64
		     " local ports to %s are taken", o.taken, o.total,
		     end_text(d->key.family, d->key.raddr, d->key.rport, remote));
	add_members(f, facts, t, &o);
	add_evidence(f, facts, t, &o);
	finding_evidence(f,
		"TIME_WAIT takes 60 s, fixed: neither tcp_fin_timeout nor nf_conntrack's timeouts shorten it");
	if (o.reuse == TW_REUSE_HELPS)
		finding_advice(f, "%s", reuse_text(&o));
	else
		finding_evidence(f, "%s", reuse_text(&o));
	finding_advice(f,
		"keep connections open (a pool, keep-alive), or let the other end close first: then it has the TIME_WAIT");
	finding_advice(f,
		"widen net.ipv4.ip_local_port_range, or use more local or remote addresses: each combination has ports of its own");
}

static void report_bound(const struct facts *facts, const struct port_use *use,
			 struct findings *all)
{
	uint64_t used = port_set_count(&use->used), total = facts->present.ports.value;
	uint64_t bound = port_set_count(&use->bound);
	uint64_t connected = port_set_count(&use->connected);
	char addr[ADDR_TEXT_MAX], text[PROGRAMS_TEXT_MAX];
	struct finding *f;

	f = findings_add(all, FINDING_BOUND_PORTS, severity_of(used, total), used);
	finding_what(f, "%" PRIu64 " of %" PRIu64
		     " local ports of %s are taken: bind() chose %" PRIu64
		     " of them, for all destinations", used, total,
		     addr_text(use->family, use->laddr, 0, addr), bound);
	finding_text(f, "laddr", addr);
	finding_number(f, "ports", true, total);
	finding_number(f, "used", true, used);
	finding_number(f, "bound", true, bound);
	finding_number(f, "connected", true, connected);
	add_program(f, &use->bound_by);
	if (programs_text(&use->bound_by, text)[0])
		finding_evidence(f, "of those that bind() chose: %s", text);
	finding_evidence(f, "connect() chose %" PRIu64
		"; who chose the other %" PRIu64 " was not recorded", connected,
		saturating_sub(used, bound + connected));
	finding_evidence(f,
		"bind() with port 0 finds none of these free, nor does connect() those that bind() chose; TIME_WAIT keeps them so, and tcp_tw_reuse does not free them");
	finding_advice(f,
		"set IP_BIND_ADDRESS_NO_PORT before bind(): then connect() chooses the port, and each destination has all of them");
}

/*
 * Do ports run out for bind()? Where few were chosen by bind(), it is connect() that
 * uses them, for many destinations: this is no problem.
 */
static bool judge_bound(const struct facts *facts, const struct port_use *use,
			struct findings *all)
{
	unsigned int used = port_set_count(&use->used);

	if (!threshold_is_reached(used, facts->present.ports.value,
				  THRESHOLD_NEAR_PERCENT) ||
	    !threshold_is_reached(port_set_count(&use->bound), used,
				  THRESHOLD_BOUND_PERCENT))
		return false;
	report_bound(facts, use, all);
	return true;
}

/* A mini-socket has no queues, and steps do not tell of any. */
static bool has_queues(const struct port_holder *h)
{
	return !h->left.known && !h->sock.recorded;
}

/* Return false without memory. */
static bool describe_holder(struct finding *f, const struct socket_owners *owners,
			    const struct port_holder *h)
{
	char age[SPAN_TEXT_MAX] = "", left[SPAN_TEXT_MAX] = "";
	char who[PROCESSES_TEXT_MAX], end[END_TEXT_MAX], state[NAME_TEXT_MAX];
	const struct held_socket *s = &h->sock;
	bool listens = s->state == TCP_LISTEN;
	struct processes p = { 0 };
	char queues[48] = "";

	if (!processes_add_owners(&p, owners, s->inode) && s->pid)
		processes_add(&p, s->comm, s->pid);
	processes_sort(&p);
	if (h->aged)
		span_text(s->age_ns, age);
	if (h->left.known)
		span_text(h->left.value, left);
	if (has_queues(h))
		snprintf(queues, sizeof(queues), ", Recv-Q %" PRIu32 ", Send-Q %" PRIu32,
			 s->recv_q, s->send_q);
	finding_evidence(f, "%s%s%s, of %s%s%s%s%s%s%s",
			 state_name(s->state, state), listens ? "" : " to ",
			 listens ? "" : end_text(s->family, s->raddr, s->rport, end),
			 p.count ? processes_text(&p, who) : "a process that is not known",
			 h->aged ? ", for " : "", age,
			 h->left.known ? ", and for " : "", left,
			 h->left.known ? " more" : "", queues);
	if (h->known)
		finding_evidence(f, "%s chose the port", h->bound ? "bind()" : "connect()");
	processes_free(&p);
	return !p.failed;
}

/* Who holds the local port that the filter asks for? */
static void report_holders(const struct facts_present *now, struct findings *all)
{
	const struct port_holders *holders = &now->holders;
	const struct port_holder *h = &holders->list[0];
	char addr[ADDR_TEXT_MAX], comm[COMM_TEXT_MAX], state[NAME_TEXT_MAX];
	struct finding *f;
	size_t i;

	f = findings_add(all, FINDING_PORT, SEVERITY_NOTE, holders->all);
	finding_what(f, "%" PRIu64 " socket%s local port %u", holders->all,
		     holders->all == 1 ? " holds" : "s hold", holders->port);
	finding_number(f, "lport", true, holders->port);
	finding_number(f, "count", true, holders->all);
	finding_text(f, "state", state_name(h->sock.state, state));
	finding_number(f, "pid", h->sock.pid, h->sock.pid);
	finding_text(f, "comm", h->sock.pid ? comm_text(h->sock.comm, comm) : NULL);
	finding_text(f, "raddr", h->sock.state != TCP_LISTEN ?
		     addr_text(h->sock.family, h->sock.raddr, 0, addr) : NULL);
	finding_number(f, "rport", h->sock.rport, h->sock.rport);
	finding_ms(f, "age_ms", h->aged, h->sock.age_ns);
	finding_ms(f, "left_ms", h->left.known, h->left.value);
	finding_number(f, "recv_q", has_queues(h), h->sock.recv_q);
	finding_number(f, "send_q", has_queues(h), h->sock.send_q);
	finding_text(f, "chosen_by", !h->known ? NULL : h->bound ? "bind" : "connect");
	for (i = 0; i < holders->count; i++)
		all->failed |= !describe_holder(f, now->owners, &holders->list[i]);
}

/* Are ports that bind() chose in the target's namespace a finding? */
static bool is_told(const struct facts *facts, const bool told[PORT_USE_MAX],
		    const struct destination_key *key)
{
	const struct port_uses *uses = &facts->present.uses;
	size_t i;

	for (i = 0; i < uses->count; i++)
		if (told[i] && uses->list[i]->host == key->host &&
		    uses->list[i]->netns == netns_of(facts, key))
			return true;
	return false;
}

void rules_ports(const struct facts *facts, struct findings *all)
{
	const struct facts_present *now = &facts->present;
	bool told[PORT_USE_MAX] = { 0 };
	size_t i;

	if (now->holders.count)
		report_holders(now, all);
	if (!now->ports.known)
		return;
	for (i = 0; i < now->uses.count; i++)
		told[i] = judge_bound(facts, now->uses.list[i], all);
	for (i = 0; i < now->ntargets; i++)
		judge_target(facts, &now->target[i],
			     is_told(facts, told, &now->target[i].dest.key), all);
}
