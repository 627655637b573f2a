/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Joins and tidies source file names. */
#include "console/explain/source_path.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "console/pipeline/printable.h"
#include "console/span.h"
#include "console/strbuf.h"

/* The next component of *rest, which moves behind it. */
static struct span component(struct span *rest)
{
	struct span c;

	while (rest->n && rest->s[0] == '/')
		*rest = span_skip(*rest, 1);
	c = *rest;
	while (rest->n && rest->s[0] != '/')
		*rest = span_skip(*rest, 1);
	c.n -= rest->n;
	return c;
}

/* Drop b's last component if there is one that ".." undoes. */
static bool drop_last(struct strbuf *b)
{
	const char *s = strbuf_str(b), *slash = strrchr(s, '/');
	const char *last = slash ? slash + 1 : s;

	if (!*last || !strcmp(last, ".."))
		return false;
	strbuf_cut(b, slash ? (size_t)(slash - s) : 0);
	return true;
}

static void add_components(struct strbuf *b, const char *path)
{
	struct span rest = {path, strnlen(path, PATH_MAX)};

	while (rest.n) {
		struct span c = component(&rest);

		if (!c.n || span_is(c, "."))
			continue;
		if (span_is(c, "..") && drop_last(b))
			continue;
		if (b->len || path[0] == '/')
			strbuf_addc(b, '/');
		strbuf_add(b, c.s, c.n);
	}
}

/* The top of the kernel's source tree, for files whose name is absolute though the compiler
 * ran in a build directory below it: assembly, mostly. */
static bool is_kernel_directory(struct span name)
{
	static const char *const names[] = {
		"arch", "block",    "certs", "crypto", "drivers", "fs", "include",
		"init", "io_uring", "ipc",   "kernel", "lib",     "mm", "net",
		"rust", "security", "sound", "usr",    "virt",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (span_is(name, names[i]))
			return true;
	return false;
}

/* The length of what comes before the name below the source tree: `dir` or a directory above
 * it. 0: leave the path as it is. */
static size_t tree_length(const char *path, const char *dir)
{
	struct strbuf top = {0};
	size_t found = 0;

	add_components(&top, dir);
	for (bool own = true; top.len; own = false) {
		bool above = !strncmp(path, top.s, top.len) && path[top.len] == '/';
		struct span rest = span_of(above ? path + top.len : "");

		if (above && (own || is_kernel_directory(component(&rest)))) {
			found = top.len + 1;
			break;
		}
		if (!drop_last(&top))
			break;
	}
	strbuf_free(&top);
	return found;
}

char *source_path(const char *dir, const char *file, bool relative)
{
	struct strbuf joined = {0}, clean = {0};
	const char *s;
	char *out;

	if (dir && file[0] != '/')
		add_components(&joined, dir);
	add_components(&joined, file);
	s = strbuf_str(&joined);
	if (dir && relative)
		s += tree_length(s, dir);
	strbuf_add_printable(&clean, s, strlen(s));
	clean.err = clean.err ? clean.err : joined.err;
	out = strbuf_take(&clean);
	strbuf_free(&joined);
	return out;
}
