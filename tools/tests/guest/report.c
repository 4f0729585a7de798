// SPDX-License-Identifier: GPL-2.0
/* The page of "tcpfin report" about real connections, as they end. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "program.h"

#define PAGE	"/tmp/page.html"

static char page[1 << 20];

static void read_page(void)
{
	int fd = open(PAGE, O_RDONLY | O_CLOEXEC);
	ssize_t part;
	size_t len = 0;

	assert_true(fd >= 0);
	while ((part = read(fd, page + len, sizeof(page) - 1 - len)) > 0)
		len += (size_t)part;
	close(fd);
	assert_true(len < sizeof(page) - 1);
	page[len] = '\0';
}

static void expect(const char *want)
{
	if (!strstr(page, want))
		fail_msg("no '%s' on the page", want);
}

/* Both ends of a connection, closed under this name. */
static void close_as(struct world *w, const char *name)
{
	struct pair pair;

	pair_open(&w->path, &pair);
	prctl(PR_SET_NAME, name);
	world_close_pair(w, &pair);
	prctl(PR_SET_NAME, "report");
}

/* What the rings hold, and what comes meanwhile; nobody else may read it. */
static void test_live(void **state)
{
	struct world w = { 0 };
	struct stat st;

	(void)state;
	world_open(&w, AF_INET);
	close_as(&w, "before");
	unlink(PAGE);
	reader_start(&w.reader, 0, "report -o " PAGE " --for 5s");
	reader_wait_following(&w.reader);
	assert_int_equal(access(PAGE, F_OK), -1);
	close_as(&w, "<b>&'\"\033\xff");
	reader_end(&w.reader, 0);
	read_page();
	expect(">2 connections</h2>");
	expect("Nothing was lost");
	expect("before, pid ");
	expect("&lt;b&gt;&amp;&#39;&quot;\\x1b\\xff, pid ");
	expect("</html>\n");
	assert_null(strstr(page, "<b>&"));
	assert_int_equal(stat(PAGE, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	world_close(&w);
}

/* A filter chooses connections, and stands on the page. */
static void test_filter(void **state)
{
	struct world w = { 0 };

	(void)state;
	world_open(&w, AF_INET6);
	close_as(&w, "one");
	close_as(&w, "other");
	reader_start(&w.reader, 0, "report -o " PAGE " comm = one");
	reader_end(&w.reader, 0);
	read_page();
	expect(">1 connection</h2>");
	expect("<code>comm = one</code>");
	world_close(&w);
}

/*
 * An interrupt ends the look, not the page. The filter leaves out what an earlier
 * namespace has left, which may end after the module's next load.
 */
static void test_interrupt(void **state)
{
	struct world w = { 0 };

	(void)state;
	world_open(&w, AF_INET);
	close_as(&w, "name");
	unlink(PAGE);
	reader_start(&w.reader, 0, "report -o " PAGE " --for 1h comm = name");
	reader_wait_following(&w.reader);
	kill(w.reader.pid, SIGINT);
	reader_end(&w.reader, 0);
	read_page();
	expect(">1 connection</h2>");
	world_close(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_live),
		cmocka_unit_test(test_filter),
		cmocka_unit_test(test_interrupt),
	};

	return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
