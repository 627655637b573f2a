/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How far a board's firmware got that never came to a kernel, told from what its DHCP, TFTP and
 * HTTP servers logged since that boot began. Pure.
 */
#ifndef KDEV_HARNESS_NETBOOT_BOOT_STORY_H
#define KDEV_HARNESS_NETBOOT_BOOT_STORY_H

#include <stddef.h>

struct boot_logs {
	const char *dnsmasq; /* with --log-dhcp; n bytes, any bytes */
	size_t dnsmasq_len;
	const char *http; /* the boot server's: "GET vmlinuz: 200" */
	size_t http_len;
};

#define BOOT_STORY_MAX 192

/* A sentence without its full stop: "DHCP heard nothing of 04:42:1a:90:5c:77; …". No control
 * characters. */
void boot_story(const struct boot_logs *logs, const char *mac, char buf[BOOT_STORY_MAX]);

#endif
