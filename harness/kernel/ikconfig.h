/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a kernel image tells of itself: its release, and its configuration if it carries it. Pure.
 */
#ifndef KDEV_HARNESS_KERNEL_IKCONFIG_H
#define KDEV_HARNESS_KERNEL_IKCONFIG_H

#include <stddef.h>

/*
 * The release of a bzImage (Documentation/x86/boot.rst: kernel_version): "6.1.0-56-amd64". 0,
 * -ENOEXEC if this is no bzImage or has none, -ENOSPC.
 */
int bzimage_release(const void *image, size_t len, char *buf, size_t size);

/*
 * The configuration in an unpacked kernel (CONFIG_IKCONFIG, kernel/configs.c), as new text of *out
 * bytes, NUL behind them. NULL with errno: ENOENT there is none, EBADMSG it is damaged, EFBIG,
 * ENOMEM.
 */
char *ikconfig_read(const void *kernel, size_t len, size_t *out);

#endif
