/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What belongs to a kernel in the NFS root. The root is shared and may be in use: only what is of
 * this kernel's release, and our own programs, are touched.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/netboot/files.h"
#include "harness/netboot/parts.h"
#include "harness/netboot/stamp.h"
#include "harness/paths.h"

#define FORMAT "1" /* counts up when what is done here changes */

/*
 * Hard links instead of copies: the module tree is 400 MB, and the cache is one file
 * system. nftw() has no argument for its callback; the working directory serves.
 */
static int link_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	const char *modules = strstr(path, "/lib/modules/");
	char to[4096];

	if (!modules || (size_t)snprintf(to, sizeof(to), "usr%s", modules) >= sizeof(to))
		return -1;
	if (type == FTW_D)
		return mkdir(to, 0755) && errno != EEXIST ? -1 : 0;
	return type == FTW_F && link(path, to) ? -1 : 0;
}

static int link_modules(struct setup *s, const char *tree, const struct kernel *k)
{
	char *from = path_format("%s/lib/modules/%s", k->dir, k->release);
	char *to = path_format("%s/usr/lib/modules/%s", tree, k->release);
	int here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), err = 0;

	if (to)
		path_remove_tree(to);
	if (!from || !to || here < 0)
		err = setup_fail(s, -ENOMEM, "out of memory or of file descriptors");
	else if (chdir(tree) || (mkdir("usr/lib/modules", 0755) && errno != EEXIST) ||
		 nftw(from, link_one, 16, FTW_PHYS))
		err = setup_fail(s, -errno, "%s: the kernel's modules: %s", tree, strerror(errno));
	if (here >= 0 && fchdir(here) && !err)
		err = setup_fail(s, -errno, "working directory: %s", strerror(errno));
	if (here >= 0)
		close(here);
	free(to);
	free(from);
	return err;
}

/* What the board's init loads for a panic: a link, as for the modules. */
static int link_kernel(struct setup *s, const char *tree, const struct kernel *k)
{
	char *from = path_format("%s/vmlinux", k->dir);
	char *to = path_format("%s/boot/vmlinux-%s", tree, k->release);
	int err = kernel_unpack(s, k->dir);

	if (!err && (!from || !to))
		err = setup_fail(s, -ENOMEM, "out of memory");
	if (!err) {
		unlink(to);
		if (link(from, to))
			err = setup_fail(s, -errno, "%s: %s", to, strerror(errno));
	}
	free(to);
	free(from);
	return err;
}

/* Replaced, never written to: a running board has the old ones open. */
static int put_programs(struct setup *s, const char *tree)
{
	static const char *const names[] = {CLIENT_INIT, CLIENT_AGENT};
	char *dir = path_format("%s/" ROOTFS_PROGRAMS, tree);
	int err = dir ? setup_mkdirs(s, dir, 0755) : setup_fail(s, -ENOMEM, "out of memory");

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]) && !err; i++) {
		char *from = client_program(names[i]), *to = path_format("%s/%s", dir, names[i]);

		err = from && to ? setup_copy(s, from, to, 0755)
				 : setup_fail(s, -ENOMEM, "out of memory");
		free(to);
		free(from);
	}
	free(dir);
	return err;
}

static char *stamp_path(const char *tree, const struct kernel *k)
{
	return path_format("%s/" ROOTFS_KERNEL_STAMP "%s", tree, k->release);
}

static void make_stamp(struct stamp *stamp, const struct kernel *k)
{
	static const char *const leaves[] = {"vermagic", KERNEL_STAMP};
	char *init = client_program(CLIENT_INIT), *agent = client_program(CLIENT_AGENT);

	*stamp = (struct stamp){0};
	stamp_add(stamp, "format", FORMAT);
	stamp_add(stamp, "from", k->dir);
	for (size_t i = 0; i < sizeof(leaves) / sizeof(leaves[0]); i++) {
		char *path = path_format("%s/%s", k->dir, leaves[i]);

		stamp_add_file(stamp, leaves[i], path ? path : "");
		free(path);
	}
	stamp_add_file(stamp, CLIENT_INIT, init ? init : "");
	stamp_add_file(stamp, CLIENT_AGENT, agent ? agent : "");
	free(agent);
	free(init);
}

bool rootfs_kernel_ready(const char *tree, const struct kernel *k)
{
	char *path = k->release ? stamp_path(tree, k) : NULL;
	struct stamp stamp;
	bool ready = false;

	if (path) {
		make_stamp(&stamp, k);
		ready = stamp_is_at(&stamp, path);
	}
	free(path);
	return ready;
}

int rootfs_kernel(struct setup *s, const char *tree, const struct kernel *k)
{
	char *path = stamp_path(tree, k);
	struct stamp stamp;
	int err = path ? 0 : setup_fail(s, -ENOMEM, "out of memory");

	if (!err) {
		unlink(path); /* until all is there again, nothing is */
		err = link_modules(s, tree, k);
	}
	if (!err)
		err = link_kernel(s, tree, k);
	if (!err)
		err = put_programs(s, tree);
	if (!err) {
		make_stamp(&stamp, k);
		err = setup_write(s, path, stamp.text, 0644);
	}
	free(path);
	return err;
}
