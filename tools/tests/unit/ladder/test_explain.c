// SPDX-License-Identifier: GPL-2.0
/*
 * The sentences for each road that a connection can take to its end, compared
 * with golden files. TCPFIN_WRITE=1 writes these files anew.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "ladder/explain.h"
#include "ladder_fixture.h"

#define SENDS_RST(ev)	with_flags(ev, TCPFIN_F_RST)

static struct tcpfin_event with_flags(struct tcpfin_event ev, uint16_t flags)
{
	ev.flags |= flags;
	return ev;
}

static int setup(void **state)
{
	int ret = drawing_setup(state);

	drawing.words = 80;
	return ret;
}

/* The golden files are in the sources, the test's program in build/tests/. */
static FILE *open_golden(const char *name, const char *mode)
{
	char path[4096];
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 128);
	unsigned int up;

	assert_true(len > 0);
	path[len] = '\0';
	for (up = 0; up < 3; up++)
		*strrchr(path, '/') = '\0';
	sprintf(path + strlen(path), "/tests/unit/ladder/explain/%.64s.txt", name);
	return fopen(path, mode);
}

static void expect(const char *name)
{
	static char want[1 << 16];
	FILE *file;

	pairing_finish(drawing.pairing);
	fflush(drawing.out);
	if (getenv("TCPFIN_WRITE")) {
		file = open_golden(name, "w");
		assert_non_null(file);
		fputs(drawing.text, file);
	} else {
		file = open_golden(name, "r");
		assert_non_null(file);
		want[fread(want, 1, sizeof(want) - 1, file)] = '\0';
		if (strcmp(drawing.text, want)) {
			fprintf(stderr, "got:\n%s\nwant:\n%s", drawing.text, want);
			fail_msg("%s: other sentences", name);
		}
	}
	fclose(file);
}

static void expire(unsigned int end, uint64_t time_ns)
{
	drawing_put(drawing_because(drawing_of(end, DEATH, TW, CLOSE, time_ns),
				    TCPFIN_REASON_EXPIRED, 0));
}

static void close_first(void)
{
	drawing_put(drawing_by(drawing_of(0, STATE, ESTAB, FW1, 0)));
}

static void close_second(uint64_t time_ns)
{
	drawing_put(drawing_because(
		drawing_by(drawing_of(1, STATE, CW, LACK, time_ns)),
		0, TCPFIN_LAST_ACK_ALONE));
}

/* Waves 1 and 2, with which 1 MiB of data still is to come. */
static void first_half(uint32_t bytes)
{
	struct tcpfin_event ev = drawing_of(0, STATE, FW1, FW2, 40 * US);

	close_first();
	drawing_step(1, STATE, ESTAB, CW, 10600);
	ev.rcv_nxt -= bytes;
	drawing_put(ev);
}

static void second_half(void)
{
	close_second(1205 * MS);
	drawing_step(0, FLIP, FW2, TW, 1205 * MS + 20 * US);
	drawing_step(1, STATE, LACK, CLOSE, 1205 * MS + 40 * US);
}

static void ordinary(void **state)
{
	(void)state;
	drawing_ordinary_close();
	expect("ordinary");
}

static void half_close(void **state)
{
	(void)state;
	first_half(1048576);
	second_half();
	expire(0, 61611 * MS);
	expect("half-close");
}

static void half_close_without_data(void **state)
{
	(void)state;
	first_half(0);
	second_half();
	expire(0, 61611 * MS);
	expect("half-close-empty");
}

static void simultaneous(void **state)
{
	(void)state;
	drawing_crossing();
	expect("simultaneous");
}

/* The passive closer closed before wave 1 came, but its FIN waited behind data. */
static void unsent_fin(void **state)
{
	struct tcpfin_event ev = drawing_of(1, STATE, FW1, CLOSING, 30 * US);

	(void)state;
	close_first();
	drawing_put(drawing_by(drawing_of(1, STATE, ESTAB, FW1, 2 * US)));
	ev.snd_nxt -= 1000;
	drawing_put(ev);
	drawing_step(0, STATE, FW1, FW2, 40 * US);
	drawing_step(0, BIRTH, FW2, TW, 5 * MS);
	drawing_step(1, BIRTH, CLOSING, TW, 6 * MS);
	expire(0, 60611 * MS);
	expire(1, 60612 * MS);
	expect("unsent-fin");
}

static void lost_fin(void **state)
{
	(void)state;
	close_first();
	drawing_step(0, RETRANS, FW1, FW1, 200 * MS);
	drawing_step(0, RETRANS, FW1, FW1, 600 * MS);
	drawing_step(1, STATE, ESTAB, CW, 600 * MS + 20 * US);
	drawing_step(0, STATE, FW1, FW2, 600 * MS + 40 * US);
	second_half();
	expire(0, 61611 * MS);
	expect("lost-fin");
}

static void lost_last_ack(void **state)
{
	struct tcpfin_event ev = drawing_of(0, EXTEND, TW, TW, 1605 * MS);

	(void)state;
	first_half(0);
	close_second(1205 * MS);
	drawing_step(0, FLIP, FW2, TW, 1205 * MS + 20 * US);
	drawing_step(1, RETRANS, LACK, LACK, 1405 * MS);
	drawing_step(1, RETRANS, LACK, LACK, 1605 * MS - 20 * US);
	drawing_put(with_flags(ev, TCPFIN_F_FIN));
	drawing_step(1, STATE, LACK, CLOSE, 1605 * MS + 20 * US);
	expire(0, 62611 * MS);
	expect("lost-last-ack");
}

/* TIME_WAIT ends for this reason. */
static void ends_for(uint8_t reason, const char *name)
{
	first_half(0);
	second_half();
	drawing_put(drawing_because(drawing_of(0, DEATH, TW, CLOSE, 7 * SEC), reason, 0));
	expect(name);
}

static void time_wait_reused_by_connect(void **state)
{
	(void)state;
	ends_for(TCPFIN_REASON_TW_REUSE, "time-wait-reused-by-connect");
}

static void time_wait_reused_by_syn(void **state)
{
	(void)state;
	ends_for(TCPFIN_REASON_SYN_REUSE, "time-wait-reused-by-syn");
}

static void time_wait_reset(void **state)
{
	(void)state;
	ends_for(TCPFIN_REASON_RST_RCVD, "time-wait-reset");
}

static void time_wait_killed(void **state)
{
	(void)state;
	ends_for(TCPFIN_REASON_KILLED, "time-wait-killed");
}

static void time_wait_netns(void **state)
{
	(void)state;
	ends_for(TCPFIN_REASON_NETNS, "time-wait-netns");
}

static void time_wait_of_a_caller(void **state)
{
	(void)state;
	strcpy(drawing.script.src.header.caller[0], "new\033function");
	ends_for(TCPFIN_REASON_CALLER, "time-wait-caller");
}

static void time_wait_runs(void **state)
{
	(void)state;
	first_half(0);
	second_half();
	expect("time-wait-runs");
}

static void time_wait_refused(void **state)
{
	struct tcpfin_event ev;

	(void)state;
	first_half(0);
	close_second(MS);
	ev = drawing_because(drawing_of(0, REFUSED, FW2, CLOSE, MS + 20 * US),
			     TCPFIN_REASON_REFUSED, TW);
	ev.rcv_nxt = Y + 1;
	drawing_put(ev);
	drawing_step(1, STATE, LACK, CLOSE, MS + 40 * US);
	expect("time-wait-refused");
}

static void fin_wait2_ends(uint8_t reason, const char *name)
{
	close_first();
	drawing_step(1, STATE, ESTAB, CW, 10 * US);
	drawing_step(0, BIRTH, FW1, FW2, 30 * US);
	drawing_put(drawing_because(drawing_of(0, DEATH, FW2, CLOSE, 60 * SEC), reason, 0));
	expect(name);
}

static void fin_wait2_timeout(void **state)
{
	(void)state;
	fin_wait2_ends(TCPFIN_REASON_EXPIRED, "fin-wait2-timeout");
}

static void fin_wait2_taken(void **state)
{
	(void)state;
	fin_wait2_ends(TCPFIN_REASON_SYN_REUSE, "fin-wait2-taken");
}

static void fin_wait2_refused(void **state)
{
	(void)state;
	close_first();
	drawing_step(1, STATE, ESTAB, CW, 10 * US);
	drawing_put(drawing_because(drawing_of(0, REFUSED, FW1, CLOSE, 30 * US),
				    TCPFIN_REASON_REFUSED, FW2));
	expect("fin-wait2-refused");
}

static void data_after_close(void **state)
{
	(void)state;
	first_half(0);
	drawing_put(drawing_because(drawing_of(0, STATE, FW2, CLOSE, 5 * MS),
				    TCPFIN_REASON_RST_SENT, TCPFIN_CAUSE_LATE_DATA));
	drawing_put(drawing_because(drawing_of(1, STATE, CW, CLOSE, 5 * MS + 20 * US),
				    TCPFIN_REASON_RST_RCVD, 0));
	expect("data-after-close");
}

static void linger_0(void **state)
{
	(void)state;
	drawing_reset();
	expect("linger-0");
}

static void rst_from_an_unseen_end(void **state)
{
	(void)state;
	drawing_put(drawing_because(drawing_by(drawing_of(1, STATE, ESTAB, CLOSE, 0)),
				    TCPFIN_REASON_RST_RCVD, 0));
	expect("rst-received");
}

/* Data for an end that is over is answered with a RST. */
static void rst_after_the_other_end(void **state)
{
	(void)state;
	close_first();
	drawing_step(1, STATE, ESTAB, CW, 10 * US);
	drawing_step(0, BIRTH, FW1, FW2, 30 * US);
	drawing_put(drawing_because(drawing_of(0, DEATH, FW2, CLOSE, 60 * SEC),
				    TCPFIN_REASON_EXPIRED, 0));
	drawing_put(drawing_because(drawing_of(1, STATE, CW, CLOSE, 62 * SEC),
				    TCPFIN_REASON_RST_RCVD, 0));
	expect("rst-after-end");
}

/* A socket that is connected to itself: its FIN comes back. */
static void connected_to_itself(void **state)
{
	static const struct {
		uint8_t kind, old, new;
	} steps[] = {
		{ STATE, ESTAB, FW1 }, { STATE, FW1, CLOSING },
		{ BIRTH, CLOSING, TW }, { DEATH, TW, CLOSE },
	};
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		struct tcpfin_event ev = drawing_by(drawing_of(
			0, steps[i].kind, steps[i].old, steps[i].new,
			i == 3 ? 60 * SEC : i * 10 * US));

		memcpy(ev.raddr, ev.laddr, sizeof(ev.raddr));
		ev.rport = ev.lport;
		ev.rcv_nxt = i ? X + 1 : X;
		if (i == 3)
			ev.reason = TCPFIN_REASON_EXPIRED;
		drawing_put(ev);
	}
	expect("self");
}

/* Both ends get a RST, and neither sent one. */
static void rst_of_neither_end(void **state)
{
	unsigned int end;

	(void)state;
	drawing_put(drawing_by(drawing_of(0, STATE, ESTAB, FW1, 0)));
	drawing_step(1, STATE, ESTAB, CW, 10 * US);
	for (end = 0; end < 2; end++)
		drawing_put(drawing_because(
			drawing_of(end, STATE, end ? CW : FW1, CLOSE, (20 + end) * US),
			TCPFIN_REASON_RST_RCVD, 0));
	expect("rst-of-neither");
}

static void retransmissions_given_up(void **state)
{
	unsigned int i;

	(void)state;
	close_first();
	for (i = 1; i <= 3; i++)
		drawing_step(0, RETRANS, FW1, FW1, i * 200 * MS);
	drawing_put(drawing_because(drawing_of(0, STATE, FW1, CLOSE, 2 * SEC),
				    TCPFIN_REASON_TIMEOUT, RETRANSMISSIONS(3)));
	expect("timeout");
}

static void last_ack_given_up(void **state)
{
	(void)state;
	drawing_step(1, STATE, ESTAB, CW, 10 * US);
	close_second(MS);
	drawing_step(1, RETRANS, LACK, LACK, 200 * MS);
	drawing_put(drawing_because(drawing_of(1, STATE, LACK, CLOSE, 2 * SEC),
				    TCPFIN_REASON_TIMEOUT, RETRANSMISSIONS(1)));
	expect("timeout-last-ack");
}

static void fails(void **state)
{
	struct tcpfin_event ev = drawing_because(drawing_of(0, STATE, ESTAB, CLOSE, 0),
						 TCPFIN_REASON_ERROR, 0);

	(void)state;
	ev.err = 113;
	drawing_put(ev);
	expect("error");
}

static void only_closer_seen(void **state)
{
	(void)state;
	drawing_closer_until_time_wait();
	expire(0, 60611 * MS);
	expect("only-closer-seen");
}

static void only_other_seen(void **state)
{
	(void)state;
	drawing_step(1, STATE, ESTAB, CW, 10600);
	close_second(297600);
	drawing_step(1, STATE, LACK, CLOSE, 319500);
	expect("only-other-seen");
}

static void only_the_end_seen(void **state)
{
	(void)state;
	expire(0, 60611 * MS);
	expect("only-end-seen");
}

static void still_half_closed(void **state)
{
	(void)state;
	first_half(0);
	pairing_open(drawing.pairing, drawing_draw, NULL);
	expect("open");
}

/* Two processes of one name are told apart. */
static void names_are_equal(void **state)
{
	(void)state;
	drawing_put(fixture_task(drawing_of(0, STATE, ESTAB, FW1, 0), 1, "peer"));
	drawing_step(1, STATE, ESTAB, CW, 10 * US);
	drawing_put(fixture_task(drawing_of(1, STATE, CW, LACK, 20 * US), 2, "peer"));
	drawing_step(0, STATE, FW1, FW2, 30 * US);
	drawing_step(0, BIRTH, FW2, TW, 31 * US);
	drawing_step(1, STATE, LACK, CLOSE, 40 * US);
	expire(0, 60 * SEC);
	expect("equal-names");
}

/* One connection for each value of detail, known or not. */
static void give_up(uint8_t reason, uint32_t details, uint16_t flags)
{
	struct tcpfin_event ev;
	uint32_t detail;

	for (detail = 0; detail <= details; detail++) {
		ev = drawing_because(drawing_of(0, STATE, ESTAB, CLOSE, detail * MS),
				     reason, detail);
		ev.cookie = 100U + reason * 50U + detail;
		ev.lport = (uint16_t)(1000 + reason * 50U + detail);
		drawing_put(with_flags(ev, flags));
	}
}

static void causes(void **state)
{
	(void)state;
	give_up(TCPFIN_REASON_ABORTED, TCPFIN_CAUSE_MAX + 1, TCPFIN_F_RST);
	give_up(TCPFIN_REASON_TIMEOUT, TCPFIN_TIMEOUT_MAX + 1, 0);
	give_up(TCPFIN_REASON_KILLED, 0, 0);
	expect("causes");
}

static void aborts_without_rst(void **state)
{
	(void)state;
	drawing_put(drawing_because(drawing_by(drawing_of(0, STATE, ESTAB, CLOSE, 0)),
				    TCPFIN_REASON_ABORTED, TCPFIN_CAUSE_REPAIR));
	expect("aborted");
}

/* No line is longer than the terminal is wide, but for a long word. */
static void wraps(void **state)
{
	const char *line, *end;

	(void)state;
	drawing.words = 40;
	drawing_ordinary_close();
	pairing_finish(drawing.pairing);
	fflush(drawing.out);
	for (line = drawing.text; *line; line = end + 1) {
		end = strchr(line, '\n');
		assert_in_range(end - line, 13, 40);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, drawing_teardown)
		TEST(ordinary),
		TEST(half_close),
		TEST(half_close_without_data),
		TEST(simultaneous),
		TEST(unsent_fin),
		TEST(lost_fin),
		TEST(lost_last_ack),
		TEST(time_wait_reused_by_connect),
		TEST(time_wait_reused_by_syn),
		TEST(time_wait_reset),
		TEST(time_wait_killed),
		TEST(time_wait_netns),
		TEST(time_wait_of_a_caller),
		TEST(time_wait_runs),
		TEST(time_wait_refused),
		TEST(fin_wait2_timeout),
		TEST(fin_wait2_taken),
		TEST(fin_wait2_refused),
		TEST(data_after_close),
		TEST(linger_0),
		TEST(rst_from_an_unseen_end),
		TEST(rst_after_the_other_end),
		TEST(connected_to_itself),
		TEST(rst_of_neither_end),
		TEST(retransmissions_given_up),
		TEST(last_ack_given_up),
		TEST(fails),
		TEST(only_closer_seen),
		TEST(only_other_seen),
		TEST(only_the_end_seen),
		TEST(still_half_closed),
		TEST(names_are_equal),
		TEST(causes),
		TEST(aborts_without_rst),
		TEST(wraps),
	};

	return RUN_TESTS(tests);
}
