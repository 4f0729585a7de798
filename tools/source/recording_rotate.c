// SPDX-License-Identifier: GPL-2.0
/* The files of a rotating recording: FILE, FILE.1, and so on. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source/recording_rotate.h"
#include "util/parse.h"

/* Write the name of a part: FILE for 0, else FILE.@at. */
static void part_name(const struct rotation *rot, unsigned int at,
		      char name[PATH_MAX + 16])
{
	if (at)
		snprintf(name, PATH_MAX + 16, "%s.%u", rot->file, at);
	else
		snprintf(name, PATH_MAX + 16, "%s", rot->file);
}

static void new_name(const struct rotation *rot, char name[PATH_MAX + 16])
{
	snprintf(name, PATH_MAX + 16, "%s.new", rot->file);
}

/* Refuse a device such as /dev/null, which must not be renamed. */
static bool check_place(struct rotation *rot)
{
	struct stat st;

	if (strlen(rot->file) >= PATH_MAX) {
		snprintf(rot->why, sizeof(rot->why), "the name is too long");
		return false;
	}
	if (lstat(rot->file, &st) || S_ISREG(st.st_mode))
		return true;
	snprintf(rot->why, sizeof(rot->why),
		 "%s is not a regular file, and only regular files can rotate",
		 rot->file);
	return false;
}

/* Refuse a file that another tcpfin has locked: parts would mix. */
static bool check_others(struct rotation *rot)
{
	int fd = open(rot->file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	bool taken;

	if (fd < 0)
		return true;
	taken = flock(fd, LOCK_EX | LOCK_NB) && errno == EWOULDBLOCK;
	close(fd);
	if (taken)
		snprintf(rot->why, sizeof(rot->why),
			 "%s is being written by another tcpfin", rot->file);
	return !taken;
}

int rotation_open(struct rotation *rot)
{
	char name[PATH_MAX + 16];
	int fd;

	if (!check_place(rot) || !check_others(rot))
		return -1;
	new_name(rot, name);
	fd = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		snprintf(rot->why, sizeof(rot->why), "cannot open %s: %s", name,
			 strerror(errno));
	else
		flock(fd, LOCK_EX | LOCK_NB);
	return fd;
}

static bool move(struct rotation *rot, const char *from, const char *to)
{
	if (!rename(from, to))
		return true;
	snprintf(rot->why, sizeof(rot->why), "cannot rename %s to %s: %s",
		 from, to, strerror(errno));
	return false;
}

/* Count the parts from FILE on, up to a hole: a hole is room for a turn. */
static unsigned int count_parts(const struct rotation *rot)
{
	char name[PATH_MAX + 16];
	unsigned int n;

	for (n = 0; n + 1 < rot->keep; n++) {
		part_name(rot, n, name);
		if (access(name, F_OK))
			break;
	}
	return n;
}

bool rotation_turn(struct rotation *rot)
{
	char from[PATH_MAX + 16], to[PATH_MAX + 16];
	unsigned int n;

	for (n = count_parts(rot); n; n--) {
		part_name(rot, n - 1, from);
		part_name(rot, n, to);
		if (!move(rot, from, to))
			return false;
	}
	new_name(rot, from);
	return move(rot, from, rot->file);
}

void rotation_discard(const struct rotation *rot)
{
	char name[PATH_MAX + 16];

	new_name(rot, name);
	unlink(name);
}

bool rotation_parse_size(const char *text, uint64_t *size)
{
	static const char units[] = "kMGT";
	unsigned int shift = 0;
	const char *unit;
	uint64_t value;

	if (!parse_digits(&text, &value))
		return false;
	if (*text) {
		unit = strchr(units, *text);
		if (!unit || text[1])
			return false;
		shift = 10 * (unsigned int)(unit - units + 1);
	}
	if (value > ROTATION_SIZE_MAX >> shift || value << shift < ROTATION_SIZE_MIN)
		return false;
	*size = value << shift;
	return true;
}
