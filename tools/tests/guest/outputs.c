// SPDX-License-Identifier: GPL-2.0
/*
 * Output of the module and the program is harmless: names that any user may choose are
 * escaped, and there are no kernel addresses.
 */
#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "klog.h"
#include "module/tcpfin.h"
#include "program.h"
#include "traffic.h"

#define PROC	"/proc/tcpfin"

/* Kernel addresses begin here, on x86-64 and arm64. */
#define KERNEL_FROM	0xffff000000000000ULL

/* Process names that users may choose: escape sequences, quotes, formats. */
static const char *const names[] = {
	"\033[2J\033[31mred", "\033]0;title\007", "a\"b'c\\d", "\",\"pid\":1,\"",
	"one\ntwo", "a\tb\rc\bd", "\xff\xfe\xfd", "half\xc3", "\xc3\x28\xa0\xa1",
	"\x7f\x7f", "\23331m", "\302\23331m",
	/* NOLINTNEXTLINE(misc-misleading-bidirectional): on purpose */
	"\342\200\256cod.exe",
	"\xf0\x9f\x92\xa9", "\xed\xa0\x80", "\xc0\xaf", "", " ", "- 1 2 3 4 5 6",
	"%s%n%x%p", "<b>&amp;</b>", "$(reboot)`a`", "\\x1b[31m", "# lost 5 on cpu",
	"exactly15bytes!", "15bytes\033\033\033\033\033\033\033\033",
};

#define NAMES	(sizeof(names) / sizeof(names[0]))

/* Escape as the man page says: \xHH for all but printable ASCII without backslash. */
static void escape(const char *name, bool blanks, char *text)
{
	for (; *name; name++) {
		unsigned char c = *name;

		if (c > '~' || c == '\\' || c < ' ' || (c == ' ' && blanks))
			text += sprintf(text, "\\x%02x", c);
		else
			*text++ = c;
	}
	*text = '\0';
}

static bool is_plain(unsigned char c)
{
	return c == '\n' || (c >= ' ' && c <= '~');
}

static void expect_plain(const char *what, const char *text)
{
	const char *at;

	for (at = text; *at; at++)
		if (!is_plain(*at))
			fail_msg("%s: byte %#x after '%.*s'", what,
				 (unsigned char)*at,
				 (int)(at - text < 60 ? at - text : 60),
				 at - text < 60 ? text : at - 60);
}

/* Are 16 hexadecimal or 20 decimal digits a kernel address? */
static bool is_address(const char *text, size_t len)
{
	unsigned long long hex = 0, dec = 0;
	char word[32];

	if (len < 16 || len >= sizeof(word))
		return false;
	memcpy(word, text, len);
	word[len] = '\0';
	hex = len == 16 ? strtoull(word, NULL, 16) : 0;
	if (len == 20 && strspn(word, "0123456789") == len)
		dec = strtoull(word, NULL, 10);
	return hex >= KERNEL_FROM || dec >= KERNEL_FROM;
}

/* Find a kernel address in a text; NULL if there is none. */
static const char *find_address(const char *text)
{
	size_t len;

	for (; *text; text += len ?: 1) {
		for (len = 0; isxdigit((unsigned char)text[len]); len++)
			;
		if (is_address(text, len))
			return text;
	}
	return NULL;
}

static void expect_no_address(const char *what, const char *text)
{
	const char *at = find_address(text);

	if (at)
		fail_msg("%s: a kernel address: %.40s", what, at);
}

/* Run "tcpfin ARGS" and check all output. */
static void expect_harmless(struct testbed *tb, const char *args, int status)
{
	int i;

	reader_start(&tb->reader, 0, args);
	reader_end(&tb->reader, status);
	for (i = 0; i < 2; i++) {
		expect_plain(args, tb->reader.text[i]);
		expect_no_address(args, tb->reader.text[i]);
	}
	if (strstr(args, "--json"))
		reader_parse(&tb->reader);
}

/* The text of a file, which the caller frees. */
static char *read_file(const char *path)
{
	const size_t size = 1 << 20;
	char *text = malloc(size + 1);
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	ssize_t part;

	assert_non_null(text);
	while (fd >= 0 && (part = read(fd, text + len, size - len)) > 0)
		len += part;
	if (fd >= 0)
		close(fd);
	text[len] = '\0';
	assert_true(len < size);
	return text;
}

static void expect_harmless_file(const char *path)
{
	char *text = read_file(path);

	expect_plain(path, text);
	expect_no_address(path, text);
	free(text);
}

/* Check every view of the recording; those that print the name in full must have it. */
static void expect_views(struct testbed *tb, const char *escaped)
{
	static const char *const views[] = {
		"watch -r /tmp/a", "watch -x -T -r /tmp/a",
		"watch --json -r /tmp/a", "handshakes -r /tmp/a",
		"handshakes -x -r /tmp/a", "handshakes --json -r /tmp/a",
		"handshakes --open -x -r /tmp/a", "ladder --ascii -r /tmp/a",
		"ladder --ascii --open -r /tmp/a", "summary --by comm -r /tmp/a",
		"summary --by comm --json -r /tmp/a", "doctor -r /tmp/a",
		"doctor --json -r /tmp/a",
	};
	size_t i;

	for (i = 0; i < sizeof(views) / sizeof(views[0]); i++) {
		expect_harmless(tb, views[i], 0);
		/* Other views cut long names, print none, or escape once more. */
		if (strstr(views[i], "-x -T") || strstr(views[i], "comm -r"))
			reader_expect(&tb->reader, *escaped ? escaped : "\n");
	}
}

static void test_names(void **state)
{
	char escaped[80], column[80];
	struct testbed tb = { 0 };
	uint64_t cookie;
	size_t i;

	(void)state;
	for (i = 0; i < NAMES; i++) {
		testbed_open(&tb, AF_INET);
		cookie = testbed_teardown_as(&tb, names[i]).cookie[0];
		escape(names[i], false, escaped);
		escape(names[i], true, column);
		assert_string_equal(events_find(&tb.events, cookie, "state")->comm,
				    *column ? column : "\\x00");
		expect_harmless_file(PROC);
		reader_start(&tb.reader, 0,
			     "record -w /tmp/a --history --for 1ms");
		reader_end(&tb.reader, 0);
		/* The filter: TIME_WAITs of earlier names may still end. */
		expect_harmless(&tb, "watch --json -r /tmp/a -c 1 state fin-wait1", 0);
		want_string(tb.reader.object[0], "comm", escaped);
		/* All views for some names only, since they take long. */
		if (i % 5 == 0)
			expect_views(&tb, escaped);
		testbed_close(&tb);
	}
}

/* Names of processes that hold sockets, which "doctor" reads from /proc/PID. */
static void test_names_of_holders(void **state)
{
	char escaped[80], what[128];
	struct testbed tb = { 0 };
	struct pair pair;
	size_t i;

	(void)state;
	testbed_open(&tb, AF_INET);
	testbed_connect(&tb, &pair);
	close(pair.fd[0]);
	expect_eof(pair.fd[1]);
	pause_ms(100);
	for (i = 0; i < NAMES; i++) {
		prctl(PR_SET_NAME, names[i]);
		escape(names[i], false, escaped);
		expect_harmless(&tb, "doctor --older 10ms --json", 2);
		want_string(tb.reader.object[0], "comm", escaped);
		if (i % 5)
			continue;
		snprintf(what, sizeof(what), "%s (pid %d)", escaped, getpid());
		expect_harmless(&tb, "doctor --older 10ms", 2);
		if (!strchr(escaped, ' '))
			reader_expect(&tb.reader, what);
	}
	prctl(PR_SET_NAME, "outputs");
	close(pair.fd[1]);
	testbed_close(&tb);
}

/* The peer resets, and the process that holds the socket does nothing: /proc tells it. */
static void test_holder_of_a_socket(void **state)
{
	static const struct linger reset = { .l_onoff = 1 };
	struct json_object *end = NULL;
	struct testbed tb = { 0 };
	struct pair pair;
	size_t i;

	(void)state;
	testbed_open(&tb, AF_INET);
	testbed_connect(&tb, &pair);
	reader_follow(&tb.reader, "handshakes --json -c 1");
	must(setsockopt(pair.fd[0], SOL_SOCKET, SO_LINGER, &reset, sizeof(reset)));
	close(pair.fd[0]);
	reader_end(&tb.reader, 0);
	reader_parse(&tb.reader);
	assert_int_equal(tb.reader.objects, 1);
	want_string(tb.reader.object[0], "cause", "linger-0");
	for (i = 0; i < 2; i++) {
		end = json_object_array_get_idx(member(tb.reader.object[0], "ends"), i);
		if (!strcmp(string(end, "how"), "rst-received"))
			break;
		want_null(end, "holder_pid");
	}
	want_string(end, "how", "rst-received");
	want_null(end, "owner_pid");
	want_number(end, "holder_pid", getpid());
	want_string(end, "holder_comm", "outputs");
	close(pair.fd[1]);
	testbed_close(&tb);
}

/* Other names that users may choose: of a cgroup, of the machine. */
static void test_other_names(void **state)
{
	static const char evil[] = "\033[31m\"\\\n\xff\xc2\x9b";
	char host[65] = "", path[128], procs[160];
	struct testbed tb = { 0 };
	int fd;

	(void)state;
	testbed_open(&tb, AF_INET);
	must(gethostname(host, sizeof(host) - 1));
	must(sethostname(evil, strlen(evil)));
	snprintf(path, sizeof(path), "/sys/fs/cgroup/%s", evil);
	/* The kernel allows no newline in names of cgroups. */
	*strchr(path, '\n') = '\r';
	must(mkdir(path, 0700));
	snprintf(procs, sizeof(procs), "%s/cgroup.procs", path);
	fd = must(open(procs, O_WRONLY | O_CLOEXEC));
	must(write(fd, "0", 1));
	close(fd);
	testbed_teardown_as(&tb, evil);
	expect_harmless_file(PROC);
	reader_start(&tb.reader, 0, "record -w /tmp/a --history --for 1ms");
	reader_end(&tb.reader, 0);
	expect_views(&tb, "\\x1b[31m\"\\x5c\\x0a\\xff\\xc2\\x9b");
	fd = must(open("/sys/fs/cgroup/cgroup.procs", O_WRONLY | O_CLOEXEC));
	must(write(fd, "0", 1));
	close(fd);
	must(rmdir(path));
	must(sethostname(host, strlen(host)));
	testbed_close(&tb);
}

/* File names in messages on missing files and files that are no recordings. */
static void test_names_of_files(void **state)
{
	struct testbed tb = { 0 };

	(void)state;
	testbed_open(&tb, AF_INET);
	expect_harmless(&tb, "watch -r '/tmp/\033[2J\n\x9b'", 1);
	expect_harmless(&tb, "record -w '/no/\033[2J\n\x9b'", 1);
	expect_harmless(&tb, "record -w '/no/\033[2J\n' --rotate 1M --keep 2", 1);
	run("printf 'no recording' >\"$(printf '/tmp/\\033[2J\\n\\233')\"");
	expect_harmless(&tb, "watch -r '/tmp/\033[2J\n\x9b'", 1);
	testbed_close(&tb);
}

/* Check all files of the module in sysfs but "sections" and "notes", for root only. */
static void expect_harmless_folder(const char *folder)
{
	struct dirent *entry;
	char path[512];
	DIR *dir = opendir(folder);

	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
		if (entry->d_name[0] == '.' ||
		    !strcmp(entry->d_name, "sections") ||
		    !strcmp(entry->d_name, "notes"))
			continue;
		if (entry->d_type == DT_DIR)
			expect_harmless_folder(path);
		else if (entry->d_type == DT_REG)
			expect_harmless_file(path);
	}
	closedir(dir);
}

static void expect_no_address_in_log(void)
{
	char *log = klog_read(), *line, *save;
	bool seen = false;

	for (line = strtok_r(log, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save)) {
		if (!strstr(line, "tcpfin"))
			continue;
		seen = true;
		expect_no_address("the log", line);
	}
	free(log);
	assert_true(seen);
}

/* Is it a word of two sequence numbers in a record, which may have any value? */
static bool is_sequence_numbers(size_t at, const struct tcpfin_header *h)
{
	size_t in = (at - h->data_offset) % sizeof(struct tcpfin_event);

	return at >= h->data_offset &&
	       in >= offsetof(struct tcpfin_event, snd_nxt) &&
	       in < offsetof(struct tcpfin_event, uid);
}

static void expect_no_address_in_rings(void)
{
	int fd = must(open(PROC, O_RDONLY | O_CLOEXEC));
	const struct tcpfin_header *h;
	const uint64_t *word;
	size_t at, size;

	h = mmap(NULL, sizeof(*h), PROT_READ, MAP_SHARED, fd, 0);
	assert_ptr_not_equal(h, MAP_FAILED);
	size = h->size;
	munmap((void *)h, sizeof(*h));
	h = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
	assert_ptr_not_equal(h, MAP_FAILED);
	for (at = 0; at < size; at += sizeof(*word)) {
		word = (const void *)((const char *)h + at);
		if (*word >= KERNEL_FROM && !is_sequence_numbers(at, h))
			fail_msg("%#llx at byte %zu of the mapping",
				 (unsigned long long)*word, at);
	}
	munmap((void *)h, size);
	close(fd);
}

/* Fill the rings with all kinds of records. */
static void leave_steps(struct testbed *tb)
{
	struct pair pair;
	int i;

	for (i = 0; i < 5; i++)
		testbed_open_and_close(tb);
	testbed_connect(tb, &pair);
	linger_zero(pair.fd[0]);
	close(pair.fd[0]);
	events_wait_end(&tb->events, pair.cookie[1]);
	close(pair.fd[1]);
	sysctl_set("ipv4/tcp_max_tw_buckets", "0");
	testbed_connect(tb, &pair);
	close(pair.fd[0]);
	expect_eof(pair.fd[1]);
	close(pair.fd[1]);
	events_wait_end(&tb->events, pair.cookie[1]);
}

static void test_no_addresses(void **state)
{
	static const char *const outputs[] = {
		"watch -x --history -c 40", "watch --json --history -c 40",
		"handshakes -x --history -c 2", "handshakes --json --history -c 2",
		"ladder --ascii --history -c 2", "ladder --ascii -n --history -c 2",
		"summary", "summary --json", "doctor", "doctor --json", "status",
		"status --json",
	};
	struct testbed tb = { 0 };
	size_t i;

	(void)state;
	klog_clear();
	testbed_open(&tb, AF_INET6);
	leave_steps(&tb);
	expect_harmless_file(PROC);
	expect_no_address_in_rings();
	for (i = 0; i < sizeof(outputs) / sizeof(outputs[0]); i++)
		expect_harmless(&tb, outputs[i],
				strncmp(outputs[i], "doctor", 6) ? 0 : 2);
	expect_harmless_folder("/sys/module/tcpfin");
	testbed_close(&tb);
	run("rmmod tcpfin; ! insmod /lib/tcpfin.ko ring_size=1 2>/dev/null; "
	    "insmod /lib/tcpfin.ko");
	expect_no_address_in_log();
}

/* find_address() does find addresses. */
static void test_addresses_are_found(void **state)
{
	(void)state;
	assert_non_null(find_address("sk 0xffff888012345678,"));
	assert_non_null(find_address("ffffffffc0a1b2c3"));
	assert_non_null(find_address("\"cookie\":18446613682042880120,"));
	assert_null(find_address("1844674407370955161 7fffffffffffffff"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_names_of_holders),
		cmocka_unit_test(test_holder_of_a_socket),
		cmocka_unit_test(test_other_names),
		cmocka_unit_test(test_names_of_files),
		cmocka_unit_test(test_no_addresses),
		cmocka_unit_test(test_addresses_are_found),
	};

	return cmocka_run_group_tests_name("outputs", tests, NULL, NULL);
}
