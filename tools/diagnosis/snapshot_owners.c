// SPDX-License-Identifier: GPL-2.0
/*
 * The second half of an examination: the owners and the other ends of the sockets that
 * were found. Those of all network namespaces are looked for at once.
 */
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>

#include "diagnosis/snapshot.h"
#include "util/basics.h"

/* Sockets of a destination that are being listed */
struct listing {
	const struct destination_key *key;	/* the destination */
	struct port_takers *takers;		/* the sockets */
};

static bool is_same_end(const struct destination_key *key, uint8_t family,
			const uint8_t laddr[16], const uint8_t raddr[16])
{
	return family == key->family && !memcmp(laddr, key->laddr, sizeof(key->laddr)) &&
	       !memcmp(raddr, key->raddr, sizeof(key->raddr));
}

static void add_taker(void *data, const struct sock_diag_entry *sock)
{
	struct listing *l = data;
	struct port_takers *t = l->takers;

	if (t->count < t->room && sock->inode &&
	    is_same_end(l->key, sock->family, sock->laddr, sock->raddr))
		t->inode[t->count++] = sock->inode;
}

/* Who takes the ports is looked for only where that may become a finding. */
static bool list_takers(struct snapshot *s, const struct facts_target *target,
			struct port_takers *takers)
{
	const struct sock_diag_query query = {
		.states = SNAPSHOT_CONNECTED | SNAPSHOT_WAITING,
		.rport = target->dest.key.rport,
	};
	struct listing listing = { .key = &target->dest.key, .takers = takers };

	if (2 * target->dest.ports < s->facts->present.ports.value)
		return true;
	takers->room = target->dest.ports;
	takers->inode = calloc(takers->room, sizeof(*takers->inode));
	if (!takers->inode) {
		s->failed = true;
		return true;
	}
	return sock_diag_each(&query, add_taker, &listing, s->facts->why_not);
}

bool snapshot_takers(struct snapshot *s)
{
	struct facts_present *now = &s->facts->present;
	struct destination worst[FACTS_WORST_MAX];
	size_t i;

	now->ntargets = destinations_worst(&s->dests, worst, FACTS_WORST_MAX);
	for (i = 0; i < now->ntargets; i++) {
		now->target[i].dest = worst[i];
		if (!list_takers(s, &now->target[i], &s->takers[i]))
			return false;
	}
	now->dests_left_out = s->dests.left_out;
	return true;
}

/* Is this the end of a connection that ended long ago, and in no use again? */
static bool is_over(const struct snapshot *s, const struct held_socket *held)
{
	return held->kind == HELD_OVER &&
	       saturating_sub(s->facts->now_ns, held->age_ns) >= s->facts->older_ns;
}

void snapshot_want(struct snapshot *s, struct socket_owners *owners, struct peers *peers)
{
	struct facts_present *now = &s->facts->present;
	bool done = true;
	size_t i, j;

	for (i = 0; i < now->nheld; i++)
		done = socket_owners_want(owners, now->held[i].inode) &&
		       peers_want(peers, s->facts->where, &now->held[i]) && done;
	for (i = 0; i < s->ended.count; i++)
		if (is_over(s, &s->ended.list[i]))
			done = socket_owners_want(owners, s->ended.list[i].inode) && done;
	for (i = 0; i < now->holders.count; i++)
		done = socket_owners_want(owners, now->holders.list[i].sock.inode) && done;
	for (i = 0; i < s->nundecided; i++)
		done = socket_owners_want(owners, s->undecided[i].sock.inode) && done;
	for (i = 0; i < now->ntargets; i++)
		for (j = 0; j < s->takers[i].count; j++)
			done = socket_owners_want(owners, s->takers[i].inode[j]) && done;
	s->failed |= !done;
}

/* Sockets of one namespace, and the other ends that are looked for */
struct ends {
	const struct netns *where;
	struct peers *peers;
};

static void take_end(void *data, const struct sock_diag_entry *sock)
{
	struct ends *ends = data;

	peers_take(ends->peers, ends->where, sock);
}

/* Leave out attempts to connect, for which any address can be chosen. */
void snapshot_peers(const struct snapshot *s, struct peers *peers)
{
	const struct sock_diag_query query = {
		.states = (SNAPSHOT_CONNECTED | SNAPSHOT_WAITING) &
			  ~(SOCK_DIAG_STATE(TCP_TIME_WAIT) |
			    SOCK_DIAG_STATE(TCP_SYN_SENT) |
			    SOCK_DIAG_STATE(TCP_SYN_RECV)),
	};
	struct ends ends = { .where = s->facts->where, .peers = peers };
	char why[SOCK_DIAG_WHY_MAX];

	/* If this fails, some other ends are not seen. */
	sock_diag_each(&query, take_end, &ends, why);
}

/* Does the filter match a socket, as that of one of its owners? */
static bool is_chosen(const struct snapshot *s, const struct held_socket *held)
{
	const struct socket_owners *owners = s->facts->present.owners;
	const struct socket_owner *owner = socket_owners_find(owners, held->inode);
	struct held_socket owned = *held;

	if (!owner)
		return snapshot_chooses(s, held);
	for (; owner; owner = socket_owners_next(owners, owner)) {
		owned.pid = owner->pid;
		memcpy(owned.comm, owner->comm, sizeof(owned.comm));
		if (snapshot_chooses(s, &owned))
			return true;
	}
	return false;
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
		held_socket_own(held, now->owners);
		if (!held->chosen) {
			if (!is_chosen(s, held))
				continue;
			now->sockets++;
			now->full[held->state]++;
			dest = snapshot_dest_of(s, held);
			if (dest)
				dest->selected++;
		}
		now->held[to++] = *held;
	}
	now->nheld = to;
}

/* Keep the sockets that are held though their connections are over. */
static void keep_ended(struct snapshot *s)
{
	struct held_socket ended, *held;
	size_t i;

	for (i = 0; i < s->ended.count; i++) {
		ended = s->ended.list[i];
		if (!is_over(s, &ended))
			continue;
		held_socket_own(&ended, s->facts->present.owners);
		if (!ended.pid || !(ended.chosen || is_chosen(s, &ended)))
			continue;
		held = snapshot_keep(s);
		if (!held)
			continue;
		*held = ended;
		held->age_ns = s->facts->now_ns - ended.age_ns;
	}
}

/* Name the processes that hold the local port that the filter asks for. */
static void own_holders(struct snapshot *s)
{
	struct port_holders *holders = &s->facts->present.holders;
	const struct socket_owners *owners = s->facts->present.owners;
	struct port_holder *h;
	size_t i;

	for (i = 0; i < holders->count; i++)
		held_socket_own(&holders->list[i].sock, owners);
	for (i = 0; i < s->nundecided; i++) {
		h = &s->undecided[i];
		held_socket_own(&h->sock, owners);
		if (!is_chosen(s, &h->sock))
			continue;
		holders->all++;
		if (holders->count < PORT_HOLDERS_MAX)
			holders->list[holders->count++] = *h;
	}
}

/*
 * Count the programs that take the ports of a destination: those whose mini-sockets
 * are recorded, and those that hold living sockets.
 */
static void count_programs(const struct snapshot *s, struct facts_target *target,
			   const struct port_takers *takers)
{
	const struct destination_key *key = &target->dest.key;
	const struct conn *conn = tracker_first(s->tracker);
	struct held_socket held;
	size_t i;

	for (; conn; conn = tracker_after(s->tracker, conn))
		if (conn->flags & CONN_MINI && !(conn->flags & CONN_ENDED) &&
		    !tracker_is_uncertain(s->tracker, conn) &&
		    conn->netns == s->facts->netns && conn->rport == key->rport &&
		    is_same_end(key, conn->family, conn->laddr, conn->raddr))
			programs_add(&target->programs,
				     conn->flags & CONN_OWNER ? conn->comm : NULL);
	for (i = 0; i < takers->count; i++) {
		held = (struct held_socket){ .inode = takers->inode[i] };
		held_socket_own(&held, s->facts->present.owners);
		programs_add(&target->programs, held.pid ? held.comm : NULL);
	}
}

/* Drop the destinations that no socket goes to that the filter matches by its owner. */
static void own_targets(struct snapshot *s)
{
	struct facts_present *now = &s->facts->present;
	const struct destination *dest;
	size_t from, to = 0;

	for (from = 0; from < now->ntargets; from++) {
		dest = destinations_get(&s->dests, &now->target[from].dest.key);
		if (!dest || !dest->selected)
			continue;
		now->target[to].dest = *dest;
		if (s->takers[from].room)
			count_programs(s, &now->target[to], &s->takers[from]);
		to++;
	}
	now->ntargets = to;
}

void snapshot_owned(struct snapshot *s, const struct socket_owners *owners,
		    const struct peers *peers)
{
	struct facts_present *now = &s->facts->present;

	now->owners = owners;
	now->peers = peers;
	choose_held(s);
	keep_ended(s);
	held_socket_sort(now->held, now->nheld);
	own_holders(s);
	own_targets(s);
}

bool snapshot_hides(const struct snapshot *s)
{
	const struct facts_present *now = &s->facts->present;
	size_t i;

	for (i = 0; i < now->nheld; i++)
		if (held_socket_is_hidden(&now->held[i]))
			return true;
	return false;
}

/* Without its owner a socket keeps its cookie, but neither its state nor its inode. */
static void find_again(void *data, const struct sock_diag_entry *sock)
{
	const struct held_socket key = { .cookie = sock->cookie };
	struct facts_present *now = data;
	struct held_socket *held;

	held = bsearch(&key, now->held, now->nheld, sizeof(key), held_socket_by_cookie);
	if (held && held->state == sock->state && held->inode == sock->inode)
		held->gone = false;
}

static void drop_gone(struct facts_present *now)
{
	size_t from, to = 0;

	for (from = 0; from < now->nheld; from++)
		if (!now->held[from].gone)
			now->held[to++] = now->held[from];
	now->nheld = to;
}

void snapshot_recheck(struct snapshot *s)
{
	const struct sock_diag_query query = {
		.states = SNAPSHOT_WAITING | SNAPSHOT_CLOSING,
	};
	struct facts_present *now = &s->facts->present;
	char why[SOCK_DIAG_WHY_MAX];
	size_t i;

	qsort(now->held, now->nheld, sizeof(*now->held), held_socket_by_cookie);
	for (i = 0; i < now->nheld; i++)
		now->held[i].gone = held_socket_is_hidden(&now->held[i]);
	/* If this fails, they may be there still. */
	if (sock_diag_each(&query, find_again, now, why))
		drop_gone(now);
	held_socket_sort(now->held, now->nheld);
}
