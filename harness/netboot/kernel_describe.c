/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The last of a kernel that set-up makes: the index of its modules, and what they begin with. */
#include <errno.h>
#include <libkmod.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/kernel/kconfig.h"
#include "harness/netboot/parts.h"
#include "harness/paths.h"

#define DEP_MAX (16 << 20)

/* A kernel without modules of its own. `tree` is DIR/lib/modules/RELEASE. */
static int vermagic_from_config(struct setup *s, const char *tree, char **vermagic)
{
	char *path = path_format("%s/../../../config", tree);
	size_t len = 0;
	char *text = path ? path_read(path, KCONFIG_MAX, &len) : NULL;
	struct kconfig config;
	char buf[256] = "";
	int err = -ENOENT;

	if (text)
		err = kconfig_open(&config, text, len);
	if (!err)
		err = kconfig_vermagic(&config, strrchr(tree, '/') + 1, buf, sizeof(buf));
	if (!err && !(*vermagic = strdup(buf)))
		err = -ENOMEM;
	free(text);
	free(path);
	if (err)
		return setup_fail(s, err,
				  "nothing tells what this kernel asks of modules: give those that "
				  "were built with it (--modules DIR), or build it with "
				  "CONFIG_IKCONFIG=y");
	return 0;
}

/* Every module of a kernel has its vermagic; the first of the index will do. */
static int read_vermagic(struct setup *s, const char *tree, char **vermagic)
{
	char *index = path_format("%s/modules.dep", tree);
	char *text = index ? path_read(index, DEP_MAX, NULL) : NULL;
	char *path = NULL;
	const char *no_config = NULL;
	struct kmod_ctx *ctx = NULL;
	struct kmod_module *mod = NULL;
	struct kmod_list *info = NULL, *it;

	if (text && strchr(text, ':'))
		path = path_format("%s/%.*s", tree, (int)strcspn(text, ":"), text);
	if (path)
		ctx = kmod_new(tree, &no_config);
	if (ctx && kmod_module_new_from_path(ctx, path, &mod) == 0 &&
	    kmod_module_get_info(mod, &info) >= 0) {
		kmod_list_foreach(it, info)
		{
			if (!strcmp(kmod_module_info_get_key(it), "vermagic") && !*vermagic)
				*vermagic = strdup(kmod_module_info_get_value(it));
		}
		kmod_module_info_free_list(info);
	}
	kmod_module_unref(mod);
	kmod_unref(ctx);
	free(path);
	free(text);
	free(index);
	return *vermagic ? 0 : vermagic_from_config(s, tree, vermagic);
}

int kernel_describe(struct setup *s, const char *dir, const char *release)
{
	char *tree = path_format("%s/lib/modules/%s", dir, release);
	char *file = path_format("%s/release", dir), *last = path_format("%s/vermagic", dir);
	const char *depmod[] = {"depmod", "-b", dir, release, NULL};
	char *vermagic = NULL;
	int err;

	err = tree && file && last ? setup_run(s, depmod) : setup_fail(s, -ENOMEM, "out of memory");
	if (!err)
		err = read_vermagic(s, tree, &vermagic);
	if (!err)
		err = setup_write(s, file, release, 0644);
	if (!err)
		err = setup_write(s, last, vermagic, 0644);
	free(vermagic);
	free(last);
	free(file);
	free(tree);
	return err;
}
