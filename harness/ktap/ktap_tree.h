/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Inside the KTAP parser: levels of subtests, and the results. Nobody but these includes this.
 *
 * ktap.c           the stream: lines, and what each means for the tree
 * ktap_tree.c      levels are opened and closed, results added
 * ktap_line.c      what one line is
 * ktap_sentence.c  what is to be said of it all
 */
#ifndef KDEV_HARNESS_KTAP_TREE_H
#define KDEV_HARNESS_KTAP_TREE_H

#include "harness/ktap/ktap.h"

#define KTAP_NO_PLAN   UINT64_MAX
#define KTAP_NO_RESULT SIZE_MAX

/* Tests of one indentation. The outermost is there from the start. */
struct ktap_level {
	size_t indent;
	char *name;     /* of the group, NULL: the result that closes it says */
	uint64_t plan;  /* KTAP_NO_PLAN: none yet */
	uint64_t count; /* results */
	size_t first;   /* index of its first result, subtests' included */
	size_t last;    /* its last own result: what YAML is about; KTAP_NO_RESULT: none */
	bool bad;       /* a result, or one of a subtest, failed or is missing */
	bool misnumbered;
	struct strbuf diagnostics; /* for the next result */
};

struct ktap {
	struct ktap_level levels[KTAP_DEPTH_MAX];
	size_t depth; /* of the innermost level; 0: the outermost alone */
	bool seen, yaml, ended, broken;
	char *subtest; /* "# Subtest: NAME" that was read before its level began */
	struct ktap_result *results;
	size_t n, space;
	uint64_t counts[KTAP_MISSING + 1];
	char error[200];

	char line[KTAP_LINE_MAX];
	size_t len;
	char torn[KTAP_LINE_MAX]; /* a line's head, behind which a kernel message came */
	size_t torn_len;
};

void ktap_level_init(struct ktap_level *l, size_t indent, size_t first);
void ktap_level_free(struct ktap_level *l);

/* Something is wrong with the stream: the first of it is kept. */
void ktap_wrong(struct ktap *k, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* A copy of a name, cut. NULL: out of memory, and k->broken. */
char *ktap_text(struct ktap *k, const char *s, size_t len);

/* A result of the innermost level. Groups whose name is not known yet are NULL in its path. */
void ktap_add_result(struct ktap *k, enum ktap_outcome outcome, const char *name, size_t len,
		     const char *directive, size_t directive_len);

/* A line about the result that will come next. */
void ktap_add_diagnostic(struct strbuf *b, const char *s, size_t len);
/* One about a result that is there: YAML, or what came behind the last one. */
void ktap_append_diagnostic(struct ktap *k, size_t i, const char *s, size_t len);

void ktap_open_level(struct ktap *k, size_t indent);

/* The innermost level has ended. `name` is the group's, as the result that closes it says; "": no
 * such result came. */
void ktap_close_level(struct ktap *k, const char *name, size_t len);

/* What is at this indentation belongs to that level: those further in have ended. `line` is the
 * result that closes the outermost of these, or NULL. */
void ktap_close_to(struct ktap *k, size_t indent, const struct ktap_line *line);

#endif
