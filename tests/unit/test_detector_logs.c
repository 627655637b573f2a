/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: console/detector/decode.c console/detector/detector*.c console/detector/finding.c */
/* LINK: console/detector/crash.c console/detector/facts.c console/detector/frames.c */
/* LINK: console/detector/guilt.c console/detector/pattern.c console/detector/plumbing*.c */
/* LINK: console/detector/prefilter*.c console/detector/report_buffer.c console/detector/rules*.c */
/* LINK: console/detector/signature.c console/strbuf.c console/detector/title*.c */
/* LINK: console/detector/torn.c console/detector/trace*.c console/pipeline/kmsg*.c */
/* LINK: console/pipeline/sanitize.c console/pipeline/boot_marks.c */
/* LINK: console/pipeline/netconsole_header.c console/demangle*.c */
/*
 * Every tests/logs/NAME.log says what tests/logs/NAME.expect expects of it. To add a
 * case: write both; KDEV_WRITE_EXPECT=1 writes what is found now, to be looked at.
 */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "console/detector/decode.h"
#include "console/strbuf.h"

static void add(struct strbuf *b, const char *key, const char *value)
{
	if (value && *value)
		strbuf_addf(b, "%s: %s\n", key, value);
}

static void describe_report(struct strbuf *b, const struct crash_report *r)
{
	if (b->len)
		strbuf_addc(b, '\n');
	add(b, "title", r->title);
	add(b, "type", r->type);
	for (size_t i = 0; i < r->n_alt; i++)
		add(b, "alt", r->alt[i]);
	add(b, "class", crash_class_name(r->klass));
	add(b, "function", r->function);
	add(b, "module", r->module);
	add(b, "corrupted", r->corrupted_reason);
	add(b, "panicked", r->panicked ? "yes" : NULL);
	add(b, "secondary", r->secondary ? "yes" : NULL);
	strbuf_addf(b, "lines: %llu to %llu\n", (unsigned long long)r->first_line,
		    (unsigned long long)r->last_line);
}

typedef void report_end(void *arg, struct crash_report *r);

static void describe(void *arg, struct crash_report *r)
{
	describe_report(arg, r);
	crash_report_free(r);
}

static void quote(void *arg, struct crash_report *r)
{
	describe_report(arg, r);
	add(arg, "text", r->text);
	crash_report_free(r);
}

static char *read_file(const char *path, size_t *n)
{
	FILE *f = fopen(path, "r");
	char *text = calloc(1, 1 << 20);

	assert_non_null(text);
	*n = f ? fread(text, 1, (1 << 20) - 1, f) : 0;
	if (f)
		fclose(f);
	return text;
}

/* What the detector says of the log, fed in pieces of `piece` bytes. */
static char *decode_in_pieces(report_end *end, const char *log, size_t n, size_t piece)
{
	struct strbuf b = {0};
	struct decode *d = decode_new(end, &b);
	char *said;

	assert_non_null(d);
	for (size_t i = 0; i < n; i += piece)
		assert_int_equal(decode_feed(d, log + i, n - i < piece ? n - i : piece), 0);
	assert_int_equal(decode_finish(d), 0);
	decode_free(d);
	said = strbuf_take(&b);
	assert_non_null(said);
	return said;
}

static void write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	assert_int_equal(fclose(f), 0);
}

static void check_log(const char *path)
{
	size_t n, m, base = strlen(path) - strlen(".log");
	char expect_path[512], *log = read_file(path, &n),
			       *said = decode_in_pieces(describe, log, n, 1 << 20);
	char *expected;

	assert_true(n > 0);
	snprintf(expect_path, sizeof(expect_path), "%.*s.expect", (int)base, path);
	if (getenv("KDEV_WRITE_EXPECT"))
		write_file(expect_path, said);
	expected = read_file(expect_path, &m);
	if (strcmp(said, expected) != 0)
		print_error("%s: expected\n%s\n%s: found\n%s\n", expect_path, expected, path, said);
	assert_string_equal(said, expected);
	free(expected);
	free(said);
	free(log);
}

static void check_all(const char *pattern)
{
	glob_t g;

	assert_int_equal(glob(pattern, 0, NULL, &g), 0);
	for (size_t i = 0; i < g.gl_pathc; i++)
		check_log(g.gl_pathv[i]);
	globfree(&g);
}

static void each_example_log_gives_what_is_expected(void **state)
{
	check_all("tests/logs/*.log");
}

static void each_log_of_the_virtual_board_gives_what_is_expected(void **state)
{
	check_all("tests/logs/live/*.log");
}

static void how_the_bytes_are_cut_does_not_matter(void **state)
{
	static const size_t pieces[] = {1, 7, 64, 4096};
	glob_t g;

	assert_int_equal(glob("tests/logs/*.log", 0, NULL, &g), 0);
	assert_int_equal(glob("tests/logs/live/*.log", GLOB_APPEND, NULL, &g), 0);
	for (size_t i = 0; i < g.gl_pathc; i++) {
		size_t n;
		char *log = read_file(g.gl_pathv[i], &n),
		     *whole = decode_in_pieces(quote, log, n, n);

		for (size_t k = 0; k < sizeof(pieces) / sizeof(pieces[0]); k++) {
			char *said = decode_in_pieces(quote, log, n, pieces[k]);

			assert_string_equal(said, whole);
			free(said);
		}
		free(whole);
		free(log);
	}
	globfree(&g);
}

/* Of lines that nothing is searched for in, only the last are looked at; in pieces each is. */
static void assert_a_skipped_line_ends_the_firmware(const char *line)
{
	char *log, *whole, *cut;
	int n = asprintf(&log,
			 "U-Boot 2023.01 (Jan 10 2023 - 10:00:00 +0000)\n%sBUG: bad magic in env\n",
			 line);

	assert_true(n > 0);
	whole = decode_in_pieces(quote, log, (size_t)n, (size_t)n);
	cut = decode_in_pieces(quote, log, (size_t)n, 25);
	assert_non_null(strstr(whole, "bad magic"));
	assert_string_equal(cut, whole);
	free(log);
	free(whole);
	free(cut);
}

static void a_kernel_that_was_skipped_ends_the_firmware_as_one_that_was_read(void **state)
{
	assert_a_skipped_line_ends_the_firmware(
		"[    1.234567] systemd[1]: Hostname set to <node7>.\n");
}

static void a_record_within_a_skipped_line_ends_the_firmware_too(void **state)
{
	assert_a_skipped_line_ends_the_firmware(
		"Loading Ramdi[   12.345678] systemd[1]: Hostname set to <node7>.\n");
}

static void a_line_of_a_hundred_megabytes_is_read_in_bounded_memory(void **state)
{
	static char piece[1 << 20];
	struct strbuf b = {0};
	struct decode *d = decode_new(describe, &b);

	memset(piece, 'x', sizeof(piece));
	for (int i = 0; i < 100; i++)
		assert_int_equal(decode_feed(d, piece, sizeof(piece)), 0);
	assert_int_equal(decode_feed(d, "\nBUG: memory leak\n", 18), 0);
	assert_int_equal(decode_finish(d), 0);
	assert_true(strstr(strbuf_str(&b), "lines: 2 to 2") != NULL);
	strbuf_free(&b);
	decode_free(d);
}

static void count_secondary(void *arg, struct crash_report *r)
{
	unsigned *n = arg;

	*n += r->secondary || r->first_line != 1;
	crash_report_free(r);
}

static void what_is_fed_after_the_end_is_another_log(void **state)
{
	static const char log[] = "general protection fault, 0000 [#1] SMP\nRIP: 0010:f+0x1/0x2\n";
	unsigned n = 0;
	struct decode *d = decode_new(count_secondary, &n);

	for (int i = 0; i < 2; i++) {
		assert_int_equal(decode_feed(d, log, sizeof(log) - 1), 0);
		assert_int_equal(decode_finish(d), 0);
	}
	assert_int_equal(n, 0);
	assert_int_equal(decode_feed(d, log, sizeof(log) - 1), 0);
	assert_int_equal(decode_feed(d, "---[ end trace ]---\n", 20), 0);
	assert_int_equal(decode_feed(d, log, sizeof(log) - 1), 0);
	assert_int_equal(decode_finish(d), 0);
	assert_int_equal(n, 1);
	decode_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_example_log_gives_what_is_expected),
		cmocka_unit_test(each_log_of_the_virtual_board_gives_what_is_expected),
		cmocka_unit_test(how_the_bytes_are_cut_does_not_matter),
		cmocka_unit_test(a_kernel_that_was_skipped_ends_the_firmware_as_one_that_was_read),
		cmocka_unit_test(a_record_within_a_skipped_line_ends_the_firmware_too),
		cmocka_unit_test(a_line_of_a_hundred_megabytes_is_read_in_bounded_memory),
		cmocka_unit_test(what_is_fed_after_the_end_is_another_log),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
