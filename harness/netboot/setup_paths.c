/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the things are that set-up made. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/netboot/files.h"
#include "harness/netboot/parts.h"
#include "harness/netboot/setup.h"
#include "harness/paths.h"

#define VERMAGIC_MAX 4096

/* The path if something is there, else NULL. Consumes it. */
static char *existing(char *path)
{
	if (path && access(path, F_OK)) {
		free(path);
		path = NULL;
	}
	return path;
}

int netboot_paths(const struct board_config *b, struct netboot_paths *p)
{
	const char *cache = path_cache();
	char err[256], *file;
	struct setup s = {.board = b, .err = err, .err_len = sizeof(err)};
	struct kernel k = {0};
	struct root root = {0};
	bool initrd;
	int r;

	*p = (struct netboot_paths){0};
	r = kernel_find(&s, &k);
	if (!r && !k.release)
		r = -ENOENT;
	if (!r)
		r = root_find(&s, &root);
	if (r) {
		kernel_free(&k);
		return r;
	}
	initrd = kernel_wants_initrd(b, &k);
	file = path_format("%s/vermagic", k.dir);
	p->vermagic = file ? path_read(file, VERMAGIC_MAX, NULL) : NULL;
	if (!p->vermagic)
		r = -errno;
	p->release = strdup(k.release);
	p->modules = path_format("%s/lib/modules/%s", k.dir, k.release);
	p->vmlinuz = path_format("%s/vmlinuz", k.dir);
	p->initrd = initrd ? initrd_path(b, &k) : NULL;
	p->symbols = existing(path_format("%s/symbols", k.dir));
	p->rootfs = strdup(root.dir);
	p->build = existing(path_format("%s/build", k.dir));
	if (!p->build)
		p->build = path_format("/lib/modules/%s/build", k.release);
	p->private_key = path_format("%s/keys/" KEY_CLIENT, cache);
	p->public_key = path_format("%s/keys/" KEY_CLIENT_PUBLIC, cache);
	p->host_key = path_format("%s/keys/" KEY_HOST_PUBLIC, cache);
	if (!r && !(p->release && p->modules && p->vmlinuz && (p->initrd || !initrd) && p->rootfs &&
		    p->build && p->private_key && p->public_key && p->host_key))
		r = -ENOMEM;
	free(file);
	root_free(&root);
	kernel_free(&k);
	if (r)
		netboot_paths_free(p);
	return r;
}

void netboot_paths_free(struct netboot_paths *p)
{
	char *const all[] = {p->release,    p->vermagic, p->modules, p->vmlinuz,
			     p->initrd,     p->rootfs,   p->build,   p->private_key,
			     p->public_key, p->host_key, p->symbols};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		free(all[i]);
	*p = (struct netboot_paths){0};
}
