/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A kernel that is there already, built in a tree or as an image with or without its modules. */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/kernel/ikconfig.h"
#include "harness/kernel/kconfig.h"
#include "harness/netboot/parts.h"
#include "harness/paths.h"

#define KERNEL_MAX  (512 << 20)
#define RELEASE_MAX 128
#define CONFIG_MAX  KCONFIG_MAX

static int copy(struct setup *s, const char *from_dir, const char *from, const char *to_dir,
		const char *to)
{
	char *a = path_format("%s%s", from_dir, from), *b = path_format("%s/%s", to_dir, to);
	int err = a && b ? setup_copy(s, a, b, 0644) : setup_fail(s, -ENOMEM, "out of memory");

	free(b);
	free(a);
	return err;
}

static int put_link(struct setup *s, const char *dir, const char *leaf, const char *target)
{
	char *path = path_format("%s/%s", dir, leaf);
	int err = path ? 0 : setup_fail(s, -ENOMEM, "out of memory");

	if (!err && symlink(target, path))
		err = setup_fail(s, -errno, "%s: %s", path, strerror(errno));
	free(path);
	return err;
}

/* ---- an image ---- */

static int release_of_image(struct setup *s, const char *image, char release[RELEASE_MAX])
{
	size_t len = 0;
	char *bytes = path_read(image, KERNEL_MAX, &len);
	int err = bytes ? bzimage_release(bytes, len, release, RELEASE_MAX) : -errno;

	free(bytes);
	return err ? setup_fail(s, err, "%s: %s", image,
				err == -ENOEXEC ? "no bzImage with its release in its header"
						: strerror(-err))
		   : 0;
}

/* From the image itself, else from beside it, as distributions put it. Without one all goes on,
 * and nothing can be judged. */
static int config_of_image(struct setup *s, const char *image, const char *release, const char *dir)
{
	char *vmlinux = path_format("%s/vmlinux", dir), *to = path_format("%s/config", dir);
	char *beside = path_format("%.*sconfig-%s", (int)(strrchr(image, '/') + 1 - image), image,
				   release);
	size_t len = 0, n = 0;
	char *bytes = NULL, *text = NULL;
	int err = vmlinux && to && beside ? kernel_unpack(s, dir)
					  : setup_fail(s, -ENOMEM, "out of memory");

	if (!err)
		bytes = path_read(vmlinux, KERNEL_MAX, &len);
	if (bytes)
		text = ikconfig_read(bytes, len, &n);
	if (!err && !text)
		text = path_read(beside, CONFIG_MAX, &n);
	if (text && path_write_atomic(to, text, n, 0644))
		err = setup_fail(s, -EIO, "%s: can't be written", to);
	free(text);
	free(bytes);
	free(beside);
	free(to);
	free(vmlinux);
	return err;
}

static int copy_modules(struct setup *s, const char *from, const char *dir, const char *release)
{
	char *to = path_format("%s/lib/modules/%s", dir, release);
	char *inside = path_format("%s/lib/modules/%s", from, release);
	char *contents = NULL;
	const char *argv[] = {"cp", "-a", "--reflink=auto", "-t", to, NULL, NULL};
	int err =
		to && inside ? setup_mkdirs(s, to, 0755) : setup_fail(s, -ENOMEM, "out of memory");

	/* Where `make modules_install INSTALL_MOD_PATH=DIR` put them, or that directory itself. */
	if (!err)
		contents = path_format("%s/.", access(inside, F_OK) == 0 ? inside : from);
	argv[5] = contents;
	if (!err)
		err = contents ? setup_run(s, argv) : setup_fail(s, -ENOMEM, "out of memory");
	free(contents);
	free(inside);
	free(to);
	return err;
}

static int no_modules(struct setup *s, const char *dir, const char *release)
{
	char *tree = path_format("%s/lib/modules/%s", dir, release);
	int err = tree ? setup_mkdirs(s, tree, 0755) : setup_fail(s, -ENOMEM, "out of memory");

	free(tree);
	return err;
}

int kernel_image(struct setup *s, const struct kernel *k, const char *dir)
{
	char release[RELEASE_MAX];
	int err = release_of_image(s, k->path, release);

	if (!err)
		err = copy(s, k->path, "", dir, "vmlinuz");
	if (!err)
		err = config_of_image(s, k->path, release, dir);
	if (!err)
		err = k->modules ? copy_modules(s, k->modules, dir, release)
				 : no_modules(s, dir, release);
	return err ? err : kernel_describe(s, dir, release);
}

/* ---- a tree ---- */

static int release_of_tree(struct setup *s, const char *tree, char release[RELEASE_MAX])
{
	char *path = path_format("%s/include/config/kernel.release", tree);
	char *text = path ? path_read(path, RELEASE_MAX - 1, NULL) : NULL;
	int err = 0;

	if (text)
		text[strcspn(text, "\n")] = '\0';
	if (!text || !*text || *text == '.' || strchr(text, '/'))
		err = setup_fail(s, -ENOENT,
				 "%s: no kernel was built in it: expected .config, "
				 "include/config/kernel.release and arch/x86/boot/bzImage",
				 tree);
	for (const char *p = err ? "" : text; *p; p++)
		if (!isgraph((unsigned char)*p))
			err = setup_fail(s, -EINVAL, "%s: is no release", path);
	if (!err)
		snprintf(release, RELEASE_MAX, "%s", text);
	free(text);
	free(path);
	return err;
}

/* kbuild's own index of what is built in, and the modules if some were built. */
static int install_modules(struct setup *s, const char *tree, const char *dir, const char *release)
{
	static const char *const index[] = {"modules.order", "modules.builtin",
					    "modules.builtin.modinfo"};
	char *order = path_format("%s/modules.order", tree);
	char *to = path_format("%s/lib/modules/%s", dir, release);
	char *path = path_format("INSTALL_MOD_PATH=%s", dir);
	const char *argv[] = {"make",
			      "-s",
			      "-C",
			      tree,
			      "INSTALL_MOD_STRIP=--strip-debug",
			      path,
			      "modules_install",
			      NULL};
	struct stat st;
	int err = order && to && path ? 0 : setup_fail(s, -ENOMEM, "out of memory");

	if (!err && stat(order, &st) == 0 && st.st_size)
		err = setup_run(s, argv);
	else if (!err)
		err = setup_mkdirs(s, to, 0755);
	for (size_t i = 0; i < sizeof(index) / sizeof(index[0]) && !err; i++) {
		char *from = path_format("%s/%s", tree, index[i]);

		if (from && access(from, R_OK) == 0)
			err = copy(s, from, "", to, index[i]);
		free(from);
	}
	free(path);
	free(to);
	free(order);
	return err;
}

/* A vmlinux without DWARF would stand in the way of one that has it. */
static bool has_debug_info(const char *dir)
{
	char *path = path_format("%s/config", dir);
	size_t len = 0;
	char *text = path ? path_read(path, CONFIG_MAX, &len) : NULL;
	struct kconfig config;
	bool has = text && kconfig_open(&config, text, len) == 0 &&
		   kconfig_state(&config, "DEBUG_INFO") == 'y';

	free(text);
	free(path);
	return has;
}

static int link_symbols(struct setup *s, const char *tree, const char *dir)
{
	char *vmlinux = path_format("%s/vmlinux", tree);
	int err = vmlinux ? 0 : setup_fail(s, -ENOMEM, "out of memory");

	if (!err && access(vmlinux, R_OK) == 0 && has_debug_info(dir))
		err = put_link(s, dir, "symbols", vmlinux);
	free(vmlinux);
	return err;
}

int kernel_tree(struct setup *s, const char *tree, const char *dir)
{
	char release[RELEASE_MAX];
	int err = release_of_tree(s, tree, release);

	if (!err)
		err = copy(s, tree, "/arch/x86/boot/bzImage", dir, "vmlinuz");
	if (!err)
		err = copy(s, tree, "/.config", dir, "config");
	if (!err)
		err = install_modules(s, tree, dir, release);
	if (!err)
		err = link_symbols(s, tree, dir);
	if (!err)
		err = put_link(s, dir, "build", tree);
	return err ? err : kernel_describe(s, dir, release);
}
