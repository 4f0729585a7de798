// SPDX-License-Identifier: GPL-2.0
/* Keeps pieces of output in a temporary file until they can be sorted. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "util/sorted_spool.h"

/* Pieces of the same time keep their order: compare positions. */
static int compare(const void *a, const void *b)
{
	const struct sorted_spool_piece *x = a, *y = b;

	if (x->time_ns != y->time_ns)
		return x->time_ns < y->time_ns ? -1 : 1;
	return x->at < y->at ? -1 : 1;
}

static bool fail(struct sorted_spool *s, int error)
{
	if (!s->error)
		s->error = error ? error : EIO;
	return false;
}

bool sorted_spool_init(struct sorted_spool *s)
{
	memset(s, 0, sizeof(*s));
	s->file = tmpfile();
	return s->file || fail(s, errno);
}

void sorted_spool_exit(struct sorted_spool *s)
{
	if (s->file)
		fclose(s->file);
	free(s->list);
}

static bool grow(struct sorted_spool *s)
{
	size_t room = s->room ? 2 * s->room : 1024;
	struct sorted_spool_piece *list;

	list = reallocarray(s->list, room, sizeof(*list));
	if (!list)
		return fail(s, ENOMEM);
	s->list = list;
	s->room = room;
	return true;
}

bool sorted_spool_put(struct sorted_spool *s, uint64_t time_ns,
		      const void *data, uint32_t len)
{
	if (s->error || (s->count == s->room && !grow(s)))
		return false;
	if (fwrite(data, 1, len, s->file) != len)
		return fail(s, errno);
	s->list[s->count++] = (struct sorted_spool_piece){
		.time_ns = time_ns, .at = s->size, .len = len,
	};
	s->size += len;
	return true;
}

/* @buf is large enough for any piece. */
static bool copy(struct sorted_spool *s, const struct sorted_spool_piece *piece,
		 char *buf, FILE *out)
{
	ssize_t len = pread(fileno(s->file), buf, piece->len, (off_t)piece->at);

	if (len != (ssize_t)piece->len)
		return fail(s, len < 0 ? errno : EIO);
	fwrite(buf, 1, piece->len, out);
	return true;
}

static uint32_t longest(const struct sorted_spool *s)
{
	uint32_t len = 1;
	size_t i;

	for (i = 0; i < s->count; i++)
		if (s->list[i].len > len)
			len = s->list[i].len;
	return len;
}

bool sorted_spool_write(struct sorted_spool *s, FILE *out)
{
	bool done = !s->error;
	char *buf;
	size_t i;

	if (done && fflush(s->file))
		done = fail(s, errno);
	buf = malloc(longest(s));
	if (!buf)
		return fail(s, ENOMEM);
	if (s->count)
		qsort(s->list, s->count, sizeof(*s->list), compare);
	for (i = 0; done && i < s->count && !ferror(out); i++)
		done = copy(s, &s->list[i], buf, out);
	free(buf);
	return done;
}
