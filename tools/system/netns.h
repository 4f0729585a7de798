/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The network namespaces of this machine: those that a process is in, and those
 * that ip-netns(8) gave a name.
 */
#ifndef SYSTEM_NETNS_H
#define SYSTEM_NETNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define NETNS_FILE	"/proc/self/ns/net"
/* Where ip-netns(8) keeps namespaces by name */
#define NETNS_NAMED	"/run/netns"
/* Most namespaces listed; further ones are only counted */
#define NETNS_MAX	1024
/* Size for a name; a longer one is not known by name */
#define NETNS_NAME_MAX	64
#define NETNS_WHY_MAX	128

/* One network namespace */
struct netns {
	uint32_t inode;	/* its inode number, as in struct tcpfin_event */
	uint32_t pid;	/* the first process found in it, 0 if none */
	char comm[16];	/* that process's name, see process_comm() */
	char name[NETNS_NAME_MAX];	/* its name in NETNS_NAMED, or "" */
	bool own;	/* this process began in it */
};

/* Namespaces, and which of them this process is in */
struct netns_list {
	struct netns *list;	/* by inode number */
	size_t count;		/* number of @list */
	uint64_t left_out;	/* processes in namespaces for which @list had no room */
	uint64_t unreadable;	/* processes whose namespace could not be read: no right */
	size_t room;		/* most entries of @list */
	dev_t dev;		/* the file system that namespaces are files of */
	uint32_t now;		/* inode number of the namespace that is entered now */
	bool gone;		/* the one that could not be entered last has gone */
	uint32_t own;		/* inode number of the namespace that this process began in */
	int own_fd;		/* the way back to @own */
};

/* Get the inode number of the namespace. Return false if NETNS_FILE cannot be read. */
bool netns_own(uint32_t *inode);

/**
 * netns_find() - list network namespaces
 * @which: "all" or NULL, the id of a process, or a name in NETNS_NAMED
 * @all: the result, also on failure to be freed by netns_free()
 * @why: on failure, what is wrong
 *
 * Return: false if there is no such namespace.
 */
bool netns_find(const char *which, struct netns_list *all, char why[NETNS_WHY_MAX]);

/* Size for any text of netns_text() */
#define NETNS_TEXT_MAX	160

/* Write a namespace's name, or whose it is, and its number. Return @buf. */
const char *netns_text(const struct netns *ns, char buf[NETNS_TEXT_MAX]);

/* Return the namespace with this inode number, or NULL. */
const struct netns *netns_get(const struct netns_list *all, uint32_t inode);

/*
 * Enter a namespace of @all: from then on sockets, and files in /proc/net and
 * /proc/sys/net, are those of this namespace. Return false, with the reason in
 * @why, if that is not allowed or the namespace has gone.
 */
bool netns_enter(struct netns_list *all, const struct netns *ns,
		 char why[NETNS_WHY_MAX]);

/* Go back to the namespace in which this process began. */
void netns_return(struct netns_list *all);

void netns_free(struct netns_list *all);

#endif /* SYSTEM_NETNS_H */
