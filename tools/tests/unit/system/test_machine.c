// SPDX-License-Identifier: GPL-2.0
/* Facts of the machine for "doctor": counters, ports, holders of sockets, destinations. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "diagnosis/destinations.h"
#include "system/port_range.h"
#include "system/snmp.h"
#include "system/socket_owner.h"

static FILE *text_file(const char *text)
{
	FILE *file = fmemopen((char *)text, strlen(text), "r");

	assert_non_null(file);
	return file;
}

static void finds_counts_by_name(void **state)
{
	struct snmp_counter list[] = {
		{ .group = "TcpExt", .name = "TW" },
		{ .group = "TcpExt", .name = "TCPTimeWaitOverflow" },
		{ .group = "IpExt", .name = "TW" },
		{ .group = "TcpExt", .name = "Missing" },
	};
	FILE *file = text_file("TcpExt: SyncookiesSent TW TCPTimeWaitOverflow\n"
			       "TcpExt: 1 22 18446744073709551615\n"
			       "IpExt: TW\nIpExt: 7\n");

	(void)state;
	snmp_scan(file, list, 4);
	fclose(file);
	assert_int_equal(list[0].value, 22);
	assert_int_equal(list[1].value, UINT64_MAX);
	assert_int_equal(list[2].value, 7);
	assert_true(list[0].known && list[1].known && list[2].known);
	assert_false(list[3].known);
}

/* Lines of names and values that do not match, and values that are no numbers. */
static void refuses_nonsense(void **state)
{
	static const char *const texts[] = {
		"TcpExt: A TW\nIpExt: 1 2\n", "TcpExt: TW\nTcpExt: -1\n",
		"TcpExt: TW\nTcpExt: 1x\n", "TcpExt: TW\n", "TW\n1\n", "\n\n",
		"TcpExt: TW\nTcpExt:\n",
		"TcpExt: TW\nTcpExt: 18446744073709551616\n",
	};
	struct snmp_counter counter = { .group = "TcpExt", .name = "TW" };
	size_t i;
	FILE *file;

	(void)state;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		file = text_file(texts[i]);
		snmp_scan(file, &counter, 1);
		fclose(file);
		if (counter.known)
			fail_msg("'%s' was accepted", texts[i]);
	}
}

static void reads_sockstat(void **state)
{
	struct snmp_counter list[] = {
		{ .group = "TCP", .name = "orphan" },
		{ .group = "TCP", .name = "tw" },
		{ .group = "UDP", .name = "tw" },
	};
	FILE *file = text_file("sockets: used 27\n"
			       "TCP: inuse 5 orphan 3 tw 12 alloc 7 mem 1\n"
			       "UDP: inuse 2 mem\n");

	(void)state;
	snmp_scan_sockstat(file, list, 3);
	fclose(file);
	assert_int_equal(list[0].value, 3);
	assert_int_equal(list[1].value, 12);
	assert_false(list[2].known);
}

static void expect_ports(const char *range, const char *reserved,
			 unsigned int want)
{
	struct port_set set;

	assert_true(port_range_ephemeral(range, reserved, &set));
	assert_int_equal(port_set_count(&set), want);
}

static void reads_port_sets(void **state)
{
	static const char *const bad[] = {
		"", "1", "1\t", "a\tb", "1\t65536", "1\t2 3", "-1\t2",
	};
	struct port_set set;
	size_t i;

	(void)state;
	expect_ports("32768\t60999\n", "\n", 28232);
	expect_ports("32768\t60999\n", NULL, 28232);
	expect_ports("1\t65535\n", NULL, 65535);
	expect_ports("10\t10\n", NULL, 1);
	expect_ports("20\t10\n", NULL, 0);
	expect_ports("10\t19\n", "12,15-17,30-40\n", 6);
	expect_ports("10\t19\n", "0-65535\n", 0);
	assert_true(port_range_ephemeral("10\t19\n", "12", &set));
	assert_true(port_set_has(&set, 10));
	assert_false(port_set_has(&set, 12));
	assert_true(port_set_has(&set, 19));
	assert_false(port_set_has(&set, 20));
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (port_range_ephemeral(bad[i], NULL, &set))
			fail_msg("'%s' was accepted", bad[i]);
	assert_false(port_range_ephemeral("1\t2\n", "3-", &set));
	assert_false(port_range_ephemeral("1\t2\n", "3;4", &set));
	assert_false(port_range_ephemeral("1\t2\n", "70000", &set));
}

/* This process, in the real /proc, is found as the holder. */
static void finds_holders(void **state)
{
	struct held_socket list[3] = { { .inode = 4294967295U } };
	int fd = socket(AF_INET, SOCK_STREAM, 0), twin = dup(fd);
	struct stat st;
	size_t i;

	(void)state;
	assert_true(twin >= 0);
	assert_int_equal(fstat(fd, &st), 0);
	list[1].inode = (uint32_t)st.st_ino;
	prctl(PR_SET_NAME, "a\nb\n");
	assert_true(socket_owner_find("/proc", list, 3));
	for (i = 0; i < 3; i++) {
		if (list[i].inode != st.st_ino) {
			assert_int_equal(list[i].pid, 0);
			continue;
		}
		assert_int_equal(list[i].pid, getpid());
		assert_true(list[i].fd == (uint32_t)fd ||
			    list[i].fd == (uint32_t)twin);
		assert_int_equal(list[i].holders, 2);
		assert_memory_equal(list[i].comm, "a\nb\n", 5);
	}
	close(twin);
	close(fd);
	assert_false(socket_owner_find("/nowhere", list, 3));
}

static struct destination_key key_of(uint32_t n)
{
	struct destination_key key = { .family = AF_INET, .rport = 443 };

	memcpy(key.raddr, &n, sizeof(n));
	return key;
}

static void use_ports(struct destinations *d, const struct destination_key *key,
		      uint32_t ports, bool selection)
{
	struct destination *dest = destinations_get(d, key);

	assert_non_null(dest);
	dest->ports = ports;
	dest->selected = selection;
}

static void counts_destinations(void **state)
{
	struct destinations d = { 0 };
	struct destination worst[3];
	struct destination_key key;
	uint32_t n;

	(void)state;
	assert_int_equal(destinations_worst(&d, worst, 3), 0);
	for (n = 0; n < 5000; n++) {
		key = key_of(n);
		use_ports(&d, &key, n % 1000, true);
	}
	for (n = 0; n < 5000; n++) {
		key = key_of(n);
		assert_int_equal(destinations_get(&d, &key)->ports, n % 1000);
	}
	assert_int_equal(d.count, 5000);
	key = key_of(77);
	use_ports(&d, &key, 1001, true);
	key.rport = 80;
	use_ports(&d, &key, 1002, true);
	/* A destination that was not asked for. */
	key.rport = 81;
	use_ports(&d, &key, 1003, false);
	assert_int_equal(destinations_worst(&d, worst, 3), 3);
	assert_int_equal(worst[0].ports, 1002);
	assert_int_equal(worst[0].key.rport, 80);
	assert_int_equal(worst[1].ports, 1001);
	assert_int_equal(worst[2].ports, 999);
	destinations_exit(&d);
}

static void bounds_destinations(void **state)
{
	struct destinations d = { 0 };
	struct destination_key key;
	uint32_t n;

	(void)state;
	for (n = 0; n < DESTINATIONS_MAX; n++) {
		key = key_of(n);
		assert_non_null(destinations_get(&d, &key));
	}
	key = key_of(n);
	assert_null(destinations_get(&d, &key));
	assert_int_equal(d.left_out, 1);
	key = key_of(5);
	assert_non_null(destinations_get(&d, &key));
	destinations_exit(&d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_counts_by_name),
		cmocka_unit_test(refuses_nonsense),
		cmocka_unit_test(reads_sockstat),
		cmocka_unit_test(reads_port_sets),
		cmocka_unit_test(finds_holders),
		cmocka_unit_test(counts_destinations),
		cmocka_unit_test(bounds_destinations),
	};

	return RUN_TESTS(tests);
}
