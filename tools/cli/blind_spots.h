/* SPDX-License-Identifier: GPL-2.0 */
/* Tells on stderr what the module does not see. */
#ifndef CLI_BLIND_SPOTS_H
#define CLI_BLIND_SPOTS_H

#include "source/source.h"

/**
 * blind_spots_tell() - tell which probes were not hooked, or not reached
 * @name: the command's name
 * @h: the header of a recording
 * @where: the machine that it was made on
 */
void blind_spots_tell(const char *name, const struct tcpfin_header *h,
		      const char *where);

/**
 * blind_spots_tell_new() - tell the same of this machine, each probe once
 * @name: the command's name
 * @src: the source; nothing is told of recordings, or while a command fills the
 *	terminal
 */
void blind_spots_tell_new(const char *name, const struct source *src);

#endif /* CLI_BLIND_SPOTS_H */
