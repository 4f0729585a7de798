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
static bool is_counted(const struct tcpfin_metrics *m, uint64_t time_ns)
{
	return time_ns >= m->since_ns;
}

static void take_event(struct tcpfin_metrics *m,
		       const struct tcpfin_item *item)
{
	const struct tcpfin_chosen *chosen = &m->opts->chosen;
	const struct tcpfin_event *ev = item->event;
	struct tcpfin_verdict v;
	struct tcpfin_step step;

	tcpfin_tracker_event(m->tracker, item->host, ev, &step);
	if (!is_counted(m, ev->time_ns))
		return;
	if (tcpfin_step_is_chosen(chosen, &m->src->header, ev, &step))
		tcpfin_counts_step(&m->counts, ev, &step);
	if (!step.ended)
		return;
	tcpfin_verdict_brief(step.conn, NULL, &v);
	if (!tcpfin_verdict_is_chosen(chosen, &m->src->header, &v))
		return;
	tcpfin_counts_end(&m->counts, step.conn);
	if (m->shares)
		tcpfin_shares_end(m->shares, step.conn);
}

static void take_gap(struct tcpfin_metrics *m, const struct tcpfin_item *item)
{
	tcpfin_tracker_gap(m->tracker, item);
	if (!is_counted(m, item->time_ns))
		return;
	if (item->type == TCPFIN_ITEM_LOST)
		m->counts.lost += item->count;
	else
		m->counts.missed += item->count;
}

/* Who reads it is another user: there is no address in it unless asked for. */
static bool open_file(const struct tcpfin_metrics *m, struct tcpfin_outfile *f)
{
	if (!tcpfin_outfile_open(f, m->opts->file)) {
		tcpfin_message("tcpfin export: %s", f->why);
		return false;
	}
	if (!f->part[0] || !fchmod(fileno(f->out), 0644))
		return true;
	tcpfin_message("tcpfin export: %s: %s", m->opts->file,
		       strerror(errno));
	tcpfin_outfile_close(f, false);
	return false;
}

/*
 * Return false when there is nothing more to write: after an error, which was
 * told, or for want of a reader.
 */
static bool write_file(struct tcpfin_metrics *m, bool *failed)
{
	struct tcpfin_outfile f;
	bool gone;

	if (m->shares)
		tcpfin_shares_reset_open(m->shares);
	tcpfin_counts_open(m->tracker, &m->opts->chosen,
			   tcpfin_source_now(m->src), &m->open,
			   m->shares ? tcpfin_shares_open : NULL, m->shares);
	*failed = !open_file(m, &f);
	if (*failed)
		return false;
	tcpfin_metrics_write(m, f.out);
	*failed = !tcpfin_export_close(&f, &gone);
	m->written++;
	return !gone && !*failed;
}

/* All that is there was taken in. Return false when it is over. */
static bool take_pause(struct tcpfin_metrics *m, struct schedule *when,
		       bool *failed)
{
	uint64_t now = tcpfin_source_now(m->src);

	/* What comes at the end is written at the end. */
	if (now >= when->write_ns && now < when->end_ns &&
	    !tcpfin_stop_requested()) {
		if (!write_file(m, failed) ||
		    tcpfin_is_enough(&m->opts->chosen, m->written))
			return false;
		do {
			when->write_ns += m->opts->interval_ns;
		} while (when->write_ns <= now);
	}
	tcpfin_rest(m->src, when->end_ns, when->write_ns);
	return true;
}

/* Return false after an error that was told. */
static bool run_metrics(struct tcpfin_metrics *m)
{
	uint64_t now = tcpfin_source_now(m->src);
	struct schedule when = {
		.end_ns = m->opts->chosen.for_ns ?
			  now + m->opts->chosen.for_ns : UINT64_MAX,
		.write_ns = m->opts->interval_ns ? now : UINT64_MAX,
	};
	struct tcpfin_item item;
	bool failed = false;

	m->since_ns = m->opts->interval_ns ? now : 0;
	for (;;) {
		tcpfin_source_next(m->src, &item);
		switch (item.type) {
		case TCPFIN_ITEM_EVENT:
			take_event(m, &item);
			break;
		case TCPFIN_ITEM_LOST:
		case TCPFIN_ITEM_MISSED:
			take_gap(m, &item);
			break;
		case TCPFIN_ITEM_IDLE:
			if (!take_pause(m, &when, &failed))
				return !failed;
			break;
		case TCPFIN_ITEM_END:
			if (m->src->gone)
				fputs("tcpfin export: the module was unloaded\n",
				      stderr);
			write_file(m, &failed);
			return !failed;
		}
	}
}

bool tcpfin_export_metrics(struct tcpfin_source *src,
			   const struct tcpfin_export_options *opts)
{
	struct tcpfin_metrics m = {
		.src = src, .opts = opts,
		.tracker = tcpfin_tracker_new(TCPFIN_TRACKED_MAX, NULL),
	};
	bool done;

	tcpfin_counts_init(&m.counts);
	if (opts->by)
		m.shares = tcpfin_shares_new(opts->by, opts->cap);
	done = m.tracker && (m.shares || !opts->by);
	if (done)
		done = run_metrics(&m);
	else
		fputs("tcpfin export: out of memory\n", stderr);
	tcpfin_shares_free(m.shares);
	tcpfin_tracker_free(m.tracker);
	return done;
}
