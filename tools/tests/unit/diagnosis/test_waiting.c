// SPDX-License-Identifier: GPL-2.0
/* Findings about sockets: who holds them, who is at the other end, what is wrong. */
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "diagnosis/ended.h"
#include "diagnosis/held_group.h"
#include "diagnosis/rules.h"
#include "diagnosis/thresholds.h"
#include "fake_proc.h"
#include "finding_check.h"
#include "fixtures.h"

static struct netns here = { .inode = 1 }, there = { .inode = 2, .name = "blue" },
		    third = { .inode = 3 };
static struct held_socket held[64];
static struct socket_owners owners;
static struct file_places places;
static struct peers peers;
static struct facts facts;
static struct findings found;

static int set_up(void **state)
{
	(void)state;
	memset(held, 0, sizeof(held));
	memset(&owners, 0, sizeof(owners));
	memset(&places, 0, sizeof(places));
	memset(&peers, 0, sizeof(peers));
	memset(&facts, 0, sizeof(facts));
	memset(&found, 0, sizeof(found));
	facts.where = &here;
	facts.is_live = true;
	facts.present.held = held;
	facts.present.owners = &owners;
	facts.present.peers = &peers;
	facts.present.places = &places;
	if (!temp_folder_open())
		return -1;
	fake_proc_show_all();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	socket_owners_free(&owners);
	peers_free(&peers);
	return temp_folder_remove();
}

/* A socket from 10.0.0.1:(1000 + its number) to 10.0.0.2:443; its inode is 100 + it. */
static struct held_socket *hold(uint8_t state)
{
	unsigned int n = (unsigned int)facts.present.nheld++;
	struct held_socket *h = &held[n];

	*h = (struct held_socket){
		.cookie = 100 + n, .inode = 100 + n, .state = state, .family = AF_INET,
		.age_ns = 70 * SEC, .exact = true, .lport = (uint16_t)(1000 + n),
		.rport = 443, .laddr = { 10, 0, 0, 1 }, .raddr = { 10, 0, 0, 2 },
	};
	facts.present.full[state]++;
	return h;
}

/* A process holds the socket with this number. */
static void own(unsigned int pid, const char *comm, unsigned int number)
{
	char target[32];

	snprintf(target, sizeof(target), "socket:[%u]", 100 + number);
	fake_proc_add(pid, comm, 3 + number, target, NULL);
}

static void judge_again(void)
{
	memset(&found, 0, sizeof(found));
	rules_judge(&facts, &found);
}

/* Find owners of all sockets, and judge. Return the number of findings. */
static unsigned int judge(void)
{
	size_t i;

	for (i = 0; i < facts.present.nheld; i++)
		assert_true(socket_owners_want(&owners, held[i].inode));
	for (i = 0; i < peers.count; i++)
		assert_true(socket_owners_want(&owners, peers.list[i].inode));
	socket_owners_read(&owners, temp_folder);
	for (i = 0; i < facts.present.nheld; i++)
		held_socket_own(&held[i], &owners);
	held_socket_sort(held, facts.present.nheld);
	judge_again();
	return found.count;
}

static bool has_text(const char list[][FINDING_WORDS_MAX], unsigned int count,
		     const char *part)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (strstr(list[i], part))
			return true;
	return false;
}

static bool says(const char *part)
{
	const struct finding *f = &found.list[0];

	return has_text(f->evidence, f->nevidence, part) ||
	       has_text(f->advice, f->nadvice, part);
}

static void is_what(const char *want)
{
	assert_string_equal(found.list[0].what, want);
}

static void names_all_processes(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < 5; i++) {
		hold(TCP_CLOSE_WAIT)->recv_q = 1 + i;
		own(11 + i, "app\n", i);
	}
	assert_int_equal(judge(), 1);
	is_what("5 processes of app (pid 11, 12, 13 and 2 others) hold 5 connections in CLOSE_WAIT, the oldest for 70.000s");
	assert_int_equal(member(&found.list[0], "processes")->number, 5);
	assert_int_equal(member(&found.list[0], "recv_q_all")->number, 15);
	assert_int_equal(found.list[0].nholders, 1);
	assert_int_equal(found.list[0].holder[0].processes, 5);
	assert_int_equal(found.list[0].holder[0].pid[4], 15);
	assert_true(says("; a restart of all 5 processes frees them"));
	assert_true(says("all together: Recv-Q 15, Send-Q 0"));
}

static void names_all_programs(void **state)
{
	(void)state;
	hold(TCP_CLOSE_WAIT);
	own(8, "worker\n", 0);
	own(9, "worker\n", 0);
	own(7, "app\n", 0);
	assert_int_equal(judge(), 1);
	is_what("app (pid 7) and 2 processes of worker (pid 8 and 9) hold 1 connection in CLOSE_WAIT, the oldest for 70.000s");
	assert_true(says("3 descriptors refer to it"));
	assert_true(says("fd 3 of pid 7"));
}

/* The text of many programs and processes is bounded. */
static void names_some_of_many(void **state)
{
	char comm[16 + 1], text[PROCESSES_TEXT_MAX];
	struct processes p = { 0 };
	unsigned int i, j;

	(void)state;
	for (i = 0; i < 5; i++) {
		memset(comm, '\n' + (int)i, 16);
		for (j = 0; j < 5; j++)
			processes_add(&p, comm, UINT32_MAX - j);
	}
	processes_add(&p, comm, UINT32_MAX);
	processes_sort(&p);
	assert_int_equal(p.count, 25);
	processes_text(&p, text);
	assert_non_null(strstr(text, "(pid 4294967291, 4294967292, 4294967293 and 2 others)"));
	assert_non_null(strstr(text, ") and 10 processes of other programs"));
	processes_free(&p);
}

/* A set of processes that lacks some is told. */
static void tells_that_memory_is_short(void **state)
{
	struct held_group g;

	(void)state;
	own(7, "app\n", 0);
	hold(TCP_CLOSE_WAIT);
	assert_int_equal(judge(), 1);
	assert_false(found.failed);
	g = held_group_next(held, held + 1);
	assert_true(held_group_fill(&g, &facts));
	held_group_free(&g);
	g = held_group_next(held, held + 1);
	g.peers.failed = true;
	assert_false(held_group_fill(&g, &facts));
	held_group_free(&g);
}

/* Without all descriptors it is not known whether a restart is enough. */
static void promises_no_restart(void **state)
{
	(void)state;
	hold(TCP_CLOSE_WAIT);
	own(7, "app\n", 0);
	fake_proc_add_closed(8);
	assert_int_equal(judge(), 1);
	assert_true(says("see /proc/7/fd/3"));
	assert_true(says("not all processes can be seen: others may hold the same"));
	assert_false(says("restart"));
}

static void shows_hidden_places(void **state)
{
	(void)state;
	hold(TCP_CLOSE_WAIT);
	places.count = 2;
	places.list[0] = (struct file_place){ .pid = 5, .fd = 6, .queued = 3, .comm = "q" };
	places.list[1] = (struct file_place){ .pid = 7, .fd = 8, .comm = "r" };
	places.rest = 1;
	assert_int_equal(judge(), 1);
	is_what("a process that was not found holds 1 connection in CLOSE_WAIT, the oldest for 70.000s");
	assert_true(says("the kernel's own sockets (NFS, iSCSI, ...) have none either"));
	assert_true(says("3 descriptors are in the queue of the unix socket fd 6 of q (pid 5)"));
	assert_true(says("an io_uring: fd 8 of r (pid 7)"));
	assert_true(says("or in 1 more such place"));
	assert_false(says("such places"));
	assert_int_equal(found.list[0].nholders, 0);
	assert_true(found.list[0].held);
	assert_false(says("pid namespaces"));
	owners.all_processes = owners.complete = false;
	judge_again();
	assert_true(says("not all processes can be seen"));
	places.list[0].queued = 1;
	judge_again();
	assert_true(says("1 descriptor is in the queue of the unix socket"));
	assert_true(says("look in the other pid namespaces"));
}

/* A socket of this namespace, the other way round than the one with this number. */
static struct sock_diag_entry reversed(unsigned int number, uint8_t state)
{
	return (struct sock_diag_entry){
		.cookie = 7000 + number, .inode = 120 + number, .state = state,
		.family = AF_INET, .lport = 443, .rport = (uint16_t)(1000 + number),
		.laddr = { 10, 0, 0, 2 }, .raddr = { 10, 0, 0, 1 }, .recv_q = 9,
	};
}

static void want_all(void)
{
	size_t i;

	for (i = 0; i < facts.present.nheld; i++)
		assert_true(peers_want(&peers, &here, &held[i]));
	peers_sort(&peers);
}

static void names_the_peer(void **state)
{
	struct sock_diag_entry sock = reversed(0, TCP_CLOSE_WAIT);

	(void)state;
	hold(TCP_FIN_WAIT2);
	hold(TCP_FIN_WAIT2)->age_ns = 65 * SEC;
	own(7, "socat\n", 0);
	own(7, "socat\n", 1);
	own(9, "app-mapper\n", 20);
	want_all();
	peers_take(&peers, &here, &sock);
	/* It is listed again, and so is a socket of nobody's interest. */
	peers_take(&peers, &here, &sock);
	sock = reversed(5, TCP_ESTABLISHED);
	peers_take(&peers, &here, &sock);
	assert_int_equal(judge(), 1);
	assert_true(says("socat waits with 1 of them for app-mapper (pid 9), on this machine"));
	assert_true(says("the other end of the oldest is in CLOSE_WAIT, Recv-Q 9, Send-Q 0"));
	assert_true(says("have app-mapper (pid 9) close() its end"));
	assert_int_equal(member(&found.list[0], "peers_here")->number, 1);
	assert_string_equal(member(&found.list[0], "peer_comm")->text, "app-mapper");
}

/* In another namespace it can be a coincidence: nobody is to do anything about it. */
static void tells_of_a_socket_elsewhere(void **state)
{
	struct sock_diag_entry sock = reversed(0, TCP_CLOSE_WAIT);

	(void)state;
	hold(TCP_FIN_WAIT2);
	own(7, "socat\n", 0);
	own(9, "app-mapper\n", 20);
	want_all();
	peers_take(&peers, &there, &sock);
	assert_int_equal(judge(), 1);
	assert_true(says("a socket with these addresses is in network namespace blue"));
	assert_true(says(", program app-mapper (pid 9), in CLOSE_WAIT, Recv-Q 9, Send-Q 0"));
	assert_false(says("other end"));
	assert_false(says("waits"));
	assert_false(says("have app-mapper"));
	assert_int_equal(member(&found.list[0], "peers_here")->number, 1);
	assert_int_equal(member(&found.list[0], "peer_netns")->number, 2);
}

/* A program that does not read is named in advice only if it is that for certain. */
static void advises_no_program_elsewhere(void **state)
{
	struct sock_diag_entry sock = reversed(0, TCP_ESTABLISHED);
	struct held_socket *h = hold(TCP_FIN_WAIT1);

	(void)state;
	h->kind = HELD_CLOSED_WINDOW;
	own(9, "app-mapper\n", 20);
	want_all();
	peers_take(&peers, &there, &sock);
	assert_int_equal(judge(), 1);
	assert_true(says("have the peer's program read"));
	peers_take(&peers, &here, &sock);
	judge_again();
	assert_true(says("have app-mapper (pid 9) read"));
}

/* What was not seen is not told, nor what may be one of two. */
static void names_no_other_peer(void **state)
{
	struct sock_diag_entry sock = reversed(0, TCP_CLOSE_WAIT);

	(void)state;
	hold(TCP_FIN_WAIT2);
	want_all();
	peers_take(&peers, &there, &sock);
	peers_take(&peers, &third, &sock);
	assert_int_equal(judge(), 1);
	assert_false(says("on this machine"));
	assert_false(says("CLOSE_WAIT"));
	/* A socket of the same namespace is the one. */
	peers_take(&peers, &here, &sock);
	peers_take(&peers, &third, &sock);
	assert_ptr_equal(peers_find(&peers, &here, &held[0])->where, &here);
	assert_null(peers_find(&peers, &there, &held[0]));
	/* Two of the same namespace, bound to two devices, are as good as none. */
	sock.cookie++;
	peers_take(&peers, &here, &sock);
	assert_null(peers_find(&peers, &here, &held[0]));
}

/* What is beyond the limit is counted. */
static void counts_peers_without_room(void **state)
{
	size_t i;

	(void)state;
	hold(TCP_FIN_WAIT2);
	for (i = 0; i < PEERS_MAX + 2; i++)
		assert_true(peers_want(&peers, &here, &held[0]));
	assert_int_equal(peers.count, PEERS_MAX);
	assert_int_equal(peers.left_out, 2);
}

/* Of two sockets with the same addresses it is not known whose other end it is. */
static void shares_no_peer(void **state)
{
	struct sock_diag_entry sock = reversed(0, TCP_CLOSE_WAIT);

	(void)state;
	hold(TCP_FIN_WAIT2);
	hold(TCP_FIN_WAIT2)->lport--;
	want_all();
	peers_take(&peers, &here, &sock);
	assert_null(peers_find(&peers, &here, &held[0]));
}

/* Loopback addresses are those of each namespace. */
static void stays_in_the_namespace(void **state)
{
	struct sock_diag_entry sock = reversed(0, TCP_CLOSE_WAIT);
	struct held_socket *h = hold(TCP_FIN_WAIT2), *self = hold(TCP_FIN_WAIT2);

	(void)state;
	h->laddr[0] = h->raddr[0] = 127;
	sock.laddr[0] = sock.raddr[0] = 127;
	/* A socket that is connected to itself has no other end. */
	memcpy(self->raddr, self->laddr, sizeof(self->raddr));
	self->rport = self->lport;
	want_all();
	assert_int_equal(peers.count, 1);
	peers_take(&peers, &there, &sock);
	assert_null(peers_find(&peers, &here, h));
	peers_take(&peers, &here, &sock);
	assert_non_null(peers_find(&peers, &here, h));
}

/* It is enough that one of the addresses is a loopback address. */
static void knows_loopback(void **state)
{
	static const uint8_t one[16] = { [15] = 1 }, net[16] = { 127, 0, 0, 9 };
	static const uint8_t other[16] = { 0xfd, [15] = 1 };

	(void)state;
	assert_true(destination_is_loopback(AF_INET6, one, other));
	assert_true(destination_is_loopback(AF_INET6, other, one));
	assert_false(destination_is_loopback(AF_INET6, other, net));
	assert_true(destination_is_loopback(AF_INET, net, other));
	assert_true(destination_is_loopback(AF_INET, other, net));
	assert_false(destination_is_loopback(AF_INET, other, one));
}

static void judges_stalled(void **state)
{
	struct held_socket *h = hold(TCP_FIN_WAIT1);

	(void)state;
	h->kind = HELD_CLOSED_WINDOW;
	h->inode = 0;
	h->exact = false;
	h->send_q = 5000;
	facts.present.full[TCP_ESTABLISHED] = 99;
	assert_int_equal(judge(), 1);
	assert_int_equal(found.list[0].kind, FINDING_CLOSED_WINDOW);
	assert_int_equal(found.list[0].severity, SEVERITY_NOTE);
	is_what("1 connection closed by a process that is not known waits for a peer that does not read, the oldest for at least 70.000s");
	assert_true(says("Recv-Q 0, Send-Q 5000"));
	assert_true(says("have the peer's program read until read() returns 0"));
	h->kind = HELD_NO_ANSWER;
	h->pid = 7;
	strcpy(h->comm, "app");
	assert_int_equal(judge(), 1);
	assert_int_equal(found.list[0].kind, FINDING_NO_ANSWER);
	is_what("1 connection closed by app (pid 7) waits for a peer that does not answer, the oldest for at least 70.000s");
	assert_int_equal(found.list[0].nadvice, 0);
	facts.present.full[TCP_ESTABLISHED] = 100;
	assert_int_equal(judge(), 0);
}

/* A few peers of one program are a note. */
static void warns_of_many_stalled(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < THRESHOLD_OVER_MIN; i++) {
		hold(TCP_FIN_WAIT1)->kind = HELD_NO_ANSWER;
		held[i].raddr[3] = (uint8_t)(i < 2 ? 9 : 10 + i);
		own(7, "app\n", i);
	}
	facts.present.nheld--;
	assert_int_equal(judge(), 1);
	assert_int_equal(found.list[0].severity, SEVERITY_NOTE);
	facts.present.nheld++;
	assert_int_equal(judge(), 1);
	assert_int_equal(found.list[0].severity, SEVERITY_WARNING);
	assert_true(says("2 of them have this remote address"));
	held[1].raddr[3] = 10;
	judge_again();
	assert_false(says("have this remote address"));
}

/* Whether an end was accepted is known if it is a process's, or a socket that is seen. */
static void tells_whether_it_was_accepted(void **state)
{
	struct held_socket *h = hold(TCP_CLOSE_WAIT);

	(void)state;
	h->inode = 0;
	assert_int_equal(judge(), 1);
	assert_true(member(&found.list[0], "accepted")->known);
	assert_false(member(&found.list[0], "accepted")->number);
	h->recorded = true;
	judge_again();
	assert_false(member(&found.list[0], "accepted")->known);
}

static void judges_what_was_never_closed(void **state)
{
	struct held_socket *h;
	unsigned int i;

	(void)state;
	for (i = 0; i < THRESHOLD_OVER_MIN; i++) {
		h = hold(TCP_CLOSE);
		h->kind = HELD_OVER;
		h->reset = i;
		own(7, "app\n", i);
	}
	facts.present.nheld--;
	assert_int_equal(judge(), 1);
	assert_int_equal(found.list[0].severity, SEVERITY_NOTE);
	facts.present.nheld++;
	assert_int_equal(judge(), 1);
	assert_int_equal(found.list[0].kind, FINDING_NEVER_CLOSED);
	assert_int_equal(found.list[0].severity, SEVERITY_WARNING);
	is_what("app (pid 7) holds 10 sockets whose connections are over, the oldest for 70.000s");
	assert_int_equal(member(&found.list[0], "resets")->number, 9);
	assert_true(says("; a restart frees them"));
}

/* The end of a connection while a process held this socket. */
static struct tcpfin_event reset_of(uint32_t inode, uint64_t time_ns)
{
	struct tcpfin_event ev = fixture_event(TCPFIN_KIND_STATE, inode, TCP_ESTABLISHED,
					       TCP_CLOSE, time_ns);

	ev.flags &= ~TCPFIN_F_TASK;
	ev.reason = TCPFIN_REASON_RST_RCVD;
	ev.inode = inode;
	return ev;
}

static void remembers_ended_sockets(void **state)
{
	struct ended_sockets e = { 0 };
	struct tcpfin_event ev;
	uint32_t i;

	(void)state;
	for (i = 1; i <= 3; i++) {
		ev = reset_of(i, i * SEC);
		assert_true(ended_sockets_event(&e, &ev, true));
	}
	/* The same socket was connected once more. */
	ev = reset_of(2, 9 * SEC);
	assert_true(ended_sockets_event(&e, &ev, true));
	/* No process held it, one ended it, or it is no end. */
	ev = reset_of(0, SEC);
	assert_true(ended_sockets_event(&e, &ev, true));
	ev = fixture_task(reset_of(4, SEC), 7, "app");
	assert_true(ended_sockets_event(&e, &ev, true));
	ev = reset_of(5, SEC);
	ev.new_state = TCP_CLOSE_WAIT;
	assert_true(ended_sockets_event(&e, &ev, true));
	ended_sockets_sort(&e);
	assert_int_equal(e.count, 3);
	assert_int_equal(e.list[1].age_ns, 9 * SEC);
	assert_true(e.list[1].reset);
	ended_sockets_drop(&e, 3);
	ended_sockets_drop(&e, 77);
	ended_sockets_drop(&e, 0);
	assert_int_equal(e.list[0].kind, HELD_OVER);
	assert_int_equal(e.list[2].kind, HELD_WAITS);
	ended_sockets_free(&e);
}

/* Of too many the latest are kept. */
static void forgets_the_first(void **state)
{
	struct ended_sockets e = { 0 };
	struct tcpfin_event ev;
	uint32_t i;

	(void)state;
	for (i = 1; i <= ENDED_MAX + 2; i++) {
		ev = reset_of(i, i);
		assert_true(ended_sockets_event(&e, &ev, true));
	}
	ended_sockets_sort(&e);
	assert_int_equal(e.count, ENDED_MAX);
	assert_int_equal(e.list[0].inode, 3);
	assert_int_equal(e.list[ENDED_MAX - 1].inode, ENDED_MAX + 2);
	ended_sockets_free(&e);
}

#define TEST(name)	cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(names_all_processes),
		TEST(names_all_programs),
		cmocka_unit_test(names_some_of_many),
		TEST(tells_that_memory_is_short),
		TEST(promises_no_restart),
		TEST(shows_hidden_places),
		TEST(names_the_peer),
		TEST(names_no_other_peer),
		TEST(tells_of_a_socket_elsewhere),
		TEST(advises_no_program_elsewhere),
		TEST(shares_no_peer),
		TEST(counts_peers_without_room),
		TEST(stays_in_the_namespace),
		cmocka_unit_test(knows_loopback),
		TEST(judges_stalled),
		TEST(warns_of_many_stalled),
		TEST(tells_whether_it_was_accepted),
		TEST(judges_what_was_never_closed),
		cmocka_unit_test(remembers_ended_sockets),
		cmocka_unit_test(forgets_the_first),
	};

	return RUN_TESTS(tests);
}
