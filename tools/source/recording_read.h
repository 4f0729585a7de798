/* SPDX-License-Identifier: GPL-2.0 */
/* Recordings as sources. */
#ifndef TCPFIN_RECORDED_H
#define TCPFIN_RECORDED_H

#include "source/recording.h"
#include "source/source.h"

/**
 * struct tcpfin_part - which part of a recording a file is
 * @number: 0 for the first one
 * @before: sums over the parts before it, see tcpfin_rec_info
 */
struct tcpfin_part {
	uint32_t number;
	struct tcpfin_rec_end before;
};

/**
 * tcpfin_recorded_open() - open a recording
 * @path: the file, or "-" for stdin; a pipe may still be written
 * @stop_fd: reading ends when this file can be read, -1 for none
 * @why: on failure one line, without a newline, that says what is wrong
 *
 * From a pipe it waits for the first block.
 *
 * Return: the source, or NULL.
 */
struct tcpfin_source *tcpfin_recorded_open(const char *path, int stop_fd,
					   char why[TCPFIN_WHY_MAX]);

/**
 * tcpfin_recorded_open_fd() - the same for a file that is open already
 * @fd: the file; the source owns it from now on, even when this fails
 * @name: what to call it
 * @stop_fd: see tcpfin_recorded_open()
 * @why: likewise
 *
 * Return: the source, or NULL.
 */
struct tcpfin_source *tcpfin_recorded_open_fd(int fd, const char *name,
					      int stop_fd,
					      char why[TCPFIN_WHY_MAX]);

/**
 * tcpfin_recorded_fd() - the file of a recording
 * @src: what tcpfin_recorded_open() returned
 *
 * Return: it; when it can be read there may be a new item.
 */
int tcpfin_recorded_fd(struct tcpfin_source *src);

/**
 * tcpfin_recorded_boot_id() - which run of which machine a recording is of
 * @src: what tcpfin_recorded_open() returned
 *
 * Return: the boot_id, "" if it is not known.
 */
const char *tcpfin_recorded_boot_id(struct tcpfin_source *src);

/**
 * tcpfin_recorded_part() - which part of a recording a file is
 * @src: what tcpfin_recorded_open() returned
 *
 * Return: it.
 */
struct tcpfin_part tcpfin_recorded_part(struct tcpfin_source *src);

/**
 * tcpfin_recorded_join() - let the parts of one recording follow each other
 * @list: what tcpfin_recorded_open() returned, in any order
 * @count: how many
 *
 * The first part of those that are there stands for all of them. Where one
 * between them is not there, the events that it holds are handed out as lost.
 *
 * Return: how many are left in @list.
 */
uint32_t tcpfin_recorded_join(struct tcpfin_source **list, uint32_t count);

#endif /* TCPFIN_RECORDED_H */
