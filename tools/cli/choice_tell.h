/* SPDX-License-Identifier: GPL-2.0 */
/* Tells on stderr which connections are recorded. */
#ifndef CLI_CHOICE_TELL_H
#define CLI_CHOICE_TELL_H

#include <stdbool.h>

#include "source/source.h"

/**
 * choice_tell() - tell on stderr what the module leaves out, if it does
 * @name: the command's name
 * @src: the source; nothing is told while a command fills the terminal
 * @at_end: tell again if more was left out since it was told
 *
 * The same is told once, and again when it was changed.
 */
void choice_tell(const char *name, const struct source *src, bool at_end);

#endif /* CLI_CHOICE_TELL_H */
