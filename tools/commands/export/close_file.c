// SPDX-License-Identifier: GPL-2.0
/* The end of a file that "export" writes. */
#include "commands/export/close_file.h"
#include "util/message.h"
#include "util/stdout.h"

bool tcpfin_export_close(struct tcpfin_outfile *f, bool *gone)
{
	bool fine;

	*gone = !tcpfin_flush(f->out);
	if (*gone) {
		fine = !tcpfin_finish(f->out);
		tcpfin_outfile_close(f, false);
		return fine;
	}
	if (tcpfin_outfile_close(f, true))
		return true;
	tcpfin_message("tcpfin export: %s", f->why);
	return false;
}
