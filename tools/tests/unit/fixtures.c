// SPDX-License-Identifier: GPL-2.0
/* Stands in for the module in unit tests. */
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "check.h"
#include "fixtures.h"
#include "util/basics.h"

#define OWN_FIN		(BIT(TCP_FIN_WAIT1) | BIT(TCP_FIN_WAIT2) | \
			 BIT(TCP_CLOSING) | BIT(TCP_LAST_ACK))
#define PEER_FIN	(BIT(TCP_CLOSE_WAIT) | BIT(TCP_LAST_ACK) | \
			 BIT(TCP_CLOSING) | BIT(TCP_TIME_WAIT))

/* Set the sequence numbers that the kernel would have at this step. */
static void set_numbers(struct tcpfin_event *ev)
{
	bool mini = ev->kind == TCPFIN_KIND_TW_FLIP ||
		    ev->kind == TCPFIN_KIND_TW_EXTEND ||
		    ev->kind == TCPFIN_KIND_TW_DEATH;
	unsigned int old = BIT(ev->old_state), new = BIT(ev->new_state);

	ev->snd_nxt = mini || old & OWN_FIN ? FIXTURE_FIN + 1 : FIXTURE_FIN;
	ev->rcv_nxt = (old | new) & PEER_FIN ? FIXTURE_PEER_FIN + 1 :
					       FIXTURE_PEER_FIN;
	if (mini)
		return;
	ev->flags |= TCPFIN_F_SNDBUF;
	ev->write_seq = ev->snd_nxt;
	ev->snd_una = ev->snd_nxt;
}

struct tcpfin_event fixture_event(uint8_t kind, uint64_t cookie, uint8_t old,
				  uint8_t new, uint64_t time_ns)
{
	struct tcpfin_event ev = {
		.kind = kind, .cookie = cookie, .old_state = old,
		.new_state = new, .time_ns = time_ns, .netns = 1,
		.family = AF_INET, .lport = 40000, .rport = 443,
		.laddr = { 10, 0, 0, 1 }, .raddr = { 192, 0, 2, 7 },
	};

	set_numbers(&ev);
	return ev;
}

struct tcpfin_event fixture_far(uint8_t kind, uint64_t cookie, uint8_t old,
				uint8_t new, uint64_t time_ns)
{
	struct tcpfin_event ev = fixture_event(kind, cookie, old, new, time_ns);
	bool got_fin = ev.rcv_nxt == FIXTURE_PEER_FIN + 1;
	bool sent_fin = ev.snd_nxt == FIXTURE_FIN + 1;

	memcpy(ev.laddr, (const uint8_t[4]){ 192, 0, 2, 7 }, 4);
	memcpy(ev.raddr, (const uint8_t[4]){ 10, 0, 0, 1 }, 4);
	ev.lport = 443;
	ev.rport = 40000;
	ev.netns = 2;
	ev.snd_nxt = FIXTURE_PEER_FIN + sent_fin;
	ev.rcv_nxt = FIXTURE_FIN + got_fin;
	ev.snd_una = ev.snd_nxt;
	ev.write_seq = ev.snd_nxt;
	return ev;
}

struct tcpfin_event fixture_at(uint64_t time_ns)
{
	return fixture_event(TCPFIN_KIND_STATE, time_ns, TCP_ESTABLISHED,
			     TCP_FIN_WAIT1, time_ns);
}

struct tcpfin_event fixture_task(struct tcpfin_event ev, uint32_t pid,
				 const char *comm)
{
	ev.flags |= TCPFIN_F_TASK;
	ev.pid = pid;
	memcpy(ev.comm, comm, strnlen(comm, sizeof(ev.comm)));
	return ev;
}

void fixture_open(struct fixture_rings *c, uint32_t rings, uint32_t records)
{
	size_t rings_offset = (sizeof(struct tcpfin_header) + 63) / 64 * 64;
	size_t data_offset = rings_offset + rings * sizeof(struct tcpfin_ring);
	char *base;

	c->size = data_offset +
		  (size_t)rings * records * sizeof(struct tcpfin_event);
	c->fd = memfd_create("rings", MFD_CLOEXEC);
	assert_true(c->fd >= 0);
	assert_int_equal(ftruncate(c->fd, (off_t)c->size), 0);
	base = mmap(NULL, c->size, PROT_READ | PROT_WRITE, MAP_SHARED, c->fd,
		    0);
	assert_ptr_not_equal(base, MAP_FAILED);
	c->header = (void *)base;
	c->rings = (void *)(base + rings_offset);
	c->data = (void *)(base + data_offset);
	memcpy(c->header->magic, TCPFIN_MAGIC, sizeof(c->header->magic));
	c->header->abi = TCPFIN_ABI;
	c->header->header_size = sizeof(struct tcpfin_header);
	c->header->record_size = sizeof(struct tcpfin_event);
	c->header->records = records;
	c->header->rings = rings;
	while (rings--) {
		c->rings[rings].cpu = rings;
		c->rings[rings].used = 1;
	}
	c->header->rings_offset = rings_offset;
	c->header->data_offset = data_offset;
	c->header->size = c->size;
	strcpy(c->header->version, "9.9.9");
	strcpy(c->header->kernel, "6.1.0-test");
}

void fixture_close(struct fixture_rings *c)
{
	munmap(c->header, c->size);
	close(c->fd);
}

/* Write a record by the protocol in tcpfin.h. */
void fixture_put(struct fixture_rings *c, uint32_t cpu, struct tcpfin_event ev)
{
	uint64_t n = __atomic_fetch_add(&c->rings[cpu].head, 1,
					__ATOMIC_SEQ_CST);
	struct tcpfin_event *slot;

	slot = &c->data[(size_t)cpu * c->header->records +
			(n & (c->header->records - 1))];
	__atomic_store_n(&slot->seq, 0, __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	memcpy((char *)slot + sizeof(slot->seq), (char *)&ev + sizeof(ev.seq),
	       sizeof(ev) - sizeof(ev.seq));
	__atomic_store_n(&slot->seq, n + 1, __ATOMIC_RELEASE);
}

struct source *fixture_source(const struct fixture_rings *c, bool history,
			      bool follow)
{
	const struct live_options opts = {
		.history = history, .follow = follow, .stop_fd = -1,
	};
	char why[ERROR_LINE_MAX];
	struct source *src;

	src = live_open_fd(dup(c->fd), &opts, why);
	if (!src)
		fail_msg("open: %s", why);
	return src;
}

struct item fixture_expect(struct source *src, enum item_type type)
{
	struct item item;

	source_next(src, &item);
	assert_int_equal(item.type, type);
	return item;
}

void fixture_expect_event(struct source *src, uint32_t cpu, uint64_t time_ns)
{
	struct item item = fixture_expect(src, ITEM_EVENT);

	assert_int_equal(item.cpu, cpu);
	assert_int_equal(item.event->time_ns, time_ns);
	assert_int_equal(item.event->cookie, time_ns);
}

struct item fixture_expect_lost(struct source *src, uint32_t cpu,
				uint64_t count)
{
	struct item item = fixture_expect(src, ITEM_LOST);

	assert_int_equal(item.cpu, cpu);
	assert_int_equal(item.count, count);
	return item;
}

static void script_next(struct source *src, struct item *item)
{
	struct script *s = (struct script *)src;

	*item = (struct item){ .type = ITEM_END };
	if (s->at < s->count)
		*item = s->items[s->at++];
	if (item->type == ITEM_EVENT)
		item->time_ns = item->event->time_ns;
}

static void script_wait(struct source *src, int timeout_ms)
{
	struct script *s = (struct script *)src;

	s->now_ns += (uint64_t)timeout_ms * MS;
}

static void script_finish(struct source *src)
{
	(void)src;
}

static uint64_t script_now(struct source *src)
{
	return ((struct script *)src)->now_ns;
}

static uint64_t script_recorded(struct source *src, uint32_t cpu)
{
	(void)src;
	return cpu;
}

static const char *script_cgroup(struct source *src, uint32_t host, uint64_t id)
{
	(void)src;
	(void)host;
	return id == FIXTURE_CGROUP ? FIXTURE_CGROUP_PATH : NULL;
}

void script_init(struct script *s, const struct item *items, size_t count)
{
	static const struct source_ops ops = {
		.next = script_next, .wait = script_wait, .finish = script_finish,
		.now = script_now, .recorded = script_recorded,
		.cgroup = script_cgroup,
	};

	memset(s, 0, sizeof(*s));
	s->src.ops = &ops;
	s->items = items;
	s->count = count;
}

void fixture_remove_colours(char *text)
{
	char *to = text;

	for (; *text; text++) {
		if (*text == '\033')
			text = strchr(text, 'm');
		else
			*to++ = *text;
	}
	*to = '\0';
}
