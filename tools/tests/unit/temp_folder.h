/* SPDX-License-Identifier: GPL-2.0 */
/* A temporary folder for a test's files. */
#ifndef TESTS_UNIT_TEMP_FOLDER_H
#define TESTS_UNIT_TEMP_FOLDER_H

#include <stdbool.h>

/* Path of the folder. */
extern char temp_folder[];

bool temp_folder_open(void);
int temp_folder_remove(void);

#endif /* TESTS_UNIT_TEMP_FOLDER_H */
