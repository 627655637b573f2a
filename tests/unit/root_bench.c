/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For tests of root file systems: a directory to work in, archives made of a few lines. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "harness/paths.h"
#include "root_bench.h"

#define TAR_MAX (1 << 20)

struct bench *bench_open(void)
{
	struct bench *b = calloc(1, sizeof(*b));

	assert_non_null(b);
	snprintf(b->dir, sizeof(b->dir), "/tmp/kdev-root-XXXXXX");
	assert_non_null(mkdtemp(b->dir));
	snprintf(b->tree, sizeof(b->tree), "%s/tree", b->dir);
	assert_int_equal(mkdir(b->tree, 0755), 0);
	b->s.err = b->err;
	b->s.err_len = sizeof(b->err);
	b->s.log = path_format("%s/log", b->dir);
	assert_int_equal(process_signals_open(&b->s.signals), 0);
	return b;
}

void bench_close(struct bench *b)
{
	process_signals_close(&b->s.signals);
	assert_int_equal(path_remove_tree(b->dir), 0);
	free(b->s.log);
	free(b);
}

const char *bench_path(struct bench *b, const char *leaf)
{
	static char paths[4][256];
	static unsigned next;
	char *path = paths[next++ % 4];

	snprintf(path, sizeof(paths[0]), "%s/%s", b->dir, leaf);
	return path;
}

void bench_write(struct bench *b, const char *leaf, const void *bytes, size_t len)
{
	assert_int_equal(path_write_atomic(bench_path(b, leaf), bytes, len, 0644), 0);
}

char *bench_read(struct bench *b, const char *leaf)
{
	return path_read(bench_path(b, leaf), TAR_MAX, NULL);
}

static void fill(struct archive_entry *e, const struct member *m)
{
	archive_entry_set_pathname(e, m->name);
	archive_entry_set_filetype(e, m->type);
	archive_entry_set_perm(e, m->type == AE_IFDIR ? 0755 : 0640);
	archive_entry_set_uid(e, m->uid);
	archive_entry_set_gid(e, m->uid);
	archive_entry_set_mtime(e, 1000000000, 0);
	if (m->type == AE_IFCHR || m->type == AE_IFBLK) {
		archive_entry_set_rdevmajor(e, (dev_t)m->major);
		archive_entry_set_rdevminor(e, (dev_t)m->minor);
	}
	if (m->xattr)
		archive_entry_xattr_add_entry(e, "user.kdev", m->xattr, strlen(m->xattr));
	if (m->hard)
		archive_entry_set_hardlink(e, m->data);
	else if (m->type == AE_IFLNK)
		archive_entry_set_symlink(e, m->data);
}

char *bench_tar(const struct member *m, bool gzip, size_t *len)
{
	struct archive *a = archive_write_new();
	char *tar = malloc(TAR_MAX);

	assert_true(a && tar);
	assert_int_equal(archive_write_set_format_pax_restricted(a), ARCHIVE_OK);
	if (gzip)
		assert_int_equal(archive_write_add_filter_gzip(a), ARCHIVE_OK);
	assert_int_equal(archive_write_open_memory(a, tar, TAR_MAX, len), ARCHIVE_OK);
	for (; m->name; m++) {
		bool has_data = m->type == AE_IFREG && !m->hard && m->data;
		size_t n = !has_data ? 0 : m->len ? m->len : strlen(m->data);
		struct archive_entry *e = archive_entry_new();

		fill(e, m);
		archive_entry_set_size(e, (la_int64_t)n);
		assert_true(archive_write_header(a, e) >= ARCHIVE_WARN);
		if (n)
			assert_int_equal(archive_write_data(a, m->data, n), n);
		archive_entry_free(e);
	}
	assert_int_equal(archive_write_close(a), ARCHIVE_OK);
	archive_write_free(a);
	return tar;
}
