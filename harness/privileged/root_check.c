/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which trees may be exported. */
#include "harness/privileged/root_check.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/paths.h"

#define MOUNTINFO_MAX (16 << 20)

/* The name behind "DIR/", or NULL when it is not below it. */
static const char *below(const char *path, const char *dir)
{
	size_t n = strlen(dir);

	return !strncmp(path, dir, n) && path[n] == '/' ? path + n + 1 : NULL;
}

/* Which of the policy's directories is it a root of? */
static const char *home_of(const struct policy *p, const char *path)
{
	for (size_t i = 0; i < p->n_roots; i++) {
		const char *leaf = below(path, p->roots[i]), *name;

		if (!leaf)
			continue;
		name = below(leaf, "roots");
		if (!strcmp(leaf, "rootfs") ||
		    (name && *name && *name != '.' && !strchr(name, '/')))
			return p->roots[i];
	}
	return NULL;
}

/* A step down from a directory that is held, which is let go. */
static int step(int dir, const char *name, char *err, size_t err_len)
{
	int rc = 0, fd = openat(dir, name, O_PATH | O_NOFOLLOW | O_DIRECTORY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st))
		rc = -errno;
	else if (st.st_uid || (st.st_mode & 022))
		rc = -EPERM;
	close(dir);
	if (!rc)
		return fd;
	snprintf(err, err_len, "%s: %s", name,
		 rc == -EPERM     ? "others than root can write there"
		 : rc == -ENOTDIR ? "no directory, or a symbolic link"
				  : strerror(-rc));
	if (fd >= 0)
		close(fd);
	return rc;
}

/* All the way from "/". An fd of its end, or a negative errno. */
static int walk(const char *path, char *err, size_t err_len)
{
	char *copy = strdup(path), *save = NULL, *name;
	int fd = copy ? open("/", O_PATH | O_DIRECTORY | O_CLOEXEC) : -1;

	if (fd < 0) {
		snprintf(err, err_len, "%s", strerror(errno));
		free(copy);
		return -ENOMEM;
	}
	for (name = strtok_r(copy, "/", &save); name && fd >= 0;
	     name = strtok_r(NULL, "/", &save)) {
		if (!strcmp(name, ".") || !strcmp(name, "..")) {
			snprintf(err, err_len, "'%s' in a path", name);
			close(fd);
			fd = -EINVAL;
		} else {
			fd = step(fd, name, err, err_len);
		}
	}
	free(copy);
	return fd;
}

/* "36 35 98:0 / /mnt rw …": the number of a line's mount, of its file system, and where it is. What
 * is not printable in the path is \ooo, which no path of the policy's begins with. */
struct mount_line {
	unsigned long long id;
	unsigned long major, minor;
	const char *at;
	size_t len;
};

/* The line behind it, or NULL: it is none. */
static const char *next_mount(const char *text, struct mount_line *m)
{
	const char *end = strchr(text, '\n');
	char *p;

	m->id = strtoull(text, &p, 10);
	strtoul(p, &p, 10); /* what it is mounted on */
	m->major = strtoul(p, &p, 10);
	if (!end || *p != ':')
		return NULL;
	m->minor = strtoul(p + 1, &p, 10);
	if (*p != ' ' || !(p = strchr(p + 1, ' ')) || p > end)
		return NULL;
	m->at = p + 1;
	m->len = strcspn(m->at, " \n");
	return end + 1;
}

static bool is_at_or_below(const struct mount_line *m, const char *dir)
{
	size_t n = strlen(dir);

	return m->len >= n && !strncmp(m->at, dir, n) && (m->len == n || m->at[n] == '/');
}

bool mounted_below_alone(const char *mountinfo, unsigned long long id, const char *dir)
{
	struct mount_line it = {0}, m;
	bool found = false;

	for (const char *at = mountinfo; !found && (at = next_mount(at, &it));)
		found = it.id == id;
	if (!found)
		return false;
	for (const char *at = mountinfo; (at = next_mount(at, &m));)
		if (m.major == it.major && m.minor == it.minor && !is_at_or_below(&m, dir))
			return false;
	return true;
}

static int check_filesystem(int fd, const char *dir, char *err, size_t err_len)
{
	char *mountinfo = path_read("/proc/self/mountinfo", MOUNTINFO_MAX, NULL);
	struct statx st;
	bool good = mountinfo && !statx(fd, "", AT_EMPTY_PATH, STATX_MNT_ID, &st) &&
		    (st.stx_mask & STATX_MNT_ID) &&
		    mounted_below_alone(mountinfo, st.stx_mnt_id, dir);

	free(mountinfo);
	if (good)
		return 0;
	snprintf(
		err, err_len,
		"%s is on a file system with other things than kdev's, which a board could read by "
		"NFS: mount one of its own there, or see any_filesystem in kdev-privileged(8)",
		dir);
	return -EPERM;
}

int root_check(const struct policy *p, const char *path, char *err, size_t err_len)
{
	const char *dir = home_of(p, path);
	char why[256] = "";
	int rc = 0, fd;

	if (!dir) {
		snprintf(err, err_len,
			 "root %s: expected one that kdev setup has made as root, in %s", path,
			 p->roots[0]);
		return -EPERM;
	}
	fd = walk(path, why, sizeof(why));
	if (fd < 0) {
		snprintf(err, err_len, "root %s: %s", path, why);
		return fd;
	}
	if (!p->any_filesystem)
		rc = check_filesystem(fd, dir, err, err_len);
	close(fd);
	return rc;
}
