/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * The ABI of /proc/tcpfin: the event record, the header of the mapping and
 * their enums. The only header that the module and its readers share.
 *
 * A mapping of /proc/tcpfin (read-only, offset 0, tcpfin_header.size bytes) is
 *
 *	struct tcpfin_header			at 0
 *	struct tcpfin_ring [rings]		at tcpfin_header.rings_offset
 *	struct tcpfin_event [rings][records]	at tcpfin_header.data_offset
 *
 * with as many rings as CPUs were present when the module was loaded, and some
 * spare ones. A CPU gets the next ring when it first comes online, and keeps it:
 * the number of a ring need not be that of its CPU, which tcpfin_ring.cpu tells
 * once tcpfin_ring.used is 1. CPUs that find no ring left lose their records
 * (tcpfin_header.no_ring). The geometry never changes.
 *
 * How to read a ring. Records of a ring are numbered from 0; record n lives in
 * slot n % records, and tcpfin_ring.head is the number of records begun. Record
 * n is whole if its tcpfin_event.seq is n + 1 before *and* after the copy
 * (load-acquire before; a read barrier and a plain load after). If record n is
 * not whole and head - n > records, then it was overwritten, and so was every
 * record below head - records: count them as lost. Otherwise the writer has not
 * finished record n: try again later.
 *
 * The records of a ring are in the order in which they were begun, which is the
 * order of their times except for TCPFIN_KIND_TW_BIRTH: a birth has the time of
 * its cause, and may stand a little after records with later times.
 *
 * Everything is in the host's byte order. Fields that do not apply, or that the
 * kernel could not tell at that moment, are 0 unless the field says otherwise;
 * tcpfin_event.flags tells which groups of fields are there.
 */
#ifndef TCPFIN_H
#define TCPFIN_H

#include <linux/types.h>

#define TCPFIN_MAGIC		"tcpfin\n"	/* 8 bytes with its NUL */
#define TCPFIN_ABI		4
#define TCPFIN_VERSION		"0.1.0"
#define TCPFIN_PROC_NAME	"tcpfin"
#define TCPFIN_TEXT_FORMAT	1		/* of the lines that read() gives: tcpfin(4) */

#define TCPFIN_RECORDS_MIN	64		/* per ring, a power of two */
#define TCPFIN_RECORDS_MAX	1048576
#define TCPFIN_RECORDS_DEFAULT_MIN	1024
#define TCPFIN_RECORDS_DEFAULT_MAX	16384

/**
 * enum tcpfin_kind - what a record tells
 * @TCPFIN_KIND_STATE: a full socket went from old to new (tcp_set_state())
 * @TCPFIN_KIND_TW_BIRTH: a mini-socket took over from a full socket in state
 *	old; new is its sub-state, FIN_WAIT2 or TIME_WAIT (tcp_time_wait()). The
 *	time is that of the packet or the close() that caused the birth. If a
 *	timer caused it, the time is taken afterwards, and the mini-socket's
 *	first steps, on another CPU, may be earlier by microseconds
 * @TCPFIN_KIND_TW_FLIP: the mini-socket got the peer's FIN and went from
 *	FIN_WAIT2 to TIME_WAIT (tcp_timewait_state_process())
 * @TCPFIN_KIND_TW_EXTEND: the wait in TIME_WAIT started over, because the
 *	peer's FIN came again or another segment came
 *	(tcp_timewait_state_process())
 * @TCPFIN_KIND_TW_DEATH: the mini-socket is gone; old is its sub-state, new is
 *	CLOSE and reason says why (inet_twsk_kill(); where that cannot be hooked
 *	tw_timer_handler() and inet_twsk_deschedule_put())
 * @TCPFIN_KIND_TW_REFUSED: the kernel made no mini-socket
 *	(net.ipv4.tcp_max_tw_buckets reached, or no memory;
 *	TCPTimeWaitOverflow), so the socket went from old straight to CLOSE
 *	(tcp_time_wait()); detail is the sub-state that was asked for: TIME_WAIT
 *	if the peer's FIN had come
 * @TCPFIN_KIND_FIN_RETRANS: a full socket sent its FIN again, by the timer, by
 *	fast retransmission or as a loss probe; old and new are its state
 *	(__tcp_retransmit_skb(), once the FIN has left TCP)
 * @TCPFIN_KIND_MAX: the largest kind
 */
enum tcpfin_kind {
	TCPFIN_KIND_STATE = 1,
	TCPFIN_KIND_TW_BIRTH = 2,
	TCPFIN_KIND_TW_FLIP = 3,
	TCPFIN_KIND_TW_EXTEND = 4,
	TCPFIN_KIND_TW_DEATH = 5,
	TCPFIN_KIND_TW_REFUSED = 6,
	TCPFIN_KIND_FIN_RETRANS = 7,
	TCPFIN_KIND_MAX = 7,
};

/**
 * enum tcpfin_reason - why a socket, full or mini, came to its end
 * @TCPFIN_REASON_NONE: not an end, the ordinary end, or not known
 * @TCPFIN_REASON_EXPIRED: the timer of FIN_WAIT2 or TIME_WAIT ran out
 * @TCPFIN_REASON_TW_REUSE: connect() took the port pair over
 *	(net.ipv4.tcp_tw_reuse; counter TWRecycled)
 * @TCPFIN_REASON_SYN_REUSE: a new SYN from the peer took the port pair over
 *	(RFC 9293 3.10.7.4, RFC 6191)
 * @TCPFIN_REASON_RST_RCVD: a RST was received
 * @TCPFIN_REASON_RST_SENT: a segment was answered with a RST; detail is the
 *	cause: data after close() (RFC 1122 4.2.2.13) or beyond the peer's own
 *	FIN, or a SYN in FIN_WAIT2
 * @TCPFIN_REASON_KILLED: tcp_abort(), which "ss -K" calls
 * @TCPFIN_REASON_NETNS: the network namespace was deleted
 * @TCPFIN_REASON_TPROXY: a transparent proxy rule took the mini-socket over
 * @TCPFIN_REASON_REFUSED: see TCPFIN_KIND_TW_REFUSED
 * @TCPFIN_REASON_ABORTED: this end gave up, mostly with a RST; detail is the
 *	cause, enum tcpfin_cause
 * @TCPFIN_REASON_TIMEOUT: retransmissions or probes were given up (ETIMEDOUT,
 *	or the last error that ICMP reported); detail is TCPFIN_TIMEOUT_DETAIL()
 * @TCPFIN_REASON_ERROR: another error; tcpfin_event.err holds it
 * @TCPFIN_REASON_CALLER: a function that is not in this list ended the
 *	mini-socket: its name is header.caller[event.detail]
 * @TCPFIN_REASON_MAX: the largest reason
 */
enum tcpfin_reason {
	TCPFIN_REASON_NONE = 0,
	TCPFIN_REASON_EXPIRED = 1,
	TCPFIN_REASON_TW_REUSE = 2,
	TCPFIN_REASON_SYN_REUSE = 3,
	TCPFIN_REASON_RST_RCVD = 4,
	TCPFIN_REASON_RST_SENT = 5,
	TCPFIN_REASON_KILLED = 6,
	TCPFIN_REASON_NETNS = 7,
	TCPFIN_REASON_TPROXY = 8,
	TCPFIN_REASON_REFUSED = 9,
	TCPFIN_REASON_ABORTED = 10,
	TCPFIN_REASON_TIMEOUT = 11,
	TCPFIN_REASON_ERROR = 12,
	TCPFIN_REASON_CALLER = 13,
	TCPFIN_REASON_MAX = 13,
};

/**
 * enum tcpfin_cause - what made an end abort
 * @TCPFIN_CAUSE_NONE: not known
 * @TCPFIN_CAUSE_UNREAD_DATA: close() with data that was never read (RFC 2525
 *	2.17; TCPAbortOnClose)
 * @TCPFIN_CAUSE_LINGER0: close() with SO_LINGER on and 0 (TCPAbortOnData)
 * @TCPFIN_CAUSE_DISCONNECT: connect() with AF_UNSPEC, or the same by kernel
 *	code for a reason that is not listed here
 * @TCPFIN_CAUSE_LINGER2: close() with TCP_LINGER2 below 0 (TCPAbortOnLinger)
 * @TCPFIN_CAUSE_ORPHANS: too many orphans, or TCP's memory was short
 *	(net.ipv4.tcp_max_orphans, tcp_mem; TCPAbortOnMemory)
 * @TCPFIN_CAUSE_LATE_DATA: data came after close() (RFC 1122 4.2.2.13;
 *	TCPAbortOnData)
 * @TCPFIN_CAUSE_LATE_SYN: a SYN came to a mini-socket in FIN_WAIT2
 * @TCPFIN_CAUSE_NOT_ACCEPTED: the listener was closed, and no process had
 *	accepted the connection (inet_child_forget())
 * @TCPFIN_CAUSE_MPTCP_FASTCLOSE: MPTCP ended all subflows of its connection at
 *	once, for this end or for the peer (MP_FASTCLOSE, RFC 8684 3.5)
 * @TCPFIN_CAUSE_REPAIR: closed in repair mode, without a RST (TCP_REPAIR of
 *	tcp(7))
 * @TCPFIN_CAUSE_BEYOND_FIN: data came with numbers beyond the peer's own FIN
 * @TCPFIN_CAUSE_MAX: the largest cause
 */
enum tcpfin_cause {
	TCPFIN_CAUSE_NONE = 0,
	TCPFIN_CAUSE_UNREAD_DATA = 1,
	TCPFIN_CAUSE_LINGER0 = 2,
	TCPFIN_CAUSE_DISCONNECT = 3,
	TCPFIN_CAUSE_LINGER2 = 4,
	TCPFIN_CAUSE_ORPHANS = 5,
	TCPFIN_CAUSE_LATE_DATA = 6,
	TCPFIN_CAUSE_LATE_SYN = 7,
	TCPFIN_CAUSE_NOT_ACCEPTED = 8,
	TCPFIN_CAUSE_MPTCP_FASTCLOSE = 9,
	TCPFIN_CAUSE_REPAIR = 10,
	TCPFIN_CAUSE_BEYOND_FIN = 11,
	TCPFIN_CAUSE_MAX = 11,
};

/**
 * enum tcpfin_timeout - what was given up
 * @TCPFIN_TIMEOUT_UNKNOWN: not known
 * @TCPFIN_TIMEOUT_RETRANSMISSION: a segment that the peer did not acknowledge
 *	(net.ipv4.tcp_retries2, tcp_orphan_retries)
 * @TCPFIN_TIMEOUT_ZERO_WINDOW: probes of the peer's shut window that got no
 *	answer (net.ipv4.tcp_retries2) or, of an orphan, answered or not
 *	(tcp_orphan_retries)
 * @TCPFIN_TIMEOUT_KEEPALIVE: keepalive probes without an answer (SO_KEEPALIVE)
 * @TCPFIN_TIMEOUT_USER: the socket's TCP_USER_TIMEOUT had passed
 * @TCPFIN_TIMEOUT_NOT_SENT: sending, with an open window: it failed on this
 *	machine each time, as without a route
 * @TCPFIN_TIMEOUT_MAX: the largest
 */
enum tcpfin_timeout {
	TCPFIN_TIMEOUT_UNKNOWN = 0,
	TCPFIN_TIMEOUT_RETRANSMISSION = 1,
	TCPFIN_TIMEOUT_ZERO_WINDOW = 2,
	TCPFIN_TIMEOUT_KEEPALIVE = 3,
	TCPFIN_TIMEOUT_USER = 4,
	TCPFIN_TIMEOUT_NOT_SENT = 5,
	TCPFIN_TIMEOUT_MAX = 5,
};

/*
 * tcpfin_event.detail of a time-out: enum tcpfin_timeout, and how often it was
 * tried in a row, 0 if not known
 */
#define TCPFIN_TIMEOUT_DETAIL(what, tries)	((what) | (tries) << 8)
#define TCPFIN_TIMEOUT_WHAT(detail)		((detail) & 0xff)
#define TCPFIN_TIMEOUT_TRIES(detail)		((detail) >> 8)

/**
 * enum tcpfin_last_ack - tcpfin_event.detail if new is LAST_ACK: how the peer's
 *	FIN is acknowledged
 * @TCPFIN_LAST_ACK_UNKNOWN: not known
 * @TCPFIN_LAST_ACK_ALONE: the acknowledgment was sent before our FIN
 * @TCPFIN_LAST_ACK_WITH_FIN: the acknowledgment was not sent before, and our
 *	FIN is sent at once: nothing is unsent or unacknowledged before it, and
 *	the peer's window is open
 */
enum tcpfin_last_ack {
	TCPFIN_LAST_ACK_UNKNOWN = 0,
	TCPFIN_LAST_ACK_ALONE = 1,
	TCPFIN_LAST_ACK_WITH_FIN = 2,
};

/*
 * The names of the above and of states (the enum of net/tcp_states.h), as
 * initialisers of arrays. "-" stands for what is not known or does not apply.
 * The name for TCPFIN_REASON_CALLER is the caller's.
 */
#define TCPFIN_STATE_NAMES {						\
	"-", "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1",	\
	"FIN_WAIT2", "TIME_WAIT", "CLOSE", "CLOSE_WAIT", "LAST_ACK",	\
	"LISTEN", "CLOSING", "NEW_SYN_RECV", "BOUND_INACTIVE",		\
}

#define TCPFIN_KIND_NAMES {						\
	[TCPFIN_KIND_STATE] = "state",					\
	[TCPFIN_KIND_TW_BIRTH] = "tw-birth",				\
	[TCPFIN_KIND_TW_FLIP] = "tw-flip",				\
	[TCPFIN_KIND_TW_EXTEND] = "tw-extend",				\
	[TCPFIN_KIND_TW_DEATH] = "tw-death",				\
	[TCPFIN_KIND_TW_REFUSED] = "tw-refused",			\
	[TCPFIN_KIND_FIN_RETRANS] = "fin-retrans",			\
}

#define TCPFIN_REASON_NAMES {						\
	[TCPFIN_REASON_NONE] = "-",					\
	[TCPFIN_REASON_EXPIRED] = "expired",				\
	[TCPFIN_REASON_TW_REUSE] = "tw-reuse",				\
	[TCPFIN_REASON_SYN_REUSE] = "syn-reuse",			\
	[TCPFIN_REASON_RST_RCVD] = "rst-rcvd",				\
	[TCPFIN_REASON_RST_SENT] = "rst-sent",				\
	[TCPFIN_REASON_KILLED] = "killed",				\
	[TCPFIN_REASON_NETNS] = "netns",				\
	[TCPFIN_REASON_TPROXY] = "tproxy",				\
	[TCPFIN_REASON_REFUSED] = "refused",				\
	[TCPFIN_REASON_ABORTED] = "aborted",				\
	[TCPFIN_REASON_TIMEOUT] = "timeout",				\
	[TCPFIN_REASON_ERROR] = "error",				\
}

#define TCPFIN_CAUSE_NAMES {						\
	[TCPFIN_CAUSE_NONE] = "-",					\
	[TCPFIN_CAUSE_UNREAD_DATA] = "unread-data",			\
	[TCPFIN_CAUSE_LINGER0] = "linger-0",				\
	[TCPFIN_CAUSE_DISCONNECT] = "disconnect",			\
	[TCPFIN_CAUSE_LINGER2] = "linger2",				\
	[TCPFIN_CAUSE_ORPHANS] = "orphan-limit",			\
	[TCPFIN_CAUSE_LATE_DATA] = "data-after-close",			\
	[TCPFIN_CAUSE_LATE_SYN] = "syn-after-close",			\
	[TCPFIN_CAUSE_NOT_ACCEPTED] = "not-accepted",			\
	[TCPFIN_CAUSE_MPTCP_FASTCLOSE] = "mptcp-fastclose",		\
	[TCPFIN_CAUSE_REPAIR] = "repair",				\
	[TCPFIN_CAUSE_BEYOND_FIN] = "data-beyond-fin",			\
}

#define TCPFIN_TIMEOUT_NAMES {						\
	[TCPFIN_TIMEOUT_UNKNOWN] = "-",					\
	[TCPFIN_TIMEOUT_RETRANSMISSION] = "retransmission",		\
	[TCPFIN_TIMEOUT_ZERO_WINDOW] = "zero-window",			\
	[TCPFIN_TIMEOUT_KEEPALIVE] = "keepalive",			\
	[TCPFIN_TIMEOUT_USER] = "user-timeout",				\
	[TCPFIN_TIMEOUT_NOT_SENT] = "not-sent",				\
}

/* tcpfin_event.flags: which groups of fields are there, and single facts */
#define TCPFIN_F_SNDBUF		0x0001	/* snd_una and write_seq */
#define TCPFIN_F_OWNER		0x0002	/* uid and cgroup of the socket */
#define TCPFIN_F_TASK		0x0004	/* pid and comm of the acting process */
#define TCPFIN_F_V4MAPPED	0x0008	/* an IPv6 socket that uses IPv4 */
#define TCPFIN_F_ORPHAN		0x0010	/* no process holds the full socket */
#define TCPFIN_F_RST		0x0020	/* a RST is sent with this end */
#define TCPFIN_F_FIN		0x0040	/* a FIN extends TIME_WAIT */
#define TCPFIN_F_RST_NUMBERS	0x0080	/* rst_seq and rst_ack (mini-sockets) */
#define TCPFIN_F_MPTCP		0x0100	/* first step, or abort: subflow of MPTCP */
#define TCPFIN_F_TIMESTAMPS	0x0200	/* birth: the peer uses timestamps */
#define TCPFIN_F_BOUND		0x0400	/* birth: bind() chose the port */
#define TCPFIN_F_FIN_ACKED	0x0800	/* CLOSE_WAIT ends; its ACK had left */

/**
 * struct tcpfin_event - one record, two cache lines
 * @seq: n + 1 for record n of its ring once the record is whole; 0 while it is
 *	being written, or if it never was
 * @time_ns: CLOCK_MONOTONIC, nanoseconds
 * @cookie: the socket's cookie, as "ss -e" prints it after "sk:"; kept by the
 *	mini-socket. With @netns the identity of the connection's end. (A socket
 *	that is disconnected and connected again, connect(2) with AF_UNSPEC,
 *	keeps its cookie for the next connection)
 * @cgroup: id of the socket's cgroup (v2), 0 if none
 * @laddr: local address: 4 bytes for AF_INET, 16 for AF_INET6, network order
 * @raddr: remote address, in the same form as @laddr
 * @netns: inode number of the network namespace, as in /proc/PID/ns/net
 * @lport: local port
 * @rport: remote port
 * @snd_nxt: next sequence number to send (SND.NXT, RFC 9293 3.3.1)
 * @snd_una: oldest unacknowledged sequence number (SND.UNA)
 * @rcv_nxt: next sequence number expected (RCV.NXT)
 * @write_seq: sequence number that the next queued byte will get. If a FIN is
 *	about to be queued (new is FIN_WAIT1 or LAST_ACK), this is the FIN's
 *	number
 * @uid: owner of the socket in the initial user namespace
 * @pid: process id (tgid) of the acting process in the initial pid namespace
 * @comm: with TCPFIN_F_TASK: name of the acting thread; any byte but NUL may be
 *	in it, and what follows its NUL has no meaning
 * @inode: without TCPFIN_F_TASK, in a step to CLOSE_WAIT and in an end that is
 *	not orderly: number of the full socket's inode, as /proc/PID/fd shows it
 *	("socket:[N]"); 0 in other records, and if no process holds the socket
 * @rst_seq: with TCPFIN_F_RST_NUMBERS: sequence number of the RST
 * @rst_ack: the RST's acknowledgment number, 0 if it has none
 * @reserved: 0 without TCPFIN_F_TASK
 * @kind: enum tcpfin_kind
 * @old_state: enum of net/tcp_states.h (TCP_ESTABLISHED is 1); 0: not known
 * @new_state: enum of net/tcp_states.h; 0: not known
 * @reason: enum tcpfin_reason
 * @family: AF_INET or AF_INET6; v4-mapped addresses are AF_INET
 * @err: the socket's pending error (sk_err), a positive errno below 256
 * @flags: TCPFIN_F_*
 * @detail: for TCPFIN_REASON_CALLER the index into tcpfin_header.caller, for
 *	other reasons see enum tcpfin_reason; for a step to LAST_ACK enum
 *	tcpfin_last_ack; for TCPFIN_KIND_TW_REFUSED a state; otherwise 0
 * @ifindex: the device that the socket is bound to (scope of a link-local
 *	address), 0 if none
 */
struct tcpfin_event {
	__u64 seq;
	__u64 time_ns;
	__u64 cookie;
	__u64 cgroup;
	__u8 laddr[16];
	__u8 raddr[16];
	__u32 netns;
	__u16 lport;
	__u16 rport;
	__u32 snd_nxt;
	__u32 snd_una;
	__u32 rcv_nxt;
	__u32 write_seq;
	__u32 uid;
	__u32 pid;
	union {
		char comm[16];
		struct {
			__u32 inode;
			__u32 rst_seq;
			__u32 rst_ack;
			__u32 reserved;
		};
	};
	__u8 kind;
	__u8 old_state;
	__u8 new_state;
	__u8 reason;
	__u8 family;
	__u8 err;
	__u16 flags;
	__u32 detail;
	__u32 ifindex;
};

/**
 * struct tcpfin_ring - one ring's state, on a cache line of its own
 * @head: number of records begun so far, which is also the number recorded: the
 *	writer never drops a record
 * @left_out: number of records left out because of tcpfin_header.netns and
 *	ports; on a CPU without a ring they are not counted
 * @cpu: with @used: number of the CPU that writes to the ring
 * @used: 1 if a CPU has got the ring, 0 if it is a spare one, which is empty;
 *	1 (load-acquire) means that @cpu is there, and neither changes any more
 * @reserved: 0
 */
struct tcpfin_ring {
	__u64 head;
	__u64 left_out;
	__u32 cpu;
	__u32 used;
	__u64 reserved[5];
};

/**
 * enum tcpfin_about - what sort of socket a probe is about
 * @TCPFIN_ABOUT_FULL: full sockets
 * @TCPFIN_ABOUT_MINI: mini-sockets
 * @TCPFIN_ABOUT_BOTH: both: the probe tells whether probes are called at all
 */
enum tcpfin_about {
	TCPFIN_ABOUT_FULL = 0,
	TCPFIN_ABOUT_MINI = 1,
	TCPFIN_ABOUT_BOTH = 2,
};

/**
 * struct tcpfin_probe - one hooked kernel function or tracepoint
 * @symbol: its name; of a tracepoint "group:name"
 * @shows: what is not seen without the probe
 * @missed: calls that the kernel did not hand to the probe (nmissed of struct
 *	kprobe: a lower bound; 0 for a tracepoint), refreshed by open() and
 *	poll(). For a probe about both sorts: 2, one of each sort, for each time
 *	that all probes were found switched off
 * @unreached: calls that must have been made, as other probes or the kernel's
 *	counters show, and that did not reach the probe, as where a compiler has
 *	inlined the function: a lower bound, refreshed like @missed; 0 once the
 *	probe was reached
 * @hooked: 1 if the probe is in place, 0 if this kernel lacks the function
 * @about: enum tcpfin_about: what sort of socket its calls are about
 */
struct tcpfin_probe {
	char symbol[40];
	char shows[40];
	__u64 missed;
	__u64 unreached;
	__u32 hooked;
	__u32 about;
};

#define TCPFIN_PROBES		12	/* room; unused ones have no symbol */
#define TCPFIN_CALLERS		16	/* room; caller[0] is "?": table full */
#define TCPFIN_PORTS		16	/* room for ranges of ports */

/* Ports from first to last, both included. */
struct tcpfin_ports {
	__u16 first;
	__u16 last;
};

/* tcpfin_header.scope */
#define TCPFIN_SCOPE_TEARDOWN	0	/* steps of a teardown only */
#define TCPFIN_SCOPE_ALL	1	/* every change of state */

/**
 * struct tcpfin_header - the start of the mapping
 * @magic: TCPFIN_MAGIC
 * @abi: TCPFIN_ABI; a reader refuses any other
 * @header_size: bytes, sizeof(struct tcpfin_header)
 * @record_size: bytes, sizeof(struct tcpfin_event)
 * @records: records per ring, a power of two
 * @rings: number of rings, spare ones included
 * @scope: TCPFIN_SCOPE_*
 * @gone: 1 once the module was unloaded: no more records will come
 * @stopped: 1 while kprobes are switched off (kernel.ftrace_enabled,
 *	kprobes/enabled in debugfs), so that nothing is recorded; refreshed like
 *	tcpfin_probe.missed
 * @rings_offset: bytes from the start to struct tcpfin_ring [rings]
 * @data_offset: bytes from the start to the records
 * @size: bytes of the whole mapping
 * @load_ns: CLOCK_MONOTONIC when the probes were in place
 * @unmatched: events whose first half was not found or could not be kept,
 *	mostly of mini-sockets, so that a sub-state or a reason is shown as not
 *	known
 * @no_ring: records lost because their CPU came online when there was no spare
 *	ring any more; refreshed by open(), read() and poll()
 * @chosen: counts changes of @netns and @ports, each of them twice: odd from
 *	before these fields change until all CPUs heed them
 * @netns: if not 0, only connections of the network namespace with this inode
 *	number are recorded
 * @nports: if not 0, only connections whose local or remote port is in one of
 *	the first @nports of @ports are recorded
 * @reserved: 0
 * @ports: see @nports
 * @version: the module's version, NUL-padded
 * @kernel: the kernel's release, NUL-padded
 * @probe: the hooked functions
 * @caller: see TCPFIN_REASON_CALLER; filled in order, never changed again
 */
struct tcpfin_header {
	char magic[8];
	__u32 abi;
	__u32 header_size;
	__u32 record_size;
	__u32 records;
	__u32 rings;
	__u32 scope;
	__u32 gone;
	__u32 stopped;
	__u64 rings_offset;
	__u64 data_offset;
	__u64 size;
	__u64 load_ns;
	__u64 unmatched;
	__u64 no_ring;
	__u32 chosen;
	__u32 netns;
	__u32 nports;
	__u32 reserved;
	struct tcpfin_ports ports[TCPFIN_PORTS];
	char version[16];
	char kernel[72];
	struct tcpfin_probe probe[TCPFIN_PROBES];
	char caller[TCPFIN_CALLERS][64];
};

#define TCPFIN_ABI_ASSERT(what)	_Static_assert(what, #what)
TCPFIN_ABI_ASSERT(sizeof(struct tcpfin_event) == 128);
TCPFIN_ABI_ASSERT(__builtin_offsetof(struct tcpfin_event, laddr) == 32);
TCPFIN_ABI_ASSERT(__builtin_offsetof(struct tcpfin_event, netns) == 64);
TCPFIN_ABI_ASSERT(__builtin_offsetof(struct tcpfin_event, comm) == 96);
TCPFIN_ABI_ASSERT(__builtin_offsetof(struct tcpfin_event, kind) == 112);
TCPFIN_ABI_ASSERT(__builtin_offsetof(struct tcpfin_event, ifindex) == 124);
TCPFIN_ABI_ASSERT(sizeof(struct tcpfin_ring) == 64);
TCPFIN_ABI_ASSERT(sizeof(struct tcpfin_probe) == 104);
TCPFIN_ABI_ASSERT(__builtin_offsetof(struct tcpfin_header, rings_offset) == 40);
TCPFIN_ABI_ASSERT(__builtin_offsetof(struct tcpfin_header, probe) == 256);
TCPFIN_ABI_ASSERT(sizeof(struct tcpfin_header) == 2528);

#endif /* TCPFIN_H */
