/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Our own files that boards get: beside us in the build tree, or installed. */
#include <errno.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/netboot/parts.h"
#include "harness/paths.h"

#define FILE_MAX (512 << 20)

char *client_program(const char *name)
{
	char exe[PATH_MAX], *path;
	ssize_t n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

	if (n > 0) {
		exe[n] = '\0';
		path = path_format("%s/client/%s", dirname(exe), name);
		if (!path || access(path, R_OK) == 0)
			return path;
		free(path);
	}
	return path_format(KDEV_LIBEXEC "/%s", name);
}

int setup_copy(struct setup *s, const char *from, const char *to, mode_t mode)
{
	size_t len = 0;
	char *bytes = path_read(from, FILE_MAX, &len);
	int err = bytes ? path_write_atomic(to, bytes, len, mode) : -errno;

	free(bytes);
	return err ? setup_fail(s, err, "%s: can't be copied to %s: %s", from, to, strerror(-err))
		   : 0;
}
