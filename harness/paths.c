/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where kdev keeps things: the two roots, and paths below them. */
#include "harness/paths.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Below a home that does not exist nothing can be made, and the error then names it. */
#define NO_HOME "/nonexistent"

struct root {
	const char *variable;   /* of the XDG base directory specification */
	const char *below_home; /* what it stands for when it is not set */
	const char *for_root;
	const char *shared;  /* who may enter this shares root's; NULL: nobody does */
	char path[PATH_MAX]; /* "" until asked for */
};

static struct root cache_root = {"XDG_CACHE_HOME", ".cache", "/var/cache/kdev",
				 "/var/cache/kdev/keys", ""};
static struct root state_root = {"XDG_STATE_HOME", ".local/state", "/var/lib/kdev", NULL, ""};

static bool join(char *out, const char *dir, const char *below)
{
	size_t len = strlen(dir);
	int n;

	while (len > 1 && dir[len - 1] == '/')
		len--;
	n = snprintf(out, PATH_MAX, "%.*s/%s%skdev", (int)len, dir, below, *below ? "/" : "");
	return n > 0 && n < PATH_MAX;
}

static const char *home(void)
{
	const char *h = getenv("HOME");
	const struct passwd *pw;

	if (h && h[0] == '/')
		return h;
	pw = getpwuid(geteuid());
	return pw && pw->pw_dir && pw->pw_dir[0] == '/' ? pw->pw_dir : NO_HOME;
}

static const char *root_path(struct root *r)
{
	const char *xdg = getenv(r->variable);

	if (r->path[0])
		return r->path;
	if (xdg && xdg[0] == '/' && join(r->path, xdg, ""))
		return r->path;
	if (geteuid() == 0 || (r->shared && !access(r->shared, X_OK)))
		snprintf(r->path, sizeof(r->path), "%s", r->for_root);
	else if (!join(r->path, home(), r->below_home))
		join(r->path, NO_HOME, r->below_home);
	return r->path;
}

const char *path_cache(void)
{
	return root_path(&cache_root);
}

const char *path_state(void)
{
	return root_path(&state_root);
}

char *path_format(const char *fmt, ...)
{
	va_list ap;
	char *s;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&s, fmt, ap);
	va_end(ap);
	return n < 0 ? NULL : s;
}

char *path_board(const char *board, const char *leaf)
{
	return path_format("%s/boards/%s%s%s", path_state(), board, leaf ? "/" : "",
			   leaf ? leaf : "");
}

static int make_dir(const char *path, mode_t mode)
{
	struct stat st;
	int err;

	if (!mkdir(path, mode))
		return 0;
	err = -errno;
	/* Whatever mkdir says first (EEXIST, EROFS, EACCES): what is there is good. */
	if (!stat(path, &st))
		return S_ISDIR(st.st_mode) ? 0 : -ENOTDIR;
	return err;
}

int path_mkdirs(const char *path, mode_t mode)
{
	char *copy = strdup(path);
	int err = 0;

	if (!copy)
		return -ENOMEM;
	for (char *slash = copy; !err && *slash && (slash = strchr(slash + 1, '/'));) {
		*slash = 0;
		err = make_dir(copy, mode);
		*slash = '/';
	}
	if (!err)
		err = make_dir(copy, mode);
	free(copy);
	return err;
}
