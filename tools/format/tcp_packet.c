// SPDX-License-Identifier: GPL-2.0
/* Makes the bytes of TCP segments: RFC 791, RFC 8200 and RFC 9293 3.1. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>

#include "format/tcp_packet.h"

/* Values of unknown fields that do not look like a problem */
#define ANY_WINDOW	65535
#define ANY_HOPS	64

/* The sum of RFC 1071, not folded yet; @len is even. */
static uint32_t add_bytes(uint32_t sum, const void *data, size_t len)
{
	const uint8_t *bytes = data;
	size_t i;

	for (i = 0; i < len; i += 2)
		/* NOLINTNEXTLINE(clang-analyzer-core.UndefinedBinaryOperatorResult): all is set */
		sum += (uint32_t)bytes[i] << 8 | bytes[i + 1];
	return sum;
}

static uint16_t fold(uint32_t sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return htons((uint16_t)~sum);
}

/* The pseudo header that the checksum covers, too (RFC 9293 3.1). */
static uint32_t add_pseudo(const struct tcp_packet *p, size_t addr_len)
{
	uint32_t sum = add_bytes(0, p->from, addr_len);

	return add_bytes(sum, p->to, addr_len) + IPPROTO_TCP +
	       sizeof(struct tcphdr);
}

static void put_tcp(const struct tcp_packet *p, size_t addr_len, uint8_t *to)
{
	struct tcphdr tcp = {
		.th_sport = htons(p->sport), .th_dport = htons(p->dport),
		.th_seq = htonl(p->seq), .th_off = sizeof(tcp) / 4,
		.th_flags = (p->fin ? TH_FIN : 0) | (p->rst ? TH_RST : 0),
		.th_win = htons(ANY_WINDOW),
	};

	if (p->has_ack) {
		tcp.th_ack = htonl(p->ack);
		tcp.th_flags |= TH_ACK;
	}
	tcp.th_sum = fold(add_bytes(add_pseudo(p, addr_len), &tcp,
				    sizeof(tcp)));
	memcpy(to, &tcp, sizeof(tcp));
}

static size_t make_ipv4(const struct tcp_packet *p, uint8_t *buf)
{
	struct ip ip = {
		.ip_v = 4, .ip_hl = sizeof(ip) / 4, .ip_p = IPPROTO_TCP,
		.ip_ttl = ANY_HOPS,
		.ip_len = htons(sizeof(ip) + sizeof(struct tcphdr)),
	};

	memcpy(&ip.ip_src, p->from, sizeof(ip.ip_src));
	memcpy(&ip.ip_dst, p->to, sizeof(ip.ip_dst));
	ip.ip_sum = fold(add_bytes(0, &ip, sizeof(ip)));
	memcpy(buf, &ip, sizeof(ip));
	put_tcp(p, sizeof(ip.ip_src), buf + sizeof(ip));
	return sizeof(ip) + sizeof(struct tcphdr);
}

static size_t make_ipv6(const struct tcp_packet *p, uint8_t *buf)
{
	struct ip6_hdr ip = {
		.ip6_flow = htonl(6U << 28), .ip6_nxt = IPPROTO_TCP,
		.ip6_hlim = ANY_HOPS,
		.ip6_plen = htons(sizeof(struct tcphdr)),
	};

	memcpy(&ip.ip6_src, p->from, sizeof(ip.ip6_src));
	memcpy(&ip.ip6_dst, p->to, sizeof(ip.ip6_dst));
	memcpy(buf, &ip, sizeof(ip));
	put_tcp(p, sizeof(ip.ip6_src), buf + sizeof(ip));
	return sizeof(ip) + sizeof(struct tcphdr);
}

size_t tcp_packet_make(const struct tcp_packet *p, uint8_t buf[TCP_PACKET_MAX])
{
	switch (p->family) {
	case AF_INET:
		return make_ipv4(p, buf);
	case AF_INET6:
		return make_ipv6(p, buf);
	}
	return 0;
}
