// SPDX-License-Identifier: GPL-2.0
/* A file that gets its name only after it was written completely. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "util/atomic_file.h"
#include "util/text.h"

static bool fail(struct atomic_file *f, const char *what, const char *path)
{
	char name[ERROR_LINE_MAX / 2];
	int saved = errno;

	text_escape(path, strlen(path), name, sizeof(name));
	snprintf(f->why, sizeof(f->why), "cannot %s %s: %s", what, name,
		 strerror(saved));
	return false;
}

/* Follow links: the file that a link points to is replaced, not the link. */
static bool find_path(struct atomic_file *f, const char *path)
{
	if (!realpath(path, f->path)) {
		if (strlen(path) >= sizeof(f->path)) {
			errno = ENAMETOOLONG;
			return fail(f, "open", path);
		}
		strcpy(f->path, path);
	}
	return true;
}

static bool open_part(struct atomic_file *f)
{
	int fd;

	snprintf(f->part, sizeof(f->part), "%s.XXXXXX", f->path);
	fd = mkstemp(f->part);
	if (fd < 0) {
		f->part[0] = '\0';
		return fail(f, "write next to", f->path);
	}
	f->out = fdopen(fd, "w");
	if (f->out)
		return true;
	fail(f, "open", f->path);
	close(fd);
	unlink(f->part);
	return false;
}

bool atomic_file_open(struct atomic_file *f, const char *path)
{
	struct stat st;

	f->out = NULL;
	f->part[0] = '\0';
	f->why[0] = '\0';
	if (!strcmp(path, "-")) {
		f->path[0] = '\0';
		f->out = stdout;
		return true;
	}
	if (!find_path(f, path))
		return false;
	if (stat(f->path, &st) || S_ISREG(st.st_mode))
		return open_part(f);
	f->out = fopen(f->path, "we");
	return f->out || fail(f, "open", f->path);
}

/* Some file systems report a full disk only at fsync() or close(). */
static bool finish(struct atomic_file *f)
{
	bool written = !fflush(f->out) && !ferror(f->out);

	if (written && f->part[0])
		written = !fsync(fileno(f->out));
	if (!written)
		fail(f, "write", f->path);
	if (fclose(f->out) && written)
		written = fail(f, "write", f->path);
	return written;
}

bool atomic_file_close(struct atomic_file *f, bool keep)
{
	bool written;

	if (f->out == stdout)
		return true;
	written = finish(f);
	f->out = NULL;
	if (!f->part[0])
		return written;
	if (written && keep) {
		if (!rename(f->part, f->path))
			return true;
		written = fail(f, "name", f->path);
	}
	unlink(f->part);
	return written;
}
