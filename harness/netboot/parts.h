/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The parts of set-up, one file each, called by setup.c in this order. Each can be asked
 * whether it is there and fresh, and makes itself beside its place and then renames.
 *
 * All return 0 or a negative errno with one line for people in s->err.
 */
#ifndef KDEV_HARNESS_NETBOOT_PARTS_H
#define KDEV_HARNESS_NETBOOT_PARTS_H

#include <stdbool.h>
#include <stddef.h>

#include "harness/config/config.h"
#include "harness/process.h"

struct setup {
	const struct board_config *board;
	struct process_signals signals;
	char *log; /* what the programs that we run print */
	char *err; /* the caller's */
	size_t err_len;
};

/* Fill s->err; the value is err (seen to be so by static analysis, which a function's is not). */
#define setup_fail(s, err, ...)                                                                    \
	({                                                                                         \
		int setup_err_ = (err);                                                            \
		setup_complain((s), __VA_ARGS__);                                                  \
		setup_err_;                                                                        \
	})
void setup_complain(struct setup *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Run a program to its end, its output appended to the log. */
int setup_run(struct setup *s, const char *const *argv);

/* mkdir -p, a file's content, rename over what is there: with the error line. */
int setup_mkdirs(struct setup *s, const char *path, mode_t mode);
int setup_write(struct setup *s, const char *path, const char *text, mode_t mode);
int setup_replace(struct setup *s, const char *from, const char *to);

/* keys.c: STATE/keys. Never made again once they are there: boards know them. */
bool keys_ready(void);
int keys_make(struct setup *s);

/* kernel.c: CACHE/kernel/RELEASE. */

/* The release to use: the newest for which the host has the headers. New string. */
int kernel_find(struct setup *s, char **release);
bool kernel_ready(const char *release);
int kernel_make(struct setup *s, const char *release);
/* kernel_unpack.c: CACHE/kernel/RELEASE/vmlinux, ready to be started by another kernel. */
int kernel_unpack(struct setup *s, const char *release);

/* rootfs.c: CACHE/rootfs. Its base is made in the background: it takes longest. */
struct rootfs_job {
	struct process mmdebstrap;
	const char *argv[24];
	char *tree, *suite;
	char *log; /* its own while it runs beside others, then part of the log */
};

bool rootfs_ready(const char *release);
int rootfs_begin(struct setup *s, struct rootfs_job *job);
/* Wait for the base, put the kernel's modules, keys and settings in, move it into place. */
int rootfs_finish(struct setup *s, struct rootfs_job *job, const char *release);
/* rootfs_furnish.c: all of that but the base and the stamp. */
int rootfs_furnish(struct setup *s, const char *tree, const char *release);
/* Stop what runs, remove what is half made. Accepts {0} and a finished job. */
void rootfs_abort(struct rootfs_job *job);

/* initrd.c: CACHE/boot/initrd-NIC. */
bool initrd_ready(const struct board_config *b, const char *release);
int initrd_make(struct setup *s, const char *release);
char *initrd_path(const struct board_config *b);

#endif
