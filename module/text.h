/* SPDX-License-Identifier: GPL-2.0 */
/* The text of /proc/tcpfin: header lines and one line a record. */
#ifndef TCPFIN_TEXT_H
#define TCPFIN_TEXT_H

#include <linux/types.h>

#include "tcpfin.h"

size_t tcpfin_text_rings(char *buf, size_t size);
size_t tcpfin_text_header(char *buf, size_t size);
size_t tcpfin_text_event(char *buf, size_t size,
			 const struct tcpfin_event *event);
size_t tcpfin_text_ports(char *buf, size_t size,
			 const struct tcpfin_ports *ports, unsigned int count);
size_t tcpfin_text_escape(char *buf, size_t size, const char *name,
			  size_t room);
size_t tcpfin_text_lost(char *buf, size_t size, unsigned int ring, u64 lost);
size_t tcpfin_text_no_ring(char *buf, size_t size, u64 lost);

#endif /* TCPFIN_TEXT_H */
