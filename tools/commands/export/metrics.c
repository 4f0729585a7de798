// SPDX-License-Identifier: GPL-2.0
/*
 * "export --prometheus": counts for Prometheus, and writes the file once or
 * periodically. It counts ends, not connections: each end is on one machine, so that
 * the counts of many machines add up.
 */
#include <errno.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/output_file.h"
#include "cli/pump.h"
#include "commands/export/export.h"
#include "commands/export/metrics.h"
#include "filter/match.h"
#include "stats/group_key.h"
#include "util/message.h"

static struct group_row *find_group(struct metric_counts *c, const struct conn *conn)
{
	char buf[GROUP_KEY_TEXT_MAX];
	struct group_key key;
	const char *name;

	group_key_make(c->by, conn, &key);
	name = group_key_text(c->by, &key, NULL, NULL, buf);
	if (!name)
		name = "unknown";
	if (!strcmp(name, METRIC_OTHER))
		return group_table_other(c->groups);
	return group_table_find(c->groups, name, strlen(name));
}

static void add_span(struct histogram *h, const struct conn *conn, uint8_t state)
{
	struct optional span = conn_span(conn, state);

	if (span.known)
		histogram_add(h, span.value);
}

static void count_end(struct metric_counts *c, const struct conn *conn)
{
	c->ends[conn_how(conn)][conn_closer(conn)]++;
	if (conn->reason == TCPFIN_REASON_ABORTED ||
	    conn->reason == TCPFIN_REASON_RST_SENT)
		c->aborts[conn->detail < METRIC_CAUSES ? conn->detail :
			  TCPFIN_CAUSE_NONE]++;
	else if (conn->reason == TCPFIN_REASON_TIMEOUT)
		c->timeouts[conn->detail < METRIC_TIMEOUTS ? conn->detail :
			    TCPFIN_TIMEOUT_UNKNOWN]++;
	add_span(&c->time_wait, conn, TCP_TIME_WAIT);
	add_span(&c->half_close, conn, TCP_FIN_WAIT2);
	add_span(&c->close_wait, conn, TCP_CLOSE_WAIT);
	if (c->groups)
		find_group(c, conn)->ends[conn_how(conn)]++;
}

static void count_open(struct metrics *m)
{
	const struct selection *selection = &m->opts->selection;
	const struct conn *conn = tracker_first(m->tracker);
	struct group_table *groups = m->counts.groups;
	uint64_t now_ns = source_now(m->src), age_ns;

	memset(&m->open, 0, sizeof(m->open));
	if (groups)
		group_table_reset_open(groups);
	for (; conn; conn = tracker_after(m->tracker, conn)) {
		if (!(conn_bit(conn->state) & TEARDOWN_STATES) ||
		    !selection_has_family(selection, conn->family) ||
		    !match_conn(selection->filter, conn))
			continue;
		if (tracker_is_uncertain(m->tracker, conn)) {
			m->open.uncertain++;
			continue;
		}
		m->open.count[conn->state]++;
		age_ns = conn_age(conn, now_ns).value;
		if (age_ns > m->open.oldest_ns[conn->state])
			m->open.oldest_ns[conn->state] = age_ns;
		if (groups)
			find_group(&m->counts, conn)->open++;
	}
}

/*
 * The tracker takes events from before the run, to know when states began, but they are
 * not counted: with --interval an earlier run has counted them.
 */
static void take_event(struct metrics *m, const struct item *item)
{
	const struct selection *selection = &m->opts->selection;
	const struct tcpfin_event *ev = item->event;
	struct verdict v;
	struct step step;

	tracker_event(m->tracker, item->host, ev, &step);
	if (ev->time_ns < m->since_ns)
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
	count_end(&m->counts, step.conn);
}

static void take_events(void *data, struct item *item)
{
	struct metrics *m = data;

	do
		take_event(m, item);
	while (source_more(m->src, item));
}

static void take_gap(void *data, const struct item *item)
{
	struct metrics *m = data;

	tracker_loss(m->tracker, item);
	if (item->time_ns >= m->since_ns)
		teardown_counts_loss(&m->counts.steps, item);
}

/* All may read the file, as Prometheus runs as another user. */
static bool open_file(const struct metrics *m, struct atomic_file *f)
{
	if (!output_file_open(f, export_command.name, m->opts->file))
		return false;
	if (!f->part[0] || !fchmod(fileno(f->out), 0644))
		return true;
	message_print("tcpfin export: %s: %s", m->opts->file, strerror(errno));
	atomic_file_close(f, false);
	return false;
}

/* Return false after an error, or if the reader of a pipe went away. */
static bool write_file(struct metrics *m)
{
	struct atomic_file f;
	bool gone;

	count_open(m);
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

	return write_file(m) && !selection_is_enough(&m->opts->selection, m->written);
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
		.counts = {
			.time_wait.bounds = &histogram_bounds_time_wait,
			.half_close.bounds = &histogram_bounds_wide,
			.close_wait.bounds = &histogram_bounds_wide,
			.by = opts->by,
			.groups = opts->by ? group_table_new(opts->cap, 0) : NULL,
		},
	};
	const struct pump pump = {
		.name = "export", .src = src, .data = &m,
		.events = take_events, .loss = take_gap,
		.print = write_again, .end = write_last,
		.for_ns = opts->selection.for_ns,
		.interval_ns = opts->interval_ns,
	};
	int ret = -ENOMEM;

	if (m.tracker && (m.counts.groups || !opts->by)) {
		pump_run(&pump);
		ret = m.failed;
	}
	group_table_free(m.counts.groups);
	tracker_free(m.tracker);
	return ret;
}
