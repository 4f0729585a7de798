// SPDX-License-Identifier: GPL-2.0
/* The end of a command's output, and write errors. */
#include <errno.h>
#include <string.h>

#include "util/stdout.h"
#include "util/stop.h"

/* errno of the first failed write */
static int write_errno;

bool stdout_flush(FILE *out)
{
	if (!fflush(out) && !ferror(out))
		return true;
	if (!write_errno)
		write_errno = errno ? errno : EIO;
	return false;
}

int stdout_finish(FILE *out)
{
	if (stdout_flush(out))
		return 0;
	if (write_errno == EPIPE || (write_errno == EINTR && stop_requested()))
		return 0;
	fprintf(stderr, "tcpfin: cannot write: %s\n", strerror(write_errno));
	return 1;
}
