/* SPDX-License-Identifier: GPL-2.0 */
/* Sends single TCP segments through a raw socket. */
#ifndef TESTS_SEGMENT_H
#define TESTS_SEGMENT_H

#include <stdint.h>
#include <sys/socket.h>

#define SEGMENT_FIN	0x01
#define SEGMENT_SYN	0x02
#define SEGMENT_RST	0x04
#define SEGMENT_ACK	0x10

#define SEGMENT_DATA_MAX	64

/**
 * struct segment - a segment; its data are zeros
 * @from: source address and port
 * @to: destination address and port
 * @seq: sequence number
 * @ack: acknowledgment number
 * @flags: SEGMENT_*
 * @data: bytes of data, an even number up to SEGMENT_DATA_MAX
 */
struct segment {
	struct sockaddr_storage from;
	struct sockaddr_storage to;
	uint32_t seq;
	uint32_t ack;
	uint8_t flags;
	size_t data;
};

struct segment segment_from_peer(int fd);
void segment_send(const struct segment *segment);

#endif /* TESTS_SEGMENT_H */
