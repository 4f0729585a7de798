// SPDX-License-Identifier: GPL-2.0
/* Runs "export" on events of a test, and keeps the output. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "export_run.h"

struct export_run export_run;

int export_run_setup(void **state)
{
	(void)state;
	memset(&export_run, 0, sizeof(export_run));
	return 0;
}

int export_run_teardown(void **state)
{
	(void)state;
	free(export_run.text);
	return 0;
}

void export_run_item(struct item item)
{
	assert_true(export_run.count < EXPORT_RUN_MAX);
	export_run.item[export_run.count++] = item;
}

void export_run_event(struct tcpfin_event ev)
{
	assert_true(export_run.count < EXPORT_RUN_MAX);
	export_run.ev[export_run.count] = ev;
	export_run_item(
		(struct item)SCRIPT_EVENT(&export_run.ev[export_run.count]));
}

void export_run_end(struct tcpfin_event ev, uint8_t reason)
{
	ev.reason = reason;
	export_run_event(ev);
}

void export_run_closer(uint64_t cookie, uint64_t at_ns)
{
	export_run_event(fixture_task(fixture_event(TCPFIN_KIND_STATE, cookie,
						    TCP_ESTABLISHED, TCP_FIN_WAIT1,
						    at_ns), 612, "curl"));
	export_run_event(fixture_event(TCPFIN_KIND_STATE, cookie, TCP_FIN_WAIT1,
				       TCP_FIN_WAIT2, at_ns + 300000));
	export_run_event(fixture_event(TCPFIN_KIND_TW_BIRTH, cookie,
				       TCP_FIN_WAIT2, TCP_TIME_WAIT,
				       at_ns + 300500));
	export_run_end(fixture_event(TCPFIN_KIND_TW_DEATH, cookie,
				     TCP_TIME_WAIT, TCP_CLOSE,
				     at_ns + 300500 + 60500 * MS),
		       TCPFIN_REASON_EXPIRED);
}

void export_run_other(uint64_t cookie, uint64_t at_ns)
{
	struct tcpfin_event ev;

	export_run_event(fixture_far(TCPFIN_KIND_STATE, cookie + 1,
				     TCP_ESTABLISHED, TCP_CLOSE_WAIT,
				     at_ns + 10000));
	ev = fixture_task(fixture_far(TCPFIN_KIND_STATE, cookie + 1,
				      TCP_CLOSE_WAIT, TCP_LAST_ACK,
				      at_ns + 290000), 598, "nginx");
	ev.detail = TCPFIN_LAST_ACK_WITH_FIN;
	export_run_event(ev);
	export_run_event(fixture_far(TCPFIN_KIND_STATE, cookie + 1,
				     TCP_LAST_ACK, TCP_CLOSE, at_ns + 310000));
}

static void start(void)
{
	free(export_run.text);
	export_run.text = NULL;
	script_init(&export_run.script, export_run.item, export_run.count);
	export_run.script.src.header.records = TCPFIN_RECORDS_MIN;
	export_run.script.src.header.rings = 1;
	memcpy(export_run.script.src.header.probe, export_run.probe,
	       sizeof(export_run.probe));
	export_run.script.src.wall_offset_ns = 1000 * SEC;
	export_run.script.now_ns = 70 * SEC;
}

static void run(int (*export)(struct source *src,
			      const struct export_options *opts, FILE *out),
		const struct export_options *opts)
{
	FILE *out;

	start();
	out = open_memstream(&export_run.text, &export_run.size);
	assert_non_null(out);
	assert_int_equal(export(&export_run.script.src, opts, out), 0);
	fclose(out);
}

void export_run_trace(const struct export_options *opts)
{
	run(export_trace, opts);
}

void export_run_pcapng(const struct export_options *opts)
{
	run(export_pcapng, opts);
}

/* export_metrics() writes to a file only. */
void export_run_metrics(struct export_options opts)
{
	char name[] = "/tmp/tcpfin-test-XXXXXX";
	ssize_t len;
	int fd;

	start();
	fd = mkstemp(name);
	assert_true(fd >= 0);
	close(fd);
	opts.file = name;
	if (!opts.cap)
		opts.cap = EXPORT_CAP;
	assert_int_equal(export_metrics(&export_run.script.src, &opts), 0);
	export_run.text = calloc(1, 1 << 20);
	assert_non_null(export_run.text);
	fd = open(name, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	len = read(fd, export_run.text, (1 << 20) - 1);
	assert_true(len >= 0);
	export_run.size = (size_t)len;
	close(fd);
	unlink(name);
}

void export_run_expect(const char *want)
{
	if (!strstr(export_run.text, want))
		fail_msg("no '%s' in:\n%.800s", want, export_run.text);
}

void export_run_expect_no(const char *unwanted)
{
	if (strstr(export_run.text, unwanted))
		fail_msg("unexpected '%s' in the output", unwanted);
}
