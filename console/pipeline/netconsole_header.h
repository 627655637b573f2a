/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The header of an extended console message, as /dev/kmsg and extended netconsole have it:
 *
 *	[release,]prefix,seq,usec,flag[,key=value...];text
 *
 * Documentation/ABI/testing/dev-kmsg and Documentation/networking/netconsole.rst.
 */
#ifndef KDEV_CONSOLE_NETCONSOLE_HEADER_H
#define KDEV_CONSOLE_NETCONSOLE_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct netconsole_header {
	int level; /* 0 to 7 */
	uint64_t seq;
	int64_t us;           /* printk timestamp */
	char caller[16];      /* "T123", "C0"; "" if not said */
	bool fragment;        /* a piece of a longer message: */
	size_t offset, total; /* its place in the text and the size of that, in bytes */
	size_t length;        /* of the header itself with its ';' */
};

/* False if `s` does not begin with such a header. */
bool netconsole_header_parse(const char *s, size_t n, struct netconsole_header *h);

/* Undo the kernel's \xNN escapes: into dst, which may be src and needs room for n bytes.
 * Returns the length. What is no escape stays as it is. */
size_t netconsole_unescape(const char *src, size_t n, char *dst);

#endif
