// SPDX-License-Identifier: GPL-2.0
/* The sockets of this machine for "top", with mini-sockets and local ports. */
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "commands/top/live_sockets.h"
#include "diagnosis/snapshot.h"
#include "filter/match.h"
#include "system/sysctl.h"
#include "util/clock.h"

#define NS_PER_MS	1000000ULL
#define NS_PER_S	1000000000ULL
/*
 * Listing full sockets, or mini-sockets, or reading the kernel's counts takes at most
 * one part in so many of the time, of all network namespaces together.
 */
#define SOCKETS_SHARE	800
#define MINIS_SHARE	1600
#define PLACES_SHARE	1600
/* Events tell of all mini-sockets; a listing only corrects for missed events. */
#define MINIS_MIN_NS	(10 * NS_PER_S)

/* What events changed, mod 2^64 */
struct changes {
	uint64_t state[FACTS_STATES];	/* sockets in a state, by TCP_* */
	uint64_t fin_wait2;		/* mini-sockets in FIN_WAIT2 */
};

/* The sockets as of the last listings. Times are 0 for never. */
struct live_sockets {
	struct netns_list *all;		/* the way into the network namespace */
	const struct netns *where;	/* the network namespace, an entry of @all */
	char barred[NETNS_WHY_MAX];	/* why it could not be entered, or "" */
	struct facts facts;	/* results; waiting sockets are in facts.present.held */
	/*
	 * Does the listing. In snapshot.dests "before" counts the ports of full sockets,
	 * and "time_wait" those of mini-sockets at @minis_ns.
	 */
	struct snapshot snapshot;
	uint64_t sockets_ns;		/* when full sockets were listed */
	uint64_t minis_ns;		/* when mini-sockets were listed */
	uint64_t next_sockets_ns;	/* earliest time to list full sockets again */
	uint64_t next_minis_ns;		/* earliest time to list mini-sockets again */
	uint64_t next_places_ns;	/* earliest time to read @minis again */
	struct optional minis;		/* mini-sockets, as the kernel counts them */
	struct optional max_tw_buckets;	/* net.ipv4.tcp_max_tw_buckets */
	uint64_t until_ns;		/* when the listing of full sockets was half done */
	uint64_t fin_wait2;		/* mini-sockets in FIN_WAIT2 in that listing */
	struct changes seen;		/* by all events */
	struct changes listed;		/* by events up to @until_ns */
	struct top_list list;		/* the oldest waiting sockets that were chosen */
};

struct live_sockets *live_sockets_new(const struct tracker *tracker)
{
	struct live_sockets *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	l->snapshot.facts = &l->facts;
	l->snapshot.tracker = tracker;
	return l;
}

void live_sockets_place(struct live_sockets *l, struct netns_list *all,
			const struct netns *where)
{
	l->all = all;
	l->where = where;
	l->facts.netns = where->inode;
}

void live_sockets_free(struct live_sockets *l)
{
	if (!l)
		return;
	snapshot_end(&l->snapshot);
	free(l->facts.present.held);
	free(l);
}

/* Ignore for @in and @out the events that do not change the state. */
void top_count(struct top_counts *counts, const struct tcpfin_event *ev)
{
	if (ev->old_state != ev->new_state) {
		counts->out[ev->old_state % FACTS_STATES]++;
		counts->in[ev->new_state % FACTS_STATES]++;
	}
	teardown_counts_step(&counts->steps, ev, NULL, ev->old_state == TCP_TIME_WAIT);
}

static void change(struct changes *c, const struct tcpfin_event *ev)
{
	if (ev->old_state != ev->new_state) {
		c->state[ev->old_state % FACTS_STATES]--;
		c->state[ev->new_state % FACTS_STATES]++;
	}
	if (ev->kind == TCPFIN_KIND_TW_BIRTH)
		c->fin_wait2 += ev->new_state == TCP_FIN_WAIT2;
	else if (ev->kind == TCPFIN_KIND_TW_FLIP)
		c->fin_wait2--;
	else if (ev->kind == TCPFIN_KIND_TW_DEATH)
		c->fin_wait2 -= ev->old_state == TCP_FIN_WAIT2;
}

/* Events before the listing are in its result: they must not count twice. */
void live_sockets_event(struct live_sockets *l, const struct tcpfin_event *ev)
{
	change(&l->seen, ev);
	if (ev->time_ns < l->until_ns)
		change(&l->listed, ev);
	if (l->minis_ns)
		snapshot_event(&l->snapshot, ev);
}

void live_sockets_again(struct live_sockets *l)
{
	l->next_sockets_ns = 0;
}

uint64_t live_sockets_next(uint64_t now_ns, uint64_t spent_ns, unsigned int share)
{
	return spent_ns < (UINT64_MAX - now_ns) / share ?
	       now_ns + spent_ns * share : UINT64_MAX;
}

uint64_t live_sockets_spent(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (uint64_t)ts.tv_sec * NS_PER_S + (uint64_t)ts.tv_nsec;
}

/* Return when a listing was half done: half of the changes during it are seen. */
static uint64_t half_since(uint64_t begun)
{
	return begun + (clock_mono_ns() - begun) / 2;
}

static uint32_t minis_of(const struct destination *dest)
{
	return (uint32_t)saturating_sub(dest->time_wait + dest->births, dest->deaths);
}

/* Drop the destinations that no mini-socket uses, and count full sockets anew. */
static void renew_dests(struct live_sockets *l)
{
	struct destinations old = l->snapshot.dests;
	struct destination *dest;
	uint32_t i;

	memset(&l->snapshot.dests, 0, sizeof(l->snapshot.dests));
	for (i = 0; i < old.size; i++) {
		if (!old.slots[i].key.used || !minis_of(&old.slots[i]))
			continue;
		dest = destinations_get(&l->snapshot.dests, &old.slots[i].key);
		if (!dest)
			continue;
		*dest = old.slots[i];
		dest->before = 0;
	}
	destinations_exit(&old);
}

/* Keep a socket that waits, even a FIN_WAIT2 that no process holds any more. */
static void keep(struct live_sockets *l, const struct sock_diag_entry *sock)
{
	struct held_socket *held = snapshot_keep(&l->snapshot);
	uint64_t age = sock->has_info ? sock->ack_ms * NS_PER_MS : 0;

	if (!held)
		return;
	*held = snapshot_held(sock);
	held->exact = snapshot_age(&l->snapshot, sock, &age);
	held->age_ns = age;
}

static void take_socket(void *data, const struct sock_diag_entry *sock)
{
	struct live_sockets *l = data;
	struct destination *dest;

	l->facts.present.full[sock->state]++;
	if (SOCK_DIAG_STATE(sock->state) & SNAPSHOT_WAITING)
		keep(l, sock);
	if (sock->mini) {
		l->fin_wait2++;
		return;
	}
	dest = snapshot_dest(&l->snapshot, sock);
	if (dest)
		dest->before++;
}

/*
 * Add a row, with the process that holds the socket, or else the one that acted
 * on it last.
 */
static void add_row(struct live_sockets *l, const struct selection *selection,
		    const struct held_socket *held)
{
	struct top_row row = { .sock = *held, .netns = l->facts.netns };
	const struct conn *conn;

	conn = snapshot_conn(&l->snapshot, held->cookie, held->state);
	if (!selection_has_family(selection, held->family) ||
	    (selection->filter &&
	     !match_socket(selection->filter, held, row.netns, conn)))
		return;
	if (!held->pid && conn && conn->flags & CONN_OWNER) {
		row.by_owner = true;
		row.sock.pid = conn->pid;
		memcpy(row.sock.comm, conn->comm, sizeof(row.sock.comm));
	}
	top_add(&l->list, &row);
}

static void find_oldest(struct live_sockets *l, const struct selection *selection)
{
	struct facts_present *now = &l->facts.present;
	size_t i;

	l->list.count = 0;
	l->list.all = now->held_left_out;
	if (now->nheld)
		socket_owner_find("/proc", now->held, now->nheld);
	for (i = 0; i < now->nheld; i++)
		add_row(l, selection, &now->held[i]);
}

/* List full sockets, and forget the listing before. */
static bool list_sockets(struct live_sockets *l, const struct selection *selection)
{
	const struct sock_diag_query waiting = {
		.states = SNAPSHOT_WAITING, .info = true,
	};
	const struct sock_diag_query others = {
		.states = SNAPSHOT_CONNECTED & ~SOCK_DIAG_STATE(TCP_TIME_WAIT),
	};
	uint64_t window_ns = l->snapshot.window_ns;
	bool began;

	renew_dests(l);
	memset(&l->snapshot.listeners, 0, sizeof(l->snapshot.listeners));
	memset(l->facts.present.full, 0, sizeof(l->facts.present.full));
	l->facts.present.nheld = 0;
	l->facts.present.held_left_out = 0;
	l->fin_wait2 = 0;
	began = snapshot_begin(&l->snapshot, l->facts.now_ns);
	l->snapshot.window_ns = window_ns;
	if (!began ||
	    !sock_diag_each(&waiting, take_socket, l, l->facts.why_not) ||
	    !sock_diag_each(&others, take_socket, l, l->facts.why_not))
		return false;
	find_oldest(l, selection);
	return true;
}

static void take_mini(void *data, const struct sock_diag_entry *sock)
{
	struct live_sockets *l = data;
	struct destination *dest;

	if (!sock->mini)
		return;
	dest = snapshot_dest(&l->snapshot, sock);
	if (dest)
		dest->time_wait++;
}

static bool list_minis(struct live_sockets *l)
{
	const struct sock_diag_query query = {
		.states = SOCK_DIAG_STATE(TCP_TIME_WAIT) |
			  SOCK_DIAG_STATE(TCP_FIN_WAIT2),
	};
	uint64_t begun = clock_mono_ns();
	uint32_t i;
	bool done;

	for (i = 0; i < l->snapshot.dests.size; i++)
		l->snapshot.dests.slots[i].time_wait = 0;
	done = sock_diag_each(&query, take_mini, l, l->facts.why_not);
	snapshot_from(&l->snapshot, half_since(begun));
	return done;
}

/* One part in how many of the time is the share of this network namespace? */
static unsigned int share_of(const struct live_sockets *l, unsigned int share)
{
	return share * (unsigned int)l->all->count;
}

/* List sockets if it is time. After a failure, see why_not, listing is tried again. */
static void list_if_due(struct live_sockets *l, const struct selection *selection,
			uint64_t now)
{
	uint64_t spent_before = live_sockets_spent(), listed, begun = clock_mono_ns();

	l->facts.now_ns = now;
	if (now < l->next_sockets_ns)
		return;
	l->facts.why_not[0] = '\0';
	l->sockets_ns = list_sockets(l, selection) ? now : 0;
	l->listed = l->seen;
	l->until_ns = half_since(begun);
	listed = live_sockets_spent();
	l->next_sockets_ns = live_sockets_next(now, listed - spent_before,
					       share_of(l, SOCKETS_SHARE));
	if (!l->sockets_ns || now < l->next_minis_ns)
		return;
	l->minis_ns = list_minis(l) ? now : 0;
	l->next_minis_ns = live_sockets_next(now, live_sockets_spent() - listed,
					     share_of(l, MINIS_SHARE));
	if (l->next_minis_ns < now + MINIS_MIN_NS)
		l->next_minis_ns = now + MINIS_MIN_NS;
}

static void read_places(struct live_sockets *l, uint64_t now, uint64_t spent_before)
{
	struct snmp_counter minis = { "TCP", "tw", false, 0 };
	FILE *file = fopen("/proc/net/sockstat", "re");
	struct optional *max = &l->max_tw_buckets;

	if (file) {
		snmp_scan_sockstat(file, &minis, 1);
		fclose(file);
	}
	l->minis = optional_of(minis.known, minis.value);
	max->known = sysctl_number("tcp_max_tw_buckets", &max->value);
	l->next_places_ns = live_sockets_next(now, live_sockets_spent() - spent_before,
					      share_of(l, PLACES_SHARE));
}

/* Enter the network namespace if it is time to, and look at it. */
static void look_if_due(struct live_sockets *l, const struct selection *selection,
			uint64_t now)
{
	uint64_t spent_before = live_sockets_spent();

	if (now < l->next_places_ns && now < l->next_sockets_ns)
		return;
	if (!netns_enter(l->all, l->where, l->barred))
		return;
	l->barred[0] = '\0';
	read_places(l, now, spent_before);
	list_if_due(l, selection, now);
}

/* Sums may get below 0 (mod 2^64): a listing and events overlap a little. */
static uint64_t at_least_0(uint64_t value)
{
	return (int64_t)value < 0 ? 0 : value;
}

static void add_to(struct optional *sum, uint64_t value)
{
	*sum = optional_of(true, sum->value + value);
}

/* Show the places of the network namespace in which the most of them are taken. */
static void fill_places(const struct live_sockets *l, struct top_frame *frame)
{
	const struct optional *minis = &l->minis, *max = &l->max_tw_buckets;

	if (frame->minis.known && frame->max_tw_buckets.known &&
	    (!minis->known || !max->known ||
	     (double)minis->value * (double)frame->max_tw_buckets.value <=
	     (double)frame->minis.value * (double)max->value))
		return;
	frame->minis = *minis;
	frame->max_tw_buckets = *max;
	frame->places_netns = l->facts.netns;
}

static void fill_states(const struct live_sockets *l, struct top_frame *frame)
{
	const uint64_t *full = l->facts.present.full;
	uint64_t minis = l->fin_wait2 + l->seen.fin_wait2 - l->listed.fin_wait2;
	unsigned int i;

	for (i = TCP_ESTABLISHED; i < FACTS_STATES; i++) {
		uint64_t more = l->seen.state[i] - l->listed.state[i];

		if (i == TCP_ESTABLISHED && !frame->opened)
			more = 0;
		if (i != TCP_TIME_WAIT)
			add_to(&frame->now[i], at_least_0(full[i] + more));
	}
	if (l->minis.known)
		add_to(&frame->now[TCP_TIME_WAIT],
		       at_least_0(l->minis.value - at_least_0(minis)));
}

/* Leave out sockets whose state has changed since the listing. */
static void fill_waiting(const struct live_sockets *l, struct top_frame *frame)
{
	uint64_t old_ns = frame->now_ns - l->sockets_ns;
	const struct top_row *row;
	const struct conn *conn;
	struct top_row now;

	frame->waiting.all += l->list.all - l->list.count;
	for (row = l->list.row; row < l->list.row + l->list.count; row++) {
		conn = tracker_find(l->snapshot.tracker, 0, row->netns, row->sock.cookie);
		if (conn && conn->state != row->sock.state)
			continue;
		now = *row;
		now.sock.age_ns += old_ns;
		top_add(&frame->waiting, &now);
	}
}

/* Add a destination, most ports in use first; the least one leaves a full list. */
static void add_dest(struct top_frame *frame, const struct destination *dest,
		     struct optional of)
{
	unsigned int at = frame->dests;

	if (at == FACTS_WORST_MAX && frame->dest[--at].ports >= dest->ports)
		return;
	for (; at && frame->dest[at - 1].ports < dest->ports; at--) {
		frame->dest[at] = frame->dest[at - 1];
		frame->dest_of[at] = frame->dest_of[at - 1];
	}
	frame->dest[at] = *dest;
	frame->dest_of[at] = of;
	if (frame->dests < FACTS_WORST_MAX)
		frame->dests++;
}

static void fill_dests(struct live_sockets *l, struct top_frame *frame)
{
	struct destinations *dests = &l->snapshot.dests;
	struct destination worst[FACTS_WORST_MAX];
	size_t count;
	unsigned int i;

	for (i = 0; i < dests->size; i++) {
		struct destination *dest = &dests->slots[i];

		dest->ports = dest->before + minis_of(dest);
		dest->selected = dest->ports;
	}
	count = destinations_worst(dests, worst, FACTS_WORST_MAX);
	for (i = 0; i < count; i++) {
		worst[i].time_wait = minis_of(&worst[i]);
		worst[i].key.netns = l->facts.netns;
		add_dest(frame, &worst[i], l->facts.present.ports);
	}
	frame->ports = l->facts.present.ports;
}

static void tell_unseen(const struct live_sockets *l, struct top_frame *frame)
{
	const char *why = l->barred[0] ? l->barred : l->facts.why_not;

	if (!why[0] || frame->unseen++)
		return;
	frame->unseen_netns = l->facts.netns;
	snprintf(frame->why_not, sizeof(frame->why_not), "%s", why);
}

bool live_sockets_frame(struct live_sockets *l, const struct selection *selection,
			struct top_frame *frame)
{
	bool gone;

	look_if_due(l, selection, frame->now_ns);
	/* What is left of one that has gone is shown until it is dropped. */
	gone = l->barred[0] && l->all->gone && l->all->count > 1;
	if (!gone)
		tell_unseen(l, frame);
	fill_places(l, frame);
	if (!l->sockets_ns)
		return !gone;
	if (frame->now_ns - l->sockets_ns > frame->sockets_ns)
		frame->sockets_ns = frame->now_ns - l->sockets_ns;
	fill_states(l, frame);
	fill_waiting(l, frame);
	fill_dests(l, frame);
	return !gone;
}

void top_add(struct top_list *list, const struct top_row *row)
{
	const struct held_socket *sock = &row->sock;
	struct top_row *rows = list->row;
	unsigned int at;

	list->all++;
	if (list->count == TOP_ROWS && rows[TOP_ROWS - 1].sock.age_ns >= sock->age_ns)
		return;
	for (at = 0; at < list->count; at++)
		if (rows[at].sock.cookie == sock->cookie &&
		    rows[at].netns == row->netns && rows[at].host == row->host)
			return;
	if (list->count < TOP_ROWS)
		list->count++;
	for (at = list->count - 1; at && rows[at - 1].sock.age_ns < sock->age_ns; at--)
		rows[at] = rows[at - 1];
	rows[at] = *row;
}
