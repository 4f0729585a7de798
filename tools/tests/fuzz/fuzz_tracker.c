// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzes pairing and verdicts: a few bytes of the input make an item, mostly an event,
 * with any kind, state, number and time.
 */
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "commands/commands.h"
#include "format/json.h"
#include "output/field.h"
#include "piece.h"
#include "require.h"
#include "track/pairing.h"

#define LIMIT	12

static FILE *null;

static uint64_t any_time(struct source *src)
{
	(void)src;
	return 2000000;
}

/* Format the verdict as one of the views. */
static void show(const struct verdict *v, unsigned int nth)
{
	static const struct source_ops ops = { .now = any_time };
	static struct source src = { .ops = &ops };
	const struct ladder_scene scene = { .src = &src };
	const struct ladder_style styles[] = {
		{ .unicode = true, .colour = true }, { .absolute = true },
	};

	if (nth % 3 == 2)
		json_line(null, verdict_object(&src, v));
	else
		ladder_draw_text(null, &styles[nth % 3], &scene, v);
}

static void print(void *data, const struct verdict *v)
{
	unsigned int *reported = data;
	unsigned int i;

	++*reported;
	require(v->end[0], "a verdict has an end");
	require(v->end[0] != v->end[1], "the two ends of a verdict differ");
	require(!v->end[1] || v->closer != CLOSER_REMOTE,
		"the first of two ends is the closer");
	require(v->by < 2 && v->end[v->by], "the end that \"by\" names exists");
	for (i = 0; i < 4; i++)
		require(!v->wave[i].rel_seq_known || v->wave[i].seq.known,
			"a relative number needs a known number");
	show(v, *reported);
}

static void fill(const struct piece *p, struct tcpfin_event *ev)
{
	bool turned = p->ends & 1;

	memset(ev, 0, sizeof(*ev));
	ev->cookie = p->cookie & 31;
	ev->netns = 1 + (p->cookie >> 7);
	ev->kind = p->kind & 8 ? p->kind : p->kind & 7;
	ev->old_state = p->old_state & 0x80 ? p->old_state : p->old_state & 15;
	ev->new_state = p->new_state & 0x80 ? p->new_state : p->new_state & 15;
	ev->reason = p->reason;
	ev->detail = p->detail;
	ev->flags = p->flags;
	ev->family = p->ends & 16 ? AF_INET6 : AF_INET;
	ev->lport = turned ? 443 : 40000;
	ev->rport = turned ? 40000 : 443;
	if (p->ends & 8)
		ev->rport = ev->lport;
	ev->laddr[0] = (p->ends >> (turned ? 1 : 2)) & 1;
	ev->raddr[0] = (p->ends >> (turned ? 2 : 1)) & 1;
	/* Numbers close to each other, and around 2^32. */
	ev->snd_nxt = (uint32_t)(p->snd & 15) - 8;
	ev->rcv_nxt = (uint32_t)(p->rcv & 15) - 8;
	ev->write_seq = ev->snd_nxt + (p->snd >> 6);
	ev->snd_una = ev->snd_nxt - ((p->snd >> 4) & 3);
	ev->pid = p->snd;
	memset(ev->comm, p->rcv, sizeof(ev->comm));
}

static uint64_t next_time(uint64_t now_ns, int8_t later)
{
	if (later == INT8_MAX)
		return UINT64_MAX;
	if (later == INT8_MIN)
		return 0;
	return now_ns + (uint64_t)((int64_t)later * 1000);
}

static void take(struct pairing *t, const struct piece *p, uint64_t *now_ns)
{
	struct item item = { .host = (p->what >> 4) & 1 };
	struct tcpfin_event ev;
	unsigned int reported = 0;

	*now_ns = next_time(*now_ns, p->later);
	item.time_ns = *now_ns;
	switch (p->what & 15) {
	case 0:
		item.type = ITEM_LOST;
		break;
	case 1:
		item.type = ITEM_MISSED;
		break;
	case 2:
		pairing_time(t, *now_ns);
		return;
	case 3:
		pairing_open(t, print, &reported);
		require(reported <= LIMIT, "no more connections are open than tracked");
		return;
	case 4:
		if (p->cookie == 255)
			pairing_finish(t);
		return;
	default:
		item.type = ITEM_EVENT;
		fill(p, &ev);
		ev.time_ns = *now_ns;
		item.event = &ev;
	}
	require(!pairing_take(t, &item) ==
		(item.type != ITEM_EVENT), "an event belongs to an end");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	unsigned int reported = 0, open = 0;
	uint64_t now_ns = 1000000;
	struct pairing *t;
	struct piece p;

	if (!null)
		null = fopen("/dev/null", "w");
	t = pairing_new(LIMIT, 50000, print, &reported);
	if (!null || !t)
		return 0;
	for (; size >= sizeof(p); data += sizeof(p), size -= sizeof(p)) {
		memcpy(&p, data, sizeof(p));
		take(t, &p, &now_ns);
	}
	pairing_finish(t);
	pairing_open(t, print, &open);
	require(open <= LIMIT, "no more connections are open than tracked");
	pairing_free(t);
	return 0;
}
