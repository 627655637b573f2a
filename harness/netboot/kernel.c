/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The boards' kernel: Debian's, unpacked from its package without being installed, and the same
 * release as the headers on this host, so that modules built here load there.
 */
#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <libkmod.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/netboot/parts.h"
#include "harness/paths.h"

#define HOST_MODULES "/lib/modules"
#define DEP_MAX      (16 << 20)

/* Headers from a package linux-headers-RELEASE: a kernel of the user's own has no package. */
static bool has_headers(const char *release)
{
	char *build = path_format(HOST_MODULES "/%s/build/Makefile", release);
	char *list = path_format("/var/lib/dpkg/info/linux-headers-%s.list", release);
	bool yes = build && list && access(build, R_OK) == 0 && access(list, R_OK) == 0;

	free(list);
	free(build);
	return yes;
}

/* Flavours for clouds lack drivers of motherboards, and -rt is for those who ask for it. */
static bool is_special(const char *release)
{
	return strstr(release, "-cloud-") || strstr(release, "-rt-");
}

static bool is_better(const char *a, const char *b)
{
	if (is_special(a) != is_special(b))
		return is_special(b);
	return strverscmp(a, b) > 0;
}

int kernel_find(struct setup *s, char **release)
{
	char *best = NULL;
	struct dirent *e;
	DIR *d;

	d = opendir(HOST_MODULES);
	while (d && (e = readdir(d))) {
		if (e->d_name[0] == '.' || !has_headers(e->d_name))
			continue;
		if (!best || is_better(e->d_name, best)) {
			free(best);
			best = strdup(e->d_name);
		}
	}
	if (d)
		closedir(d);
	if (!best)
		return setup_fail(s, -ENOENT,
				  "no kernel headers on this host, so no module can be built for "
				  "a board: apt-get install linux-headers-amd64");
	*release = best;
	return 0;
}

static char *kernel_dir(const char *release)
{
	return path_format("%s/kernel/%s", path_cache(), release);
}

bool kernel_ready(const char *release)
{
	/* Written last, before the directory got its name. */
	char *last = path_format("%s/kernel/%s/vermagic", path_cache(), release);
	bool ready = last && access(last, R_OK) == 0;

	free(last);
	return ready;
}

/* The one file in dir that matches; new string or NULL. */
static char *find_file(const char *dir, const char *pattern)
{
	char *found = NULL;
	struct dirent *e;
	DIR *d = opendir(dir);

	while (d && !found && (e = readdir(d))) {
		if (fnmatch(pattern, e->d_name, 0) == 0)
			found = path_format("%s/%s", dir, e->d_name);
	}
	if (d)
		closedir(d);
	return found;
}

static int download(struct setup *s, const char *dir, const char *release)
{
	char *package = path_format("linux-image-%s", release);
	/* As root apt would become user _apt, who can't write here. */
	const char *argv[] = {"apt-get", "download", "-q", "-o", "APT::Sandbox::User=root",
			      package,   NULL};
	struct process_spec spec = {.argv = argv, .log = s->log, .dir = dir};
	char why[256];
	int err;

	if (!package)
		return setup_fail(s, -ENOMEM, "out of memory");
	err = process_run(&spec, &s->signals, why, sizeof(why));
	if (err == -EINTR)
		setup_fail(s, err, "interrupted");
	else if (err)
		setup_fail(s, err,
			   "%s: can't be fetched: %s (apt-get update; if the archive has only a "
			   "newer one: apt-get install linux-headers-amd64)",
			   package, why);
	free(package);
	return err;
}

static int unpack(struct setup *s, const char *dir)
{
	char *deb = find_file(dir, "*.deb"), *to = path_format("%s/x", dir);
	const char *argv[] = {"dpkg-deb", "-x", deb, to, NULL};
	int err;

	if (deb && to)
		err = setup_run(s, argv);
	else
		err = setup_fail(s, -ENOENT, "%s: no package there after its download", dir);
	if (!err)
		unlink(deb);
	free(to);
	free(deb);
	return err;
}

static int move(struct setup *s, const char *dir, const char *from, const char *release,
		const char *to)
{
	char *a = path_format("%s/x/%s%s", dir, from, release);
	char *b = path_format("%s/%s", dir, to);
	int err = 0;

	if (!a || !b)
		err = setup_fail(s, -ENOMEM, "out of memory");
	else if (rename(a, b))
		err = setup_fail(s, -errno, "%s in the kernel's package: %s", a, strerror(errno));
	free(b);
	free(a);
	return err;
}

/* The package's files, where we want them. Debian 13 packages have them below usr. */
static int arrange(struct setup *s, const char *dir, const char *release)
{
	char *merged = path_format("%s/x/usr/lib/modules", dir);
	char *x = path_format("%s/x", dir), *lib = path_format("%s/lib", dir);
	bool usr = merged && access(merged, F_OK) == 0;
	char *tree = path_format("lib/modules/%s", release);
	int err;

	err = x && lib && tree ? 0 : setup_fail(s, -ENOMEM, "out of memory");
	if (!err)
		err = move(s, dir, "boot/vmlinuz-", release, "vmlinuz");
	if (!err)
		err = move(s, dir, "boot/config-", release, "config");
	if (!err)
		err = move(s, dir, usr ? "usr/lib" : "lib", "", "lib");
	if (!err)
		path_remove_tree(x);
	free(tree);
	free(lib);
	free(x);
	free(merged);
	return err;
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
	return *vermagic ? 0 : setup_fail(s, -ENOEXEC, "%s: no module with a vermagic", tree);
}

static int describe(struct setup *s, const char *dir, const char *release)
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

int kernel_make(struct setup *s, const char *release)
{
	char *dir = path_format("%s/kernel/.new", path_cache());
	char *to = kernel_dir(release);
	int err;

	if (dir && to) {
		path_remove_tree(dir);
		err = setup_mkdirs(s, dir, 0755);
	} else {
		err = setup_fail(s, -ENOMEM, "out of memory");
	}
	if (!err)
		err = download(s, dir, release);
	if (!err)
		err = unpack(s, dir);
	if (!err)
		err = arrange(s, dir, release);
	if (!err)
		err = describe(s, dir, release);
	if (!err)
		err = setup_replace(s, dir, to);
	free(to);
	free(dir);
	return err;
}
