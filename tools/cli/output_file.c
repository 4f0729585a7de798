// SPDX-License-Identifier: GPL-2.0
/* Opens and finishes the file that a command writes, and tells errors. */
#include <string.h>
#include <sys/stat.h>

#include "cli/output_file.h"
#include "util/basics.h"
#include "util/message.h"

bool output_file_open(struct atomic_file *f, const char *command, const char *path)
{
	if (atomic_file_open(f, path))
		return true;
	message_print("tcpfin %s: %s", command, f->why);
	return false;
}

int output_file_close(struct atomic_file *f, const char *command, int ret)
{
	if (atomic_file_close(f, !ret) || ret)
		return ret;
	message_print("tcpfin %s: %s", command, f->why);
	return 1;
}

void output_file_tell(const char *command, const char *path)
{
	static const char *const units[] = { "bytes", "kB", "MB", "GB", "TB" };
	unsigned int unit = 0;
	struct stat st;
	double size;

	if (!strcmp(path, "-") || stat(path, &st) || !S_ISREG(st.st_mode))
		return;
	size = (double)st.st_size;
	for (; size >= 1000 && unit + 1 < ARRAY_SIZE(units); unit++)
		size /= 1000;
	message_print("tcpfin %s: wrote %s, %.*f %s", command, path,
		      unit && size < 10 ? 1 : 0, size, units[unit]);
}
