// SPDX-License-Identifier: GPL-2.0
/* Filters: matches, and unknown facts. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "filter/filter.h"
#include "filter/match.h"
#include "fixtures.h"

static const uint8_t ten[4] = { 10, 1, 2, 3 };
static const uint8_t doc[4] = { 192, 0, 2, 7 };
static const uint8_t six[16] = { 0x20, 0x01, 0x0d, 0xb8, [15] = 1 };
static const uint8_t loop[16] = { [15] = 1 };

/* A subject with all facts: 10.1.2.3:40000 to 192.0.2.7:443, FIN_WAIT2 to TIME_WAIT. */
static struct match_subject full(void)
{
	return (struct match_subject){
		.family = AF_INET, .laddr = ten, .raddr = doc, .lport = 40000,
		.rport = 443, .netns = 4026531840, .pid = 42,
		.comm = "Web Content\0\0\0\0", .reason = "expired",
		.closer = "local", .how = "rst-sent", .cause = "linger-0", .uid = 33,
		.states = 1U << TCP_FIN_WAIT2 | 1U << TCP_TIME_WAIT,
		.known = MATCH_KNOWN_STATES | MATCH_KNOWN_PID | MATCH_KNOWN_UID,
	};
}

static struct filter *parse(const char *text)
{
	struct filter_error error;
	char *arg = strdup(text);
	struct filter *filter;

	if (!filter_parse(1, &arg, &filter, &error))
		fail_msg("'%s': %s", text, error.what);
	free(arg);
	return filter;
}

static bool match(const char *text, const struct match_subject *subject)
{
	struct filter *filter = parse(text);
	bool ret = filter_matches(filter, subject);

	filter_free(filter);
	return ret;
}

static void all_match(const char *const *texts, size_t count,
		      const struct match_subject *subject)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (!match(texts[i], subject))
			fail_msg("'%s' does not match", texts[i]);
	}
}

static void none_match(const char *const *texts, size_t count,
		       const struct match_subject *subject)
{
	size_t i;

	for (i = 0; i < count; i++) {
		if (match(texts[i], subject))
			fail_msg("'%s' matches", texts[i]);
	}
}

#define COUNT(array)	(sizeof(array) / sizeof((array)[0]))

/* Each filter must match, and its negation must not. */
static void opposites(const char *const *texts, size_t count,
		      const struct match_subject *subject)
{
	char text[256];
	size_t i;

	all_match(texts, count, subject);
	for (i = 0; i < count; i++) {
		snprintf(text, sizeof(text), "not (%s)", texts[i]);
		if (match(text, subject))
			fail_msg("'%s' matches", text);
		snprintf(text, sizeof(text), "! ! (%s)", texts[i]);
		if (!match(text, subject))
			fail_msg("'%s' does not match", text);
	}
}

static void nothing_matches_everything(void **state)
{
	const struct match_subject s = { .family = AF_INET };
	struct filter_error error;
	struct filter *filter;

	(void)state;
	assert_true(filter_parse(0, NULL, &filter, &error));
	assert_null(filter);
	assert_true(filter_matches(NULL, &s));
	assert_null(parse(""));
	assert_null(parse(" \t\n"));
	filter_free(NULL);
}

static void compares_ports(void **state)
{
	static const char *const yes[] = {
		"sport = :40000", "sport eq 40000", "sport :40000",
		"sport = 40000", "sport 40000", "sport == 40000",
		"sport=:40000", "dport = :https", "dport https",
		"dport != :80", "dport ne 80", "dport neq 80", "dport!=80",
		"dport < 444", "dport lt :444", "dport <= 443",
		"dport le 443", "dport leq 443", "dport > 442", "dport gt 442",
		"dport >= 443", "dport ge 443", "dport geq 443",
		"dport = 443-443", "dport = :400-:500", "dport = 400-443",
		"dport = 443-65535", "dport != 444-500", "dport != 0-442",
		"dport = *", "dport > 0", "dport <= 65535",
	};
	static const char *const no[] = {
		"sport = :40001", "dport = :http", "dport != :443",
		"dport < 443", "dport <= 442", "dport > 443", "dport >= 444",
		"dport = 444-500", "dport = 0-442", "dport != 400-500",
		"dport < 0", "dport > 65535",
	};
	struct match_subject s = full();

	(void)state;
	opposites(yes, COUNT(yes), &s);
	none_match(no, COUNT(no), &s);
}

static void compares_ipv4_addresses(void **state)
{
	static const char *const yes[] = {
		"src 10.1.2.3", "src = 10.1.2.3", "src 10.0.0.0/8",
		"src 10.9.9.9/8", "src 10.1.2.2/31", "src 0.0.0.0/0",
		"src 10.1.2.3/32", "src 10.1.2.3:40000", "src 10.0.0.0/8:40000",
		"src 10.1.2.3:39000-41000", "src 10.1.2.3:*", "src *",
		"src *:40000", "src :40000", "dst 192.0.2.7:https",
		"dst != 192.0.2.8", "dst ne 10.0.0.0/8", "dst != 192.0.2.7:80",
		"src ::ffff:10.1.2.3", "src [::ffff:10.0.0.0]/104",
		"src [::ffff:10.0.0.0/104]:40000", "src != ::/0",
	};
	static const char *const no[] = {
		"src 10.1.2.4", "src 11.0.0.0/8", "src 10.1.2.4/31",
		"src 10.1.2.3:443", "src :443", "dst 10.0.0.0/8",
		"dst != 192.0.2.0/24", "src ::1", "src ::/0",
		"src ::ffff:10.1.2.4", "src ::ffff:10.1.2.3/95",
	};
	struct match_subject s = full();

	(void)state;
	opposites(yes, COUNT(yes), &s);
	none_match(no, COUNT(no), &s);
}

static void compares_ipv6_addresses(void **state)
{
	static const char *const yes[] = {
		"src 2001:db8::1", "src [2001:db8::1]", "src 2001:db8::/32",
		"src [2001:db8::]/32", "src [2001:db8::/32]",
		"src [2001:db8::1]:40000", "src [2001:db8::]/32:40000",
		"src [2001:db8::/32]:40000", "src 2001:db8::/32:40000",
		"src 2001:db8::1/128", "src ::/0", "dst ::1", "dst [::1]:443",
		"src != 2001:db9::/32", "src 2001:db8::/127", "src :40000",
		"dst != 0.0.0.0/0",
	};
	static const char *const no[] = {
		"src 2001:db8::2", "src 2001:db9::/32", "src [2001:db8::1]:443",
		"src 2001:db8::2/127", "dst ::2", "dst 0.0.0.0/0",
	};
	struct match_subject s = full();

	(void)state;
	s.family = AF_INET6;
	s.laddr = six;
	s.raddr = loop;
	opposites(yes, COUNT(yes), &s);
	none_match(no, COUNT(no), &s);
}

static void compares_states(void **state)
{
	static const char *const yes[] = {
		"state time-wait", "state TIME_WAIT", "state timewait",
		"state = TIME-WAIT", "state fin-wait-2", "state FIN_WAIT2",
		"state all", "state connected", "state synchronized",
		"state bucket", "state big", "exclude close",
		"exclude closed exclude listening", "state != estab",
		"state estab state time-wait", "state time-wait exclude estab",
		"exclude time-wait state time-wait",
		"state fin-wait-2 and state time-wait",
	};
	static const char *const no[] = {
		"state established", "exclude time-wait", "exclude all",
		"state != fin-wait-2", "state all exclude time-wait",
		"state time-wait exclude fin-wait-2", "exclude bucket",
		"state estab exclude close",
		"state time-wait and state estab",
		"not state estab state time-wait",
	};
	struct match_subject s = full();

	(void)state;
	opposites(yes, COUNT(yes), &s);
	none_match(no, COUNT(no), &s);
}

static void groups_are_those_of_ss(void **state)
{
	static const struct {
		const char *group;
		unsigned int tcp_state;
		bool want;
	} cases[] = {
		{ "connected", TCP_SYN_SENT, true },
		{ "connected", TCP_LISTEN, false },
		{ "connected", TCP_CLOSE, false },
		{ "synchronized", TCP_SYN_SENT, false },
		{ "synchronized", TCP_SYN_RECV, true },
		{ "synchronized", TCP_CLOSE, false },
		{ "bucket", TCP_SYN_RECV, true },
		{ "bucket", TCP_TIME_WAIT, true },
		{ "bucket", TCP_FIN_WAIT2, false },
		{ "big", TCP_TIME_WAIT, false },
		{ "big", TCP_SYN_RECV, false },
		{ "big", TCP_LISTEN, true },
		{ "all", TCP_CLOSE, true },
	};
	struct match_subject s = full();
	char text[32];
	size_t i;

	(void)state;
	for (i = 0; i < COUNT(cases); i++) {
		s.states = 1U << cases[i].tcp_state;
		snprintf(text, sizeof(text), "state %s", cases[i].group);
		if (match(text, &s) != cases[i].want)
			fail_msg("%s, state %u: want %d", text,
				 cases[i].tcp_state, cases[i].want);
	}
}

static void compares_the_rest(void **state)
{
	static const char *const yes[] = {
		"netns 4026531840", "netns = 4026531840", "netns != 1",
		"pid 42", "pid = 42", "pid != 43", "pid < 43", "pid >= 42",
		"pid > 41", "pid 40-50", "pid <= 4294967295",
		"comm = \"Web Content\"", "comm 'Web Content'",
		"comm != Web", "comm = Web\\x20Content", "comm ne 'Web Contenu'",
		"reason expired", "reason = EXPIRED", "reason != killed",
		"reason != inet_twsk_purge", "closer local", "closer = local",
		"closer != remote",
	};
	static const char *const no[] = {
		"netns 1", "pid 43", "pid > 42", "pid > 4294967295", "pid < 0",
		"comm Web", "comm \"Web Content \"", "comm 'Web Conten'",
		"reason tw-reuse", "reason != expired", "closer both",
		"closer none", "closer != local",
	};
	struct match_subject s = full();

	(void)state;
	opposites(yes, COUNT(yes), &s);
	none_match(no, COUNT(no), &s);
}

static void compares_how_cause_and_user(void **state)
{
	static const char *const yes[] = {
		"how rst-sent", "how = RST_SENT", "how != fin", "cause linger-0",
		"cause = Linger0", "cause != keepalive", "uid 33", "uid != 0",
		"uid < 1000", "uid = 30-40",
	};
	static const char *const no[] = {
		"how fin", "how != rst-sent", "cause unread-data", "cause != linger-0",
		"uid 0", "uid > 33",
	};
	static const char *const unknown[] = {
		"how fin", "how != fin", "cause linger-0", "cause != linger-0", "uid 33",
		"uid != 33",
	};
	struct match_subject s = full();

	(void)state;
	opposites(yes, COUNT(yes), &s);
	none_match(no, COUNT(no), &s);
	s.how = NULL;
	s.cause = NULL;
	s.known = 0;
	none_match(unknown, COUNT(unknown), &s);
}

/* "port" and "host" are those of one of the ends; != is of neither. */
static void compares_both_ends(void **state)
{
	static const char *const yes[] = {
		"port 443", "port 40000", "port = :https", "port < 500", "port > 30000",
		"port != 80", "host 10.0.0.0/8", "host 192.0.2.7:443",
		"host != 172.16.0.0/12", "port 443 and host 10.1.2.3",
		"not (port 80 or not host 10.1.2.3)",
	};
	static const char *const no[] = {
		"port 80", "port != 443", "port != 40000", "port > 40000",
		"host 172.16.0.1", "host != 10.1.2.3", "host 10.1.2.3:443",
	};
	struct match_subject s = full();

	(void)state;
	opposites(yes, COUNT(yes), &s);
	none_match(no, COUNT(no), &s);
}

static void a_reason_may_be_a_function(void **state)
{
	struct match_subject s = full();

	(void)state;
	s.reason = "mptcp_close_x";
	assert_true(match("reason mptcp_close_x", &s));
	assert_false(match("reason = mptcp_close", &s));
	assert_true(match("reason != expired", &s));
	/* A reason of tcpfin in another spelling is not taken for a function. */
	s.reason = "tw-reuse";
	assert_true(match("reason tw_reuse", &s));
}

static void a_name_may_have_any_byte(void **state)
{
	struct match_subject s = full();

	(void)state;
	s.comm = "a\\b\"\xff(x)\0\0\0\0\0\0\0";
	assert_true(match("comm = 'a\\b\"\xff(x)'", &s));
	assert_true(match("comm = 'a\\x5cb\\x22\\xff(x)'", &s));
	assert_false(match("comm = 'a\\b\"\xfe(x)'", &s));
	/* A name without NUL. */
	s.comm = "0123456789abcdef";
	assert_false(match("comm = 0123456789abcde", &s));
}

static void operators_bind_as_in_ss(void **state)
{
	static const char *const yes[] = {
		"sport 40000 and dport 443", "sport 40000 dport 443",
		"sport 40000 & dport 443", "sport 40000 && dport 443",
		"sport 1 or dport 443", "sport 1 | dport 443",
		"sport 1||dport 443", "not sport 1 and dport 443",
		"!sport 1", "! sport = 1", "!(sport 1)", "not not dport 443",
		"sport 1 and dport 1 or pid 42", "pid 42 or sport 1 and dport 1",
		"pid 42 or sport 1 dport 1", "(pid 42 or sport 1) and dport 443",
		"((((pid 42))))", "not (sport 1 or dport 1)",
		"not sport 1 not dport 1", "pid!=5 and(pid=42)",
	};
	static const char *const no[] = {
		"sport 1 and dport 443", "sport 1 dport 443",
		"(pid 42 or sport 1) and dport 1", "not pid 42 or sport 1",
		"not (pid 42 or sport 1)", "!pid 42", "not not not pid 42",
	};
	struct match_subject s = full();

	(void)state;
	all_match(yes, COUNT(yes), &s);
	none_match(no, COUNT(no), &s);
}

static void joins_its_parts(void **state)
{
	char *argv[] = { "sport", "=", ":40000", "and not", "dport = 80" };
	struct match_subject s = full();
	struct filter_error error;
	struct filter *filter;

	(void)state;
	assert_true(filter_parse(5, argv, &filter, &error));
	assert_true(filter_matches(filter, &s));
	s.rport = 80;
	assert_false(filter_matches(filter, &s));
	filter_free(filter);
}

/* With an unknown fact neither a test nor its negation matches; other tests may decide. */
static void what_was_not_seen_matches_neither(void **state)
{
	static const char *const unknown[] = {
		"src 10.0.0.0/8", "src != 10.0.0.0/8", "dst ::1", "dst != ::1",
		"src 10.0.0.0/8:40000", "pid 0", "pid != 0", "pid < 5",
		"comm a", "comm != a", "reason expired", "reason != expired",
		"closer none", "closer != none", "state all", "exclude all",
		"state close", "exclude close", "not pid 0", "not state all",
		"pid 0 or comm a", "pid 0 or not pid 0", "pid 0 and sport 40000",
		"sport 1 or pid 0", "state close exclude listen",
	};
	static const char *const known[] = {
		"sport 40000 or pid 0", "not (sport 1 and pid 0)",
		"src *:40000", "not src 10.0.0.0/8:1", "src != 10.0.0.0/8:1",
	};
	const struct match_subject s = {
		.family = AF_INET, .lport = 40000, .rport = 443,
	};

	(void)state;
	none_match(unknown, COUNT(unknown), &s);
	opposites(known, COUNT(known), &s);
}

static void a_set_in_part_known_decides_where_it_can(void **state)
{
	struct match_subject s = { .states = 1U << TCP_CLOSE };

	(void)state;
	assert_true(match("state close", &s));
	assert_false(match("not state close", &s));
	assert_false(match("exclude close", &s));
	assert_true(match("not exclude close", &s));
	assert_false(match("state time-wait", &s));
	assert_false(match("not state time-wait", &s));
	assert_false(match("exclude time-wait", &s));
	assert_false(match("state close exclude time-wait", &s));
}

static void a_family_of_neither_kind_has_no_address(void **state)
{
	struct match_subject s = full();

	(void)state;
	s.family = 77;
	assert_false(match("src 0.0.0.0/0", &s));
	assert_false(match("not src 0.0.0.0/0", &s));
	assert_true(match("src :40000", &s));
}

/* The deepest expressions need the largest stack. */
static void evaluates_the_deepest(void **state)
{
	struct match_subject s = full();
	char text[FILTER_MAX + 1];
	size_t at = 0;
	int i;

	(void)state;
	for (i = 0; i < FILTER_DEPTH; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at,
				       "pid 1 or pid 42 and (");
	at += (size_t)snprintf(text + at, sizeof(text) - at,
			       "pid 1 or pid 42 and pid 42");
	for (i = 0; i < FILTER_DEPTH; i++)
		text[at++] = ')';
	text[at] = '\0';
	assert_true(match(text, &s));
	memset(text, '!', FILTER_MAX - 7);
	strcpy(text + FILTER_MAX - 7, " pid 42");
	assert_int_equal(match(text, &s), (FILTER_MAX - 7) % 2 == 0);
}

static void a_step_is_a_subject(void **state)
{
	struct tcpfin_header header = { .caller[3] = "some_function" };
	struct conn conn = { .pid = 7, .comm = "owner" };
	const struct step step = { .conn = &conn };
	struct filter *f[] = {
		parse("src 10.0.0.1:40000 dst 192.0.2.7:443 netns 1"),
		parse("state time-wait and state close and exclude listen"),
		parse("pid 7 comm owner"), parse("pid 8 comm actor"),
		parse("reason some_function"), parse("not reason expired"),
		parse("not closer none"), parse("exclude listen"),
	};
	struct tcpfin_event ev = fixture_event(TCPFIN_KIND_TW_DEATH, 1,
					       TCP_TIME_WAIT, TCP_CLOSE, 1);
	size_t i;

#define MATCHES(i)	match_step(f[i], &header, &ev, &step)
	(void)state;
	assert_true(MATCHES(0));
	assert_true(MATCHES(1));
	assert_false(MATCHES(2));
	conn.flags = CONN_OWNER;
	assert_true(MATCHES(2));
	ev = fixture_task(ev, 8, "actor");
	assert_false(MATCHES(2));
	assert_true(MATCHES(3));
	assert_false(MATCHES(5));
	ev.reason = TCPFIN_REASON_CALLER;
	ev.detail = 4;
	assert_false(MATCHES(5));
	ev.detail = 3;
	assert_true(MATCHES(4));
	assert_true(MATCHES(5));
	assert_false(MATCHES(6));
	ev.old_state = 0;
	assert_false(MATCHES(7));
	ev.old_state = 200;
	assert_false(MATCHES(7));
	for (i = 0; i < COUNT(f); i++)
		filter_free(f[i]);
}

static void expect_cgroup(const char *text, struct source *src,
			  const struct conn *conn, bool want)
{
	struct filter *filter = parse(text);

	filter_set_source(filter, src);
	if (match_conn(filter, conn) != want)
		fail_msg("'%s': want %d", text, want);
	filter_free(filter);
}

static void tests_a_cgroup(void **state)
{
	static const char *const right[] = {
		"cgroup = 4242", "cgroup 4242", "cgroup != 5", "not cgroup = 5",
		"cgroup = " FIXTURE_CGROUP_PATH,
		"cgroup = " FIXTURE_CGROUP_PATH "//",
		"cgroup /sys/fs/cgroup" FIXTURE_CGROUP_PATH,
		"cgroup /sys/fs/cgroup/unified" FIXTURE_CGROUP_PATH "/",
		"cgroup /\\x73ystem.slice/docker-" FIXTURE_CONTAINER
		"0123456789abcdef0123456789abcdef0123456789abcdef0123.scope",
		"cgroup != /system.slice", "cgroup != /sys/fs/cgroup",
		"cgroup = 5 or cgroup = " FIXTURE_CGROUP_PATH " and cgroup != /",
	};
	static const char *const wrong[] = {
		"cgroup = 5", "cgroup = /", "cgroup = /sys/fs/cgroup",
		"cgroup = /system.slice", "cgroup = /sys/fs/cgroups/system.slice",
		"cgroup = 18446744073709551615",
	};
	static const char *const by_path[] = {
		"cgroup = /", "cgroup != /", "not cgroup = " FIXTURE_CGROUP_PATH,
		"cgroup = " FIXTURE_CGROUP_PATH,
	};
	struct conn conn = { .flags = CONN_UID, .cgroup = FIXTURE_CGROUP };
	struct script script;
	size_t i;

	(void)state;
	script_init(&script, NULL, 0);
	for (i = 0; i < COUNT(right); i++)
		expect_cgroup(right[i], &script.src, &conn, true);
	for (i = 0; i < COUNT(wrong); i++)
		expect_cgroup(wrong[i], &script.src, &conn, false);
	for (i = 0; i < COUNT(by_path); i++)
		expect_cgroup(by_path[i], NULL, &conn, false);
	/* Of this cgroup no path is known. */
	conn.cgroup = 5;
	for (i = 0; i < COUNT(by_path); i++)
		expect_cgroup(by_path[i], &script.src, &conn, false);
	expect_cgroup("cgroup = 5", &script.src, &conn, true);
	conn.cgroup = 0;
	expect_cgroup("cgroup = 0 or cgroup != 0", &script.src, &conn, false);
	filter_set_source(NULL, &script.src);
}

static void a_connection_is_a_subject(void **state)
{
	const struct conn conn = {
		.family = AF_INET, .raddr = { 192, 0, 2, 7 }, .lport = 40000,
		.rport = 443, .netns = 1, .state = TCP_TIME_WAIT, .pid = 7,
		.comm = "owner", .flags = CONN_OWNER,
	};
	struct filter *yes, *no;

	(void)state;
	yes = parse("dst 192.0.2.7:443 sport 40000 netns 1 state time-wait exclude close pid 7 comm owner");
	no = parse("reason expired or not reason expired or closer none");
	assert_true(match_conn(yes, &conn));
	assert_false(match_conn(no, &conn));
	assert_true(match_conn(NULL, &conn));
	filter_free(yes);
	filter_free(no);
}

/* The process that holds a live socket may become known later. */
static void a_living_socket_is_a_subject(void **state)
{
	struct held_socket sock = {
		.inode = 5, .state = TCP_CLOSE_WAIT, .family = AF_INET,
		.raddr = { 192, 0, 2, 7 }, .lport = 40000, .rport = 443,
	};
	const struct conn conn = {
		.state = TCP_CLOSE_WAIT, .pid = 8, .comm = "owner",
		.flags = CONN_OWNER | CONN_PEER_FIN,
		.states = 1 << TCP_CLOSE_WAIT,
	};
	struct filter *f[] = {
		parse("dst 192.0.2.7:443 sport 40000 netns 3 state close-wait"),
		parse("pid 7 comm holder"), parse("not pid 7"),
		parse("pid 8 comm owner"), parse("closer remote"),
		parse("reason expired or not reason expired"),
		parse("cgroup = 77"),
	};
	size_t i;

#define IS_CHOSEN(i, conn)	match_socket(f[i], &sock, 3, conn)
	(void)state;
	assert_true(match_socket(NULL, &sock, 3, NULL));
	assert_true(IS_CHOSEN(0, NULL));
	for (i = 1; i < COUNT(f); i++)
		assert_false(IS_CHOSEN(i, NULL));
	/* A process holds the socket, perhaps not the one that acted last. */
	assert_false(IS_CHOSEN(3, &conn));
	assert_true(IS_CHOSEN(4, &conn));
	sock.pid = 7;
	memcpy(sock.comm, "holder", 7);
	assert_true(IS_CHOSEN(1, &conn));
	assert_false(IS_CHOSEN(2, &conn));
	assert_false(IS_CHOSEN(3, &conn));
	sock.pid = 0;
	sock.inode = 0;
	assert_true(IS_CHOSEN(3, &conn));
	assert_true(IS_CHOSEN(2, &conn));
	sock.cgroup = 77;
	assert_true(IS_CHOSEN(6, NULL));
	assert_true(IS_CHOSEN(6, &conn));
	for (i = 0; i < COUNT(f); i++)
		filter_free(f[i]);
}

static void wants(const char *text, bool want)
{
	struct filter *filter = parse(text);
	uint16_t port = 0;

	if (filter_wants_port(filter, &port) != want)
		fail_msg("'%s': %d expected", text, want);
	assert_int_equal(port == 40001, want);
	filter_free(filter);
}

static void knows_which_port_is_wanted(void **state)
{
	uint16_t port;

	(void)state;
	wants("sport = :40001", true);
	wants("sport = 40001 and dst 10.0.0.0/8 and not comm = a", true);
	wants("dport = :443 and (sport = :40001 or sport = :40001)", true);
	wants("sport = :40001 or dport = :443", false);
	wants("sport != :40001", false);
	wants("not sport = :40001", false);
	wants("sport >= 40001", false);
	wants("sport = 40001-40002", false);
	wants("dport = :40001", false);
	assert_false(filter_wants_port(NULL, &port));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_matches_everything),
		cmocka_unit_test(compares_ports),
		cmocka_unit_test(compares_ipv4_addresses),
		cmocka_unit_test(compares_ipv6_addresses),
		cmocka_unit_test(compares_states),
		cmocka_unit_test(groups_are_those_of_ss),
		cmocka_unit_test(compares_the_rest),
		cmocka_unit_test(compares_how_cause_and_user),
		cmocka_unit_test(compares_both_ends),
		cmocka_unit_test(a_reason_may_be_a_function),
		cmocka_unit_test(a_name_may_have_any_byte),
		cmocka_unit_test(operators_bind_as_in_ss),
		cmocka_unit_test(joins_its_parts),
		cmocka_unit_test(what_was_not_seen_matches_neither),
		cmocka_unit_test(a_set_in_part_known_decides_where_it_can),
		cmocka_unit_test(a_family_of_neither_kind_has_no_address),
		cmocka_unit_test(evaluates_the_deepest),
		cmocka_unit_test(a_step_is_a_subject),
		cmocka_unit_test(tests_a_cgroup),
		cmocka_unit_test(a_connection_is_a_subject),
		cmocka_unit_test(a_living_socket_is_a_subject),
		cmocka_unit_test(knows_which_port_is_wanted),
	};

	return RUN_TESTS(tests);
}
