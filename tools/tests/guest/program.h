/* SPDX-License-Identifier: GPL-2.0 */
/* Runs "tcpfin" on real connections, and parses its output. */
#ifndef TESTS_GUEST_PROGRAM_H
#define TESTS_GUEST_PROGRAM_H

#include <json-c/json.h>
#include <sys/types.h>

#include "events.h"
#include "net.h"
#include "segment.h"

#define OBJECTS_MAX	128

/**
 * struct reader - a run of "tcpfin"
 * @pid: process
 * @fd: files that receive stdout (0) and stderr (1)
 * @text: contents of these files, set by reader_end()
 * @object: JSON objects of @text[0], set by reader_parse()
 * @objects: entries in @object
 */
struct reader {
	pid_t pid;
	int fd[2];
	char *text[2];
	struct json_object *object[OBJECTS_MAX];
	size_t objects;
};

/* A freshly loaded module, a network namespace, and a reader. */
struct testbed {
	struct path path;
	struct events events;
	struct reader reader;
};

void reader_spawn(struct reader *r, uid_t uid, const char *args);
void reader_start(struct reader *r, uid_t uid, const char *args);
void reader_wait_following(const struct reader *r);
void reader_follow(struct reader *r, const char *args);
int reader_finish(struct reader *r);
void reader_end(struct reader *r, int want_status);
void reader_stop(struct reader *r);
void reader_parse(struct reader *r);
void reader_run(struct reader *r, const char *args);
void reader_run_json(struct reader *r, const char *args);
void reader_refuses(uid_t uid, const char *args, const char *want);
void reader_expect(const struct reader *r, const char *part);
void reader_free(struct reader *r);

struct json_object *member(struct json_object *obj, const char *path);
uint64_t number(struct json_object *obj, const char *path);
const char *string(struct json_object *obj, const char *path);
void want_number(struct json_object *obj, const char *path, uint64_t want);
void want_string(struct json_object *obj, const char *path, const char *want);
void want_null(struct json_object *obj, const char *path);
void want_bool(struct json_object *obj, const char *path, bool want);
void want_ms(struct json_object *obj, const char *path, double want,
	     double more);

void want_step(struct json_object *obj, const struct seen *seen);

void testbed_open_with(struct testbed *tb, int family, const char *module);
void testbed_open(struct testbed *tb, int family);
void testbed_close(struct testbed *tb);
void testbed_set_server(struct testbed *tb, const char *addr, uint16_t port);
void testbed_connect(struct testbed *tb, struct pair *pair);
void testbed_teardown(struct testbed *tb, struct pair *pair);
struct pair testbed_teardown_as(struct testbed *tb, const char *comm);
uint64_t testbed_open_and_close(struct testbed *tb);
uint64_t testbed_teardown_to_end(struct testbed *tb);
void testbed_fin_again(struct testbed *tb, const struct pair *pair,
		     struct segment *segment);

#endif /* TESTS_GUEST_PROGRAM_H */
