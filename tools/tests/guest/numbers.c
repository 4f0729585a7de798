// SPDX-License-Identifier: GPL-2.0
/*
 * The numbers of verdicts on connections whose peer answers otherwise than Linux does,
 * or whose segments come out of order: each number must be that of the first such
 * segment on the wire, or null if it cannot be known.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "fake_peer.h"
#include "program.h"

#define RECORDING	"/tmp/recording"

#define FIN_ACK	(SEGMENT_FIN | SEGMENT_ACK)

/* Does the segment do what a wave does? @other_fin: the number of the FIN it answers. */
static bool is_wave(const struct wire_segment *s, int wave, bool ours, uint32_t other_fin)
{
	if (s->ours != ours)
		return false;
	return wave % 2 ? s->flags & SEGMENT_ACK && s->ack == other_fin + 1 :
			  s->flags & SEGMENT_FIN;
}

static const struct wire_segment *find_wave(const struct fake_peer *p, int wave,
					    bool ours, uint32_t other_fin)
{
	size_t i;

	for (i = 0; i < p->segments; i++)
		if (is_wave(&p->wire[i], wave, ours, other_fin))
			return &p->wire[i];
	fail_msg("wave %d is not on the wire", wave + 1);
	return NULL;
}

static void check_number(struct json_object *wave, const char *name, bool known,
			 uint32_t want)
{
	if (known)
		want_number(wave, name, want);
	else
		want_null(wave, name);
}

/*
 * Compare a verdict with the wire. @known has for each wave two letters: "s" and "a"
 * for the numbers that must be known, "-" for those that cannot be.
 */
static void check_waves(const struct fake_peer *p, struct json_object *verdict,
			const char *known)
{
	int i;

	for (i = 0; i < 4; i++) {
		struct json_object *wave =
			json_object_array_get_idx(member(verdict, "waves"), i);
		bool ours = !strcmp(string(wave, "from"), "local");
		const struct wire_segment *s, *fin;

		fin = find_wave(p, 0, !ours, 0);
		s = find_wave(p, i, ours, fin->seq + fin->data);
		check_number(wave, "seq", known[2 * i] == 's',
			     s->seq + (i % 2 ? 0 : s->data));
		check_number(wave, "ack", known[2 * i + 1] == 'a', s->ack);
	}
}

/* An end and its close, for scenarios. */
struct scenario {
	const char *name;
	int family;
	void (*run)(struct fake_peer *p);
	const char *closer;
	const char *known;
};

/* In CLOSING the peer answers our FIN with its own, again. */
static void run_simultaneous(struct fake_peer *p)
{
	close(p->fd);
	fake_peer_wait(p, SEGMENT_FIN);
	fake_peer_send(p, FIN_ACK, 0, 0);
	fake_peer_wait(p, SEGMENT_ACK);
	fake_peer_send(p, FIN_ACK, 0, 1);
}

/* The peer's FIN, sent before ours came, comes after the ACK of ours. */
static void run_reordered(struct fake_peer *p)
{
	close(p->fd);
	fake_peer_wait(p, SEGMENT_FIN);
	fake_peer_send(p, SEGMENT_ACK, 1, 1);
	fake_peer_send(p, FIN_ACK, 0, 0);
	fake_peer_wait(p, SEGMENT_ACK);
}

/* The peer closes first, and answers our FIN with its own, again. */
static void run_remote_first(struct fake_peer *p)
{
	fake_peer_send(p, FIN_ACK, 0, 0);
	expect_fin(p->fd);
	fake_peer_wait(p, SEGMENT_ACK);
	close(p->fd);
	fake_peer_wait(p, SEGMENT_FIN);
	fake_peer_send(p, FIN_ACK, 0, 1);
}

/* The same with a half-close, in which data flows. */
static void run_half_close(struct fake_peer *p)
{
	fake_peer_send(p, FIN_ACK, 0, 0);
	expect_fin(p->fd);
	fake_peer_wait(p, SEGMENT_ACK);
	send_bytes(p->fd, 500);
	fake_peer_wait(p, SEGMENT_ACK);
	fake_peer_send(p, SEGMENT_ACK, 1, 500);
	close(p->fd);
	fake_peer_wait(p, SEGMENT_FIN);
	fake_peer_send(p, SEGMENT_ACK, 1, 501);
}

/* The peer's data is in flight when the FIN comes, and is sent again before the ACK. */
static void run_sent_again(struct fake_peer *p)
{
	send_bytes(p->fd, 500);
	fake_peer_wait(p, SEGMENT_ACK);
	set_quickack(p->fd, 0);
	fake_peer_send(p, FIN_ACK, 0, 0);
	expect_eof(p->fd);
	fake_peer_wait(p, SEGMENT_ACK);
	fake_peer_send(p, SEGMENT_ACK, 1, 500);
	close(p->fd);
	fake_peer_wait(p, SEGMENT_FIN);
	fake_peer_send(p, SEGMENT_ACK, 1, 501);
}

static void test_scenario(void **state)
{
	const struct scenario *scenario = *state;
	struct reader recorder = { 0 }, r = { 0 };
	struct events events;
	struct fake_peer p;
	uint64_t cookie;

	reader_follow(&recorder, "record -w " RECORDING);
	events_open(&events);
	fake_peer_open(&p, scenario->family);
	cookie = cookie_of(p.fd);
	scenario->run(&p);
	events_wait_end(&events, cookie);
	fake_peer_read(&p);
	reader_stop(&recorder);
	reader_run_json(&r, "handshakes --json -r " RECORDING);
	assert_int_equal(r.objects, 1);
	want_string(r.object[0], "closer", scenario->closer);
	check_waves(&p, r.object[0], scenario->known);
	reader_free(&r);
	events_close(&events);
	fake_peer_close(&p);
}

static const struct scenario scenarios[] = {
	{ .name = "a FIN sent again in place of wave 2", .run = run_simultaneous,
	  .closer = "both", .known = "sa-as-sa" },
	{ .name = "a FIN that comes after wave 2", .run = run_reordered,
	  .closer = "local", .known = "sa-as-sa" },
	{ .name = "a FIN sent again in place of wave 4", .run = run_remote_first,
	  .closer = "remote", .known = "s-sasa-a" },
	{ .name = "a half-close with data", .run = run_half_close,
	  .closer = "remote", .known = "s-sasa-a" },
	{ .name = "data sent again in place of wave 2", .run = run_sent_again,
	  .closer = "remote", .known = "s--asa-a" },
};

#define SCENARIOS	(sizeof(scenarios) / sizeof(scenarios[0]))

int main(void)
{
	static struct CMUnitTest tests[2 * SCENARIOS];
	static struct scenario variant[2 * SCENARIOS];
	static char name[2 * SCENARIOS][80];
	size_t i;

	for (i = 0; i < 2 * SCENARIOS; i++) {
		variant[i] = scenarios[i / 2];
		variant[i].family = i & 1 ? AF_INET6 : AF_INET;
		snprintf(name[i], sizeof(name[i]), "%s, %s", variant[i].name,
			 i & 1 ? "IPv6" : "IPv4");
		tests[i].name = name[i];
		tests[i].test_func = test_scenario;
		tests[i].initial_state = &variant[i];
	}
	return cmocka_run_group_tests_name("numbers", tests, NULL, NULL);
}
