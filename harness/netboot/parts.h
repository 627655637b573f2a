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
	/* Say how far the step is that is under way; may be NULL. */
	void (*note)(void *arg, const char *what);
	void *note_arg;
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

/* Two set-ups at once would tear each other's work: the second one waits. Closing the fd that it
 * returns lets the next one in. */
int setup_lock(struct setup *s);

/* keys.c: STATE/keys. Never made again once they are there: boards know them. */
bool keys_ready(void);
int keys_make(struct setup *s);

/* kernel.c: which kernel a board has, and where it is kept. */
enum kernel_kind {
	KERNEL_DEBIAN, /* the newest for which the host has the headers */
	KERNEL_SOURCE, /* built from Debian's linux-source */
	KERNEL_TREE,   /* a tree in which the user has built one */
	KERNEL_IMAGE,  /* the user's bzImage */
};

struct kernel {
	enum kernel_kind kind;
	char *path;    /* of tree or image, absolute */
	char *modules; /* of an image: where its modules are; NULL: nowhere */
	char flavour[8];
	char *dir;     /* CACHE/kernel/...: vmlinuz, config, lib/modules/RELEASE, release, vermagic,
			  and of a built one: build and symbols, links to where it was built and
			  to its vmlinux with debug information */
	char *release; /* NULL: it must be made first */
};

/* What the board's configuration says, or `kdev setup --kernel` said last. */
int kernel_find(struct setup *s, struct kernel *k);
void kernel_free(struct kernel *k); /* accepts {0} */
bool kernel_ready(const struct kernel *k);
int kernel_make(struct setup *s, struct kernel *k);
/* Does it need an initrd? One that is ready does if it can't mount its root itself. */
bool kernel_wants_initrd(const struct board_config *b, const struct kernel *k);

/* kernel_debian.c, kernel_own.c: make it in `dir`, which is empty. kernel_tree() is for a built
 * tree, also one that kernel_source() has built. */
int kernel_debian_find(struct setup *s, char **release);
int kernel_debian(struct setup *s, const char *dir, const char *release);
int kernel_image(struct setup *s, const struct kernel *k, const char *dir);
int kernel_tree(struct setup *s, const char *tree, const char *dir);
/* kernel_source.c: build it in the cache. *tree: where; new string. */
int kernel_source(struct setup *s, const char *flavour, char **tree);
/* kernel_build.c: give `build` the configuration that is wanted, unless it has one; build there.
 * flavour is for people. */
struct strbuf;
int kernel_configure(struct setup *s, const char *source, const char *build,
		     const struct strbuf *wanted);
int kernel_build(struct setup *s, const char *dir, const char *flavour);

/* What it is made from; false: that can't be known, for there is no source. */
struct stamp;
bool kernel_stamp(const struct kernel *k, struct stamp *stamp);
bool kernel_source_stamp(const char *flavour, struct stamp *stamp);

/* kernel_describe.c: the last of it: depmod, release, vermagic. */
int kernel_describe(struct setup *s, const char *dir, const char *release);

/* kernel_unpack.c: DIR/vmlinux from DIR/vmlinuz, ready to be started by another kernel. */
int kernel_unpack(struct setup *s, const char *dir);

/* client_files.c: a program of harness/client, or KERNEL_FRAGMENTS, beside us in the build tree or
 * installed. New string or NULL. */
char *client_program(const char *name);
int setup_copy(struct setup *s, const char *from, const char *to, mode_t mode);

/* harness/rootfs/root_find.c: which root file system a board has, and where it is kept. */
enum root_kind {
	ROOT_PLAIN,  /* the small Debian that kdev-init runs alone */
	ROOT_DEBIAN, /* made by mmdebstrap, with packages of the user's choice */
	ROOT_IMPORT, /* from a directory, a tar, a container image or a disk image */
};

struct root {
	enum root_kind kind;
	char *source;   /* as it was given: "debian:trixie", a path, a path:N */
	char *path;     /* of an import, absolute */
	int partition;  /* of a disk image, -1: it is to be found */
	char suite[32]; /* Debian's; "" until rootfs_begin(): the host's */
	char arch[16];  /* Debian's name, "" for the host's */
	char *packages; /* more of them, comma-separated, "" for none */
	char *dir;      /* CACHE/rootfs or CACHE/roots/...; what is being made is at DIR.new */
};

/* What the board's configuration says, or `kdev setup --root` said last. */
int root_find(struct setup *s, struct root *r);
void root_free(struct root *r); /* accepts {0} */

/* rootfs.c: that tree. Debian's base is made in the background: it takes longest. */
struct rootfs_job {
	const struct root *root;
	struct process mmdebstrap;
	const char *argv[24];
	char *tree, *suite, *include, *arch;
	char *log; /* its own while it runs beside others, then part of the log */
};

bool rootfs_ready(const struct root *r);
int rootfs_begin(struct setup *s, const struct root *r, struct rootfs_job *job);
/* Wait for the base or import it, put keys and settings in, move it into place. */
int rootfs_finish(struct setup *s, struct rootfs_job *job);
/* rootfs_furnish.c: all of that but the base and the stamp, for ROOT_PLAIN. */
int rootfs_furnish(struct setup *s, const char *tree);
/* rootfs_kernel.c: what belongs to a kernel in the root, which may be in use by boards with other
 * kernels: its modules, itself for a panic, and our init for one without an initrd. */
bool rootfs_kernel_ready(const char *tree, const struct kernel *k);
int rootfs_kernel(struct setup *s, const char *tree, const struct kernel *k);
/* Stop what runs, remove what is half made. Accepts {0} and a finished job. */
void rootfs_abort(struct rootfs_job *job);

/* initrd.c: CACHE/boot/initrd-NIC, for kernels that need one. */
bool initrd_ready(const struct board_config *b, const struct kernel *k);
int initrd_make(struct setup *s, const struct kernel *k);
char *initrd_path(const struct board_config *b, const struct kernel *k);

#endif
