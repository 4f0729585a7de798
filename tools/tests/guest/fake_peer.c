// SPDX-License-Identifier: GPL-2.0
/* A peer that no kernel runs, behind a tun device. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <netinet/ip.h>
#include <netinet/ip6.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "fake_peer.h"

#define PEER_ISS	1000

static void open_tun(struct fake_peer *p)
{
	struct ifreq ifr = { .ifr_name = "tun0", .ifr_flags = IFF_TUN | IFF_NO_PI };

	run("modprobe tun");
	p->tun = must(open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC));
	must(ioctl(p->tun, TUNSETIFF, &ifr));
	run("ip link set tun0 up && ip addr add 10.9.0.1/24 dev tun0 && "
	    "ip addr add fd09::1/64 dev tun0 nodad");
}

static void set_addr(struct sockaddr_storage *addr, int family, int host, uint16_t port)
{
	struct sockaddr_in6 *in6 = (struct sockaddr_in6 *)addr;
	struct sockaddr_in *in = (struct sockaddr_in *)addr;

	addr->ss_family = family;
	/* sin_port and sin6_port have the same offset. */
	in->sin_port = htons(port);
	if (family == AF_INET)
		in->sin_addr.s_addr = htonl(0x0a090000 + host);
	else
		inet_pton(AF_INET6, host == 1 ? "fd09::1" : "fd09::2", &in6->sin6_addr);
}

static void add_segment(struct fake_peer *p, struct wire_segment s)
{
	assert_in_range(p->segments, 0, FAKE_PEER_WIRE - 1);
	p->wire[p->segments++] = s;
}

/* Take a packet from the device, if it is a TCP segment. */
static void take_packet(struct fake_peer *p, const uint8_t *packet, size_t len)
{
	const struct ip *ip = (const void *)packet;
	const struct ip6_hdr *ip6 = (const void *)packet;
	bool v6 = ip->ip_v == 6;
	size_t at = v6 ? sizeof(*ip6) : ip->ip_hl * 4U;
	struct tcphdr th;

	if ((v6 ? ip6->ip6_nxt : ip->ip_p) != IPPROTO_TCP)
		return;
	assert_in_range(at + sizeof(th), 0, len);
	memcpy(&th, packet + at, sizeof(th));
	add_segment(p, (struct wire_segment){
		.ours = true, .seq = ntohl(th.th_seq), .ack = ntohl(th.th_ack),
		.flags = th.th_flags, .data = len - at - th.th_off * 4U,
	});
}

void fake_peer_read(struct fake_peer *p)
{
	uint8_t packet[2048];
	ssize_t len;

	while ((len = read(p->tun, packet, sizeof(packet))) > 0)
		take_packet(p, packet, len);
}

void fake_peer_wait(struct fake_peer *p, uint8_t flags)
{
	size_t seen = p->segments, i;
	int tries;

	for (tries = 0; tries < 10000; tries++) {
		fake_peer_read(p);
		for (i = seen; i < p->segments; i++)
			if ((p->wire[i].flags & flags) == flags)
				return;
		pause_ms(1);
	}
	fail_msg("no segment with flags %#x is sent", flags);
}

void fake_peer_send(struct fake_peer *p, uint8_t flags, uint32_t seq, uint32_t ack)
{
	struct segment segment = p->next;

	fake_peer_read(p);
	segment.seq = p->seq + seq;
	segment.ack = p->ack + ack;
	segment.flags = flags;
	add_segment(p, (struct wire_segment){
		.seq = segment.seq, .ack = segment.ack, .flags = flags,
	});
	segment_send(&segment);
}

/* The peer connects to the socket. */
static void shake_hands(struct fake_peer *p)
{
	int listener = listener_open(&p->path);

	p->seq = PEER_ISS;
	fake_peer_send(p, SEGMENT_SYN, 0, 0);
	fake_peer_wait(p, SEGMENT_SYN);
	p->ack = p->wire[p->segments - 1].seq + 1;
	p->seq++;
	fake_peer_send(p, SEGMENT_ACK, 0, 0);
	p->fd = must(accept4(listener, NULL, NULL, SOCK_CLOEXEC));
	close(listener);
	p->segments = 0;
}

void fake_peer_open(struct fake_peer *p, int family)
{
	memset(p, 0, sizeof(*p));
	path_open(&p->path, family, false);
	open_tun(p);
	set_addr(&p->path.addr, family, 1, SERVER_PORT);
	set_addr(&p->next.from, family, 2, 40001);
	p->next.to = p->path.addr;
	shake_hands(p);
}

void fake_peer_close(struct fake_peer *p)
{
	close(p->tun);
	path_close(&p->path);
}
