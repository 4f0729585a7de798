// SPDX-License-Identifier: GPL-2.0
/* Finds queues of unix sockets with descriptors in them, and io_urings. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "system/file_places.h"
#include "system/process.h"

/* In /proc/PID/fdinfo/FD of a unix socket, since Linux 5.6 */
#define QUEUED		"\nscm_fds:"

/* Return how many descriptors wait in the queue of a socket; 0 if it is no unix socket. */
static uint32_t queued_in(const struct process *p, uint32_t fd)
{
	char path[32], text[1024];
	const char *at;
	ssize_t len;
	int info;

	snprintf(path, sizeof(path), "fdinfo/%u", fd);
	info = openat(p->files, path, O_RDONLY | O_CLOEXEC);
	if (info < 0)
		return 0;
	len = read(info, text, sizeof(text) - 1);
	close(info);
	if (len <= 0)
		return 0;
	text[len] = '\0';
	at = strstr(text, QUEUED);
	return at ? (uint32_t)strtoul(at + strlen(QUEUED), NULL, 10) : 0;
}

/* Is this the socket of a place that was found already, by another descriptor? */
static bool is_known(const struct file_places *places, uint32_t inode)
{
	size_t i;

	for (i = 0; i < places->count; i++)
		if (inode && places->list[i].inode == inode)
			return true;
	return false;
}

static void take_file(void *data, struct process *p, uint32_t fd, const char *target)
{
	struct file_places *places = data;
	struct file_place *place;
	bool ring = !strcmp(target, "anon_inode:[io_uring]");
	unsigned int inode = 0;
	uint32_t queued = 0;

	/* NOLINTNEXTLINE(cert-err34-c): the kernel prints 32 bits */
	if (!ring && sscanf(target, "socket:[%u]", &inode) == 1)
		queued = queued_in(p, fd);
	if ((!ring && !queued) || is_known(places, inode))
		return;
	if (places->count == FILE_PLACES_MAX) {
		places->rest++;
		return;
	}
	place = &places->list[places->count++];
	*place = (struct file_place){
		.pid = p->pid, .fd = fd, .queued = queued, .inode = inode,
	};
	memcpy(place->comm, process_name(p), sizeof(place->comm));
}

void file_places_find(struct file_places *places, const char *proc)
{
	bool complete;

	process_each_file(proc, take_file, places, &complete);
}
