// SPDX-License-Identifier: GPL-2.0
/* Counts for Prometheus, and writes the file again and again. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/wait.h"
#include "commands/export/close_file.h"
#include "commands/export/export.h"
#include "commands/export/metrics.h"
#include "util/message.h"
#include "util/stop.h"

/* When to write and when to end; UINT64_MAX is never. */
struct schedule {
	uint64_t end_ns;
	uint64_t write_ns;
};

/*
 * What is older than the run is only followed: a run after this one would count
 * it again. Where it began a state is known all the same.
 */
static bool is_counted(const struct metrics *m, uint64_t time_ns)
{
	return time_ns >= m->since_ns;
}

static void take_event(struct metrics *m,
		       const struct item *item)
{
	const struct selection *selection = &m->opts->selection;
	const struct tcpfin_event *ev = item->event;
	struct verdict v;
	struct step step;

	tracker_event(m->tracker, item->host, ev, &step);
	if (!is_counted(m, ev->time_ns))
		return;
	if (selection_has_step(selection, &m->src->header, ev, &step))
		metric_counts_step(&m->counts, ev, &step);
	if (!step.ended)
		return;
	verdict_brief(step.conn, NULL, &v);
	if (!selection_has_verdict(selection, &m->src->header, &v))
		return;
	metric_counts_end(&m->counts, step.conn);
	if (m->shares)
		metric_groups_end(m->shares, step.conn);
}

static void take_gap(struct metrics *m, const struct item *item)
{
	tracker_loss(m->tracker, item);
	if (!is_counted(m, item->time_ns))
		return;
	if (item->type == ITEM_LOST)
		m->counts.lost += item->count;
	else
		m->counts.missed += item->count;
}

/* Who reads it is another user: there is no address in it unless asked for. */
static bool open_file(const struct metrics *m, struct atomic_file *f)
{
	if (!atomic_file_open(f, m->opts->file)) {
		message_print("tcpfin export: %s", f->why);
		return false;
	}
	if (!f->part[0] || !fchmod(fileno(f->out), 0644))
		return true;
	message_print("tcpfin export: %s: %s", m->opts->file,
		      strerror(errno));
	atomic_file_close(f, false);
	return false;
}

/*
 * Return false when there is nothing more to write: after an error, which was
 * told, or for want of a reader.
 */
static bool write_file(struct metrics *m, bool *failed)
{
	struct atomic_file f;
	bool gone;

	if (m->shares)
		metric_groups_reset_open(m->shares);
	metric_counts_open(m->tracker, &m->opts->selection, source_now(m->src),
			   &m->open, m->shares ? metric_groups_open : NULL,
			   m->shares);
	*failed = !open_file(m, &f);
	if (*failed)
		return false;
	metrics_write(m, f.out);
	*failed = !export_close_file(&f, &gone);
	m->written++;
	return !gone && !*failed;
}

/* All that is there was taken in. Return false when it is over. */
static bool take_pause(struct metrics *m, struct schedule *when, bool *failed)
{
	uint64_t now = source_now(m->src);

	/* What comes at the end is written at the end. */
	if (now >= when->write_ns && now < when->end_ns && !stop_requested()) {
		if (!write_file(m, failed) ||
		    selection_is_enough(&m->opts->selection, m->written))
			return false;
		do {
			when->write_ns += m->opts->interval_ns;
		} while (when->write_ns <= now);
	}
	wait_for_events(m->src, when->end_ns, when->write_ns);
	return true;
}

/* Return false after an error that was told. */
static bool run_metrics(struct metrics *m)
{
	uint64_t now = source_now(m->src);
	struct schedule when = {
		.end_ns = m->opts->selection.for_ns ?
			  now + m->opts->selection.for_ns : UINT64_MAX,
		.write_ns = m->opts->interval_ns ? now : UINT64_MAX,
	};
	struct item item;
	bool failed = false;

	m->since_ns = m->opts->interval_ns ? now : 0;
	for (;;) {
		source_next(m->src, &item);
		switch (item.type) {
		case ITEM_EVENT:
			take_event(m, &item);
			break;
		case ITEM_LOST:
		case ITEM_MISSED:
			take_gap(m, &item);
			break;
		case ITEM_IDLE:
			if (!take_pause(m, &when, &failed))
				return !failed;
			break;
		case ITEM_END:
			if (m->src->gone)
				fputs("tcpfin export: the module was unloaded\n",
				      stderr);
			write_file(m, &failed);
			return !failed;
		}
	}
}

bool export_metrics(struct source *src, const struct export_options *opts)
{
	struct metrics m = {
		.src = src, .opts = opts,
		.tracker = tracker_new(TRACKER_MAX, NULL),
	};
	bool done;

	metric_counts_init(&m.counts);
	if (opts->by)
		m.shares = metric_groups_new(opts->by, opts->cap);
	done = m.tracker && (m.shares || !opts->by);
	if (done)
		done = run_metrics(&m);
	else
		fputs("tcpfin export: out of memory\n", stderr);
	metric_groups_free(m.shares);
	tracker_free(m.tracker);
	return done;
}
