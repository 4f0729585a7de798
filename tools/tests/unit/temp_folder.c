// SPDX-License-Identifier: GPL-2.0
/* A folder for a test's files. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "temp_folder.h"

#define UNNAMED	"/tmp/tcpfin-test-XXXXXX"

char scratch[] = UNNAMED;

/* A new one each time. */
bool scratch_open(void)
{
	strcpy(scratch, UNNAMED);
	return mkdtemp(scratch);
}

/* With all that is in it; 0 if it went. */
int scratch_remove(void)
{
	char command[64];

	snprintf(command, sizeof(command), "rm -r %s", scratch);
	return system(command);
}
