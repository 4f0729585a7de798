/* SPDX-License-Identifier: GPL-2.0 */
/* What is said when kprobes are switched off at run time. */
#ifndef TCPFIN_STOPPED_H
#define TCPFIN_STOPPED_H

/**
 * tcpfin_stopped_why() - find out which switch it is, on this machine
 *
 * Return: words for it.
 */
const char *tcpfin_stopped_why(void);

#endif /* TCPFIN_STOPPED_H */
