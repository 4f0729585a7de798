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
#include "util/array.h"
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
		[FACTS_SET_RETRIES2] = "tcp_retries2",
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
		.recv_q = sock->recv_q, .send_q = sock->send_q,
	};

	memcpy(held.laddr, sock->laddr, sizeof(held.laddr));
	memcpy(held.raddr, sock->raddr, sizeof(held.raddr));
	return held;
}

/* Name the recorded process of a socket without a holder. */
static void own_by_record(struct held_socket *held, const struct conn *conn)
{
	if (held->inode || !conn || !(conn->flags & CONN_OWNER))
		return;
	held->pid = conn->pid;
	memcpy(held->comm, conn->comm, sizeof(held->comm));
}

bool snapshot_chooses(const struct snapshot *s, const struct held_socket *held)
{
	return !s->filter ||
	       match_socket(s->filter, held, s->facts->netns,
				     snapshot_conn(s, held->cookie, held->state));
}

/* Return the place for a socket with the port that was asked for, or NULL. */
static struct port_holder *holder_place(struct snapshot *s, bool chosen)
{
	struct port_holders *holders = &s->facts->present.holders;
	struct port_holder *list;

	if (chosen) {
		holders->all++;
		return holders->count < PORT_HOLDERS_MAX ?
		       &holders->list[holders->count++] : NULL;
	}
	if (s->nundecided == SNAPSHOT_HELD_MAX) {
		s->facts->present.held_left_out++;
		return NULL;
	}
	list = array_grow(s->undecided, &s->undecided_room, s->nundecided, sizeof(*list));
	if (!list) {
		s->failed = true;
		return NULL;
	}
	s->undecided = list;
	return &s->undecided[s->nundecided++];
}

/*
 * Keep a socket that holds the local port that the filter asks for. The filter may
 * match when the owner is known.
 */
static void handle_holder(struct snapshot *s, const struct sock_diag_entry *sock,
			  bool chosen)
{
	const struct port_holders *holders = &s->facts->present.holders;
	const struct conn *conn;
	struct port_holder *h;

	if (!holders->asked || sock->lport != holders->port || (!chosen && !sock->inode))
		return;
	h = holder_place(s, chosen);
	if (!h)
		return;
	*h = (struct port_holder){ .sock = snapshot_held(sock) };
	h->aged = snapshot_age(s, sock, &h->sock.age_ns);
	h->left = optional_of(sock->mini, sock->expires_ms * NS_PER_MS);
	conn = snapshot_conn(s, sock->cookie, sock->state);
	h->known = conn_port_is_known(conn);
	h->bound = conn_port_is_bound(conn);
	own_by_record(&h->sock, conn);
}

static void add_listener(void *data, const struct sock_diag_entry *sock)
{
	const struct held_socket held = snapshot_held(sock);
	struct snapshot *s = data;

	port_set_add(&s->listeners, sock->lport);
	handle_holder(s, sock, snapshot_chooses(s, &held));
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

struct destination *snapshot_dest_of(struct snapshot *s, const struct held_socket *held)
{
	return find_dest(s, held->family, held->laddr, held->raddr,
			 held->lport, held->rport);
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

void snapshot_ended(struct snapshot *s, const struct tcpfin_event *ev, bool chosen)
{
	s->failed |= !ended_sockets_event(&s->ended, ev, chosen);
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
	held = array_grow(now->held, &s->held_room, now->nheld, sizeof(*held));
	if (!held) {
		s->failed = true;
		return NULL;
	}
	now->held = held;
	return &now->held[now->nheld++];
}

/* The filter may choose a socket that is kept, and with it the destination, later. */
static void count_undecided(struct snapshot *s, const struct held_socket *held)
{
	struct destination *dest = held->chosen ? NULL : snapshot_dest_of(s, held);

	if (dest)
		dest->undecided++;
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
	count_undecided(s, held);
}

/*
 * Has a socket waited for its peer for too long? The timer tells two intervals at most:
 * they grow up to TCP_RTO_MAX, and those of probes only net.ipv4.tcp_retries2 times
 * (tcp_send_probe0()). Where they grow no longer the age of the state tells, if it was
 * recorded.
 */
static bool is_stalled(const struct snapshot *s, const struct sock_diag_entry *sock)
{
	const struct optional *retries = &s->facts->setting[FACTS_SET_RETRIES2];
	bool grown = sock->slowest || (sock->probes && retries->known &&
				       sock->backoff >= retries->value);
	uint64_t age;

	if (sock->stalled_ms * NS_PER_MS >= s->facts->older_ns)
		return true;
	return sock->stalled_ms && grown &&
	       (!snapshot_age(s, sock, &age) || age >= s->facts->older_ns);
}

/*
 * Keep a socket whose FIN gets no ACK: the peer does not read, so that its window stays
 * shut, or it does not answer.
 */
static void handle_closing(struct snapshot *s, const struct sock_diag_entry *sock,
			   bool chosen)
{
	struct held_socket *held;

	if (!is_stalled(s, sock) || (sock->answered && !sock->probes))
		return;
	held = snapshot_keep(s);
	if (!held)
		return;
	*held = snapshot_held(sock);
	held->kind = sock->answered ? HELD_CLOSED_WINDOW : HELD_NO_ANSWER;
	held->age_ns = sock->stalled_ms * NS_PER_MS;
	held->chosen = chosen;
	count_undecided(s, held);
	own_by_record(held, snapshot_conn(s, sock->cookie, sock->state));
}

static void count_state(struct facts_present *now, const struct sock_diag_entry *sock)
{
	now->sockets++;
	if (sock->mini && sock->state == TCP_TIME_WAIT)
		now->time_waits++;
	else if (sock->mini)
		now->fin_wait2s++;
	else
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
	bool chosen = snapshot_chooses(s, &held);

	ended_sockets_drop(&s->ended, sock->inode);
	if (chosen)
		count_state(&s->facts->present, sock);
	if (SOCK_DIAG_STATE(sock->state) & SNAPSHOT_WAITING)
		handle_waiting(s, sock, chosen);
	else if (SOCK_DIAG_STATE(sock->state) & SNAPSHOT_CLOSING)
		handle_closing(s, sock, chosen);
	handle_holder(s, sock, chosen);
	handle_port(s, sock, chosen);
}

/* Drop duplicates: the kernel may list a socket twice. */
static void drop_duplicates(struct facts_present *now)
{
	size_t from, to = 0;

	if (!now->nheld)
		return;
	qsort(now->held, now->nheld, sizeof(*now->held), held_socket_by_cookie);
	for (from = 1; from < now->nheld; from++)
		if (now->held[from].cookie != now->held[to].cookie)
			now->held[++to] = now->held[from];
	now->nheld = to + 1;
}

static void take_living(void *data, const struct sock_diag_entry *sock)
{
	struct snapshot *s = data;

	ended_sockets_drop(&s->ended, sock->inode);
}

bool snapshot_sockets(struct snapshot *s)
{
	const struct sock_diag_query waiting = {
		.states = SNAPSHOT_WAITING | SNAPSHOT_CLOSING, .info = true,
	};
	const struct sock_diag_query others = {
		.states = SNAPSHOT_CONNECTED & ~SNAPSHOT_CLOSING,
	};
	const struct sock_diag_query listeners = {
		.states = SOCK_DIAG_STATE(TCP_LISTEN),
	};

	ended_sockets_sort(&s->ended);
	if (!sock_diag_each(&waiting, handle_socket, s, s->facts->why_not) ||
	    !sock_diag_each(&others, handle_socket, s, s->facts->why_not) ||
	    (s->ended.count &&
	     !sock_diag_each(&listeners, take_living, s, s->facts->why_not)))
		return false;
	drop_duplicates(&s->facts->present);
	if (!s->filter)
		read_counters(s->facts);
	return snapshot_takers(s);
}

void snapshot_end(struct snapshot *s)
{
	size_t i;

	for (i = 0; i < FACTS_WORST_MAX; i++)
		free(s->takers[i].inode);
	ended_sockets_free(&s->ended);
	free(s->undecided);
	destinations_exit(&s->dests);
	port_uses_exit(&s->facts->present.uses);
}
