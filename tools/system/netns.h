/* SPDX-License-Identifier: GPL-2.0 */
/* The network namespace of this process. */
#ifndef SYSTEM_NETNS_H
#define SYSTEM_NETNS_H

#include <stdbool.h>
#include <stdint.h>

#define NETNS_FILE	"/proc/self/ns/net"

/* Get the inode number of the namespace. Return false if NETNS_FILE cannot be read. */
bool netns_own(uint32_t *inode);

#endif /* SYSTEM_NETNS_H */
