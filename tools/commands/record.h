/* SPDX-License-Identifier: GPL-2.0 */
/* The command "record". */
#ifndef TCPFIN_RECORD_H
#define TCPFIN_RECORD_H

#include "cli/command.h"

extern const struct tcpfin_command tcpfin_record_command;

#endif /* TCPFIN_RECORD_H */
