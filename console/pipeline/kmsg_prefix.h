/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The single prefixes of a kernel log line. Pure; they look only at what they are given. */
#ifndef KDEV_CONSOLE_KMSG_PREFIX_H
#define KDEV_CONSOLE_KMSG_PREFIX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What prefixes say, all of one line together. */
struct kmsg_prefix {
	int64_t us; /* printk timestamp, -1: none */
	int level;  /* 0 to 7, -1: not known */
	char caller[16];
	bool cut; /* the line ends inside the prefix */
};

/* "[   12.345678]" at s: its length, 0 if there is none. `strict`: as printk pads it, which
 * is what a timestamp in the middle of a line must look like to be believed. */
size_t kmsg_timestamp(const char *s, size_t n, bool strict, int64_t *us);

/* [timestamp][caller] in the forms of printk and dmesg, with the one blank that ends them: their
 * length, 0 if there is no timestamp. */
size_t kmsg_stamp(const char *s, size_t n, struct kmsg_prefix *out);

/* All prefixes at s. Returns their length with the one blank that ends them. */
size_t kmsg_prefixes(const char *s, size_t n, struct kmsg_prefix *out);

/* What a program that kept the log has put before the line (syslog, journalctl, dmesg -T,
 * LAVA): its length, 0 if none. */
size_t kmsg_log_prefix(const char *s, size_t n);

/* A line of `journalctl -o json` that is the kernel's: narrowed to its message. False for all other
 * lines, which stay as they are. */
bool kmsg_journal(const char **text, size_t *n);

/* Is what is left of the line, its prefixes taken off, a program's or a firmware's? "Nov 23
 * 06:02:11 host sudo: …", and "systemd[1]: …" as programs write it into the kernel's log; the
 * journal's objects too. */
bool kmsg_of_program(const char *s, size_t n);

#endif
