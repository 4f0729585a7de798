// SPDX-License-Identifier: GPL-2.0
/* Reads, clears and checks the kernel's log. */
#include <stdlib.h>
#include <string.h>
#include <sys/klog.h>

#include "klog.h"
#include "net.h"

#define READ_ALL	3	/* SYSLOG_ACTION_READ_ALL */
#define CLEAR		5	/* SYSLOG_ACTION_CLEAR */
#define CONSOLE_OFF	6	/* SYSLOG_ACTION_CONSOLE_OFF */
#define CONSOLE_ON	7	/* SYSLOG_ACTION_CONSOLE_ON */

void klog_clear(void)
{
	must(klogctl(CLEAR, NULL, 0));
}

/* Print kernel messages on the console, or not: a test may check them itself. */
void klog_console(bool on)
{
	must(klogctl(on ? CONSOLE_ON : CONSOLE_OFF, NULL, 0));
}

/* All lines since klog_clear(); the caller frees the text. */
char *klog_read(void)
{
	const size_t size = 1 << 20;
	char *log = malloc(size + 1);

	assert_non_null(log);
	log[must(klogctl(READ_ALL, log, size))] = '\0';
	return log;
}

/* Fail on a line that is not the module's, "<6>[    1.234567] tcpfin: ...". */
void klog_expect_own_only(void)
{
	char *log = klog_read(), *line, *save;

	for (line = strtok_r(log, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		const char *text = strstr(line, "] ");

		if (!text || strncmp(text + 2, "tcpfin: ", 8))
			fail_msg("unexpected line in the kernel log: %s", line);
	}
	free(log);
}
