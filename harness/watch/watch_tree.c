/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Source files watched by inotify. */
#include "harness/watch/watch_tree.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/log.h"
#include "harness/paths.h"

#define DEPTH_MAX 8
#define EVENTS                                                                                     \
	(IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_DELETE | IN_CREATE | IN_DELETE_SELF |   \
	 IN_MOVE_SELF | IN_ONLYDIR | IN_DONT_FOLLOW)

struct watch_tree {
	char *dir;
	int fd;
	int top; /* the watch of dir itself */
	uint64_t content;
};

static bool ends_in(const char *name, size_t n, const char *end)
{
	size_t k = strlen(end);

	return n > k && !strcmp(name + n - k, end);
}

bool watch_is_source(const char *name)
{
	static const char *const ends[] = {".c", ".h", ".S", ".rs", ".test", ".mk"};
	static const char *const names[] = {"Makefile", "Kbuild", "Kconfig"};
	size_t n = strlen(name);

	/* Editors' and kbuild's own: .x.c.swp, .x.o.cmd, x.mod.c. */
	if (*name == '.' || ends_in(name, n, ".mod.c"))
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(name, names[i]))
			return true;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (ends_in(name, n, ends[i]))
			return true;
	return false;
}

static uint64_t hash(uint64_t h, const void *bytes, size_t n)
{
	const unsigned char *p = bytes;

	for (size_t i = 0; i < n; i++)
		h = (h ^ p[i]) * 0x100000001b3; /* FNV-1a */
	return h;
}

static uint64_t hash_file(int dir, const char *name)
{
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	uint64_t h = hash(0xcbf29ce484222325, name, strlen(name));
	struct stat st;
	char buf[16384];
	ssize_t n;

	if (fd < 0)
		return h;
	if (!fstat(fd, &st) && S_ISREG(st.st_mode))
		while ((n = read(fd, buf, sizeof(buf))) > 0)
			h = hash(h, buf, (size_t)n);
	close(fd);
	return h;
}

static bool is_dir(int dir, const char *name)
{
	struct stat st;

	return *name != '.' && !fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) && S_ISDIR(st.st_mode);
}

/*
 * The content of all sources, as a sum, since readdir() has no order; and a watch for each
 * directory, which is the same one if there is one already. The watch comes first: what changes
 * between the two is an event.
 */
static int scan(struct watch_tree *t, const char *path, unsigned depth, uint64_t *sum, int *watch)
{
	int err = 0, wd = inotify_add_watch(t->fd, path, EVENTS);
	const struct dirent *e;
	DIR *d;

	if (wd < 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 : -errno;
	if (watch)
		*watch = wd;
	d = opendir(path);
	if (!d)
		return 0;
	while (!err && (e = readdir(d))) {
		if (depth < DEPTH_MAX && is_dir(dirfd(d), e->d_name)) {
			char *below = path_format("%s/%s", path, e->d_name);

			err = below ? scan(t, below, depth + 1, sum, NULL) : -ENOMEM;
			free(below);
		} else if (watch_is_source(e->d_name)) {
			*sum += hash_file(dirfd(d), e->d_name);
		}
	}
	closedir(d);
	return err;
}

int watch_tree_open(struct watch_tree **out, const char *dir)
{
	struct watch_tree *t = calloc(1, sizeof(*t));
	int err;

	*out = t;
	if (!t)
		return -ENOMEM;
	t->top = -1;
	t->dir = strdup(dir);
	t->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (t->fd < 0)
		return -errno;
	if (!t->dir)
		return -ENOMEM;
	err = scan(t, dir, 0, &t->content, &t->top);
	return err ? err : t->top < 0 ? -ENOENT : 0;
}

void watch_tree_close(struct watch_tree *t)
{
	if (!t)
		return;
	if (t->fd >= 0)
		close(t->fd);
	free(t->dir);
	free(t);
}

int watch_tree_fd(const struct watch_tree *t)
{
	return t->fd;
}

/* Does it count? A lost event does, and a new directory may hold sources already. */
static bool counts(const struct inotify_event *ev, char *name, size_t size)
{
	if (ev->mask & (IN_Q_OVERFLOW | IN_ISDIR))
		return true;
	/* A file just made has no content yet: the end of writing to it is the event. */
	if (!ev->len || ev->mask & IN_CREATE || !watch_is_source(ev->name))
		return false;
	snprintf(name, size, "%s", ev->name);
	log_make_safe(name);
	return true;
}

int watch_tree_take(struct watch_tree *t, char *name, size_t size)
{
	_Alignas(struct inotify_event) char buf[8192];
	uint64_t content = 0;
	bool any = false;
	ssize_t n;
	int err;

	snprintf(name, size, "the directory");
	while ((n = read(t->fd, buf, sizeof(buf))) > 0) {
		for (char *p = buf; p < buf + n;) {
			const struct inotify_event *ev = (const struct inotify_event *)p;

			if (ev->wd == t->top && ev->mask & (IN_DELETE_SELF | IN_MOVE_SELF))
				return -ENOENT;
			any |= counts(ev, name, size);
			p += sizeof(*ev) + ev->len;
		}
	}
	if (n < 0 && errno != EAGAIN && errno != EINTR)
		return -errno;
	if (!any)
		return 0;
	err = scan(t, t->dir, 0, &content, NULL);
	if (err || content == t->content)
		return err;
	t->content = content;
	return 1;
}
