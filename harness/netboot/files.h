/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names of what set-up makes, below the cache and the state directory. */
#ifndef KDEV_HARNESS_NETBOOT_FILES_H
#define KDEV_HARNESS_NETBOOT_FILES_H

/* In STATE/keys */
#define KEY_CLIENT        "id_ed25519"
#define KEY_CLIENT_PUBLIC "id_ed25519.pub"
#define KEY_HOST          "host_ed25519" /* dropbear's format */
#define KEY_HOST_PUBLIC   "host_ed25519.pub"

/* In CACHE/rootfs: what it was made from. */
#define ROOTFS_STAMP "etc/kdev.stamp"

/* In an imported one: which file it came from. */
#define ROOTFS_SOURCE_STAMP "etc/kdev.source"

/* In CACHE/rootfs: what of it is a kernel's, with the release behind it. */
#define ROOTFS_KERNEL_STAMP "etc/kdev.kernel-"

/* In CACHE/rootfs: the programs of harness/client, for kernels without an initrd. harness/client
 * knows this place as well. */
#define ROOTFS_PROGRAMS "usr/lib/kdev"

/* In CACHE/kernel/...: what it was made from. */
#define KERNEL_STAMP "made-from"

/* Beside the programs of harness/client: our fragments of kernel configurations. */
#define KERNEL_FRAGMENTS "kernel"

/* The programs of harness/client, beside our own or in KDEV_LIBEXEC. */
#define CLIENT_INIT  "kdev-init"
#define CLIENT_AGENT "kdev-agent"

#endif
