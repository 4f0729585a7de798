// SPDX-License-Identifier: GPL-2.0
/* The page of "tcpfin report" on real connections. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "findings.h"

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

/* The page has earlier connections and new ones, and only the owner may read it. */
static void test_live(void **state)
{
	struct testbed tb = { 0 };
	struct stat st;

	(void)state;
	testbed_open(&tb, AF_INET);
	testbed_teardown_as(&tb, "before");
	unlink(PAGE);
	reader_follow(&tb.reader, "report -o " PAGE " --for 5s");
	assert_int_equal(access(PAGE, F_OK), -1);
	testbed_teardown_as(&tb, "<b>&'\"\033\xff");
	reader_end(&tb.reader, 0);
	read_page();
	expect(">2 connections</h2>");
	expect("Nothing was lost");
	expect("before, pid ");
	expect("&lt;b&gt;&amp;&#39;&quot;\\x1b\\xff, pid ");
	expect("</html>\n");
	assert_null(strstr(page, "<b>&"));
	assert_int_equal(stat(PAGE, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	testbed_close(&tb);
}

/* A connection that nobody closes is on the page, as doctor finds it. */
static void test_incident(void **state)
{
	struct testbed tb = { 0 };
	struct pair pair;

	(void)state;
	testbed_open(&tb, AF_INET);
	leave_close_wait(&tb, &pair);
	pause_ms(LONG_MS);
	reader_start(&tb.reader, 0, "report -o " PAGE);
	reader_end(&tb.reader, 0);
	read_page();
	expect(">What is wrong</h2>");
	expect("holds 1 connection in CLOSE_WAIT");
	assert_null(strstr(page, "From the recorded steps alone"));

	reader_start(&tb.reader, 0, "record -w /tmp/steps --history --for 100ms");
	reader_end(&tb.reader, 0);
	reader_start(&tb.reader, 0, "report -r /tmp/steps -o " PAGE);
	reader_end(&tb.reader, 0);
	unlink("/tmp/steps");
	read_page();
	expect("1 connection in CLOSE_WAIT");
	expect("From the recorded steps alone");
	close(pair.fd[1]);
	testbed_close(&tb);
}

/* A filter chooses connections, and the page shows the filter. */
static void test_filter(void **state)
{
	struct testbed tb = { 0 };

	(void)state;
	testbed_open(&tb, AF_INET6);
	testbed_teardown_as(&tb, "one");
	testbed_teardown_as(&tb, "other");
	reader_start(&tb.reader, 0, "report -o " PAGE " comm = one");
	reader_end(&tb.reader, 0);
	read_page();
	expect(">1 connection</h2>");
	expect("<code>comm = one</code>");
	testbed_close(&tb);
}

/*
 * SIGINT ends the wait, and the page is written. The filter leaves out mini-sockets of
 * earlier tests, which may end after the module was loaded again.
 */
static void test_interrupt(void **state)
{
	struct testbed tb = { 0 };

	(void)state;
	testbed_open(&tb, AF_INET);
	testbed_teardown_as(&tb, "name");
	unlink(PAGE);
	reader_follow(&tb.reader, "report -o " PAGE " --for 1h comm = name");
	reader_stop(&tb.reader);
	read_page();
	expect(">1 connection</h2>");
	testbed_close(&tb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_live),
		cmocka_unit_test(test_incident),
		cmocka_unit_test(test_filter),
		cmocka_unit_test(test_interrupt),
	};

	return cmocka_run_group_tests_name("report", tests, NULL, NULL);
}
