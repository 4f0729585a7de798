// SPDX-License-Identifier: GPL-2.0
/* Sends single TCP segments through a raw socket. */
#include <arpa/inet.h>
#include <string.h>
#include <unistd.h>

#include "net.h"
#include "segment.h"

/* The ones' complement sum of RFC 9293 3.1, not folded; @len must be even. */
static uint32_t sum(const void *data, size_t len, uint32_t start)
{
	const uint16_t *word = data;

	for (; len > 1; len -= 2)
		start += *word++;
	return start;
}

static uint16_t checksum4(const struct segment *segment,
			  const struct tcphdr *th)
{
	const struct sockaddr_in *from = (void *)&segment->from;
	const struct sockaddr_in *to = (void *)&segment->to;
	uint32_t total = htons(IPPROTO_TCP) + htons(sizeof(*th) + segment->data);

	total = sum(&from->sin_addr, 4, total);
	total = sum(&to->sin_addr, 4, total);
	total = sum(th, sizeof(*th), total);
	while (total >> 16)
		total = (total & 0xffff) + (total >> 16);
	return ~total;
}

static uint16_t take_port(struct sockaddr_storage *addr)
{
	/* sin_port and sin6_port have the same offset. */
	struct sockaddr_in *in = (struct sockaddr_in *)addr;
	uint16_t port = in->sin_port;

	/* A raw IPv6 socket takes the port for a protocol number. */
	in->sin_port = 0;
	return port;
}

/* A segment in the name of the socket's peer, without numbers and flags. */
struct segment segment_from_peer(int fd)
{
	struct segment segment = { 0 };
	socklen_t len = sizeof(segment.to);

	must(getsockname(fd, (struct sockaddr *)&segment.to, &len));
	len = sizeof(segment.from);
	must(getpeername(fd, (struct sockaddr *)&segment.from, &len));
	return segment;
}

void segment_send(const struct segment *segment)
{
	int family = segment->to.ss_family;
	int fd = must(socket(family, SOCK_RAW | SOCK_CLOEXEC, IPPROTO_TCP));
	struct segment copy = *segment;
	char packet[sizeof(struct tcphdr) + SEGMENT_DATA_MAX] = { 0 };
	struct tcphdr th = {
		.th_sport = take_port(&copy.from),
		.th_dport = take_port(&copy.to),
		.th_seq = htonl(segment->seq),
		.th_ack = htonl(segment->ack),
		.th_off = sizeof(th) / 4,
		.th_flags = segment->flags,
		.th_win = htons(65535),
	};
	int one = 1, offset = offsetof(struct tcphdr, th_sum);

	if (family == AF_INET6)
		must(setsockopt(fd, IPPROTO_IPV6, IPV6_CHECKSUM, &offset,
				sizeof(offset)));
	else
		th.th_sum = checksum4(segment, &th);
	/* The source may be an address that no machine has. */
	if (family == AF_INET)
		must(setsockopt(fd, SOL_IP, IP_TRANSPARENT, &one, sizeof(one)));
	else
		must(setsockopt(fd, SOL_IPV6, IPV6_TRANSPARENT, &one, sizeof(one)));
	must(bind(fd, (struct sockaddr *)&copy.from, sizeof(copy.from)));
	memcpy(packet, &th, sizeof(th));
	must(sendto(fd, packet, sizeof(th) + segment->data, 0, (struct sockaddr *)&copy.to,
		    sizeof(copy.to)));
	close(fd);
}
