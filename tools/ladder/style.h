/* SPDX-License-Identifier: GPL-2.0 */
/* What the terminal can show of a picture. */
#ifndef LADDER_STYLE_H
#define LADDER_STYLE_H

#include "ladder/ladder.h"

/**
 * ladder_terminal_style() - what suits stdout and the user's wishes
 *
 * Return: the style.
 */
struct ladder_style ladder_terminal_style(void);

#endif /* LADDER_STYLE_H */
