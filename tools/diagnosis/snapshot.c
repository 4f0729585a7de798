// SPDX-License-Identifier: GPL-2.0
/*
 * Examines the live machine. To handle a million sockets in little memory,
 * sockets are counted while the kernel lists them; only those that have waited
 * for too long are kept.
 */
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "diagnosis/snapshot.h"
#include "filter/match.h"
#include "system/sysctl.h"
#include "util/basics.h"

#define NS_PER_MS	1000000ULL
#define TIME_WAIT_MS	60000
/* Age from which tcp_tw_reuse applies, unless a setting tells */
#define REUSE_DELAY_MS	1000

static void read_settings(struct facts *facts)
{
	static const char *const names[FACTS_SETTINGS] = {
		[FACTS_SET_FIN_TIMEOUT] = "tcp_fin_timeout",
		[FACTS_SET_MAX_TW_BUCKETS] = "tcp_max_tw_buckets",
		[FACTS_SET_TW_REUSE] = "tcp_tw_reuse",
		[FACTS_SET_TW_REUSE_DELAY] = "tcp_tw_reuse_delay",
		[FACTS_SET_TIMESTAMPS] = "tcp_timestamps",
		[FACTS_SET_MAX_ORPHANS] = "tcp_max_orphans",
		[FACTS_SET_ORPHAN_RETRIES] = "tcp_orphan_retries",
		[FACTS_SET_MIGRATE_REQ] = "tcp_migrate_req",
	};
	unsigned int i;

	for (i = 0; i < FACTS_SETTINGS; i++)
		facts->setting[i].known =
			sysctl_number(names[i], &facts->setting[i].value);
}

static void read_counters(struct facts *facts)
{
	static const struct snmp_counter names[FACTS_COUNTS] = {
		[FACTS_COUNT_NONE] = { .group = "", .name = "" },
		[FACTS_COUNT_TW_OVERFLOW] =
			{ "TcpExt", "TCPTimeWaitOverflow", false, 0 },
		[FACTS_COUNT_ABORT_TIMEOUT] =
			{ "TcpExt", "TCPAbortOnTimeout", false, 0 },
		[FACTS_COUNT_ABORT_MEMORY] =
			{ "TcpExt", "TCPAbortOnMemory", false, 0 },
		[FACTS_COUNT_ABORT_DATA] =
			{ "TcpExt", "TCPAbortOnData", false, 0 },
		[FACTS_COUNT_ABORT_CLOSE] =
			{ "TcpExt", "TCPAbortOnClose", false, 0 },
		[FACTS_COUNT_ORPHANS] = { "TCP", "orphan", false, 0 },
		[FACTS_COUNT_MINIS] = { "TCP", "tw", false, 0 },
	};

	memcpy(facts->counter, names, sizeof(names));
	snmp_read(facts->counter, FACTS_COUNTS);
}

static void read_ports(struct snapshot *s)
{
	struct optional *ports = &s->facts->present.ports;

	ports->known = port_range_read(&s->ephemeral);
	ports->value = port_set_count(&s->ephemeral);
}

const struct conn *snapshot_conn(const struct snapshot *s, uint64_t cookie,
				 uint8_t state)
{
	const struct conn *conn;

	conn = s->tracker ? tracker_find(s->tracker, 0, s->facts->netns, cookie) : NULL;
	if (!conn || conn->state != state || tracker_is_uncertain(s->tracker, conn))
		return NULL;
	return conn;
}

bool snapshot_age(const struct snapshot *s, const struct sock_diag_entry *sock,
		  uint64_t *age_ns)
{
	const struct conn *conn = snapshot_conn(s, sock->cookie, sock->state);
	struct optional begin;

	if (!conn)
		return false;
	begin = conn_began(conn, conn->state);
	if (begin.known)
		*age_ns = saturating_sub(s->facts->now_ns, begin.value);
	return begin.known;
}

struct held_socket snapshot_held(const struct sock_diag_entry *sock)
{
	struct held_socket held = {
		.cookie = sock->cookie, .inode = sock->inode,
		.cgroup = sock->cgroup, .state = sock->state, .family = sock->family,
		.lport = sock->lport, .rport = sock->rport,
	};

	memcpy(held.laddr, sock->laddr, sizeof(held.laddr));
	memcpy(held.raddr, sock->raddr, sizeof(held.raddr));
	return held;
}

static bool is_chosen(const struct snapshot *s, const struct held_socket *held)
{
	return !s->filter ||
	       match_socket(s->filter, held, s->facts->netns,
				     snapshot_conn(s, held->cookie, held->state));
}

/* Keep a socket that holds the local port that the filter asks for. */
static void handle_holder(struct snapshot *s, const struct sock_diag_entry *sock,
			  bool chosen)
{
	struct port_holders *holders = &s->facts->present.holders;
	const struct conn *conn;
	struct port_holder *h;

	if (!holders->asked || sock->lport != holders->port || !chosen)
		return;
	holders->all++;
	if (holders->count == PORT_HOLDERS_MAX)
		return;
	h = &holders->list[holders->count++];
	h->sock = snapshot_held(sock);
	h->aged = snapshot_age(s, sock, &h->sock.age_ns);
	h->left = optional_of(sock->mini, sock->expires_ms * NS_PER_MS);
	conn = snapshot_conn(s, sock->cookie, sock->state);
	h->known = conn_port_is_known(conn);
	h->bound = conn_port_is_bound(conn);
	if (conn && conn->flags & CONN_OWNER && !sock->inode) {
		h->sock.pid = conn->pid;
		memcpy(h->sock.comm, conn->comm, sizeof(h->sock.comm));
	}
}

static void add_listener(void *data, const struct sock_diag_entry *sock)
{
	const struct held_socket held = snapshot_held(sock);
	struct snapshot *s = data;

	port_set_add(&s->listeners, sock->lport);
	handle_holder(s, sock, is_chosen(s, &held));
}

bool snapshot_begin(struct snapshot *s, uint64_t now_ns)
{
	const struct sock_diag_query query = {
		.states = SOCK_DIAG_STATE(TCP_LISTEN),
	};

	if (now_ns > SNAPSHOT_WINDOW_NS)
		s->window_ns = now_ns - SNAPSHOT_WINDOW_NS;
	s->facts->present.holders.asked =
		filter_wants_port(s->filter, &s->facts->present.holders.port);
	read_settings(s->facts);
	read_ports(s);
	return sock_diag_each(&query, add_listener, s, s->facts->why_not);
}

/* Return the destination of an outgoing connection, NULL for others. */
static struct destination *find_dest(struct snapshot *s, uint8_t family,
				     const uint8_t laddr[16], const uint8_t raddr[16],
				     uint16_t lport, uint16_t rport)
{
	struct destination_key key = { .family = family, .rport = rport };

	if (!port_set_has(&s->ephemeral, lport) || port_set_has(&s->listeners, lport))
		return NULL;
	memcpy(key.laddr, laddr, sizeof(key.laddr));
	memcpy(key.raddr, raddr, sizeof(key.raddr));
	return destinations_get(&s->dests, &key);
}

struct destination *snapshot_dest(struct snapshot *s,
				  const struct sock_diag_entry *sock)
{
	return find_dest(s, sock->family, sock->laddr, sock->raddr,
			 sock->lport, sock->rport);
}

static void count_sample(void *data, const struct sock_diag_entry *sock)
{
	struct destination *dest = snapshot_dest(data, sock);

	if (dest)
		dest->before++;
}

bool snapshot_sample(struct snapshot *s)
{
	const struct sock_diag_query query = {
		.states = SNAPSHOT_CONNECTED | SNAPSHOT_WAITING,
	};

	return sock_diag_each(&query, count_sample, s, s->facts->why_not);
}

bool snapshot_serves(const void *data, const struct conn *conn)
{
	const struct snapshot *s = data;

	/* Nothing is known of ports: servers mostly have the lower one. */
	if (!port_set_count(&s->listeners) && !port_set_count(&s->ephemeral))
		return conn->lport < conn->rport;
	return port_set_has(&s->listeners, conn->lport) ||
	       (port_set_has(&s->ephemeral, conn->rport) &&
		!port_set_has(&s->ephemeral, conn->lport));
}

void snapshot_event(struct snapshot *s, const struct tcpfin_event *ev)
{
	struct destination *dest;

	if (ev->time_ns < s->window_ns || (ev->kind != TCPFIN_KIND_TW_BIRTH &&
					   ev->kind != TCPFIN_KIND_TW_DEATH))
		return;
	dest = find_dest(s, ev->family, ev->laddr, ev->raddr, ev->lport, ev->rport);
	if (!dest)
		return;
	if (ev->kind == TCPFIN_KIND_TW_BIRTH)
		dest->births++;
	else
		dest->deaths++;
}

void snapshot_from(struct snapshot *s, uint64_t time_ns)
{
	uint32_t i;

	if (time_ns <= s->window_ns)
		return;
	s->window_ns = time_ns;
	for (i = 0; i < s->dests.size; i++) {
		s->dests.slots[i].births = 0;
		s->dests.slots[i].deaths = 0;
	}
}

struct held_socket *snapshot_keep(struct snapshot *s)
{
	struct facts_present *now = &s->facts->present;
	struct held_socket *held;

	if (now->nheld == SNAPSHOT_HELD_MAX) {
		now->held_left_out++;
		return NULL;
	}
	if (now->nheld == s->held_room) {
		s->held_room = s->held_room ? 2 * s->held_room : 64;
		held = realloc(now->held, s->held_room * sizeof(*held));
		if (!held) {
			s->failed = true;
			s->held_room = now->nheld;
			return NULL;
		}
		now->held = held;
	}
	return &now->held[now->nheld++];
}

/*
 * Keep a socket that has waited for too long.
 *
 * The latest segment in CLOSE_WAIT or FIN_WAIT2 came after the beginning of the
 * state, or with it: its age is a lower bound of the state's age. If the open
 * direction is still in use, it is a half-close at work, not a problem.
 *
 * Sockets that the filter rejects are kept as well: it may match when the owner
 * is known.
 */
static void handle_waiting(struct snapshot *s,
			   const struct sock_diag_entry *sock, bool chosen)
{
	struct facts_present *now = &s->facts->present;
	uint32_t used_ms = sock->state == TCP_CLOSE_WAIT ? sock->sent_ms :
							   sock->received_ms;
	uint64_t age = sock->has_info ? sock->ack_ms * NS_PER_MS : 0;
	bool exact = snapshot_age(s, sock, &age);
	struct held_socket *held;

	if (sock->state == TCP_FIN_WAIT2 && !sock->inode) {
		if (chosen && exact && (!now->orphan_oldest.known ||
				       now->orphan_oldest.value < age)) {
			now->orphan_oldest.known = true;
			now->orphan_oldest.value = age;
		}
		return;
	}
	if (age < s->facts->older_ns ||
	    (sock->has_info && used_ms * NS_PER_MS < s->facts->older_ns))
		return;
	held = snapshot_keep(s);
	if (!held)
		return;
	*held = snapshot_held(sock);
	held->age_ns = age;
	held->exact = exact;
	held->chosen = chosen;
}

static void count_state(struct facts_present *now, const struct sock_diag_entry *sock)
{
	now->sockets++;
	if (sock->mini && sock->state == TCP_TIME_WAIT)
		now->time_waits++;
	else if (sock->mini)
		now->fin_wait2s++;
	else if (sock->state < FACTS_STATES)
		now->full[sock->state]++;
	if (!sock->mini && sock->state == TCP_FIN_WAIT2 && !sock->inode)
		now->fin_wait2_orphans++;
}

/* Too young for tcp_tw_reuse? The delay is a setting since Linux 6.14. */
static bool is_young(const struct snapshot *s, const struct sock_diag_entry *sock)
{
	const struct optional *setting = &s->facts->setting[FACTS_SET_TW_REUSE_DELAY];
	uint64_t delay = setting->known ? setting->value : REUSE_DELAY_MS;

	return sock->expires_ms + delay > TIME_WAIT_MS;
}

/* Count a mini-socket to a destination. */
static void count_mini(struct snapshot *s, struct destination *dest,
		       const struct sock_diag_entry *sock, const struct conn *conn)
{
	dest->bound += conn_port_is_bound(conn);
	if (sock->state != TCP_TIME_WAIT) {
		dest->fin_wait2++;
		return;
	}
	dest->time_wait++;
	if (is_young(s, sock))
		dest->young++;
	else if (!conn_port_is_known(conn))
		dest->unrecorded++;
	else if (conn->flags & CONN_TIMESTAMPS && !conn_port_is_bound(conn))
		dest->reusable++;
}

/* Count a socket's local port: whether it is in use, and for which destination. */
static void handle_port(struct snapshot *s, const struct sock_diag_entry *sock,
			bool chosen)
{
	const struct conn *conn = snapshot_conn(s, sock->cookie, sock->state);
	const struct port_user user = {
		.laddr = sock->laddr, .family = sock->family, .lport = sock->lport,
		.netns = s->facts->netns, .conn = conn,
	};
	struct destination *dest;

	if (!port_set_has(&s->ephemeral, sock->lport) ||
	    port_set_has(&s->listeners, sock->lport))
		return;
	port_uses_add(&s->facts->present.uses, &user);
	dest = snapshot_dest(s, sock);
	if (!dest)
		return;
	dest->ports++;
	dest->selected += chosen;
	if (sock->mini)
		count_mini(s, dest, sock, conn);
}

static void handle_socket(void *data, const struct sock_diag_entry *sock)
{
	const struct held_socket held = snapshot_held(sock);
	struct snapshot *s = data;
	bool chosen = is_chosen(s, &held);

	if (chosen)
		count_state(&s->facts->present, sock);
	if (SOCK_DIAG_STATE(sock->state) & SNAPSHOT_WAITING)
		handle_waiting(s, sock, chosen);
	handle_holder(s, sock, chosen);
	handle_port(s, sock, chosen);
}

/* Sockets of a destination whose holders are looked for */
struct living {
	const struct destination_key *key;	/* the destination */
	struct held_socket *list;		/* the sockets */
	size_t room;				/* room in @list */
	size_t count;				/* number of @list */
};

static bool is_same_end(const struct destination_key *key, uint8_t family,
			const uint8_t laddr[16], const uint8_t raddr[16])
{
	return family == key->family && !memcmp(laddr, key->laddr, sizeof(key->laddr)) &&
	       !memcmp(raddr, key->raddr, sizeof(key->raddr));
}

static void add_living(void *data, const struct sock_diag_entry *sock)
{
	struct living *l = data;

	if (l->count < l->room && sock->inode &&
	    is_same_end(l->key, sock->family, sock->laddr, sock->raddr))
		l->list[l->count++] = snapshot_held(sock);
}

/*
 * Count the programs that take the ports of a destination: those whose mini-sockets
 * are recorded, and those that hold living sockets.
 */
static void count_programs(const struct snapshot *s, struct facts_target *target,
			   const struct living *living)
{
	const struct destination_key *key = &target->dest.key;
	const struct conn *conn = tracker_first(s->tracker);
	size_t i;

	for (; conn; conn = tracker_after(s->tracker, conn))
		if (conn->flags & CONN_MINI && !(conn->flags & CONN_ENDED) &&
		    !tracker_is_uncertain(s->tracker, conn) &&
		    conn->netns == s->facts->netns && conn->rport == key->rport &&
		    is_same_end(key, conn->family, conn->laddr, conn->raddr))
			programs_add(&target->programs,
				     conn->flags & CONN_OWNER ? conn->comm : NULL);
	for (i = 0; i < living->count; i++)
		programs_add(&target->programs, living->list[i].pid ?
			     living->list[i].comm : NULL);
}

/* Who takes the ports is looked for only where that may become a finding. */
static bool examine_target(struct snapshot *s, struct facts_target *target)
{
	const struct sock_diag_query query = {
		.states = SNAPSHOT_CONNECTED | SNAPSHOT_WAITING,
		.rport = target->dest.key.rport,
	};
	struct living living = {
		.key = &target->dest.key, .room = target->dest.ports,
	};
	bool listed;

	if (2 * target->dest.ports < s->facts->present.ports.value)
		return true;
	living.list = calloc(living.room, sizeof(*living.list));
	if (!living.list) {
		s->failed = true;
		return true;
	}
	listed = sock_diag_each(&query, add_living, &living, s->facts->why_not);
	if (living.count)
		socket_owner_find("/proc", living.list, living.count);
	count_programs(s, target, &living);
	free(living.list);
	return listed;
}

static bool examine_targets(struct snapshot *s)
{
	struct facts_present *now = &s->facts->present;
	struct destination worst[FACTS_WORST_MAX];
	size_t i;

	now->ntargets = destinations_worst(&s->dests, worst, FACTS_WORST_MAX);
	for (i = 0; i < now->ntargets; i++) {
		now->target[i].dest = worst[i];
		if (!examine_target(s, &now->target[i]))
			return false;
	}
	now->dests_left_out = s->dests.left_out;
	return true;
}

/* Look for the processes that hold the local port that the filter asks for. */
static void examine_holders(struct snapshot *s)
{
	struct port_holders *holders = &s->facts->present.holders;
	struct held_socket list[PORT_HOLDERS_MAX];
	size_t i, at;

	for (i = 0; i < holders->count; i++)
		list[i] = holders->list[i].sock;
	if (!holders->count || !socket_owner_find("/proc", list, holders->count))
		return;
	/* The search has reordered the sockets. */
	for (i = 0; i < holders->count; i++)
		for (at = 0; at < holders->count; at++)
			if (list[i].inode && list[i].cookie == holders->list[at].sock.cookie)
				holders->list[at].sock = list[i];
}

static int by_held_cookie(const void *a, const void *b)
{
	const struct held_socket *x = a, *y = b;

	return (x->cookie > y->cookie) - (x->cookie < y->cookie);
}

/* Drop duplicates: the kernel may list a socket twice. */
static void drop_duplicates(struct facts_present *now)
{
	size_t from, to = 0;

	if (!now->nheld)
		return;
	qsort(now->held, now->nheld, sizeof(*now->held), by_held_cookie);
	for (from = 1; from < now->nheld; from++)
		if (now->held[from].cookie != now->held[to].cookie)
			now->held[++to] = now->held[from];
	now->nheld = to + 1;
}

/*
 * Apply the filter again, now that owners are known. More knowledge does not
 * change a match, so sockets chosen before stay.
 */
static void choose_held(struct snapshot *s)
{
	struct facts_present *now = &s->facts->present;
	struct destination *dest;
	struct held_socket *held;
	size_t from, to = 0;

	for (from = 0; from < now->nheld; from++) {
		held = &now->held[from];
		if (!held->chosen) {
			if (!is_chosen(s, held))
				continue;
			now->sockets++;
			now->full[held->state]++;
			dest = find_dest(s, held->family, held->laddr,
					 held->raddr, held->lport, held->rport);
			if (dest)
				dest->selected++;
		}
		now->held[to++] = *held;
	}
	now->nheld = to;
}

bool snapshot_sockets(struct snapshot *s)
{
	const struct sock_diag_query waiting = {
		.states = SNAPSHOT_WAITING, .info = true,
	};
	const struct sock_diag_query others = {
		.states = SNAPSHOT_CONNECTED,
	};
	struct facts_present *now = &s->facts->present;

	if (!sock_diag_each(&waiting, handle_socket, s, s->facts->why_not) ||
	    !sock_diag_each(&others, handle_socket, s, s->facts->why_not))
		return false;
	drop_duplicates(now);
	now->holders_known = socket_owner_find("/proc", now->held, now->nheld);
	choose_held(s);
	held_socket_sort(now->held, now->nheld);
	examine_holders(s);
	if (!examine_targets(s))
		return false;
	if (!s->filter)
		read_counters(s->facts);
	s->facts->is_live = true;
	return true;
}

void snapshot_end(struct snapshot *s)
{
	destinations_exit(&s->dests);
	port_uses_exit(&s->facts->present.uses);
}
