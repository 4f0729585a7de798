/* SPDX-License-Identifier: GPL-2.0 */
/* The settings in net.ipv4 that affect how connections end. */
#ifndef SYSTEM_SYSCTL_H
#define SYSTEM_SYSCTL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Number of settings that affect TIME_WAIT, which "summary" shows */
#define SYSCTLS		5
#define SYSCTL_MAX	64
/* Size for all settings as text */
#define SYSCTLS_TEXT_MAX	2048

/* One setting */
struct sysctl {
	const char *name;	/* its name below net.ipv4 */
	char value[SYSCTL_MAX];	/* its value, printable; "" if unknown */
};

/* Read the settings of TIME_WAIT in this process's network namespace. */
void sysctl_read_all(struct sysctl list[SYSCTLS]);

/* Write NAME=VALUE lines with full names. Return the text's length. */
size_t sysctl_write_all(char text[SYSCTLS_TEXT_MAX]);

/* Find the settings of TIME_WAIT in the text of sysctl_write_all(). */
void sysctl_parse_all(struct sysctl list[SYSCTLS], const char *text,
		      size_t len);

/* Add another machine's settings: append a differing value after "/". */
void sysctl_merge_all(struct sysctl list[SYSCTLS],
		      const struct sysctl more[SYSCTLS]);

/* Return the value of the setting of that name, "" if it is not known. */
const char *sysctl_find(const struct sysctl list[SYSCTLS], const char *name);

/* Read a setting that is a number from 0 on. Return false if there is none. */
bool sysctl_number(const char *name, uint64_t *value);

/* Return a setting's first line, to be freed, or NULL if unreadable. */
char *sysctl_text(const char *name);

#endif /* SYSTEM_SYSCTL_H */
