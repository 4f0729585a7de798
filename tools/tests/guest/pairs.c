// SPDX-License-Identifier: GPL-2.0
/*
 * Which ends make a pair: a peer that is late, addresses that are translated on the way,
 * a socket connected to itself, and a RST that neither end sent.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "program.h"
#include "test_conn.h"

#define RECORDING	"/tmp/recording"
#define NAT_PORT	50000

/* A recording, the connection that is recorded, and what readers say of it. */
struct scene {
	struct test_conn t;
	struct reader recorder;
	struct reader reader;
};

static void begin(struct scene *s, int family, bool veth)
{
	memset(s, 0, sizeof(*s));
	reader_follow(&s->recorder, "record -w " RECORDING);
	test_conn_open(&s->t, family, veth, 0);
}

/* Returns the verdict, which must be the last of @count. */
static struct json_object *judge(struct scene *s, size_t count)
{
	reader_stop(&s->recorder);
	reader_run_json(&s->reader, "handshakes --json -r " RECORDING);
	assert_int_equal(s->reader.objects, count);
	return s->reader.object[count - 1];
}

static void end(struct scene *s, const char *drawn)
{
	reader_free(&s->reader);
	reader_run(&s->reader, "ladder -r " RECORDING);
	reader_expect(&s->reader, drawn);
	reader_free(&s->reader);
	test_conn_cleanup(&s->t);
}

static void want_pair(struct json_object *verdict, const struct pair *pair)
{
	struct json_object *ends = member(verdict, "ends");
	char cookie[24];
	int i;

	assert_int_equal(json_object_array_length(ends), 2);
	for (i = 0; i < 2; i++) {
		snprintf(cookie, sizeof(cookie), "%lx", pair->cookie[i]);
		want_string(json_object_array_get_idx(ends, i), "cookie", cookie);
	}
}

/* The server gets the client's RST 5 s later. */
static void late(int family)
{
	struct json_object *verdict;
	struct scene s;

	begin(&s, family, true);
	test_conn_netem(&s.t, 0, "add delay 5s");
	linger_zero(s.t.pair.fd[0]);
	close(s.t.pair.fd[0]);
	test_conn_wait_ends(&s.t);
	close(s.t.pair.fd[1]);
	verdict = judge(&s, 1);
	want_pair(verdict, &s.t.pair);
	want_string(verdict, "how", "rst-sent");
	want_bool(verdict, "injected", false);
	want_bool(verdict, "translated", false);
	end(&s, "RST (linger-0)");
}

/* Somebody sends the client a RST in the server's name. */
static void injected(int family)
{
	struct segment segment = { .flags = SEGMENT_RST };
	struct json_object *verdict;
	struct scene s;

	begin(&s, family, false);
	segment.from = s.t.addr[1];
	segment.to = s.t.addr[0];
	segment.seq = next_number(s.t.pair.fd[0]);
	segment_send(&segment);
	events_wait_end(&s.t.events, s.t.pair.cookie[0]);
	/* The server goes on. */
	pause_ms(2000);
	send_bytes(s.t.pair.fd[1], 10);
	events_wait_end(&s.t.events, s.t.pair.cookie[1]);
	close(s.t.pair.fd[0]);
	close(s.t.pair.fd[1]);
	verdict = judge(&s, 1);
	want_pair(verdict, &s.t.pair);
	want_string(verdict, "how", "rst-received");
	want_string(verdict, "cause", "injected");
	want_bool(verdict, "injected", true);
	end(&s, "RST (injected)");
}

static void to_itself(int family)
{
	struct json_object *verdict;
	struct scene s;

	begin(&s, family, false);
	scenario_self(&s.t);
	verdict = judge(&s, 2);
	want_bool(verdict, "self", true);
	want_string(verdict, "closer", "local");
	want_string(verdict, "how", "fin");
	assert_int_equal(json_object_array_length(member(verdict, "ends")), 1);
	end(&s, "connected to itself");
}

/* Clients that connect to host 50 get to the server, as from another port. */
static void translate(const struct test_conn *t)
{
	bool v6 = t->path.family == AF_INET6;

	run("nft 'add table %s t; "
	    "add chain %s t out { type nat hook output priority -100; }; "
	    "add chain %s t post { type nat hook postrouting priority 100; }; "
	    "add rule %s t out tcp dport %d dnat to %s; "
	    "add rule %s t post tcp dport %d snat to %s:%d'",
	    v6 ? "ip6" : "ip", v6 ? "ip6" : "ip", v6 ? "ip6" : "ip",
	    v6 ? "ip6" : "ip", SERVER_PORT, v6 ? "fd09::2" : "10.9.0.2",
	    v6 ? "ip6" : "ip", SERVER_PORT, v6 ? "[fd09::1]" : "10.9.0.1", NAT_PORT);
}

static void translated(int family)
{
	struct json_object *verdict;
	struct path virtual;
	struct scene s;

	begin(&s, family, true);
	pair_reset(&s.t.pair);
	test_conn_wait_ends(&s.t);
	translate(&s.t);
	virtual = s.t.path;
	/* The last byte of the address: host 50 */
	if (family == AF_INET6)
		((struct sockaddr_in6 *)&virtual.addr)->sin6_addr.s6_addr[15] = 50;
	else
		((uint8_t *)&((struct sockaddr_in *)&virtual.addr)->sin_addr)[3] = 50;
	s.t.pair.fd[0] = client_socket(&virtual, 0);
	must(client_connect(s.t.pair.fd[0], &virtual));
	s.t.pair.fd[1] = must(accept4(s.t.pair.listener, NULL, NULL, SOCK_CLOEXEC));
	s.t.pair.cookie[0] = cookie_of(s.t.pair.fd[0]);
	s.t.pair.cookie[1] = cookie_of(s.t.pair.fd[1]);
	close(s.t.pair.fd[0]);
	expect_fin(s.t.pair.fd[1]);
	close(s.t.pair.fd[1]);
	test_conn_wait_ends(&s.t);
	verdict = judge(&s, 2);
	want_pair(verdict, &s.t.pair);
	want_bool(verdict, "translated", true);
	want_string(verdict, "closer", "local");
	want_number(json_object_array_get_idx(member(verdict, "ends"), 1), "rport",
		    NAT_PORT);
	end(&s, "addresses were translated between the ends");
}

struct test {
	const char *name;
	void (*run)(int family);
	int family;
};

static const struct test tests_of[] = {
	{ "a peer that is 5 s late, IPv4", late, AF_INET },
	{ "a peer that is 5 s late, IPv6", late, AF_INET6 },
	{ "a RST that neither end sent, IPv4", injected, AF_INET },
	{ "a RST that neither end sent, IPv6", injected, AF_INET6 },
	{ "a socket connected to itself, IPv4", to_itself, AF_INET },
	{ "a socket connected to itself, IPv6", to_itself, AF_INET6 },
	{ "translated addresses, IPv4", translated, AF_INET },
	{ "translated addresses, IPv6", translated, AF_INET6 },
};

#define TESTS	(sizeof(tests_of) / sizeof(tests_of[0]))

static void test_scene(void **state)
{
	const struct test *test = *state;

	test->run(test->family);
}

int main(void)
{
	static struct CMUnitTest tests[TESTS];
	static struct test copy[TESTS];
	size_t i;

	for (i = 0; i < TESTS; i++) {
		copy[i] = tests_of[i];
		tests[i].name = copy[i].name;
		tests[i].test_func = test_scene;
		tests[i].initial_state = &copy[i];
	}
	return cmocka_run_group_tests_name("pairs", tests, NULL, NULL);
}
