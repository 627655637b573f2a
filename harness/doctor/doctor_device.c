/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A device that the configuration names by its path. */
#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/doctor/doctor.h"

/* ttyUSB0 is whichever was plugged in first. */
bool doctor_device_may_change(const char *path)
{
	return !strncmp(path, "/dev/ttyUSB", 11) || !strncmp(path, "/dev/ttyACM", 11) ||
	       !strncmp(path, "/dev/hidraw", 11);
}

static void not_ours(struct doctor_finding *f, const char *path, const struct stat *st)
{
	const struct group *group = getgrgid(st->st_gid);
	char fix[128];

	snprintf(fix, sizeof(fix), "add yourself to the group %s and log in again, or use root",
		 group ? group->gr_name : "of the device");
	doctor_fail(f, fix, "%s may not be read and written by us", path);
}

void doctor_device(struct doctor_finding *f, const char *where, size_t len)
{
	char path[PATH_MAX];
	struct stat st;

	snprintf(path, sizeof(path), "%.*s", (int)len, where);
	if (stat(path, &st))
		doctor_fail(f, "plug it in, or name one that `ls -l /dev/serial/by-id` shows",
			    "%s: %s", path, strerror(errno));
	else if (!S_ISCHR(st.st_mode))
		doctor_fail(f, "name the device itself", "%s is no device", path);
	else if (access(path, R_OK | W_OK))
		not_ours(f, path, &st);
	else if (doctor_device_may_change(path))
		doctor_warn(f, "use its name below /dev/serial/by-id",
			    "%s is there, but may be another device after a replugging", path);
	else
		doctor_ok(f, "%s is there, and ours to use", path);
}
