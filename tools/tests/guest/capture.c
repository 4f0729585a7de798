// SPDX-License-Identifier: GPL-2.0
/* Reads captures of both ends and groups their packets by connection. */
#include <arpa/inet.h>
#include <pcap/pcap.h>
#include <stdlib.h>
#include <string.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#include "capture.h"

#define ETHERNET_HEADER	14
#define IPV4_HEADER	20
#define IPV6_HEADER	40
#define TCP_HEADER	20

/**
 * struct raw - a packet and its connection's addresses
 * @addr: addresses of both ends, in the same order for both directions
 * @port: ports of both ends, in network byte order
 * @family: AF_INET or AF_INET6
 * @index: position in the file
 * @packet: the packet; @packet.from is an index of @addr
 */
struct raw {
	uint8_t addr[2][16];
	uint16_t port[2];
	int family;
	size_t index;
	struct packet packet;
};

struct raws {
	struct raw *list;
	size_t count;
	size_t room;
};

static struct raw *raws_add(struct raws *raws)
{
	if (raws->count == raws->room) {
		raws->room = raws->room ? 2 * raws->room : 1024;
		raws->list = reallocarray(raws->list, raws->room,
					  sizeof(*raws->list));
		assert_non_null(raws->list);
	}
	memset(&raws->list[raws->count], 0, sizeof(*raws->list));
	return &raws->list[raws->count++];
}

static uint16_t get16(const uint8_t *at)
{
	return at[0] << 8 | at[1];
}

static uint32_t get32(const uint8_t *at)
{
	return (uint32_t)get16(at) << 16 | get16(at + 2);
}

/* Parse addresses and the length of the TCP segment; returns the TCP header. */
static const uint8_t *parse_ip(const uint8_t *at, const uint8_t *end,
			       struct raw *raw, size_t *len)
{
	size_t header = IPV6_HEADER;

	if (end - at < ETHERNET_HEADER + IPV4_HEADER)
		fail_msg("a packet of %td bytes", end - at);
	at += ETHERNET_HEADER;
	if (get16(at - 2) == 0x0800) {
		raw->family = AF_INET;
		memcpy(raw->addr[0], at + 12, 4);
		memcpy(raw->addr[1], at + 16, 4);
		header = (at[0] & 15) * 4;
		*len = get16(at + 2) - header;
		assert_int_equal(at[9], IPPROTO_TCP);
	} else {
		assert_int_equal(get16(at - 2), 0x86dd);
		assert_in_range(end - at, IPV6_HEADER, SIZE_MAX);
		raw->family = AF_INET6;
		memcpy(raw->addr[0], at + 8, 16);
		memcpy(raw->addr[1], at + 24, 16);
		*len = get16(at + 4);
		assert_int_equal(at[6], IPPROTO_TCP);
	}
	if ((size_t)(end - at) < header + TCP_HEADER)
		fail_msg("%td bytes were captured of a packet", end - at);
	return at + header;
}

static void parse_tcp(const uint8_t *at, size_t len, struct raw *raw)
{
	size_t header = (at[12] >> 4) * 4;

	assert_in_range(header, TCP_HEADER, len);
	memcpy(&raw->port[0], at, 2);
	memcpy(&raw->port[1], at + 2, 2);
	raw->packet.seq = get32(at + 4);
	raw->packet.ack = get32(at + 8);
	raw->packet.flags = at[13];
	raw->packet.len = len - header;
}

/* Sort the ends, so that both directions have the same order. */
static void order_ends(struct raw *raw)
{
	uint8_t addr[16];
	uint16_t port;
	int order = memcmp(raw->addr[0], raw->addr[1], sizeof(addr));

	if (!order)
		order = memcmp(&raw->port[0], &raw->port[1], sizeof(port));
	raw->packet.from = order > 0;
	if (order <= 0)
		return;
	memcpy(addr, raw->addr[0], sizeof(addr));
	memcpy(raw->addr[0], raw->addr[1], sizeof(addr));
	memcpy(raw->addr[1], addr, sizeof(addr));
	port = raw->port[0];
	raw->port[0] = raw->port[1];
	raw->port[1] = port;
}

static void read_file(struct raws *raws, const char *path, int tap)
{
	char error[PCAP_ERRBUF_SIZE] = "";
	struct pcap_pkthdr *header;
	const uint8_t *bytes, *tcp;
	struct raw *raw;
	size_t len;
	pcap_t *pcap;
	int got;

	pcap = pcap_open_offline_with_tstamp_precision(
		path, PCAP_TSTAMP_PRECISION_NANO, error);
	if (!pcap)
		fail_msg("%s: %s", path, error);
	assert_int_equal(pcap_datalink(pcap), DLT_EN10MB);
	while ((got = pcap_next_ex(pcap, &header, &bytes)) == 1) {
		raw = raws_add(raws);
		raw->index = raws->count;
		tcp = parse_ip(bytes, bytes + header->caplen, raw, &len);
		parse_tcp(tcp, len, raw);
		order_ends(raw);
		raw->packet.tap = tap;
		/* tv_usec has nanoseconds: PCAP_TSTAMP_PRECISION_NANO. */
		raw->packet.ns = header->ts.tv_sec * 1000000000ULL +
				 header->ts.tv_usec;
	}
	if (got != PCAP_ERROR_BREAK)
		fail_msg("%s: %s", path, pcap_geterr(pcap));
	pcap_close(pcap);
}

static int compare_ends(const struct raw *a, const struct raw *b)
{
	int order = a->family - b->family;

	if (!order)
		order = memcmp(a->addr, b->addr, sizeof(a->addr));
	if (!order)
		order = memcmp(a->port, b->port, sizeof(a->port));
	return order;
}

static int compare_raws(const void *x, const void *y)
{
	const struct raw *a = x, *b = y;
	int order = compare_ends(a, b);

	if (order)
		return order;
	if (a->packet.ns != b->packet.ns)
		return a->packet.ns < b->packet.ns ? -1 : 1;
	return a->index < b->index ? -1 : 1;
}

/* Does a packet begin a connection: other ends, or a SYN with another number? */
static bool begins(const struct raws *raws, size_t i, const struct packet *syn)
{
	const struct packet *packet = &raws->list[i].packet;

	if (!i || compare_ends(&raws->list[i - 1], &raws->list[i]))
		return true;
	return (packet->flags & (PACKET_SYN | PACKET_ACK)) == PACKET_SYN &&
	       packet->seq != syn->seq;
}

static void conn_begin(struct wire_conn *conn, const struct raw *raw,
		       const struct packet *packet)
{
	int client = raw->packet.from, i;

	if ((raw->packet.flags & (PACKET_SYN | PACKET_ACK)) != PACKET_SYN)
		fail_msg("a connection of port %u begins without a SYN",
			 ntohs(raw->port[client]));
	memset(conn, 0, sizeof(*conn));
	conn->family = raw->family;
	for (i = 0; i < 2; i++) {
		memcpy(conn->addr[i], raw->addr[i ^ client], 16);
		conn->port[i] = ntohs(raw->port[i ^ client]);
	}
	conn->packet = packet;
}

/* Group the sorted packets by connection. */
static void group(struct capture *capture, const struct raws *raws)
{
	const struct packet *syn = NULL;
	struct wire_conn *conn = NULL;
	size_t i;

	capture->packet = calloc(raws->count, sizeof(*capture->packet));
	/* At most as many connections as packets. */
	capture->conn = calloc(raws->count, sizeof(*capture->conn));
	assert_true(capture->packet && capture->conn);
	for (i = 0; i < raws->count; i++) {
		if (begins(raws, i, syn)) {
			syn = &raws->list[i].packet;
			conn = &capture->conn[capture->conns++];
			conn_begin(conn, &raws->list[i], &capture->packet[i]);
		}
		capture->packet[i] = raws->list[i].packet;
		capture->packet[i].from ^= syn->from;
		conn->packets++;
	}
}

/**
 * capture_read() - read the captures of both taps
 * @capture: receives the connections
 * @path: pcap files of the client's and the server's tap
 *
 * Fails the test if a packet is not TCP, or a connection begins without its SYN.
 */
void capture_read(struct capture *capture, const char *const path[2])
{
	struct raws raws = { 0 };
	size_t i;

	memset(capture, 0, sizeof(*capture));
	read_file(&raws, path[0], 0);
	read_file(&raws, path[1], 1);
	if (!raws.count)
		fail_msg("no packets in %s and %s", path[0], path[1]);
	qsort(raws.list, raws.count, sizeof(*raws.list), compare_raws);
	group(capture, &raws);
	free(raws.list);
	for (i = 0; i < capture->conns; i++)
		capture_fill_ends(&capture->conn[i]);
}

void capture_free(struct capture *capture)
{
	free(capture->conn);
	free(capture->packet);
	memset(capture, 0, sizeof(*capture));
}

/* Print all packets of a connection. */
void capture_print(FILE *out, const struct wire_conn *conn)
{
	char addr[2][INET6_ADDRSTRLEN];
	size_t i;

	for (i = 0; i < 2; i++)
		inet_ntop(conn->family, conn->addr[i], addr[i],
			  sizeof(addr[i]));
	fprintf(out, "# client %s port %u, server %s port %u\n", addr[0],
		conn->port[0], addr[1], conn->port[1]);
	for (i = 0; i < conn->packets; i++) {
		const struct packet *p = &conn->packet[i];

		fprintf(out, "#   %12.6f ms  %s  %c%c%c%c seq %u len %u ack %u\n",
			(double)(p->ns - conn->packet[0].ns) / 1e6,
			p->from ? (p->tap ? "       <- S" : "C <-       ") :
				  (p->tap ? "       -> S" : "C ->       "),
			p->flags & PACKET_SYN ? 'S' : '-',
			p->flags & PACKET_FIN ? 'F' : '-',
			p->flags & PACKET_RST ? 'R' : '-',
			p->flags & PACKET_ACK ? 'A' : '-', p->seq, p->len,
			p->ack);
	}
}
