/* SPDX-License-Identifier: GPL-2.0 */
/* Opens the manual for "tcpfin help". */
#ifndef CLI_MANUAL_H
#define CLI_MANUAL_H

#include <stdbool.h>

/**
 * manual_open() - show a page of the manual, by man(1)
 * @page: the page's name, without a slash
 *
 * Does not return if the page is shown.
 *
 * Return: false if there is no man(1), or no such page.
 */
bool manual_open(const char *page);

#endif /* CLI_MANUAL_H */
