/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Build a directory's modules against the board's kernel by kbuild, in place:
 * make -C TREE M=DIR modules.
 */
#ifndef KDEV_HARNESS_MODULE_BUILD_H
#define KDEV_HARNESS_MODULE_BUILD_H

#include <stddef.h>

#include "console/strbuf.h"
#include "harness/config/config.h"
#include "harness/process.h"

/* A build under way or done. All zeroes is none. */
struct module_build {
	char *dir; /* absolute */
	char *log; /* what make and the compiler say; removed with it */
	char **made;
	size_t n_made; /* paths of the modules, when it went well */
	struct process process;
};

/* Where modules for this board's kernel are built; the caller frees. NULL: one line in err, with
 * what to install. */
char *module_build_tree(const struct board_config *cfg, char *err, size_t err_len);

/*
 * Start it; it ends with process.pidfd readable. 0, or a negative errno with one line in err:
 * no directory, nothing in it that kbuild could build, a path that kbuild can't take.
 * module_build_free() in any case.
 */
int module_build_start(struct module_build *b, const char *dir, const char *tree, char *err,
		       size_t err_len);

/* It has ended with `status`, as waitpid() gives it. What the compiler said is appended to
 * `said`, made printable. 0, or -ECHILD with one line in err: it does not build. */
int module_build_end(struct module_build *b, int status, struct strbuf *said, char *err,
		     size_t err_len);

/* All of it. -EINTR: we were told to end. */
int module_build(struct module_build *b, const char *dir, const char *tree,
		 struct process_signals *signals, struct strbuf *said, char *err, size_t err_len);

/* The module of that name ("x", "x.ko"), or the only one if `name` is NULL. NULL: one line in
 * err that names what there is. Valid as long as b. */
const char *module_build_pick(const struct module_build *b, const char *name, char *err,
			      size_t err_len);

/* Ends it first if it is under way. Accepts half-built ones; leaves all zeroes. */
void module_build_free(struct module_build *b);

/* Is there a directory of that name? */
bool module_build_is_dir(const char *path);

#endif
