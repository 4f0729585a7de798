// SPDX-License-Identifier: GPL-2.0
/* Local ports: thresholds, forecasts, and tcp_tw_reuse. */
#include <string.h>

#include "check.h"
#include "diagnosis/rules.h"
#include "diagnosis/thresholds.h"
#include "fixtures.h"

static struct facts facts;
static struct findings found;
static struct facts_target *target;
static struct port_outlook o;

/* 1000 ports, and one destination, not on loopback. */
static int set_up(void **state)
{
	(void)state;
	memset(&facts, 0, sizeof(facts));
	facts.is_live = true;
	facts.present.ports = optional_of(true, 1000);
	facts.setting[FACTS_SET_TIMESTAMPS] = optional_of(true, 1);
	facts.setting[FACTS_SET_TW_REUSE] = optional_of(true, 0);
	facts.present.ntargets = 1;
	target = &facts.present.target[0];
	target->dest.key = (struct destination_key){
		.family = AF_INET, .laddr = { 10, 0, 0, 1 },
		.raddr = { 192, 0, 2, 7 }, .rport = 443,
	};
	return 0;
}

static unsigned int judge(void)
{
	memset(&found, 0, sizeof(found));
	rules_ports(&facts, &found);
	return found.count;
}

static void compute_outlook(void)
{
	port_outlook_of(&facts, target, &o);
}

static void warns_at_thresholds(void **state)
{
	(void)state;
	target->dest.ports = 799;
	assert_int_equal(judge(), 0);
	target->dest.ports = 800;
	assert_int_equal(judge(), 1);
	assert_int_equal(found.list[0].severity, SEVERITY_WARNING);
	target->dest.ports = 949;
	judge();
	assert_int_equal(found.list[0].severity, SEVERITY_WARNING);
	target->dest.ports = 950;
	judge();
	assert_int_equal(found.list[0].severity, SEVERITY_CRITICAL);
	assert_string_equal(found.list[0].what,
		"950 of 1000 local ports to 192.0.2.7:443 are taken");
	facts.present.ports.known = false;
	assert_int_equal(judge(), 0);
}

/* 600 ports in use, 100 more in 10 s: the other 400 last for 40 s. */
static void forecasts_from_samples(void **state)
{
	(void)state;
	facts.sample_ns = 10 * SEC;
	target->dest.before = 500;
	target->dest.ports = 600;
	compute_outlook();
	assert_int_equal(o.growth, 10000);
	assert_true(o.left.known);
	assert_int_equal(o.left.value, 40 * SEC);
	assert_int_equal(judge(), 1);
	/* Not at half yet. */
	target->dest.before = 399;
	target->dest.ports = 499;
	assert_int_equal(judge(), 0);
	/* Not within five minutes: 1 port a second, and 301 left. */
	facts.sample_ns = 100 * SEC;
	target->dest.before = 599;
	target->dest.ports = 699;
	assert_int_equal(judge(), 0);
	target->dest.before = 600;
	target->dest.ports = 700;
	assert_int_equal(judge(), 1);
	/* Fewer ports in use than before. */
	target->dest.before = 701;
	compute_outlook();
	assert_false(o.left.known);
	assert_int_equal(judge(), 0);
}

/* In the first minute of load TIME_WAITs only increase: forecast their final number. */
static void forecasts_the_level(void **state)
{
	(void)state;
	facts.window_ns = 30 * SEC;
	target->dest.ports = 510;
	target->dest.time_wait = 500;
	target->dest.births = 500;
	/* 16.667 closes a second, for 60 s each, and 10 established: at the limit. */
	compute_outlook();
	assert_true(o.rate.known);
	assert_int_equal(o.rate.value, 16666);
	assert_true(o.left.known);
	assert_in_range(o.left.value, 29399 * MS, 29401 * MS);
	assert_int_equal(judge(), 1);
	/* 16 a second: 960 TIME_WAITs and 10 established stay below the limit. */
	target->dest.births = 480;
	compute_outlook();
	assert_false(o.left.known);
	assert_int_equal(judge(), 0);
	/* As many TIME_WAITs end as begin. */
	target->dest.births = target->dest.deaths = 600;
	compute_outlook();
	assert_false(o.left.known);
	/* The sample is too short. */
	target->dest.deaths = 0;
	facts.window_ns = SEC - 1;
	compute_outlook();
	assert_false(o.rate.known);
	assert_false(o.left.known);
}

/* Established connections increase, TIME_WAITs do not: forecast from the samples. */
static void forecasts_growth_of_established(void **state)
{
	(void)state;
	facts.window_ns = 60 * SEC;
	facts.sample_ns = 10 * SEC;
	target->dest.births = target->dest.deaths = 60;
	target->dest.time_wait = 60;
	target->dest.before = 500;
	target->dest.ports = 600;
	compute_outlook();
	assert_true(o.left.known);
	assert_int_equal(o.left.value, 40 * SEC);
}

static void no_port_is_left(void **state)
{
	(void)state;
	facts.sample_ns = 10 * SEC;
	target->dest.before = 900;
	target->dest.ports = 1000;
	compute_outlook();
	assert_true(o.left.known);
	assert_int_equal(o.left.value, 0);
	/* Sockets bound with SO_REUSEADDR may use more than all ports. */
	target->dest.ports = 1100;
	compute_outlook();
	assert_int_equal(o.left.value, 0);
	assert_int_equal(judge(), 1);
}

/* @reusable: of the mini-sockets that are not too young. */
static void reuse(uint32_t time_wait, uint32_t young, uint32_t reusable,
		  enum tw_reuse want)
{
	target->dest.ports = 900;
	target->dest.time_wait = time_wait;
	target->dest.young = young;
	target->dest.reusable = reusable;
	compute_outlook();
	assert_int_equal(o.reuse, want);
}

static void judges_reuse(void **state)
{
	struct optional *timestamps = &facts.setting[FACTS_SET_TIMESTAMPS];

	(void)state;
	reuse(0, 0, 0, TW_REUSE_NOTHING);
	reuse(10, 9, 1, TW_REUSE_HELPS);
	reuse(10, 10, 0, TW_REUSE_TOO_YOUNG);
	timestamps->value = 0;
	reuse(10, 0, 10, TW_REUSE_NO_TIMESTAMPS);
	/* A recording does not tell this setting, but the mini-sockets' own. */
	timestamps->known = false;
	reuse(10, 0, 10, TW_REUSE_HELPS);
	reuse(10, 0, 0, TW_REUSE_PEER_HAS_NONE);
	target->dest.bound = 10;
	reuse(10, 0, 0, TW_REUSE_BOUND);
	target->dest.unrecorded = 10;
	reuse(10, 0, 0, TW_REUSE_MAYBE);
	target->dest.fin_wait2 = 5;
	reuse(0, 0, 0, TW_REUSE_FIN_WAIT2);
	facts.setting[FACTS_SET_TW_REUSE].known = false;
	reuse(10, 0, 0, TW_REUSE_UNKNOWN);
}

/* Ports that connect() can reuse are not taken. */
static void counts_what_reuse_frees(void **state)
{
	struct optional *setting = &facts.setting[FACTS_SET_TW_REUSE];

	(void)state;
	setting->value = 1;
	reuse(850, 50, 800, TW_REUSE_WORKS);
	assert_int_equal(o.taken, 100);
	assert_int_equal(judge(), 0);
	/* Value 2: reuse on loopback only. */
	setting->value = 2;
	reuse(850, 50, 800, TW_REUSE_HELPS);
	assert_int_equal(o.taken, 900);
	assert_int_equal(judge(), 1);
	target->dest.key.raddr[0] = 127;
	reuse(850, 50, 800, TW_REUSE_WORKS);
	assert_int_equal(judge(), 0);
	target->dest.key.family = AF_INET6;
	reuse(850, 50, 800, TW_REUSE_HELPS);
	memset(target->dest.key.raddr, 0, 16);
	target->dest.key.raddr[15] = 1;
	reuse(850, 50, 800, TW_REUSE_WORKS);
	setting->value = 0;
	reuse(850, 50, 800, TW_REUSE_HELPS);
	assert_int_equal(judge(), 1);
}

/* A mini-socket whose port was chosen by bind(), or else by connect(). */
static void take_port(uint16_t port, bool by_bind, const char *comm)
{
	static const uint8_t laddr[16] = { 10, 0, 0, 1 };
	struct conn conn = {
		.flags = CONN_BIRTH | CONN_OWNER | (by_bind ? CONN_BOUND : 0),
	};
	const struct port_user user = {
		.laddr = laddr, .family = AF_INET, .lport = port, .conn = &conn,
	};

	memcpy(conn.comm, comm, strlen(comm));
	port_uses_add(&facts.present.uses, &user);
	/* A second socket with the same port takes nothing more. */
	port_uses_add(&facts.present.uses, &user);
}

/* Ports that bind() chose are taken for all destinations. */
static void tells_ports_that_bind_chose(void **state)
{
	const struct finding *f = &found.list[0];
	unsigned int i;

	(void)state;
	for (i = 0; i < 799; i++)
		take_port(40000 + i, i % 100, i % 2 ? "payment-worker" : "other");
	assert_int_equal(judge(), 0);
	/* Another destination has 8 of them, and lacks the others. */
	target->dest.ports = 20;
	target->dest.bound = 8;
	compute_outlook();
	assert_int_equal(o.taken, 20 + 791 - 8);
	take_port(50000, true, "other");
	assert_int_equal(judge(), 1);
	assert_int_equal(f->kind, FINDING_BOUND_PORTS);
	assert_int_equal(f->severity, SEVERITY_WARNING);
	assert_string_equal(f->what,
		"800 of 1000 local ports of 10.0.0.1 are taken: bind() chose 792 of them, for all destinations");
	assert_string_equal(f->evidence[0],
		"of those that bind() chose: 399 by payment-worker, 393 by other");
	/* That is one trouble, not another one for the destination. */
	target->dest.ports = 799;
	assert_int_equal(judge(), 1);
	target->dest.ports = 808;
	assert_int_equal(judge(), 2);
	/* Another machine's destination is another trouble. */
	facts.is_live = false;
	target->dest.ports = 800;
	assert_int_equal(judge(), 1);
	target->dest.key.host = 1;
	assert_int_equal(judge(), 2);
	port_uses_exit(&facts.present.uses);
}

/* connect() may use each port, for many destinations. */
static void ports_of_many_destinations_are_no_trouble(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < 1000; i++)
		take_port(40000 + i, i > 901, "curl");
	assert_int_equal(judge(), 0);
	port_uses_exit(&facts.present.uses);
}

static void tells_who_holds_a_port(void **state)
{
	struct port_holders *holders = &facts.present.holders;
	const struct finding *f = &found.list[0];

	(void)state;
	holders->asked = true;
	holders->port = 40001;
	assert_int_equal(judge(), 0);
	holders->all = holders->count = 1;
	holders->list[0] = (struct port_holder){
		.sock = {
			.state = TCP_TIME_WAIT, .family = AF_INET, .rport = 443,
			.raddr = { 192, 0, 2, 7 }, .age_ns = 12 * SEC,
			.pid = 7, .comm = "app",
		},
		.aged = true, .left = optional_of(true, 48 * SEC),
		.known = true, .bound = true,
	};
	assert_int_equal(judge(), 1);
	assert_int_equal(f->severity, SEVERITY_NOTE);
	assert_string_equal(f->what, "1 socket holds local port 40001");
	assert_string_equal(f->evidence[0],
		"TIME_WAIT to 192.0.2.7:443, of app (pid 7), for 12.000s, and for 48.000s more");
	assert_string_equal(f->evidence[1], "bind() chose the port");
	assert_false(findings_are_serious(&found));
}

#define TEST(test)	cmocka_unit_test_setup(test, set_up)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(warns_at_thresholds),
		TEST(forecasts_from_samples),
		TEST(forecasts_the_level),
		TEST(forecasts_growth_of_established),
		TEST(no_port_is_left),
		TEST(judges_reuse),
		TEST(counts_what_reuse_frees),
		TEST(tells_ports_that_bind_chose),
		TEST(ports_of_many_destinations_are_no_trouble),
		TEST(tells_who_holds_a_port),
	};

	return RUN_TESTS(tests);
}
