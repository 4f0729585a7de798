/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Who holds sockets on which no process acted: their events have the inode, by which
 * /proc tells the process while the descriptor is open.
 */
#ifndef CLI_HOLDERS_H
#define CLI_HOLDERS_H

#include "track/conn.h"

/* Most sockets that are remembered; a later one may take the place of an older one */
#define HOLDERS_MAX	1024

struct holders;

/* Return NULL without memory. @proc is usually "/proc". */
struct holders *holders_new(const char *proc);
/* Free it; NULL is ignored. */
void holders_free(struct holders *h);

/* Remember an end if nobody acted on its socket: who holds the socket is looked for. */
void holders_note(struct holders *h, const struct conn *conn);

/*
 * Look for the sockets that were noted since the last time, at @now_ns. All processes are
 * gone through: this is put off where it would take more than a twentieth of the time.
 */
void holders_look(struct holders *h, uint64_t now_ns);

/* Return the process that held the end's socket, or NULL. */
const struct holder *holders_find(const struct holders *h, const struct conn *conn);

#endif /* CLI_HOLDERS_H */
