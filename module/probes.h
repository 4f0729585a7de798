/* SPDX-License-Identifier: GPL-2.0 */
/* Which kernel functions are hooked, and what each one means. */
#ifndef TCPFIN_PROBES_H
#define TCPFIN_PROBES_H

int tcpfin_probes_init(unsigned int scope);
void tcpfin_probes_exit(void);
void tcpfin_probes_refresh(void);

#endif /* TCPFIN_PROBES_H */
