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

/* The programs of harness/client, beside our own or in KDEV_LIBEXEC. */
#define CLIENT_INIT  "kdev-init"
#define CLIENT_AGENT "kdev-agent"

#endif
