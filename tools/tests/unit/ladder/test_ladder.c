// SPDX-License-Identifier: GPL-2.0
/* Ladders of each kind of teardown: whole pictures, compared exactly. */
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "ladder_fixture.h"

static void closes_ordinarily(void **state)
{
	(void)state;
	drawing_ordinary_close();
	drawing_expect(
"00:00:01.000  ended: fin  closed first: curl, pid 612\n"
"x = 3454665023, y = 3118697900\n"
"\n"
"10.0.0.1:40000                                                     192.0.2.7:443\n"
"curl, pid 612                                                     nginx, pid 598\n"
"\n"
"          ESTABLISHED │                                  │ ESTABLISHED\n"
"                      │                                  │\n"
"        0   FIN_WAIT1 ├──── 1 FIN seq=x ────────────────▶│ CLOSE_WAIT  10.6us\n"
"              305.2us │                                  │ 287.0us\n"
"  305.2us   FIN_WAIT2 │◀─── 2+3 FIN seq=y ACK ack=x+1 ───┤ LAST_ACK    297.6us\n"
"                3.6us │                                  │ 21.9us\n"
"  308.8us   TIME_WAIT ├──── 4 ACK ack=y+1 ──────────────▶┴ CLOSE       319.5us\n"
"              60.610s │\n"
"  60.611s       CLOSE ┴ expired\n");
}

static void half_closes(void **state)
{
	struct tcpfin_event ev;

	(void)state;
	drawing_put(drawing_by(drawing_of(0, STATE, ESTAB, FW1, 0)));
	ev = drawing_of(0, STATE, FW1, FW2, 40 * US);
	ev.rcv_nxt -= 1048576;
	drawing_step(1, STATE, ESTAB, CW, 10600);
	drawing_put(ev);
	drawing_put(drawing_because(
		drawing_by(drawing_of(1, STATE, CW, TCP_LAST_ACK, 1205 * MS)),
		0, TCPFIN_LAST_ACK_ALONE));
	drawing_step(0, FLIP, FW2, TW, 1205 * MS + 20 * US);
	drawing_step(1, STATE, TCP_LAST_ACK, TCP_CLOSE, 1205 * MS + 40 * US);
	drawing_put(
		drawing_because(drawing_of(0, DEATH, TW, TCP_CLOSE, 61611 * MS),
				TCPFIN_REASON_EXPIRED, 0));
	drawing_expect(
"00:00:01.000  ended: fin  closed first: curl, pid 612\n"
"x = 3454665023, y = 3118697900\n"
"\n"
"10.0.0.1:40000                                                     192.0.2.7:443\n"
"curl, pid 612                                                     nginx, pid 598\n"
"\n"
"          ESTABLISHED │                                  │ ESTABLISHED\n"
"                      │                                  │\n"
"        0   FIN_WAIT1 ├──── 1 FIN seq=x ────────────────▶│ CLOSE_WAIT  10.6us\n"
"               40.0us │                                  │ 1.204s\n"
"   40.0us   FIN_WAIT2 │◀─── 2 ACK ack=x+1 ───────────────┤\n"
"               1.204s │                                  │\n"
"                      │◀═══ 1048576 bytes ═══════════════┤\n"
"                      │                                  │\n"
"   1.205s   TIME_WAIT │◀─── 3 FIN seq=y ─────────────────┤ LAST_ACK    1.205s\n"
"              60.405s │                                  │ 40.0us\n"
"                      ├──── 4 ACK ack=y+1 ──────────────▶┴ CLOSE       1.205s\n"
"                      │\n"
"  61.611s       CLOSE ┴ expired\n");
}

static void puts_data_after_wave_2(void **state)
{
	struct tcpfin_event ev;

	(void)state;
	drawing_step(0, STATE, ESTAB, FW1, 0);
	drawing_step(1, STATE, ESTAB, CW, 10 * US);
	drawing_step(0, RETRANS, FW1, FW1, 20 * US);
	ev = drawing_of(0, STATE, FW1, FW2, 30 * US);
	ev.rcv_nxt -= 100;
	drawing_put(ev);
	drawing_step(1, STATE, CW, TCP_LAST_ACK, 40 * US);
	drawing_step(0, FLIP, FW2, TW, 50 * US);
	drawing_step(1, STATE, TCP_LAST_ACK, TCP_CLOSE, 60 * US);
	pairing_open(drawing.pairing, drawing_draw, NULL);
	fflush(drawing.out);
	assert_non_null(strstr(drawing.text, " 2 ACK ack=x+1 "));
	assert_true(strstr(drawing.text, " 2 ACK ack=x+1 ") <
		    strstr(drawing.text, " 100 bytes "));
}

static void crosses(void **state)
{
	(void)state;
	drawing_crossing();
	drawing_expect(
"00:00:01.000  ended: fin  closed first: both\n"
"x = 3454665023, y = 3118697900\n"
"\n"
"10.0.0.1:40000                                                     192.0.2.7:443\n"
"curl, pid 612                                                     nginx, pid 598\n"
"\n"
"          ESTABLISHED │                                  │ ESTABLISHED\n"
"                      │                                  │\n"
"                      │ 1 FIN seq=x          3 FIN seq=y │\n"
"        0   FIN_WAIT1 ├───────────────╮ ╭────────────────┤ FIN_WAIT1   2.0us\n"
"              305.0us │                ╳                 │ 304.0us\n"
"  305.0us     CLOSING │◀──────────────╯ ╰───────────────▶│ CLOSING     306.0us\n"
"              300.0us │                                  │ 300.0us\n"
"  605.0us   TIME_WAIT │◀─── 2 ACK ack=x+1 ───────────────┤\n"
"              60.610s │                                  │\n"
"                      ├──── 4 ACK ack=y+1 ──────────────▶│ TIME_WAIT   606.0us\n"
"                      │                                  │ 60.610s\n"
"  60.611s       CLOSE ┴ expired                          │\n"
"                                                         │\n"
"                                                 expired ┴ CLOSE       60.611s\n");
}

static void loses_last_ack(void **state)
{
	(void)state;
	drawing_lost_last_ack();
	drawing_expect(
"00:00:01.000  ended: fin  closed first: curl, pid 612\n"
"x = 3454665023, y = 3118697900\n"
"\n"
"10.0.0.1:40000                                                     192.0.2.7:443\n"
"curl, pid 612                                                     nginx, pid 598\n"
"\n"
"          ESTABLISHED │                                  │ ESTABLISHED\n"
"                      │                                  │\n"
"        0   FIN_WAIT1 ├──── 1 FIN seq=x ────────────── ? │\n"
"            200.040ms │                                  │\n"
"200.000ms             ├──── 1 FIN seq=x again ──────────▶│ CLOSE_WAIT  200.020ms\n"
"                      │                                  │ 99.980ms\n"
"200.040ms   FIN_WAIT2 │◀─── 2 ACK ack=x+1 ───────────────┤\n"
"             99.980ms │                                  │\n"
"300.020ms   TIME_WAIT │◀─── 3 FIN seq=y ─────────────────┤ LAST_ACK    300.000ms\n"
"              61.310s │                                  │ 600.040ms\n"
"                      ├╌╌╌╌ 4 ACK ack=y+1 ╌╌╌╌╌╌╌╌╌╌╌╌ ? │\n"
"                      │                                  │\n"
"                      │ ? ─ 3 FIN seq=y again ───────────┤             500.000ms\n"
"                      │                                  │\n"
"900.030ms             │◀─── 3 FIN seq=y again ───────────┤             900.000ms\n"
"                      │                                  │\n"
"                      ├──── 4 ACK ack=y+1 again ────────▶┴ CLOSE       900.040ms\n"
"                      │\n"
"  61.611s       CLOSE ┴ expired\n"
"dotted: not seen, but what was seen implies it\n"
"?: not seen to arrive\n"
"TIME_WAIT started over: 1, for a FIN again: 1\n");
}

static void only_closer(void **state)
{
	(void)state;
	drawing_closer_until_time_wait();
	drawing_put(
		drawing_because(drawing_of(0, DEATH, TW, TCP_CLOSE, 60611 * MS),
				TCPFIN_REASON_EXPIRED, 0));
	drawing_expect(
"00:00:01.000  ended: fin  closed first: curl, pid 612\n"
"x = 3454665023, y = 3118697900\n"
"\n"
"10.0.0.1:40000                                                     192.0.2.7:443\n"
"curl, pid 612                                                 other end not seen\n"
"\n"
"          ESTABLISHED │                                  ┊ ?\n"
"                      │                                  ┊\n"
"        0   FIN_WAIT1 ├──── 1 FIN seq=x ────────────────▶┊\n"
"              305.2us │                                  ┊\n"
"  305.2us   FIN_WAIT2 │◀─── 2 ACK ack=x+1 ───────────────┊\n"
"                3.6us │                                  ┊\n"
"  308.8us   TIME_WAIT │◀─── 3 FIN seq=y ─────────────────┊\n"
"              60.610s │                                  ┊\n"
"                      ├╌╌╌╌ 4 ACK ack=y+1 ╌╌╌╌╌╌╌╌╌╌╌╌ ? ┊\n"
"                      │                                  ┊\n"
"  60.611s       CLOSE ┴ expired                          ┊\n"
"dotted: not seen, but what was seen implies it\n"
"?: not seen to arrive\n");
}

static void only_other(void **state)
{
	(void)state;
	drawing_step(1, STATE, ESTAB, CW, 10600);
	drawing_put(drawing_by(drawing_of(1, STATE, CW, TCP_LAST_ACK, 297600)));
	drawing_step(1, STATE, TCP_LAST_ACK, TCP_CLOSE, 319500);
	drawing_expect(
"00:00:01.000  ended: fin  closed first: 10.0.0.1:40000\n"
"x = 3454665023, y = 3118697900\n"
"\n"
"10.0.0.1:40000                                                     192.0.2.7:443\n"
"other end not seen                                                nginx, pid 598\n"
"\n"
"                    ? ┊                                  │ ESTABLISHED\n"
"                      ┊                                  │\n"
"                      ┊──── 1 FIN seq=x ────────────────▶│ CLOSE_WAIT  0\n"
"                      ┊                                  │ 287.0us\n"
"                      ┊ ? ╌ 2 ACK ack=x+1 ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌┤\n"
"                      ┊                                  │\n"
"                      ┊◀─── 3 FIN seq=y ─────────────────┤ LAST_ACK    287.0us\n"
"                      ┊                                  │ 21.9us\n"
"                      ┊──── 4 ACK ack=y+1 ──────────────▶┴ CLOSE       308.9us\n"
"dotted: not seen, but what was seen implies it\n"
"?: not seen to arrive\n");
}

static void resets(void **state)
{
	(void)state;
	drawing_reset();
	drawing_expect(
"00:00:01.000  ended: rst-sent (linger-0)  closed first: none\n"
"\n"
"10.0.0.1:40000                                                     192.0.2.7:443\n"
"curl, pid 612                                                                  -\n"
"\n"
"          ESTABLISHED │                                  │ ESTABLISHED\n"
"                      │                                  │\n"
"        0       CLOSE └──── RST (linger-0) ─────────────▶┴ CLOSE       20.0us\n");
}

static void answers_late_data_with_rst(void **state)
{
	(void)state;
	drawing_put(drawing_by(drawing_of(0, STATE, ESTAB, FW1, 0)));
	drawing_step(1, STATE, ESTAB, CW, 10 * US);
	drawing_step(0, STATE, FW1, FW2, 30 * US);
	drawing_put(drawing_because(
		drawing_of(0, STATE, FW2, TCP_CLOSE, 5 * MS),
		TCPFIN_REASON_RST_SENT, TCPFIN_CAUSE_LATE_DATA));
	drawing_put(drawing_because(
		drawing_of(1, STATE, CW, TCP_CLOSE, 5 * MS + 20 * US),
		TCPFIN_REASON_RST_RCVD, 0));
	drawing_expect(
"00:00:01.000  ended: rst-sent (data-after-close)  closed first: curl, pid 612\n"
"x = 3454665023, y = -\n"
"\n"
"10.0.0.1:40000                                                     192.0.2.7:443\n"
"curl, pid 612                                                                  -\n"
"\n"
"          ESTABLISHED │                                  │ ESTABLISHED\n"
"                      │                                  │\n"
"        0   FIN_WAIT1 ├──── 1 FIN seq=x ────────────────▶│ CLOSE_WAIT  10.0us\n"
"               30.0us │                                  │ 5.010ms\n"
"   30.0us   FIN_WAIT2 │◀─── 2 ACK ack=x+1 ───────────────┤\n"
"              4.970ms │                                  │\n"
"  5.000ms       CLOSE └──── RST (data-after-close) ─────▶┴ CLOSE       5.020ms\n");
}

static void gets_rst_from_an_unseen_end(void **state)
{
	(void)state;
	drawing_put(drawing_because(drawing_of(1, STATE, ESTAB, TCP_CLOSE, 0),
				    TCPFIN_REASON_RST_RCVD, 0));
	drawing_expect(
"00:00:01.000  ended: rst-received  closed first: none\n"
"\n"
"192.0.2.7:443                                                     10.0.0.1:40000\n"
"-                                                             other end not seen\n"
"\n"
"          ESTABLISHED │                                  ┊ ?\n"
"                      │                                  ┊\n"
"        0       CLOSE ┴◀─── RST ─────────────────────────┊\n");
}

static void is_killed_in_time_wait(void **state)
{
	(void)state;
	drawing_closer_until_time_wait();
	drawing_put(
		drawing_because(drawing_of(0, DEATH, TW, TCP_CLOSE, 7 * SEC),
				TCPFIN_REASON_RST_RCVD, 0));
	drawing_expect(
"00:00:01.000  ended: fin  closed first: curl, pid 612\n"
"x = 3454665023, y = 3118697900\n"
"\n"
"10.0.0.1:40000                                                     192.0.2.7:443\n"
"curl, pid 612                                                 other end not seen\n"
"\n"
"          ESTABLISHED │                                  ┊ ?\n"
"                      │                                  ┊\n"
"        0   FIN_WAIT1 ├──── 1 FIN seq=x ────────────────▶┊\n"
"              305.2us │                                  ┊\n"
"  305.2us   FIN_WAIT2 │◀─── 2 ACK ack=x+1 ───────────────┊\n"
"                3.6us │                                  ┊\n"
"  308.8us   TIME_WAIT │◀─── 3 FIN seq=y ─────────────────┊\n"
"               6.999s │                                  ┊\n"
"                      ├╌╌╌╌ 4 ACK ack=y+1 ╌╌╌╌╌╌╌╌╌╌╌╌ ? ┊\n"
"                      │                                  ┊\n"
"   7.000s       CLOSE ┴◀─── RST ─────────────────────────┊\n"
"dotted: not seen, but what was seen implies it\n"
"?: not seen to arrive\n");
}

static void gives_up(void **state)
{
	unsigned int i;

	(void)state;
	drawing_put(drawing_by(drawing_of(0, STATE, ESTAB, FW1, 0)));
	for (i = 1; i <= 3; i++)
		drawing_step(0, RETRANS, FW1, FW1, (i * 200) * MS);
	drawing_put(
		drawing_because(drawing_of(0, STATE, FW1, TCP_CLOSE, 2 * SEC),
				TCPFIN_REASON_TIMEOUT, RETRANSMISSIONS(3)));
	drawing_expect(
"00:00:01.000  ended: timeout (retransmission)  closed first: curl, pid 612\n"
"x = 3454665023, y = -\n"
"\n"
"10.0.0.1:40000                                                     192.0.2.7:443\n"
"curl, pid 612                                                 other end not seen\n"
"\n"
"          ESTABLISHED │                                  ┊ ?\n"
"                      │                                  ┊\n"
"        0   FIN_WAIT1 ├──── 1 FIN seq=x ────────────── ? ┊\n"
"               2.000s │                                  ┊\n"
"200.000ms             ├──── 1 FIN seq=x again ──────── ? ┊\n"
"                      │                                  ┊\n"
"400.000ms             ├──── 1 FIN seq=x again ──────── ? ┊\n"
"                      │                                  ┊\n"
"600.000ms             ├──── 1 FIN seq=x again ──────── ? ┊\n"
"                      │                                  ┊\n"
"   2.000s       CLOSE ┴ retransmission, 3 tries          ┊\n"
"?: not seen to arrive\n");
}

static void tells_how_many_more(void **state)
{
	unsigned int i;

	(void)state;
	drawing_put(drawing_by(drawing_of(0, STATE, ESTAB, FW1, 0)));
	for (i = 1; i <= 40; i++)
		drawing_step(0, RETRANS, FW1, FW1, i * MS);
	drawing_put(
		drawing_because(drawing_of(0, STATE, FW1, TCP_CLOSE, 2 * SEC),
				TCPFIN_REASON_TIMEOUT, RETRANSMISSIONS(15)));
	pairing_finish(drawing.pairing);
	fflush(drawing.out);
	assert_null(strstr(drawing.text, "33.000ms"));
	assert_non_null(strstr(drawing.text, " FIN again: 8 more "));
}

static void waits_in_vain(void **state)
{
	(void)state;
	drawing_put(drawing_by(drawing_of(0, STATE, ESTAB, FW1, 0)));
	drawing_step(1, STATE, ESTAB, CW, 10 * US);
	drawing_step(0, BIRTH, FW1, FW2, 30 * US);
	drawing_put(
		drawing_because(drawing_of(0, DEATH, FW2, TCP_CLOSE, 60 * SEC),
				TCPFIN_REASON_EXPIRED, 0));
	drawing_expect(
"00:00:01.000  ended: fin-wait-2-timeout  closed first: curl, pid 612\n"
"x = 3454665023, y = -\n"
"\n"
"10.0.0.1:40000                                                     192.0.2.7:443\n"
"curl, pid 612                                                                  -\n"
"\n"
"          ESTABLISHED │                                  │ ESTABLISHED\n"
"                      │                                  │\n"
"        0   FIN_WAIT1 ├──── 1 FIN seq=x ────────────────▶│ CLOSE_WAIT  10.0us\n"
"               30.0us │                                  │\n"
"   30.0us   FIN_WAIT2 │◀─── 2 ACK ack=x+1 ───────────────┤\n"
"              59.999s │                                  │\n"
"  60.000s       CLOSE ┴ expired                          │\n"
"                                                         ⋮\n"
"still in CLOSE_WAIT for 98.999s: 192.0.2.7:443\n");
}

static void time_wait_is_refused(void **state)
{
	struct tcpfin_event ev;

	(void)state;
	drawing_put(drawing_by(drawing_of(0, STATE, ESTAB, FW1, 0)));
	drawing_step(1, STATE, ESTAB, CW, 10 * US);
	drawing_step(0, STATE, FW1, FW2, 30 * US);
	drawing_put(drawing_because(
		drawing_by(drawing_of(1, STATE, CW, TCP_LAST_ACK, MS)),
		0, TCPFIN_LAST_ACK_ALONE));
	ev = drawing_because(drawing_of(0, REFUSED, FW2, TCP_CLOSE, MS + 20 * US),
		     TCPFIN_REASON_REFUSED, TW);
	ev.rcv_nxt = Y + 1;
	drawing_put(ev);
	drawing_step(1, STATE, TCP_LAST_ACK, TCP_CLOSE, MS + 40 * US);
	drawing_expect(
"00:00:01.000  ended: fin  closed first: curl, pid 612\n"
"x = 3454665023, y = 3118697900\n"
"\n"
"10.0.0.1:40000                                                     192.0.2.7:443\n"
"curl, pid 612                                                     nginx, pid 598\n"
"\n"
"          ESTABLISHED │                                  │ ESTABLISHED\n"
"                      │                                  │\n"
"        0   FIN_WAIT1 ├──── 1 FIN seq=x ────────────────▶│ CLOSE_WAIT  10.0us\n"
"               30.0us │                                  │ 990.0us\n"
"   30.0us   FIN_WAIT2 │◀─── 2 ACK ack=x+1 ───────────────┤\n"
"              990.0us │                                  │\n"
"  1.020ms       CLOSE ┴◀─── 3 FIN seq=y ─────────────────┤ LAST_ACK    1.000ms\n"
"                        TIME_WAIT refused                │ 40.0us\n"
"                       ──── 4 ACK ack=y+1 ──────────────▶┴ CLOSE       1.040ms\n");
}

/* The client's process goes on, and learns of it when it closes. */
static void rst_comes_from_nowhere(void **state)
{
	(void)state;
	drawing_put(drawing_because(drawing_of(1, STATE, ESTAB, TCP_CLOSE, 0),
				    TCPFIN_REASON_RST_RCVD, 0));
	drawing_put(drawing_because(drawing_of(0, STATE, ESTAB, TCP_CLOSE, MS),
				    TCPFIN_REASON_RST_RCVD, 0));
	drawing_expect(
"00:00:01.000  ended: rst-received (injected)  closed first: none\n"
"\n"
"192.0.2.7:443                                                     10.0.0.1:40000\n"
"-                                                                              -\n"
"\n"
"          ESTABLISHED │                                  │ ESTABLISHED\n"
"                      │                                  │\n"
"        0       CLOSE ┴◀─── RST (injected) ─────────── ? │\n"
"                                                         │\n"
"                       ──── RST ────────────────────────▶┴ CLOSE       1.000ms\n"
"RST (injected): neither end sent it\n");
}

static struct tcpfin_event to_itself(uint8_t kind, uint8_t old, uint8_t new,
				     uint64_t time_ns)
{
	struct tcpfin_event ev = drawing_of(0, kind, old, new, time_ns);

	memcpy(ev.raddr, ev.laddr, sizeof(ev.raddr));
	ev.rport = ev.lport;
	ev.rcv_nxt = new == FW1 ? X : X + 1;
	return ev;
}

static void is_connected_to_itself(void **state)
{
	(void)state;
	drawing_put(drawing_by(to_itself(STATE, ESTAB, FW1, 0)));
	drawing_put(to_itself(STATE, FW1, TCP_CLOSING, 20 * US));
	drawing_put(to_itself(BIRTH, TCP_CLOSING, TW, 30 * US));
	drawing_put(drawing_because(to_itself(DEATH, TW, TCP_CLOSE, 60611 * MS),
				    TCPFIN_REASON_EXPIRED, 0));
	drawing_expect(
"00:00:01.000  ended: fin  closed first: curl, pid 612\n"
"x = 3454665023\n"
"\n"
"10.0.0.1:40000                                               connected to itself\n"
"curl, pid 612\n"
"\n"
"          ESTABLISHED │\n"
"                      │\n"
"        0   FIN_WAIT1 ├──── 1 FIN seq=x ─────────────────╮\n"
"               20.0us │                                  ┊\n"
"   20.0us     CLOSING │◀─── 1 FIN seq=x ─────────────────╯\n"
"               10.0us │\n"
"                      ├──── 2 ACK ack=x+1 ───────────────╮\n"
"                      │                                  ┊\n"
"   30.0us   TIME_WAIT │◀─── 2 ACK ack=x+1 ───────────────╯\n"
"              60.610s │\n"
"  60.611s       CLOSE ┴ expired\n");
}

static void addresses_are_translated(void **state)
{
	static const struct {
		unsigned int end;
		uint8_t kind, old, new;
		uint64_t time_ns;
	} steps[] = {
		{ 0, STATE, ESTAB, FW1, 0 }, { 1, STATE, ESTAB, CW, 10 * US },
		{ 0, STATE, FW1, FW2, 20 * US },
		{ 1, STATE, CW, TCP_LAST_ACK, 30 * US },
		{ 0, BIRTH, FW2, TW, 40 * US },
		{ 1, STATE, TCP_LAST_ACK, TCP_CLOSE, 50 * US },
		{ 0, DEATH, TW, TCP_CLOSE, 60611 * MS },
	};
	static const uint8_t server[4] = { 172, 17, 0, 2 };
	unsigned int i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(steps); i++) {
		struct tcpfin_event ev = drawing_of(steps[i].end, steps[i].kind,
						    steps[i].old, steps[i].new,
						    steps[i].time_ns);

		if (steps[i].end)
			memcpy(ev.laddr, server, sizeof(server));
		if (steps[i].end)
			ev.lport = 8080;
		if (steps[i].kind == DEATH)
			ev.reason = TCPFIN_REASON_EXPIRED;
		drawing_put(ev);
	}
	drawing_expect(
"00:00:01.000  ended: fin  closed first: 10.0.0.1:40000\n"
"x = 3454665023, y = 3118697900\n"
"\n"
"10.0.0.1:40000                                                   172.17.0.2:8080\n"
"-                                                                              -\n"
"\n"
"          ESTABLISHED │                                  │ ESTABLISHED\n"
"                      │                                  │\n"
"        0   FIN_WAIT1 ├──── 1 FIN seq=x ────────────────▶│ CLOSE_WAIT  10.0us\n"
"               20.0us │                                  │ 20.0us\n"
"   20.0us   FIN_WAIT2 │◀─── 2 ACK ack=x+1 ───────────────┤\n"
"               20.0us │                                  │\n"
"   40.0us   TIME_WAIT │◀─── 3 FIN seq=y ─────────────────┤ LAST_ACK    30.0us\n"
"              60.610s │                                  │ 20.0us\n"
"                      ├──── 4 ACK ack=y+1 ──────────────▶┴ CLOSE       50.0us\n"
"                      │\n"
"  60.611s       CLOSE ┴ expired\n"
"addresses were translated between the ends\n");
}

static void fills_nothing_in(void **state)
{
	(void)state;
	drawing_put(
		drawing_because(drawing_of(0, DEATH, TW, TCP_CLOSE, 60611 * MS),
				TCPFIN_REASON_EXPIRED, 0));
	drawing_expect(
"00:01:01.611  ended: fin  closed first: -\n"
"x = 3454665023, y = 3118697900\n"
"\n"
"10.0.0.1:40000                                                     192.0.2.7:443\n"
"-                                                             other end not seen\n"
"\n"
"                    - │                                  ┊ ?\n"
"                      │                                  ┊\n"
"                      ├╌╌╌╌ 1 FIN seq=x ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌▶┊\n"
"                      │                                  ┊\n"
"                      │ ? ╌ 2 ACK ack=x+1 ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌┊\n"
"                      │                                  ┊\n"
"                      │◀╌╌╌ 3 FIN seq=y ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌┊\n"
"                      │                                  ┊\n"
"                      ├╌╌╌╌ 4 ACK ack=y+1 ╌╌╌╌╌╌╌╌╌╌╌╌ ? ┊\n"
"                      │                                  ┊\n"
"        -   TIME_WAIT │                                  ┊\n"
"                      │                                  ┊\n"
"        0       CLOSE ┴ expired                          ┊\n"
"dotted: not seen, but what was seen implies it\n"
"?: not seen to arrive\n"
"partial: some steps were not seen\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, drawing_setup, drawing_teardown)
		TEST(closes_ordinarily),
		TEST(half_closes),
		TEST(puts_data_after_wave_2),
		TEST(crosses),
		TEST(loses_last_ack),
		TEST(only_closer),
		TEST(only_other),
		TEST(resets),
		TEST(answers_late_data_with_rst),
		TEST(gets_rst_from_an_unseen_end),
		TEST(is_killed_in_time_wait),
		TEST(gives_up),
		TEST(tells_how_many_more),
		TEST(waits_in_vain),
		TEST(time_wait_is_refused),
		TEST(fills_nothing_in),
		TEST(rst_comes_from_nowhere),
		TEST(is_connected_to_itself),
		TEST(addresses_are_translated),
	};

	return RUN_TESTS(tests);
}
