/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A root that was made for something else becomes a board's: what is changed in it, and the record
 * of that. All of it runs in a jail (root_jail.h), where "/" is the root; running it again changes
 * nothing that it changed before.
 */
#ifndef KDEV_HARNESS_ROOTFS_ROOT_ADAPT_H
#define KDEV_HARNESS_ROOTFS_ROOT_ADAPT_H

#include <stdbool.h>

#include "console/strbuf.h"
#include "harness/netboot/parts.h"
#include "harness/rootfs/ssh_bundle.h"

/* In the root. harness/client knows the second one too: the program that kdev-init becomes. */
#define ROOT_RECORD   "/etc/kdev.changes"
#define ROOT_OWN_INIT "/usr/lib/kdev/own-init"

enum root_init { INIT_NONE, INIT_SYSTEMD, INIT_BUSYBOX, INIT_OTHER };

struct adaptation {
	const char *source;              /* for the record's first line */
	const char *note;                /* the same; may be NULL */
	const struct ssh_bundle *bundle; /* the ssh server, with keys */
	struct strbuf changes;           /* what was changed this time, one a line */
	enum root_init init;
};

/* The work of root_jail(): `arg` is a struct adaptation. */
int root_adapt(struct setup *s, void *arg);

/* Remember a change. Control characters are replaced. */
void root_changed(struct adaptation *a, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* root_adapt_files.c: small files, with the error's line. */
int root_write(struct setup *s, const char *path, const char *text, mode_t mode);
int root_make_dir(struct setup *s, const char *path, mode_t mode);
/* Write it unless it says that already; then it is a change, of which `why` tells. */
int root_set(struct setup *s, struct adaptation *a, const char *path, const char *text,
	     const char *why);

/* root_adapt_layout.c: the directories that a board's init mounts on and kdev writes to. */
int root_adapt_layout(struct setup *s, struct adaptation *a);
/* root_adapt_login.c: root, its shell and key, and the ssh server. */
int root_adapt_login(struct setup *s, struct adaptation *a);
/* root_adapt_services.c: which init it has; what that must not start. */
int root_adapt_services(struct setup *s, struct adaptation *a);

#endif
