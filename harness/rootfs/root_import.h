/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A root file system from something that the user has. */
#ifndef KDEV_HARNESS_ROOTFS_ROOT_IMPORT_H
#define KDEV_HARNESS_ROOTFS_ROOT_IMPORT_H

#include "harness/netboot/parts.h"

/* What a file of the user's is, by its content. */
enum source_kind { SOURCE_DIRECTORY, SOURCE_TAR, SOURCE_CONTAINER, SOURCE_DISK };

/* `fd` is where it was opened; its offset is undefined afterwards. 0 or a negative errno. */
int source_kind(int fd, enum source_kind *kind);

/* Fill `tree`, a new directory, with what is at `path` (`partition`: of a disk image, -1: to be
 * found). *note: what is to be known of it, new string or NULL. 0 or a negative errno with a line.
 */
int root_import(struct setup *s, const char *path, int partition, const char *tree, char **note);

/* Make it a board's root (root_adapt.h): from `source`, for the record. May be done again. */
int root_import_adapt(struct setup *s, const char *tree, const char *source, const char *note);

#endif
