// SPDX-License-Identifier: GPL-2.0
/* "export --pcapng": blocks and packets, parsed byte by byte. */
#include <arpa/inet.h>
#include <string.h>

#include "check.h"
#include "export_run.h"
#include "format/tcp_packet.h"

#define SECTION		0x0a0d0d0aU
#define INTERFACE	1U
#define PACKET		6U

#define PACKETS_MAX	16

/* A packet of the file. */
struct packet {
	uint64_t time_ns;
	uint32_t interface;
	uint32_t len;
	const uint8_t *bytes;
	char comment[1100];
};

static const struct export_options plain;
static struct packet packets[PACKETS_MAX];
static size_t npackets;
static unsigned int sections, interfaces;
static char section_comment[1100];

static uint32_t get32(const uint8_t *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return value;
}

static uint16_t get16(const uint8_t *at)
{
	uint16_t value;

	memcpy(&value, at, sizeof(value));
	return value;
}

/* Get the text of an option, "" if there is none; options must end within the block. */
static void find_option(const uint8_t *at, const uint8_t *end, uint16_t want,
			char text[1100])
{
	uint16_t code, len;

	text[0] = '\0';
	while (at < end) {
		code = get16(at);
		len = get16(at + 2);
		at += 4;
		assert_true(len <= end - at);
		if (code == want) {
			memcpy(text, at, len);
			text[len] = '\0';
		}
		at += (len + 3U) & ~3U;
		if (!code)
			break;
	}
	assert_ptr_equal(at, end);
}

static void take_packet(const uint8_t *body, const uint8_t *end)
{
	struct packet *p = &packets[npackets++];

	assert_true(npackets <= PACKETS_MAX);
	p->interface = get32(body);
	assert_true(p->interface < interfaces);
	p->time_ns = (uint64_t)get32(body + 4) << 32 | get32(body + 8);
	p->len = get32(body + 12);
	assert_int_equal(get32(body + 16), p->len);
	p->bytes = body + 20;
	find_option(body + 20 + ((p->len + 3U) & ~3U), end, 1, p->comment);
}

static void take_block(uint32_t type, const uint8_t *body, const uint8_t *end)
{
	switch (type) {
	case SECTION:
		assert_int_equal(get32(body), 0x1a2b3c4d);
		find_option(body + 16, end, 1, section_comment);
		sections++;
		break;
	case INTERFACE:
		assert_int_equal(get16(body), 101);
		interfaces++;
		break;
	case PACKET:
		take_packet(body, end);
		break;
	default:
		fail_msg("block of type %#x", type);
	}
}

static void run(const struct export_options *opts)
{
	const uint8_t *at, *end;
	uint32_t len;

	export_run_pcapng(opts);
	npackets = 0;
	sections = 0;
	interfaces = 0;
	at = (const uint8_t *)export_run.text;
	end = at + export_run.size;
	while (at < end) {
		assert_true(end - at >= 12);
		len = get32(at + 4);
		assert_true(len % 4 == 0 && len >= 12 && len <= end - at);
		assert_int_equal(get32(at + len - 4), len);
		take_block(get32(at), at + 8, at + len - 4);
		at += len;
	}
	assert_int_equal(sections, 1);
}

static const uint8_t *tcp_of(const struct packet *p)
{
	return p->bytes + (p->bytes[0] >> 4 == 4 ? 20 : 40);
}

static uint32_t seq_of(const struct packet *p)
{
	return ntohl(get32(tcp_of(p) + 4));
}

static uint32_t ack_of(const struct packet *p)
{
	return ntohl(get32(tcp_of(p) + 8));
}

static unsigned int flags_of(const struct packet *p)
{
	return tcp_of(p)[13];
}

/* Check a packet: numbers, flags, and time after 1 s. */
static void expect(size_t n, uint32_t seq, uint32_t ack, unsigned int flags,
		   uint64_t after_ns)
{
	const struct packet *p = &packets[n];

	assert_true(n < npackets);
	assert_int_equal(seq_of(p), seq);
	assert_int_equal(ack_of(p), ack);
	assert_int_equal(flags_of(p), flags);
	assert_int_equal(p->time_ns, 1001 * SEC + after_ns);
	if (!strstr(p->comment, "Synthesised by tcpfin, not captured"))
		fail_msg("packet %zu is not marked: %s", n, p->comment);
}

static void expect_said(size_t n, const char *want)
{
	assert_true(n < npackets);
	if (!strstr(packets[n].comment, want))
		fail_msg("no '%s' in '%s'", want, packets[n].comment);
}

#define FIN	0x01U
#define RST	0x04U
#define ACK	0x10U
#define X	FIXTURE_FIN
#define Y	FIXTURE_PEER_FIN

static void both_ends_make_three_packets_if_merged(void **state)
{
	(void)state;
	export_run_closer(1, SEC);
	export_run_other(1, SEC);
	run(&plain);
	assert_int_equal(npackets, 3);
	expect(0, X, Y, FIN | ACK, 0);
	expect(1, Y, X + 1, FIN | ACK, 290000);
	expect(2, X + 1, Y + 1, ACK, 310000);
	expect_said(0, "segment 1 of 4 (FIN)");
	expect_said(0, "Sender: curl[612].");
	expect_said(1, "segment 3 of 4 (FIN that is segment 2, the ACK, too)");
	expect_said(2, "ended by: fin.");
	if (!strstr(section_comment, "Synthesised by tcpfin, not captured"))
		fail_msg("the section is not marked: %s", section_comment);
}

/* The ACK came alone; its SEQ is known, since the server had no unsent data. */
static void both_ends_make_four_packets_if_not(void **state)
{
	struct tcpfin_event ev;

	(void)state;
	export_run_closer(1, SEC);
	export_run_event(fixture_far(TCPFIN_KIND_STATE, 2, TCP_ESTABLISHED,
				     TCP_CLOSE_WAIT, SEC + 10000));
	ev = fixture_far(TCPFIN_KIND_STATE, 2, TCP_CLOSE_WAIT, TCP_LAST_ACK,
			 SEC + 290000);
	ev.detail = TCPFIN_LAST_ACK_ALONE;
	export_run_event(ev);
	export_run_event(fixture_far(TCPFIN_KIND_STATE, 2, TCP_LAST_ACK,
				     TCP_CLOSE, SEC + 310000));
	run(&plain);
	assert_int_equal(npackets, 4);
	expect(0, X, Y, FIN | ACK, 0);
	expect(1, Y, X + 1, FIN | ACK, 290000);
	expect(2, Y, X + 1, ACK, 300000);
	expect(3, X + 1, Y + 1, ACK, 310000);
}

/* Wave 2 came before the data of the half-close. */
static void a_half_close_with_data_has_all_packets(void **state)
{
	struct tcpfin_event ev = fixture_far(TCPFIN_KIND_STATE, 2, TCP_ESTABLISHED,
					     TCP_CLOSE_WAIT, SEC + 10000);

	(void)state;
	ev.snd_nxt -= 700;
	ev.snd_una = ev.snd_nxt;
	export_run_closer(1, SEC);
	export_run_event(ev);
	ev = fixture_far(TCPFIN_KIND_STATE, 2, TCP_CLOSE_WAIT, TCP_LAST_ACK,
			 SEC + 290000);
	ev.detail = TCPFIN_LAST_ACK_ALONE;
	export_run_event(ev);
	export_run_event(fixture_far(TCPFIN_KIND_STATE, 2, TCP_LAST_ACK,
				     TCP_CLOSE, SEC + 310000));
	run(&plain);
	assert_int_equal(npackets, 4);
	expect(2, Y - 700, X + 1, ACK, 300000);
}

/* The SEQ of wave 2 is not known from the client alone. */
static void an_unseen_number_leaves_a_segment_out(void **state)
{
	(void)state;
	export_run_closer(1, SEC);
	run(&plain);
	assert_int_equal(npackets, 3);
	expect(0, X, Y, FIN | ACK, 0);
	/* Whether the server had got the client's FIN by then is not known, either. */
	expect(1, Y, 0, FIN, 300500);
	expect(2, X + 1, Y + 1, ACK, 300500);
	expect_said(0, "Left out: segment 2 of 4 (ACK), whose sequence number was not seen.");
	expect_said(2, "Time: when the FIN that it answers arrived.");
}

/* RCV.NXT moved in FIN_WAIT1, so the ACK number of the FIN is not known. */
static void an_unseen_acknowledgment_is_not_set(void **state)
{
	struct tcpfin_event ev;

	(void)state;
	ev = fixture_event(TCPFIN_KIND_STATE, 1, TCP_ESTABLISHED, TCP_FIN_WAIT1,
			   SEC);
	ev.rcv_nxt -= 100;
	export_run_event(ev);
	export_run_event(fixture_event(TCPFIN_KIND_STATE, 1, TCP_FIN_WAIT1,
				       TCP_FIN_WAIT2, SEC + 500));
	run(&plain);
	assert_int_equal(npackets, 1);
	expect(0, X, 0, FIN, 0);
	expect_said(0, "acknowledgment number was not seen: ACK is not set");
	expect_said(0, "has not ended yet");
}

static void a_reset_without_fin_makes_no_packet(void **state)
{
	(void)state;
	export_run_end(fixture_event(TCPFIN_KIND_STATE, 1, TCP_ESTABLISHED, TCP_CLOSE,
				     SEC), TCPFIN_REASON_RST_RCVD);
	run(&plain);
	assert_int_equal(npackets, 0);
}

/* A mini-socket answers late data: the module tells the RST's numbers. */
static void a_reset_with_numbers_makes_a_packet(void **state)
{
	struct tcpfin_event ev = fixture_event(TCPFIN_KIND_TW_DEATH, 1,
					       TCP_FIN_WAIT2, TCP_CLOSE, SEC + 900);

	(void)state;
	export_run_event(fixture_event(TCPFIN_KIND_STATE, 1, TCP_ESTABLISHED,
				       TCP_FIN_WAIT1, SEC));
	export_run_event(fixture_event(TCPFIN_KIND_TW_BIRTH, 1, TCP_FIN_WAIT2,
				       TCP_FIN_WAIT2, SEC + 500));
	ev.flags |= TCPFIN_F_RST | TCPFIN_F_RST_NUMBERS;
	ev.detail = TCPFIN_CAUSE_LATE_DATA;
	ev.rst_seq = X + 1;
	export_run_end(ev, TCPFIN_REASON_RST_SENT);
	run(&plain);
	assert_int_equal(npackets, 2);
	expect(0, X, 0, FIN, 0);
	expect(1, X + 1, 0, RST, 900);
	expect_said(1, "a RST. Time: when it ended the mini-socket");
	assert_memory_equal(packets[0].bytes + 12, packets[1].bytes + 12, 8);
}

/* Verdicts come when TIME_WAIT ends, not in the order of the packets. */
static void packets_are_in_the_order_of_time(void **state)
{
	size_t i;

	(void)state;
	export_run_event(fixture_event(TCPFIN_KIND_STATE, 9, TCP_ESTABLISHED,
				       TCP_FIN_WAIT1, SEC / 2));
	export_run_closer(1, SEC);
	export_run_other(1, SEC);
	export_run_closer(5, SEC / 4);
	run(&plain);
	assert_int_equal(npackets, 7);
	for (i = 1; i < npackets; i++)
		assert_true(packets[i].time_ns >= packets[i - 1].time_ns);
	assert_int_equal(interfaces, 2);
}

static uint32_t sum(const uint8_t *at, size_t len)
{
	uint32_t total = 0;
	size_t i;

	for (i = 0; i < len; i++)
		total += i % 2 ? at[i] : (uint32_t)at[i] << 8;
	return total;
}

/* The sum over everything covered, a right checksum included, is 0xffff. */
static void expect_sum(uint32_t total)
{
	while (total >> 16)
		total = (total & 0xffff) + (total >> 16);
	assert_int_equal(total, 0xffff);
}

static void checksums_are_right(void **state)
{
	static const uint8_t from[16] = { 0xfe, 0x80, 0xff, 1, [15] = 7 };
	static const uint8_t to[16] = { 0xff, 0xff, 0xff, 0xfe, [15] = 9 };
	struct tcp_packet p = {
		.family = AF_INET, .from = from, .to = to, .sport = 65535,
		.dport = 443, .seq = 4294967295U, .ack = 1, .has_ack = true,
		.fin = true,
	};
	uint8_t buf[TCP_PACKET_MAX];

	(void)state;
	assert_int_equal(tcp_packet_make(&p, buf), 40);
	expect_sum(sum(buf, 20));
	expect_sum(sum(buf + 12, 8) + 6 + 20 + sum(buf + 20, 20));
	p.family = AF_INET6;
	assert_int_equal(tcp_packet_make(&p, buf), 60);
	expect_sum(sum(buf + 8, 32) + 6 + 20 + sum(buf + 40, 20));
	p.family = 99;
	assert_int_equal(tcp_packet_make(&p, buf), 0);
}

static struct tcpfin_event to_ipv6(struct tcpfin_event ev)
{
	ev.family = AF_INET6;
	return ev;
}

static void ipv6_is_ipv6(void **state)
{
	(void)state;
	export_run_event(to_ipv6(fixture_event(
		TCPFIN_KIND_STATE, 1, TCP_ESTABLISHED, TCP_FIN_WAIT1, SEC)));
	run(&plain);
	assert_int_equal(npackets, 1);
	assert_int_equal(packets[0].bytes[0], 0x60);
	assert_int_equal(packets[0].len, 60);
	expect(0, X, 0, FIN, 0);
}

static void escapes_a_hostile_name(void **state)
{
	(void)state;
	export_run_event(fixture_task(fixture_event(TCPFIN_KIND_STATE, 1,
						    TCP_ESTABLISHED, TCP_FIN_WAIT1, SEC),
				      7, "\033[2J\n\377"));
	run(&plain);
	expect_said(0, "Sender: \\x1b[2J\\x0a\\xff[7].");
}

#define TEST(name) \
	cmocka_unit_test_setup_teardown(name, export_run_setup, export_run_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(both_ends_make_three_packets_if_merged),
		TEST(both_ends_make_four_packets_if_not),
		TEST(a_half_close_with_data_has_all_packets),
		TEST(an_unseen_number_leaves_a_segment_out),
		TEST(an_unseen_acknowledgment_is_not_set),
		TEST(a_reset_without_fin_makes_no_packet),
		TEST(a_reset_with_numbers_makes_a_packet),
		TEST(packets_are_in_the_order_of_time),
		TEST(checksums_are_right),
		TEST(ipv6_is_ipv6),
		TEST(escapes_a_hostile_name),
	};

	return RUN_TESTS(tests);
}
