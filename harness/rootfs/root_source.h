/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words that name a root file system. */
#ifndef KDEV_HARNESS_ROOTFS_ROOT_SOURCE_H
#define KDEV_HARNESS_ROOTFS_ROOT_SOURCE_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/netboot/parts.h"

/* "debian", "debian:SUITE", "debian:SUITE:ARCH": fill kind, suite and arch. 0: it is none of them;
 * 1: it is; -EINVAL: it is meant to be one, with a line. Pure. */
int root_source_debian(struct setup *s, const char *text, struct root *r);

/* Packages as mmdebstrap wants them: "a, b c" is "a,b,c". 0; -EINVAL: a name that can't be one;
 * -ENOSPC. Pure. */
int root_source_packages(const char *text, char *buf, size_t size);

/* How much of PATH:N is the path, and N; *partition is -1 where there is none. Pure. */
size_t root_source_path(const char *text, int *partition);

#endif
