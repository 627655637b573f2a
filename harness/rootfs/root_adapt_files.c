/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Small files in a root. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/paths.h"
#include "harness/rootfs/root_adapt.h"

#define SMALL_MAX (1 << 20)

int root_write(struct setup *s, const char *path, const char *text, mode_t mode)
{
	return setup_write(s, path, text, mode);
}

int root_make_dir(struct setup *s, const char *path, mode_t mode)
{
	struct stat st;

	if (lstat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return 0;
	return setup_mkdirs(s, path, mode);
}

int root_set(struct setup *s, struct adaptation *a, const char *path, const char *text,
	     const char *why)
{
	char *old = path_read(path, SMALL_MAX, NULL);
	bool same = old && !strcmp(old, text);
	int err = 0;

	free(old);
	if (same)
		return 0;
	err = root_write(s, path, text, 0644);
	if (!err)
		root_changed(a, "%s: %s", path, why);
	return err;
}
