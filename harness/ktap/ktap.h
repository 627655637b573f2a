/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * KTAP, the Kernel Test Anything Protocol, as KUnit and kselftest speak it, and TAP 13 and 14,
 * which it comes from: Documentation/dev-tools/ktap.rst of the kernel, https://testanything.org.
 * A stream of text becomes single results. Pure.
 *
 * Subtests are found by indentation or by kselftest's "# " before each line, and named by
 * "# Subtest: NAME" or by the result that closes them. A kernel log may be given as it is: time
 * stamps and levels before the lines are taken off, and a line into which a kernel message was
 * printed is put together again.
 *
 * Memory is bounded, whatever comes: KTAP_RESULTS_MAX results are kept, the others counted.
 */
#ifndef KDEV_HARNESS_KTAP_H
#define KDEV_HARNESS_KTAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "console/strbuf.h"

#define KTAP_RESULTS_MAX     20000
#define KTAP_DEPTH_MAX       16
#define KTAP_LINE_MAX        4096 /* bytes of a line; the rest is ignored */
#define KTAP_DIAGNOSTICS_MAX 4096 /* bytes kept of what was said of one result */

enum ktap_outcome {
	KTAP_PASS,
	KTAP_FAIL,
	KTAP_SKIP,
	KTAP_XFAIL,   /* not ok, and known to be so: "# TODO", "# XFAIL" */
	KTAP_MISSING, /* it was planned and never came */
};

const char *ktap_outcome_name(enum ktap_outcome o); /* "pass", "fail" …: as in run.json */

struct ktap_result {
	char *path[KTAP_DEPTH_MAX]; /* names from the outermost to its own; "" where there is none
				     */
	size_t depth;               /* how many, at least 1 */
	enum ktap_outcome outcome;
	char *directive;   /* "SKIP no such device", as printed; NULL: none */
	char *diagnostics; /* lines about it, '\n' between them; NULL: none */
};

struct ktap;

struct ktap *ktap_new(void);    /* NULL: out of memory */
void ktap_free(struct ktap *k); /* accepts NULL */

void ktap_feed(struct ktap *k, const void *bytes, size_t n);
/* The stream has ended: what was planned and did not come is missing. Nothing may follow. */
void ktap_end(struct ktap *k);

/* Was there any KTAP at all? */
bool ktap_seen(const struct ktap *k);

/* A group whose subtests are listed is no result of its own, unless it failed and none of them
 * did. Borrowed, in the order in which they came. */
const struct ktap_result *ktap_results(const struct ktap *k, size_t *n);
uint64_t ktap_count(const struct ktap *k, enum ktap_outcome o);
/* Failed and missing ones. */
uint64_t ktap_bad(const struct ktap *k);
/* What is wrong with the stream itself ("5 tests were planned, 4 came"), the first of it; NULL:
 * nothing. */
const char *ktap_error(const struct ktap *k);
/* Out of memory: not all is known. */
bool ktap_broken(const struct ktap *k);

/* "suite/test" of a result, its names made printable. Appends. */
void ktap_add_path(struct strbuf *b, const struct ktap_result *r);

/* One sentence that names the first that failed: "2 of 14 tests failed: a/b, a/c"; "all 14 tests
 * passed, 3 skipped". Returns false when something is wrong. */
bool ktap_sentence(const struct ktap *k, char *buf, size_t size);

/* ---- ktap_line.c: what one line is ---- */

enum ktap_kind {
	KTAP_TEXT,     /* none of the others */
	KTAP_COMMENT,  /* "# …" */
	KTAP_VERSION,  /* "KTAP version 1", "TAP version 14" */
	KTAP_PLAN,     /* "1..5" */
	KTAP_SUBTEST,  /* "# Subtest: name" */
	KTAP_RESULT,   /* "ok 1 - name # SKIP why" */
	KTAP_BAIL_OUT, /* "Bail out! why" */
	KTAP_YAML,     /* "---" */
	KTAP_YAML_END, /* "..." */
};

/* Pointers are into the line. */
struct ktap_line {
	enum ktap_kind kind;
	size_t indent;    /* blanks before it; each "# " of kselftest counts 2 */
	bool ok;          /* of a result */
	uint64_t number;  /* of a result, 0: none; of a plan, how many */
	const char *text; /* name of result or subtest, the comment's text, why */
	size_t len;
	const char *directive; /* after the '#', NULL: none */
	size_t directive_len;
};

/* Without its '\n', without what the kernel's log puts before it. */
void ktap_line_parse(const char *line, size_t len, struct ktap_line *out);

/* How much of the line is the kernel log's: "<6>[   12.345678][    C0] ". */
size_t ktap_log_prefix(const char *line, size_t len);

/* Where in the line, not at its beginning, a kernel message begins; len: nowhere. */
size_t ktap_torn_at(const char *line, size_t len);

#endif
