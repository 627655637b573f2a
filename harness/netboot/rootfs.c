/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The NFS root: a minimal Debian by mmdebstrap, without a service manager, plus the kernel's
 * modules and our settings. It is shared, read-only, by all boards; each one's changes
 * are in its own RAM.
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

#define FORMAT        "1" /* counts up when what is done here changes */
#define DEFAULT_SUITE "bookworm"
#define PACKAGES      "dropbear-bin,kmod,kexec-tools,procps,iproute2"
#define SMALL_MAX     65536

static char *new_tree(void)
{
	return path_format("%s/rootfs.new", path_cache());
}

/* The host's own release, so that what is built here runs there; NULL: no memory. */
static char *host_suite(void)
{
	static const char key[] = "VERSION_CODENAME=";
	char *text = path_read("/etc/os-release", SMALL_MAX, NULL), *suite = NULL, *line;

	if (text && strstr(text, "\nID=debian\n") && (line = strstr(text, key))) {
		line += sizeof(key) - 1;
		line[strcspn(line, "\n")] = '\0';
		if (*line && strspn(line, "abcdefghijklmnopqrstuvwxyz") == strlen(line))
			suite = strdup(line);
	}
	free(text);
	return suite ? suite : strdup(DEFAULT_SUITE);
}

static void add_key(struct stamp *stamp, const char *name, const char *leaf)
{
	char *path = path_format("%s/keys/%s", path_cache(), leaf);
	char *text = path ? path_read(path, SMALL_MAX, NULL) : NULL;

	if (text)
		text[strcspn(text, "\n")] = '\0';
	stamp_add(stamp, name, text ? text : "missing");
	free(text);
	free(path);
}

static void make_stamp(struct stamp *stamp, const char *suite, const char *release)
{
	*stamp = (struct stamp){0};
	stamp_add(stamp, "format", FORMAT);
	stamp_add(stamp, "suite", suite);
	stamp_add(stamp, "packages", PACKAGES);
	stamp_add(stamp, "kernel", release);
	add_key(stamp, "client-key", KEY_CLIENT_PUBLIC);
	add_key(stamp, "host-key", KEY_HOST_PUBLIC);
}

bool rootfs_ready(const char *release)
{
	char *path = path_format("%s/rootfs/" ROOTFS_STAMP, path_cache());
	char *suite = host_suite();
	struct stamp stamp;
	bool ready = false;

	if (path && suite) {
		make_stamp(&stamp, suite, release);
		ready = stamp_is_at(&stamp, path);
	}
	free(suite);
	free(path);
	return ready;
}

int rootfs_begin(struct setup *s, struct rootfs_job *job)
{
	struct process_spec spec = {.argv = job->argv, .log = s->log};
	size_t n = 0;
	int err;

	job->tree = new_tree();
	job->suite = host_suite();
	if (!job->tree || !job->suite)
		return setup_fail(s, -ENOMEM, "out of memory");
	path_remove_tree(job->tree);

	job->argv[n++] = "mmdebstrap";
	job->argv[n++] = "--mode=root";
	job->argv[n++] = "--variant=minbase";
	job->argv[n++] = "--include=" PACKAGES;
	/* Nobody reads these on a test board. */
	job->argv[n++] = "--dpkgopt=path-exclude=/usr/share/doc/*";
	job->argv[n++] = "--dpkgopt=path-exclude=/usr/share/man/*";
	job->argv[n++] = "--dpkgopt=path-exclude=/usr/share/locale/*";
	job->argv[n++] = "--aptopt=Acquire::Languages \"none\"";
	job->argv[n++] = job->suite;
	job->argv[n++] = job->tree;
	job->argv[n] = NULL;
	err = process_start(&spec, &job->mmdebstrap);
	if (err)
		process_describe(&spec, err, 0, s->err, s->err_len);
	return err;
}

static int wait_for_base(struct setup *s, struct rootfs_job *job)
{
	struct process_spec spec = {.argv = job->argv, .log = s->log};
	int status = 0, err;

	err = process_wait(&job->mmdebstrap, &s->signals, &status);
	if (err)
		return setup_fail(s, err, "interrupted");
	if (status) {
		process_describe(&spec, 0, status, s->err, s->err_len);
		return -ECHILD;
	}
	return 0;
}

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

static int link_modules(struct setup *s, const char *tree, const char *release)
{
	char *from = path_format("%s/kernel/%s/lib/modules/%s", path_cache(), release, release);
	int here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), err = 0;

	if (!from || here < 0)
		err = setup_fail(s, -ENOMEM, "out of memory or of file descriptors");
	else if (chdir(tree) || (mkdir("usr/lib/modules", 0755) && errno != EEXIST) ||
		 nftw(from, link_one, 16, FTW_PHYS))
		err = setup_fail(s, -errno, "%s: the kernel's modules: %s", tree, strerror(errno));
	if (here >= 0 && fchdir(here) && !err)
		err = setup_fail(s, -errno, "working directory: %s", strerror(errno));
	if (here >= 0)
		close(here);
	free(from);
	return err;
}

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

static int furnish(struct setup *s, const char *tree)
{
	int err;

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

int rootfs_finish(struct setup *s, struct rootfs_job *job, const char *release)
{
	char *to = path_format("%s/rootfs", path_cache());
	struct stamp stamp;
	int err;

	err = wait_for_base(s, job);
	if (!err && !to)
		err = setup_fail(s, -ENOMEM, "out of memory");
	if (!err)
		err = link_modules(s, job->tree, release);
	if (!err)
		err = furnish(s, job->tree);
	if (!err) {
		make_stamp(&stamp, job->suite, release);
		err = put(s, job->tree, ROOTFS_STAMP, stamp.text, 0644);
	}
	if (!err)
		err = setup_replace(s, job->tree, to);
	free(to);
	return err;
}

void rootfs_abort(struct rootfs_job *job)
{
	process_kill(&job->mmdebstrap);
	if (job->tree)
		path_remove_tree(job->tree);
	free(job->tree);
	free(job->suite);
	*job = (struct rootfs_job){0};
}
