// SPDX-License-Identifier: GPL-2.0
/*
 * Lets each allocation fail in turn while the module is loaded, and while its file is
 * opened, read, polled and mapped: each action must succeed or fail with ENOMEM, and
 * leave nothing behind.
 *
 * For a kernel with fault injection and kmemleak. The kernel lets the n-th
 * allocation of a thread fail (fail-nth); n grows until the action has no n-th
 * allocation.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "klog.h"
#include "module/tcpfin.h"
#include "net.h"

#define PROC		"/proc/tcpfin"
#define KMEMLEAK	"/sys/kernel/debug/kmemleak"
#define KPROBES		"/sys/kernel/debug/kprobes/list"
#define FAULTS_MAX	20000

/* An action to repeat with failing allocations; @act sets errno. */
struct action {
	const char *name;
	void (*prepare)(void);
	long (*act)(void);
	void (*clean_up)(long ret);
};

static int fail_nth_fd;
static int module_fd;
static int proc_fd;

static void put(const char *file, const char *text)
{
	int fd = must(open(file, O_WRONLY | O_CLOEXEC));

	must(write(fd, text, strlen(text)));
	close(fd);
}

/* Let the n-th allocation from now on fail; 0: none. */
static void fail_nth(unsigned int n)
{
	char text[16];
	int len = snprintf(text, sizeof(text), "%u", n);

	must(pwrite(fail_nth_fd, text, len, 0));
}

/* Did the action have no n-th allocation? Also stops the injection. */
static bool was_spared(void)
{
	char text[16] = "";

	must(pread(fail_nth_fd, text, sizeof(text) - 1, 0));
	fail_nth(0);
	return strtoul(text, NULL, 10) > 0;
}

static void expect_empty(const char *file)
{
	char text[4096] = "";
	int fd = must(open(file, O_RDONLY | O_CLOEXEC));

	must(read(fd, text, sizeof(text) - 1));
	close(fd);
	if (*text)
		fail_msg("%s: %s", file, text);
}

static unsigned long meminfo(const char *name)
{
	unsigned long kb = 0, found = 0;
	char line[128], key[32];
	FILE *f = fopen("/proc/meminfo", "re");

	assert_non_null(f);
	while (fgets(line, sizeof(line), f))
		if (sscanf(line, "%31[^:]: %lu", key, &kb) == 2 &&
		    !strcmp(key, name))
			found = kb;
	fclose(f);
	assert_int_not_equal(found, 0);
	return found;
}

/* Scan twice: kmemleak skips objects younger than 5 s, and a first scan may err. */
static void expect_no_leaks(void)
{
	pause_ms(6000);
	put(KMEMLEAK, "scan");
	pause_ms(6000);
	put(KMEMLEAK, "scan");
	expect_empty(KMEMLEAK);
}

/* Fail on trouble in the log, except a warning that the injection causes. */
static void expect_calm(const struct action *a, unsigned int n)
{
	static const char *const trouble[] = {
		"BUG:", "Oops", "WARNING:", "KASAN:", "UBSAN:", "INFO:",
		"ODEBUG:",
	};
	char *log = klog_read(), *line, *save;
	size_t i;

	for (line = strtok_r(log, "\n", &save); line;
	     line = strtok_r(NULL, "\n", &save))
		for (i = 0; i < sizeof(trouble) / sizeof(*trouble); i++)
			/* kprobes.c warns when ftrace has no memory. */
			if (strstr(line, trouble[i]) &&
			    !strstr(line, "at kernel/kprobes.c"))
				fail_msg("%s, allocation %u: %s", a->name, n,
					 line);
	free(log);
}

static void fail_each(const struct action *a)
{
	unsigned int n, failed = 0;
	bool spared = false;
	long ret = 0;

	for (n = 0; !spared; n++) {
		int err;

		assert_in_range(n, 0, FAULTS_MAX);
		a->prepare();
		klog_clear();
		fail_nth(n + 1);
		ret = a->act();
		err = errno;
		spared = was_spared();
		if (ret < 0 && err != ENOMEM)
			fail_msg("%s, allocation %u: %s", a->name, n + 1,
				 strerror(err));
		failed += ret < 0;
		a->clean_up(ret);
		expect_calm(a, n + 1);
	}
	if (ret < 0)
		fail_msg("%s fails without a fault", a->name);
	print_message("# %s: %u allocations, fails if one of %u of them fails\n",
		      a->name, n - 1, failed);
}

static void nothing(void)
{
}

static long load(void)
{
	return syscall(SYS_finit_module, module_fd, "ring_size=64", 0);
}

static void unload(void)
{
	must(syscall(SYS_delete_module, "tcpfin", O_NONBLOCK));
}

static void unload_if_loaded(long ret)
{
	struct stat st;

	if (!ret) {
		must(stat(PROC, &st));
		unload();
	}
	assert_int_equal(stat(PROC, &st), -1);
	assert_int_equal(stat("/sys/module/tcpfin", &st), -1);
	expect_empty(KPROBES);
}

static void test_load(void **state)
{
	static const struct action loading = {
		"loading", nothing, load, unload_if_loaded,
	};
	unsigned long vmalloc, percpu;

	(void)state;
	unload();
	assert_int_equal(load(), 0);
	unload();
	vmalloc = meminfo("VmallocUsed");
	percpu = meminfo("Percpu");
	fail_each(&loading);
	assert_int_equal(meminfo("Percpu"), percpu);
	assert_in_range(meminfo("VmallocUsed"), 0, vmalloc + 64);
	assert_int_equal(load(), 0);
	expect_no_leaks();
}

static long open_proc(void)
{
	return open(PROC, O_RDONLY | O_CLOEXEC);
}

static void close_if_open(long ret)
{
	if (ret >= 0)
		close((int)ret);
}

static void prepare_open(void)
{
	proc_fd = must(open_proc());
}

static void close_proc(long ret)
{
	(void)ret;
	close(proc_fd);
}

static long read_proc(void)
{
	char text[4096];

	return read(proc_fd, text, sizeof(text));
}

static long poll_proc(void)
{
	struct pollfd pfd = { .fd = proc_fd, .events = POLLIN };

	return poll(&pfd, 1, 0);
}

static const size_t map_size = sizeof(struct tcpfin_header);

static void *proc_map;

static long map_proc(void)
{
	proc_map = mmap(NULL, map_size, PROT_READ, MAP_SHARED, proc_fd, 0);

	return proc_map == MAP_FAILED ? -1 : 0;
}

static void unmap_proc(long ret)
{
	if (!ret)
		must(munmap(proc_map, map_size));
	close(proc_fd);
}

static void test_readers(void **state)
{
	static const struct action actions[] = {
		{ "opening", nothing, open_proc, close_if_open },
		{ "reading", prepare_open, read_proc, close_proc },
		{ "polling", prepare_open, poll_proc, close_proc },
		{ "mapping", prepare_open, map_proc, unmap_proc },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(actions) / sizeof(*actions); i++)
		fail_each(&actions[i]);
	expect_no_leaks();
}

/* Let all allocations fail, even those that may sleep, and do not log each. */
static int setup(void **state)
{
	(void)state;
	put("/sys/kernel/debug/failslab/ignore-gfp-wait", "N");
	put("/sys/kernel/debug/failslab/verbose", "0");
	put("/sys/kernel/debug/fail_page_alloc/ignore-gfp-wait", "N");
	put("/sys/kernel/debug/fail_page_alloc/ignore-gfp-highmem", "N");
	put("/sys/kernel/debug/fail_page_alloc/min-order", "0");
	put("/sys/kernel/debug/fail_page_alloc/verbose", "0");
	fail_nth_fd = must(open("/proc/thread-self/fail-nth",
				O_RDWR | O_CLOEXEC));
	module_fd = must(open("/lib/tcpfin.ko", O_RDONLY | O_CLOEXEC));
	klog_console(false);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	klog_console(true);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_load),
		cmocka_unit_test(test_readers),
	};

	return cmocka_run_group_tests_name("faults", tests, setup, teardown);
}
