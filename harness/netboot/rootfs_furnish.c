/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a board's root has beyond Debian's packages: keys, settings. The kernel's are
 * rootfs_kernel.c's. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/netboot/files.h"
#include "harness/netboot/parts.h"
#include "harness/paths.h"

#define SMALL_MAX 65536

static int put(struct setup *s, const char *tree, const char *leaf, const char *text, mode_t mode)
{
	char *path = path_format("%s/%s", tree, leaf);
	int err;

	if (!path)
		return setup_fail(s, -ENOMEM, "out of memory");
	err = setup_write(s, path, text, mode);
	free(path);
	return err;
}

static int put_dir(struct setup *s, const char *tree, const char *leaf, mode_t mode)
{
	char *path = path_format("%s/%s", tree, leaf);
	int err;

	if (!path)
		return setup_fail(s, -ENOMEM, "out of memory");
	err = setup_mkdirs(s, path, mode);
	free(path);
	return err;
}

static int put_link(struct setup *s, const char *tree, const char *leaf, const char *target)
{
	char *path = path_format("%s/%s", tree, leaf);
	int err = 0;

	if (!path)
		return setup_fail(s, -ENOMEM, "out of memory");
	unlink(path);
	if (symlink(target, path))
		err = setup_fail(s, -errno, "%s: %s", path, strerror(errno));
	free(path);
	return err;
}

static int put_key(struct setup *s, const char *tree, const char *from, const char *to)
{
	char *key = path_format("%s/keys/%s", path_cache(), from);
	char *path = path_format("%s/%s", tree, to);
	size_t len = 0;
	char *bytes = key ? path_read(key, SMALL_MAX, &len) : NULL;
	int err = 0;

	if (!bytes || !path)
		err = setup_fail(s, -errno, "%s: %s", key ? key : from, strerror(errno));
	else
		err = path_write_atomic(path, bytes, len, 0600);
	free(bytes);
	free(path);
	free(key);
	return err;
}

/* dash, not bash: a command over ssh starts a shell each time. */
static int set_root_shell(struct setup *s, const char *tree)
{
	static const char bash[] = ":/bin/bash";
	char *path = path_format("%s/etc/passwd", tree);
	char *text = path ? path_read(path, SMALL_MAX, NULL) : NULL;
	char *end = text ? strchr(text, '\n') : NULL, *shell = text ? strstr(text, bash) : NULL;
	int err = 0;

	if (!text || !end || strncmp(text, "root:", 5) != 0)
		err = setup_fail(s, -EPROTO, "%s/etc/passwd: root's line is not the first", tree);
	/* Without bash the shell is another one already. */
	if (!err && shell && shell < end) {
		memcpy(shell, ":/bin/sh", 8);
		memmove(shell + 8, shell + sizeof(bash) - 1, strlen(shell + sizeof(bash) - 1) + 1);
		err = setup_write(s, path, text, 0644);
	}
	free(text);
	free(path);
	return err;
}

int rootfs_furnish(struct setup *s, const char *tree)
{
	int err;

	/* Where the init of a kernel without initrd builds the overlay. */
	err = put_dir(s, tree, "kdev", 0755);
	if (!err)
		err = put_dir(s, tree, "root/.ssh", 0700);
	if (!err)
		err = put_key(s, tree, KEY_CLIENT_PUBLIC, "root/.ssh/authorized_keys");
	if (!err)
		err = put_dir(s, tree, "etc/dropbear", 0755);
	if (!err)
		err = put_key(s, tree, KEY_HOST, "etc/dropbear/dropbear_ed25519_host_key");
	if (!err)
		err = set_root_shell(s, tree);
	if (!err)
		err = put(s, tree, "etc/hostname", "kdev\n", 0644);
	if (!err)
		err = put(s, tree, "etc/hosts", "127.0.0.1 localhost\n", 0644);
	if (!err)
		err = put(s, tree, "etc/fstab", "# kdev-init mounts everything\n", 0644);
	if (!err)
		err = put_link(s, tree, "usr/bin/" CLIENT_AGENT, "/run/kdev/agent");
	if (!err)
		err = put(s, tree, "usr/sbin/reboot", "#!/bin/sh\nexec /run/kdev/agent reboot\n",
			  0755);
	if (!err)
		err = put(s, tree, "usr/sbin/poweroff",
			  "#!/bin/sh\nexec /run/kdev/agent poweroff\n", 0755);
	return err;
}
