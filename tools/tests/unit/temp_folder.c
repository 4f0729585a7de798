// SPDX-License-Identifier: GPL-2.0
/* A temporary folder for a test's files. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "temp_folder.h"

#define UNNAMED	"/tmp/tcpfin-test-XXXXXX"

char temp_folder[] = UNNAMED;

/* Create a new folder; returns false on failure. */
bool temp_folder_open(void)
{
	strcpy(temp_folder, UNNAMED);
	return mkdtemp(temp_folder);
}

/* Remove the folder and its contents; returns 0 on success. */
int temp_folder_remove(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -r %s", temp_folder);
	return system(command);
}
