/* SPDX-License-Identifier: GPL-2.0 */
/* /proc/tcpfin: read, mmap and poll. */
#ifndef TCPFIN_PROCFILE_H
#define TCPFIN_PROCFILE_H

int tcpfin_procfile_init(void);
void tcpfin_procfile_exit(void);

#endif /* TCPFIN_PROCFILE_H */
