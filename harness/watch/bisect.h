/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * One step of git-bisect(1): is this revision good? What builds and runs is the caller's, so that
 * the rules can be tested without a board.
 *
 * A failure that comes at a rate r hides in n runs with (1 - r)^n: one pass says little of a
 * revision. So a good one needs as many passes in a row as it takes to be wrong with 1 - confidence
 * at most; a bad one is found at its first failure.
 */
#ifndef KDEV_HARNESS_BISECT_H
#define KDEV_HARNESS_BISECT_H

#include <stdbool.h>

#define BISECT_INFRA_MAX 2 /* so many failures of the infrastructure are tried again */

enum bisect_verdict {
	BISECT_AGAIN, /* run it once more */
	BISECT_GOOD,
	BISECT_BAD,
	BISECT_SKIP,  /* it can't be said: git tries another revision */
	BISECT_ABORT, /* nothing can be said of any revision: git stops */
};

struct bisect {
	unsigned needed; /* passes in a row */
	unsigned passed, infra;
};

/* A run came to that exit code (harness/exit_code.h). `wanted`: if it failed, it is the failure
 * that is searched; another one hides whether that would have come. Pure. */
enum bisect_verdict bisect_ran(struct bisect *b, int exit_code, bool wanted);

/* What git bisect run wants to hear: 0, 1, 125, 128 and more. */
int bisect_exit_code(enum bisect_verdict v);

struct bisect_ops {
	/* 0; EXIT_FAIL: this revision does not build; other exit codes: nothing does. */
	int (*build)(void *arg);
	/* An exit code of kdev run; *wanted as above. */
	int (*run)(void *arg, bool *wanted);
	/* The verdict on this revision, and why; for people. */
	void (*say)(void *arg, enum bisect_verdict v, const char *why);
};

/* Build, then run until it is decided. Returns the exit code for git. */
int bisect_step(const struct bisect_ops *ops, void *arg, unsigned needed);

#endif
