// SPDX-License-Identifier: GPL-2.0
/* Makes the events of connections, and the ladders drawn of them. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "check.h"
#include "ladder/explain.h"
#include "ladder_fixture.h"

struct drawing drawing;

void drawing_draw(void *data, const struct verdict *v)
{
	const struct ladder_scene scene = {
		.src = &drawing.script.src, .retransmits = drawing.retransmits,
	};

	(void)data;
	if (drawing.words)
		explain_print(drawing.out, &scene, v, drawing.words);
	else
		ladder_draw_text(drawing.out, &drawing.style, &scene, v);
}

int drawing_setup(void **state)
{
	(void)state;
	setenv("TZ", "UTC", 1);
	tzset();
	memset(&drawing.style, 0, sizeof(drawing.style));
	drawing.style.unicode = true;
	drawing.words = 0;
	script_init(&drawing.script, NULL, 0);
	drawing.script.now_ns = 100 * SEC;
	drawing.pairing = pairing_new(1000, SEC, drawing_draw, NULL);
	drawing.retransmits = retransmits_new();
	drawing.out = open_memstream(&drawing.text, &drawing.size);
	return !drawing.pairing || !drawing.retransmits || !drawing.out;
}

int drawing_teardown(void **state)
{
	(void)state;
	pairing_free(drawing.pairing);
	retransmits_free(drawing.retransmits);
	fclose(drawing.out);
	free(drawing.text);
	return 0;
}

void drawing_put(struct tcpfin_event ev)
{
	const struct item item = {
		.type = ITEM_EVENT, .time_ns = ev.time_ns, .event = &ev,
	};
	const struct conn *conn;

	conn = pairing_take(drawing.pairing, &item);
	retransmits_take(drawing.retransmits, &item, conn);
}

/* An event of end 0 or 1, at 1 s + @time_ns. */
struct tcpfin_event drawing_of(unsigned int end, uint8_t kind, uint8_t old,
			       uint8_t new, uint64_t time_ns)
{
	struct tcpfin_event ev = fixture_event(kind, 1 + end, old, new,
					       SEC + time_ns);
	const uint32_t own = end ? Y : X, peer = end ? X : Y;
	uint8_t addr[16];

	ev.snd_nxt += own - FIXTURE_FIN;
	ev.rcv_nxt += peer - FIXTURE_PEER_FIN;
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

void drawing_step(unsigned int end, uint8_t kind, uint8_t old, uint8_t new,
		  uint64_t time_ns)
{
	drawing_put(drawing_of(end, kind, old, new, time_ns));
}

struct tcpfin_event drawing_by(struct tcpfin_event ev)
{
	return ev.lport == 443 ? fixture_task(ev, 598, "nginx") :
				 fixture_task(ev, 612, "curl");
}

struct tcpfin_event drawing_because(struct tcpfin_event ev, uint8_t reason,
				    uint32_t detail)
{
	ev.reason = reason;
	ev.detail = detail;
	return ev;
}

void drawing_expect(const char *want)
{
	pairing_finish(drawing.pairing);
	fflush(drawing.out);
	if (!strcmp(drawing.text, want))
		return;
	/* cmocka cuts messages after 1024 bytes. */
	fprintf(stderr, "got:\n%s\nwant:\n%s", drawing.text, want);
	fail_msg("a different picture");
}

void drawing_closer_until_time_wait(void)
{
	drawing_put(drawing_by(drawing_of(0, STATE, ESTAB, FW1, 0)));
	drawing_step(0, STATE, FW1, FW2, 305200);
	drawing_step(0, BIRTH, FW2, TW, 308800);
}

void drawing_ordinary_close(void)
{
	drawing_put(drawing_by(drawing_of(0, STATE, ESTAB, FW1, 0)));
	drawing_step(1, STATE, ESTAB, CW, 10600);
	drawing_put(drawing_because(
		drawing_by(drawing_of(1, STATE, CW, TCP_LAST_ACK, 297600)),
		0, TCPFIN_LAST_ACK_WITH_FIN));
	drawing_step(0, STATE, FW1, FW2, 305200);
	drawing_step(0, BIRTH, FW2, TW, 308800);
	drawing_step(1, STATE, TCP_LAST_ACK, TCP_CLOSE, 319500);
	drawing_put(
		drawing_because(drawing_of(0, DEATH, TW, TCP_CLOSE, 60611 * MS),
				TCPFIN_REASON_EXPIRED, 0));
}

void drawing_crossing(void)
{
	drawing_put(drawing_by(drawing_of(0, STATE, ESTAB, FW1, 0)));
	drawing_put(drawing_by(drawing_of(1, STATE, ESTAB, FW1, 2 * US)));
	drawing_step(0, STATE, FW1, TCP_CLOSING, 305 * US);
	drawing_step(1, STATE, FW1, TCP_CLOSING, 306 * US);
	drawing_step(0, BIRTH, TCP_CLOSING, TW, 605 * US);
	drawing_step(1, BIRTH, TCP_CLOSING, TW, 606 * US);
	drawing_put(
		drawing_because(drawing_of(0, DEATH, TW, TCP_CLOSE, 60611 * MS),
				TCPFIN_REASON_EXPIRED, 0));
	drawing_put(
		drawing_because(drawing_of(1, DEATH, TW, TCP_CLOSE, 60611 * MS),
				TCPFIN_REASON_EXPIRED, 0));
}

void drawing_lost_last_ack(void)
{
	struct tcpfin_event ev;

	drawing_put(drawing_by(drawing_of(0, STATE, ESTAB, FW1, 0)));
	drawing_step(0, RETRANS, FW1, FW1, 200 * MS);
	drawing_step(1, STATE, ESTAB, CW, 200 * MS + 20 * US);
	drawing_step(0, STATE, FW1, FW2, 200 * MS + 40 * US);
	drawing_put(drawing_because(
		drawing_by(drawing_of(1, STATE, CW, TCP_LAST_ACK, 300 * MS)),
		0, TCPFIN_LAST_ACK_ALONE));
	drawing_step(0, FLIP, FW2, TW, 300 * MS + 20 * US);
	drawing_step(1, RETRANS, TCP_LAST_ACK, TCP_LAST_ACK, 500 * MS);
	drawing_step(1, RETRANS, TCP_LAST_ACK, TCP_LAST_ACK, 900 * MS);
	ev = drawing_of(0, EXTEND, TW, TW, 900 * MS + 30 * US);
	ev.flags |= TCPFIN_F_FIN;
	drawing_put(ev);
	drawing_step(1, STATE, TCP_LAST_ACK, TCP_CLOSE, 900 * MS + 40 * US);
	drawing_put(
		drawing_because(drawing_of(0, DEATH, TW, TCP_CLOSE, 61611 * MS),
				TCPFIN_REASON_EXPIRED, 0));
}

void drawing_reset(void)
{
	struct tcpfin_event ev;

	ev = drawing_because(drawing_by(drawing_of(0, STATE, ESTAB, TCP_CLOSE, 0)),
		     TCPFIN_REASON_ABORTED, TCPFIN_CAUSE_LINGER0);
	ev.flags |= TCPFIN_F_RST;
	drawing_put(ev);
	drawing_put(
		drawing_because(drawing_of(1, STATE, ESTAB, TCP_CLOSE, 20 * US),
				TCPFIN_REASON_RST_RCVD, 0));
}
