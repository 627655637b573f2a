/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The host's dropbear with all that it is linked with, so that it runs in any root: it has its own
 * dynamic linker, and its own directory of libraries (LD_LIBRARY_PATH, set by kdev-init).
 */
#ifndef KDEV_HARNESS_ROOTFS_SSH_BUNDLE_H
#define KDEV_HARNESS_ROOTFS_SSH_BUNDLE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "harness/netboot/parts.h"

/* In the root. harness/client knows these as well. */
#define SSH_BUNDLE_DIR      "/usr/lib/kdev"
#define SSH_BUNDLE_SERVER   SSH_BUNDLE_DIR "/dropbear"
#define SSH_BUNDLE_LIBS     SSH_BUNDLE_DIR "/lib"
#define SSH_BUNDLE_LINKER   SSH_BUNDLE_DIR "/ld.so"
#define SSH_BUNDLE_HOST_KEY SSH_BUNDLE_DIR "/host_key"
#define SSH_BUNDLE_MAX      16

struct ssh_file {
	char *path; /* in the root */
	char *bytes;
	size_t len;
	mode_t mode;
};

struct ssh_bundle {
	struct ssh_file files[SSH_BUNDLE_MAX];
	size_t n;
	char *client_key; /* a line of authorized_keys, without its end */
};

/* Collect it from this host. 0 or a negative errno with a line. */
int ssh_bundle_load(struct setup *s, struct ssh_bundle *b);
void ssh_bundle_free(struct ssh_bundle *b);

/* Give an x86-64 ELF program another dynamic linker, whose path is not longer than what it has:
 * 0, or -ENOEXEC, -ENOSPC. Pure. */
int elf_set_interpreter(void *elf, size_t len, const char *path);

/* The next "NAME => PATH (0x...)" of what the dynamic linker lists, at *text, which is advanced:
 * false at its end. Lengths are checked: buf holds any path. Pure. */
bool ldd_next(const char **text, char *path, size_t size);

#endif
