/* SPDX-License-Identifier: GPL-2.0 */
/* The layout of "top": from a frame to rows of plain text. */
#ifndef COMMANDS_TOP_LAYOUT_H
#define COMMANDS_TOP_LAYOUT_H

#include "commands/top/page.h"
#include "commands/top/view.h"

/* The smallest screen */
#define TOP_ROWS_MIN	24
#define TOP_COLUMNS_MIN	80

/* Lay out @frame as @view asks; the view must be arranged for it. Sets @view->page. */
void top_layout(const struct top_frame *frame, struct top_view *view,
		struct top_page *page);

#endif /* COMMANDS_TOP_LAYOUT_H */
