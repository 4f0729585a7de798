// SPDX-License-Identifier: GPL-2.0
/* Plays lives of connections to "export", and keeps what it writes. */
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"
#include "export_run.h"

struct play play;

int play_setup(void **state)
{
	(void)state;
	memset(&play, 0, sizeof(play));
	return 0;
}

int play_teardown(void **state)
{
	(void)state;
	free(play.text);
	return 0;
}

void play_item(struct tcpfin_item item)
{
	assert_true(play.count < PLAY_MAX);
	play.item[play.count++] = item;
}

void play_event(struct tcpfin_event ev)
{
	assert_true(play.count < PLAY_MAX);
	play.ev[play.count] = ev;
	play_item((struct tcpfin_item)SCRIPT_EVENT(&play.ev[play.count]));
}

void play_end(struct tcpfin_event ev, uint8_t reason)
{
	ev.reason = reason;
	play_event(ev);
}

void play_closer(uint64_t cookie, uint64_t at_ns)
{
	play_event(craft_task(craft_event(TCPFIN_KIND_STATE, cookie,
					  TCP_ESTABLISHED, TCP_FIN_WAIT1,
					  at_ns), 612, "curl"));
	play_event(craft_event(TCPFIN_KIND_STATE, cookie, TCP_FIN_WAIT1,
			       TCP_FIN_WAIT2, at_ns + 300000));
	play_event(craft_event(TCPFIN_KIND_TW_BIRTH, cookie, TCP_FIN_WAIT2,
			       TCP_TIME_WAIT, at_ns + 300500));
	play_end(craft_event(TCPFIN_KIND_TW_DEATH, cookie, TCP_TIME_WAIT,
			     TCP_CLOSE, at_ns + 300500 + 60500 * MS),
		 TCPFIN_REASON_EXPIRED);
}

void play_other(uint64_t cookie, uint64_t at_ns)
{
	struct tcpfin_event ev;

	play_event(craft_far(TCPFIN_KIND_STATE, cookie + 1, TCP_ESTABLISHED,
			     TCP_CLOSE_WAIT, at_ns + 10000));
	ev = craft_task(craft_far(TCPFIN_KIND_STATE, cookie + 1,
				  TCP_CLOSE_WAIT, TCP_LAST_ACK,
				  at_ns + 290000), 598, "nginx");
	ev.detail = TCPFIN_LAST_ACK_WITH_FIN;
	play_event(ev);
	play_event(craft_far(TCPFIN_KIND_STATE, cookie + 1, TCP_LAST_ACK,
			     TCP_CLOSE, at_ns + 310000));
}

static void start(void)
{
	free(play.text);
	play.text = NULL;
	script_init(&play.script, play.item, play.count);
	play.script.src.header.records = TCPFIN_RECORDS_MIN;
	play.script.src.header.rings = 1;
	play.script.src.wall_offset_ns = 1000 * SEC;
	play.script.now_ns = 70 * SEC;
}

static void run(bool (*export)(struct tcpfin_source *src,
			       const struct tcpfin_export_options *opts,
			       FILE *out),
		const struct tcpfin_export_options *opts)
{
	FILE *out;

	start();
	out = open_memstream(&play.text, &play.size);
	assert_non_null(out);
	assert_true(export(&play.script.src, opts, out));
	fclose(out);
}

void play_trace(const struct tcpfin_export_options *opts)
{
	run(tcpfin_export_trace, opts);
}

void play_pcapng(const struct tcpfin_export_options *opts)
{
	run(tcpfin_export_pcapng, opts);
}

/* It writes to a file, and to nothing else. */
void play_metrics(struct tcpfin_export_options opts)
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
		opts.cap = TCPFIN_EXPORT_CAP;
	assert_true(tcpfin_export_metrics(&play.script.src, &opts));
	play.text = calloc(1, 1 << 20);
	assert_non_null(play.text);
	fd = open(name, O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	len = read(fd, play.text, (1 << 20) - 1);
	assert_true(len >= 0);
	play.size = (size_t)len;
	close(fd);
	unlink(name);
}

void play_expect(const char *want)
{
	if (!strstr(play.text, want))
		fail_msg("no '%s' in:\n%.800s", want, play.text);
}

void play_expect_no(const char *unwanted)
{
	if (strstr(play.text, unwanted))
		fail_msg("there is '%s'", unwanted);
}
