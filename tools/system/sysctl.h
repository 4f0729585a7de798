/* SPDX-License-Identifier: GPL-2.0 */
/* The settings in net.ipv4 that govern how connections end. */
#ifndef SYSTEM_SYSCTL_H
#define SYSTEM_SYSCTL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Those of TIME_WAIT, which "summary" shows. */
#define SYSCTLS		5
#define SYSCTL_MAX	64
/* Room for all settings as text. */
#define SYSCTLS_TEXT_MAX	2048

/**
 * struct sysctl - one setting
 * @name: its name below net.ipv4
 * @value: what it is, printable; "" if it is not known
 */
struct sysctl {
	const char *name;
	char value[SYSCTL_MAX];
};

/**
 * sysctl_read_all() - read the settings of TIME_WAIT
 * @list: the result: what they are in this process's network namespace
 */
void sysctl_read_all(struct sysctl list[SYSCTLS]);

/**
 * sysctl_write_all() - write all settings as text
 * @text: NAME=VALUE and a newline for each one that can be read here; names
 *	are full ones
 *
 * Return: its length.
 */
size_t sysctl_write_all(char text[SYSCTLS_TEXT_MAX]);

/**
 * sysctl_parse_all() - find the settings of TIME_WAIT in such a text
 * @list: the result
 * @text: any bytes; a NUL ends them
 * @len: how many there are at most
 */
void sysctl_parse_all(struct sysctl list[SYSCTLS], const char *text,
		      size_t len);

/**
 * sysctl_merge_all() - add another machine's settings
 * @list: where to: a value that differs is added behind a slash
 * @more: the other machine's
 */
void sysctl_merge_all(struct sysctl list[SYSCTLS],
		      const struct sysctl more[SYSCTLS]);

/**
 * sysctl_find() - find a setting by name
 * @list: the settings of TIME_WAIT
 * @name: the setting's name below net.ipv4
 *
 * Return: the setting's value, "" if it is not known.
 */
const char *sysctl_find(const struct sysctl list[SYSCTLS], const char *name);

/**
 * sysctl_number() - read a setting that is one number
 * @name: its name below net.ipv4
 * @value: the number
 *
 * Return: false if it is not there, or no number of 0 or more.
 */
bool sysctl_number(const char *name, uint64_t *value);

/**
 * sysctl_text() - read a setting of any length
 * @name: its name below net.ipv4
 *
 * Return: its first line, which the caller frees; NULL if it cannot be read.
 */
char *sysctl_text(const char *name);

#endif /* SYSTEM_SYSCTL_H */
