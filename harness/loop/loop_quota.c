/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "harness/loop/loop_quota.h"

#include <dirent.h>
#include <errno.h>
#include <fts.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "harness/log.h"
#include "harness/paths.h"

/* What it takes on the disk; negative errno. */
static int64_t measure(const char *path)
{
	char *paths[] = {(char *)path, NULL};
	FTS *fts = fts_open(paths, FTS_PHYSICAL | FTS_XDEV | FTS_NOCHDIR, NULL);
	int64_t bytes = 0;
	FTSENT *e;

	if (!fts)
		return -errno;
	while ((e = fts_read(fts)))
		if (e->fts_info != FTS_DP && e->fts_statp)
			bytes += (int64_t)e->fts_statp->st_blocks * 512;
	fts_close(fts);
	return bytes;
}

int loop_quota_add(struct loop_quota *q, const char *path, bool bad, bool first)
{
	struct loop_dir *more = reallocarray(q->dirs, q->n + 1, sizeof(*more));
	int64_t bytes = measure(path);

	if (!more)
		return -ENOMEM;
	q->dirs = more;
	if (bytes < 0)
		return (int)bytes;
	more[q->n] = (struct loop_dir){strdup(path), bytes, bad, first};
	if (!more[q->n].path)
		return -ENOMEM;
	q->n++;
	q->bytes += bytes;
	return 0;
}

size_t loop_quota_victim(const struct loop_quota *q)
{
	for (int bad = 0; bad < 2; bad++)
		for (size_t i = 0; i < q->n; i++)
			if (q->dirs[i].bad == bad && !q->dirs[i].first)
				return i;
	return SIZE_MAX;
}

/* The record stays: a few kB that say what the run was, when, and what crashed. */
static int empty(const char *path)
{
	DIR *d = opendir(path);
	const struct dirent *e;
	int err = 0;

	if (!d)
		return errno == ENOENT ? 0 : -errno;
	while (!err && (e = readdir(d))) {
		char *inner;

		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..") ||
		    !strcmp(e->d_name, "run.json"))
			continue;
		inner = path_format("%s/%s", path, e->d_name);
		err = inner ? path_remove_tree(inner) : -ENOMEM;
		free(inner);
	}
	closedir(d);
	return err;
}

size_t loop_quota_keep(struct loop_quota *q)
{
	size_t gone = 0, i;

	while (q->limit && q->bytes > q->limit && (i = loop_quota_victim(q)) != SIZE_MAX) {
		int err = empty(q->dirs[i].path);
		int64_t left = measure(q->dirs[i].path);

		if (err)
			log_error("%s can't be emptied: %s", q->dirs[i].path, strerror(-err));
		q->bytes -= q->dirs[i].bytes - (left > 0 ? left : 0);
		free(q->dirs[i].path);
		memmove(&q->dirs[i], &q->dirs[i + 1], (--q->n - i) * sizeof(*q->dirs));
		gone++;
	}
	return gone;
}

void loop_quota_free(struct loop_quota *q)
{
	for (size_t i = 0; i < q->n; i++)
		free(q->dirs[i].path);
	free(q->dirs);
	q->dirs = NULL;
	q->n = 0;
}

int loop_quota_parse(const char *text, int64_t *bytes)
{
	static const char units[] = "KMGT";
	char *end;
	long long n;
	int64_t unit = 1;

	if (*text < '0' || *text > '9')
		return -EINVAL;
	errno = 0;
	n = strtoll(text, &end, 10);
	if (*end) {
		const char *u = strchr(units, *end);

		if (!u || end[1])
			return -EINVAL;
		unit = INT64_C(1) << (10 * (u - units + 1));
	}
	return errno || __builtin_mul_overflow(n, unit, bytes) ? -EINVAL : 0;
}
