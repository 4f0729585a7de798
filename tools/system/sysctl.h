/* SPDX-License-Identifier: GPL-2.0 */
/* The settings in net.ipv4 that govern how connections end. */
#ifndef TCPFIN_SYSCTLS_H
#define TCPFIN_SYSCTLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Those of TIME_WAIT, which "summary" shows. */
#define TCPFIN_SYSCTLS		5
#define TCPFIN_SYSCTL_MAX	64
/* Room for all settings as text. */
#define TCPFIN_SYSCTLS_TEXT_MAX	2048

/**
 * struct tcpfin_sysctl - one setting
 * @name: its name below net.ipv4
 * @value: what it is, printable; "" if it is not known
 */
struct tcpfin_sysctl {
	const char *name;
	char value[TCPFIN_SYSCTL_MAX];
};

/**
 * tcpfin_sysctls_read() - read the settings of TIME_WAIT
 * @list: the result: what they are in this process's network namespace
 */
void tcpfin_sysctls_read(struct tcpfin_sysctl list[TCPFIN_SYSCTLS]);

/**
 * tcpfin_sysctls_write() - write all settings as text
 * @text: NAME=VALUE and a newline for each one that can be read here; names
 *	are full ones
 *
 * Return: its length.
 */
size_t tcpfin_sysctls_write(char text[TCPFIN_SYSCTLS_TEXT_MAX]);

/**
 * tcpfin_sysctls_parse() - find the settings of TIME_WAIT in such a text
 * @list: the result
 * @text: any bytes; a NUL ends them
 * @len: how many there are at most
 */
void tcpfin_sysctls_parse(struct tcpfin_sysctl list[TCPFIN_SYSCTLS],
			  const char *text, size_t len);

/**
 * tcpfin_sysctls_merge() - add another machine's settings
 * @list: where to: a value that differs is added behind a slash
 * @more: the other machine's
 */
void tcpfin_sysctls_merge(struct tcpfin_sysctl list[TCPFIN_SYSCTLS],
			  const struct tcpfin_sysctl more[TCPFIN_SYSCTLS]);

/**
 * tcpfin_sysctl_parse() - read the text of a setting that is one number
 * @text: the text
 * @value: the number
 *
 * Return: false if it is no number of 0 or more.
 */
bool tcpfin_sysctl_parse(const char *text, uint64_t *value);

/**
 * tcpfin_sysctl_number() - read a setting that is one number
 * @name: its name below net.ipv4
 * @value: the number
 *
 * Return: false if it is not there, or no number of 0 or more.
 */
bool tcpfin_sysctl_number(const char *name, uint64_t *value);

/**
 * tcpfin_sysctl_text() - read a setting of any length
 * @name: its name below net.ipv4
 *
 * Return: its first line, which the caller frees; NULL if it cannot be read.
 */
char *tcpfin_sysctl_text(const char *name);

#endif /* TCPFIN_SYSCTLS_H */
