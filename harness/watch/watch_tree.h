/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The source files of a directory and those below it, watched by inotify(7). What kbuild makes
 * beside them is none: a build must not cause the next one.
 */
#ifndef KDEV_HARNESS_WATCH_TREE_H
#define KDEV_HARNESS_WATCH_TREE_H

#include <stdbool.h>
#include <stddef.h>

struct watch_tree;

/* 0 or a negative errno; -ENOSPC: the system's limit of watches. */
int watch_tree_open(struct watch_tree **t, const char *dir);
void watch_tree_close(struct watch_tree *t); /* accepts NULL */

/* Readable when there is something to take. */
int watch_tree_fd(const struct watch_tree *t);

/*
 * Take what came. 1: sources have other content than when it was last asked; `name` then holds
 * one of those that were written, made printable. 0: nothing that counts. -ENOENT: the directory
 * has gone; or another negative errno.
 */
int watch_tree_take(struct watch_tree *t, char *name, size_t size);

/* Is a file of that name (no path) something that a person writes? Pure. */
bool watch_is_source(const char *name);

#endif
