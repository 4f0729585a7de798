// SPDX-License-Identifier: GPL-2.0
/*
 * The text of /proc/tcpfin: header lines and one line a record.
 *
 * A line has nine words, up to the reason, each below its title in the last header
 * line; "-" stands for a value that is not known or does not apply. Then come
 * pairs, "key=value", for what is known of the rest. The name of the process has
 * every byte that is not plain printable ASCII as \xHH. tcpfin(4) has a table of
 * all of that, and TCPFIN_TEXT_FORMAT its version.
 */
#include <linux/kernel.h>
#include <linux/math64.h>
#include <linux/socket.h>
#include <linux/string.h>
#include <linux/time64.h>

#include "ring.h"
#include "text.h"

static const char * const states[] = TCPFIN_STATE_NAMES;
static const char * const kinds[] = TCPFIN_KIND_NAMES;
static const char * const reasons[] = TCPFIN_REASON_NAMES;
static const char * const causes[] = TCPFIN_CAUSE_NAMES;
static const char * const timeouts[] = TCPFIN_TIMEOUT_NAMES;

/* What a line has, and where each word begins. */
enum column {
	COL_TIME, COL_PID, COL_COMM, COL_LOCAL, COL_REMOTE, COL_OLD, COL_ARROW,
	COL_NEW, COL_REASON, COL_PAIRS,
};

static const struct {
	const char *title;
	unsigned int begin;
} columns[] = {
	[COL_TIME] = { "# time", 0 },
	[COL_PID] = { "pid", 18 },
	[COL_COMM] = { "comm", 25 },
	[COL_LOCAL] = { "local", 35 },
	[COL_REMOTE] = { "remote", 55 },
	[COL_OLD] = { "old", 74 },
	[COL_ARROW] = { "->", 86 },
	[COL_NEW] = { "new", 89 },
	[COL_REASON] = { "reason", 101 },
	[COL_PAIRS] = { "key=value ...", 111 },
};

/* Values are our own, but one out of range must not read beyond the table. */
static const char *name_of(const char * const *names, size_t count,
			   unsigned int i)
{
	return i < count && names[i] ? names[i] : "?";
}

static size_t put_loss(char *buf, size_t size)
{
	const struct tcpfin_header *header = tcpfin_ring_header();
	u64 recorded = 0, overwritten = 0, missed = 0;
	unsigned int i;

	for (i = 0; i < tcpfin_rings.count; i++) {
		recorded += tcpfin_ring_head(i);
		overwritten += tcpfin_ring_oldest(i);
	}
	for (i = 0; i < TCPFIN_PROBES; i++)
		missed += header->probe[i].missed;
	return scnprintf(buf, size,
			 "# recorded %llu, overwritten %llu, missed %llu, unmatched %llu, no ring %llu\n",
			 recorded, overwritten, missed,
			 READ_ONCE(header->unmatched),
			 READ_ONCE(header->no_ring));
}

/**
 * tcpfin_text_rings() - format how many rings there are, and their memory
 * @buf: receives the text, without a newline; 128 bytes hold it
 * @size: size of @buf
 *
 * Return: the length of the text.
 */
size_t tcpfin_text_rings(char *buf, size_t size)
{
	const struct tcpfin_header *header = tcpfin_ring_header();
	unsigned int used = tcpfin_ring_count_used();
	u64 tenths = header->size * 10 >> 20;	/* of a MiB */

	return scnprintf(buf, size,
			 "%u rings of %u records (%u used, %u spare), %llu.%u MiB",
			 header->rings, header->records, used,
			 header->rings - used, tenths / 10,
			 (unsigned int)(tenths % 10));
}

/* Say how many probes are hooked, and name those through which nothing is seen. */
static size_t put_probes(char *buf, size_t size)
{
	const struct tcpfin_probe *probe = tcpfin_ring_header()->probe;
	unsigned int i, count, hooked = 0;
	size_t len;

	for (count = 0; count < TCPFIN_PROBES && probe[count].symbol[0]; count++)
		hooked += probe[count].hooked;
	len = scnprintf(buf, size, "# hooked: %u of %u\n", hooked, count);
	for (i = 0; i < count; i++)
		if (!probe[i].hooked || READ_ONCE(probe[i].unreached))
			len += scnprintf(buf + len, size - len,
					 "# NOT %s %s: %s\n",
					 probe[i].hooked ? "REACHED" : "HOOKED",
					 probe[i].symbol, probe[i].shows);
	return len;
}

/*
 * Write blanks up to where a column begins, but one at least: a word that is too
 * long moves those behind it, until these are short enough to make up for it.
 */
static size_t put_blanks(char *buf, size_t size, size_t len, enum column column)
{
	const size_t begin = columns[column].begin;

	if (column == COL_TIME)
		return 0;
	return scnprintf(buf + len, size - len, "%*s",
			 len < begin ? (int)(begin - len) : 1, "");
}

static size_t put_titles(char *buf, size_t size)
{
	size_t len = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(columns); i++) {
		len += put_blanks(buf, size, len, i);
		len += scnprintf(buf + len, size - len, "%s", columns[i].title);
	}
	return len + scnprintf(buf + len, size - len, "\n");
}

/**
 * tcpfin_text_ports() - format ranges of ports, as "80,8000-8999"
 * @buf: receives the text; 192 bytes hold all of a choice
 * @size: size of @buf
 * @ports: the ranges
 * @count: number of ranges
 *
 * Return: the length of the text.
 */
size_t tcpfin_text_ports(char *buf, size_t size,
			 const struct tcpfin_ports *ports, unsigned int count)
{
	size_t len = 0;
	unsigned int i;

	for (i = 0; i < count; i++) {
		len += scnprintf(buf + len, size - len, "%s%u", i ? "," : "",
				 ports[i].first);
		if (ports[i].last != ports[i].first)
			len += scnprintf(buf + len, size - len, "-%u",
					 ports[i].last);
	}
	return len;
}

static u64 count_left_out(void)
{
	unsigned int i;
	u64 sum = 0;

	for (i = 0; i < tcpfin_ring_header()->rings; i++)
		sum += READ_ONCE(tcpfin_rings.ring[i].left_out);
	return sum;
}

/* Copy what is chosen. Return false if it is being changed; see choice.c. */
static bool copy_choice(struct tcpfin_ports ports[TCPFIN_PORTS], u32 *nports,
			u32 *netns)
{
	const struct tcpfin_header *header = tcpfin_ring_header();
	u32 chosen = READ_ONCE(header->chosen);

	smp_rmb();	/* B of choice.c */
	memcpy(ports, header->ports, sizeof(header->ports));
	*nports = header->nports;
	*netns = header->netns;
	smp_rmb();	/* A of choice.c */
	return !(chosen & 1) && READ_ONCE(header->chosen) == chosen;
}

/* Say what is left out, and how much was. */
static size_t put_choice(char *buf, size_t size)
{
	struct tcpfin_ports ports[TCPFIN_PORTS];
	u64 left_out = count_left_out();
	bool many, changing;
	u32 nports, netns;
	size_t len;

	changing = !copy_choice(ports, &nports, &netns);
	if (!changing && !nports && !netns && !left_out)
		return 0;
	if (changing) {
		len = scnprintf(buf, size, "# what is recorded is being changed");
	} else if (!nports && !netns) {
		len = scnprintf(buf, size, "# all connections are recorded now");
	} else {
		many = nports > 1 || ports[0].first != ports[0].last;
		len = scnprintf(buf, size, "# only ");
		if (nports)
			len += scnprintf(buf + len, size - len, "port%s ",
					 many ? "s" : "");
		len += tcpfin_text_ports(buf + len, size - len, ports, nports);
		if (netns)
			len += scnprintf(buf + len, size - len,
					 "%snetwork namespace %u",
					 nports ? " in " : "", netns);
		len += scnprintf(buf + len, size - len, " %s recorded",
				 many ? "are" : "is");
	}
	return len + scnprintf(buf + len, size - len, ", left out %llu\n",
			       left_out);
}

/**
 * tcpfin_text_header() - format the header lines
 * @buf: receives the text; 2,048 bytes hold all lines
 * @size: size of @buf
 *
 * The caller brings the header's counts up to date (tcpfin_probes_refresh(),
 * tcpfin_ring_count_lost()).
 *
 * Return: the length of the text.
 */
size_t tcpfin_text_header(char *buf, size_t size)
{
	const struct tcpfin_header *header = tcpfin_ring_header();
	size_t len;

	len = scnprintf(buf, size,
			"# tcpfin %s, abi %u, format %u, kernel %s, scope %s\n# ",
			header->version, header->abi, TCPFIN_TEXT_FORMAT,
			header->kernel,
			header->scope == TCPFIN_SCOPE_ALL ? "all" : "teardown");
	len += tcpfin_text_rings(buf + len, size - len);
	len += scnprintf(buf + len, size - len, "\n");
	len += put_loss(buf + len, size - len);
	len += put_choice(buf + len, size - len);
	if (READ_ONCE(header->stopped))
		len += scnprintf(buf + len, size - len,
				 "# NOTHING IS RECORDED: kprobes are switched off\n");
	len += put_probes(buf + len, size - len);
	len += scnprintf(buf + len, size - len,
			 "# time: CLOCK_MONOTONIC, seconds since boot; for durations: tcpfin summary\n");
	return len + put_titles(buf + len, size - len);
}

static size_t put_address(char *buf, size_t size, u8 family,
			  const u8 *address, u16 port)
{
	if (family == AF_INET6)
		return scnprintf(buf, size, "[%pI6c]:%u", address, port);
	return scnprintf(buf, size, "%pI4:%u", address, port);
}

/* What timed out, and after how many tries, if that is known. */
static size_t put_timeout(char *buf, size_t size, const char *reason,
			  u32 detail)
{
	const char *what = name_of(timeouts, ARRAY_SIZE(timeouts),
				   TCPFIN_TIMEOUT_WHAT(detail));
	u32 tries = TCPFIN_TIMEOUT_TRIES(detail);

	if (!tries)
		return scnprintf(buf, size, "%s:%s", reason, what);
	return scnprintf(buf, size, "%s:%s:%u", reason, what, tries);
}

static size_t put_reason(char *buf, size_t size,
			 const struct tcpfin_event *event)
{
	const char *reason = name_of(reasons, ARRAY_SIZE(reasons),
				     event->reason);

	if (event->reason == TCPFIN_REASON_CALLER &&
	    event->detail < TCPFIN_CALLERS)
		reason = tcpfin_ring_header()->caller[event->detail];
	if (event->reason == TCPFIN_REASON_ERROR)
		return scnprintf(buf, size, "%s:%u", reason, event->err);
	if (event->reason == TCPFIN_REASON_TIMEOUT)
		return put_timeout(buf, size, reason, event->detail);
	if (event->detail && (event->reason == TCPFIN_REASON_ABORTED ||
			      event->reason == TCPFIN_REASON_RST_SENT))
		return scnprintf(buf, size, "%s:%s", reason,
				 name_of(causes, ARRAY_SIZE(causes),
					 event->detail));
	return scnprintf(buf, size, "%s", reason);
}

/**
 * tcpfin_text_escape() - format a name that may hold any bytes
 * @buf: receives the text
 * @size: size of @buf; what does not fit is left out, never half of an escape
 * @name: the name; ends at a NUL or after @room bytes
 * @room: the largest number of bytes in @name
 *
 * Plain printable ASCII except the backslash is copied; all other bytes, blanks
 * included, become \xHH.
 *
 * Return: the length of the text.
 */
size_t tcpfin_text_escape(char *buf, size_t size, const char *name, size_t room)
{
	size_t i, len = 0;

	for (i = 0; i < room && name[i]; i++) {
		unsigned char c = name[i];
		bool plain = c > ' ' && c < 0x7f && c != '\\';

		if (size - len <= (plain ? 1 : 4))
			break;
		len += scnprintf(buf + len, size - len,
				 plain ? "%c" : "\\x%02x", c);
	}
	buf[len] = '\0';
	return len;
}

/* What few records have. */
static size_t put_facts(char *buf, size_t size,
			const struct tcpfin_event *event)
{
	static const struct {
		u16 flag;
		const char *key;
	} facts[] = {
		{ TCPFIN_F_TIMESTAMPS, "timestamps" },
		{ TCPFIN_F_BOUND, "bound" },
		{ TCPFIN_F_FIN_ACKED, "fin_acked" },
		{ TCPFIN_F_MPTCP, "mptcp" },
	};
	size_t i, len = 0;

	for (i = 0; i < ARRAY_SIZE(facts); i++)
		if (event->flags & facts[i].flag)
			len += scnprintf(buf + len, size - len, " %s=1",
					 facts[i].key);
	if (event->flags & TCPFIN_F_TASK)
		return len;
	if (event->inode)
		len += scnprintf(buf + len, size - len, " inode=%u",
				 event->inode);
	if (event->flags & TCPFIN_F_RST_NUMBERS)
		len += scnprintf(buf + len, size - len, " rst_seq=%u rst_ack=%u",
				 event->rst_seq, event->rst_ack);
	return len;
}

static size_t put_pairs(char *buf, size_t size,
			const struct tcpfin_event *event)
{
	size_t len;

	len = scnprintf(buf, size, "kind=%s cookie=%llx netns=%u",
			name_of(kinds, ARRAY_SIZE(kinds), event->kind),
			event->cookie, event->netns);
	if (event->flags & TCPFIN_F_OWNER)
		len += scnprintf(buf + len, size - len, " uid=%u", event->uid);
	len += scnprintf(buf + len, size - len, " snd_nxt=%u", event->snd_nxt);
	if (event->flags & TCPFIN_F_SNDBUF)
		len += scnprintf(buf + len, size - len, " snd_una=%u",
				 event->snd_una);
	len += scnprintf(buf + len, size - len, " rcv_nxt=%u", event->rcv_nxt);
	return len + put_facts(buf + len, size - len, event);
}

/* An empty name must fill its column, too. */
static size_t put_comm(char *buf, size_t size, const char *comm, size_t room)
{
	size_t len = tcpfin_text_escape(buf, size, comm, room);

	return len ? len : scnprintf(buf, size, "\\x00");
}

static size_t put_time(char *buf, size_t size, u64 time_ns)
{
	u32 nsec;
	u64 sec = div_u64_rem(time_ns, NSEC_PER_SEC, &nsec);

	return scnprintf(buf, size, "%llu.%09u", sec, nsec);
}

/* Write what the line has in a column. */
static size_t put_word(char *buf, size_t size, enum column column,
		       const struct tcpfin_event *event)
{
	bool task = event->flags & TCPFIN_F_TASK;

	switch (column) {
	case COL_TIME:
		return put_time(buf, size, event->time_ns);
	case COL_PID:
		if (task)
			return scnprintf(buf, size, "%u", event->pid);
		break;
	case COL_COMM:
		if (task)
			return put_comm(buf, size, event->comm,
					sizeof(event->comm));
		break;
	case COL_LOCAL:
		return put_address(buf, size, event->family, event->laddr,
				   event->lport);
	case COL_REMOTE:
		return put_address(buf, size, event->family, event->raddr,
				   event->rport);
	case COL_OLD:
		return scnprintf(buf, size, "%s",
				 name_of(states, ARRAY_SIZE(states),
					 event->old_state));
	case COL_ARROW:
		return scnprintf(buf, size, "->");
	case COL_NEW:
		return scnprintf(buf, size, "%s",
				 name_of(states, ARRAY_SIZE(states),
					 event->new_state));
	case COL_REASON:
		return put_reason(buf, size, event);
	case COL_PAIRS:
		return put_pairs(buf, size, event);
	}
	return scnprintf(buf, size, "-");
}

/**
 * tcpfin_text_event() - format one record as a line
 * @buf: receives the text; 512 bytes hold any line
 * @size: size of @buf
 * @event: the record
 *
 * Return: the length of the text.
 */
size_t tcpfin_text_event(char *buf, size_t size,
			 const struct tcpfin_event *event)
{
	size_t len = 0;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(columns); i++) {
		len += put_blanks(buf, size, len, i);
		len += put_word(buf + len, size - len, i, event);
	}
	return len + scnprintf(buf + len, size - len, "\n");
}

/**
 * tcpfin_text_lost() - format the line that stands for overwritten records
 * @buf: receives the text
 * @size: size of @buf
 * @ring: the ring that lost them
 * @lost: the number of records
 *
 * Return: the length of the text.
 */
size_t tcpfin_text_lost(char *buf, size_t size, unsigned int ring, u64 lost)
{
	return scnprintf(buf, size, "# lost %llu on cpu %u\n", lost,
			 READ_ONCE(tcpfin_rings.ring[ring].cpu));
}

/**
 * tcpfin_text_no_ring() - format the line that stands for records without a ring
 * @buf: receives the text
 * @size: size of @buf
 * @lost: the number of records
 *
 * Return: the length of the text.
 */
size_t tcpfin_text_no_ring(char *buf, size_t size, u64 lost)
{
	return scnprintf(buf, size, "# lost %llu on CPUs without a ring\n", lost);
}
