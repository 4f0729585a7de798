// SPDX-License-Identifier: GPL-2.0
/* Reads the name of a process from /proc. */
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "system/process.h"
#include "util/parse.h"

bool process_parse(const char *name, uint32_t *number)
{
	uint64_t value;

	if (!parse_number(name, &value) || value > UINT32_MAX)
		return false;
	*number = (uint32_t)value;
	return true;
}

/* The file ends in a newline; the name itself may contain newlines, too. */
void process_comm(int dir, char comm[16])
{
	char name[16 + 1];
	int fd = openat(dir, "comm", O_RDONLY | O_CLOEXEC);
	ssize_t len;

	memset(comm, 0, 16);
	if (fd < 0)
		return;
	len = read(fd, name, sizeof(name));
	close(fd);
	if (len > 0 && name[len - 1] == '\n')
		len--;
	if (len > 16)
		len = 16;
	if (len > 0)
		memcpy(comm, name, (size_t)len);
}
