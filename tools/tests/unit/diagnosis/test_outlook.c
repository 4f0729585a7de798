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

static void reuse(uint32_t time_wait, uint32_t young, uint32_t fin_wait2,
		  enum tw_reuse want)
{
	target->dest.ports = 900;
	target->dest.time_wait = time_wait;
	target->dest.young = young;
	target->dest.fin_wait2 = fin_wait2;
	compute_outlook();
	assert_int_equal(o.reuse, want);
}

static void judges_reuse(void **state)
{
	struct optional *timestamps = &facts.setting[FACTS_SET_TIMESTAMPS];

	(void)state;
	target->with_timestamps = 1;
	reuse(0, 0, 0, TW_REUSE_NOTHING);
	reuse(10, 9, 0, TW_REUSE_HELPS);
	reuse(10, 10, 5, TW_REUSE_TOO_YOUNG);
	reuse(0, 0, 5, TW_REUSE_FIN_WAIT2);
	timestamps->value = 0;
	reuse(10, 0, 0, TW_REUSE_NO_TIMESTAMPS);
	timestamps->value = 1;
	/* Only some peers, as behind a load balancer, use timestamps. */
	target->without_timestamps = 1;
	reuse(10, 0, 0, TW_REUSE_MAYBE);
	target->with_timestamps = 0;
	reuse(10, 0, 0, TW_REUSE_PEER_HAS_NONE);
	target->without_timestamps = 0;
	reuse(10, 0, 0, TW_REUSE_MAYBE);
	timestamps->known = false;
	reuse(10, 0, 0, TW_REUSE_UNKNOWN);
}

/* Ports that connect() can reuse are not taken. */
static void counts_what_reuse_frees(void **state)
{
	struct optional *setting = &facts.setting[FACTS_SET_TW_REUSE];

	(void)state;
	setting->value = 1;
	target->with_timestamps = 1;
	reuse(850, 50, 0, TW_REUSE_WORKS);
	assert_int_equal(o.taken, 100);
	assert_int_equal(judge(), 0);
	/* Value 2: reuse on loopback only. */
	setting->value = 2;
	reuse(850, 50, 0, TW_REUSE_HELPS);
	assert_int_equal(o.taken, 900);
	assert_int_equal(judge(), 1);
	target->with_timestamps = 0;
	target->dest.key.raddr[0] = 127;
	reuse(850, 50, 0, TW_REUSE_WORKS);
	assert_int_equal(judge(), 0);
	target->dest.key.family = AF_INET6;
	reuse(850, 50, 0, TW_REUSE_MAYBE);
	memset(target->dest.key.raddr, 0, 16);
	target->dest.key.raddr[15] = 1;
	reuse(850, 50, 0, TW_REUSE_WORKS);
	setting->value = 0;
	reuse(850, 50, 0, TW_REUSE_HELPS);
	assert_int_equal(judge(), 1);
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
	};

	return RUN_TESTS(tests);
}
