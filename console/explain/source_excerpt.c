/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads a few lines of source. */
#include "console/explain/source_excerpt.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "console/pipeline/printable.h"

/* The kernel's biggest generated headers have some 16 MB. */
#define FILE_MAX      (32LL << 20)
#define LINE_MAX_SHOW 1024
#define TAB_WIDTH     8

static bool is_source_name(const char *file)
{
	static const char *const suffixes[] = {".c",  ".h",  ".S",   ".s",
					       ".rs", ".cc", ".cpp", ".hpp"};
	const char *dot = strrchr(file, '.');

	for (size_t i = 0; dot && i < sizeof(suffixes) / sizeof(suffixes[0]); i++)
		if (!strcmp(dot, suffixes[i]))
			return true;
	return false;
}

/* Opened without waiting, in case it is a FIFO. */
static FILE *open_regular(const char *path, time_t built, bool *changed)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	FILE *f;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size > FILE_MAX ||
	    !(f = fdopen(fd, "r"))) {
		close(fd);
		return NULL;
	}
	*changed = built && st.st_mtime > built;
	return f;
}

static FILE *open_source(const char *file, const char *const *roots, size_t n, time_t built,
			 bool *changed)
{
	FILE *f = NULL;

	if (!is_source_name(file))
		return NULL;
	if (file[0] == '/')
		return open_regular(file, built, changed);
	if (!strncmp(file, "../", 3)) /* source_path() leaves ".." only in front */
		return NULL;
	for (size_t i = 0; i < n && !f; i++) {
		char path[PATH_MAX];

		if ((size_t)snprintf(path, sizeof(path), "%s/%s", roots[i], file) < sizeof(path))
			f = open_regular(path, built, changed);
	}
	return f;
}

/* A line as a terminal shows it. */
static char *show_line(const char *s, size_t n)
{
	struct strbuf expanded = {0}, clean = {0};

	n = n > LINE_MAX_SHOW ? LINE_MAX_SHOW : n;
	for (size_t i = 0; i < n && s[i] != '\n'; i++) {
		if (s[i] == '\t')
			strbuf_fill(&expanded, ' ', TAB_WIDTH - expanded.len % TAB_WIDTH);
		else
			strbuf_addc(&expanded, s[i]);
	}
	strbuf_add_printable(&clean, strbuf_str(&expanded), expanded.len);
	clean.err = clean.err ? clean.err : expanded.err;
	strbuf_free(&expanded);
	return strbuf_take(&clean);
}

static int read_lines(FILE *f, unsigned first, unsigned last, struct source_excerpt *out)
{
	char *line = NULL;
	size_t space = 0;
	ssize_t n;
	int err = 0;

	for (unsigned at = 1; !err && at <= last && (n = getline(&line, &space, f)) >= 0; at++) {
		if (memchr(line, 0, (size_t)n))
			err = -EILSEQ;
		else if (at >= first && !(out->lines[out->n++] = show_line(line, (size_t)n)))
			err = -ENOMEM;
	}
	free(line);
	return err;
}

int source_excerpt_read(const char *file, unsigned line, const char *const *roots, size_t n_roots,
			time_t built, struct source_excerpt *out)
{
	unsigned first = line > EXCERPT_AROUND ? line - EXCERPT_AROUND : 1;
	FILE *f;
	int err;

	*out = (struct source_excerpt){.first = first};
	if (!line || line > UINT_MAX - EXCERPT_AROUND)
		return -EINVAL;
	f = open_source(file, roots, n_roots, built, &out->changed);
	if (!f)
		return -ENOENT;
	err = read_lines(f, first, line + EXCERPT_AROUND, out);
	fclose(f);
	if (!err && out->n <= line - first) /* the file ends before: another version */
		err = -ERANGE;
	if (err)
		source_excerpt_clear(out);
	return err;
}

void source_excerpt_clear(struct source_excerpt *e)
{
	for (unsigned i = 0; i < e->n; i++)
		free(e->lines[i]);
	e->n = 0;
}
