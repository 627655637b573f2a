/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The root of a disk image: which partition, and how to read it. */
#include "harness/rootfs/disk_image.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/paths.h"
#include "harness/rootfs/disk_mount.h"
#include "harness/rootfs/partitions.h"
#include "harness/rootfs/root_copy.h"

#define QCOW2_MAGIC         "QFI\xfb"
#define QCOW2_BACKING       8  /* offset of the other file's name, 0: there is none */
#define QCOW2_INCOMPATIBLE  72 /* version 3: feature bits */
#define QCOW2_EXTERNAL_DATA 2

static uint64_t be64(const uint8_t *p)
{
	uint64_t v = 0;

	for (int i = 0; i < 8; i++)
		v = v << 8 | p[i];
	return v;
}

int qcow2_check(struct setup *s, const uint8_t *header, size_t len)
{
	if (len < QCOW2_HEADER || memcmp(header, QCOW2_MAGIC, 4) != 0)
		return 0;
	if (be64(header + QCOW2_BACKING))
		return setup_fail(s, -EINVAL,
				  "this qcow2 is a difference to another file: make a whole one of "
				  "it (qemu-img convert)");
	if (header[7] >= 3 && be64(header + QCOW2_INCOMPATIBLE) & 1 << QCOW2_EXTERNAL_DATA)
		return setup_fail(s, -EINVAL,
				  "this qcow2 has its data in another file: make a whole one of it "
				  "(qemu-img convert)");
	return 1;
}

/* Some file systems keep the root in a subvolume or directory of its own. */
static const char *top_of(int mount)
{
	static const char *const tops[] = {"", "root/", "@/", "@rootfs/"};
	char etc[32];

	for (size_t i = 0; i < sizeof(tops) / sizeof(tops[0]); i++) {
		struct stat st;

		snprintf(etc, sizeof(etc), "%setc", tops[i]);
		if (!fstatat(mount, etc, &st, AT_SYMLINK_NOFOLLOW) && S_ISDIR(st.st_mode))
			return tops[i];
	}
	return "";
}

static int copy_partition(struct setup *s, int fd, const struct partition *p, const char *tree)
{
	int mount = disk_mount(s, fd, p), err;
	char *from;

	if (mount < 0)
		return mount;
	from = path_format("/proc/%d/fd/%d/%s", getpid(), mount, top_of(mount));
	err = from ? root_copy(s, from, tree) : setup_fail(s, -ENOMEM, "out of memory");
	free(from);
	close(mount);
	return err;
}

static int copy_raw(struct setup *s, int fd, int number, const char *tree, char **note)
{
	const struct partition *root;
	struct partitions p;
	int err = partitions_read(s, fd, &p);

	if (err)
		return err;
	root = partitions_root(s, &p, number);
	err = root ? copy_partition(s, fd, root, tree) : -EINVAL;
	if (!err)
		*note = path_format("from partition %d, %s%s%s%s%s", root->number, root->fs,
				    root->label[0] ? " labelled " : "", root->label,
				    root->dirty ? ", not unmounted cleanly: its last changes may "
						  "be missing"
						: "",
				    p.n > 1 ? "; the other partitions were left out" : "");
	partitions_free(&p);
	return err;
}

static int copy_qcow2(struct setup *s, const char *path, int number, const char *tree, char **note)
{
	char *raw = path_format("%s.raw", tree);
	const char *argv[] = {"qemu-img", "convert", "-f", "qcow2", "-O", "raw", path, raw, NULL};
	int err = raw ? setup_run(s, argv) : setup_fail(s, -ENOMEM, "out of memory");
	int fd = err ? -1 : open(raw, O_RDONLY | O_CLOEXEC);

	if (!err)
		err = fd < 0 ? setup_fail(s, -errno, "%s: %s", raw, strerror(errno))
			     : copy_raw(s, fd, number, tree, note);
	if (fd >= 0)
		close(fd);
	if (raw)
		unlink(raw);
	free(raw);
	return err;
}

int disk_image_copy(struct setup *s, const char *path, int number, const char *tree, char **note)
{
	uint8_t header[QCOW2_HEADER] = {0};
	int fd = open(path, O_RDONLY | O_CLOEXEC), err;
	ssize_t n;

	if (fd < 0)
		return setup_fail(s, -errno, "%s: %s", path, strerror(errno));
	n = pread(fd, header, sizeof(header), 0);
	err = qcow2_check(s, header, n > 0 ? (size_t)n : 0);
	if (err == 1)
		err = copy_qcow2(s, path, number, tree, note);
	else if (!err)
		err = copy_raw(s, fd, number, tree, note);
	close(fd);
	return err;
}
