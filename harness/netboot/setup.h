/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * `kdev setup`: what netbooting needs, made once and kept in the cache.
 *
 *   CACHE/kernel/X/          vmlinuz, lib/modules/RELEASE (whole), release, vermagic. X is the
 *                            release of Debian's kernel, ,source-FLAVOUR, or ,own-HASH
 *   CACHE/kernel-source/     Debian's linux-source, unpacked
 *   CACHE/kernel-build/      what was built from it, by flavour and hash of its configuration
 *   CACHE/rootfs/            the NFS root, with a stamp of what it was made from
 *   CACHE/boot/              pxelinux, menu modules, initrd
 *   CACHE/keys/              id_ed25519[.pub], host_ed25519.pub: they belong to the root
 *                            that was made with them, and go with it
 *
 * Idempotent: what is there and fresh is left alone; what is missing, stale or was interrupted
 * is made again in a directory beside and renamed into place.
 */
#ifndef KDEV_HARNESS_NETBOOT_SETUP_H
#define KDEV_HARNESS_NETBOOT_SETUP_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/config/config.h"
#include "harness/module/module_file.h"

/* Progress for people: step i of n, what it is; done when `done`. */
typedef void (*setup_progress_fn)(void *arg, int i, int n, const char *what, bool done);

/* Synchronous; may take minutes. 0 or a negative errno with one line in err. */
int netboot_setup(const struct board_config *b, bool force, setup_progress_fn progress, void *arg,
		  char *err, size_t err_len);

/* Let the users of a group have boards with what was made, and others not so much as look at it: a
 * root file system has programs that are setuid root. 0 or a negative errno with a line in err. */
int netboot_share(const char *group, char *err, size_t err_len);

/* Is everything there and fresh? 0, or -ENOENT with one line saying what is missing. */
int netboot_check(const struct board_config *b, char *err, size_t err_len);

/* What set-up made, for those who use it. All strings owned by the struct. */
struct netboot_paths {
	char *release, *vermagic; /* of the kernel */
	char *modules;            /* DIR/lib/modules/RELEASE on the host */
	char *vmlinuz, *rootfs;
	char *initrd;  /* NULL: the kernel mounts its root itself */
	char *symbols; /* its vmlinux with debug information, or NULL */
	char *build;   /* where modules are built: /lib/modules/RELEASE/build or so */
	char *private_key, *public_key, *host_key;
};

int netboot_paths(const struct board_config *b, struct netboot_paths *p);
void netboot_paths_free(struct netboot_paths *p);

#endif
