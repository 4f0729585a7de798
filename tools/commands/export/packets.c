// SPDX-License-Identifier: GPL-2.0
/*
 * "export --pcapng": writes the four segments of each connection as packets, and a RST
 * whose numbers are known. None was captured, and the comment of each packet says so. A
 * segment without a known sequence number or time is left out, and the comments of the
 * other packets name it; without a known acknowledgment number the packet has no ACK
 * flag.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "cli/pump.h"
#include "commands/export/export.h"
#include "format/pcapng.h"
#include "output/namespaces.h"
#include "source/choice.h"
#include "track/names.h"
#include "util/message.h"
#include "util/sorted_spool.h"
#include "util/text.h"

#define WAVES	4

static const char section_comment[] =
"Synthesised by tcpfin, not captured: the segments that ended TCP connections,\n"
"made from what the kernel's sockets showed. Sequence and acknowledgment numbers\n"
"and times are those that were seen; a segment without them is left out. Window,\n"
"hop limit (TTL) and IP id are not known: 65535, 64 and 0 only fill their places.\n"
"There are no options and no data.";

struct packets {
	struct source *src;
	const struct export_options *opts;
	FILE *out;
	struct namespaces *namespaces;	/* one interface for each */
	struct sorted_spool spool;	/* packets, to be sorted by time */
	struct pcapng block;		/* the block that is being made */
	uint64_t shown;		/* connections written so far */
	uint64_t left_out;	/* segments of which a number or the time is missing */
	uint64_t touched;	/* connections with such segments */
};

/* A segment that becomes a packet. */
struct segment {
	const struct wave *wave;	/* the segment in the verdict */
	unsigned int number;		/* 0 to 3 */
	const struct conn *from;	/* the sender, NULL if it was not seen */
	const struct conn *to;		/* the receiver, NULL if it was not seen */
	struct optional when;		/* nanoseconds */
	const char *timed;	/* words for the kind of @when: sending or arrival */
	const char *missing;	/* a number the packet needs that was not seen, or NULL */
};

/* Return a side: 0 is the closer, or the first end if the closer is not known. */
static const struct conn *side(const struct verdict *v, unsigned int which)
{
	if (v->closer == CLOSER_REMOTE)
		return which ? v->end[0] : NULL;
	return v->end[which];
}

static bool is_fin(unsigned int number)
{
	return number % 2 == 0;
}

/* The sending of an ACK is never seen: take the arrival of the FIN it answers. */
static void find_time(const struct verdict *v, struct segment *s)
{
	const struct wave *w = s->wave;

	if (is_fin(s->number) && w->sent.known) {
		s->when = w->sent;
		s->timed = "when it was sent";
	} else if (w->received.known) {
		s->when = w->received;
		s->timed = "when it arrived";
	} else if (!is_fin(s->number)) {
		s->when = v->wave[s->number - 1].received;
		s->timed = "when the FIN that it answers arrived";
	}
}

/* Return false if there was no such segment. */
static bool find_segment(const struct verdict *v, unsigned int number, struct segment *s)
{
	bool closers = number == 0 || number == 3;

	*s = (struct segment){
		.wave = &v->wave[number], .number = number,
		.from = side(v, !closers), .to = side(v, closers),
	};
	if (!s->wave->happened || (number == 1 && v->merged == TRI_YES))
		return false;
	find_time(v, s);
	if (!s->wave->seq.known)
		s->missing = "sequence number";
	else if (!is_fin(number) && !s->wave->ack.known)
		s->missing = "acknowledgment number";
	else if (!s->when.known)
		s->missing = "time";
	return true;
}

/* Text to append to; text that does not fit is cut off. */
struct text {
	char buf[PCAPNG_TEXT];
	size_t len;
};

__attribute__((format(printf, 2, 3)))
static void say(struct text *t, const char *format, ...)
{
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(t->buf + t->len, sizeof(t->buf) - t->len, format, args);
	va_end(args);
	if (len > 0)
		t->len += (size_t)len;
	if (t->len >= sizeof(t->buf))
		t->len = sizeof(t->buf) - 1;
}

static void say_left_out(struct text *t, const struct verdict *v)
{
	struct segment s;
	unsigned int i;

	for (i = 0; i < WAVES; i++) {
		if (find_segment(v, i, &s) && s.missing)
			say(t, " Left out: segment %u of 4 (%s), whose %s was not seen.",
			    i + 1, is_fin(i) ? "FIN" : "ACK", s.missing);
	}
}

static void say_connection(struct text *t, const struct verdict *v)
{
	if (v->closer == CLOSER_UNKNOWN)
		say(t, " Which FIN was first is not known.");
	else if (v->closer == CLOSER_BOTH)
		say(t, " Both ends closed at the same time.");
	if (v->self)
		say(t, " The socket is connected to itself.");
	if (v->translated)
		say(t, " Addresses and ports are those of one end: they were translated between both.");
	if (v->injected)
		say(t, " A RST was injected: neither end sent it.");
	if (v->open)
		say(t, " The connection has not ended yet.");
	else if (v->how != HOW_UNKNOWN)
		say(t, " The connection ended by: %s.", how_name(v->how));
}

static void comment(struct text *t, const struct verdict *v, const struct segment *s)
{
	char comm[COMM_TEXT_MAX];

	t->len = 0;
	say(t, "Synthesised by tcpfin, not captured: segment %u of 4 (%s%s). Time: %s.",
	    s->number + 1, is_fin(s->number) ? "FIN" : "ACK",
	    s->number == 2 && v->merged == TRI_YES ?
	    " that is segment 2, the ACK, too" : "", s->timed);
	if (!s->wave->ack.known)
		say(t, " Its acknowledgment number was not seen: ACK is not set.");
	if (s->from && s->from->flags & CONN_OWNER)
		say(t, " Sender: %s[%" PRIu32 "].",
		    comm_text(s->from->comm, comm), s->from->pid);
	if (is_fin(s->number) && s->from && s->from->retransmitted)
		say(t, " It was sent again %u times.", s->from->retransmitted);
	say_connection(t, v);
	say_left_out(t, v);
}

/* Return a packet that @c sent, or received, without numbers and flags. */
static struct tcp_packet packet_of(const struct conn *c, bool sent)
{
	return (struct tcp_packet){
		/* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): one end is always there */
		.family = c->family,
		.from = sent ? c->laddr : c->raddr, .to = sent ? c->raddr : c->laddr,
		.sport = sent ? c->lport : c->rport,
		.dport = sent ? c->rport : c->lport,
	};
}

/* Return the number of the end's interface, written first if new; 0 without memory. */
static uint32_t interface_of(struct packets *p, const struct conn *conn)
{
	char name[NAMESPACE_TEXT_MAX];
	bool is_new;
	uint32_t number = namespaces_number(p->namespaces, conn, &is_new);

	if (is_new) {
		pcapng_interface(&p->block, namespace_text(p->src, conn, name),
				 "The sockets of this network namespace");
		fwrite(p->block.data, 1, p->block.len, p->out);
	}
	return number == NAMESPACE_NONE ? 0 : number - 1;
}

/* Write a packet that @c, an end that was seen, sent or received. */
static void put_packet(struct packets *p, const struct conn *c,
		       const struct tcp_packet *packet, uint64_t time_ns,
		       const struct text *text)
{
	uint64_t wall_ns = source_wall(p->src, time_ns);
	uint8_t bytes[TCP_PACKET_MAX];
	size_t len = tcp_packet_make(packet, bytes);
	uint32_t interface;

	if (!len) {
		p->left_out++;
		return;
	}
	interface = interface_of(p, c);
	pcapng_packet(&p->block, interface, wall_ns, bytes, len, text->buf);
	sorted_spool_put(&p->spool, wall_ns, p->block.data, p->block.len);
}

/* The address of an end that was not seen is known from its peer. */
static void put_segment(struct packets *p, const struct verdict *v,
			const struct segment *s)
{
	const struct conn *c = s->from ? s->from : s->to;
	struct tcp_packet packet = packet_of(c, s->from);
	struct text text;

	packet.seq = (uint32_t)s->wave->seq.value;
	packet.ack = (uint32_t)s->wave->ack.value;
	packet.has_ack = s->wave->ack.known;
	packet.fin = is_fin(s->number);
	comment(&text, v, s);
	put_packet(p, c, &packet, s->when.value, &text);
}

/* Write the RST that ended a mini-socket: it received it, or sent it. */
static void put_rst(struct packets *p, const struct verdict *v, const struct conn *c)
{
	struct tcp_packet packet = packet_of(c, c->reason == TCPFIN_REASON_RST_SENT);
	struct text text = { .len = 0 };

	packet.seq = c->rst_seq;
	packet.ack = c->rst_ack;
	packet.has_ack = c->rst_ack;
	packet.rst = true;
	say(&text, "Synthesised by tcpfin, not captured: a RST. Time: when it ended the mini-socket.");
	say_connection(&text, v);
	put_packet(p, c, &packet, c->touched_ns, &text);
}

static bool is_enough(void *data)
{
	const struct packets *p = data;

	return p->spool.error || selection_is_enough(&p->opts->selection, p->shown);
}

static void show(void *data, const struct verdict *v)
{
	struct packets *p = data;
	uint64_t before = p->left_out;
	struct segment s;
	unsigned int i;

	if (is_enough(p) ||
	    !selection_has_verdict(&p->opts->selection, &p->src->header, v))
		return;
	p->shown++;
	for (i = 0; i < WAVES; i++) {
		if (!find_segment(v, i, &s))
			continue;
		if (s.missing)
			p->left_out++;
		else
			put_segment(p, v, &s);
	}
	for (i = 0; i < 2 && v->end[i]; i++)
		if (v->end[i]->flags & CONN_RST_NUMBERS)
			put_rst(p, v, v->end[i]);
	p->touched += p->left_out != before;
}

/* Connections that are still open at the end were shown by pump.open. */
static void on_end(void *data, const struct verdict *v)
{
	if (!v->open)
		show(data, v);
}

static void on_gap(void *data, const struct item *item)
{
	const struct packets *p = data;
	const char *host = source_host_name(p->src, item->host);

	fprintf(stderr, "tcpfin export: %" PRIu64 " events were %s%s%s\n", item->count,
		item->type == ITEM_LOST ? "lost" : "missed",
		host ? " on " : "", host ? host : "");
}

static bool finish(struct packets *p)
{
	if (!sorted_spool_write(&p->spool, p->out)) {
		message_print("tcpfin export: temporary file: %s",
			      strerror(p->spool.error));
		return false;
	}
	if (p->left_out)
		fprintf(stderr,
			"tcpfin export: %" PRIu64 " segments of %" PRIu64 " connections are left out: a number or their time was not seen\n",
			p->left_out, p->touched);
	return true;
}

int export_pcapng(struct source *src, const struct export_options *opts, FILE *out)
{
	struct packets p = {
		.src = src, .opts = opts, .out = out,
		.namespaces = namespaces_new(),
	};
	const struct pump pump = {
		.name = "export", .src = src, .out = out,
		.pairing = pump_pairing(src, on_end, &p), .data = &p,
		.loss = on_gap, .enough = is_enough, .open = show,
		.for_ns = opts->selection.for_ns,
	};
	char kernel[4 * sizeof(src->header.kernel) + 1], choice[CHOICE_TEXT_MAX];
	char comment[sizeof(section_comment) + CHOICE_TEXT_MAX + 64];
	int ret = -ENOMEM;

	if (p.namespaces && pump.pairing && sorted_spool_init(&p.spool)) {
		text_escape(src->header.kernel, sizeof(src->header.kernel), kernel,
			    sizeof(kernel));
		snprintf(comment, sizeof(comment), "%s%s%s", section_comment,
			 *choice_made_text(src, choice) ? "\nBy the module's parameters: " : "",
			 choice);
		pcapng_section(&p.block, "tcpfin " TCPFIN_VERSION, kernel, comment);
		fwrite(p.block.data, 1, p.block.len, out);
		pump_run(&pump);
		ret = !finish(&p);
	} else if (p.spool.error) {
		message_print("tcpfin export: %s", strerror(p.spool.error));
		ret = 1;
	}
	pairing_free(pump.pairing);
	namespaces_free(p.namespaces);
	sorted_spool_exit(&p.spool);
	return ret;
}
