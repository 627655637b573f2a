/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "harness/netboot/nfs_choice.h"

#include <errno.h>
#include <stdio.h>

/* NULL: the kernel can serve. In the order in which a user would come to know. */
static const char *obstacle(const struct nfs_facts *f, const char **fix)
{
	*fix = "";
	if (!f->root) {
		*fix = "run kdev as root";
		return "kdev-privileged starts nfs-ganesha alone";
	}
	if (!f->nfsd)
		return "this kernel has no nfsd";
	if (!nfsd_text_has(f->versions, "3"))
		return "this kernel's nfsd has no NFS version 3";
	if (!f->programs) {
		*fix = "apt-get install nfs-kernel-server";
		return "exportfs and rpc.mountd are not installed";
	}
	return NULL;
}

int nfs_choose(const struct board_config *b, const struct nfs_facts *f, struct nfs_choice *c)
{
	const char *fix = "", *no = NULL;

	*c = (struct nfs_choice){0};
	if (b->nfs == BOARD_NFS_GANESHA) {
		snprintf(c->why, sizeof(c->why), "nfs = ganesha");
		return 0;
	}
	if (b->nfs == BOARD_NFS_AUTO && b->type != BOARD_BARE) {
		snprintf(c->why, sizeof(c->why), "nfs = auto, and a virtual board has no other");
		return 0;
	}
	no = obstacle(f, &fix);
	c->kernel = !no;
	snprintf(c->fix, sizeof(c->fix), "%s", fix);
	if (b->nfs == BOARD_NFS_AUTO) {
		snprintf(c->why, sizeof(c->why), "nfs = auto, and %s",
			 no ? no : "this kernel has nfsd");
		return 0;
	}
	snprintf(c->why, sizeof(c->why), "nfs = kernel%s%s", no ? ": " : "", no ? no : "");
	if (no && !*fix)
		snprintf(c->fix, sizeof(c->fix), "set nfs = auto");
	return no ? -ENOTSUP : 0;
}
