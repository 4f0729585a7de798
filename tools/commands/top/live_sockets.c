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
 * Listing full sockets, or mini-sockets, takes at most one part in so many of
 * the time.
 */
#define SOCKETS_SHARE	800
#define MINIS_SHARE	1600
/* Events tell of all mini-sockets; a listing only corrects for missed events. */
#define MINIS_MIN_NS	(10 * NS_PER_S)

/* The sockets as of the last listings. Times are 0 for never. */
struct live_sockets {
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
	uint64_t until_ns;		/* when the listing of full sockets was half done */
	uint64_t fin_wait2;		/* mini-sockets in FIN_WAIT2 in that listing */
	struct top_counts counts;	/* the sums of events up to @until_ns */
	struct top_list list;		/* the oldest waiting sockets that were chosen */
};

struct live_sockets *live_sockets_new(const struct tracker *tracker, uint32_t netns)
{
	struct live_sockets *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	l->facts.netns = netns;
	l->snapshot.facts = &l->facts;
	l->snapshot.tracker = tracker;
	return l;
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

/* Events before the listing are in its result: they must not count twice. */
void live_sockets_event(struct live_sockets *l, const struct tcpfin_event *ev)
{
	if (ev->time_ns < l->until_ns)
		top_count(&l->counts, ev);
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

/* Return the processor time of this process so far, in ns. */
static uint64_t spent(void)
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

	if (sock->state < FACTS_STATES)
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

/* List sockets if it is time. After a failure, see why_not, listing is tried again. */
static void list_if_due(struct live_sockets *l, const struct selection *selection,
			const struct top_frame *frame)
{
	uint64_t now = frame->now_ns, spent_before = spent(), listed;
	uint64_t begun = clock_mono_ns();

	l->facts.now_ns = now;
	if (now < l->next_sockets_ns)
		return;
	l->facts.why_not[0] = '\0';
	l->sockets_ns = list_sockets(l, selection) ? now : 0;
	l->counts = frame->counts;
	l->until_ns = half_since(begun);
	listed = spent();
	l->next_sockets_ns = live_sockets_next(now, listed - spent_before,
					       SOCKETS_SHARE);
	if (!l->sockets_ns || now < l->next_minis_ns)
		return;
	l->minis_ns = list_minis(l) ? now : 0;
	l->next_minis_ns = live_sockets_next(now, spent() - listed, MINIS_SHARE);
	if (l->next_minis_ns < now + MINIS_MIN_NS)
		l->next_minis_ns = now + MINIS_MIN_NS;
}

static void read_places(struct top_frame *frame)
{
	struct snmp_counter minis = { "TCP", "tw", false, 0 };
	FILE *file = fopen("/proc/net/sockstat", "re");
	uint64_t max;

	if (file) {
		snmp_scan_sockstat(file, &minis, 1);
		fclose(file);
	}
	frame->minis = optional_of(minis.known, minis.value);
	if (sysctl_number("tcp_max_tw_buckets", &max))
		frame->max_tw_buckets = optional_of(true, max);
}

/* Sums may get below 0 (mod 2^64): a listing and events overlap a little. */
static uint64_t at_least_0(uint64_t value)
{
	return (int64_t)value < 0 ? 0 : value;
}

/* Mini-sockets that came into FIN_WAIT2, less those that left it, mod 2^64. */
static uint64_t fin_wait2_change(const struct teardown_counts *c)
{
	return c->fw2_born - c->fw2_flips - c->fw2_ended;
}

static void fill_states(const struct live_sockets *l, struct top_frame *frame)
{
	const struct top_counts *now = &frame->counts;
	const uint64_t *full = l->facts.present.full;
	uint64_t minis = l->fin_wait2 + fin_wait2_change(&now->steps) -
			 fin_wait2_change(&l->counts.steps);
	unsigned int i;

	for (i = TCP_ESTABLISHED; i < FACTS_STATES; i++) {
		uint64_t more = now->in[i] - l->counts.in[i] -
				(now->out[i] - l->counts.out[i]);

		if (i == TCP_ESTABLISHED && !frame->opened)
			more = 0;
		frame->now[i] = optional_of(true, at_least_0(full[i] + more));
	}
	frame->now[TCP_TIME_WAIT] =
		optional_of(frame->minis.known,
			    at_least_0(frame->minis.value - at_least_0(minis)));
}

/* Leave out sockets whose state has changed since the listing. */
static void fill_waiting(const struct live_sockets *l, struct top_frame *frame)
{
	struct top_list *to = &frame->waiting;
	const struct top_row *row;
	const struct conn *conn;

	to->all = l->list.all;
	for (row = l->list.row; row < l->list.row + l->list.count; row++) {
		conn = tracker_find(l->snapshot.tracker, 0, row->netns, row->sock.cookie);
		if (conn && conn->state != row->sock.state) {
			to->all--;
			continue;
		}
		to->row[to->count] = *row;
		to->row[to->count++].sock.age_ns += frame->sockets_ns;
	}
}

static void fill_dests(struct live_sockets *l, struct top_frame *frame)
{
	struct destinations *dests = &l->snapshot.dests;
	unsigned int i;

	for (i = 0; i < dests->size; i++) {
		struct destination *dest = &dests->slots[i];

		dest->ports = dest->before + minis_of(dest);
		dest->selected = dest->ports;
	}
	frame->dests = (unsigned int)
		destinations_worst(dests, frame->dest, FACTS_WORST_MAX);
	for (i = 0; i < frame->dests; i++)
		frame->dest[i].time_wait = minis_of(&frame->dest[i]);
	frame->ports = l->facts.present.ports;
}

void live_sockets_frame(struct live_sockets *l, const struct selection *selection,
			struct top_frame *frame)
{
	list_if_due(l, selection, frame);
	read_places(frame);
	memcpy(frame->why_not, l->facts.why_not, sizeof(frame->why_not));
	if (!l->sockets_ns)
		return;
	frame->sockets_ns = frame->now_ns - l->sockets_ns;
	fill_states(l, frame);
	fill_waiting(l, frame);
	fill_dests(l, frame);
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
