/* SPDX-License-Identifier: GPL-2.0 */
/* Runs "tcpfin" on real connections, and takes apart what it prints. */
#ifndef TESTS_GUEST_PROGRAM_H
#define TESTS_GUEST_PROGRAM_H

#include <json-c/json.h>
#include <sys/types.h>

#include "events.h"
#include "net.h"
#include "segment.h"

#define OBJECTS_MAX	128

/**
 * struct reader - a run of the program
 * @pid: its process
 * @fd: files that take its stdout (0) and stderr (1)
 * @text: what they held at the end
 * @object: @text[0] as JSON, if it is that
 * @objects: how many
 */
struct reader {
	pid_t pid;
	int fd[2];
	char text[2][65536];
	struct json_object *object[OBJECTS_MAX];
	size_t objects;
};

/* The world of a test: fresh rings, a network namespace of its own. */
struct world {
	struct path path;
	struct events events;
	struct reader reader;
};

void reader_spawn(struct reader *r, uid_t uid, const char *args);
void reader_start(struct reader *r, uid_t uid, const char *args);
void reader_wait_following(const struct reader *r);
void reader_end(struct reader *r, int want_status);
void reader_parse(struct reader *r);
void reader_run(struct reader *r, const char *args);
void reader_refuses(uid_t uid, const char *args, const char *want);
void reader_said(const struct reader *r, const char *part);
void reader_free(struct reader *r);

struct json_object *member(struct json_object *obj, const char *path);
uint64_t number(struct json_object *obj, const char *path);
const char *string(struct json_object *obj, const char *path);
void want_number(struct json_object *obj, const char *path, uint64_t want);
void want_string(struct json_object *obj, const char *path, const char *want);
void want_null(struct json_object *obj, const char *path);
void want_ms(struct json_object *obj, const char *path, double want,
	     double more);

void want_step(struct json_object *obj, const struct seen *seen);

void world_open_with(struct world *w, int family, const char *module);
void world_open(struct world *w, int family);
void world_close(struct world *w);
void world_aim(struct world *w, const char *addr, uint16_t port);
void world_close_pair(struct world *w, struct pair *pair);
uint64_t world_round_trip(struct world *w);
void world_fin_again(struct world *w, const struct pair *pair,
		     struct segment *segment);

#endif /* TESTS_GUEST_PROGRAM_H */
