// SPDX-License-Identifier: GPL-2.0
/* The network namespaces that "top" looks at; a machine has one at least. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "commands/top/live_namespaces.h"
#include "fixtures.h"

static struct tracker *tracker;
static struct live_namespaces *live;
static struct top_frame frame;
static uint32_t own;

static int set_up(void **state)
{
	char why[NETNS_WHY_MAX];

	(void)state;
	memset(&frame, 0, sizeof(frame));
	tracker = tracker_new(TRACKER_MAX, NULL);
	live = live_namespaces_new(NULL, tracker, why);
	return !tracker || !live || !netns_own(&own);
}

static int tear_down(void **state)
{
	(void)state;
	live_namespaces_free(live);
	tracker_free(tracker);
	return 0;
}

static bool take(uint32_t netns)
{
	struct tcpfin_event ev = fixture_event(TCPFIN_KIND_STATE, 1, TCP_ESTABLISHED,
					       TCP_CLOSE_WAIT, SEC);

	ev.netns = netns;
	return live_namespaces_event(live, &ev);
}

static void takes_events_of_its_namespaces(void **state)
{
	(void)state;
	assert_true(live_namespaces_has(live, own));
	assert_false(live_namespaces_has(live, 1));
	assert_true(take(own));
	assert_false(take(1));
	assert_true(take(own));
}

/* They are looked for again, and this one stays; what was counted of it does, too. */
static void looks_again(void **state)
{
	const struct selection all = { 0 };
	unsigned int i;

	(void)state;
	for (i = 1; i < 4; i++) {
		memset(&frame, 0, sizeof(frame));
		frame.now_ns = i * 1000 * SEC;
		live_namespaces_frame(live, &all, &frame);
		assert_true(take(own));
		assert_true(live_namespaces_has(live, own));
	}
	live_namespaces_again(live);
	live_namespaces_frame(live, &all, &frame);
	/* Back where it began. */
	assert_true(netns_own(&i));
	assert_int_equal(i, own);
}

static void takes_one_by_its_process(void **state)
{
	struct live_namespaces *one;
	char why[NETNS_WHY_MAX], pid[16];

	(void)state;
	snprintf(pid, sizeof(pid), "%d", getpid());
	one = live_namespaces_new(pid, tracker, why);
	assert_non_null(one);
	assert_true(live_namespaces_has(one, own));
	live_namespaces_frame(one, &(const struct selection){ 0 }, &frame);
	assert_null(frame.namespaces);
	live_namespaces_free(one);
	assert_null(live_namespaces_new("no/such", tracker, why));
	assert_non_null(strstr(why, "no network namespace of the name no/such"));
	assert_null(live_namespaces_new("0", tracker, why));
	assert_non_null(strstr(why, "no network namespace of process 0"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(takes_events_of_its_namespaces),
		TEST(looks_again),
		TEST(takes_one_by_its_process),
	};

	return RUN_TESTS(tests);
}
