// SPDX-License-Identifier: GPL-2.0
/* Recordings have the paths of the cgroups that their events name. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "check.h"
#include "fixtures.h"
#include "recording_builder.h"
#include "recording_forms.h"
#include "source/merge.h"
#include "source/recording_read.h"
#include "source/recording_write.h"

#define HOSTILE		"/a\n\xff\x1b[2J \\x0a\"'</b>.."
#define UNKNOWN		3	/* cgroups from here on have no path */
#define EVENTS		6
#define FORMS		4

static const uint64_t cgroups[EVENTS] = { 1, UNKNOWN, 1, 0, 2, 1 };
static struct tcpfin_event ev[EVENTS];
static struct item items[EVENTS];
static char longest[CGROUP_PATH_MAX];
static const char *paths[UNKNOWN] = { NULL, HOSTILE, longest };

static const char *cgroup_of(struct source *src, uint32_t host, uint64_t id)
{
	(void)src;
	(void)host;
	return id < UNKNOWN ? paths[id] : NULL;
}

static void begin(struct script *script, struct source_ops *ops)
{
	unsigned int i;

	for (i = 0; i < EVENTS; i++) {
		ev[i] = fixture_event(TCPFIN_KIND_STATE, i + 1, TCP_ESTABLISHED,
				      TCP_FIN_WAIT1, (1 + i) * SEC);
		ev[i].seq = i + 1;
		ev[i].flags |= cgroups[i] ? TCPFIN_F_OWNER : 0;
		ev[i].cgroup = cgroups[i];
		items[i] = (struct item)SCRIPT_EVENT(&ev[i]);
		items[i].time_ns = ev[i].time_ns;
	}
	memset(longest, 'x', sizeof(longest) - 1);
	longest[0] = '/';
	script_init(script, NULL, 0);
	*ops = *script->src.ops;
	ops->cgroup = cgroup_of;
	script->src.ops = ops;
	script->src.header = builder_header();
}

/* Record the events in as many parts as there are files. */
static void record(const int *fds, unsigned int parts)
{
	static struct recorder recorder;
	struct script script;
	struct source_ops ops;
	unsigned int n, i;

	begin(&script, &ops);
	for (n = 0; n < parts; n++) {
		assert_true(n ? recorder_continue(&recorder, fds[n], &script.src) :
				recorder_start(&recorder, fds[n], &script.src));
		for (i = n * EVENTS / parts; i < (n + 1) * EVENTS / parts; i++)
			assert_true(recorder_item(&recorder, &script.src, &items[i]));
		assert_true(recorder_finish(&recorder, &script.src));
		assert_int_equal(recorder.bytes, lseek(fds[n], 0, SEEK_END));
	}
}

static struct recording_bytes record_one(void)
{
	struct recording_bytes recording;
	int fd = memfd_create("recording", MFD_CLOEXEC);

	record(&fd, 1);
	recording.size = (size_t)lseek(fd, 0, SEEK_END);
	recording.data = malloc(recording.size);
	assert_non_null(recording.data);
	assert_int_equal(pread(fd, recording.data, recording.size, 0), recording.size);
	close(fd);
	return recording;
}

static void expect_path(struct source *src, uint64_t id, const char *want)
{
	const char *path = source_cgroup(src, 0, id);

	if (want)
		assert_string_equal(path, want);
	else
		assert_null(path);
}

/* Each event's path is there when the event is. */
static void expect_all(struct source *src)
{
	unsigned int i;

	for (i = 0; i < EVENTS; i++) {
		builder_expect(src, &items[i]);
		expect_path(src, cgroups[i], cgroup_of(NULL, 0, cgroups[i]));
	}
	builder_expect_end(src, "");
	expect_path(src, 77, NULL);
}

static void gives_back_paths_in_all_forms(void **state)
{
	struct recording_bytes recording = record_one(), form;
	struct source *src;
	unsigned int n;

	(void)state;
	for (n = 0; n < FORMS; n++) {
		form = recording_form(&recording, n);
		src = builder_source(form.data, form.size);
		expect_all(src);
		source_close(src);
		builder_free(&form);
	}
	builder_free(&recording);
}

/* Info, two paths, the events, the end. */
static void writes_each_path_once(void **state)
{
	struct recording_bytes recording = record_one();

	(void)state;
	assert_int_equal(builder_block(&recording, 1)->type, REC_CGROUP);
	assert_int_equal(builder_block(&recording, 2)->type, REC_CGROUP);
	assert_int_equal(builder_block(&recording, 2)->length, 8 + CGROUP_PATH_MAX);
	assert_int_equal(builder_block(&recording, 3)->type, REC_EVENTS);
	assert_int_equal(builder_block(&recording, 3)->count, EVENTS);
	assert_int_equal(builder_block(&recording, 4)->type, REC_END);
	builder_free(&recording);
}

/* The parts before may be gone: each part has the paths that it needs. */
static void each_part_has_its_paths(void **state)
{
	const int fds[] = { memfd_create("a", MFD_CLOEXEC), memfd_create("b", MFD_CLOEXEC) };
	struct source *list[2];
	char why[ERROR_LINE_MAX];
	unsigned int i, n;

	(void)state;
	record(fds, 2);
	for (n = 0; n < 2; n++) {
		lseek(fds[n], 0, SEEK_SET);
		list[n] = recording_open_fd(dup(fds[n]), "part", -1, why);
	}
	for (i = EVENTS / 2; i < EVENTS; i++)
		builder_expect(list[1], &items[i]);
	expect_path(list[1], 1, HOSTILE);
	source_close(list[1]);
	lseek(fds[1], 0, SEEK_SET);
	list[1] = recording_open_fd(dup(fds[1]), "part", -1, why);
	assert_int_equal(recording_join(list, 2), 1);
	expect_all(list[0]);
	source_close(list[0]);
	close(fds[0]);
	close(fds[1]);
}

/* Two machines may have cgroups of the same number. */
static void machines_have_their_own(void **state)
{
	struct recording_bytes recording = record_one();
	struct source *list[2], *src;
	struct rec_block *block = builder_block(&recording, 0);
	struct rec_cgroup *cgroup;
	struct item item;
	uint32_t host;

	(void)state;
	list[0] = builder_source(recording.data, recording.size);
	((struct rec_info *)(block + 1))->boot_id[0] ^= 1;
	builder_seal(block);
	block = builder_block(&recording, 1);
	cgroup = (void *)(block + 1);
	cgroup->path[1] = 'b';
	builder_seal(block);
	list[1] = builder_source(recording.data, recording.size);
	src = merge_open(list, 2, -1);
	do {
		source_next(src, &item);
	} while (item.type != ITEM_END);
	for (host = 0; host < 2; host++)
		assert_int_equal(source_cgroup(src, host, 1)[1], host ? 'b' : 'a');
	source_close(src);
	builder_free(&recording);
}

static void expect_damage(struct recording_bytes *recording)
{
	struct source *src;

	builder_seal(builder_block(recording, 1));
	src = builder_source(recording->data, recording->size);
	builder_expect_end(src, "an impossible cgroup");
	source_close(src);
}

static void believes_no_path(void **state)
{
	struct recording_bytes recording = record_one();
	struct rec_block *block = builder_block(&recording, 1);
	struct rec_cgroup *cgroup = (void *)(block + 1);
	size_t room = block->length - sizeof(cgroup->id);

	(void)state;
	cgroup->path[0] = 'a';
	expect_damage(&recording);
	cgroup->path[0] = '\0';
	expect_damage(&recording);
	memset(cgroup->path, '/', room);
	expect_damage(&recording);
	block->length = 8;
	expect_damage(&recording);
	cgroup->path[1] = '\0';
	block->length = 8 + CGROUP_PATH_MAX + 8;
	expect_damage(&recording);
	builder_free(&recording);
}

/* Version 2 is the same without paths. */
static void reads_version_2(void **state)
{
	struct tcpfin_event event = fixture_event(TCPFIN_KIND_STATE, 7, 1, 4, SEC);
	const struct item item = SCRIPT_EVENT(&event);
	struct recording_bytes recording = builder_record(&item, 1);
	struct source *src;

	(void)state;
	((struct rec_start *)recording.data)->version = 2;
	src = builder_source(recording.data, recording.size);
	builder_expect(src, &item);
	builder_expect_end(src, "");
	source_close(src);
	builder_free(&recording);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(gives_back_paths_in_all_forms),
		cmocka_unit_test(writes_each_path_once),
		cmocka_unit_test(each_part_has_its_paths),
		cmocka_unit_test(machines_have_their_own),
		cmocka_unit_test(believes_no_path),
		cmocka_unit_test(reads_version_2),
	};

	return RUN_TESTS(tests);
}
