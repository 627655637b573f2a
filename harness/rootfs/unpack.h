/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Archives into the working directory, which is the root of a jail (root_jail.h): owners by
 * number, permissions, times, devices, hard links, ACLs and extended attributes as they are in the
 * archive. Compression and the dialect of tar are libarchive's business.
 */
#ifndef KDEV_HARNESS_ROOTFS_UNPACK_H
#define KDEV_HARNESS_ROOTFS_UNPACK_H

#include <archive.h>
#include <archive_entry.h>

#include "harness/netboot/parts.h"

/* A new reader of tars, compressed or not; not yet opened. NULL: out of memory. */
struct archive *unpack_reader(void);

/* A name in an archive, below the root: without "/" and "./" before it. NULL for one that is not
 * there, or that climbs up ("..") at any place. "" is the root itself. Pure. */
const char *unpack_name(const char *name);

/* Unpack all that `in` has from here on. With `layer`, names that begin with ".wh." are left out
 * (container.h). 0 or a negative errno with a line. */
int unpack_all(struct setup *s, struct archive *in, bool layer);

/* Make the line for what libarchive said of `in`. */
int unpack_fail(struct setup *s, struct archive *in);

#endif
