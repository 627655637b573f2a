/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The boards' kernel: which one it is, whether what is in the cache is that one, and its making. */
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/kernel/kernel_check.h"
#include "harness/netboot/files.h"
#include "harness/netboot/kernel_choice.h"
#include "harness/netboot/parts.h"
#include "harness/netboot/stamp.h"
#include "harness/paths.h"

#define RELEASE_MAX 256

void kernel_free(struct kernel *k)
{
	free(k->path);
	free(k->modules);
	free(k->dir);
	free(k->release);
	*k = (struct kernel){0};
}

/* Two of them may have the same release: the directory's name is of where they come from. */
static uint64_t hash(const char *text, uint64_t h)
{
	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * 0x100000001b3;
	return h;
}

static char *absolute(struct setup *s, const char *path)
{
	char *real = realpath(path, NULL);

	if (!real)
		setup_fail(s, -errno,
			   "kernel %s: %s; expected debian, source, a bzImage or a built kernel "
			   "tree",
			   path, strerror(errno));
	return real;
}

static int find_own(struct setup *s, const struct board_config *b, struct kernel *k)
{
	struct stat st;

	k->path = absolute(s, b->kernel);
	if (!k->path)
		return -EINVAL;
	if (stat(k->path, &st))
		return setup_fail(s, -errno, "kernel %s: %s", k->path, strerror(errno));
	k->kind = S_ISDIR(st.st_mode) ? KERNEL_TREE : KERNEL_IMAGE;
	if (k->kind == KERNEL_IMAGE && b->kernel_modules[0]) {
		k->modules = absolute(s, b->kernel_modules);
		if (!k->modules)
			return -EINVAL;
	}
	k->dir = path_format("%s/kernel/,own-%016llx", path_cache(),
			     (unsigned long long)hash(k->modules ? k->modules : "",
						      hash(k->path, 0xcbf29ce484222325)));
	return k->dir ? 0 : setup_fail(s, -ENOMEM, "out of memory");
}

static void read_release(struct kernel *k)
{
	char *path = path_format("%s/release", k->dir);

	k->release = path ? path_read(path, RELEASE_MAX, NULL) : NULL;
	free(path);
}

int kernel_find(struct setup *s, struct kernel *k)
{
	struct board_config b = *s->board;
	int err = 0;

	*k = (struct kernel){0};
	kernel_choice_read(&b);
	if (!strcmp(b.kernel, "debian")) {
		err = kernel_debian_find(s, &k->release);
		if (!err)
			k->dir = path_format("%s/kernel/%s", path_cache(), k->release);
	} else if (!strcmp(b.kernel, "source")) {
		k->kind = KERNEL_SOURCE;
		snprintf(k->flavour, sizeof(k->flavour), "%s", b.flavour);
		k->dir = path_format("%s/kernel/,source-%s", path_cache(), k->flavour);
	} else {
		err = find_own(s, &b, k);
	}
	if (!err && !k->dir)
		err = setup_fail(s, -ENOMEM, "out of memory");
	if (!err && !k->release)
		read_release(k);
	if (err)
		kernel_free(k);
	return err;
}

/* Not its bytes: a vmlinux has hundreds of megabytes, and this is asked before each run. */
static void add_file(struct stamp *stamp, const char *dir, const char *leaf)
{
	char *path = path_format("%s%s", dir, leaf), value[64] = "missing";
	struct stat st;

	if (path && stat(path, &st) == 0)
		snprintf(value, sizeof(value), "%lld bytes of %lld.%09ld", (long long)st.st_size,
			 (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
	stamp_add(stamp, leaf[0] ? leaf + 1 : "file", value);
	free(path);
}

bool kernel_stamp(const struct kernel *k, struct stamp *stamp)
{
	*stamp = (struct stamp){0};
	stamp_add(stamp, "format", "1");
	if (k->kind == KERNEL_SOURCE)
		return kernel_source_stamp(k->flavour, stamp);
	stamp_add(stamp, "path", k->path);
	if (k->kind == KERNEL_TREE) {
		add_file(stamp, k->path, "/arch/x86/boot/bzImage");
		add_file(stamp, k->path, "/.config");
		add_file(stamp, k->path, "/Module.symvers");
		add_file(stamp, k->path, "/modules.order");
	} else {
		add_file(stamp, k->path, "");
		stamp_add(stamp, "modules", k->modules ? k->modules : "none");
		if (k->modules)
			add_file(stamp, k->modules, "/modules.dep");
	}
	return true;
}

bool kernel_ready(const struct kernel *k)
{
	/* Written last, before the directory got its name. */
	char *last = path_format("%s/vermagic", k->dir);
	char *from = path_format("%s/" KERNEL_STAMP, k->dir);
	bool ready = last && from && k->release && access(last, R_OK) == 0;
	struct stamp stamp;

	/* One that was built stays good when the package with its source is gone. */
	if (ready && k->kind != KERNEL_DEBIAN)
		ready = kernel_stamp(k, &stamp) ? stamp_is_at(&stamp, from)
						: access(from, R_OK) == 0;
	free(from);
	free(last);
	return ready;
}

bool kernel_wants_initrd(const struct board_config *b, const struct kernel *k)
{
	struct kernel_check checks[KERNEL_CHECKS_MAX];
	char *path = k->kind == KERNEL_DEBIAN ? NULL : path_format("%s/config", k->dir);
	size_t len = 0;
	char *text = path ? path_read(path, KCONFIG_MAX, &len) : NULL;
	struct kconfig config;
	bool wants = true;

	if (text && kconfig_open(&config, text, len) == 0)
		wants = !kernel_check_passed(
			checks, kernel_check(&config, nic_symbol(board_nic(b)), false, checks));
	free(text);
	free(path);
	return wants;
}

static int make(struct setup *s, const struct kernel *k, const char *dir)
{
	char *path = path_format("%s/" KERNEL_STAMP, dir), *tree = NULL;
	struct stamp stamp = {0};
	int err = path ? 0 : setup_fail(s, -ENOMEM, "out of memory");

	/* Before it is made: what changes meanwhile makes it stale. */
	if (!err && k->kind != KERNEL_DEBIAN)
		kernel_stamp(k, &stamp);
	if (!err && k->kind == KERNEL_DEBIAN)
		err = kernel_debian(s, dir, k->release);
	else if (!err && k->kind == KERNEL_IMAGE)
		err = kernel_image(s, k, dir);
	else if (!err && k->kind == KERNEL_TREE)
		err = kernel_tree(s, k->path, dir);
	else if (!err)
		err = kernel_source(s, k->flavour, &tree);
	if (!err && tree)
		err = kernel_tree(s, tree, dir);
	if (!err && k->kind != KERNEL_DEBIAN)
		err = setup_write(s, path, stamp.text, 0644);
	free(tree);
	free(path);
	return err;
}

int kernel_make(struct setup *s, struct kernel *k)
{
	char *dir = path_format("%s/kernel/.new", path_cache());
	int err;

	if (dir) {
		path_remove_tree(dir);
		err = setup_mkdirs(s, dir, 0755);
	} else {
		err = setup_fail(s, -ENOMEM, "out of memory");
	}
	if (!err)
		err = make(s, k, dir);
	if (!err)
		err = setup_replace(s, dir, k->dir);
	if (!err) {
		free(k->release);
		read_release(k);
		if (!k->release)
			err = setup_fail(s, -ENOENT, "%s/release: missing", k->dir);
	}
	free(dir);
	return err;
}
