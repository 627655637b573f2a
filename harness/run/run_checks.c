/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What else is expected of a run than that nothing crashes: results of tests, lines of the kernel's
 * log, taint. Looked at when all is over. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "harness/log.h"
#include "harness/paths.h"
#include "harness/run/run.h"

#define TIMELINE_MAX (256u << 20)
#define FIELDS       4 /* of a timeline's line, before its text: capture.h */

/* The letters of the kernel's taint bits: kernel/panic.c, taint_flags[]. */
static const char taint_letters[] = "PFSRMBUDAWCIOELKXTN";

__attribute__((format(printf, 2, 3))) static void unmet(struct run *r, const char *fmt, ...)
{
	va_list ap;

	if (r->unmet[0])
		return;
	va_start(ap, fmt);
	vsnprintf(r->unmet, sizeof(r->unmet), fmt, ap);
	va_end(ap);
}

/* ---- the kernel's log ---- */

/* The text of a timeline's line, and whether it is the kernel's; from the load on. */
static const char *kernel_text(const char *line, size_t len, bool *loading)
{
	const char *field[FIELDS], *p = line, *end = line + len;

	for (int i = 0; i < FIELDS; i++) {
		field[i] = p;
		p = memchr(p, ' ', (size_t)(end - p));
		if (!p++)
			return NULL;
	}
	if (!strncmp(field[3], "load ", 5))
		*loading = true;
	return *loading && strncmp(field[2], "kdev ", 5) != 0 ? p : NULL;
}

/* All of it since the load, one line each; NULL: it can't be read. */
static char *read_log(const struct run *r)
{
	char *path = path_format("%s/timeline.log", r->dir), *all;
	struct strbuf b = {0};
	bool loading = false;
	size_t len;

	all = path ? path_read(path, TIMELINE_MAX, &len) : NULL;
	free(path);
	if (!all)
		return NULL;
	for (const char *p = all, *end = all + len; p < end;) {
		const char *nl = memchr(p, '\n', (size_t)(end - p)), *stop = nl ? nl : end;
		const char *text = kernel_text(p, (size_t)(stop - p), &loading);

		if (text) {
			strbuf_add(&b, text, (size_t)(stop - text));
			strbuf_addc(&b, '\n');
		}
		p = stop + 1;
	}
	free(all);
	return strbuf_take(&b);
}

static void check_log(struct run *r, const struct scenario_expect *e, const char *log)
{
	for (size_t i = 0; i < e->log.n; i++)
		if (!strstr(log, e->log.s[i]))
			unmet(r, "the kernel's log has no line with: %s", e->log.s[i]);
	for (size_t i = 0; i < e->no_log.n; i++)
		if (strstr(log, e->no_log.s[i]))
			unmet(r, "the kernel's log has a line with: %s", e->no_log.s[i]);
}

/* ---- taint ---- */

static void check_taint(struct run *r, const char *allowed)
{
	char set[sizeof(taint_letters)] = "";
	size_t n = 0;

	if (r->taint_after < 0) {
		unmet(r, "the kernel's taint is not known");
		return;
	}
	for (size_t i = 0; i < sizeof(taint_letters) - 1; i++)
		if (r->taint_after & 1L << i && !strchr(allowed, taint_letters[i]))
			set[n++] = taint_letters[i];
	if (n)
		unmet(r, "the kernel is tainted by %s, expected at most: %s", set,
		      *allowed ? allowed : "nothing");
}

/* ---- KTAP ---- */

/* What the test printed, or else what the kernel's log has: a KUnit module's. */
static void check_ktap(struct run *r, bool expected, const char *log)
{
	if (r->ktap)
		ktap_end(r->ktap);
	if ((!r->ktap || !ktap_seen(r->ktap)) && log) {
		ktap_free(r->ktap);
		r->ktap = ktap_new();
		if (r->ktap) {
			ktap_feed(r->ktap, log, strlen(log));
			ktap_end(r->ktap);
		}
	}
	if (!r->ktap || ktap_broken(r->ktap))
		unmet(r, "the tests' results are not known: out of memory");
	else if (ktap_seen(r->ktap) && ktap_sentence(r->ktap, r->tests, sizeof(r->tests)))
		r->tests[0] = '\0'; /* all is well */
	else if (r->tests[0] && expected)
		unmet(r, "%s", r->tests);
	else if (expected && !ktap_seen(r->ktap))
		unmet(r, "there is no KTAP, neither from the test nor in the kernel's log");
}

static const char *failure(const struct run *r)
{
	return r->tests[0] ? r->tests : r->unmet[0] ? r->unmet : NULL;
}

const char *run_checks(void *arg)
{
	struct run *r = arg;
	const struct scenario_expect *e = r->opt->c ? &r->opt->c->expect : NULL;
	char *log;

	if (r->checked || !r->dir)
		return failure(r);
	r->checked = true;
	/* A batch has neither tests nor expectations of single lines: its log is long. */
	log = r->opt->batch ? NULL : read_log(r);
	if (!log && !r->opt->batch)
		log_debug("the timeline can't be read: %s", strerror(errno));
	if (!r->opt->batch)
		check_ktap(r, e && e->ktap, log);
	if (e && log)
		check_log(r, e, log);
	if (e && e->taint)
		check_taint(r, e->taint);
	free(log);
	run_checks_record(r);
	return failure(r);
}

void run_checks_record(struct run *r)
{
	const struct ktap_result *results;
	size_t n;

	if (!r->record || !r->ktap || !ktap_seen(r->ktap))
		return;
	results = ktap_results(r->ktap, &n);
	for (size_t i = 0; i < n; i++)
		record_result(r->record, &results[i]);
}
