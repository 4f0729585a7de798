/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The format of a recording, which "tcpfin record" writes. It is an ABI: a
 * reader accepts the versions that it knows and refuses all others.
 *
 *	struct rec_start		who wrote this, and how
 *	struct rec_block		and its payload; again and again
 *
 * The first block, and only the first, is REC_INFO. The last is REC_END; a
 * recording without it was cut off, or is still being written, and its complete
 * blocks are valid. Blocks in between are in the order of time, of all rings.
 *
 * A block's crc is the CRC-32C of iSCSI (RFC 3720, B.4) over its head without
 * the crc, then its payload. Every length is a multiple of 8. The byte order is
 * that of the machine that wrote the recording; rec_start.order tells which.
 * Addresses and text have none.
 *
 * Version 4 added REC_CGROUP to version 2; both are read. There is no version 3: one
 * flipped bit must not make one version of another.
 *
 * A recording is written with the module's ABI of its day, rec_info.module.abi, and
 * in the byte order of its machine. Read are ABI 3 and 4 in both byte orders;
 * recording_convert.c has what differs.
 */
#ifndef SOURCE_RECORDING_H
#define SOURCE_RECORDING_H

#include <stddef.h>
#include <stdint.h>

#include "module/tcpfin.h"
#include "system/cgroup.h"
#include "util/crc32c.h"

#define REC_MAGIC	"tcpfrec\n"	/* 8 bytes, no NUL */
#define REC_ORDER	0x01020304U
#define REC_VERSION	4
#define REC_VERSION_2	2	/* is read, too */
/* Most bytes in a payload: bounds the memory that a reader needs */
#define REC_PAYLOAD_MAX	(1U << 20)

/* The first bytes */
struct rec_start {
	char magic[8];		/* REC_MAGIC */
	__u32 order;		/* REC_ORDER */
	__u32 version;		/* REC_VERSION */
};

/**
 * enum rec_type - type of a block's payload
 * @REC_INFO: a struct rec_info and text: the sysctls that affect how
 *	connections end, as NAME=VALUE lines, those that could be read; padded
 *	with NULs
 * @REC_EVENTS: rec_block.count of struct rec_event
 * @REC_LOST: a struct rec_gap in place of records of one CPU that were
 *	overwritten unread, or for which CPUs had no ring
 * @REC_MISSED: a struct rec_gap: calls that the kernel did not hand to the
 *	probes at some time before
 * @REC_MODULE: a struct tcpfin_header that replaces the previous one, because a
 *	caller's name, a count or what the module records changed; precedes the
 *	events that need it
 * @REC_END: a struct rec_end
 * @REC_TIME: a struct rec_time: no events up to then. Written about every
 *	second, so that the reader of a pipe knows the time
 * @REC_LEFT_OUT: a struct rec_left_out that replaces the previous one. Written if
 *	the count has changed: after REC_INFO, before REC_TIME and before REC_END
 * @REC_CGROUP: a struct rec_cgroup, as far as its path goes; precedes the events of this cgroup,
 *	if the recorder knew the path by then. A cgroup may have several, with one path
 */
enum rec_type {
	REC_INFO = 1,
	REC_EVENTS = 2,
	REC_LOST = 3,
	REC_MISSED = 4,
	REC_MODULE = 5,
	REC_END = 6,
	REC_TIME = 7,
	REC_LEFT_OUT = 8,
	REC_CGROUP = 9,
};

/* The head of a block */
struct rec_block {
	__u32 type;		/* enum rec_type */
	__u32 length;	/* bytes of payload after the head, 8 to REC_PAYLOAD_MAX */
	__u32 count;		/* records in the payload, 1 if it is not an array */
	__u32 number;		/* 0 for the first block, then counting; wraps */
	__u32 reserved;		/* 0 */
	__u32 crc;		/* see above */
};

/* The end of a recording */
struct rec_end {
	__u64 events;		/* events in the recording */
	__u64 lost;		/* sum of the counts of REC_LOST */
	__u64 missed;		/* sum of the counts of REC_MISSED */
	__u64 time_ns;		/* CLOCK_MONOTONIC at the end */
};

/**
 * struct rec_info - where a recording was made
 * @record_size: sizeof(struct rec_event)
 * @part: number of parts before this file, if the recording goes on in several
 *	files
 * @start_ns: CLOCK_MONOTONIC when this part began
 * @wall_offset_ns: CLOCK_REALTIME minus CLOCK_MONOTONIC at that time
 * @boot_id: /proc/sys/kernel/random/boot_id; empty if unreadable. Recordings
 *	with the same boot_id share clock, cookies and namespace numbers
 * @host: the machine's name (nodename of uname(2)), NUL-padded
 * @before: sums over the parts before; its time_ns is when the first part
 *	began. Files with the same time_ns here, boot_id and module.load_ns are
 *	parts of one recording
 * @module: the module's header: ABI, kernel release, hooks, callers' names. The
 *	ABI determines its size and the format of events
 */
struct rec_info {
	__u32 record_size;
	__u32 part;
	__u64 start_ns;
	__u64 wall_offset_ns;
	char boot_id[40];
	char host[64];
	struct rec_end before;
	struct tcpfin_header module;
};

/* One event */
struct rec_event {
	__u32 cpu;		/* number of its ring, which need not be its CPU's */
	__u32 reserved;		/* 0 */
	struct tcpfin_event event;	/* the record as the kernel wrote it */
};

/* Missing events */
struct rec_gap {
	__u32 cpu;	/* for REC_LOST as in struct item: of the CPU, or CPU_NO_RING */
	__u32 reserved;		/* 0 */
	__u64 count;		/* number of missing events */
	__u64 mini;	/* for REC_MISSED how many of @count were about mini-sockets */
	__u64 time_ns;		/* all of them are older than this (CLOCK_MONOTONIC) */
};

/* The time that the recording has come to */
struct rec_time {
	__u64 time_ns;		/* CLOCK_MONOTONIC */
};

/* What the module leaves out, see tcpfin_ring.left_out */
struct rec_left_out {
	__u64 count;		/* records of all rings, since the module was loaded */
};

/* The path of a cgroup */
struct rec_cgroup {
	__u64 id;		/* see tcpfin_event.cgroup */
	/*
	 * from the cgroups' root on, any bytes but NUL; the payload ends with the path,
	 * padded with NULs, one at least
	 */
	char path[CGROUP_PATH_MAX];
};

/* Return the crc that a block must have, of the bytes as they are in the file. */
static inline uint32_t rec_crc_of(const struct rec_block *head, const void *payload,
				  size_t length)
{
	uint32_t crc;

	crc = crc32c(0, head, __builtin_offsetof(struct rec_block, crc));
	return crc32c(crc, payload, length);
}

/* The same, if the head is in this machine's byte order. */
static inline uint32_t rec_crc(const struct rec_block *head, const void *payload)
{
	return rec_crc_of(head, payload, head->length);
}

TCPFIN_ABI_ASSERT(sizeof(struct rec_start) == 16);
TCPFIN_ABI_ASSERT(sizeof(struct rec_block) == 24);
TCPFIN_ABI_ASSERT(__builtin_offsetof(struct rec_block, crc) == 20);
TCPFIN_ABI_ASSERT(__builtin_offsetof(struct rec_info, module) == 160);
TCPFIN_ABI_ASSERT(sizeof(struct rec_info) == 160 + sizeof(struct tcpfin_header));
TCPFIN_ABI_ASSERT(sizeof(struct rec_event) == 136);
TCPFIN_ABI_ASSERT(sizeof(struct rec_gap) == 32);
TCPFIN_ABI_ASSERT(sizeof(struct rec_end) == 32);
TCPFIN_ABI_ASSERT(sizeof(struct rec_time) == 8);
TCPFIN_ABI_ASSERT(sizeof(struct rec_left_out) == 8);
TCPFIN_ABI_ASSERT(__builtin_offsetof(struct rec_cgroup, path) == 8);
TCPFIN_ABI_ASSERT(sizeof(struct rec_cgroup) % 8 == 0);

#endif /* SOURCE_RECORDING_H */
