/* SPDX-License-Identifier: GPL-2.0 */
/* Connections in the background, and processes that tests start. */
#ifndef TESTS_TRAFFIC_H
#define TESTS_TRAFFIC_H

#include <sys/types.h>

#include "net.h"

void traffic_some(const struct path *path, unsigned int count);
int tear_down(unsigned int *seed, int first, int second);
pid_t traffic_start(const struct path *path);
pid_t traffic_child(struct path *path, unsigned int cpu,
		    void (*body)(struct path *path, unsigned int cpu));

/* cmocka 2 has a macro of this name, which no test uses. */
#undef stop

pid_t start(const char *output, const char *const argv[]);
void stop(pid_t pid, int signal);
int wait_exit(pid_t pid, unsigned int seconds);

#endif /* TESTS_TRAFFIC_H */
