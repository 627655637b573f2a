/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which program is the server of a board's NFS root: the decision. Pure; nfsd.h finds the facts. */
#ifndef KDEV_HARNESS_NETBOOT_NFS_CHOICE_H
#define KDEV_HARNESS_NETBOOT_NFS_CHOICE_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/config/config.h"
#include "harness/netboot/nfsd_text.h"

/* What this host has for a server in the kernel. */
struct nfs_facts {
	bool root;                        /* we are: kdev-privileged starts nfs-ganesha alone */
	bool programs;                    /* exportfs and rpc.mountd are installed */
	bool nfsd;                        /* the kernel has it, or a module could be loaded */
	char versions[NFSD_VERSIONS_MAX]; /* /proc/fs/nfsd/versions; "": not known */
};

struct nfs_choice {
	bool kernel;   /* else nfs-ganesha */
	char why[160]; /* for people: "nfs = auto: this kernel has no nfsd" */
	char fix[96];  /* what would change it; "": nothing need be done */
};

/* Does what the host has matter? Else facts need not be found: {0} will do. */
static inline bool nfs_choice_is_open(const struct board_config *b)
{
	return b->nfs == BOARD_NFS_KERNEL || (b->nfs == BOARD_NFS_AUTO && b->type == BOARD_BARE);
}

/* 0, or -ENOTSUP when nfs = kernel is not possible: `why` and `fix` then say so. */
int nfs_choose(const struct board_config *b, const struct nfs_facts *f, struct nfs_choice *c);

#endif
