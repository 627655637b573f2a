/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Debian's kernel for boards, unpacked from its package without being installed, and the same
 * release as the headers on this host, so that modules built here load there.
 */
#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/netboot/parts.h"
#include "harness/paths.h"

#define HOST_MODULES "/lib/modules"

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

int kernel_debian_find(struct setup *s, char **release)
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

int kernel_debian(struct setup *s, const char *dir, const char *release)
{
	int err;

	err = download(s, dir, release);
	if (!err)
		err = unpack(s, dir);
	if (!err)
		err = arrange(s, dir, release);
	if (!err)
		err = kernel_describe(s, dir, release);
	return err;
}
