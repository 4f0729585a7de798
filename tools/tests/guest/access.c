// SPDX-License-Identifier: GPL-2.0
/* Who may open /proc/tcpfin, what others can learn, and unusual calls on the file. */
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "net.h"

#define PROC	"/proc/tcpfin"
#define NOBODY	65534
#define BIT(n)	(1U << (n))

/* Exit status of a child that could not become the wanted user. */
#define UNPREPARED	255

static const char *path = PROC;

static void prepared(bool ok)
{
	if (!ok)
		_exit(UNPREPARED);
}

/* Drop all capabilities but these, numbered below 32. */
static void keep_only(unsigned int capabilities)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2] = { {
		.effective = capabilities, .permitted = capabilities,
	} };

	prepared(!syscall(SYS_capset, &head, data));
}

static void become_user(void)
{
	prepared(!setresgid(NOBODY, NOBODY, NOBODY));
	prepared(!setresuid(NOBODY, NOBODY, NOBODY));
}

static void become_user_with(unsigned int capabilities)
{
	prctl(PR_SET_KEEPCAPS, 1);
	become_user();
	keep_only(capabilities);
}

static void remain_root(void)
{
}

static void be_root_without_net_admin(void)
{
	keep_only(~BIT(CAP_NET_ADMIN));
}

static void be_user_with_net_admin(void)
{
	become_user_with(BIT(CAP_NET_ADMIN));
}

static void be_user_who_may_read_all(void)
{
	become_user_with(BIT(CAP_DAC_READ_SEARCH));
}

static void be_user_with_both(void)
{
	become_user_with(BIT(CAP_NET_ADMIN) | BIT(CAP_DAC_READ_SEARCH));
}

static void write_file(const char *name, const char *text)
{
	int fd = open(name, O_WRONLY);

	prepared(fd >= 0 && write(fd, text, strlen(text)) > 0);
	close(fd);
}

/* Become root, with all capabilities, of new user and network namespaces. */
static void enter_user_namespace(int more)
{
	char map[32];
	int fd;

	snprintf(map, sizeof(map), "0 %u 1", getuid());
	prepared(!unshare(CLONE_NEWUSER | CLONE_NEWNET | more));
	fd = open("/proc/self/setgroups", O_WRONLY);
	prepared(fd >= 0 && write(fd, "deny", 4) == 4);
	close(fd);
	write_file("/proc/self/uid_map", map);
	prepared(!getuid());
}

static void be_root_elsewhere(void)
{
	enter_user_namespace(0);
}

static void be_user_as_root_elsewhere(void)
{
	become_user();
	/* Otherwise root owns the process's files in /proc. */
	prctl(PR_SET_DUMPABLE, 1);
	enter_user_namespace(0);
}

/* Go on in a child, which is in the new pid namespace, with /proc of its own. */
static void mount_proc(void)
{
	int status;
	pid_t child = fork();

	prepared(child >= 0);
	if (child) {
		prepared(waitpid(child, &status, 0) == child);
		_exit(WIFEXITED(status) ? WEXITSTATUS(status) : UNPREPARED);
	}
	prepared(!mount("proc", "/tmp", "proc", 0, NULL));
	path = "/tmp/tcpfin";
}

static void mount_proc_as_root_elsewhere(void)
{
	enter_user_namespace(CLONE_NEWPID | CLONE_NEWNS);
	mount_proc();
}

static void mount_proc_as_user_elsewhere(void)
{
	become_user();
	prctl(PR_SET_DUMPABLE, 1);
	enter_user_namespace(CLONE_NEWPID | CLONE_NEWNS);
	mount_proc();
}

/* Open @name in a child that calls @become first; returns 0 or errno. */
static int try_open(const char *who, void (*become)(void), const char *name)
{
	pid_t child = must(fork());
	int status;

	if (!child) {
		become();
		_exit(open(name ?: path, O_RDONLY | O_CLOEXEC) < 0 ? errno : 0);
	}
	must(waitpid(child, &status, 0));
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) == UNPREPARED)
		fail_msg("the child could not become '%s'", who);
	return WEXITSTATUS(status);
}

/* Errors of open() for each user with the file's mode, and with mode 0444. */
static const struct {
	const char *who;
	void (*become)(void);
	int with_mode_0400;
	int with_mode_0444;
} people[] = {
#define WHO(become, errno_now, errno_then) \
	{ #become, become, errno_now, errno_then }
	WHO(remain_root, 0, 0),
	WHO(become_user, EACCES, EPERM),
	WHO(be_root_without_net_admin, EPERM, EPERM),
	WHO(be_user_with_net_admin, EACCES, 0),
	WHO(be_user_who_may_read_all, EPERM, EPERM),
	WHO(be_user_with_both, 0, 0),
	WHO(be_root_elsewhere, EPERM, EPERM),
	WHO(be_user_as_root_elsewhere, EACCES, EPERM),
	WHO(mount_proc_as_root_elsewhere, EPERM, EPERM),
	WHO(mount_proc_as_user_elsewhere, EACCES, EPERM),
};

static void expect_people(mode_t mode)
{
	size_t i;

	must(chmod(PROC, mode));
	for (i = 0; i < sizeof(people) / sizeof(people[0]); i++) {
		int want = mode == 0400 ? people[i].with_mode_0400 :
					  people[i].with_mode_0444;
		int seen = try_open(people[i].who, people[i].become, NULL);

		if (seen != want)
			fail_msg("%s, mode %o: '%s' expected, '%s' seen",
				 people[i].who, mode, strerror(want),
				 strerror(seen));
	}
}

static void test_who_may_open(void **state)
{
	struct stat st;

	(void)state;
	must(stat(PROC, &st));
	assert_int_equal(st.st_mode & 07777, 0400);
	assert_int_equal(st.st_uid, 0);
	expect_people(0444);
	expect_people(0400);
}

/* Only root may read the module's parameters and addresses in sysfs. */
static void test_others_learn_nothing(void **state)
{
	static const char *const names[] = {
		"/sys/module/tcpfin/parameters/ring_size",
		"/sys/module/tcpfin/parameters/scope",
		/* .text is empty with LTO: each function has its own. */
		"/sys/module/tcpfin/sections/.gnu.linkonce.this_module",
		"/sys/module/tcpfin/sections/.bss",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (try_open("root", remain_root, names[i]) ||
		    try_open("a user", become_user, names[i]) != EACCES ||
		    try_open("a user as root elsewhere",
			     be_user_as_root_elsewhere, names[i]) != EACCES)
			fail_msg("%s: readable for root only expected", names[i]);
	}
}

static int open_proc(void)
{
	return must(open(PROC, O_RDONLY | O_CLOEXEC));
}

static void expect(long ret, int expected, const char *call)
{
	if (ret != -1 || errno != expected)
		fail_msg("%s: -1 and '%s' expected, %ld and '%s' seen", call,
			 strerror(expected), ret, strerror(errno));
}

#define EXPECT(call, expected)	expect(call, expected, #call)

static void test_odd_reads(void **state)
{
	struct iovec iov[2] = { { NULL, 0 } };
	int fd = open_proc(), null, ends[2];
	char a[300], b[300];

	(void)state;
	null = must(open("/dev/null", O_WRONLY | O_CLOEXEC));
	must(pipe(ends));
	EXPECT(syscall(SYS_read, fd, 0UL, 100UL), EFAULT);
	EXPECT(syscall(SYS_read, fd, ~0UL << 47, 100UL), EFAULT);
	EXPECT(syscall(SYS_read, fd, a, ~0UL), EFAULT);
	assert_int_equal(read(fd, NULL, 0), 0);
	EXPECT(pread(fd, a, 1, 0), ESPIPE);
	EXPECT(pread(fd, a, 1, -1), EINVAL);
	EXPECT(preadv(fd, iov, 1, 1), ESPIPE);
	EXPECT(syscall(SYS_readv, fd, iov, -1L), EINVAL);
	EXPECT(syscall(SYS_readv, fd, iov, 1025L), EINVAL);
	EXPECT(sendfile(null, fd, NULL, 100), EINVAL);
	EXPECT(splice(fd, NULL, ends[1], NULL, 100, 0), EINVAL);
	/* None of these calls has consumed data. */
	assert_int_equal(must(read(fd, a, 200)), 200);
	close(fd);
	fd = open_proc();
	iov[0] = (struct iovec){ b, 99 };
	iov[1] = (struct iovec){ b + 99, 101 };
	assert_int_equal(must(readv(fd, iov, 2)), 200);
	assert_memory_equal(a, b, 200);
	close(fd);
	close(null);
	close(ends[0]);
	close(ends[1]);
}

static void test_odd_seeks(void **state)
{
	static const struct {
		off_t offset;
		int whence;
	} seeks[] = {
		{ 1, SEEK_SET }, { -1, SEEK_SET }, { INT64_MIN, SEEK_SET },
		{ INT64_MAX, SEEK_SET }, { 1, SEEK_END }, { -1, SEEK_END },
		{ INT64_MAX, SEEK_END }, { 0, SEEK_CUR }, { 0, SEEK_DATA },
		{ 0, SEEK_HOLE }, { 0, 5 }, { 0, -1 }, { 0, INT32_MAX },
	};
	int fd = open_proc();
	char c;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(seeks) / sizeof(seeks[0]); i++) {
		if (lseek(fd, seeks[i].offset, seeks[i].whence) != -1 ||
		    errno != EINVAL)
			fail_msg("seek to %lld, %d: EINVAL expected",
				 (long long)seeks[i].offset, seeks[i].whence);
	}
	/* The file is still at the header lines. */
	assert_int_equal(must(read(fd, &c, 1)), 1);
	assert_int_equal(c, '#');
	close(fd);
}

static void test_nothing_can_be_changed(void **state)
{
	int fd = open_proc();
	struct termios tty;

	(void)state;
	EXPECT(open(PROC, O_WRONLY), EACCES);
	EXPECT(open(PROC, O_RDWR), EACCES);
	EXPECT(open(PROC, O_WRONLY | O_APPEND | O_TRUNC), EACCES);
	EXPECT(open(PROC, O_RDONLY | O_CREAT | O_EXCL, 0600), EEXIST);
	EXPECT(open(PROC, O_RDONLY | O_DIRECTORY), ENOTDIR);
	EXPECT(write(fd, "x", 1), EBADF);
	EXPECT(pwrite(fd, "x", 1, 0), EBADF);
	EXPECT(ftruncate(fd, 0), EINVAL);
	EXPECT(fallocate(fd, 0, 0, 4096), EBADF);
	EXPECT(fsync(fd), EINVAL);
	EXPECT(ioctl(fd, TCGETS, &tty), ENOTTY);
	EXPECT(ioctl(fd, ~0U, ~0UL), ENOTTY);
	EXPECT(ioctl(fd, 0, 0), ENOTTY);
	EXPECT(unlink(PROC), EPERM);
	EXPECT(mkdir(PROC "/x", 0700), ENOTDIR);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_who_may_open),
		cmocka_unit_test(test_others_learn_nothing),
		cmocka_unit_test(test_odd_reads),
		cmocka_unit_test(test_odd_seeks),
		cmocka_unit_test(test_nothing_can_be_changed),
	};

	return cmocka_run_group_tests_name("access", tests, NULL, NULL);
}
