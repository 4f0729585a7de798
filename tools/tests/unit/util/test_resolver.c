// SPDX-License-Identifier: GPL-2.0
/* Names of hosts and services: asked for once, escaped, or numbers. */
#include <arpa/inet.h>
#include <netdb.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "check.h"
#include "util/resolver.h"

static int asked;
static const char *answer;

/* These two functions replace those of the C library. */
/* NOLINTBEGIN(readability-*): as in its header, but for reserved names */
int getnameinfo(const struct sockaddr *addr, socklen_t len, char *host,
		socklen_t host_len, char *service, socklen_t service_len,
		int flags)
{
	(void)service;
	(void)service_len;
	assert_true(len >= sizeof(struct sockaddr_in));
	assert_int_equal(flags & NI_NAMEREQD, NI_NAMEREQD);
	asked++;
	if (!answer)
		return EAI_NONAME;
	if (addr->sa_family == AF_INET6)
		snprintf(host, host_len, "six%u.%s",
			 ((const struct sockaddr_in6 *)addr)->sin6_scope_id,
			 answer);
	else
		snprintf(host, host_len, "%s", answer);
	return 0;
}

/* NOLINTEND(readability-*) */

struct servent *getservbyport(int port, const char *proto)
{
	static char https[] = "https";
	static struct servent service = { .s_name = https };

	assert_string_equal(proto, "tcp");
	asked++;
	return ntohs((uint16_t)port) == 443 ? &service : NULL;
}

static const uint8_t v4[16] = { 192, 0, 2, 7 };
static const uint8_t v6[16] = { 0xfe, 0x80, [15] = 1 };
static struct resolver *r;

static int setup(void **state)
{
	(void)state;
	r = resolver_new();
	asked = 0;
	answer = "web.example";
	return !r;
}

static int teardown(void **state)
{
	(void)state;
	resolver_free(r);
	return 0;
}

static void expect_host(struct resolver *names, uint8_t family,
			const uint8_t addr[16], uint32_t ifindex,
			const char *want)
{
	char buf[HOST_TEXT_MAX];

	assert_string_equal(
		resolver_host_text(names, family, addr, ifindex, buf), want);
}

static void expect_port(struct resolver *names, uint16_t port, const char *want)
{
	char buf[PORT_TEXT_MAX];

	assert_string_equal(resolver_port_text(names, port, buf), want);
}

static void is_numeric_unless_asked(void **state)
{
	(void)state;
	expect_host(NULL, AF_INET, v4, 0, "192.0.2.7");
	expect_port(NULL, 443, "443");
	assert_int_equal(asked, 0);
}

static void asks_once_for_each(void **state)
{
	(void)state;
	expect_host(r, AF_INET, v4, 0, "web.example");
	expect_host(r, AF_INET, v4, 0, "web.example");
	expect_port(r, 443, "https");
	expect_port(r, 443, "https");
	expect_port(r, 40000, "40000");
	expect_port(r, 40000, "40000");
	assert_int_equal(asked, 3);
	expect_host(r, AF_INET6, v6, 2, "six2.web.example");
	expect_host(r, AF_INET6, v6, 3, "six3.web.example");
	assert_int_equal(asked, 5);
}

static void remembers_that_there_is_none(void **state)
{
	(void)state;
	answer = NULL;
	expect_host(r, AF_INET, v4, 0, "192.0.2.7");
	expect_host(r, AF_INET, v4, 0, "192.0.2.7");
	assert_int_equal(asked, 1);
	expect_host(r, AF_INET6, v6, 2, "fe80::1%2");
	expect_host(r, 77, v4, 0, "?");
	assert_int_equal(asked, 2);
}

/* Names come from foreign name servers: they are escaped. */
static void escapes_names(void **state)
{
	char longest[300], want[HOST_TEXT_MAX] = "";
	const uint8_t other[16] = { 1 };

	(void)state;
	answer = "\033[31mevil\n\xff.\"x y";
	expect_host(r, AF_INET, v4, 0, "??31mevil??.?x?y");
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	memset(want, 'a', sizeof(want) - 1);
	answer = longest;
	expect_host(r, AF_INET, other, 0, want);
}

/* Addresses that share a slot of the cache replace each other. */
static void keeps_addresses_apart(void **state)
{
	uint8_t addr[16] = { 10 };
	char name[16];
	unsigned int i;

	(void)state;
	for (i = 0; i < 20000; i++) {
		addr[2] = (uint8_t)(i >> 8);
		addr[3] = (uint8_t)i;
		snprintf(name, sizeof(name), "h%u", i);
		answer = name;
		expect_host(r, AF_INET, addr, 0, name);
		expect_host(r, AF_INET, addr, 0, name);
	}
	assert_int_equal(asked, 20000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(is_numeric_unless_asked, setup,
						teardown),
		cmocka_unit_test_setup_teardown(asks_once_for_each, setup,
						teardown),
		cmocka_unit_test_setup_teardown(remembers_that_there_is_none,
						setup, teardown),
		cmocka_unit_test_setup_teardown(escapes_names, setup,
						teardown),
		cmocka_unit_test_setup_teardown(keeps_addresses_apart, setup,
						teardown),
	};

	return RUN_TESTS(tests);
}
