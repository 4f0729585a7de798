// SPDX-License-Identifier: GPL-2.0
/* The parsing of captures in the guest test "wire", on made-up packets. */
#include <arpa/inet.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "capture.h"
#include "check.h"

#define CLIENT	0
#define SERVER	1
#define A	PACKET_ACK
#define S	PACKET_SYN
#define F	PACKET_FIN
#define R	PACKET_RST

/* Initial sequence numbers; that of the server wraps around. */
#define X	1000U
#define Y	0xfffffffeU

static pcap_dumper_t *dumper[2];
static int file[2];
static uint64_t now_ns;
static int family;
static struct capture capture;
static struct wire_end *client, *server;

static int setup(void **state)
{
	pcap_t *pcap = pcap_open_dead_with_tstamp_precision(
		DLT_EN10MB, 128, PCAP_TSTAMP_PRECISION_NANO);
	int i;

	(void)state;
	assert_non_null(pcap);
	for (i = 0; i < 2; i++) {
		file[i] = memfd_create("pcap", MFD_CLOEXEC);
		assert_true(file[i] >= 0);
		dumper[i] = pcap_dump_fopen(pcap, fdopen(dup(file[i]), "w"));
		assert_non_null(dumper[i]);
	}
	pcap_close(pcap);
	now_ns = 1700000000999999990ULL;
	family = AF_INET;
	return 0;
}

static int teardown(void **state)
{
	int i;

	(void)state;
	for (i = 0; i < 2; i++)
		close(file[i]);
	capture_free(&capture);
	return 0;
}

static void put16(uint8_t *at, uint16_t value)
{
	at[0] = value >> 8;
	at[1] = value;
}

static void put32(uint8_t *at, uint32_t value)
{
	put16(at, value >> 16);
	put16(at + 2, value);
}

static size_t put_ip(uint8_t *at, int from, size_t len)
{
	if (family == AF_INET) {
		put16(at - 2, 0x0800);
		at[0] = 0x45;
		put16(at + 2, 20 + len);
		at[9] = IPPROTO_TCP;
		put32(at + 12, from == CLIENT ? 0x0a010001 : 0x0a020001);
		put32(at + 16, from == CLIENT ? 0x0a020001 : 0x0a010001);
		return 20;
	}
	put16(at - 2, 0x86dd);
	at[0] = 0x60;
	put16(at + 4, len);
	at[6] = IPPROTO_TCP;
	at[8 + 15] = from == CLIENT ? 1 : 2;
	at[24 + 15] = from == CLIENT ? 2 : 1;
	return 40;
}

/* Write a segment to the capture of a tap, without its payload. */
static void seen(int tap, int from, int flags, uint32_t seq, uint32_t len,
		 uint32_t ack)
{
	struct pcap_pkthdr header = { 0 };
	uint8_t bytes[128] = { 0 };
	size_t at = 14;

	at += put_ip(bytes + at, from, 20 + len);
	put16(bytes + at, from == CLIENT ? 40000 : 80);
	put16(bytes + at + 2, from == CLIENT ? 80 : 40000);
	put32(bytes + at + 4, seq);
	put32(bytes + at + 8, ack);
	bytes[at + 12] = 5 << 4;
	bytes[at + 13] = flags;
	header.caplen = at + 20;
	header.len = header.caplen + len;
	header.ts.tv_sec = now_ns / 1000000000;
	header.ts.tv_usec = now_ns % 1000000000;
	pcap_dump((uint8_t *)dumper[tap], &header, bytes);
	now_ns += 7;
}

/* A segment passes the sender's tap and is lost. */
static void lost(int from, int flags, uint32_t seq, uint32_t len, uint32_t ack)
{
	seen(from, from, flags, seq, len, ack);
}

/* A segment passes both taps. */
static void pass(int from, int flags, uint32_t seq, uint32_t len, uint32_t ack)
{
	seen(from, from, flags, seq, len, ack);
	seen(!from, from, flags, seq, len, ack);
}

static void handshake(uint32_t x, uint32_t y)
{
	pass(CLIENT, S, x - 1, 0, 0);
	pass(SERVER, S | A, y - 1, 0, x);
	pass(CLIENT, A, x, 0, y);
}

/* Read the captures, which must have @want connections. */
static void learn(size_t want)
{
	char name[2][64];
	const char *const path[2] = { name[0], name[1] };
	int i;

	for (i = 0; i < 2; i++) {
		pcap_dump_close(dumper[i]);
		snprintf(name[i], sizeof(name[i]), "/proc/self/fd/%d", file[i]);
	}
	capture_read(&capture, path);
	assert_int_equal(capture.conns, want);
	client = &capture.conn[0].end[CLIENT];
	server = &capture.conn[0].end[SERVER];
}

static void knows_an_ordinary_close(void **state)
{
	uint64_t begin = now_ns;

	(void)state;
	handshake(X, Y);
	pass(CLIENT, F | A, X, 0, Y);
	pass(SERVER, A, Y, 0, X + 1);
	pass(SERVER, F | A, Y, 0, X + 1);
	pass(CLIENT, A, X + 1, 0, Y + 1);
	learn(1);
	assert_int_equal(capture.conn[0].packets, 14);
	assert_int_equal(capture.conn[0].port[CLIENT], 40000);
	assert_int_equal(capture.conn[0].port[SERVER], 80);
	assert_int_equal(capture.conn[0].addr[SERVER][1], 2);
	assert_true(client->fin && client->acked && client->peer_fin);
	assert_true(server->fin && server->acked && server->peer_fin);
	assert_int_equal(client->fin_seq, X);
	assert_int_equal(client->fin_ack, Y);
	assert_int_equal(server->fin_seq, Y);
	assert_int_equal(server->fin_ack, X + 1);
	assert_int_equal(client->fin_ns, begin + 6 * 7);
	assert_int_equal(server->peer_fin_ns, begin + 7 * 7);
	assert_int_equal(client->over_ns, begin + 11 * 7);
	assert_int_equal(client->fins, 1);
	assert_true(server->ack_alone);
	assert_false(client->rsts || client->rsts_came);
}

static void knows_ipv6(void **state)
{
	(void)state;
	family = AF_INET6;
	handshake(X, Y);
	pass(SERVER, F | A, Y, 5, X);
	learn(1);
	assert_int_equal(capture.conn[0].family, AF_INET6);
	assert_int_equal(capture.conn[0].addr[CLIENT][15], 1);
	assert_int_equal(server->fin_seq, Y + 5);
	assert_true(client->peer_fin);
	assert_false(client->fin);
}

/* The ACK comes with the server's FIN, not alone. */
static void knows_a_merged_ack(void **state)
{
	(void)state;
	handshake(X, Y);
	pass(CLIENT, F | A, X, 0, Y);
	pass(SERVER, F | A, Y, 0, X + 1);
	pass(CLIENT, A, X + 1, 0, Y + 1);
	learn(1);
	assert_false(server->ack_alone);
	assert_true(client->acked);
	assert_int_equal(client->acked_rcv_nxt, Y);
}

static void counts_fins(void **state)
{
	uint64_t begin = now_ns;

	(void)state;
	handshake(X, Y);
	lost(CLIENT, F | A, X, 0, Y);
	lost(CLIENT, F | A, X, 0, Y);
	pass(CLIENT, F | A, X, 0, Y);
	pass(SERVER, F | A, Y, 0, X + 1);
	lost(CLIENT, A, X + 1, 0, Y + 1);
	pass(SERVER, F | A, Y, 0, X + 1);
	lost(CLIENT, A, X + 1, 0, Y + 1);
	pass(SERVER, F | A, Y, 0, X + 1);
	pass(CLIENT, A, X + 1, 0, Y + 1);
	learn(1);
	assert_int_equal(client->fins, 3);
	assert_int_equal(client->over_ns, begin + 11 * 7);
	assert_int_equal(server->fins, 3);
}

/* The FIN overtakes ten bytes, and counts only after them. */
static void waits_for_what_is_missing(void **state)
{
	uint64_t begin = now_ns;

	(void)state;
	handshake(X, Y);
	lost(SERVER, A, Y, 10, X);
	pass(SERVER, F | A, Y + 10, 0, X);
	pass(CLIENT, A, X, 0, Y);
	pass(SERVER, A, Y, 10, X);
	learn(1);
	assert_true(client->peer_fin);
	assert_int_equal(client->peer_fin_ns, begin + 12 * 7);
	assert_int_equal(server->fin_seq, Y + 10);
}

/* The server sends data between its ACK and its FIN. */
static void knows_where_the_half_close_began(void **state)
{
	(void)state;
	handshake(X, Y);
	pass(SERVER, A, Y, 3, X);
	pass(CLIENT, A, X, 0, Y + 3);
	pass(CLIENT, F | A, X, 0, Y + 3);
	pass(SERVER, A, Y + 3, 4, X + 1);
	pass(SERVER, F | A, Y + 7, 0, X + 1);
	learn(1);
	assert_int_equal(client->acked_rcv_nxt, Y + 3);
	assert_int_equal(server->peer_fin_snd_nxt, Y + 3);
	assert_false(server->peer_fin_in_flight);
	assert_int_equal(server->fin_seq, Y + 7);
	assert_true(server->ack_alone);
}

static void knows_what_is_in_flight(void **state)
{
	(void)state;
	handshake(X, Y);
	pass(SERVER, A, Y, 3, X);
	pass(CLIENT, F | A, X, 0, Y + 3);
	learn(1);
	assert_true(server->peer_fin_in_flight);
}

/* The client has aborted when the SYN-ACK arrives. */
static void knows_what_was_no_connection(void **state)
{
	(void)state;
	pass(CLIENT, S, X - 1, 0, 0);
	pass(SERVER, S | A, Y - 1, 0, X);
	learn(1);
	assert_false(capture.conn[0].established);
}

static void knows_a_connection(void **state)
{
	(void)state;
	handshake(X, Y);
	learn(1);
	assert_true(capture.conn[0].established);
}

static void counts_resets(void **state)
{
	(void)state;
	handshake(X, Y);
	lost(CLIENT, R | A, X, 0, Y);
	pass(SERVER, R, Y, 0, 0);
	learn(1);
	assert_int_equal(client->rsts, 1);
	assert_int_equal(server->rsts_came, 0);
	assert_int_equal(server->rsts, 1);
	assert_int_equal(client->rsts_came, 1);
}

/* The client's RST is lost; the server's FIN finds no socket. */
static void knows_that_an_aborted_end_is_gone(void **state)
{
	(void)state;
	handshake(X, Y);
	lost(CLIENT, R | A, X, 0, Y);
	pass(SERVER, F | A, Y, 0, X);
	pass(CLIENT, R, X, 0, 0);
	learn(1);
	assert_true(server->fin);
	assert_false(client->peer_fin);
	assert_int_equal(client->rcv_nxt, Y);
}

/* A retransmitted SYN is the same connection, a SYN with another SEQ the next. */
static void tells_connections_apart(void **state)
{
	(void)state;
	lost(CLIENT, S, X - 1, 0, 0);
	handshake(X, Y);
	pass(SERVER, F | A, Y, 0, X);
	handshake(2 * X, Y + 100);
	pass(CLIENT, F | A, 2 * X, 0, Y + 100);
	learn(2);
	assert_true(server->fin);
	assert_false(client->fin);
	assert_false(capture.conn[1].end[SERVER].fin);
	assert_int_equal(capture.conn[1].end[CLIENT].fin_seq, 2 * X);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(knows_an_ordinary_close),
		TEST(knows_ipv6),
		TEST(knows_a_merged_ack),
		TEST(counts_fins),
		TEST(waits_for_what_is_missing),
		TEST(knows_where_the_half_close_began),
		TEST(knows_what_is_in_flight),
		TEST(knows_what_was_no_connection),
		TEST(knows_a_connection),
		TEST(counts_resets),
		TEST(knows_that_an_aborted_end_is_gone),
		TEST(tells_connections_apart),
	};

	return RUN_TESTS(tests);
}
