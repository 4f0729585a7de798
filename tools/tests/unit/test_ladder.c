// SPDX-License-Identifier: GPL-2.0
/* Ladders: whole pictures, to the letter. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "check.h"
#include "craft.h"
#include "ladder.h"
#include "teardowns.h"

#define STATE	TCPFIN_KIND_STATE
#define BIRTH	TCPFIN_KIND_TW_BIRTH
#define FLIP	TCPFIN_KIND_TW_FLIP
#define EXTEND	TCPFIN_KIND_TW_EXTEND
#define DEATH	TCPFIN_KIND_TW_DEATH
#define REFUSED	TCPFIN_KIND_TW_REFUSED
#define RETRANS	TCPFIN_KIND_FIN_RETRANS

#define ESTAB	TCP_ESTABLISHED
#define FW1	TCP_FIN_WAIT1
#define FW2	TCP_FIN_WAIT2
#define TW	TCP_TIME_WAIT
#define CW	TCP_CLOSE_WAIT

/* FIN sequence numbers: that of the client, end 0, and that of the server. */
#define X	3454665023U
#define Y	3118697900U

#define US	1000ULL

static struct script place;
static struct tcpfin_teardowns *teardowns;
static struct tcpfin_extras *extras;
static struct tcpfin_ladder_style style;
static FILE *out;
static char *text;
static size_t size;

static void draw(void *data, const struct tcpfin_verdict *v)
{
	const struct tcpfin_ladder_scene scene = {
		.src = &place.src, .extras = extras,
	};

	(void)data;
	tcpfin_ladder_draw(out, &style, &scene, v);
}

static int setup(void **state)
{
	(void)state;
	setenv("TZ", "UTC", 1);
	tzset();
	memset(&style, 0, sizeof(style));
	style.unicode = true;
	script_init(&place, NULL, 0);
	place.now_ns = 100 * SEC;
	teardowns = tcpfin_teardowns_new(1000, SEC, draw, NULL);
	extras = tcpfin_extras_new();
	out = open_memstream(&text, &size);
	return !teardowns || !extras || !out;
}

static int teardown(void **state)
{
	(void)state;
	tcpfin_teardowns_free(teardowns);
	tcpfin_extras_free(extras);
	fclose(out);
	free(text);
	return 0;
}

static void put(struct tcpfin_event ev)
{
	const struct tcpfin_item item = {
		.type = TCPFIN_ITEM_EVENT, .time_ns = ev.time_ns, .event = &ev,
	};
	const struct tcpfin_conn *conn;

	conn = tcpfin_teardowns_take(teardowns, &item);
	tcpfin_extras_take(extras, &item, conn);
}

/* An event of end 0 or 1, at so many nanoseconds after a second. */
static struct tcpfin_event of(unsigned int end, uint8_t kind, uint8_t old,
			      uint8_t new, uint64_t time_ns)
{
	struct tcpfin_event ev = craft_event(kind, 1 + end, old, new,
					     SEC + time_ns);
	const uint32_t own = end ? Y : X, peer = end ? X : Y;
	uint8_t addr[16];

	ev.snd_nxt += own - CRAFT_FIN;
	ev.rcv_nxt += peer - CRAFT_PEER_FIN;
	if (ev.flags & TCPFIN_F_SNDBUF) {
		ev.write_seq = ev.snd_nxt;
		ev.snd_una = ev.snd_nxt;
	}
	if (!end)
		return ev;
	memcpy(addr, ev.laddr, sizeof(addr));
	memcpy(ev.laddr, ev.raddr, sizeof(addr));
	memcpy(ev.raddr, addr, sizeof(addr));
	ev.lport = 443;
	ev.rport = 40000;
	return ev;
}

static void step(unsigned int end, uint8_t kind, uint8_t old, uint8_t new,
		 uint64_t time_ns)
{
	put(of(end, kind, old, new, time_ns));
}

static struct tcpfin_event by(struct tcpfin_event ev)
{
	return ev.lport == 443 ? craft_task(ev, 598, "nginx") :
				 craft_task(ev, 612, "curl");
}

static struct tcpfin_event because(struct tcpfin_event ev, uint8_t reason,
				   uint32_t detail)
{
	ev.reason = reason;
	ev.detail = detail;
	return ev;
}

static void expect(const char *want)
{
	tcpfin_teardowns_finish(teardowns);
	fflush(out);
	if (!strcmp(text, want))
		return;
	/* A message of cmocka's ends after 1024 bytes. */
	fprintf(stderr, "got:\n%s\nwant:\n%s", text, want);
	fail_msg("another picture");
}

static void closer_until_time_wait(void)
{
	put(by(of(0, STATE, ESTAB, FW1, 0)));
	step(0, STATE, FW1, FW2, 305200);
	step(0, BIRTH, FW2, TW, 308800);
}

static void ordinary_close(void)
{
	put(by(of(0, STATE, ESTAB, FW1, 0)));
	step(1, STATE, ESTAB, CW, 10600);
	put(because(by(of(1, STATE, CW, TCP_LAST_ACK, 297600)), 0,
		    TCPFIN_LAST_ACK_WITH_FIN));
	step(0, STATE, FW1, FW2, 305200);
	step(0, BIRTH, FW2, TW, 308800);
	step(1, STATE, TCP_LAST_ACK, TCP_CLOSE, 319500);
	put(because(of(0, DEATH, TW, TCP_CLOSE, 60611 * MS),
		    TCPFIN_REASON_EXPIRED, 0));
}

static void closes_ordinarily(void **state)
{
	(void)state;
	ordinary_close();
	expect(
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
	put(by(of(0, STATE, ESTAB, FW1, 0)));
	ev = of(0, STATE, FW1, FW2, 40 * US);
	ev.rcv_nxt -= 1048576;
	step(1, STATE, ESTAB, CW, 10600);
	put(ev);
	put(because(by(of(1, STATE, CW, TCP_LAST_ACK, 1205 * MS)), 0,
		    TCPFIN_LAST_ACK_ALONE));
	step(0, FLIP, FW2, TW, 1205 * MS + 20 * US);
	step(1, STATE, TCP_LAST_ACK, TCP_CLOSE, 1205 * MS + 40 * US);
	put(because(of(0, DEATH, TW, TCP_CLOSE, 61611 * MS),
		    TCPFIN_REASON_EXPIRED, 0));
	expect(
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
	step(0, STATE, ESTAB, FW1, 0);
	step(1, STATE, ESTAB, CW, 10 * US);
	step(0, RETRANS, FW1, FW1, 20 * US);
	ev = of(0, STATE, FW1, FW2, 30 * US);
	ev.rcv_nxt -= 100;
	put(ev);
	step(1, STATE, CW, TCP_LAST_ACK, 40 * US);
	step(0, FLIP, FW2, TW, 50 * US);
	step(1, STATE, TCP_LAST_ACK, TCP_CLOSE, 60 * US);
	tcpfin_teardowns_open(teardowns, draw, NULL);
	fflush(out);
	assert_non_null(strstr(text, " 2 ACK ack=x+1 "));
	assert_true(strstr(text, " 2 ACK ack=x+1 ") <
		    strstr(text, " 100 bytes "));
}

static void crossing(void)
{
	put(by(of(0, STATE, ESTAB, FW1, 0)));
	put(by(of(1, STATE, ESTAB, FW1, 2 * US)));
	step(0, STATE, FW1, TCP_CLOSING, 305 * US);
	step(1, STATE, FW1, TCP_CLOSING, 306 * US);
	step(0, BIRTH, TCP_CLOSING, TW, 605 * US);
	step(1, BIRTH, TCP_CLOSING, TW, 606 * US);
	put(because(of(0, DEATH, TW, TCP_CLOSE, 60611 * MS),
		    TCPFIN_REASON_EXPIRED, 0));
	put(because(of(1, DEATH, TW, TCP_CLOSE, 60611 * MS),
		    TCPFIN_REASON_EXPIRED, 0));
}

static void crosses(void **state)
{
	(void)state;
	crossing();
	expect(
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

static void lost_last_ack(void)
{
	struct tcpfin_event ev;

	put(by(of(0, STATE, ESTAB, FW1, 0)));
	step(0, RETRANS, FW1, FW1, 200 * MS);
	step(1, STATE, ESTAB, CW, 200 * MS + 20 * US);
	step(0, STATE, FW1, FW2, 200 * MS + 40 * US);
	put(because(by(of(1, STATE, CW, TCP_LAST_ACK, 300 * MS)), 0,
		    TCPFIN_LAST_ACK_ALONE));
	step(0, FLIP, FW2, TW, 300 * MS + 20 * US);
	step(1, RETRANS, TCP_LAST_ACK, TCP_LAST_ACK, 500 * MS);
	step(1, RETRANS, TCP_LAST_ACK, TCP_LAST_ACK, 900 * MS);
	ev = of(0, EXTEND, TW, TW, 900 * MS + 30 * US);
	ev.flags |= TCPFIN_F_FIN;
	put(ev);
	step(1, STATE, TCP_LAST_ACK, TCP_CLOSE, 900 * MS + 40 * US);
	put(because(of(0, DEATH, TW, TCP_CLOSE, 61611 * MS),
		    TCPFIN_REASON_EXPIRED, 0));
}

static void loses_last_ack(void **state)
{
	(void)state;
	lost_last_ack();
	expect(
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
	closer_until_time_wait();
	put(because(of(0, DEATH, TW, TCP_CLOSE, 60611 * MS),
		    TCPFIN_REASON_EXPIRED, 0));
	expect(
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
	step(1, STATE, ESTAB, CW, 10600);
	put(by(of(1, STATE, CW, TCP_LAST_ACK, 297600)));
	step(1, STATE, TCP_LAST_ACK, TCP_CLOSE, 319500);
	expect(
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

static void reset(void)
{
	struct tcpfin_event ev;

	ev = because(by(of(0, STATE, ESTAB, TCP_CLOSE, 0)),
		     TCPFIN_REASON_ABORTED, TCPFIN_CAUSE_LINGER0);
	ev.flags |= TCPFIN_F_RST;
	put(ev);
	put(because(of(1, STATE, ESTAB, TCP_CLOSE, 20 * US),
		    TCPFIN_REASON_RST_RCVD, 0));
}

static void resets(void **state)
{
	(void)state;
	reset();
	expect(
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
	put(by(of(0, STATE, ESTAB, FW1, 0)));
	step(1, STATE, ESTAB, CW, 10 * US);
	step(0, STATE, FW1, FW2, 30 * US);
	put(because(of(0, STATE, FW2, TCP_CLOSE, 5 * MS),
		    TCPFIN_REASON_RST_SENT, TCPFIN_CAUSE_LATE_DATA));
	put(because(of(1, STATE, CW, TCP_CLOSE, 5 * MS + 20 * US),
		    TCPFIN_REASON_RST_RCVD, 0));
	expect(
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
	put(because(of(1, STATE, ESTAB, TCP_CLOSE, 0),
		    TCPFIN_REASON_RST_RCVD, 0));
	expect(
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
	closer_until_time_wait();
	put(because(of(0, DEATH, TW, TCP_CLOSE, 7 * SEC),
		    TCPFIN_REASON_RST_RCVD, 0));
	expect(
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
	put(by(of(0, STATE, ESTAB, FW1, 0)));
	for (i = 1; i <= 3; i++)
		step(0, RETRANS, FW1, FW1, (i * 200) * MS);
	put(because(of(0, STATE, FW1, TCP_CLOSE, 2 * SEC),
		    TCPFIN_REASON_TIMEOUT, 3));
	expect(
"00:00:01.000  ended: timeout  closed first: curl, pid 612\n"
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
"   2.000s       CLOSE ┴ timeout, 3 tries                 ┊\n"
"?: not seen to arrive\n");
}

static void tells_how_many_more(void **state)
{
	unsigned int i;

	(void)state;
	put(by(of(0, STATE, ESTAB, FW1, 0)));
	for (i = 1; i <= 40; i++)
		step(0, RETRANS, FW1, FW1, i * MS);
	put(because(of(0, STATE, FW1, TCP_CLOSE, 2 * SEC),
		    TCPFIN_REASON_TIMEOUT, 15));
	tcpfin_teardowns_finish(teardowns);
	fflush(out);
	assert_null(strstr(text, "33.000ms"));
	assert_non_null(strstr(text, " FIN again: 8 more "));
}

static void waits_in_vain(void **state)
{
	(void)state;
	put(by(of(0, STATE, ESTAB, FW1, 0)));
	step(1, STATE, ESTAB, CW, 10 * US);
	step(0, BIRTH, FW1, FW2, 30 * US);
	put(because(of(0, DEATH, FW2, TCP_CLOSE, 60 * SEC),
		    TCPFIN_REASON_EXPIRED, 0));
	expect(
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

static void gets_no_time_wait(void **state)
{
	struct tcpfin_event ev;

	(void)state;
	put(by(of(0, STATE, ESTAB, FW1, 0)));
	step(1, STATE, ESTAB, CW, 10 * US);
	step(0, STATE, FW1, FW2, 30 * US);
	put(because(by(of(1, STATE, CW, TCP_LAST_ACK, MS)), 0,
		    TCPFIN_LAST_ACK_ALONE));
	ev = because(of(0, REFUSED, FW2, TCP_CLOSE, MS + 20 * US),
		     TCPFIN_REASON_REFUSED, TW);
	ev.rcv_nxt = Y + 1;
	put(ev);
	step(1, STATE, TCP_LAST_ACK, TCP_CLOSE, MS + 40 * US);
	expect(
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

static void fills_nothing_in(void **state)
{
	(void)state;
	put(because(of(0, DEATH, TW, TCP_CLOSE, 60611 * MS),
		    TCPFIN_REASON_EXPIRED, 0));
	expect(
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

static void draws_in_ascii(void **state)
{
	style.unicode = false;
	(void)state;
	lost_last_ack();
	expect(
"00:00:01.000  ended: fin  closed first: curl, pid 612\n"
"x = 3454665023, y = 3118697900\n"
"\n"
"10.0.0.1:40000                                                     192.0.2.7:443\n"
"curl, pid 612                                                     nginx, pid 598\n"
"\n"
"          ESTABLISHED |                                  | ESTABLISHED\n"
"                      |                                  |\n"
"        0   FIN_WAIT1 |---- 1 FIN seq=x -------------- ? |\n"
"            200.040ms |                                  |\n"
"200.000ms             |---- 1 FIN seq=x again ---------->| CLOSE_WAIT  200.020ms\n"
"                      |                                  | 99.980ms\n"
"200.040ms   FIN_WAIT2 |<--- 2 ACK ack=x+1 ---------------|\n"
"             99.980ms |                                  |\n"
"300.020ms   TIME_WAIT |<--- 3 FIN seq=y -----------------| LAST_ACK    300.000ms\n"
"              61.310s |                                  | 600.040ms\n"
"                      |.... 4 ACK ack=y+1 ............ ? |\n"
"                      |                                  |\n"
"                      | ? - 3 FIN seq=y again -----------|             500.000ms\n"
"                      |                                  |\n"
"900.030ms             |<--- 3 FIN seq=y again -----------|             900.000ms\n"
"                      |                                  |\n"
"                      |---- 4 ACK ack=y+1 again -------->+ CLOSE       900.040ms\n"
"                      |\n"
"  61.611s       CLOSE + expired\n"
"dotted: not seen, but what was seen implies it\n"
"?: not seen to arrive\n"
"TIME_WAIT started over: 1, for a FIN again: 1\n");
}

static void prints_absolute_numbers(void **state)
{
	style.absolute = true;
	(void)state;
	ordinary_close();
	expect(
"00:00:01.000  ended: fin  closed first: curl, pid 612\n"
"x = 3454665023, y = 3118697900\n"
"\n"
"10.0.0.1:40000                                                     192.0.2.7:443\n"
"curl, pid 612                                                     nginx, pid 598\n"
"\n"
"          ESTABLISHED │                                  │ ESTABLISHED\n"
"                      │                                  │\n"
"        0   FIN_WAIT1 ├──── 1 FIN seq=3454665023 ───────▶│ CLOSE_WAIT  10.6us\n"
"              305.2us │     2 ACK ack=3454665024 with    │ 287.0us\n"
"  305.2us   FIN_WAIT2 │◀─── 3 FIN seq=3118697900 ────────┤ LAST_ACK    297.6us\n"
"                3.6us │                                  │ 21.9us\n"
"  308.8us   TIME_WAIT ├──── 4 ACK ack=3118697901 ───────▶┴ CLOSE       319.5us\n"
"              60.610s │\n"
"  60.611s       CLOSE ┴ expired\n");
}

static void crosses_with_absolute_numbers(void **state)
{
	style.absolute = true;
	style.unicode = false;
	(void)state;
	crossing();
	expect(
"00:00:01.000  ended: fin  closed first: both\n"
"x = 3454665023, y = 3118697900\n"
"\n"
"10.0.0.1:40000                                                     192.0.2.7:443\n"
"curl, pid 612                                                     nginx, pid 598\n"
"\n"
"          ESTABLISHED |                                  | ESTABLISHED\n"
"                      |                                  |\n"
"                      | 1 FIN seq=3454665023             |\n"
"                      |             3 FIN seq=3118697900 |\n"
"        0   FIN_WAIT1 |---------------. .----------------| FIN_WAIT1   2.0us\n"
"              305.0us |                X                 | 304.0us\n"
"  305.0us     CLOSING |<--------------' '--------------->| CLOSING     306.0us\n"
"              300.0us |                                  | 300.0us\n"
"  605.0us   TIME_WAIT |<--- 2 ACK ack=3454665024 --------|\n"
"              60.610s |                                  |\n"
"                      |---- 4 ACK ack=3118697901 ------->| TIME_WAIT   606.0us\n"
"                      |                                  | 60.610s\n"
"  60.611s       CLOSE + expired                          |\n"
"                                                         |\n"
"                                                 expired + CLOSE       60.611s\n");
}

static void paints(void **state)
{
	style.colour = true;
	(void)state;
	reset();
	expect(
"\033[1m00:00:01.000  ended: rst-sent (linger-0)  closed first: none\033[0m\n"
"\n"
"10.0.0.1:40000                                                     192.0.2.7:443\n"
"curl, pid 612                                                                  -\n"
"\n"
"          \033[1mESTABLISHED \033[0m│                                  │ \033[1mESTABLISHED\033[0m\n"
"                      │                                  │\n"
"        \033[2m0       \033[0m\033[1mCLOSE \033[0m└\033[1;31m──── RST (linger-0) ─────────────▶\033[0m┴ \033[1mCLOSE       \033[0m\033[2m20.0us\033[0m\n");
}

static void escapes_names(void **state)
{
	struct tcpfin_event ev = of(0, STATE, ESTAB, FW1, 0);

	(void)state;
	put(craft_task(ev, 4194304,
		       "\033[2J\n\xff\xfe\t\001\002\003\004\005\006\007\010"));
	step(0, STATE, FW1, FW2, MS);
	put(because(of(0, DEATH, FW2, TCP_CLOSE, 60 * SEC),
		    TCPFIN_REASON_EXPIRED, 0));
	expect(
"00:00:01.000  ended: fin-wait-2-timeout  closed first: \\x1b[2J\\x0a\\xff\\xfe\\x09\\x\n"
"x = 3454665023, y = -\n"
"\n"
"10.0.0.1:40000                                                     192.0.2.7:443\n"
"\\x1b[2J\\x0a\\xff\\xfe\\x09\\x01\\x02\\x03\\x04\\x05\\x06\\x07\\x08, pid 4194304\n"
"                                                              other end not seen\n"
"\n"
"          ESTABLISHED │                                  ┊ ?\n"
"                      │                                  ┊\n"
"        0   FIN_WAIT1 ├──── 1 FIN seq=x ────────────────▶┊\n"
"              1.000ms │                                  ┊\n"
"  1.000ms   FIN_WAIT2 │◀─── 2 ACK ack=x+1 ───────────────┊\n"
"              59.999s │                                  ┊\n"
"  60.000s       CLOSE ┴ expired                          ┊\n");
}

static struct tcpfin_event long_ipv6(struct tcpfin_event ev)
{
	ev.family = AF_INET6;
	memset(ev.laddr, 0xfd, sizeof(ev.laddr));
	memset(ev.raddr, 0xfd, sizeof(ev.raddr));
	ev.laddr[15] = ev.cookie == 1 ? 1 : 2;
	ev.raddr[15] = ev.cookie == 1 ? 2 : 1;
	ev.netns = 4026531840U + (uint32_t)ev.cookie;
	return ev;
}

static void puts_long_addresses_on_own_lines(void **state)
{
	struct tcpfin_event ev;

	(void)state;
	ev = because(by(of(0, STATE, ESTAB, TCP_CLOSE, 0)),
		     TCPFIN_REASON_ABORTED, TCPFIN_CAUSE_UNREAD_DATA);
	ev.flags |= TCPFIN_F_RST;
	put(long_ipv6(ev));
	put(long_ipv6(because(of(1, STATE, ESTAB, TCP_CLOSE, 20 * US),
			      TCPFIN_REASON_RST_RCVD, 0)));
	expect(
"00:00:01.000  ended: rst-sent (unread-data)  closed first: none\n"
"\n"
"[fdfd:fdfd:fdfd:fdfd:fdfd:fdfd:fdfd:fd01]:40000\n"
"                                   [fdfd:fdfd:fdfd:fdfd:fdfd:fdfd:fdfd:fd02]:443\n"
"curl, pid 612                                                                  -\n"
"netns 4026531841                                                netns 4026531842\n"
"\n"
"          ESTABLISHED │                                  │ ESTABLISHED\n"
"                      │                                  │\n"
"        0       CLOSE └──── RST (unread-data) ──────────▶┴ CLOSE       20.0us\n");
}

static void shows_what_is_open(void **state)
{
	(void)state;
	put(by(of(0, STATE, ESTAB, FW1, 0)));
	step(1, STATE, ESTAB, CW, 10 * US);
	step(0, STATE, FW1, FW2, 30 * US);
	tcpfin_teardowns_open(teardowns, draw, NULL);
	expect(
"00:00:01.000  ended: open  closed first: curl, pid 612\n"
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
"                      ⋮                                  ⋮\n"
"still in FIN_WAIT2 for 98.999s: 10.0.0.1:40000\n"
"still in CLOSE_WAIT for 98.999s: 192.0.2.7:443\n");
}

static struct tcpfin_event life[7];

/* An ordinary close of which the last event is still to come. */
static void make_life(void)
{
	life[0] = of(0, STATE, ESTAB, FW1, 0);
	life[1] = of(1, STATE, ESTAB, CW, 10 * US);
	life[2] = of(1, STATE, CW, TCP_LAST_ACK, 20 * US);
	life[3] = of(0, STATE, FW1, FW2, 30 * US);
	life[4] = of(0, BIRTH, FW2, TW, 31 * US);
	life[5] = of(1, STATE, TCP_LAST_ACK, TCP_CLOSE, 40 * US);
	life[6] = because(of(0, DEATH, TW, TCP_CLOSE, 60 * SEC),
			  TCPFIN_REASON_EXPIRED, 0);
}

static void run(const struct tcpfin_ladder_options *opts, size_t events)
{
	struct tcpfin_item items[8] = {
		{ .type = TCPFIN_ITEM_LOST, .cpu = 3, .count = 12 },
	};
	struct script script;
	size_t i;

	make_life();
	for (i = 0; i < events; i++)
		items[1 + i] = (struct tcpfin_item)SCRIPT_EVENT(&life[i]);
	script_init(&script, items, 1 + events);
	assert_int_equal(tcpfin_ladder(&script.src, opts, out), 0);
	fflush(out);
}

static void draws_what_ended_and_tells_of_gaps(void **state)
{
	const struct tcpfin_ladder_options opts = { .ended = true };

	(void)state;
	run(&opts, 7);
	assert_ptr_equal(strstr(text, "lost 12 (cpu 3)\n"), text);
	assert_non_null(strstr(text, "  ended: fin  closed first: 10.0.0.1:"));
	assert_non_null(strstr(text, "  60.000s       CLOSE + expired\n"));
}

static void draws_both_ends_of_what_is_open(void **state)
{
	const struct tcpfin_ladder_options opts = { .chosen.open = true };

	(void)state;
	run(&opts, 6);
	assert_non_null(strstr(text, "  ended: open  "));
	assert_non_null(strstr(text, ">+ CLOSE       40.0us\n"));
}

static void draws_only_open_ones_if_asked(void **state)
{
	const struct tcpfin_ladder_options opts = { .chosen.open = true };

	(void)state;
	run(&opts, 7);
	assert_string_equal(text, "lost 12 (cpu 3)\n");
}

static void draws_only_what_was_chosen(void **state)
{
	struct tcpfin_ladder_options opts = {
		.ended = true, .chosen.families = TCPFIN_FAMILY_6,
	};

	(void)state;
	run(&opts, 7);
	assert_string_equal(text, "lost 12 (cpu 3)\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
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
		TEST(gets_no_time_wait),
		TEST(fills_nothing_in),
		TEST(draws_in_ascii),
		TEST(prints_absolute_numbers),
		TEST(crosses_with_absolute_numbers),
		TEST(paints),
		TEST(escapes_names),
		TEST(puts_long_addresses_on_own_lines),
		TEST(shows_what_is_open),
		TEST(draws_what_ended_and_tells_of_gaps),
		TEST(draws_both_ends_of_what_is_open),
		TEST(draws_only_open_ones_if_asked),
		TEST(draws_only_what_was_chosen),
	};

	return RUN_TESTS(tests);
}
