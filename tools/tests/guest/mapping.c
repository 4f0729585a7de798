// SPDX-License-Identifier: GPL-2.0
/* The mapping of /proc/tcpfin: what it refuses, and that it outlives the module. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "module/tcpfin.h"
#include "net.h"

#define PROC	"/proc/tcpfin"
#define PAGE	4096UL

/* The file, and a mapping of its first three pages. */
static int fd = -1;
static char *page;

static int setup(void **state)
{
	(void)state;
	fd = must(open(PROC, O_RDONLY | O_CLOEXEC));
	page = mmap(NULL, 3 * PAGE, PROT_READ, MAP_SHARED, fd, 0);
	assert_ptr_not_equal(page, MAP_FAILED);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	munmap(page, 3 * PAGE);
	close(fd);
	return 0;
}

static size_t file_size(void)
{
	return ((struct tcpfin_header *)page)->size;
}

static void expect(bool failed, int expected, const char *call)
{
	if (!failed || errno != expected)
		fail_msg("%s: '%s' expected, '%s' seen", call,
			 strerror(expected), failed ? strerror(errno) : "success");
}

#define EXPECT(call, expected)	expect((call) == -1, expected, #call)
#define EXPECT_NO_MAP(call, expected) \
	expect((call) == MAP_FAILED, expected, #call)

static void test_only_to_read(void **state)
{
	static const struct {
		int prot;
		int flags;
		int expected;
	} maps[] = {
		{ PROT_WRITE, MAP_SHARED, EACCES },
		{ PROT_READ | PROT_WRITE, MAP_SHARED, EACCES },
		{ PROT_READ | PROT_WRITE, MAP_SHARED_VALIDATE, EACCES },
		{ PROT_WRITE, MAP_PRIVATE, EACCES },
		{ PROT_READ | PROT_WRITE, MAP_PRIVATE, EACCES },
		/* /proc is mounted noexec. */
		{ PROT_EXEC, MAP_SHARED, EPERM },
		{ PROT_READ | PROT_EXEC, MAP_SHARED, EPERM },
		{ PROT_READ | PROT_EXEC, MAP_PRIVATE, EPERM },
		{ PROT_READ, MAP_SHARED_VALIDATE | MAP_SYNC, EOPNOTSUPP },
		{ PROT_READ, 0, EINVAL },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(maps) / sizeof(maps[0]); i++) {
		if (mmap(NULL, PAGE, maps[i].prot, maps[i].flags, fd, 0) !=
		    MAP_FAILED || errno != maps[i].expected)
			fail_msg("prot %d, flags %#x: '%s' expected, '%s' seen",
				 maps[i].prot, maps[i].flags,
				 strerror(maps[i].expected), strerror(errno));
	}
}

/* mprotect() must not add rights to any mapping. */
static void test_never_more_than_to_read(void **state)
{
	static const struct {
		int prot;
		int flags;
	} maps[] = {
		{ PROT_READ, MAP_SHARED }, { PROT_READ, MAP_PRIVATE },
		{ PROT_NONE, MAP_SHARED }, { PROT_NONE, MAP_PRIVATE },
	};
	size_t i;
	char *p;

	(void)state;
	for (i = 0; i < sizeof(maps) / sizeof(maps[0]); i++) {
		p = mmap(NULL, PAGE, maps[i].prot, maps[i].flags, fd, 0);
		assert_ptr_not_equal(p, MAP_FAILED);
		EXPECT(mprotect(p, PAGE, PROT_READ | PROT_WRITE), EACCES);
		EXPECT(mprotect(p, PAGE, PROT_WRITE), EACCES);
		EXPECT(mprotect(p, PAGE, PROT_READ | PROT_EXEC), EACCES);
		EXPECT(mprotect(p, PAGE, PROT_EXEC), EACCES);
		must(mprotect(p, PAGE, PROT_READ));
		assert_memory_equal(p, TCPFIN_MAGIC, 8);
		munmap(p, PAGE);
	}
	/* A program for which PROT_READ implies PROT_EXEC. */
	personality(READ_IMPLIES_EXEC);
	p = mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0);
	personality(0);
	assert_ptr_not_equal(p, MAP_FAILED);
	EXPECT(mprotect(p, PAGE, PROT_READ | PROT_EXEC), EACCES);
	munmap(p, PAGE);
}

/* A kernel may lack this call (CONFIG_CROSS_MEMORY_ATTACH). */
static void expect_vm_writev_fails(const char *at)
{
	struct iovec from = { "evil", 4 }, to = { (void *)at, 4 };
	ssize_t ret = process_vm_writev(getpid(), &from, 1, &to, 1, 0);

	if (ret == -1 && errno == ENOSYS)
		return;
	expect(ret == -1, EFAULT, "process_vm_writev");
}

/* A debugger's ways to write into read-only memory. */
static void test_debuggers_cannot_write(void **state)
{
	char *private = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE, fd, 0);
	int mem = must(open("/proc/self/mem", O_RDWR | O_CLOEXEC));

	(void)state;
	EXPECT(pwrite(mem, "evil", 4, (off_t)page), EIO);
	EXPECT(pwrite(mem, "evil", 4, (off_t)private), EIO);
	expect_vm_writev_fails(page);
	expect_vm_writev_fails(private);
	assert_memory_equal(page, TCPFIN_MAGIC, 8);
	assert_memory_equal(private, TCPFIN_MAGIC, 8);
	munmap(private, PAGE);
	close(mem);
}

static void test_bounds(void **state)
{
	const off_t size = file_size(), far = (off_t)1 << 62;
	char *last;

	(void)state;
#define MAP(length, offset) \
	mmap(NULL, length, PROT_READ, MAP_SHARED, fd, offset)
	EXPECT_NO_MAP(MAP(0, 0), EINVAL);
	EXPECT_NO_MAP(MAP(PAGE, 1), EINVAL);
	EXPECT_NO_MAP(MAP(PAGE, size), EINVAL);
	EXPECT_NO_MAP(MAP(size + PAGE, 0), EINVAL);
	EXPECT_NO_MAP(MAP(size, PAGE), EINVAL);
	EXPECT_NO_MAP(MAP(2 * PAGE, size - PAGE), EINVAL);
	EXPECT_NO_MAP(MAP(PAGE, far), EINVAL);
	EXPECT_NO_MAP(MAP(2 * PAGE, -(off_t)PAGE), EOVERFLOW);
	EXPECT_NO_MAP(MAP(PAGE, -(off_t)PAGE), EOVERFLOW);
	EXPECT_NO_MAP(MAP(-PAGE, 0), ENOMEM);
	last = MAP(PAGE, size - PAGE);
	assert_ptr_not_equal(last, MAP_FAILED);
	munmap(last, PAGE);
#undef MAP
}

static void test_does_not_grow(void **state)
{
	char *moved;

	(void)state;
	EXPECT_NO_MAP(mremap(page, 3 * PAGE, 4 * PAGE, 0), EFAULT);
	EXPECT_NO_MAP(mremap(page, 3 * PAGE, 4 * PAGE, MREMAP_MAYMOVE), EFAULT);
	EXPECT_NO_MAP(mremap(page, PAGE, file_size() + PAGE, MREMAP_MAYMOVE),
		      EFAULT);
	/* An old size of 0 would duplicate the mapping. */
	EXPECT_NO_MAP(mremap(page, 0, PAGE, MREMAP_MAYMOVE), EFAULT);
	EXPECT_NO_MAP(mremap(page, PAGE, PAGE,
			     MREMAP_MAYMOVE | MREMAP_DONTUNMAP), EINVAL);
	moved = mremap(page, 3 * PAGE, 3 * PAGE, MREMAP_MAYMOVE);
	assert_ptr_not_equal(moved, MAP_FAILED);
	page = moved;
	assert_memory_equal(page, TCPFIN_MAGIC, 8);
}

/* Read a byte in a child; returns the signal that kills the child, 0 for none. */
static int signal_of_read(const char *at)
{
	pid_t child = must(fork());
	int status;

	if (!child) {
		/* Without the handlers of cmocka. */
		signal(SIGBUS, SIG_DFL);
		signal(SIGSEGV, SIG_DFL);
		*(volatile const char *)at;
		_exit(0);
	}
	must(waitpid(child, &status, 0));
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

/* Pages given back must not come again, nor may others in their place. */
static void test_pages_given_back(void **state)
{
	char *below;

	(void)state;
	must(madvise(page, PAGE, MADV_DONTNEED));
	assert_int_equal(signal_of_read(page), SIGBUS);
	assert_int_equal(signal_of_read(page + PAGE), 0);
	EXPECT(madvise(page + PAGE, PAGE, MADV_REMOVE), EACCES);
	EXPECT(madvise(page + PAGE, PAGE, MADV_DODUMP), EINVAL);
	assert_int_equal(signal_of_read(page + PAGE), 0);
	/* A mapping that grows down, like a stack, from the second page. */
	below = mmap(NULL, PAGE, PROT_READ, MAP_PRIVATE | MAP_GROWSDOWN, fd,
		     PAGE);
	if (below == MAP_FAILED)
		return;
	assert_int_not_equal(signal_of_read(below - 1), 0);
	munmap(below, PAGE);
}

static void test_parts(void **state)
{
	int status;
	pid_t child;

	(void)state;
	must(munmap(page + PAGE, PAGE));
	assert_int_equal(signal_of_read(page), 0);
	assert_int_equal(signal_of_read(page + PAGE), SIGSEGV);
	assert_int_equal(signal_of_read(page + 2 * PAGE), 0);
	child = must(fork());
	if (!child) {
		munmap(page + 2 * PAGE, PAGE);
		close(fd);
		_exit(memcmp(page, TCPFIN_MAGIC, 8) != 0);
	}
	must(waitpid(child, &status, 0));
	assert_int_equal(status, 0);
	assert_int_equal(signal_of_read(page + 2 * PAGE), 0);
}

/* The module can be unloaded while it is mapped, and the mapping stays valid. */
static void test_outlives_file_and_module(void **state)
{
	const size_t size = file_size();
	char *whole = mmap(NULL, size, PROT_READ, MAP_SHARED, fd, 0);
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	int other = must(open(PROC, O_RDONLY | O_CLOEXEC));
	size_t at, sum = 0;

	(void)state;
	assert_ptr_not_equal(whole, MAP_FAILED);
	close(other);
	run("rmmod tcpfin && insmod /lib/tcpfin.ko ring_size=64");
	assert_int_equal(((struct tcpfin_header *)whole)->gone, 1);
	for (at = 0; at < size; at++)
		sum += (unsigned char)whole[at];
	assert_int_not_equal(sum, 0);
	assert_memory_equal(page, TCPFIN_MAGIC, 8);
	/* The old file gives neither old nor new records. */
	EXPECT_NO_MAP(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, fd, 0), EIO);
	EXPECT(read(fd, &pfd, 1), EIO);
	EXPECT(lseek(fd, 0, SEEK_SET), EINVAL);
	assert_int_equal(must(poll(&pfd, 1, 0)), 1);
	EXPECT(mprotect(whole, size, PROT_READ | PROT_WRITE), EACCES);
	EXPECT_NO_MAP(mremap(whole, size, size + PAGE, MREMAP_MAYMOVE), EFAULT);
	munmap(whole, size);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_only_to_read),
		TEST(test_never_more_than_to_read),
		TEST(test_debuggers_cannot_write),
		TEST(test_bounds),
		TEST(test_does_not_grow),
		TEST(test_pages_given_back),
		TEST(test_parts),
		TEST(test_outlives_file_and_module),
	};

	return cmocka_run_group_tests_name("mapping", tests, NULL, NULL);
}
