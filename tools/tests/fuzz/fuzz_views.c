// SPDX-License-Identifier: GPL-2.0
/*
 * Fuzzes the views: the output of any events must be printable, and JSON valid. The first
 * bytes of the input select the view and set the module's header; the others are items,
 * with a byte or two for each field.
 */
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <json-c/json.h>

#include "commands/commands.h"
#include "commands/export/export.h"
#include "commands/report/report.h"
#include "commands/top/top.h"
#include "piece.h"
#include "require.h"

#define RINGS	4

/* Numbers of views: with characters beyond ASCII, and without JSON. */
#define LADDER	2
#define TRACE	6
#define PCAPNG	7
#define METRICS	8
#define TOP	9
#define VIEWS	10

struct choice {
	uint8_t view;
	uint8_t options;
	uint8_t by;
	uint8_t hosts;
	uint8_t header;
	uint8_t offset;
	uint8_t spare[2];
};

/* A source of items made of pieces. */
struct fuzzed {
	struct source src;
	const uint8_t *data;
	size_t size;
	uint64_t now_ns;
	struct tcpfin_event ev;
};

static struct fuzzed *to_fuzzed(struct source *src)
{
	return (struct fuzzed *)((char *)src - offsetof(struct fuzzed, src));
}

/* A small value, or one with all high bits set. */
static uint64_t number(const struct piece *p, unsigned int bit, uint8_t value)
{
	return p->large & 1U << bit ? ~(uint64_t)value : value;
}

static void fill_ends(const struct piece *p, struct tcpfin_event *ev)
{
	bool turned = p->ends & 1;

	ev->family = p->ends & 32 ? p->more : p->ends & 16 ? AF_INET6 : AF_INET;
	ev->lport = turned ? 443 : 40000;
	ev->rport = turned ? 40000 : 443;
	if (p->ends & 8)
		ev->rport = ev->lport;
	memset(ev->laddr, p->ends & 64 ? 0xfe : 0, sizeof(ev->laddr));
	memset(ev->raddr, p->ends & 64 ? 0xfe : 0, sizeof(ev->raddr));
	if (p->ends & 128)
		ev->laddr[1] = ev->raddr[1] = 0x80;
	ev->laddr[15] = (p->ends >> (turned ? 1 : 2)) & 1;
	ev->raddr[15] = (p->ends >> (turned ? 2 : 1)) & 1;
	ev->ifindex = (uint32_t)number(p, 0, p->more);
}

static void fill(const struct piece *p, struct tcpfin_event *ev)
{
	memset(ev, 0, sizeof(*ev));
	ev->cookie = number(p, 1, p->cookie & 31);
	ev->netns = (uint32_t)number(p, 2, p->cookie >> 7);
	fill_ends(p, ev);
	ev->kind = p->kind & 8 ? p->kind : p->kind & 7;
	ev->old_state = p->old_state & 0x80 ? p->old_state : p->old_state & 15;
	ev->new_state = p->new_state & 0x80 ? p->new_state : p->new_state & 15;
	ev->reason = p->reason & 0x80 ? p->reason : p->reason & 15;
	ev->flags = p->flags;
	ev->snd_nxt = (uint32_t)number(p, 3, p->snd & 15) - 8;
	ev->rcv_nxt = (uint32_t)number(p, 4, p->rcv & 15) - 8;
	ev->write_seq = ev->snd_nxt + (p->snd >> 6);
	ev->snd_una = ev->snd_nxt - ((p->snd >> 4) & 3);
	ev->detail = (uint32_t)number(p, 5, p->detail);
	ev->err = (uint16_t)number(p, 6, p->err);
	ev->pid = (uint32_t)number(p, 7, p->pid);
	ev->uid = ev->pid;
	ev->cgroup = ev->cookie;
	memcpy(ev->comm, p->comm, sizeof(p->comm));
	memcpy(ev->comm + 8, p->comm, sizeof(p->comm));
}

static uint64_t next_time(uint64_t now_ns, int8_t later)
{
	if (later == INT8_MAX)
		return UINT64_MAX;
	if (later == INT8_MIN)
		return 0;
	if (later > 100)
		return now_ns + (uint64_t)later * 1000000000;
	return now_ns + (uint64_t)((int64_t)later * 1000);
}

static void fuzzed_next(struct source *src, struct item *item)
{
	struct fuzzed *f = to_fuzzed(src);
	struct piece p;

	item->type = ITEM_END;
	if (f->size < sizeof(p))
		return;
	memcpy(&p, f->data, sizeof(p));
	f->data += sizeof(p);
	f->size -= sizeof(p);
	f->now_ns = next_time(f->now_ns, p.later);
	item->host = p.what & 16 && src->hosts > 1;
	item->cpu = p.cookie % RINGS;
	item->time_ns = f->now_ns;
	item->mini = 0;
	item->count = 1 + number(&p, 0, p.cookie & 127);
	item->type = (p.what & 15) == 0 ? ITEM_LOST :
		     (p.what & 15) == 1 ? ITEM_MISSED :
		     (p.what & 15) == 2 ? ITEM_IDLE : ITEM_EVENT;
	if (item->type == ITEM_LOST && p.what & 32)
		item->cpu = p.what & 64 ? CPU_NO_RING : CPU_NONE;
	fill(&p, &f->ev);
	f->ev.time_ns = f->now_ns;
	item->event = &f->ev;
}

static void fuzzed_wait(struct source *src, int timeout_ms)
{
	(void)src;
	require(timeout_ms >= 0 && timeout_ms <= 1000,
		"a wait takes a second at most");
}

static void fuzzed_finish(struct source *src)
{
	(void)src;
}

static uint64_t fuzzed_now(struct source *src)
{
	return to_fuzzed(src)->now_ns;
}

static uint64_t fuzzed_recorded(struct source *src, uint32_t cpu)
{
	return to_fuzzed(src)->now_ns * (cpu + 1);
}

static const char *fuzzed_host_name(struct source *src, uint32_t host)
{
	(void)src;
	return host ? "a\\x1b-very-long-name-of-a-machine-in-another-country" :
		      "one";
}

static void fuzzed_sysctls(struct source *src, struct sysctl list[SYSCTLS])
{
	static const char text[] =
		"net.ipv4.tcp_fin_timeout=\033[1m\nnet.ipv4.ip_local_port_range=9-3";

	(void)src;
	sysctl_parse_all(list, text, sizeof(text));
}

static const struct source_ops ops = {
	.next = fuzzed_next,
	.wait = fuzzed_wait,
	.finish = fuzzed_finish,
	.now = fuzzed_now,
	.recorded = fuzzed_recorded,
	.host_name = fuzzed_host_name,
	.sysctls = fuzzed_sysctls,
};

/* Fill the header with any byte, except checked fields. */
static void fill_header(struct tcpfin_header *h, uint8_t byte)
{
	memset(h, byte, sizeof(*h));
	h->records = TCPFIN_RECORDS_MIN;
	h->rings = RINGS;
}

/* Is it the report? Selected so that older inputs keep their view. */
static bool is_report(const struct choice *c)
{
	return c->view >= 0xc0;
}

static void show(struct source *src, const struct choice *c, FILE *out)
{
	const struct selection selection = {
		.json = c->options & 1, .open = c->options & 2,
		.csv = !(c->options & 1) && c->spare[0] & 1,
		.families = c->options >> 6,
	};
	const struct watch_options watch = {
		.selection = selection, .extended = c->options & 4,
		.relative = c->options & 8, .clock = c->options & 16,
	};
	const struct handshakes_options handshakes = {
		.selection = selection, .extended = c->options & 4,
		.clock = c->options & 8,
	};
	const struct ladder_options ladder = {
		selection, { c->options & 4, c->options & 8, false },
		!(c->options & 2),
	};
	const struct summary_options summary = {
		.selection = selection, .by = c->by % (GROUP_BY_REASON + 1),
	};
	const struct doctor_options doctor = { selection, 1 };
	const struct export_options export = {
		.selection = selection, .file = "/dev/null", .cap = 3,
		.by = c->by % GROUP_BY_REASON,
	};
	const struct top_options top = {
		.selection = selection, .interval_ns = c->by, .batch = true,
	};

	if (is_report(c)) {
		report_run(src, &selection, "a filter", out);
		return;
	}
	switch (c->view % VIEWS) {
	case 0:
		watch_command.view(src, &watch, out);
		break;
	case 1:
		handshakes_command.view(src, &handshakes, out);
		break;
	case LADDER:
		ladder_command.view(src, &ladder, out);
		break;
	case 3:
		summary_command.view(src, &summary, out);
		break;
	case 4:
		doctor_command.view(src, &doctor, out);
		break;
	case 5:
		status_command.view(src, &selection, out);
		break;
	case TRACE:
		export_trace(src, &export, out);
		break;
	case PCAPNG:
		export_pcapng(src, &export, out);
		break;
	case METRICS:
		export_metrics(src, &export);
		break;
	case TOP:
		top_command.view(src, &top, out);
		break;
	}
}

/* A page must be complete, ASCII, and smaller than 1 MiB. */
static void require_page(const char *text, size_t len)
{
	const char end[] = "</html>\n";
	size_t i;

	for (i = 0; i < len; i++)
		require(text[i] == '\n' || text[i] == '\t' ||
			(text[i] >= ' ' && text[i] <= '~'), "a page is ASCII");
	require(len > sizeof(end) && len < 1 << 20 &&
		!memcmp(text + len - strlen(end), end, strlen(end)),
		"a page is whole");
}

/* A trace must be one JSON object on several lines. */
static void require_trace(const char *text)
{
	struct json_object *obj = json_tokener_parse(text);

	require(obj, "a trace is JSON");
	json_object_put(obj);
}

/* What it wrote is text, but for packets. */
static void judge(const struct choice *c, const char *text, size_t len)
{
	uint8_t view = c->view % VIEWS;

	if (is_report(c)) {
		require_page(text, len);
		return;
	}
	if (view != PCAPNG)
		require_plain(text, len, view == LADDER && c->options & 8);
	if (c->options & 1 && view != LADDER && view < TRACE)
		require_json(text, len);
	if (view == TRACE)
		require_trace(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzzed f = { .src.ops = &ops, .now_ns = 1000000 };
	struct choice c;
	char *text = NULL;
	size_t len = 0;
	FILE *out;

	if (size < sizeof(c))
		return 0;
	memcpy(&c, data, sizeof(c));
	f.data = data + sizeof(c);
	f.size = size - sizeof(c);
	fill_header(&f.src.header, c.header);
	f.src.hosts = 1 + c.hosts % 2;
	f.src.wall_offset_ns = c.offset & 1 ? UINT64_MAX - c.offset :
					      (uint64_t)c.offset << 56;
	out = open_memstream(&text, &len);
	require(out, "there is memory");
	show(&f.src, &c, out);
	fclose(out);
	judge(&c, text, len);
	free(text);
	return 0;
}
