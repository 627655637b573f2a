/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/output/crash_line.c harness/output/json_write.c harness/output/crash_json.c */
/* LINK: harness/output/text_json.c console/detector/crash.c console/strbuf.c */
/* LINK: tests/unit/crash_fixture.c */
/* LIBS: jansson */
/* A report as a line of JSON says what its tree of objects says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crash_fixture.h"
#include "harness/output/crash_json.h"
#include "harness/output/crash_line.h"
#include "harness/output/text_json.h"

static void assert_line_is_the_tree(struct crash_report *r, const char *file)
{
	struct strbuf b = {0};
	json_t *tree = crash_to_json(r), *line;

	assert_int_equal(json_object_set_new(tree, "file", text_json(file)), 0);
	assert_int_equal(crash_line(&b, r, file), 0);
	assert_int_equal(b.s[b.len - 1], '\n');
	assert_null(memchr(b.s, '\n', b.len - 1));
	line = json_loadb(b.s, b.len, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL, NULL);
	assert_non_null(line);
	assert_true(json_equal(line, tree));
	json_decref(line);
	json_decref(tree);
	strbuf_free(&b);
	crash_report_free(r);
}

static void a_line_has_every_field(void **state)
{
	assert_line_is_the_tree(crash_fixture_full(), "a log");
}

static void what_is_not_known_is_null(void **state)
{
	assert_line_is_the_tree(crash_fixture_bare(), NULL);
}

static void any_bytes_become_the_same_text(void **state)
{
	/* two characters, a surrogate and a torn one */
	static const char odd[12] = "\xe2\x82\xac\xf0\x9f\x90\xa7\xed\xa0\x80\xe2\x82";
	struct crash_report *r = crash_fixture_full();
	size_t n = 0;
	char *text = malloc(70000 * 3);

	assert_non_null(text);
	/* each byte at each place of a word of eight, and each pair of bytes */
	for (unsigned c = 0; c < 256; c++)
		for (unsigned at = 0; at < 8; at++) {
			memset(text + n, 'a', 8);
			text[n + at] = (char)c;
			n += 8;
		}
	for (unsigned pair = 0; pair < 65536; pair++) {
		text[n++] = (char)(pair >> 8);
		text[n++] = (char)pair;
	}
	/* no NUL behind it: text_len says where it ends */
	for (size_t i = 0; i < sizeof(odd); i++)
		text[n + i] = odd[i];
	free(r->text);
	r->text = text;
	r->text_len = n + sizeof(odd);
	assert_line_is_the_tree(r, "\xff\"name\\\x1b\n");
}

static void numbers_beyond_jsons_are_the_largest(void **state)
{
	struct crash_report *r = crash_fixture_full();

	r->last_line = UINT64_MAX;
	r->frames[0].offset = INT64_MAX;
	r->address = UINT64_MAX;
	assert_line_is_the_tree(r, "-");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_has_every_field),
		cmocka_unit_test(what_is_not_known_is_null),
		cmocka_unit_test(any_bytes_become_the_same_text),
		cmocka_unit_test(numbers_beyond_jsons_are_the_largest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
