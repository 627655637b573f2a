/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads the runs' directories. What is in them may have been cut short by a crash of the host, be
 * from another version or have been edited: a directory that can't be understood is counted and
 * left out, the others count.
 */
#include "harness/crash_store_read.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/paths.h"
#include "harness/text_json.h"

#define RUN_JSON_MAX    (64u << 20) /* it has the text of each report */
#define REPORT_JSON_MAX (16u << 20)

/* A run while its crashes are read. */
struct reading {
	struct crash_store *store;
	const char *board; /* or NULL: all */
	const char *run;   /* its name */
	int dir;
	json_t *doc; /* run.json */
};

static int leave_out(struct crash_store *s, const char *run, const char *leaf, const char *why)
{
	if (s->n_broken++)
		return 0;
	s->broken = path_format("%s/%s: %s", run, leaf, why);
	return s->broken ? 0 : -ENOMEM;
}

/* A JSON object from a file below `dir`. NULL: it is none, *why says so. */
static json_t *load(int dir, const char *path, size_t max, const char **why)
{
	int fd = openat(dir, path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	FILE *f = fd < 0 ? NULL : fdopen(fd, "r");
	json_t *doc;

	if (!f) {
		*why = strerror(errno);
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	if (lseek(fd, 0, SEEK_END) > (off_t)max) {
		*why = strerror(EFBIG);
		fclose(f);
		return NULL;
	}
	lseek(fd, 0, SEEK_SET);
	doc = json_loadf(f, 0, NULL);
	fclose(f);
	if (json_is_object(doc))
		return doc;
	*why = "it is no JSON object";
	json_decref(doc);
	return NULL;
}

static bool copy_text(const json_t *o, const char *key, char **out)
{
	const char *text = json_string_value(json_object_get(o, key));

	*out = text ? strdup(text) : NULL;
	return !text || *out;
}

/* Of the step in run.json in which crash-N came; NULL: it was not recorded. */
static const char *step_of(const json_t *doc, unsigned n)
{
	const json_t *crash;
	char dir[32];
	size_t i;

	snprintf(dir, sizeof(dir), "crash-%u", n);
	json_array_foreach (json_object_get(doc, "crashes"), i, crash)
		if (!strcmp(json_text_of(crash, "dir"), dir))
			return json_string_value(json_object_get(crash, "step"));
	return NULL;
}

/* When that step began, or the run if it is not known. */
static int64_t time_of(const json_t *doc, const char *step)
{
	json_int_t at = json_integer_value(json_object_get(doc, "started"));
	const json_t *s;
	size_t i;

	json_array_foreach (json_object_get(doc, "steps"), i, s)
		if (step && !strcmp(json_text_of(s, "name"), step))
			at = json_integer_value(json_object_get(s, "started_us"));
	return at;
}

static int append(struct crash_store *s, const struct crash_sighting *c)
{
	if (s->n_all == s->space) {
		size_t space = s->space ? s->space * 2 : 64;
		struct crash_sighting *all = realloc(s->all, space * sizeof(*all));

		if (!all)
			return -ENOMEM;
		s->all = all;
		s->space = space;
	}
	s->all[s->n_all++] = *c;
	return 0;
}

static int add_report(struct reading *r, unsigned n, const json_t *report)
{
	const char *step = step_of(r->doc, n);
	struct crash_sighting c = {
		.at_us = time_of(r->doc, step),
		.run = strdup(r->run),
		.step = step ? strdup(step) : NULL,
		.n = n,
		.corrupted = json_is_true(json_object_get(report, "corrupted")),
		.secondary = json_is_true(json_object_get(report, "secondary")),
	};
	bool whole = c.run && (!step || c.step) && copy_text(r->doc, "board", &c.board) &&
		     copy_text(json_object_get(r->doc, "module"), "name", &c.run_module) &&
		     copy_text(report, "title", &c.title) &&
		     copy_text(report, "module", &c.module) &&
		     copy_text(report, "signature", &c.signature) &&
		     copy_text(report, "variant", &c.variant);
	int err = whole ? append(r->store, &c) : -ENOMEM;

	if (err)
		crash_sighting_clear(&c);
	return err;
}

static bool is_report(const json_t *o)
{
	return *json_text_of(o, "title") && *json_text_of(o, "signature");
}

static int read_crash(struct reading *r, unsigned n)
{
	const char *why = "it is no report of a crash";
	json_t *report;
	char path[48];
	int err;

	snprintf(path, sizeof(path), "crash-%u/report.json", n);
	report = load(r->dir, path, REPORT_JSON_MAX, &why);
	err = is_report(report) ? add_report(r, n, report) : leave_out(r->store, r->run, path, why);
	json_decref(report);
	return err;
}

/* The N of "crash-N", 0: it is no such name. */
static unsigned crash_number(const char *name)
{
	unsigned long n;
	char *end;

	if (strncmp(name, "crash-", 6) != 0 || name[6] < '1' || name[6] > '9')
		return 0;
	n = strtoul(name + 6, &end, 10);
	return *end || n > 1000000 ? 0 : (unsigned)n;
}

/* run.json is read only if there is a crash: most runs have none. */
static int read_numbered(struct reading *r, unsigned n)
{
	const char *why = "";

	if (!r->doc) {
		r->doc = load(r->dir, "run.json", RUN_JSON_MAX, &why);
		if (!r->doc) {
			int err = leave_out(r->store, r->run, "run.json", why);

			return err ? err : -ENOENT;
		}
	}
	if (r->board && strcmp(json_text_of(r->doc, "board"), r->board) != 0)
		return -ENOENT;
	return read_crash(r, n);
}

static int read_run(struct crash_store *s, int runs, const char *name, const char *board)
{
	int fd = openat(runs, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
	DIR *d = fd < 0 ? NULL : fdopendir(fd);
	struct reading r = {.store = s, .board = board, .run = name, .dir = fd};
	const struct dirent *e;
	int err = 0;

	if (!d) {
		int cause = errno;

		if (fd >= 0)
			close(fd);
		/* A file that somebody put there, or a run just removed, is none of ours. */
		return cause == ENOTDIR || cause == ELOOP || cause == ENOENT
			       ? 0
			       : leave_out(s, name, "", strerror(cause));
	}
	while (!err && (e = readdir(d)))
		if (crash_number(e->d_name))
			err = read_numbered(&r, crash_number(e->d_name));
	json_decref(r.doc);
	closedir(d);
	return err == -ENOENT ? 0 : err;
}

int crash_store_read_runs(struct crash_store *s, const char *runs, const char *board)
{
	DIR *d = opendir(runs);
	const struct dirent *e;
	int err = 0;

	if (!d)
		return errno == ENOENT ? 0 : -errno;
	while (!err && (e = readdir(d)))
		if (e->d_name[0] != '.')
			err = read_run(s, dirfd(d), e->d_name, board);
	closedir(d);
	return err;
}
