// SPDX-License-Identifier: GPL-2.0
/* Counts for Prometheus, and writes the file again and again. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/pump.h"
#include "commands/export/export.h"
#include "commands/export/metrics.h"
#include "util/message.h"

/*
 * What is older than the run is only followed: a run after this one would count
 * it again. Where it began a state is known all the same.
 */
static bool is_counted(const struct metrics *m, uint64_t time_ns)
{
	return time_ns >= m->since_ns;
}

static void take_event(void *data, const struct item *item,
		       const struct conn *conn)
{
	struct metrics *m = data;
	const struct selection *selection = &m->opts->selection;
	const struct tcpfin_event *ev = item->event;
	struct verdict v;
	struct step step;

	(void)conn;
	tracker_event(m->tracker, item->host, ev, &step);
	if (!is_counted(m, ev->time_ns))
		return;
	if (selection_has_step(selection, &m->src->header, ev, &step)) {
		m->counts.steps.events++;
		teardown_counts_step(&m->counts.steps, ev, step.conn,
				     step.time_wait_over);
	}
	if (!step.ended)
		return;
	verdict_brief(step.conn, NULL, &v);
	if (!selection_has_verdict(selection, &m->src->header, &v))
		return;
	metric_counts_end(&m->counts, step.conn);
}

static void take_gap(void *data, const struct item *item)
{
	struct metrics *m = data;

	tracker_loss(m->tracker, item);
	if (is_counted(m, item->time_ns))
		teardown_counts_loss(&m->counts.steps, item);
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

/* Return whether more may be written: not after an error, or without a reader. */
static bool write_file(struct metrics *m)
{
	struct atomic_file f;
	bool gone;

	metric_counts_open(&m->counts, m->tracker, &m->opts->selection,
			   source_now(m->src), &m->open);
	m->failed = !open_file(m, &f);
	if (m->failed)
		return false;
	metrics_write(m, f.out);
	m->failed = !export_close_file(&f, &gone);
	m->written++;
	return !gone && !m->failed;
}

static bool write_again(void *data)
{
	struct metrics *m = data;

	return write_file(m) &&
	       !selection_is_enough(&m->opts->selection, m->written);
}

static void write_last(void *data)
{
	write_file(data);
}

int export_metrics(struct source *src, const struct export_options *opts)
{
	struct metrics m = {
		.src = src, .opts = opts,
		.tracker = tracker_new(TRACKER_MAX, NULL),
		.since_ns = opts->interval_ns ? source_now(src) : 0,
	};
	const struct pump pump = {
		.name = "export", .src = src, .data = &m,
		.event = take_event, .loss = take_gap,
		.print = write_again, .end = write_last,
		.for_ns = opts->selection.for_ns,
		.interval_ns = opts->interval_ns,
	};
	int ret = -ENOMEM;

	if (metric_counts_init(&m.counts, opts->by, opts->cap) && m.tracker) {
		pump_run(&pump);
		ret = m.failed;
	}
	metric_counts_exit(&m.counts);
	tracker_free(m.tracker);
	return ret;
}
