/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The directories of a board's root. */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/paths.h"
#include "harness/rootfs/root_adapt.h"

/*
 * Real ones, no links: on the first the board's init mounts before "/" is their root, and into the
 * others `kdev setup` puts the kernel's files by their path on the host.
 */
static const struct {
	const char *path;
	mode_t mode;
	bool may_replace; /* a link is no loss: an older system's /run -> /var/run */
} dirs[] = {
	{"/dev", 0755, false},          {"/proc", 0755, false},
	{"/sys", 0755, false},          {"/run", 0755, true},
	{"/kdev", 0755, false},         {"/boot", 0755, true},
	{"/etc", 0755, false},          {"/usr", 0755, false},
	{"/usr/lib", 0755, false},      {"/usr/lib/modules", 0755, true},
	{"/usr/lib/kdev", 0755, false}, {"/usr/lib/kdev/lib", 0755, false},
};

static int want_dir(struct setup *s, struct adaptation *a, size_t i)
{
	const char *path = dirs[i].path;
	struct stat st;

	if (lstat(path, &st) == 0) {
		if (S_ISDIR(st.st_mode))
			return 0;
		if (!dirs[i].may_replace || !S_ISLNK(st.st_mode))
			return setup_fail(s, -ENOTDIR,
					  "it is no root file system for a board: its %s is %s",
					  path, S_ISLNK(st.st_mode) ? "a link" : "no directory");
		if (unlink(path))
			return setup_fail(s, -errno, "%s: %s", path, strerror(errno));
		root_changed(a, "%s: a directory in place of a link", path);
	}
	if (mkdir(path, dirs[i].mode))
		return setup_fail(s, -errno, "%s: %s", path, strerror(errno));
	return 0;
}

/* Modules of its own kernels, which stay below the other name. */
static int move_modules(struct setup *s)
{
	DIR *d = opendir("/lib/modules");
	struct dirent *e;
	int err = 0;

	while (d && !err && (e = readdir(d))) {
		char *from, *to;

		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		from = path_format("/lib/modules/%s", e->d_name);
		to = path_format("/usr/lib/modules/%s", e->d_name);
		if (!from || !to)
			err = setup_fail(s, -ENOMEM, "out of memory");
		else if (rename(from, to))
			err = setup_fail(s, -errno, "%s: %s", from, strerror(errno));
		free(to);
		free(from);
	}
	if (d)
		closedir(d);
	return err;
}

/* /lib is /usr/lib in systems of today; in others modules are to be found at both names. */
static int join_modules(struct setup *s, struct adaptation *a)
{
	struct stat lib, usr;
	int err;

	if (stat("/lib/modules", &lib) == 0 && stat("/usr/lib/modules", &usr) == 0 &&
	    lib.st_ino == usr.st_ino && lib.st_dev == usr.st_dev)
		return 0;
	err = root_make_dir(s, "/lib", 0755);
	if (!err && lstat("/lib/modules", &lib) == 0 && S_ISDIR(lib.st_mode))
		err = move_modules(s);
	if (!err)
		err = path_remove_tree("/lib/modules");
	if (err)
		return err;
	if (symlink("/usr/lib/modules", "/lib/modules"))
		return setup_fail(s, -errno, "/lib/modules: %s", strerror(errno));
	root_changed(a, "/lib/modules: now /usr/lib/modules");
	return 0;
}

int root_adapt_layout(struct setup *s, struct adaptation *a)
{
	int err = 0;

	for (size_t i = 0; i < sizeof(dirs) / sizeof(dirs[0]) && !err; i++)
		err = want_dir(s, a, i);
	if (!err)
		err = root_make_dir(s, "/tmp", 01777);
	if (!err && chmod("/tmp", 01777))
		err = setup_fail(s, -errno, "/tmp: %s", strerror(errno));
	return err ? err : join_modules(s, a);
}
