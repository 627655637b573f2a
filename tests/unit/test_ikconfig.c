/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/kernel/ikconfig.c */
/* LIBS: zlib */
/* What a kernel image tells of itself. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

#include "harness/kernel/ikconfig.h"
#include "harness/kernel/kconfig.h"

/* Bytes, the mark that code has, the marks with the text packed between them. */
static size_t make_kernel(uint8_t *to, size_t size, const char *text, size_t len)
{
	static const char in_code[] = "IKCFG_ST\0IKCFG_ED";
	z_stream z = {.next_in = (Bytef *)text, .avail_in = (uInt)len};
	size_t at = 100;

	memset(to, 0x90, at);
	memcpy(to + at, in_code, sizeof(in_code));
	at += sizeof(in_code);
	memcpy(to + at, in_code, 8);
	at += 8;
	assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, 16 + MAX_WBITS, 9, Z_DEFAULT_STRATEGY), 0);
	z.next_out = to + at;
	z.avail_out = (uInt)(size - at - 8);
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	at += z.total_out;
	deflateEnd(&z);
	memcpy(to + at, in_code + 9, 8);
	return at + 8;
}

static void the_configuration_is_found_between_its_marks(void **state)
{
	static const char text[] = "CONFIG_A=y\nCONFIG_B=m\n";
	uint8_t kernel[512];
	size_t len = make_kernel(kernel, sizeof(kernel), text, sizeof(text) - 1), out = 0;
	char *found = ikconfig_read(kernel, len, &out);

	assert_non_null(found);
	assert_int_equal(out, sizeof(text) - 1);
	assert_string_equal(found, text);
	free(found);
}

static void a_long_one_is_whole(void **state)
{
	size_t len = 3 << 20, n, out = 0;
	char *text = malloc(len), *found;
	uint8_t *kernel = malloc(1 << 20);

	assert_true(text && kernel);
	for (size_t i = 0; i < len; i++)
		text[i] = (char)('a' + i % 23);
	n = make_kernel(kernel, 1 << 20, text, len);
	found = ikconfig_read(kernel, n, &out);
	assert_non_null(found);
	assert_int_equal(out, len);
	assert_memory_equal(found, text, len);
	free(found);
	free(kernel);
	free(text);
}

static void one_that_would_fill_the_memory_is_refused(void **state)
{
	size_t len = 4 * KCONFIG_MAX, n, out;
	char *text = calloc(1, len);
	uint8_t *kernel = malloc(1 << 20);

	assert_true(text && kernel);
	n = make_kernel(kernel, 1 << 20, text, len);
	assert_null(ikconfig_read(kernel, n, &out));
	assert_int_equal(errno, EFBIG);
	free(kernel);
	free(text);
}

static void a_damaged_one_and_none_are_told_apart(void **state)
{
	static const char text[] = "CONFIG_A=y\nCONFIG_B=m\n";
	uint8_t kernel[512];
	size_t len = make_kernel(kernel, sizeof(kernel), text, sizeof(text) - 1), out;

	assert_null(ikconfig_read(kernel, 120, &out));
	assert_int_equal(errno, ENOENT);
	assert_null(ikconfig_read(kernel, 0, &out));
	assert_int_equal(errno, ENOENT);
	assert_null(ikconfig_read(kernel, len - 1, &out));
	assert_int_equal(errno, ENOENT);
	memset(kernel + 140, 0xff, len - 150);
	assert_null(ikconfig_read(kernel, len, &out));
	assert_int_equal(errno, EBADMSG);
}

static size_t make_image(uint8_t *image, const char *version)
{
	memset(image, 0, 1024);
	memcpy(image + 0x202, "HdrS", 4);
	image[0x20e] = 0x00;
	image[0x20f] = 0x01; /* 0x200 + 0x100 */
	memcpy(image + 0x300, version, strlen(version) + 1);
	return 1024;
}

static void the_release_is_the_first_word_of_the_version(void **state)
{
	uint8_t image[1024];
	size_t len = make_image(image, "6.1.192-kdev-fast (kdev@kdev) #1 SMP");
	char release[64];

	assert_int_equal(bzimage_release(image, len, release, sizeof(release)), 0);
	assert_string_equal(release, "6.1.192-kdev-fast");
	assert_int_equal(bzimage_release(image, len, release, 8), -ENOSPC);
}

/* It becomes the name of a directory. */
static void a_release_that_is_no_name_is_refused(void **state)
{
	static const char *const bad[] = {"", " x", "../x y", "a/b c", ".. x", "\033[1m x"};
	uint8_t image[1024];
	char release[64];

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		size_t len = make_image(image, bad[i]);

		assert_int_equal(bzimage_release(image, len, release, sizeof(release)), -ENOEXEC);
	}
	make_image(image, "6.1 x");
	assert_int_equal(bzimage_release(image, 0x303, release, sizeof(release)), -ENOEXEC);
	assert_int_equal(bzimage_release(image, 0x20f, release, sizeof(release)), -ENOEXEC);
	assert_int_equal(bzimage_release("hello", 5, release, sizeof(release)), -ENOEXEC);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_configuration_is_found_between_its_marks),
		cmocka_unit_test(a_long_one_is_whole),
		cmocka_unit_test(one_that_would_fill_the_memory_is_refused),
		cmocka_unit_test(a_damaged_one_and_none_are_told_apart),
		cmocka_unit_test(the_release_is_the_first_word_of_the_version),
		cmocka_unit_test(a_release_that_is_no_name_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
