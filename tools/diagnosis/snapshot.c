// SPDX-License-Identifier: GPL-2.0
/*
 * Looks at the live system. A million sockets must not need much memory: they
 * are counted while the kernel lists them, and only those that have waited for
 * too long are kept.
 */
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "diagnosis/snapshot.h"
#include "filter/match.h"
#include "system/sysctl.h"

#define NS_PER_MS	1000000ULL
#define TIME_WAIT_MS	60000
/* The age from which tcp_tw_reuse applies, where no setting says it. */
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
	};
	unsigned int i;

	for (i = 0; i < FACTS_SETTINGS; i++)
		facts->setting[i].known =
			sysctl_number(names[i],
				      &facts->setting[i].value);
}

static void read_counters(struct facts *facts)
{
	static const struct snmp_counter names[FACTS_COUNTS] = {
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

static void read_ports(struct snapshot *l)
{
	struct fact *ports = &l->facts->present.ports;

	ports->known = port_range_read(&l->ephemeral);
	ports->value = port_set_count(&l->ephemeral);
}

static void take_listener(void *data, const struct sock_diag_entry *sock)
{
	struct snapshot *l = data;

	port_set_add(&l->listeners, sock->lport);
}

bool snapshot_begin(struct snapshot *l, uint64_t now_ns)
{
	const struct sock_diag_query query = {
		.states = SOCK_DIAG_STATE(TCP_LISTEN),
	};

	if (now_ns > SNAPSHOT_WINDOW_NS)
		l->window_ns = now_ns - SNAPSHOT_WINDOW_NS;
	read_settings(l->facts);
	read_ports(l);
	return sock_diag_each(&query, take_listener, l, l->facts->why_not);
}

/* The destination of an outgoing connection, NULL if it is none. */
static struct destination *find_dest(struct snapshot *l, uint8_t family,
				     const uint8_t laddr[16],
				     const uint8_t raddr[16], uint16_t lport,
				     uint16_t rport)
{
	struct destination_key key = { .family = family, .rport = rport };

	if (!port_set_has(&l->ephemeral, lport) ||
	    port_set_has(&l->listeners, lport))
		return NULL;
	memcpy(key.laddr, laddr, sizeof(key.laddr));
	memcpy(key.raddr, raddr, sizeof(key.raddr));
	return destinations_get(&l->dests, &key);
}

struct destination *snapshot_dest(struct snapshot *l,
				  const struct sock_diag_entry *sock)
{
	return find_dest(l, sock->family, sock->laddr, sock->raddr,
			 sock->lport, sock->rport);
}

static void take_sample(void *data, const struct sock_diag_entry *sock)
{
	struct destination *dest = snapshot_dest(data, sock);

	if (dest)
		dest->before++;
}

bool snapshot_sample(struct snapshot *l)
{
	const struct sock_diag_query query = {
		.states = SNAPSHOT_CONNECTED | SNAPSHOT_WAITING,
	};

	return sock_diag_each(&query, take_sample, l, l->facts->why_not);
}

bool snapshot_serves(const struct snapshot *l, const struct tcpfin_event *ev)
{
	return port_set_has(&l->listeners, ev->lport) ||
	       (port_set_has(&l->ephemeral, ev->rport) &&
		!port_set_has(&l->ephemeral, ev->lport));
}

void snapshot_event(struct snapshot *l, const struct tcpfin_event *ev)
{
	struct destination *dest;

	if (ev->time_ns < l->window_ns || (ev->kind != TCPFIN_KIND_TW_BIRTH &&
					   ev->kind != TCPFIN_KIND_TW_DEATH))
		return;
	dest = find_dest(l, ev->family, ev->laddr, ev->raddr, ev->lport,
			 ev->rport);
	if (!dest)
		return;
	if (ev->kind == TCPFIN_KIND_TW_BIRTH)
		dest->births++;
	else
		dest->deaths++;
}

void snapshot_from(struct snapshot *l, uint64_t time_ns)
{
	uint32_t i;

	if (time_ns <= l->window_ns)
		return;
	l->window_ns = time_ns;
	for (i = 0; i < l->dests.size; i++) {
		l->dests.slots[i].births = 0;
		l->dests.slots[i].deaths = 0;
	}
}

const struct conn *snapshot_conn(const struct snapshot *l, uint64_t cookie,
				 uint8_t state)
{
	const struct conn *conn;

	conn = tracker_find(l->tracker, 0, l->facts->netns, cookie);
	if (!conn || conn->state != state ||
	    tracker_is_uncertain(l->tracker, conn))
		return NULL;
	return conn;
}

bool snapshot_age(const struct snapshot *l, const struct sock_diag_entry *sock,
		  uint64_t *age_ns)
{
	const struct conn *conn = snapshot_conn(l, sock->cookie,
						sock->state);
	struct fact begin;

	if (!conn)
		return false;
	begin = conn_began(conn, conn->state);
	if (begin.known)
		*age_ns = saturating_sub(l->facts->now_ns, begin.value);
	return begin.known;
}

struct held_socket snapshot_held(const struct sock_diag_entry *sock)
{
	struct held_socket held = {
		.cookie = sock->cookie, .inode = sock->inode,
		.state = sock->state, .family = sock->family,
		.lport = sock->lport, .rport = sock->rport,
	};

	memcpy(held.laddr, sock->laddr, sizeof(held.laddr));
	memcpy(held.raddr, sock->raddr, sizeof(held.raddr));
	return held;
}

static bool is_chosen(const struct snapshot *l, const struct held_socket *held)
{
	return !l->filter ||
	       match_socket(l->filter, held, l->facts->netns,
				     snapshot_conn(l, held->cookie,
						      held->state));
}

struct held_socket *snapshot_keep(struct snapshot *l)
{
	struct facts_present *now = &l->facts->present;
	struct held_socket *held;

	if (now->nheld == SNAPSHOT_HELD_MAX) {
		now->held_left_out++;
		return NULL;
	}
	if (now->nheld == l->held_room) {
		l->held_room = l->held_room ? 2 * l->held_room : 64;
		held = realloc(now->held, l->held_room * sizeof(*held));
		if (!held) {
			l->failed = true;
			l->held_room = now->nheld;
			return NULL;
		}
		now->held = held;
	}
	return &now->held[now->nheld++];
}

/*
 * What came last in CLOSE_WAIT and FIN_WAIT2 can only have come after the
 * state's beginning, or with it: that time is a lower bound of the age. A
 * direction that is still used is a half-close at work, and no trouble.
 *
 * What a filter did not choose is kept as well: it may want to know the holder.
 */
static void take_waiting(struct snapshot *l, const struct sock_diag_entry *sock,
			 bool selection)
{
	struct facts_present *now = &l->facts->present;
	uint32_t used_ms = sock->state == TCP_CLOSE_WAIT ? sock->sent_ms :
							   sock->received_ms;
	uint64_t age = sock->has_info ? sock->ack_ms * NS_PER_MS : 0;
	bool exact = snapshot_age(l, sock, &age);
	struct held_socket *held;

	if (sock->state == TCP_FIN_WAIT2 && !sock->inode) {
		if (selection && exact && (!now->orphan_oldest.known ||
				       now->orphan_oldest.value < age)) {
			now->orphan_oldest.known = true;
			now->orphan_oldest.value = age;
		}
		return;
	}
	if (age < l->facts->older_ns ||
	    (sock->has_info && used_ms * NS_PER_MS < l->facts->older_ns))
		return;
	held = snapshot_keep(l);
	if (!held)
		return;
	*held = snapshot_held(sock);
	held->age_ns = age;
	held->exact = exact;
	held->selection = selection;
}

static void count_state(struct facts_present *now,
			const struct sock_diag_entry *sock)
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

/* Too young for tcp_tw_reuse: the delay is a setting from Linux 6.14 on. */
static bool is_young(const struct snapshot *l,
		     const struct sock_diag_entry *sock)
{
	const struct fact *setting =
		&l->facts->setting[FACTS_SET_TW_REUSE_DELAY];
	uint64_t delay = setting->known ? setting->value : REUSE_DELAY_MS;

	return sock->expires_ms + delay > TIME_WAIT_MS;
}

static void take_socket(void *data, const struct sock_diag_entry *sock)
{
	const struct held_socket held = snapshot_held(sock);
	struct snapshot *l = data;
	bool selection = is_chosen(l, &held);
	struct destination *dest;

	if (selection)
		count_state(&l->facts->present, sock);
	if (SOCK_DIAG_STATE(sock->state) & SNAPSHOT_WAITING)
		take_waiting(l, sock, selection);
	dest = snapshot_dest(l, sock);
	if (!dest)
		return;
	dest->ports++;
	dest->selection += selection;
	if (!sock->mini)
		return;
	if (sock->state != TCP_TIME_WAIT) {
		dest->fin_wait2++;
		return;
	}
	dest->time_wait++;
	dest->young += is_young(l, sock);
}

static void take_timestamps(void *data, const struct sock_diag_entry *sock)
{
	struct facts_target *target = data;
	const struct destination_key *key = &target->dest.key;

	if (!sock->has_info || sock->family != key->family ||
	    memcmp(sock->raddr, key->raddr, sizeof(key->raddr)))
		return;
	if (sock->timestamps)
		target->with_timestamps++;
	else
		target->without_timestamps++;
}

/* Only of those that somebody may have to hear of. */
static bool look_at_targets(struct snapshot *l)
{
	struct facts_present *now = &l->facts->present;
	struct sock_diag_query query = {
		.states = SOCK_DIAG_STATE(TCP_ESTABLISHED), .info = true,
	};
	struct destination worst[FACTS_WORST_MAX];
	size_t i;

	now->ntargets = destinations_worst(&l->dests, worst, FACTS_WORST_MAX);
	for (i = 0; i < now->ntargets; i++) {
		now->target[i].dest = worst[i];
		if (2 * worst[i].ports < now->ports.value)
			continue;
		query.rport = worst[i].key.rport;
		if (!sock_diag_each(&query, take_timestamps, &now->target[i],
				    l->facts->why_not))
			return false;
	}
	now->dests_left_out = l->dests.left_out;
	return true;
}

static int by_held_cookie(const void *a, const void *b)
{
	const struct held_socket *x = a, *y = b;

	return (x->cookie > y->cookie) - (x->cookie < y->cookie);
}

/* A socket may be listed twice. */
static void drop_twins(struct facts_present *now)
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
 * Who holds a socket is known only now. To know more does not make untrue what
 * a filter found true, so what was chosen stays so.
 */
static void choose_held(struct snapshot *l)
{
	struct facts_present *now = &l->facts->present;
	struct destination *dest;
	struct held_socket *held;
	size_t from, to = 0;

	for (from = 0; from < now->nheld; from++) {
		held = &now->held[from];
		if (!held->selection) {
			if (!is_chosen(l, held))
				continue;
			now->sockets++;
			now->full[held->state]++;
			dest = find_dest(l, held->family, held->laddr,
					 held->raddr, held->lport, held->rport);
			if (dest)
				dest->selection++;
		}
		now->held[to++] = *held;
	}
	now->nheld = to;
}

bool snapshot_sockets(struct snapshot *l)
{
	const struct sock_diag_query waiting = {
		.states = SNAPSHOT_WAITING, .info = true,
	};
	const struct sock_diag_query others = {
		.states = SNAPSHOT_CONNECTED,
	};
	struct facts_present *now = &l->facts->present;

	if (!sock_diag_each(&waiting, take_socket, l, l->facts->why_not) ||
	    !sock_diag_each(&others, take_socket, l, l->facts->why_not))
		return false;
	drop_twins(now);
	now->holders_known = socket_owner_find("/proc", now->held,
					       now->nheld);
	choose_held(l);
	held_socket_sort(now->held, now->nheld);
	if (!look_at_targets(l))
		return false;
	if (!l->filter)
		read_counters(l->facts);
	l->facts->is_live = true;
	return true;
}

void snapshot_end(struct snapshot *l)
{
	destinations_exit(&l->dests);
}
