// SPDX-License-Identifier: GPL-2.0
/*
 * The text of /proc/tcpfin: header lines and one line a record.
 *
 * Fields are separated by blanks, in the order that the last header line names;
 * "-" stands for a value that is not known or does not apply. The name of the
 * process has every byte that is not plain printable ASCII as \xHH. Behind it
 * come words for facts that few records have; mostly there are none.
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

static size_t put_probe(char *buf, size_t size,
			const struct tcpfin_probe *probe)
{
	const char *word = !probe->hooked ? "NOT HOOKED" :
			   READ_ONCE(probe->unreached) ? "NOT REACHED" :
			   "hooked";

	return scnprintf(buf, size, "# %s %s: %s\n", word, probe->symbol,
			 probe->shows);
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
	unsigned int i;

	len = scnprintf(buf, size,
			"# tcpfin %s, abi %u, kernel %s, scope %s\n# ",
			header->version, header->abi, header->kernel,
			header->scope == TCPFIN_SCOPE_ALL ? "all" : "teardown");
	len += tcpfin_text_rings(buf + len, size - len);
	len += scnprintf(buf + len, size - len, "\n");
	len += put_loss(buf + len, size - len);
	len += put_choice(buf + len, size - len);
	if (READ_ONCE(header->stopped))
		len += scnprintf(buf + len, size - len,
				 "# NOTHING IS RECORDED: kprobes are switched off\n");
	for (i = 0; i < TCPFIN_PROBES; i++)
		if (header->probe[i].symbol[0])
			len += put_probe(buf + len, size - len,
					 &header->probe[i]);
	len += scnprintf(buf + len, size - len,
			 "# time cookie netns local remote old -> new kind reason snd_nxt snd_una rcv_nxt uid pid comm facts\n");
	return len;
}

static size_t put_address(char *buf, size_t size, u8 family,
			  const u8 *address, u16 port, const char *end)
{
	char text[56];

	if (family == AF_INET6)
		snprintf(text, sizeof(text), "[%pI6c]:%u", address, port);
	else
		snprintf(text, sizeof(text), "%pI4:%u", address, port);
	return scnprintf(buf, size, "%-21s%s", text, end);
}

/* What timed out, and after how many tries, if that is known. */
static size_t put_timeout(char *buf, size_t size, const char *reason,
			  u32 detail)
{
	const char *what = name_of(timeouts, ARRAY_SIZE(timeouts),
				   TCPFIN_TIMEOUT_WHAT(detail));
	u32 tries = TCPFIN_TIMEOUT_TRIES(detail);

	if (!tries)
		return scnprintf(buf, size, "%s:%s ", reason, what);
	return scnprintf(buf, size, "%s:%s:%u ", reason, what, tries);
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
		return scnprintf(buf, size, "%s:%-3u ", reason, event->err);
	if (event->reason == TCPFIN_REASON_TIMEOUT)
		return put_timeout(buf, size, reason, event->detail);
	if (event->detail && (event->reason == TCPFIN_REASON_ABORTED ||
			      event->reason == TCPFIN_REASON_RST_SENT))
		return scnprintf(buf, size, "%s:%s ", reason,
				 name_of(causes, ARRAY_SIZE(causes),
					 event->detail));
	return scnprintf(buf, size, "%-9s ", reason);
}

static size_t put_number(char *buf, size_t size, u32 number, bool known)
{
	if (!known)
		return scnprintf(buf, size, "- ");
	return scnprintf(buf, size, "%u ", number);
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
		const char *word;
	} words[] = {
		{ TCPFIN_F_TIMESTAMPS, "timestamps" },
		{ TCPFIN_F_BOUND, "bound" },
		{ TCPFIN_F_FIN_ACKED, "fin-acked" },
		{ TCPFIN_F_MPTCP, "mptcp" },
	};
	size_t i, len = 0;

	for (i = 0; i < ARRAY_SIZE(words); i++)
		if (event->flags & words[i].flag)
			len += scnprintf(buf + len, size - len, " %s",
					 words[i].word);
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

/* An empty name must fill its column, too. */
static size_t put_comm(char *buf, size_t size, const char *comm, size_t room)
{
	size_t len = tcpfin_text_escape(buf, size, comm, room);

	return len ? len : scnprintf(buf, size, "\\x00");
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
	bool sndbuf = event->flags & TCPFIN_F_SNDBUF;
	bool owner = event->flags & TCPFIN_F_OWNER;
	bool task = event->flags & TCPFIN_F_TASK;
	u32 nsec;
	u64 sec = div_u64_rem(event->time_ns, NSEC_PER_SEC, &nsec);
	size_t len;

	len = scnprintf(buf, size, "%llu.%09u %llx %u ", sec, nsec,
			event->cookie, event->netns);
	len += put_address(buf + len, size - len, event->family, event->laddr,
			   event->lport, " ");
	len += put_address(buf + len, size - len, event->family, event->raddr,
			   event->rport, " ");
	len += scnprintf(buf + len, size - len, "%-11s -> %-11s %-9s ",
			 name_of(states, ARRAY_SIZE(states), event->old_state),
			 name_of(states, ARRAY_SIZE(states), event->new_state),
			 name_of(kinds, ARRAY_SIZE(kinds), event->kind));
	len += put_reason(buf + len, size - len, event);
	len += put_number(buf + len, size - len, event->snd_nxt, true);
	len += put_number(buf + len, size - len, event->snd_una, sndbuf);
	len += put_number(buf + len, size - len, event->rcv_nxt, true);
	len += put_number(buf + len, size - len, event->uid, owner);
	len += put_number(buf + len, size - len, event->pid, task);
	if (task)
		len += put_comm(buf + len, size - len, event->comm,
				sizeof(event->comm));
	else
		len += scnprintf(buf + len, size - len, "-");
	len += put_facts(buf + len, size - len, event);
	len += scnprintf(buf + len, size - len, "\n");
	return len;
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
