/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A peer that no kernel runs: the test sends its segments one by one, and sees each
 * segment that the kernel under test sends to it through a tun device.
 */
#ifndef TESTS_GUEST_FAKE_PEER_H
#define TESTS_GUEST_FAKE_PEER_H

#include "net.h"
#include "segment.h"

#define FAKE_PEER_WIRE	64

/* A segment on the wire. */
struct wire_segment {
	bool ours;	/* the kernel under test sent it, not the peer */
	uint8_t flags;	/* SEGMENT_* */
	uint32_t seq;
	uint32_t ack;
	uint32_t data;	/* bytes */
};

/**
 * struct fake_peer - a connection between a socket and a peer that no kernel runs
 * @path: the namespace, and the address of the socket
 * @fd: the socket, which accepted the connection
 * @seq: number of the first byte after the peer's SYN
 * @ack: number of the first byte after the socket's SYN
 * @wire: the segments after the handshake, in the order of time
 * @segments: entries in @wire
 * @tun: the device to the peer
 * @next: addresses of the peer's segments
 */
struct fake_peer {
	struct path path;
	int fd;
	uint32_t seq;
	uint32_t ack;
	struct wire_segment wire[FAKE_PEER_WIRE];
	size_t segments;
	int tun;
	struct segment next;
};

void fake_peer_open(struct fake_peer *p, int family);
void fake_peer_close(struct fake_peer *p);

/* Send a segment with these numbers, relative to @seq and @ack. */
void fake_peer_send(struct fake_peer *p, uint8_t flags, uint32_t seq, uint32_t ack);

/* Wait until the socket has sent another segment with these flags. */
void fake_peer_wait(struct fake_peer *p, uint8_t flags);

/* Take what the socket has sent until now. */
void fake_peer_read(struct fake_peer *p);

#endif /* TESTS_GUEST_FAKE_PEER_H */
