// SPDX-License-Identifier: GPL-2.0
/* Plays the lives of connections that ladders are drawn of. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "check.h"
#include "ladder_fixture.h"

struct stage stage;

void stage_draw(void *data, const struct tcpfin_verdict *v)
{
	const struct tcpfin_ladder_scene scene = {
		.src = &stage.place.src, .extras = stage.extras,
	};

	(void)data;
	tcpfin_ladder_draw(stage.out, &stage.style, &scene, v);
}

int stage_setup(void **state)
{
	(void)state;
	setenv("TZ", "UTC", 1);
	tzset();
	memset(&stage.style, 0, sizeof(stage.style));
	stage.style.unicode = true;
	script_init(&stage.place, NULL, 0);
	stage.place.now_ns = 100 * SEC;
	stage.teardowns = tcpfin_teardowns_new(1000, SEC, stage_draw, NULL);
	stage.extras = tcpfin_extras_new();
	stage.out = open_memstream(&stage.text, &stage.size);
	return !stage.teardowns || !stage.extras || !stage.out;
}

int stage_teardown(void **state)
{
	(void)state;
	tcpfin_teardowns_free(stage.teardowns);
	tcpfin_extras_free(stage.extras);
	fclose(stage.out);
	free(stage.text);
	return 0;
}

void stage_put(struct tcpfin_event ev)
{
	const struct tcpfin_item item = {
		.type = TCPFIN_ITEM_EVENT, .time_ns = ev.time_ns, .event = &ev,
	};
	const struct tcpfin_conn *conn;

	conn = tcpfin_teardowns_take(stage.teardowns, &item);
	tcpfin_extras_take(stage.extras, &item, conn);
}

/* An event of end 0 or 1, at so many nanoseconds after a second. */
struct tcpfin_event stage_of(unsigned int end, uint8_t kind, uint8_t old,
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

void stage_step(unsigned int end, uint8_t kind, uint8_t old, uint8_t new,
		uint64_t time_ns)
{
	stage_put(stage_of(end, kind, old, new, time_ns));
}

struct tcpfin_event stage_by(struct tcpfin_event ev)
{
	return ev.lport == 443 ? craft_task(ev, 598, "nginx") :
				 craft_task(ev, 612, "curl");
}

struct tcpfin_event stage_because(struct tcpfin_event ev, uint8_t reason,
				  uint32_t detail)
{
	ev.reason = reason;
	ev.detail = detail;
	return ev;
}

void stage_expect(const char *want)
{
	tcpfin_teardowns_finish(stage.teardowns);
	fflush(stage.out);
	if (!strcmp(stage.text, want))
		return;
	/* A message of cmocka's ends after 1024 bytes. */
	fprintf(stderr, "got:\n%s\nwant:\n%s", stage.text, want);
	fail_msg("another picture");
}

void stage_closer_until_time_wait(void)
{
	stage_put(stage_by(stage_of(0, STATE, ESTAB, FW1, 0)));
	stage_step(0, STATE, FW1, FW2, 305200);
	stage_step(0, BIRTH, FW2, TW, 308800);
}

void stage_ordinary_close(void)
{
	stage_put(stage_by(stage_of(0, STATE, ESTAB, FW1, 0)));
	stage_step(1, STATE, ESTAB, CW, 10600);
	stage_put(stage_because(
		stage_by(stage_of(1, STATE, CW, TCP_LAST_ACK, 297600)),
		0, TCPFIN_LAST_ACK_WITH_FIN));
	stage_step(0, STATE, FW1, FW2, 305200);
	stage_step(0, BIRTH, FW2, TW, 308800);
	stage_step(1, STATE, TCP_LAST_ACK, TCP_CLOSE, 319500);
	stage_put(stage_because(stage_of(0, DEATH, TW, TCP_CLOSE, 60611 * MS),
				TCPFIN_REASON_EXPIRED, 0));
}

void stage_crossing(void)
{
	stage_put(stage_by(stage_of(0, STATE, ESTAB, FW1, 0)));
	stage_put(stage_by(stage_of(1, STATE, ESTAB, FW1, 2 * US)));
	stage_step(0, STATE, FW1, TCP_CLOSING, 305 * US);
	stage_step(1, STATE, FW1, TCP_CLOSING, 306 * US);
	stage_step(0, BIRTH, TCP_CLOSING, TW, 605 * US);
	stage_step(1, BIRTH, TCP_CLOSING, TW, 606 * US);
	stage_put(stage_because(stage_of(0, DEATH, TW, TCP_CLOSE, 60611 * MS),
				TCPFIN_REASON_EXPIRED, 0));
	stage_put(stage_because(stage_of(1, DEATH, TW, TCP_CLOSE, 60611 * MS),
				TCPFIN_REASON_EXPIRED, 0));
}

void stage_lost_last_ack(void)
{
	struct tcpfin_event ev;

	stage_put(stage_by(stage_of(0, STATE, ESTAB, FW1, 0)));
	stage_step(0, RETRANS, FW1, FW1, 200 * MS);
	stage_step(1, STATE, ESTAB, CW, 200 * MS + 20 * US);
	stage_step(0, STATE, FW1, FW2, 200 * MS + 40 * US);
	stage_put(stage_because(
		stage_by(stage_of(1, STATE, CW, TCP_LAST_ACK, 300 * MS)),
		0, TCPFIN_LAST_ACK_ALONE));
	stage_step(0, FLIP, FW2, TW, 300 * MS + 20 * US);
	stage_step(1, RETRANS, TCP_LAST_ACK, TCP_LAST_ACK, 500 * MS);
	stage_step(1, RETRANS, TCP_LAST_ACK, TCP_LAST_ACK, 900 * MS);
	ev = stage_of(0, EXTEND, TW, TW, 900 * MS + 30 * US);
	ev.flags |= TCPFIN_F_FIN;
	stage_put(ev);
	stage_step(1, STATE, TCP_LAST_ACK, TCP_CLOSE, 900 * MS + 40 * US);
	stage_put(stage_because(stage_of(0, DEATH, TW, TCP_CLOSE, 61611 * MS),
				TCPFIN_REASON_EXPIRED, 0));
}

void stage_reset(void)
{
	struct tcpfin_event ev;

	ev = stage_because(stage_by(stage_of(0, STATE, ESTAB, TCP_CLOSE, 0)),
		     TCPFIN_REASON_ABORTED, TCPFIN_CAUSE_LINGER0);
	ev.flags |= TCPFIN_F_RST;
	stage_put(ev);
	stage_put(stage_because(stage_of(1, STATE, ESTAB, TCP_CLOSE, 20 * US),
				TCPFIN_REASON_RST_RCVD, 0));
}
