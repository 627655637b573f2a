/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What is read of the kernel's NFS server and told to exportfs(8). Pure. */
#ifndef KDEV_HARNESS_NETBOOT_NFSD_TEXT_H
#define KDEV_HARNESS_NETBOOT_NFSD_TEXT_H

#include <stdbool.h>

#include "harness/netboot/service_args.h"

/* Room for /proc/fs/nfsd/versions: "+3 +4 +4.1 +4.2\n". */
#define NFSD_VERSIONS_MAX 128

/* Does that text (fs/nfsd/nfsctl.c, __write_versions()) name `version`, switched on or off? What
 * the kernel was built without is not in it. */
bool nfsd_text_has(const char *versions, const char *version);

/* What to write there to have `version` alone: "-4 +3\n", which is refused without its newline.
 * 0, -ENOSPC, or -EINVAL: the kernel does not have it. */
int nfsd_text_only(const char *versions, const char *version, char *out, size_t size);

/* exportfs -i -o … ADDRESS/32:ROOTFS: read-only, to one address. An address with a prefix is never
 * looked up by name: a board's network has no name server to ask. */
void nfsd_export_args(const char *rootfs, const char *address, struct service_args *a);

#endif
