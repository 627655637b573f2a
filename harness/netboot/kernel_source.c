/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel from Debian's linux-source with our fragments of a configuration. It is built out of
 * tree, beside others, in a directory named after the flavour and what goes into it; what was
 * interrupted goes on there.
 */
#include <errno.h>
#include <glob.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "console/strbuf.h"
#include "harness/netboot/files.h"
#include "harness/netboot/parts.h"
#include "harness/netboot/stamp.h"
#include "harness/paths.h"

#define TARBALLS     "/usr/src/linux-source-*.tar.xz"
#define FRAGMENT_MAX 65536

/* What a build needs of this host. */
static const struct {
	const char *file, *package;
} tools[] = {
	{"/usr/bin/make", "make"}, {"/usr/bin/gcc", "gcc"},
	{"/usr/bin/flex", "flex"}, {"/usr/bin/bison", "bison"},
	{"/usr/bin/bc", "bc"},     {"/usr/include/gelf.h", "libelf-dev"},
	{"/usr/bin/lz4", "lz4"},   {"/usr/bin/xz", "xz-utils"},
	{"/usr/bin/perl", "perl"},
};

/* The newest that is installed; new string or NULL. */
static char *find_tarball(void)
{
	char *best = NULL;
	glob_t g = {0};

	if (glob(TARBALLS, 0, NULL, &g) == 0) {
		for (size_t i = 0; i < g.gl_pathc; i++)
			if (!best || strverscmp(g.gl_pathv[i], best) > 0)
				best = g.gl_pathv[i];
		best = best ? strdup(best) : NULL;
	}
	globfree(&g);
	return best;
}

/* All that is missing in one line, as it is to be installed. */
static int check_tools(struct setup *s, const char *tarball)
{
	struct strbuf missing = {0};
	int err = 0;

	for (size_t i = 0; i < sizeof(tools) / sizeof(tools[0]); i++)
		if (access(tools[i].file, F_OK))
			strbuf_addf(&missing, " %s", tools[i].package);
	if (!tarball)
		strbuf_adds(&missing, " linux-source");
	if (missing.len)
		err = setup_fail(s, -ENOENT,
				 "to build a kernel, install what is missing for it: apt-get "
				 "install%s (or make deps-kernel)",
				 strbuf_str(&missing));
	strbuf_free(&missing);
	return err;
}

static char *fragment_path(const char *leaf)
{
	char *dir = client_program(KERNEL_FRAGMENTS);
	char *path = dir ? path_format("%s/%s.config", dir, leaf) : NULL;

	free(dir);
	return path;
}

static bool add_source(struct stamp *stamp)
{
	char *tarball = find_tarball(), value[64];
	struct stat st;
	bool there = tarball && stat(tarball, &st) == 0;

	if (there) {
		snprintf(value, sizeof(value), "%lld bytes of %lld", (long long)st.st_size,
			 (long long)st.st_mtim.tv_sec);
		stamp_add(stamp, tarball, value);
	}
	free(tarball);
	return there;
}

bool kernel_source_stamp(const char *flavour, struct stamp *stamp)
{
	const char *const leaves[] = {"base", flavour};

	for (size_t i = 0; i < 2; i++) {
		char *path = fragment_path(leaves[i]);

		stamp_add_file(stamp, leaves[i], path ? path : "");
		free(path);
	}
	return add_source(stamp);
}

/* Unpacked once for all flavours. */
static int unpack(struct setup *s, const char *tarball, char **source)
{
	char *dir = path_format("%s/kernel-source", path_cache());
	char *fresh = path_format("%s/.new", dir), *mark = path_format("%s/" KERNEL_STAMP, dir);
	char *base = strdup(strrchr(tarball, '/') + 1), *from, *to;
	const char *argv[] = {"nice", "tar", "-xf", tarball, "-C", fresh, NULL};
	struct stamp stamp = {0};
	int err = dir && fresh && mark && base ? setup_mkdirs(s, dir, 0755)
					       : setup_fail(s, -ENOMEM, "out of memory");

	if (!err)
		base[strlen(base) - strlen(".tar.xz")] = '\0';
	from = path_format("%s/%s", fresh, base);
	to = path_format("%s/%s", dir, base);
	add_source(&stamp);
	if (!err && !(from && to))
		err = setup_fail(s, -ENOMEM, "out of memory");
	if (!err && !stamp_is_at(&stamp, mark)) {
		if (s->note)
			s->note(s->note_arg, "kernel: unpacking its source");
		path_remove_tree(fresh);
		err = setup_mkdirs(s, fresh, 0755);
		if (!err)
			err = setup_run(s, argv);
		if (!err)
			err = setup_replace(s, from, to);
		if (!err)
			err = setup_write(s, mark, stamp.text, 0644);
		path_remove_tree(fresh);
	}
	*source = err ? NULL : strdup(to);
	free(to);
	free(from);
	free(base);
	free(mark);
	free(fresh);
	free(dir);
	return err || *source ? err : setup_fail(s, -ENOMEM, "out of memory");
}

static int read_fragments(struct setup *s, const char *flavour, struct strbuf *text)
{
	const char *const leaves[] = {"base", flavour};

	for (size_t i = 0; i < 2; i++) {
		char *path = fragment_path(leaves[i]);
		char *part = path ? path_read(path, FRAGMENT_MAX, NULL) : NULL;
		int err = part ? 0
			       : setup_fail(s, -errno, "%s: %s", path ? path : leaves[i],
					    strerror(errno));

		if (part)
			strbuf_adds(text, part);
		free(part);
		free(path);
		if (err)
			return err;
	}
	return text->err ? setup_fail(s, text->err, "out of memory") : 0;
}

/* Of this flavour, from other fragments or another source: a gigabyte each. */
static void remove_others(const char *flavour, const char *keep)
{
	char *pattern = path_format("%s/kernel-build/%s-*", path_cache(), flavour);
	glob_t g = {0};

	if (pattern && glob(pattern, 0, NULL, &g) == 0)
		for (size_t i = 0; i < g.gl_pathc; i++)
			if (strcmp(g.gl_pathv[i], keep) != 0)
				path_remove_tree(g.gl_pathv[i]);
	globfree(&g);
	free(pattern);
}

static char *build_dir(const char *flavour)
{
	struct stamp stamp = {0};
	uint64_t h = 0xcbf29ce484222325;

	kernel_source_stamp(flavour, &stamp);
	for (size_t i = 0; i < stamp.len; i++)
		h = (h ^ (unsigned char)stamp.text[i]) * 0x100000001b3;
	return path_format("%s/kernel-build/%s-%016llx", path_cache(), flavour,
			   (unsigned long long)h);
}

int kernel_source(struct setup *s, const char *flavour, char **tree)
{
	char *tarball = find_tarball(), *source = NULL, *dir = build_dir(flavour);
	struct strbuf wanted = {0};
	int err = dir ? check_tools(s, tarball) : setup_fail(s, -ENOMEM, "out of memory");

	if (!err)
		err = read_fragments(s, flavour, &wanted);
	if (!err)
		err = unpack(s, tarball, &source);
	if (!err)
		err = setup_mkdirs(s, dir, 0755);
	if (!err)
		err = kernel_configure(s, source, dir, &wanted);
	if (!err)
		err = kernel_build(s, dir, flavour);
	if (!err) {
		remove_others(flavour, dir);
		*tree = dir;
		dir = NULL;
	}
	strbuf_free(&wanted);
	free(source);
	free(tarball);
	free(dir);
	return err;
}
