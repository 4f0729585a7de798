/* SPDX-License-Identifier: GPL-2.0 */
/* What the terminal can show of a picture. */
#ifndef TCPFIN_STYLE_H
#define TCPFIN_STYLE_H

#include "ladder/ladder.h"

/**
 * tcpfin_ladder_terminal_style() - what suits stdout and the user's wishes
 *
 * Return: the style.
 */
struct tcpfin_ladder_style tcpfin_ladder_terminal_style(void);

#endif /* TCPFIN_STYLE_H */
