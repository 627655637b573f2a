/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The root file system: the NFS root, shared and read-only, with a tmpfs of this boot over
 * it. The same idea as switch_root(8), but the process goes on: its file is in RAM.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/client/init.h"

#define NFS_DIR     INIT_NFS_DIR
#define RW_DIR      "/kdev/rw"
#define ROOT_DIR    "/kdev/root"
#define RETRY_MS    2000
#define OPTIONS_MAX 768

struct mount_entry {
	const char *source, *target, *type;
	unsigned long flags;
	const char *options;
};

static int make_and_mount(const struct mount_entry *m)
{
	mkdir(m->target, 0755); /* what matters is whether the mount works */
	if (!mount(m->source, m->target, m->type, m->flags, m->options) || errno == EBUSY)
		return 0;
	init_error("mount %s on %s: %s", m->type ? m->type : m->source, m->target, strerror(errno));
	return -errno;
}

static int mount_all(const struct mount_entry *m, size_t n)
{
	int err = 0;

	for (size_t i = 0; i < n && !err; i++)
		err = make_and_mount(&m[i]);
	return err;
}

int init_root_pseudo(void)
{
	static const struct mount_entry early[] = {
		{"devtmpfs", "/dev", "devtmpfs", MS_NOSUID, "mode=0755"},
		{"proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL},
		{"sysfs", "/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL},
	};

	return mount_all(early, sizeof(early) / sizeof(early[0]));
}

int init_root_nfs_options(const struct init_cmdline *c, char *buf, size_t size)
{
	/*
	 * hard: a board outlives its server's absence. The export does not change under a
	 * running board, so attributes are kept long and no file is asked for again
	 * when it is opened (nocto). What kdev.nfs= says comes last and wins.
	 */
	int n = snprintf(buf, size,
			 "addr=%s,vers=3,proto=tcp,mountproto=tcp,hard,nolock,noacl,nocto,"
			 "actimeo=600,rsize=1048576,wsize=1048576%s%s",
			 c->nfs_server, c->nfs_options[0] ? "," : "", c->nfs_options);

	return n < 0 || (size_t)n >= size ? -ENOSPC : 0;
}

int init_root_scratch(void)
{
	static const struct mount_entry scratch[] = {
		{"tmpfs", "/kdev", "tmpfs", 0, "mode=0755"},
	};

	return mount_all(scratch, 1);
}

int init_root_mount_nfs(const struct init_cmdline *c)
{
	char source[sizeof(c->nfs_server) + sizeof(c->nfs_path) + 2];
	char options[OPTIONS_MAX];

	snprintf(source, sizeof(source), "%s:%s", c->nfs_server, c->nfs_path);
	if (init_root_nfs_options(c, options, sizeof(options))) {
		init_error("kdev.nfs=: too long");
		return -ENOSPC;
	}
	mkdir(NFS_DIR, 0755);
	if (c->on_nfs && mount("/", NFS_DIR, NULL, MS_BIND, NULL)) {
		init_error("NFS root: %s", strerror(errno));
		return -errno;
	}
	if (c->on_nfs)
		return 0;
	for (int try = 1; mount(source, NFS_DIR, "nfs", MS_RDONLY | MS_NOATIME, options); try++) {
		init_error("NFS root %s: %s; trying again (%d)", source, strerror(errno), try);
		init_sleep_ms(RETRY_MS);
	}
	return 0;
}

static int mount_overlay(void)
{
	static const struct mount_entry rw[] = {
		{"tmpfs", RW_DIR, "tmpfs", MS_NOATIME, "mode=0755"},
	};
	static const struct mount_entry overlay[] = {
		{"overlay", ROOT_DIR, "overlay", MS_NOATIME,
		 "lowerdir=" NFS_DIR ",upperdir=" RW_DIR "/upper,workdir=" RW_DIR "/work"},
	};
	int err;

	err = mount_all(rw, 1);
	if (err)
		return err;
	if (mkdir(RW_DIR "/upper", 0755) || mkdir(RW_DIR "/work", 0755)) {
		init_error("%s: %s", RW_DIR, strerror(errno));
		return -errno;
	}
	return mount_all(overlay, 1);
}

static int copy_file(const char *from, const char *to, mode_t mode)
{
	int in, out, err = 0;
	ssize_t n = -1;

	in = open(from, O_RDONLY | O_CLOEXEC);
	if (in < 0)
		return -errno;
	out = open(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
	if (out < 0) {
		err = -errno;
		close(in);
		return err;
	}
	while ((n = sendfile(out, in, NULL, 1 << 20)) > 0)
		;
	if (n < 0)
		err = -errno;
	close(in);
	if (close(out) && !err)
		err = -errno;
	return err;
}

/* The parts of the new root that live in RAM, and what must survive the old one there. */
static int furnish(const char *agent)
{
	static const struct mount_entry move[] = {
		{"/dev", ROOT_DIR "/dev", NULL, MS_MOVE, NULL},
		{"/proc", ROOT_DIR "/proc", NULL, MS_MOVE, NULL},
		{"/sys", ROOT_DIR "/sys", NULL, MS_MOVE, NULL},
		{"tmpfs", ROOT_DIR "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755"},
		{"devpts", ROOT_DIR "/dev/pts", "devpts", MS_NOSUID | MS_NOEXEC,
		 "mode=0620,gid=5,ptmxmode=0666"},
		{"tmpfs", ROOT_DIR "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777"},
	};
	/* What kernel developers look into; their absence is no failure. */
	static const struct mount_entry debug[] = {
		{"debugfs", ROOT_DIR "/sys/kernel/debug", "debugfs", 0, NULL},
		{"tracefs", ROOT_DIR "/sys/kernel/tracing", "tracefs", 0, NULL},
	};
	static const struct mount_entry nfs[] = {
		{NFS_DIR, ROOT_DIR RUN_NFS, NULL, MS_MOVE, NULL},
	};
	int err;

	err = mount_all(move, sizeof(move) / sizeof(move[0]));
	if (err)
		return err;
	for (size_t i = 0; i < sizeof(debug) / sizeof(debug[0]); i++)
		mount(debug[i].source, debug[i].target, debug[i].type, debug[i].flags, NULL);
	/* What a kernel left there; few boards have any. */
	mount("pstore", ROOT_DIR "/sys/fs/pstore", "pstore", MS_NOSUID | MS_NODEV | MS_NOEXEC,
	      NULL);
	mkdir(ROOT_DIR RUN_DIR, 0755);
	err = copy_file(agent, ROOT_DIR RUN_AGENT, 0755);
	if (err) {
		init_error("%s: %s", agent, strerror(-err));
		return err;
	}
	return mount_all(nfs, 1);
}

/* rm -r in the initramfs, whose files are RAM; never across a mount. */
static void free_initramfs(int dirfd, dev_t dev)
{
	struct dirent *e;
	struct stat st;
	DIR *d;

	d = fdopendir(dirfd);
	if (!d) {
		close(dirfd);
		return;
	}
	while ((e = readdir(d))) {
		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		if (fstatat(dirfd, e->d_name, &st, AT_SYMLINK_NOFOLLOW) || st.st_dev != dev)
			continue;
		if (S_ISDIR(st.st_mode)) {
			int sub = openat(dirfd, e->d_name,
					 O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

			if (sub >= 0)
				free_initramfs(sub, dev);
		}
		unlinkat(dirfd, e->d_name, S_ISDIR(st.st_mode) ? AT_REMOVEDIR : 0);
	}
	closedir(d);
}

/* As switch_root(8) does it: the initramfs itself can't be unmounted, only covered. An NFS root is
 * covered as well, and not one of its files is touched. */
static int switch_root(bool initramfs)
{
	struct stat st;
	int old;

	old = open("/", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (old < 0 || fstat(old, &st) || chdir(ROOT_DIR) || mount(".", "/", NULL, MS_MOVE, NULL) ||
	    chroot(".") || chdir("/")) {
		init_error("switch to the new root: %s", strerror(errno));
		if (old >= 0)
			close(old);
		return -errno;
	}
	if (initramfs)
		free_initramfs(old, st.st_dev);
	else
		close(old);
	return 0;
}

int init_root_enter(const struct init_cmdline *c)
{
	int err;

	err = init_root_mount_nfs(c);
	if (!err)
		err = mount_overlay();
	if (!err)
		err = furnish(c->on_nfs ? ROOT_AGENT : INITRD_AGENT);
	if (!err)
		err = switch_root(!c->on_nfs);
	return err;
}
