// SPDX-License-Identifier: GPL-2.0
/* A folder for a test's files. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "temp_folder.h"

#define UNNAMED	"/tmp/tcpfin-test-XXXXXX"

char temp_folder[] = UNNAMED;

/* A new one each time. */
bool temp_folder_open(void)
{
	strcpy(temp_folder, UNNAMED);
	return mkdtemp(temp_folder);
}

/* With all that is in it; 0 if it went. */
int temp_folder_remove(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -r %s", temp_folder);
	return system(command);
}
