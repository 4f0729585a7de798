// SPDX-License-Identifier: GPL-2.0
/* Opens and finishes the file that a command writes, and tells errors. */
#include "cli/output_file.h"
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
