/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Set-up: which parts are missing or stale, and in which order they are made. */
#include "harness/netboot/setup.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "harness/log.h"
#include "harness/netboot/files.h"
#include "harness/netboot/parts.h"
#include "harness/paths.h"

/* What was asked for and where we are. */
struct work {
	struct setup s;
	bool force, log_begun;
	setup_progress_fn progress;
	void *arg;
	struct kernel kernel;
	struct root root;
	struct rootfs_job rootfs;
};

enum step { STEP_KEYS, STEP_KERNEL, STEP_INITRD, STEP_ROOTFS, STEPS };

static const char *const step_name[STEPS] = {
	[STEP_KEYS] = "ssh keys",
	[STEP_KERNEL] = "kernel",
	[STEP_INITRD] = "initrd",
	[STEP_ROOTFS] = "NFS root",
};

static void report(struct work *w, enum step step, bool done)
{
	if (w->progress)
		w->progress(w->arg, step + 1, STEPS, step_name[step], done);
}

/* A step has something to do. The log of the last set-up that did something is kept. */
static void begin(struct work *w, enum step step)
{
	if (!w->log_begun)
		unlink(w->s.log);
	w->log_begun = true;
	report(w, step, false);
}

/* Only the making of the kernel takes long enough to say how far it is. */
static void note(void *arg, const char *what)
{
	struct work *w = arg;

	if (w->progress)
		w->progress(w->arg, STEP_KERNEL + 1, STEPS, what, false);
}

static int do_keys(struct work *w)
{
	int err = 0;

	/* Not even with force: running boards and rootfs copies know these keys. */
	if (!keys_ready()) {
		begin(w, STEP_KEYS);
		err = keys_make(&w->s);
	}
	if (!err)
		report(w, STEP_KEYS, true);
	return err;
}

static int do_kernel(struct work *w, bool stale)
{
	int err = 0;

	if (stale) {
		begin(w, STEP_KERNEL);
		err = kernel_make(&w->s, &w->kernel);
	}
	if (!err)
		report(w, STEP_KERNEL, true);
	return err;
}

static int do_initrd(struct work *w)
{
	int err = 0;

	if (kernel_wants_initrd(w->s.board, &w->kernel) &&
	    (w->force || !initrd_ready(w->s.board, &w->kernel))) {
		begin(w, STEP_INITRD);
		err = initrd_make(&w->s, &w->kernel);
	}
	if (!err)
		report(w, STEP_INITRD, true);
	return err;
}

/* The root's base takes longest, and all the rest is made meanwhile. */
static int do_boot_files(struct work *w)
{
	bool kernel = w->force || !kernel_ready(&w->kernel);
	bool rootfs = w->force || !rootfs_ready(&w->root);
	int err = 0;

	if (rootfs) {
		begin(w, STEP_ROOTFS);
		err = rootfs_begin(&w->s, &w->root, &w->rootfs);
	}
	if (!err)
		err = do_kernel(w, kernel);
	if (!err)
		err = do_initrd(w);
	if (!err && rootfs) {
		report(w, STEP_ROOTFS, false);
		err = rootfs_finish(&w->s, &w->rootfs);
	}
	if (!err && (rootfs || kernel || !rootfs_kernel_ready(w->root.dir, &w->kernel))) {
		begin(w, STEP_ROOTFS);
		err = rootfs_kernel(&w->s, w->root.dir, &w->kernel);
	}
	rootfs_abort(&w->rootfs);
	if (!err)
		report(w, STEP_ROOTFS, true);
	return err;
}

int setup_lock(struct setup *s)
{
	char *path = path_format("%s/setup.lock", path_cache());
	int fd;

	if (!path)
		return setup_fail(s, -ENOMEM, "out of memory");
	fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
	if (fd < 0) {
		fd = setup_fail(s, -errno, "%s: %s", path, strerror(errno));
	} else if (flock(fd, LOCK_EX | LOCK_NB)) {
		log_info("another kdev setup is at work; waiting for it");
		while (flock(fd, LOCK_EX) && errno == EINTR)
			;
	}
	free(path);
	return fd;
}

static int run_steps(struct work *w)
{
	int err;

	err = do_keys(w);
	if (!err)
		err = kernel_find(&w->s, &w->kernel);
	if (!err)
		err = root_find(&w->s, &w->root);
	if (!err)
		err = do_boot_files(w);
	return err;
}

int netboot_setup(const struct board_config *b, bool force, setup_progress_fn progress, void *arg,
		  char *err, size_t err_len)
{
	struct work w = {.s = {.board = b, .err = err, .err_len = err_len},
			 .force = force,
			 .progress = progress,
			 .arg = arg};
	char *boot = path_format("%s/boot", path_cache());
	int r, fd = -1;

	w.s.note = note;
	w.s.note_arg = &w;
	w.s.log = path_format("%s/setup.log", path_cache());
	if (geteuid() != 0)
		r = setup_fail(&w.s, -EPERM,
			       "set-up makes a root file system, which needs root: run it once "
			       "as root");
	else if (!boot || !w.s.log)
		r = setup_fail(&w.s, -ENOMEM, "out of memory");
	else
		r = setup_mkdirs(&w.s, boot, 0755);
	if (!r) {
		fd = setup_lock(&w.s);
		r = fd < 0 ? fd : 0;
	}
	if (!r) {
		r = process_signals_open(&w.s.signals);
		if (r)
			setup_fail(&w.s, r, "signalfd: %s", strerror(-r));
	}
	if (!r) {
		r = run_steps(&w);
		process_signals_close(&w.s.signals);
	}
	if (fd >= 0)
		close(fd);
	root_free(&w.root);
	kernel_free(&w.kernel);
	free(w.s.log);
	free(boot);
	return r;
}

int netboot_check(const struct board_config *b, char *err, size_t err_len)
{
	struct setup s = {.board = b, .err = err, .err_len = err_len};
	const char *missing = NULL;
	struct kernel kernel = {0};
	struct root root = {0};
	int r;

	if (access(path_cache(), X_OK) && errno == EACCES)
		return setup_fail(&s, -EACCES,
				  "%s: Permission denied: it is for root and the users of the "
				  "group that kdev setup --group was told",
				  path_cache());
	r = kernel_find(&s, &kernel);
	if (!r)
		r = root_find(&s, &root);
	if (r) {
		kernel_free(&kernel);
		return r;
	}
	if (!keys_ready())
		missing = step_name[STEP_KEYS];
	else if (!kernel_ready(&kernel))
		missing = step_name[STEP_KERNEL];
	else if (kernel_wants_initrd(b, &kernel) && !initrd_ready(b, &kernel))
		missing = step_name[STEP_INITRD];
	else if (!rootfs_ready(&root) || !rootfs_kernel_ready(root.dir, &kernel))
		missing = step_name[STEP_ROOTFS];
	if (missing)
		r = setup_fail(&s, -ENOENT, "%s: missing or not fresh: run `kdev setup`", missing);
	root_free(&root);
	kernel_free(&kernel);
	return r;
}
