// SPDX-License-Identifier: GPL-2.0
/* What the module leaves out: in words, from the rings, in recordings, on stderr. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "check.h"
#include "commands/commands.h"
#include "fixtures.h"
#include "output/choice_json.h"
#include "program.h"
#include "recording_builder.h"
#include "source/choice.h"
#include "source/merge.h"
#include "source/recording_write.h"
#include "temp_folder.h"

static struct source source;

static int set_up(void **state)
{
	(void)state;
	memset(&source, 0, sizeof(source));
	return 0;
}

static void choose(struct tcpfin_header *h, uint32_t netns, unsigned int nports,
		   const uint16_t ports[][2])
{
	unsigned int i;

	h->netns = netns;
	h->nports = nports;
	for (i = 0; i < nports; i++)
		h->ports[i] = (struct tcpfin_ports){ ports[i][0], ports[i][1] };
}

static void expect_text(const char *want)
{
	char text[CHOICE_TEXT_MAX];

	assert_string_equal(choice_text(&source, text), want);
}

static void puts_it_into_words(void **state)
{
	static const uint16_t some[][2] = {
		{ 80, 80 }, { 443, 443 }, { 8000, 8999 },
	};
	static const uint16_t range[][2] = { { 1, 65535 } };

	(void)state;
	expect_text("");
	choose(&source.header, 0, 1, some + 1);
	source.left_out = 1;
	expect_text("only port 443 is recorded; 1 record was left out");
	choose(&source.header, 4026531840U, 1, some + 1);
	source.left_out = 1234;
	expect_text("only port 443 in network namespace 4026531840 is recorded; 1234 records were left out");
	choose(&source.header, 0, 3, some);
	source.left_out = 0;
	expect_text("only ports 80, 443, 8000-8999 are recorded; 0 records were left out");
	choose(&source.header, 7, 1, range);
	expect_text("only ports 1-65535 in network namespace 7 are recorded; 0 records were left out");
	choose(&source.header, 7, 0, NULL);
	source.header.chosen = 2;
	expect_text("only network namespace 7 is recorded (changed 1 time); 0 records were left out");
	source.header.chosen = 3;
	expect_text("what is recorded is being changed (changed 1 time); 0 records were left out");
	source.header.chosen = 8;
	choose(&source.header, 0, 0, NULL);
	expect_text("");
	source.left_out = UINT64_MAX;
	expect_text("all connections are recorded now (changed 4 times); 18446744073709551615 records were left out");
	source.choices_differ = true;
	source.left_out = 5;
	expect_text("some of these recordings are of chosen ports or network namespaces only; 5 records were left out");
}

/* A header may hold any number of any ports. */
static void bounds_what_is_not_valid(void **state)
{
	char text[CHOICE_TEXT_MAX], ports[CHOICE_PORTS_MAX];
	unsigned int i;

	(void)state;
	memset(&source.header, 0xff, sizeof(source.header));
	source.header.chosen = UINT32_MAX - 1;
	for (i = 0; i < TCPFIN_PORTS; i++)
		source.header.ports[i].first = (uint16_t)(65000 + i);
	source.left_out = UINT64_MAX;
	choice_text(&source, text);
	assert_non_null(strstr(text, "18446744073709551615 records were left out"));
	assert_int_equal(strlen(choice_ports(&source.header, ports)), 16 * 12 - 1);
}

static void is_a_member_of_objects(void **state)
{
	static const uint16_t some[][2] = { { 80, 80 }, { 8000, 8999 } };
	struct json_object *obj = json_object_new_object();

	(void)state;
	choose(&source.header, 0, 2, some);
	source.left_out = 9;
	choice_json_add(obj, &source);
	assert_string_equal(json_object_to_json_string_ext(obj, JSON_C_TO_STRING_PLAIN),
			    "{\"choice\":{\"differs\":false,\"ports\":\"80,8000-8999\",\"netns\":null,\"changes\":0,\"left_out\":9}}");
	choose(&source.header, 7, 0, NULL);
	choice_json_add(obj, &source);
	assert_string_equal(json_object_to_json_string_ext(obj, JSON_C_TO_STRING_PLAIN),
			    "{\"choice\":{\"differs\":false,\"ports\":null,\"netns\":7,\"changes\":0,\"left_out\":9}}");
	json_object_put(obj);
}

/* While the module changes the choice, the one before is shown. */
static void comes_from_the_rings(void **state)
{
	static const uint16_t some[][2] = { { 443, 443 } };
	struct fixture_rings rings;
	struct source *src;

	(void)state;
	fixture_open(&rings, 2, 64);
	choose(rings.header, 0, 1, some);
	rings.rings[0].left_out = 30;
	rings.rings[1].left_out = 4;
	src = fixture_source(&rings, true, true);
	assert_int_equal(src->left_out, 34);
	assert_int_equal(src->header.nports, 1);
	rings.header->chosen = 1;
	choose(rings.header, 7, 0, NULL);
	rings.rings[1].left_out = 5;
	fixture_expect(src, ITEM_IDLE);
	assert_int_equal(src->header.chosen, 0);
	assert_int_equal(src->header.nports, 1);
	assert_int_equal(src->header.ports[0].last, 443);
	assert_int_equal(src->header.netns, 0);
	assert_int_equal(src->left_out, 35);
	rings.header->chosen = 2;
	source_wait(src, 0);
	fixture_expect(src, ITEM_IDLE);
	assert_int_equal(src->header.chosen, 2);
	assert_int_equal(src->header.nports, 0);
	assert_int_equal(src->header.netns, 7);
	source_close(src);
	/* A change that does not end. */
	rings.header->chosen = 3;
	src = fixture_source(&rings, true, true);
	assert_int_equal(src->header.chosen & 1, 1);
	source_close(src);
	fixture_close(&rings);
}

/* Record two events, between which another port is chosen. */
static struct recording_bytes record_change(unsigned int count)
{
	static const uint16_t before[][2] = { { 443, 443 } }, after[][2] = { { 80, 80 } };
	int fd = memfd_create("recording", MFD_CLOEXEC);
	struct tcpfin_event ev = fixture_at(8 * SEC);
	struct recording_bytes recording;
	static struct recorder recorder;
	struct item item = { .type = ITEM_EVENT, .event = &ev };
	struct script script;
	off_t size;

	script_init(&script, NULL, 0);
	script.src.header = builder_header();
	choose(&script.src.header, 0, 1, before);
	script.now_ns = 7 * SEC;
	script.src.left_out = 10;
	assert_true(recorder_start(&recorder, fd, &script.src));
	assert_true(recorder_item(&recorder, &script.src, &item));
	assert_true(recorder_idle(&recorder, &script.src));
	if (count > 1) {
		choose(&script.src.header, 0, 1, after);
		script.src.header.chosen = 2;
		script.src.left_out = 20;
		script.now_ns = 9 * SEC;
		ev = fixture_at(9 * SEC);
		assert_true(recorder_item(&recorder, &script.src, &item));
		assert_true(recorder_idle(&recorder, &script.src));
		script.src.left_out = 30;
	}
	script.now_ns = 10 * SEC;
	assert_true(recorder_finish(&recorder, &script.src));
	size = lseek(fd, 0, SEEK_END);
	recording.size = (size_t)size;
	recording.data = malloc(recording.size);
	assert_non_null(recording.data);
	assert_int_equal(pread(fd, recording.data, recording.size, 0), size);
	close(fd);
	return recording;
}

static void is_recorded(void **state)
{
	struct recording_bytes recording = record_change(2);
	struct source *src = builder_source(recording.data, recording.size);
	struct item item;

	(void)state;
	assert_int_equal(src->header.ports[0].first, 443);
	source_next(src, &item);
	assert_int_equal(item.type, ITEM_EVENT);
	assert_int_equal(src->left_out, 10);
	assert_int_equal(src->header.ports[0].first, 443);
	source_next(src, &item);
	assert_int_equal(item.type, ITEM_EVENT);
	assert_int_equal(src->header.chosen, 2);
	assert_int_equal(src->header.ports[0].first, 80);
	builder_expect_end(src, "");
	assert_int_equal(src->left_out, 30);
	source_close(src);
	builder_free(&recording);
}

/* The same module's count is not added twice. */
static void is_merged(void **state)
{
	struct recording_bytes recording[2] = { record_change(2), record_change(1) };
	struct source *list[2], *src;
	struct item item;
	unsigned int i;

	(void)state;
	for (i = 0; i < 2; i++)
		list[i] = builder_source(recording[i].data, recording[i].size);
	src = merge_open(list, 2, -1);
	assert_non_null(src);
	assert_false(src->choices_differ);
	do
		source_next(src, &item);
	while (item.type != ITEM_END);
	assert_int_equal(src->left_out, 30);
	source_close(src);
	for (i = 0; i < 2; i++)
		builder_free(&recording[i]);
}

static void differs_between_recordings(void **state)
{
	struct recording_bytes recording[2] = { record_change(2), { 0 } };
	struct source *list[2], *src;
	struct item items[BUILDER_SMALL];

	(void)state;
	recording[1] = builder_small(items);
	list[0] = builder_source(recording[0].data, recording[0].size);
	list[1] = builder_source(recording[1].data, recording[1].size);
	src = merge_open(list, 2, -1);
	assert_non_null(src);
	assert_true(src->choices_differ);
	source_close(src);
	builder_free(&recording[0]);
	builder_free(&recording[1]);
}

/* Every command says it, on stderr and where its output has a place for it. */
static void is_told_by_all_commands(void **state)
{
	static const char end[] =
		"only port 80 is recorded (changed 1 time); 30 records were left out";
	static const struct {
		const char *command;
		const char *want;
	} views[] = {
		{ "summary", "chosen        " }, { "summary --json", "\"left_out\":30}" },
		{ "summary --csv", ",left_out\n" }, { "handshakes", "" },
		{ "handshakes --open", "" }, { "watch", "" }, { "ladder --open", "" },
		{ "doctor", "no problems found with what is recorded\n" },
		{ "doctor --json", "\"left_out\":30}" },
		{ "report -o -", "<li>By the module's parameters: only port 80 is recorded" },
		{ "top --batch", "left out: 30; only port 80 is recorded (changed 1 time)\n" },
		{ "export --prometheus -o -", "tcpfin_choice{ports=\"80\",netns=\"\"} 1\n" },
		{ "export --perfetto -o -", "\"recorded\":\"only port 443 is recorded\"" },
		{ "export --pcapng -o -", "" },
	};
	struct recording_bytes recording = record_change(2);
	char args[4096];
	size_t i;
	FILE *file;

	(void)state;
	snprintf(args, sizeof(args), "%s/recording", temp_folder);
	file = fopen(args, "we");
	assert_non_null(file);
	assert_int_equal(fwrite(recording.data, 1, recording.size, file), recording.size);
	fclose(file);
	for (i = 0; i < sizeof(views) / sizeof(views[0]); i++) {
		snprintf(args, sizeof(args), "%s -r %s/recording 2>/dev/null",
			 views[i].command, temp_folder);
		program_run(args, 0, views[i].want);
		snprintf(args, sizeof(args), "%s -r %s/recording 2>&1 >/dev/null",
			 views[i].command, temp_folder);
		program_run(args, 0, end);
		if (!strstr(program_output, ": only port 443 is recorded\n"))
			fail_msg("%s: '%s'", args, program_output);
	}
	snprintf(args, sizeof(args),
		 "export --pcapng -o - -r %s/recording 2>/dev/null | tr -d '\\0'",
		 temp_folder);
	program_run(args, 0, "By the module's parameters: only port 443 is recorded");
	builder_free(&recording);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(puts_it_into_words, set_up),
		cmocka_unit_test_setup(bounds_what_is_not_valid, set_up),
		cmocka_unit_test_setup(is_a_member_of_objects, set_up),
		cmocka_unit_test(comes_from_the_rings),
		cmocka_unit_test(is_recorded),
		cmocka_unit_test(is_merged),
		cmocka_unit_test(differs_between_recordings),
		cmocka_unit_test(is_told_by_all_commands),
	};
	int ret;

	if (!program_find() || !temp_folder_open())
		return 1;
	ret = RUN_TESTS(tests);
	temp_folder_remove();
	return ret;
}
