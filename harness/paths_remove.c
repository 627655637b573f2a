/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rm -r that can't be led astray: by file descriptors, so that a symbolic link put in the way
 * is never followed, and never into a mount (a root file system that was left with /proc
 * or the home directory mounted in it must not take those along).
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/paths.h"

static bool same_mount(const struct statx *a, const struct statx *b)
{
	/* A bind mount has the same device, but is a mount's root (Linux 5.8). */
	return a->stx_dev_major == b->stx_dev_major && a->stx_dev_minor == b->stx_dev_minor &&
	       !(b->stx_attributes & STATX_ATTR_MOUNT_ROOT);
}

static int stat_at(int dir, const char *name, struct statx *st)
{
	int flags = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | (*name ? 0 : AT_EMPTY_PATH);

	return statx(dir, name, flags, STATX_TYPE, st) ? -errno : 0;
}

static int remove_at(int dir, const char *name, const struct statx *above);

static int remove_content(int fd, const struct statx *self)
{
	DIR *d = fdopendir(fd);
	int first = 0;

	if (!d) {
		first = -errno;
		close(fd);
		return first;
	}
	for (struct dirent *e; (errno = 0, e = readdir(d));) {
		int err;

		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		err = remove_at(dirfd(d), e->d_name, self);
		if (err && !first)
			first = err;
	}
	if (errno && !first)
		first = -errno;
	closedir(d);
	return first;
}

/* `above` is the directory that `name` is in; NULL: it is the first, which may be anything. */
static int remove_at(int dir, const char *name, const struct statx *above)
{
	struct statx st;
	int fd, err = stat_at(dir, name, &st);

	if (err)
		return err == -ENOENT ? 0 : err;
	if (above && !same_mount(above, &st))
		return -EXDEV;
	if (!S_ISDIR(st.stx_mode))
		return unlinkat(dir, name, 0) && errno != ENOENT ? -errno : 0;

	fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	/* What was opened may be another than what was looked at. */
	err = stat_at(fd, "", &st);
	if (!err && above && !same_mount(above, &st))
		err = -EXDEV;
	if (err) {
		close(fd);
		return err;
	}
	err = remove_content(fd, &st);
	if (err)
		return err;
	return unlinkat(dir, name, AT_REMOVEDIR) && errno != ENOENT ? -errno : 0;
}

int path_remove_tree(const char *path)
{
	return remove_at(AT_FDCWD, path, NULL);
}
