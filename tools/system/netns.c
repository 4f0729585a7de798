// SPDX-License-Identifier: GPL-2.0
/* Finds the network namespace of this process. */
#include <sys/stat.h>

#include "system/netns.h"

bool netns_own(uint32_t *inode)
{
	struct stat st;

	if (stat(NETNS_FILE, &st))
		return false;
	*inode = (uint32_t)st.st_ino;
	return true;
}
