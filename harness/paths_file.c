/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whole small files: read at once, replaced at once. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/paths.h"

static int write_all(int fd, const char *data, size_t len)
{
	while (len) {
		ssize_t n = write(fd, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		data += n;
		len -= (size_t)n;
	}
	return 0;
}

/* The rename itself must reach the disk, or a power cut may bring back the old file. */
static int sync_parent(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash ? strndup(path, slash == path ? 1 : (size_t)(slash - path)) : strdup(".");
	int fd, err = 0;

	if (!dir)
		return -ENOMEM;
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(dir);
	if (fd < 0)
		return -errno;
	/* EINVAL: this file system syncs no directories, and there is nothing to be done. */
	if (fsync(fd) && errno != EINVAL)
		err = -errno;
	close(fd);
	return err;
}

static int fill(int fd, const void *data, size_t len, mode_t mode)
{
	int err = write_all(fd, data, len);

	if (!err && (fchmod(fd, mode) || fsync(fd)))
		err = -errno;
	if (close(fd) && !err)
		err = -errno;
	return err;
}

int path_write_atomic(const char *path, const void *data, size_t len, mode_t mode)
{
	char *temp = path_format("%s.XXXXXX", path);
	int fd, err;

	if (!temp)
		return -ENOMEM;
	fd = mkostemp(temp, O_CLOEXEC);
	if (fd < 0) {
		err = -errno;
		free(temp);
		return err;
	}
	err = fill(fd, data, len, mode);
	if (!err && rename(temp, path))
		err = -errno;
	if (err)
		unlink(temp);
	else
		err = sync_parent(path);
	free(temp);
	return err;
}

/* Read to the end, at most max bytes. Files of /proc say that their size is 0, so it is not
 * believed. */
static char *read_all(int fd, size_t max, size_t *len)
{
	size_t size = 4096, used = 0;
	char *buf = malloc(size);

	while (buf) {
		ssize_t n = read(fd, buf + used, size - used - 1);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			break;
		used += (size_t)n;
		if (used > max) {
			errno = EFBIG;
			break;
		}
		if (n == 0) {
			buf[used] = 0;
			*len = used;
			return buf;
		}
		if (used == size - 1) {
			char *bigger = realloc(buf, size * 2);

			if (!bigger)
				break;
			buf = bigger;
			size *= 2;
		}
	}
	free(buf);
	return NULL;
}

char *path_read(const char *path, size_t max, size_t *len)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	size_t used = 0;
	char *buf;
	int err;

	if (fd < 0)
		return NULL;
	buf = read_all(fd, max, &used);
	err = errno;
	close(fd);
	errno = err;
	if (buf && len)
		*len = used;
	return buf;
}
