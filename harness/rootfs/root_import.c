/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A root file system from something that the user has: a directory, a tar, an image. */
#include "harness/rootfs/root_import.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/paths.h"
#include "harness/rootfs/container.h"
#include "harness/rootfs/disk_image.h"
#include "harness/rootfs/root_adapt.h"
#include "harness/rootfs/root_copy.h"
#include "harness/rootfs/root_jail.h"
#include "harness/rootfs/unpack.h"

#define BLOCK 65536

/* An image's tar has a few kinds of names; any other one makes it a root's. An empty block, as a
 * disk may begin with, is a tar's end: it has no entry. */
static enum source_kind kind_of_tar(struct archive *in)
{
	struct archive_entry *e;
	enum source_kind kind = SOURCE_DISK;
	int r;

	while ((r = archive_read_next_header(in, &e)) == ARCHIVE_OK || r == ARCHIVE_WARN) {
		const char *name = unpack_name(archive_entry_pathname(e));

		kind = SOURCE_TAR;
		if (!name || (*name && !container_member(name)))
			return SOURCE_TAR;
		if (!strcmp(name, "manifest.json") || !strcmp(name, "index.json"))
			return SOURCE_CONTAINER;
	}
	return kind;
}

int source_kind(int fd, enum source_kind *kind)
{
	struct archive *in;
	struct stat st;

	if (fstat(fd, &st))
		return -errno;
	if (S_ISDIR(st.st_mode)) {
		*kind = faccessat(fd, "oci-layout", F_OK, 0) ? SOURCE_DIRECTORY : SOURCE_CONTAINER;
		return 0;
	}
	in = unpack_reader();
	if (!in)
		return -ENOMEM;
	*kind = SOURCE_DISK;
	if (lseek(fd, 0, SEEK_SET) == 0 && archive_read_open_fd(in, fd, BLOCK) == ARCHIVE_OK)
		*kind = kind_of_tar(in);
	archive_read_free(in);
	return 0;
}

static int unpack_tar(struct setup *s, void *arg)
{
	struct archive *in = unpack_reader();
	const int *fd = arg;
	int err;

	if (!in)
		return setup_fail(s, -ENOMEM, "out of memory");
	err = lseek(*fd, 0, SEEK_SET) || archive_read_open_fd(in, *fd, BLOCK) != ARCHIVE_OK
		      ? unpack_fail(s, in)
		      : unpack_all(s, in, false);
	archive_read_free(in);
	return err;
}

static int unpack_container(struct setup *s, void *arg)
{
	const int *fd = arg;

	return container_unpack(s, *fd);
}

static int copy_directory(struct setup *s, const char *path, const char *tree)
{
	char *from = path_format("%s/", path);
	int err = from ? root_copy(s, from, tree) : setup_fail(s, -ENOMEM, "out of memory");

	free(from);
	return err;
}

/* The line of an error begins with what it is about. */
static int name_source(struct setup *s, const char *path, int err)
{
	char *line = err && err != -EINTR ? strdup(s->err) : NULL;

	if (line)
		setup_complain(s, "%s: %s", path, line);
	free(line);
	return err;
}

int root_import(struct setup *s, const char *path, int partition, const char *tree, char **note)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), err;
	enum source_kind kind;

	*note = NULL;
	if (fd < 0)
		return setup_fail(s, -errno, "%s: %s", path, strerror(errno));
	err = source_kind(fd, &kind);
	if (err)
		setup_complain(s, "%s", strerror(-err));
	if (!err && mkdir(tree, 0755))
		err = setup_fail(s, -errno, "%s: %s", tree, strerror(errno));
	if (!err) {
		switch (kind) {
		case SOURCE_DIRECTORY: err = copy_directory(s, path, tree); break;
		case SOURCE_TAR: err = root_jail(s, tree, unpack_tar, &fd); break;
		case SOURCE_CONTAINER: err = root_jail(s, tree, unpack_container, &fd); break;
		case SOURCE_DISK: err = disk_image_copy(s, path, partition, tree, note); break;
		}
	}
	close(fd);
	return name_source(s, path, err);
}

int root_import_adapt(struct setup *s, const char *tree, const char *source, const char *note)
{
	struct adaptation a = {.source = source, .note = note};
	struct ssh_bundle bundle;
	int err = ssh_bundle_load(s, &bundle);

	if (err)
		return err;
	a.bundle = &bundle;
	err = name_source(s, source, root_jail(s, tree, root_adapt, &a));
	ssh_bundle_free(&bundle);
	return err;
}
