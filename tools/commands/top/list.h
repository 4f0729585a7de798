/* SPDX-License-Identifier: GPL-2.0 */
/* The list of connections of "top": those that wait, or those that ended last. */
#ifndef COMMANDS_TOP_LIST_H
#define COMMANDS_TOP_LIST_H

#include "commands/top/page.h"
#include "commands/top/view.h"

/* Add the list's titles and the rows that view->page has room for; scrolls the view. */
void top_list_add(const struct top_frame *frame, struct top_view *view,
		  struct top_page *page);

#endif /* COMMANDS_TOP_LIST_H */
