/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where kdev keeps things. Nothing is ever written elsewhere.
 *
 *   cache  $XDG_CACHE_HOME/kdev, ~/.cache/kdev, for root /var/cache/kdev, which others use too who
 *          are in the group of `kdev setup --group`: can be deleted at any time, `kdev setup` makes
 *          it again
 *   state  $XDG_STATE_HOME/kdev, ~/.local/state/kdev, for root /var/lib/kdev:
 *          runs, what each board's attendant needs
 */
#ifndef KDEV_HARNESS_PATHS_H
#define KDEV_HARNESS_PATHS_H

#include <stddef.h>
#include <sys/types.h>

/* The two roots, absolute, without trailing '/'. Cached after the first call; a
 * relative XDG variable is ignored, as the XDG specification says. Never NULL. */
const char *path_cache(void);
const char *path_state(void);

/* printf into a new string, for paths. NULL when out of memory; the caller frees. */
char *path_format(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* path_state()/boards/NAME[/leaf]; `leaf` may be NULL. The caller frees. */
char *path_board(const char *board, const char *leaf);

/* mkdir -p. Returns 0 or a negative errno; an existing directory is fine. */
int path_mkdirs(const char *path, mode_t mode);

/* Replace a file's content by temporary file, fsync and rename: after a crash there
 * is the old one or the new one. Returns 0 or a negative errno. */
int path_write_atomic(const char *path, const void *data, size_t len, mode_t mode);

/* Read a whole small file (at most max bytes) into a new NUL-terminated buffer. The
 * caller frees. NULL with errno set on failure (EFBIG when it is longer). */
char *path_read(const char *path, size_t max, size_t *len);

/* rm -r without following symbolic links or crossing into other file systems.
 * Returns 0 (also when it is not there) or the first negative errno met. */
int path_remove_tree(const char *path);

#endif
