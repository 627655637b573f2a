/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Write a cpio archive in the "newc" format, which the kernel unpacks as an initramfs:
 * Documentation/driver-api/early-userspace/buffer-format.rst. The same input gives the same
 * bytes: no times, no owners but root.
 */
#ifndef KDEV_HARNESS_NETBOOT_CPIO_H
#define KDEV_HARNESS_NETBOOT_CPIO_H

#include <stddef.h>
#include <stdio.h>
#include <sys/types.h>

struct cpio {
	FILE *out; /* the caller's */
	unsigned inode;
};

/* Names are relative, without a leading '/'. Each: 0 or a negative errno. Parents come before
 * what is in them: the kernel makes no directories by itself. */
int cpio_dir(struct cpio *c, const char *name, mode_t mode);
int cpio_file(struct cpio *c, const char *name, mode_t mode, const void *data, size_t len);
int cpio_char_device(struct cpio *c, const char *name, mode_t mode, unsigned major, unsigned minor);

/* The trailer. Flushes the stream and tells whether all writes went well. */
int cpio_end(struct cpio *c);

#endif
