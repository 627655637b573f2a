/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A partition of an image as a directory, by the kernel: loop device and detached mount. */
#include "harness/rootfs/disk_mount.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/loop.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <unistd.h>

#include "harness/log.h"

#define TRIES 16 /* another process may take the free device first */

/* It ends with its last user (AUTOCLEAR): the mount, when we have closed it. */
static int loop_device(int image, const struct partition *p, char *path, size_t size)
{
	struct loop_config config = {.fd = (unsigned)image,
				     .info = {.lo_offset = p->start,
					      .lo_sizelimit = p->size,
					      .lo_flags = LO_FLAGS_READ_ONLY | LO_FLAGS_AUTOCLEAR}};
	int control = open("/dev/loop-control", O_RDWR | O_CLOEXEC), fd = -1, err = 0;

	if (control < 0)
		return -errno;
	for (int i = 0; i < TRIES; i++) {
		int n = ioctl(control, LOOP_CTL_GET_FREE);

		snprintf(path, size, "/dev/loop%d", n);
		fd = n < 0 ? -1 : open(path, O_RDONLY | O_CLOEXEC);
		err = fd < 0 ? -errno : 0;
		if (!err && ioctl(fd, LOOP_CONFIGURE, &config))
			err = -errno;
		if (!err)
			break;
		if (fd >= 0)
			close(fd);
		fd = -1;
		if (err != -EBUSY)
			break;
	}
	close(control);
	return fd >= 0 ? fd : err;
}

/* A journal is not replayed: that would be writing. */
static const char *no_replay(const char *fs)
{
	if (!strcmp(fs, "ext3") || !strcmp(fs, "ext4"))
		return "noload";
	return !strcmp(fs, "xfs") ? "norecovery" : NULL;
}

/* What the kernel says of a mount that failed; the last line of it. */
static void reason(int context, int err, char *buf, size_t size)
{
	char line[256];
	ssize_t n;

	snprintf(buf, size, "%s", strerror(err));
	while ((n = read(context, line, sizeof(line) - 1)) > 2) {
		line[n] = '\0';
		snprintf(buf, size, "%s", line + 2); /* behind "e " */
		buf[strcspn(buf, "\n")] = '\0';
	}
	log_make_safe(buf);
}

static int mount_device(struct setup *s, const char *device, const struct partition *p)
{
	const char *option = no_replay(p->fs);
	char why[256];
	int context = fsopen(p->fs, FSOPEN_CLOEXEC), fd = -1, err = 0;

	if (context < 0)
		return setup_fail(s, -errno, "this host's kernel has no %s", p->fs);
	if (fsconfig(context, FSCONFIG_SET_STRING, "source", device, 0) ||
	    fsconfig(context, FSCONFIG_SET_FLAG, "ro", NULL, 0) ||
	    (option && fsconfig(context, FSCONFIG_SET_FLAG, option, NULL, 0)) ||
	    (!strcmp(p->fs, "xfs") && fsconfig(context, FSCONFIG_SET_FLAG, "nouuid", NULL, 0)) ||
	    fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0)) {
		err = -errno;
	} else {
		fd = fsmount(context, FSMOUNT_CLOEXEC,
			     MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV |
				     MOUNT_ATTR_NOEXEC);
		err = fd < 0 ? -errno : 0;
	}
	if (err) {
		reason(context, -err, why, sizeof(why));
		setup_complain(s, "partition %d can't be mounted as %s: %s", p->number, p->fs, why);
	}
	close(context);
	return err ? err : fd;
}

int disk_mount(struct setup *s, int image, const struct partition *p)
{
	char device[32];
	int loop = loop_device(image, p, device, sizeof(device)), fd;

	if (loop < 0)
		return setup_fail(s, loop,
				  "no loop device for the image (%s): mount it where there is one "
				  "and give the directory",
				  strerror(-loop));
	fd = mount_device(s, device, p);
	close(loop);
	return fd;
}
