/* SPDX-License-Identifier: GPL-2.0-or-later */
/* LINK: harness/rootfs/unpack.c harness/rootfs/container*.c harness/rootfs/root_jail.c */
/* LINK: harness/rootfs/root_import.c harness/rootfs/root_adapt*.c harness/rootfs/root_copy.c */
/* LINK: harness/rootfs/disk*.c harness/rootfs/partitions*.c harness/rootfs/ssh_bundle.c */
/* LINK: harness/rootfs/fstab.c harness/netboot/setup_tools.c harness/process.c harness/log.c */
/* LINK: harness/paths.c harness/paths_file.c harness/paths_remove.c console/strbuf.c */
/* LINK: tests/unit/root_bench.c */
/* LIBS: libarchive blkid jansson */
/* Root file systems out of archives and images: what is kept, and what is refused. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/paths.h"
#include "harness/rootfs/container.h"
#include "harness/rootfs/root_import.h"
#include "root_bench.h"

#define SHA_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define SHA_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define SHA_C "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc"

static int open_bench(void **state)
{
	*state = bench_open();
	return 0;
}

static int close_bench(void **state)
{
	bench_close(*state);
	return 0;
}

static void need_root(void)
{
	if (geteuid() != 0)
		skip();
}

/* Import what is at DIR/leaf into DIR/tree. */
static int import(struct bench *b, const char *leaf)
{
	char *note = NULL;
	int err;

	assert_int_equal(rmdir(b->tree), 0);
	err = root_import(&b->s, bench_path(b, leaf), -1, b->tree, &note);
	free(note);
	return err;
}

static int import_tar(struct bench *b, const struct member *m)
{
	size_t len;
	char *tar = bench_tar(m, false, &len);

	bench_write(b, "root.tar", tar, len);
	free(tar);
	return import(b, "root.tar");
}

static void expect(struct bench *b, const char *leaf, const char *text)
{
	char *have = bench_read(b, leaf);

	if (!text) {
		assert_null(have);
		return;
	}
	assert_non_null(have);
	assert_string_equal(have, text);
	free(have);
}

static void owners_devices_links_times_and_attributes_are_kept(void **state)
{
	static const struct member members[] = {
		M_DIR("./"),
		{.name = "./a/file",
		 .type = AE_IFREG,
		 .data = "text",
		 .uid = 1234,
		 .xattr = "value"},
		{.name = "./a/same", .type = AE_IFREG, .data = "./a/file", .hard = true},
		{.name = "./a/null", .type = AE_IFCHR, .major = 1, .minor = 3},
		M_LINK("./a/link", "/etc/passwd"),
		M_END};
	struct bench *b = *state;
	char value[8] = "", target[32] = "";
	struct stat st, same;

	need_root();
	assert_int_equal(import_tar(b, members), 0);
	assert_int_equal(lstat(bench_path(b, "tree/a/file"), &st), 0);
	assert_int_equal(st.st_uid, 1234);
	assert_int_equal(st.st_gid, 1234);
	assert_int_equal(st.st_mode, S_IFREG | 0640);
	assert_int_equal(st.st_mtime, 1000000000);
	assert_int_equal(lstat(bench_path(b, "tree/a/same"), &same), 0);
	assert_int_equal(st.st_ino, same.st_ino);
	if (getxattr(bench_path(b, "tree/a/file"), "user.kdev", value, sizeof(value)) < 0)
		assert_int_equal(errno, EOPNOTSUPP); /* of a tmpfs in old kernels */
	else
		assert_string_equal(value, "value");
	assert_int_equal(lstat(bench_path(b, "tree/a/null"), &st), 0);
	assert_true(S_ISCHR(st.st_mode));
	assert_int_equal(st.st_rdev, makedev(1, 3));
	assert_true(readlink(bench_path(b, "tree/a/link"), target, sizeof(target) - 1) > 0);
	assert_string_equal(target, "/etc/passwd");
}

static void a_compressed_tar_is_the_same(void **state)
{
	static const struct member members[] = {M_FILE("etc/x", "y"), M_END};
	struct bench *b = *state;
	size_t len;
	char *tar = bench_tar(members, true, &len);

	need_root();
	bench_write(b, "root.tgz", tar, len);
	free(tar);
	assert_int_equal(import(b, "root.tgz"), 0);
	expect(b, "tree/etc/x", "y");
}

static void a_name_that_climbs_out_is_refused(void **state)
{
	static const char *const bad[] = {"../out", "a/../../out", "/../out", "a/.."};
	struct bench *b = *state;

	need_root();
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const struct member members[] = {M_FILE(bad[i], "evil"), M_END};

		assert_int_equal(import_tar(b, members), -EINVAL);
		assert_non_null(strstr(b->err, "leads out of the root"));
		expect(b, "out", NULL);
		path_remove_tree(b->tree);
		assert_int_equal(mkdir(b->tree, 0755), 0);
	}
}

static void a_hard_link_that_climbs_out_is_refused(void **state)
{
	struct bench *b = *state;
	static const struct member members[] = {
		{.name = "inner", .type = AE_IFREG, .data = "../secret", .hard = true}, M_END};

	need_root();
	bench_write(b, "secret", "x", 1);
	assert_int_equal(import_tar(b, members), -EINVAL);
	expect(b, "tree/inner", NULL);
}

/* As it would be on the board: there, that is the root's own directory. */
static void absolute_names_and_links_stay_below_the_root(void **state)
{
	struct bench *b = *state;
	char outside[64], through[80];
	struct member members[] = {M_FILE("/abs", "a"),
				   M_LINK("climb", "../../../../../../../../.."),
				   M_FILE("climb/escaped-by-dots", "c"),
				   M_LINK("link", outside),
				   M_FILE(through, "b"),
				   M_END};

	need_root();
	snprintf(outside, sizeof(outside), "%s", b->dir);
	snprintf(through, sizeof(through), "link/escaped");
	import_tar(b, members);
	expect(b, "escaped", NULL);
	expect(b, "tree/abs", "a");
	assert_int_equal(access("/escaped-by-dots", F_OK), -1);
}

static void what_is_no_archive_and_no_disk_is_said_to_be_so(void **state)
{
	struct bench *b = *state;

	need_root();
	bench_write(b, "noise", "hello, world\n", 13);
	assert_int_equal(import(b, "noise"), -ENOENT);
	assert_non_null(strstr(b->err, "noise: it is no tar"));
}

static void a_tar_that_ends_too_early_is_an_error(void **state)
{
	static char big[100000];
	const struct member members[] = {M_DATA("etc/x", big, sizeof(big)), M_END};
	struct bench *b = *state;
	size_t len;
	char *tar;

	need_root();
	memset(big, 'x', sizeof(big));
	tar = bench_tar(members, false, &len);
	bench_write(b, "short.tar", tar, sizeof(big) / 2);
	free(tar);
	assert_true(import(b, "short.tar") < 0);
	assert_true(strlen(b->err) > 0);
}

static void a_directory_is_copied_without_what_is_mounted_in_it(void **state)
{
	struct bench *b = *state;

	need_root();
	assert_int_equal(mkdir(bench_path(b, "from"), 0755), 0);
	bench_write(b, "from/x", "1", 1);
	assert_int_equal(chown(bench_path(b, "from/x"), 77, 78), 0);
	assert_int_equal(import(b, "from"), 0);
	expect(b, "tree/x", "1");
}

static void marks_of_what_is_gone_are_told_from_names(void **state)
{
	const char *name = NULL;

	assert_int_equal(whiteout_of("a/b", NULL), NOT_WHITEOUT);
	assert_int_equal(whiteout_of("a/.wh.b", &name), WHITEOUT_ONE);
	assert_string_equal(name, "b");
	assert_int_equal(whiteout_of(".wh..wh..opq", &name), WHITEOUT_ALL);
	assert_int_equal(whiteout_of("a/.wh.", &name), NOT_WHITEOUT);
	assert_int_equal(whiteout_of("a/.wh..", &name), NOT_WHITEOUT);
	assert_int_equal(whiteout_of("a/.wh...", &name), NOT_WHITEOUT);
}

static const struct member lower[] = {M_DIR("etc"),
				      M_FILE("etc/kept", "1"),
				      M_FILE("etc/changed", "1"),
				      M_FILE("etc/gone", "1"),
				      M_FILE("opaque/old", "1"),
				      M_FILE("dir/sub/old", "1"),
				      M_LINK("lib", "usr/lib"),
				      M_FILE("usr/lib/x", "1"),
				      M_END};
static const struct member upper[] = {M_FILE("etc/changed", "2"), M_FILE("etc/.wh.gone", ""),
				      M_FILE("opaque/new", "2"),  M_FILE("opaque/.wh..wh..opq", ""),
				      M_FILE(".wh.dir", ""),      M_END};

static void expect_both_layers(struct bench *b)
{
	expect(b, "tree/etc/kept", "1");
	expect(b, "tree/etc/changed", "2");
	expect(b, "tree/etc/gone", NULL);
	expect(b, "tree/etc/.wh.gone", NULL);
	expect(b, "tree/opaque/old", NULL);
	expect(b, "tree/opaque/new", "2");
	expect(b, "tree/opaque/.wh..wh..opq", NULL);
	expect(b, "tree/usr/lib/x", "1");
	assert_int_equal(access(bench_path(b, "tree/dir"), F_OK), -1);
}

/* docker's own: the manifest comes last, a layer that is there twice is a link. */
static void the_layers_of_a_saved_image_are_applied_in_order(void **state)
{
	static const char manifest[] = "[{\"Config\":\"c.json\",\"Layers\":[\"" SHA_B
				       "/layer.tar\",\"" SHA_C "/layer.tar\"]}]";
	struct bench *b = *state;
	size_t lower_len, upper_len;
	char *low = bench_tar(lower, false, &lower_len), *up = bench_tar(upper, true, &upper_len);
	const struct member image[] = {M_DATA(SHA_A "/layer.tar", up, upper_len),
				       M_DATA(SHA_B "/layer.tar", low, lower_len),
				       M_LINK(SHA_C "/layer.tar", "../" SHA_A "/layer.tar"),
				       M_FILE("manifest.json", manifest), M_END};
	int err;

	need_root();
	err = import_tar(b, image);
	free(low);
	free(up);
	assert_int_equal(err, 0);
	expect_both_layers(b);
}

static void an_oci_layout_is_read_from_its_directory(void **state)
{
	static const char index[] =
		"{\"manifests\":[{\"digest\":\"sha256:" SHA_C
		"\",\"platform\":{\"architecture\":\"amd64\"}},"
		"{\"digest\":\"sha256:" SHA_A "\",\"platform\":{\"architecture\":\"arm64\"}}]}";
	static const char manifest[] = "{\"layers\":[{\"digest\":\"sha256:" SHA_A
				       "\"},{\"digest\":\"sha256:" SHA_B "\"}]}";
	struct bench *b = *state;
	size_t lower_len, upper_len;
	char *low = bench_tar(lower, true, &lower_len), *up = bench_tar(upper, false, &upper_len);

	need_root();
	assert_int_equal(path_mkdirs(bench_path(b, "oci/blobs/sha256"), 0755), 0);
	bench_write(b, "oci/oci-layout", "{}", 2);
	bench_write(b, "oci/index.json", index, strlen(index));
	bench_write(b, "oci/blobs/sha256/" SHA_C, manifest, strlen(manifest));
	bench_write(b, "oci/blobs/sha256/" SHA_A, low, lower_len);
	bench_write(b, "oci/blobs/sha256/" SHA_B, up, upper_len);
	free(low);
	free(up);
	assert_int_equal(import(b, "oci"), 0);
	expect_both_layers(b);
}

static void an_image_whose_layer_is_missing_or_outside_is_an_error(void **state)
{
	static const char one[] = "[{\"Layers\":[\"" SHA_A "/layer.tar\"]}]";
	static const char *const manifests[] = {one,
						"[{\"Layers\":[\"../../etc/passwd\"]}]",
						"[{\"Layers\":[7]}]",
						"[{\"Layers\":[]}]",
						"[]",
						"{",
						"[{},{}]"};
	struct bench *b = *state;

	need_root();
	for (size_t i = 0; i < sizeof(manifests) / sizeof(manifests[0]); i++) {
		const struct member image[] = {M_FILE("manifest.json", manifests[i]), M_END};

		b->err[0] = '\0';
		assert_true(import_tar(b, image) < 0);
		assert_true(strlen(b->err) > 0);
		path_remove_tree(b->tree);
		assert_int_equal(mkdir(b->tree, 0755), 0);
	}
}

/* A layer's link leads where it would on the board; nothing of the host is taken away. */
static void a_mark_behind_a_link_takes_nothing_away_outside(void **state)
{
	struct bench *b = *state;
	struct member low[] = {M_LINK("out", b->dir), M_FILE("x", "1"), M_END};
	static const struct member up[] = {M_FILE("out/.wh.victim", ""), M_END};
	size_t low_len, up_len;
	char *l = bench_tar(low, false, &low_len), *u = bench_tar(up, false, &up_len);
	const struct member image[] = {
		M_DATA(SHA_A "/layer.tar", l, low_len), M_DATA(SHA_B "/layer.tar", u, up_len),
		M_FILE("manifest.json",
		       "[{\"Layers\":[\"" SHA_A "/layer.tar\",\"" SHA_B "/layer.tar\"]}]"),
		M_END};

	need_root();
	bench_write(b, "victim", "1", 1);
	import_tar(b, image);
	free(l);
	free(u);
	expect(b, "victim", "1");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, open_bench, close_bench)
	const struct CMUnitTest tests[] = {
		TEST(owners_devices_links_times_and_attributes_are_kept),
		TEST(a_compressed_tar_is_the_same),
		TEST(a_name_that_climbs_out_is_refused),
		TEST(a_hard_link_that_climbs_out_is_refused),
		TEST(absolute_names_and_links_stay_below_the_root),
		TEST(what_is_no_archive_and_no_disk_is_said_to_be_so),
		TEST(a_tar_that_ends_too_early_is_an_error),
		TEST(a_directory_is_copied_without_what_is_mounted_in_it),
		TEST(marks_of_what_is_gone_are_told_from_names),
		TEST(the_layers_of_a_saved_image_are_applied_in_order),
		TEST(an_oci_layout_is_read_from_its_directory),
		TEST(an_image_whose_layer_is_missing_or_outside_is_an_error),
		TEST(a_mark_behind_a_link_takes_nothing_away_outside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
