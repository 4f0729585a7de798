// SPDX-License-Identifier: GPL-2.0
/*
 * Examines the ends of connections that a recording leaves open. An end of which
 * records may have been lost since its latest step may be over, and does not count.
 */
#include <netinet/tcp.h>
#include <string.h>

#include "diagnosis/recorded.h"
#include "filter/match.h"
#include "util/basics.h"
#include "util/parse.h"

#define NS_PER_SEC	1000000000ULL
/* Age from which tcp_tw_reuse applies */
#define REUSE_DELAY_NS	NS_PER_SEC
/* Most network namespaces whose mini-sockets are counted */
#define NAMESPACES_MAX	64

/* Mini-sockets of one network namespace */
struct namespace {
	uint32_t netns;
	uint8_t host;
	uint64_t time_waits;
	uint64_t fin_wait2s;
};

/* An examination of a recording */
struct recorded {
	struct snapshot *s;
	struct namespace namespace[NAMESPACES_MAX];
	size_t namespaces;	/* number of @namespace */
	/* births tell what connect() looks at; recordings of older modules lack that */
	bool tells_ports;
};

/* A setting that differs between machines is not known. */
static struct optional setting(const struct sysctl list[SYSCTLS], const char *name)
{
	uint64_t value = 0;
	bool known = parse_number(sysctl_find(list, name), &value);

	return optional_of(known, value);
}

void recorded_begin(struct snapshot *s, const struct sysctl list[SYSCTLS])
{
	struct facts *facts = s->facts;
	struct facts_present *now = &facts->present;
	unsigned int ports;

	facts->is_recorded = true;
	facts->setting[FACTS_SET_FIN_TIMEOUT] = setting(list, "tcp_fin_timeout");
	facts->setting[FACTS_SET_MAX_TW_BUCKETS] = setting(list, "tcp_max_tw_buckets");
	facts->setting[FACTS_SET_TW_REUSE] = setting(list, "tcp_tw_reuse");
	port_range_recorded(list, &s->ephemeral);
	ports = port_set_count(&s->ephemeral);
	now->ports = optional_of(ports, ports);
	now->holders.asked = filter_wants_port(s->filter, &now->holders.port);
}

static struct held_socket held_of(const struct conn *conn)
{
	struct held_socket held = {
		.cookie = conn->cookie, .state = conn->state, .family = conn->family,
		.lport = conn->lport, .rport = conn->rport, .chosen = true, .exact = true,
		.recorded = true,
	};

	memcpy(held.laddr, conn->laddr, sizeof(held.laddr));
	memcpy(held.raddr, conn->raddr, sizeof(held.raddr));
	if (conn->flags & CONN_OWNER) {
		held.pid = conn->pid;
		memcpy(held.comm, conn->comm, sizeof(held.comm));
	}
	return held;
}

/* Keep an end that waits for its process, or with its process for the peer. */
static void take_waiting(struct recorded *r, const struct conn *conn, uint64_t age_ns)
{
	struct snapshot *s = r->s;
	struct held_socket *held;

	if (age_ns < s->facts->older_ns)
		return;
	held = snapshot_keep(s);
	if (!held)
		return;
	*held = held_of(conn);
	held->age_ns = age_ns;
}

static void take_holder(struct recorded *r, const struct conn *conn, struct optional age)
{
	struct port_holders *holders = &r->s->facts->present.holders;
	struct port_holder *h;

	if (!holders->asked || conn->lport != holders->port)
		return;
	holders->all++;
	if (holders->count == PORT_HOLDERS_MAX)
		return;
	h = &holders->list[holders->count++];
	h->sock = held_of(conn);
	h->sock.age_ns = age.value;
	h->aged = age.known;
	h->known = r->tells_ports && conn_port_is_known(conn);
	h->bound = conn_port_is_bound(conn);
}

static void count_mini_in_namespace(struct recorded *r, const struct conn *conn)
{
	struct namespace *p;

	for (p = r->namespace; p < r->namespace + r->namespaces; p++)
		if (p->netns == conn->netns && p->host == conn->host)
			break;
	if (p == r->namespace + NAMESPACES_MAX)
		return;
	if (p == r->namespace + r->namespaces) {
		*p = (struct namespace){ .netns = conn->netns, .host = conn->host };
		r->namespaces++;
	}
	if (conn->state == TCP_TIME_WAIT)
		p->time_waits++;
	else
		p->fin_wait2s++;
}

static void count_mini(struct recorded *r, struct destination *dest,
		       const struct conn *conn, struct optional age)
{
	bool known = r->tells_ports && conn_port_is_known(conn);

	dest->bound += known && conn_port_is_bound(conn);
	if (conn->state != TCP_TIME_WAIT) {
		dest->fin_wait2++;
		return;
	}
	dest->time_wait++;
	if (age.known && age.value < REUSE_DELAY_NS)
		dest->young++;
	else if (!known)
		dest->unrecorded++;
	else if (conn->flags & CONN_TIMESTAMPS && !conn_port_is_bound(conn))
		dest->reusable++;
}

static struct destination_key key_of(const struct conn *conn)
{
	struct destination_key key = {
		.netns = conn->netns, .host = conn->host,
		.family = conn->family, .rport = conn->rport,
	};

	memcpy(key.laddr, conn->laddr, sizeof(key.laddr));
	memcpy(key.raddr, conn->raddr, sizeof(key.raddr));
	return key;
}

/*
 * Is this the client? Its port is ephemeral, and the server's is not; if both are, it
 * is not known.
 */
static bool is_client(const struct snapshot *s, const struct conn *conn)
{
	return port_set_has(&s->ephemeral, conn->lport) &&
	       !port_set_has(&s->ephemeral, conn->rport);
}

static void take_port(struct recorded *r, const struct conn *conn, struct optional age)
{
	struct snapshot *s = r->s;
	const struct destination_key key = key_of(conn);
	const struct port_user user = {
		.laddr = conn->laddr, .family = conn->family, .lport = conn->lport,
		.netns = conn->netns, .host = conn->host,
		.conn = r->tells_ports ? conn : NULL,
	};
	struct destination *dest;

	/* Ports that the filter leaves out are taken all the same. */
	if (!is_client(s, conn))
		return;
	port_uses_add(&s->facts->present.uses, &user);
	dest = destinations_get(&s->dests, &key);
	if (!dest)
		return;
	dest->ports++;
	dest->selected += match_conn(s->filter, conn);
	if (conn->flags & CONN_MINI)
		count_mini(r, dest, conn, age);
}

static void take(struct recorded *r, const struct conn *conn)
{
	struct facts_present *now = &r->s->facts->present;
	struct optional age = conn_age(conn, r->s->facts->now_ns);
	bool mini = conn->flags & CONN_MINI;

	take_port(r, conn, age);
	if (!match_conn(r->s->filter, conn))
		return;
	now->sockets++;
	if (mini)
		count_mini_in_namespace(r, conn);
	else
		now->full[conn->state]++;
	take_holder(r, conn, age);
	if (age.known && !mini && !(conn->flags & CONN_ORPHAN) &&
	    SOCK_DIAG_STATE(conn->state) & SNAPSHOT_WAITING)
		take_waiting(r, conn, age.value);
}

/* Is this an end that has not ended, as far as can be known? */
static bool is_open(const struct snapshot *s, const struct conn *conn)
{
	return !(conn->flags & CONN_ENDED) && conn->state && conn->state < FACTS_STATES &&
	       !tracker_is_uncertain(s->tracker, conn);
}

/* Count the programs that have the ports of a destination. */
static void name_programs(const struct snapshot *s, struct facts_target *target)
{
	const struct conn *conn = tracker_first(s->tracker);
	struct destination_key key;

	for (; conn; conn = tracker_after(s->tracker, conn)) {
		key = key_of(conn);
		key.used = target->dest.key.used;
		if (is_open(s, conn) && is_client(s, conn) &&
		    !memcmp(&key, &target->dest.key, sizeof(key)))
			programs_add(&target->programs,
				     conn->flags & CONN_OWNER ? conn->comm : NULL);
	}
}

/* The limit of mini-sockets is that of each network namespace. */
static void find_fullest(const struct recorded *r)
{
	struct snmp_counter *minis = &r->s->facts->counter[FACTS_COUNT_MINIS];
	struct facts_present *now = &r->s->facts->present;
	const struct namespace *p;

	minis->known = r->namespaces;
	for (p = r->namespace; p < r->namespace + r->namespaces; p++) {
		if (p->time_waits + p->fin_wait2s <= minis->value)
			continue;
		minis->value = p->time_waits + p->fin_wait2s;
		now->time_waits = p->time_waits;
		now->fin_wait2s = p->fin_wait2s;
	}
}

void recorded_sockets(struct snapshot *s)
{
	struct facts_present *now = &s->facts->present;
	struct destination worst[FACTS_WORST_MAX];
	struct recorded r = { .s = s };
	const struct conn *conn;
	size_t i;

	for (conn = tracker_first(s->tracker); conn && !r.tells_ports;
	     conn = tracker_after(s->tracker, conn))
		r.tells_ports = conn->flags & (CONN_TIMESTAMPS | CONN_BOUND);
	for (conn = tracker_first(s->tracker); conn; conn = tracker_after(s->tracker, conn))
		if (is_open(s, conn))
			take(&r, conn);
	held_socket_sort(now->held, now->nheld);
	if (!s->filter)
		find_fullest(&r);
	now->ntargets = destinations_worst(&s->dests, worst, FACTS_WORST_MAX);
	for (i = 0; i < now->ntargets; i++) {
		now->target[i].dest = worst[i];
		if (2 * worst[i].ports >= now->ports.value)
			name_programs(s, &now->target[i]);
	}
	now->dests_left_out = s->dests.left_out;
}
