// SPDX-License-Identifier: GPL-2.0
/* Maps /proc/tcpfin and checks its header before anything in it is trusted. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source/ring_map.h"

/* Does [offset, offset + bytes) lie between the header and the end? */
static bool lies_within(const struct tcpfin_header *h, uint64_t offset, uint64_t bytes)
{
	return offset >= h->header_size && offset <= h->size &&
	       bytes <= h->size - offset;
}

/*
 * The products cannot overflow: when they are formed, rings is below 2^17,
 * records below 2^21, and a record is 128 bytes.
 */
const char *ring_map_check(const struct tcpfin_header *h)
{
	uint64_t rings_bytes, data_bytes;

	if (h->header_size != sizeof(struct tcpfin_header))
		return "header_size";
	if (h->record_size != sizeof(struct tcpfin_event))
		return "record_size";
	if (h->records < TCPFIN_RECORDS_MIN || h->records > TCPFIN_RECORDS_MAX ||
	    (h->records & (h->records - 1)))
		return "records";
	if (h->rings < 1 || h->rings > RINGS_MAX)
		return "rings";
	if (h->size != (size_t)h->size || h->size > INT64_MAX)
		return "size";
	rings_bytes = (uint64_t)h->rings * sizeof(struct tcpfin_ring);
	data_bytes = (uint64_t)h->rings * h->records *
		     sizeof(struct tcpfin_event);
	if (h->rings_offset % _Alignof(struct tcpfin_ring) ||
	    !lies_within(h, h->rings_offset, rings_bytes))
		return "rings_offset";
	if (h->data_offset % _Alignof(struct tcpfin_event) ||
	    !lies_within(h, h->data_offset, data_bytes))
		return "data_offset";
	if (h->rings_offset < h->data_offset ?
	    h->data_offset - h->rings_offset < rings_bytes :
	    h->rings_offset - h->data_offset < data_bytes)
		return "data_offset";
	return NULL;
}

static int map_error(int err, char *why, size_t why_size)
{
	if (err == EACCES || err == EPERM)
		snprintf(why, why_size,
			 "no permission to read the rings: run as root (CAP_NET_ADMIN is needed)");
	else
		snprintf(why, why_size, "cannot map the rings: %s", strerror(err));
	return -err;
}

/* Pages behind the end of a regular file must not be accessed: SIGBUS. */
static int check_file_size(int fd, uint64_t size, char *why, size_t why_size)
{
	struct stat st;

	if (fstat(fd, &st))
		return map_error(errno, why, why_size);
	if (S_ISREG(st.st_mode) && st.st_size && (uint64_t)st.st_size < size) {
		snprintf(why, why_size, "the file ends before its rings do");
		return -EINVAL;
	}
	return 0;
}

static int check_header(const struct tcpfin_header *h, char *why, size_t why_size)
{
	const char *field;

	if (memcmp(h->magic, TCPFIN_MAGIC, sizeof(h->magic))) {
		snprintf(why, why_size, "this is not a tcpfin ring (bad magic)");
		return -EINVAL;
	}
	if (h->abi != TCPFIN_ABI) {
		snprintf(why, why_size,
			 "the module speaks ABI %u, this program (%s) speaks ABI %u: use the same version of both",
			 h->abi, TCPFIN_VERSION, TCPFIN_ABI);
		return -EPROTONOSUPPORT;
	}
	field = ring_map_check(h);
	if (field) {
		snprintf(why, why_size, "the rings' header is broken (%s)", field);
		return -EINVAL;
	}
	return 0;
}

/* Copy the header before checking it, since the mapping may change. */
static int read_header(int fd, struct tcpfin_header *h, char *why, size_t why_size)
{
	void *p;
	int err;

	err = check_file_size(fd, sizeof(*h), why, why_size);
	if (err)
		return err;
	p = mmap(NULL, sizeof(*h), PROT_READ, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		return map_error(errno, why, why_size);
	memcpy(h, p, sizeof(*h));
	munmap(p, sizeof(*h));
	return check_header(h, why, why_size);
}

int ring_map_open(struct ring_map *map, int fd, char *why, size_t why_size)
{
	struct tcpfin_header h;
	char *base;
	int err;

	err = read_header(fd, &h, why, why_size);
	if (err)
		return err;
	/* NOLINTNEXTLINE(clang-analyzer-core.CallAndMessage): errno is not 0 */
	err = check_file_size(fd, h.size, why, why_size);
	if (err)
		return err;
	base = mmap(NULL, h.size, PROT_READ, MAP_SHARED, fd, 0);
	if (base == MAP_FAILED)
		return map_error(errno, why, why_size);
	map->header = (const void *)base;
	map->rings = (const void *)(base + h.rings_offset);
	map->data = (const void *)(base + h.data_offset);
	map->size = h.size;
	map->records = h.records;
	map->nrings = h.rings;
	return 0;
}

/* The acquire pairs with the module's release of used: cpu is there. */
uint32_t ring_map_cpu(const struct ring_map *map, uint32_t ring)
{
	const struct tcpfin_ring *r = &map->rings[ring];

	return __atomic_load_n(&r->used, __ATOMIC_ACQUIRE) ? r->cpu : CPU_NONE;
}

void ring_map_close(struct ring_map *map)
{
	munmap((void *)map->header, map->size);
}
