/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The directories that kdev writes to. */
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "harness/doctor/doctor.h"
#include "harness/paths.h"

#define MIB (1u << 20)

/* Made on the way: kdev makes it anyway. Where even that fails, nothing can be kept. */
static bool writable(const char *dir, struct doctor_finding *f)
{
	char *probe = path_format("%s/doctor.%d", dir, (int)getpid());
	int err = path_mkdirs(dir, 0755);

	if (!err)
		err = probe ? path_write_atomic(probe, "", 0, 0600) : -ENOMEM;
	if (err)
		doctor_fail(f,
			    "give it to the user that runs kdev, or set XDG_STATE_HOME and "
			    "XDG_CACHE_HOME",
			    "%s can't be written: %s", dir, strerror(-err));
	else
		unlink(probe);
	free(probe);
	return !err;
}

static void place(const char *dir, unsigned least_mib, unsigned well_mib, const char *fix,
		  struct doctor_finding *f)
{
	unsigned long long mib;
	struct statvfs fs;

	if (!writable(dir, f))
		return;
	if (statvfs(dir, &fs)) {
		doctor_fail(f, "mount it anew", "%s: %s", dir, strerror(errno));
		return;
	}
	mib = (unsigned long long)fs.f_bavail * fs.f_frsize / MIB;
	if (mib < least_mib)
		doctor_fail(f, fix, "%s has %llu MiB left, %u are needed", dir, mib, least_mib);
	else if (mib < well_mib)
		doctor_warn(f, fix, "%s has %llu MiB left", dir, mib);
	else
		doctor_ok(f, "%s can be written and has %llu GiB left", dir, mib / 1024);
}

static void cache(struct doctor *d, const char *arg, struct doctor_finding *f)
{
	if (geteuid() && access(path_cache(), W_OK) && !access(path_cache(), R_OK)) {
		doctor_ok(f, "%s is root's, and we may read it", path_cache());
		return;
	}
	place(path_cache(), 200, 2048, "make room, or set XDG_CACHE_HOME to another disk", f);
}

static void state(struct doctor *d, const char *arg, struct doctor_finding *f)
{
	place(path_state(), 100, 1024,
	      "delete old directories below its runs/, or set XDG_STATE_HOME to another disk", f);
}

static const struct doctor_check checks[] = {
	{"cache", cache, NULL},
	{"state", state, NULL},
	{0},
};

extern const struct doctor_section doctor_places;
const struct doctor_section doctor_places = {"places", checks};
