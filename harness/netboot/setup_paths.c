/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where the things are that set-up made. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "harness/netboot/files.h"
#include "harness/netboot/parts.h"
#include "harness/netboot/setup.h"
#include "harness/paths.h"

#define VERMAGIC_MAX 4096

int netboot_paths(const struct board_config *b, struct netboot_paths *p)
{
	const char *cache = path_cache();
	char err[256], *kernel = NULL, *file = NULL;
	struct setup s = {.board = b, .err = err, .err_len = sizeof(err)};
	int r;

	*p = (struct netboot_paths){0};
	r = kernel_find(&s, &p->release);
	if (r)
		return r;
	kernel = path_format("%s/kernel/%s", cache, p->release);
	file = path_format("%s/vermagic", kernel ? kernel : "");
	p->vermagic = file ? path_read(file, VERMAGIC_MAX, NULL) : NULL;
	if (!p->vermagic)
		r = -errno;
	p->modules = path_format("%s/lib/modules/%s", kernel ? kernel : "", p->release);
	p->vmlinuz = path_format("%s/vmlinuz", kernel ? kernel : "");
	p->initrd = initrd_path(b);
	p->rootfs = path_format("%s/rootfs", cache);
	p->build = path_format("/lib/modules/%s/build", p->release);
	p->private_key = path_format("%s/keys/" KEY_CLIENT, cache);
	p->public_key = path_format("%s/keys/" KEY_CLIENT_PUBLIC, cache);
	p->host_key = path_format("%s/keys/" KEY_HOST_PUBLIC, cache);
	if (!r && !(kernel && p->modules && p->vmlinuz && p->initrd && p->rootfs && p->build &&
		    p->private_key && p->public_key && p->host_key))
		r = -ENOMEM;
	free(file);
	free(kernel);
	if (r)
		netboot_paths_free(p);
	return r;
}

void netboot_paths_free(struct netboot_paths *p)
{
	char *const all[] = {p->release, p->vermagic, p->modules,     p->vmlinuz,    p->initrd,
			     p->rootfs,  p->build,    p->private_key, p->public_key, p->host_key};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		free(all[i]);
	*p = (struct netboot_paths){0};
}
