// SPDX-License-Identifier: GPL-2.0
/* Asks the terminal for its size. */
#include <sys/ioctl.h>

#include "util/terminal.h"

unsigned int terminal_columns(FILE *out)
{
	struct winsize size;
	int fd = fileno(out);

	return fd >= 0 && !ioctl(fd, TIOCGWINSZ, &size) ? size.ws_col : 0;
}
