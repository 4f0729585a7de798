// SPDX-License-Identifier: GPL-2.0
/*
 * Writes the counts as metrics. All time series of a metric exist from the beginning,
 * at 0: a series that appears later would hide its first increase from Prometheus.
 * The number of series is fixed; --cap bounds those of --by.
 */
#include <inttypes.h>
#include <netinet/tcp.h>
#include <string.h>

#include "commands/export/metrics.h"
#include "format/prometheus.h"
#include "source/choice.h"
#include "system/port_range.h"
#include "system/snmp.h"
#include "track/names.h"
#include "util/parse.h"
#include "util/text.h"

#define COUNTER(n, h)	{ "tcpfin_" n, "counter", h }
#define GAUGE(n, h)	{ "tcpfin_" n, "gauge", h }

/* Write a metric without labels. */
static void put_counter(FILE *out, const char *name, const char *help, uint64_t value)
{
	const struct prom_metric metric = { name, "counter", help };

	prom_one(out, &metric, value);
}

static void put_gauge(FILE *out, const char *name, const char *help, uint64_t value)
{
	const struct prom_metric metric = { name, "gauge", help };

	prom_one(out, &metric, value);
}

/* Names that are "-" in text are "unknown" in labels. */
static const char *word(const char *name)
{
	return name[0] == '-' ? "unknown" : name;
}

static void write_ends(const struct metrics *m, FILE *out)
{
	static const struct prom_metric ends = COUNTER("ends_total",
		"Ends of connections that are over, by how they ended and whose FIN was first. A connection has one on each machine, or two on this one.");
	unsigned int how, closer;

	prom_head(out, &ends);
	for (how = 0; how < HOWS; how++) {
		for (closer = 0; closer < CLOSERS; closer++) {
			const struct prom_label labels[] = {
				{ "outcome", word(how_name(how)) },
				{ "closer", word(closer_name(closer)) },
				{ NULL, NULL },
			};

			if (how != HOW_OPEN)
				prom_number(out, &ends, labels,
					    m->counts.ends[how][closer]);
		}
	}
}

static void write_time_waits(const struct metrics *m, FILE *out)
{
	static const struct prom_metric ends = COUNTER("time_wait_ends_total",
		"TIME_WAITs that ended, by reason; those whose beginning was not seen included.");
	static const uint8_t reasons[] = {
		TCPFIN_REASON_NONE, TCPFIN_REASON_EXPIRED,
		TCPFIN_REASON_TW_REUSE, TCPFIN_REASON_SYN_REUSE,
		TCPFIN_REASON_RST_RCVD, TCPFIN_REASON_RST_SENT,
		TCPFIN_REASON_KILLED, TCPFIN_REASON_NETNS,
		TCPFIN_REASON_TPROXY,
	};
	struct prom_label labels[] = {
		{ "reason", "other" }, { NULL, NULL },
	};
	const struct reason_counts *counts = &m->counts.steps.tw_ends;
	uint64_t other = reason_counts_all(counts);
	char name[NAME_TEXT_MAX];
	size_t i;

	prom_head(out, &ends);
	for (i = 0; i < sizeof(reasons); i++)
		other -= counts->by_reason[reasons[i]];
	prom_number(out, &ends, labels, other);
	for (i = 0; i < sizeof(reasons); i++) {
		labels[0].value = word(reason_name(reasons[i], 0, &m->src->header,
						   name));
		prom_number(out, &ends, labels, counts->by_reason[reasons[i]]);
	}
}

/* Write a metric with a series for each cause of a reason; cause 0 is not known. */
static void put_causes(FILE *out, const struct prom_metric *metric, uint8_t reason,
		       const uint64_t *counts, unsigned int causes)
{
	struct prom_label labels[] = {
		{ "cause", "unknown" }, { NULL, NULL },
	};
	unsigned int i;

	prom_head(out, metric);
	for (i = 0; i < causes; i++) {
		if (i)
			labels[0].value = cause_name(reason, i);
		prom_number(out, metric, labels, counts[i]);
	}
}

static void write_causes(const struct metrics *m, FILE *out)
{
	static const struct prom_metric aborts = COUNTER("aborts_total",
		"Ends that did not close in order but were aborted on this machine, by a process or by the kernel, with a RST or without one, or that answered with a RST; by cause.");
	static const struct prom_metric timeouts = COUNTER("timeouts_total",
		"Ends that were given up because the peer did not answer, by what it left unanswered.");

	put_causes(out, &aborts, TCPFIN_REASON_ABORTED, m->counts.aborts, METRIC_CAUSES);
	put_causes(out, &timeouts, TCPFIN_REASON_TIMEOUT, m->counts.timeouts,
		   METRIC_TIMEOUTS);
}

static void put_histogram(FILE *out, const char *name, const char *help,
			  const struct histogram *h)
{
	const struct prom_metric metric = { name, "histogram", help };
	uint64_t below = 0;
	size_t i;

	prom_head(out, &metric);
	for (i = 0; i < h->bounds->count; i++) {
		below += h->count[i];
		fprintf(out, "%s_bucket{le=\"%s\"} %" PRIu64 "\n", name,
			h->bounds->bound[i].text, below);
	}
	fprintf(out, "%s_bucket{le=\"+Inf\"} %" PRIu64 "\n", name, h->all);
	fprintf(out, "%s_sum %" PRIu64 ".%09" PRIu64 "\n", name, h->sum_s, h->sum_ns);
	fprintf(out, "%s_count %" PRIu64 "\n", name, h->all);
}

static void write_spans(const struct metrics *m, FILE *out)
{
	put_histogram(out, "tcpfin_time_wait_duration_seconds",
		      "How long TIME_WAIT was, where its beginning and its end were seen.",
		      &m->counts.time_wait);
	put_histogram(out, "tcpfin_half_close_duration_seconds",
		      "How long ends that closed first were in FIN_WAIT2, waiting for the other FIN. Counted when the end is over.",
		      &m->counts.half_close);
	put_histogram(out, "tcpfin_close_wait_duration_seconds",
		      "How long ends that closed second were in CLOSE_WAIT, until their process closed. Counted when the end is over.",
		      &m->counts.close_wait);
}

static void write_trouble(const struct metrics *m, FILE *out)
{
	const struct teardown_counts *steps = &m->counts.steps;

	put_counter(out, "tcpfin_fin_retransmits_total",
		    "FINs that were sent again.", steps->retransmits);
	put_counter(out, "tcpfin_time_wait_extensions_total",
		    "How often a TIME_WAIT started over, because a segment came again.",
		    steps->extensions);
	put_counter(out, "tcpfin_time_wait_refused_total",
		    "Connections that got no mini-socket for TIME_WAIT or FIN_WAIT2 (TCPTimeWaitOverflow).",
		    steps->refused);
	write_causes(m, out);
}

static bool has_symbol(const struct tcpfin_probe *probe, const char *symbol)
{
	return !strncmp(probe->symbol, symbol, sizeof(probe->symbol));
}

/* A sum over all machines' probes with one symbol, and whether all are in place */
struct probe_sum {
	uint64_t unreached;
	bool hooked;
};

/* Sum up the probes with a symbol. An older module may have two: the first counts. */
static struct probe_sum sum_probes(struct source *src, const char *symbol)
{
	struct probe_sum sum = { .hooked = true };
	const struct tcpfin_header *h;
	uint32_t n, host;
	unsigned int i;

	for (n = 0; (h = source_module(src, n, &host)); n++) {
		for (i = 0; i < TCPFIN_PROBES; i++) {
			if (!has_symbol(&h->probe[i], symbol))
				continue;
			sum.unreached += h->probe[i].unreached;
			sum.hooked &= !!h->probe[i].hooked;
			break;
		}
	}
	return sum;
}

/* Is there a probe with the symbol before probe @at of module @n? */
static bool is_named_before(struct source *src, uint32_t n, unsigned int at,
			    const char *symbol)
{
	const struct tcpfin_header *h;
	uint32_t before, host;
	unsigned int i;

	for (before = 0; before <= n; before++) {
		h = source_module(src, before, &host);
		for (i = 0; i < (before < n ? TCPFIN_PROBES : at); i++)
			if (has_symbol(&h->probe[i], symbol))
				return true;
	}
	return false;
}

/* Write a metric with a series for each symbol, as no two may have the same labels. */
static void put_probes(FILE *out, const struct prom_metric *metric, struct source *src,
		       uint64_t (*value)(const struct probe_sum *sum))
{
	struct prom_label labels[] = { { "probe", NULL }, { NULL, NULL } };
	char text[4 * sizeof(src->header.probe[0].symbol) + 1];
	const struct tcpfin_header *h;
	struct probe_sum sum;
	uint32_t n, host;
	unsigned int i;

	prom_head(out, metric);
	for (n = 0; (h = source_module(src, n, &host)); n++) {
		for (i = 0; i < TCPFIN_PROBES; i++) {
			const char *symbol = h->probe[i].symbol;

			if (!symbol[0] || is_named_before(src, n, i, symbol))
				continue;
			labels[0].value = text_escape(symbol, sizeof(h->probe[i].symbol),
						      text, sizeof(text));
			sum = sum_probes(src, symbol);
			prom_number(out, metric, labels, value(&sum));
		}
	}
}

static uint64_t is_hooked(const struct probe_sum *sum)
{
	return sum->hooked;
}

static uint64_t unreached(const struct probe_sum *sum)
{
	return sum->unreached;
}

static void write_loss(const struct metrics *m, FILE *out)
{
	static const struct prom_metric not_reached = COUNTER("probe_calls_unreached_total",
		"Calls that did not reach a probe that is in place, since the module was loaded (a lower bound; 0 once a call did): what the probe shows is not seen.");
	const struct teardown_counts *steps = &m->counts.steps;

	put_counter(out, "tcpfin_events_total",
		    "Steps of connections' ends that were counted.", steps->events);
	put_counter(out, "tcpfin_events_lost_total",
		    "Steps that were lost: overwritten before they were read, or without a ring.",
		    steps->lost);
	put_counter(out, "tcpfin_events_no_ring_total",
		    "As many of the lost steps had no ring: their CPU came when none was spare.",
		    steps->no_ring);
	put_counter(out, "tcpfin_probe_calls_missed_total",
		    "Calls of kernel functions that were not handed to the module's probes (a lower bound).",
		    steps->missed);
	put_probes(out, &not_reached, m->src, unreached);
	put_counter(out, "tcpfin_events_unmatched_total",
		    "Steps of mini-sockets that the module could not put together, since it was loaded.",
		    m->src->header.unmatched);
	put_counter(out, "tcpfin_events_left_out_total",
		    "Steps that the module left out because of its parameters ports and netns, since it was loaded.",
		    m->src->left_out);
	put_counter(out, "tcpfin_ends_forgotten_total",
		    "Ends that were forgotten before their time, because too many were followed at once.",
		    tracker_evicted(m->tracker));
}

/* Ends without a step since the events began are not counted. */
static void write_open(const struct metrics *m, FILE *out)
{
	static const struct prom_metric open = GAUGE("open_ends",
		"Ends that are being closed now, by state, as far as they were seen.");
	static const struct prom_metric oldest = GAUGE("open_ends_oldest_age_seconds",
		      "How long the oldest of them has been in its state, 0 if there is none.");
	static const uint8_t states[] = {
		TCP_FIN_WAIT1, TCP_FIN_WAIT2, TCP_CLOSING, TCP_TIME_WAIT,
		TCP_CLOSE_WAIT, TCP_LAST_ACK,
	};
	struct prom_label labels[] = { { "state", NULL }, { NULL, NULL } };
	char name[NAME_TEXT_MAX];
	size_t i;

	prom_head(out, &open);
	for (i = 0; i < sizeof(states); i++) {
		labels[0].value = state_name(states[i], name);
		prom_number(out, &open, labels, m->open.count[states[i]]);
	}
	prom_head(out, &oldest);
	for (i = 0; i < sizeof(states); i++) {
		labels[0].value = state_name(states[i], name);
		prom_seconds(out, &oldest, labels, m->open.oldest_ns[states[i]]);
	}
	put_gauge(out, "tcpfin_open_ends_uncertain",
		  "Ends that may be over, because events were lost since.", m->open.uncertain);
}

/* A setting that differs between machines of the recordings has no metric. */
static void write_limits(const struct metrics *m, FILE *out)
{
	struct sysctl list[SYSCTLS];
	uint64_t value;

	source_sysctls(m->src, list);
	if (parse_number(sysctl_find(list, "tcp_max_tw_buckets"), &value))
		put_gauge(out, "tcpfin_tw_buckets_limit",
			  "Mini-sockets that there may be (net.ipv4.tcp_max_tw_buckets).", value);
	if (parse_number(sysctl_find(list, "tcp_fin_timeout"), &value))
		put_gauge(out, "tcpfin_fin_timeout_seconds",
			  "How long an orphan stays in FIN_WAIT2 (net.ipv4.tcp_fin_timeout).",
			  value);
}

/* Write the present counts of this machine's kernel. */
static void write_population(FILE *out)
{
	struct snmp_counter counters[] = {
		{ "TCP", "tw", false, 0 }, { "TCP", "orphan", false, 0 },
	};
	struct port_set ports;
	uint64_t value;

	snmp_read(counters, 2);
	if (counters[0].known)
		put_gauge(out, "tcpfin_tw_buckets",
			  "Mini-sockets, in TIME_WAIT or FIN_WAIT2, as the kernel counts them.",
			  counters[0].value);
	if (counters[1].known)
		put_gauge(out, "tcpfin_orphans",
			  "Sockets that no process holds, as the kernel counts them.",
			  counters[1].value);
	if (sysctl_number("tcp_max_orphans", &value))
		put_gauge(out, "tcpfin_orphans_limit",
			  "Orphans that there may be (net.ipv4.tcp_max_orphans).", value);
	if (port_range_read(&ports))
		put_gauge(out, "tcpfin_local_ports",
			  "Local ports that connect() may choose from (net.ipv4.ip_local_port_range).",
			  port_set_count(&ports));
}

static void write_choice(const struct tcpfin_header *h, FILE *out)
{
	static const struct prom_metric choice = GAUGE("choice",
		"1 if only connections with these ports and in this network namespace are recorded; an empty label stands for all.");
	char ports[CHOICE_PORTS_MAX], netns[16] = "";
	struct prom_label labels[] = {
		{ "ports", choice_ports(h, ports) }, { "netns", netns }, { NULL, NULL },
	};

	if (h->netns)
		snprintf(netns, sizeof(netns), "%u", h->netns);
	prom_head(out, &choice);
	prom_number(out, &choice, labels, choice_is_made(h));
}

static void write_module(const struct metrics *m, FILE *out)
{
	static const struct prom_metric info = GAUGE("info",
		"The module's version and the kernel's release.");
	static const struct prom_metric hooked = GAUGE("probe_hooked",
		"1 if the kernel function is hooked, 0 if this kernel lacks it, so that what it shows is not seen.");
	static const struct prom_metric since =
		GAUGE("counting_since_timestamp_seconds",
		      "When the counters were 0, seconds since 1970.");
	const struct tcpfin_header *h = &m->src->header;
	char version[4 * sizeof(h->version) + 1];
	char kernel[4 * sizeof(h->kernel) + 1];
	const struct prom_label labels[] = {
		{ "version", text_escape(h->version, sizeof(h->version),
					 version, sizeof(version)) },
		{ "kernel", text_escape(h->kernel, sizeof(h->kernel), kernel,
					sizeof(kernel)) },
		{ NULL, NULL },
	};

	prom_head(out, &info);
	prom_number(out, &info, labels, 1);
	put_gauge(out, "tcpfin_probes_stopped",
		  "1 while kprobes are switched off and nothing is recorded.", !!h->stopped);
	if (m->since_ns) {
		prom_head(out, &since);
		prom_seconds(out, &since, NULL, source_wall(m->src, m->since_ns));
	}
	put_probes(out, &hooked, m->src, is_hooked);
	write_choice(h, out);
}

static void write_groups(const struct metrics *m, FILE *out)
{
	static const struct prom_metric ends = COUNTER("group_ends_total",
		"Ends of connections that are over, by what --by says and by how they ended.");
	static const struct prom_metric open = GAUGE("group_open_ends",
		"Ends that are being closed now, by what --by says.");
	struct prom_label labels[] = {
		{ group_by_name(m->counts.by), NULL }, { NULL, NULL }, { NULL, NULL },
	};
	const struct group_row *g = NULL;
	unsigned int how;

	prom_head(out, &ends);
	labels[1].name = "outcome";
	while ((g = group_table_next(m->counts.groups, g))) {
		labels[0].value = g->key ? g->key : METRIC_OTHER;
		for (how = 0; how < HOWS; how++) {
			labels[1].value = word(how_name(how));
			if (how != HOW_OPEN)
				prom_number(out, &ends, labels, g->ends[how]);
		}
	}
	prom_head(out, &open);
	labels[1].name = NULL;
	while ((g = group_table_next(m->counts.groups, g))) {
		labels[0].value = g->key ? g->key : METRIC_OTHER;
		prom_number(out, &open, labels, g->open);
	}
}

void metrics_write(const struct metrics *m, FILE *out)
{
	write_ends(m, out);
	write_time_waits(m, out);
	write_spans(m, out);
	write_trouble(m, out);
	write_open(m, out);
	write_limits(m, out);
	if (m->src->live)
		write_population(out);
	if (m->counts.groups)
		write_groups(m, out);
	write_loss(m, out);
	write_module(m, out);
}
