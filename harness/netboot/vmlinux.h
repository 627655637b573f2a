/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel to start from another one: what is packed in a bzImage, as it is when it runs. Unpacking
 * it takes an emulated board several seconds, and the host but once. Pure.
 */
#ifndef KDEV_HARNESS_NETBOOT_VMLINUX_H
#define KDEV_HARNESS_NETBOOT_VMLINUX_H

#include <stddef.h>

/* Where a bzImage's packed kernel is (Documentation/x86/boot.rst), and what unpacks it. */
struct vmlinux_payload {
	size_t offset, len;
	const char *program, *suffix; /* "xz", ".xz" */
};

/* 0, or -ENOEXEC: no bzImage, or one that is packed in a way that we don't know. */
int vmlinux_payload_find(const void *bzimage, size_t len, struct vmlinux_payload *p);

/*
 * Make an unpacked kernel fit for kexec, in place: zeros at the end of a part (its bss) are left
 * out, and it says that it can be moved, which only its packed form knows otherwise. Returns the
 * length that is left, 0 if it is no x86-64 vmlinux.
 */
size_t vmlinux_trim(void *vmlinux, size_t len);

#endif
