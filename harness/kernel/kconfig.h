/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A kernel's configuration, as .config and IKCONFIG have it: lines CONFIG_X=y, CONFIG_X="text",
 * "# CONFIG_X is not set". What no line names is off, as it is for a kernel. Pure.
 */
#ifndef KDEV_HARNESS_KERNEL_KCONFIG_H
#define KDEV_HARNESS_KERNEL_KCONFIG_H

#include <stdbool.h>
#include <stddef.h>

/* Points into the caller's text, which need not end in NUL. */
struct kconfig {
	const char *text;
	size_t len;
};

/* The longest is some 250 KB. */
#define KCONFIG_MAX (4 << 20)

/* 0, or -ENOEXEC: no line of it sets anything, so this is something else. */
int kconfig_open(struct kconfig *k, const char *text, size_t len);

/* 'y', 'm', 'n', or 'v' for a number or a text. The name without CONFIG_; the last line wins. */
char kconfig_state(const struct kconfig *k, const char *symbol);

/*
 * Modules for this kernel begin with this (include/linux/vermagic.h): its release, and what of its
 * configuration changes the layout of things. 0, -ENOSPC, or -ENOTSUP: a seed is part of it too
 * (CONFIG_RANDSTRUCT), which only its modules tell.
 */
int kconfig_vermagic(const struct kconfig *k, const char *release, char *buf, size_t size);

/* The first line of `wanted`, a fragment, that `k` does not have: its symbol, in buf. False if all
 * are there. Lines of the fragment that turn something off are looked at too. *at is where to go
 * on, 0 at first. */
bool kconfig_missing(const struct kconfig *wanted, size_t *at, const struct kconfig *k, char *buf,
		     size_t size);

#endif
