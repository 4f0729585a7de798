// SPDX-License-Identifier: GPL-2.0
/* Looks at the live system for "top": sockets, places, ports. */
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
/* One of so many: what full sockets may take, and what mini-sockets may. */
#define SOCKETS_SHARE	800
#define MINIS_SHARE	1600
/* Steps tell of mini-sockets; a listing only puts right what was missed. */
#define MINIS_MIN_NS	(10 * NS_PER_S)

/**
 * struct tcpfin_top_look - the look
 * @facts: what was seen last; sockets that wait are in @present.held
 * @look: how it is looked; in @look.dests "before" is what full sockets use,
 *	and "time_wait" what mini-sockets did at @minis_ns
 * @sockets_ns: when full sockets were listed, 0 for never
 * @minis_ns: the same of mini-sockets
 * @next_sockets_ns: when that may be done again
 * @next_minis_ns: likewise
 * @until_ns: when the first of these listings was half done
 * @fin_wait2: of the sockets in FIN_WAIT2 those that were mini-sockets
 * @counts: what the steps until @until_ns have added up to
 * @list: the oldest of those that wait and were chosen
 */
struct tcpfin_top_look {
	struct tcpfin_facts facts;
	struct tcpfin_look look;
	uint64_t sockets_ns;
	uint64_t minis_ns;
	uint64_t next_sockets_ns;
	uint64_t next_minis_ns;
	uint64_t until_ns;
	uint64_t fin_wait2;
	struct tcpfin_top_counts counts;
	struct tcpfin_top_list list;
};

struct tcpfin_top_look *
tcpfin_top_look_new(const struct tcpfin_tracker *tracker, uint32_t netns)
{
	struct tcpfin_top_look *l = calloc(1, sizeof(*l));

	if (!l)
		return NULL;
	l->facts.netns = netns;
	l->look.facts = &l->facts;
	l->look.tracker = tracker;
	return l;
}

void tcpfin_top_look_free(struct tcpfin_top_look *l)
{
	if (!l)
		return;
	tcpfin_look_end(&l->look);
	free(l->facts.present.held);
	free(l);
}

static void count_mini(struct tcpfin_top_counts *counts,
		       const struct tcpfin_event *ev)
{
	counts->fin_wait2 += ev->new_state == TCP_FIN_WAIT2;
	if (ev->kind == TCPFIN_KIND_TW_BIRTH)
		return;
	counts->fin_wait2 -= ev->old_state == TCP_FIN_WAIT2;
	if (ev->kind == TCPFIN_KIND_TW_DEATH && ev->old_state == TCP_TIME_WAIT)
		tcpfin_ends_count(&counts->tw_ends, ev);
}

/* What goes on in a state, or passes on to a mini-socket in it, is no step. */
void tcpfin_top_count(struct tcpfin_top_counts *counts,
		      const struct tcpfin_event *ev)
{
	if (ev->old_state != ev->new_state) {
		counts->out[ev->old_state % TCPFIN_STATES]++;
		counts->in[ev->new_state % TCPFIN_STATES]++;
	}
	if (ev->kind == TCPFIN_KIND_TW_BIRTH ||
	    ev->kind == TCPFIN_KIND_TW_FLIP || ev->kind == TCPFIN_KIND_TW_DEATH)
		count_mini(counts, ev);
}

/* What the listing has seen the effect of does not count once more. */
void tcpfin_top_look_event(struct tcpfin_top_look *l,
			   const struct tcpfin_event *ev)
{
	if (ev->time_ns < l->until_ns)
		tcpfin_top_count(&l->counts, ev);
	if (l->minis_ns)
		tcpfin_look_event(&l->look, ev);
}

void tcpfin_top_look_again(struct tcpfin_top_look *l)
{
	l->next_sockets_ns = 0;
}

uint64_t tcpfin_top_look_next(uint64_t now_ns, uint64_t spent_ns,
			      unsigned int share)
{
	return spent_ns < (UINT64_MAX - now_ns) / share ?
	       now_ns + spent_ns * share : UINT64_MAX;
}

/* What this process has taken of the processor so far. */
static uint64_t spent(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (uint64_t)ts.tv_sec * NS_PER_S + (uint64_t)ts.tv_nsec;
}

/* What changes during a listing is seen by it half of the time. */
static uint64_t half_since(uint64_t begun)
{
	return begun + (tcpfin_mono_ns() - begun) / 2;
}

static uint32_t minis_of(const struct tcpfin_dest *dest)
{
	uint32_t began = dest->time_wait + dest->births;

	return began > dest->deaths ? began - dest->deaths : 0;
}

/* Destinations that nobody uses any more make room for others. */
static void renew_dests(struct tcpfin_top_look *l)
{
	struct tcpfin_dests old = l->look.dests;
	struct tcpfin_dest *dest;
	uint32_t i;

	memset(&l->look.dests, 0, sizeof(l->look.dests));
	for (i = 0; i < old.size; i++) {
		if (!old.slots[i].key.used || !minis_of(&old.slots[i]))
			continue;
		dest = tcpfin_dests_get(&l->look.dests, &old.slots[i].key);
		if (!dest)
			continue;
		*dest = old.slots[i];
		dest->before = 0;
	}
	tcpfin_dests_exit(&old);
}

/* Also of one without a process: a FIN_WAIT2 whose process has closed it. */
static void keep(struct tcpfin_top_look *l, const struct tcpfin_diag_sock *sock)
{
	struct tcpfin_held *held = tcpfin_look_keep(&l->look);
	uint64_t age = sock->has_info ? sock->ack_ms * NS_PER_MS : 0;

	if (!held)
		return;
	*held = tcpfin_look_held(sock);
	held->exact = tcpfin_look_age(&l->look, sock, &age);
	held->age_ns = age;
}

static void take_socket(void *data, const struct tcpfin_diag_sock *sock)
{
	struct tcpfin_top_look *l = data;
	struct tcpfin_dest *dest;

	if (sock->state < TCPFIN_STATES)
		l->facts.present.full[sock->state]++;
	if (TCPFIN_DIAG_STATE(sock->state) & TCPFIN_LOOK_WAITING)
		keep(l, sock);
	if (sock->mini) {
		l->fin_wait2++;
		return;
	}
	dest = tcpfin_look_dest(&l->look, sock);
	if (dest)
		dest->before++;
}

/* The process that holds it, or else the one that acted on it last. */
static void add_row(struct tcpfin_top_look *l,
		    const struct tcpfin_chosen *chosen,
		    const struct tcpfin_held *held)
{
	struct tcpfin_top_row row = { .sock = *held, .netns = l->facts.netns };
	const struct tcpfin_conn *conn;

	conn = tcpfin_look_conn(&l->look, held->cookie, held->state);
	if (!tcpfin_family_is_chosen(chosen, held->family) ||
	    (chosen->filter &&
	     !tcpfin_socket_matches(chosen->filter, held, row.netns, conn)))
		return;
	if (!held->pid && conn && conn->flags & TCPFIN_CONN_OWNER) {
		row.by_owner = true;
		row.sock.pid = conn->pid;
		memcpy(row.sock.comm, conn->comm, sizeof(row.sock.comm));
	}
	tcpfin_top_add(&l->list, &row);
}

static void find_oldest(struct tcpfin_top_look *l,
			const struct tcpfin_chosen *chosen)
{
	struct tcpfin_present *now = &l->facts.present;
	size_t i;

	l->list.count = 0;
	l->list.all = now->held_left_out;
	if (now->nheld)
		tcpfin_holders_find("/proc", now->held, now->nheld);
	for (i = 0; i < now->nheld; i++)
		add_row(l, chosen, &now->held[i]);
}

/* What was seen before is forgotten. */
static bool list_sockets(struct tcpfin_top_look *l,
			 const struct tcpfin_chosen *chosen)
{
	const struct tcpfin_diag_query waiting = {
		.states = TCPFIN_LOOK_WAITING, .info = true,
	};
	const struct tcpfin_diag_query others = {
		.states = TCPFIN_LOOK_CONNECTED &
			  ~TCPFIN_DIAG_STATE(TCP_TIME_WAIT),
	};
	uint64_t window_ns = l->look.window_ns;
	bool began;

	renew_dests(l);
	memset(&l->look.listeners, 0, sizeof(l->look.listeners));
	memset(l->facts.present.full, 0, sizeof(l->facts.present.full));
	l->facts.present.nheld = 0;
	l->facts.present.held_left_out = 0;
	l->fin_wait2 = 0;
	began = tcpfin_look_begin(&l->look, l->facts.now_ns);
	l->look.window_ns = window_ns;
	if (!began ||
	    !tcpfin_diag_each(&waiting, take_socket, l, l->facts.why_not) ||
	    !tcpfin_diag_each(&others, take_socket, l, l->facts.why_not))
		return false;
	find_oldest(l, chosen);
	return true;
}

static void take_mini(void *data, const struct tcpfin_diag_sock *sock)
{
	struct tcpfin_top_look *l = data;
	struct tcpfin_dest *dest;

	if (!sock->mini)
		return;
	dest = tcpfin_look_dest(&l->look, sock);
	if (dest)
		dest->time_wait++;
}

static bool list_minis(struct tcpfin_top_look *l)
{
	const struct tcpfin_diag_query query = {
		.states = TCPFIN_DIAG_STATE(TCP_TIME_WAIT) |
			  TCPFIN_DIAG_STATE(TCP_FIN_WAIT2),
	};
	uint64_t begun = tcpfin_mono_ns();
	uint32_t i;
	bool done;

	for (i = 0; i < l->look.dests.size; i++)
		l->look.dests.slots[i].time_wait = 0;
	done = tcpfin_diag_each(&query, take_mini, l, l->facts.why_not);
	tcpfin_look_from(&l->look, half_since(begun));
	return done;
}

/* Where sockets cannot be listed, that is told and tried again. */
static void look_around(struct tcpfin_top_look *l,
			const struct tcpfin_chosen *chosen,
			const struct tcpfin_top_frame *frame)
{
	uint64_t now = frame->now_ns, spent_before = spent(), listed;
	uint64_t begun = tcpfin_mono_ns();

	l->facts.now_ns = now;
	if (now < l->next_sockets_ns)
		return;
	l->facts.why_not[0] = '\0';
	l->sockets_ns = list_sockets(l, chosen) ? now : 0;
	l->counts = frame->counts;
	l->until_ns = half_since(begun);
	listed = spent();
	l->next_sockets_ns = tcpfin_top_look_next(now, listed - spent_before,
						  SOCKETS_SHARE);
	if (!l->sockets_ns || now < l->next_minis_ns)
		return;
	l->minis_ns = list_minis(l) ? now : 0;
	l->next_minis_ns = tcpfin_top_look_next(now, spent() - listed,
						MINIS_SHARE);
	if (l->next_minis_ns < now + MINIS_MIN_NS)
		l->next_minis_ns = now + MINIS_MIN_NS;
}

static void read_places(struct tcpfin_top_frame *frame)
{
	struct tcpfin_counter minis = { "TCP", "tw", false, 0 };
	FILE *file = fopen("/proc/net/sockstat", "re");
	uint64_t places;

	if (file) {
		tcpfin_sockstat_scan(file, &minis, 1);
		fclose(file);
	}
	frame->minis = tcpfin_fact(minis.known, minis.value);
	if (tcpfin_sysctl_number("tcp_max_tw_buckets", &places))
		frame->places = tcpfin_fact(true, places);
}

/* A listing and steps do not quite agree about what happened meanwhile. */
static uint64_t at_least_0(uint64_t value)
{
	return (int64_t)value < 0 ? 0 : value;
}

static void fill_states(const struct tcpfin_top_look *l,
			struct tcpfin_top_frame *frame)
{
	const struct tcpfin_top_counts *now = &frame->counts;
	const uint64_t *full = l->facts.present.full;
	uint64_t minis = l->fin_wait2 + now->fin_wait2 - l->counts.fin_wait2;
	unsigned int i;

	for (i = TCP_ESTABLISHED; i < TCPFIN_STATES; i++) {
		uint64_t more = now->in[i] - l->counts.in[i] -
				(now->out[i] - l->counts.out[i]);

		if (i == TCP_ESTABLISHED && !frame->opened)
			more = 0;
		frame->now[i] = tcpfin_fact(true, at_least_0(full[i] + more));
	}
	frame->now[TCP_TIME_WAIT] =
		tcpfin_fact(frame->minis.known,
			    at_least_0(frame->minis.value - at_least_0(minis)));
}

/* One that has changed since then is not there any more. */
static void fill_waiting(const struct tcpfin_top_look *l,
			 struct tcpfin_top_frame *frame)
{
	struct tcpfin_top_list *to = &frame->waiting;
	const struct tcpfin_top_row *row;
	const struct tcpfin_conn *conn;

	to->all = l->list.all;
	for (row = l->list.row; row < l->list.row + l->list.count; row++) {
		conn = tcpfin_tracker_find(l->look.tracker, 0, row->netns,
					   row->sock.cookie);
		if (conn && conn->state != row->sock.state) {
			to->all--;
			continue;
		}
		to->row[to->count] = *row;
		to->row[to->count++].sock.age_ns += frame->sockets_ns;
	}
}

static void fill_dests(struct tcpfin_top_look *l,
		       struct tcpfin_top_frame *frame)
{
	struct tcpfin_dests *dests = &l->look.dests;
	unsigned int i;

	for (i = 0; i < dests->size; i++) {
		struct tcpfin_dest *dest = &dests->slots[i];

		dest->ports = dest->before + minis_of(dest);
		dest->chosen = dest->ports;
	}
	frame->dests = (unsigned int)
		tcpfin_dests_worst(dests, frame->dest, TCPFIN_WORST_MAX);
	for (i = 0; i < frame->dests; i++)
		frame->dest[i].time_wait = minis_of(&frame->dest[i]);
	frame->ports = l->facts.present.ports;
}

void tcpfin_top_look_frame(struct tcpfin_top_look *l,
			   const struct tcpfin_chosen *chosen,
			   struct tcpfin_top_frame *frame)
{
	look_around(l, chosen, frame);
	read_places(frame);
	memcpy(frame->why_not, l->facts.why_not, sizeof(frame->why_not));
	if (!l->sockets_ns)
		return;
	frame->sockets_ns = frame->now_ns - l->sockets_ns;
	fill_states(l, frame);
	fill_waiting(l, frame);
	fill_dests(l, frame);
}

void tcpfin_top_add(struct tcpfin_top_list *list,
		    const struct tcpfin_top_row *row)
{
	const struct tcpfin_held *sock = &row->sock;
	struct tcpfin_top_row *rows = list->row;
	unsigned int at;

	list->all++;
	if (list->count == TCPFIN_TOP_ROWS &&
	    rows[TCPFIN_TOP_ROWS - 1].sock.age_ns >= sock->age_ns)
		return;
	for (at = 0; at < list->count; at++)
		if (rows[at].sock.cookie == sock->cookie &&
		    rows[at].netns == row->netns && rows[at].host == row->host)
			return;
	if (list->count < TCPFIN_TOP_ROWS)
		list->count++;
	for (at = list->count - 1; at && rows[at - 1].sock.age_ns < sock->age_ns;
	     at--)
		rows[at] = rows[at - 1];
	rows[at] = *row;
}
