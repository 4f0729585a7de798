// SPDX-License-Identifier: GPL-2.0
/* The end of a file that "export" writes. */
#include "commands/export/close_file.h"
#include "util/message.h"
#include "util/stdout.h"

bool export_close_file(struct atomic_file *f, bool *gone)
{
	bool fine;

	*gone = !stdout_flush(f->out);
	if (*gone) {
		fine = !stdout_finish(f->out);
		atomic_file_close(f, false);
		return fine;
	}
	if (atomic_file_close(f, true))
		return true;
	message_print("tcpfin export: %s", f->why);
	return false;
}
