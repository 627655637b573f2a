/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The layers of a container image, from a tar of tars or from a directory of them. A layer is read
 * twice: what it takes away is of the layers below, so that goes first.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/paths.h"
#include "harness/rootfs/container.h"
#include "harness/rootfs/unpack.h"

#define JSON_MAX  (4 << 20)
#define BLOCK     65536
#define LINKS_MAX 8 /* docker links layers that are the same */
#define INDEX_MAX 4

/* One file of the image. */
struct member {
	struct archive *outer; /* or NULL: it is in a directory, at fd */
	int fd;
	char buf[BLOCK];
};

static void member_close(struct member *m)
{
	if (m->outer)
		archive_read_free(m->outer);
	else if (m->fd >= 0)
		close(m->fd);
	free(m);
}

/* The name that a symbolic link at `name` stands for; new string, NULL if that is outside. */
static char *follow(const char *name, const char *target)
{
	const char *slash = strrchr(name, '/');
	size_t dir = slash ? (size_t)(slash - name) : 0;

	if (!target)
		return NULL;
	while (!strncmp(target, "../", 3)) {
		if (!dir)
			return NULL;
		target += 3;
		while (dir && name[dir - 1] != '/')
			dir--;
		dir -= dir > 0;
	}
	if (!unpack_name(target) || *target == '/')
		return NULL;
	return path_format("%.*s%s%s", (int)dir, name, dir ? "/" : "", target);
}

/* The entry of this name, its data next. -ENOENT: there is none. */
static int find_in_tar(struct member *m, int fd, const char *name, char **link)
{
	struct archive_entry *e;
	int r;

	m->outer = unpack_reader();
	if (!m->outer)
		return -ENOMEM;
	if (lseek(fd, 0, SEEK_SET) || archive_read_open_fd(m->outer, fd, BLOCK) != ARCHIVE_OK)
		return -EBADMSG;
	while ((r = archive_read_next_header(m->outer, &e)) >= ARCHIVE_WARN && r != ARCHIVE_EOF) {
		const char *here = unpack_name(archive_entry_pathname(e));

		if (!here || strcmp(here, name) != 0)
			continue;
		if (archive_entry_filetype(e) == AE_IFLNK) {
			*link = follow(name, archive_entry_symlink(e));
			return *link ? -ELOOP : -EINVAL;
		}
		return archive_entry_filetype(e) == AE_IFREG ? 0 : -EINVAL;
	}
	return r == ARCHIVE_EOF ? -ENOENT : -EBADMSG;
}

static int member_open_at(int fd, const char *name, struct member **out, char **link)
{
	struct member *m = calloc(1, sizeof(*m));
	struct stat st;
	int err;

	if (!m)
		return -ENOMEM;
	m->fd = -1;
	if (fstat(fd, &st)) {
		err = -errno;
	} else if (S_ISDIR(st.st_mode)) {
		m->fd = openat(fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
		err = m->fd < 0 ? -errno : 0;
	} else {
		err = find_in_tar(m, fd, name, link);
	}
	if (err)
		member_close(m);
	else
		*out = m;
	return err;
}

static int member_open(struct setup *s, int fd, const char *name, struct member **out)
{
	char *at = strdup(name), *link = NULL;
	int err = at ? 0 : -ENOMEM;

	for (int i = 0; at && i <= LINKS_MAX; i++) {
		err = member_open_at(fd, at, out, &link);
		if (err != -ELOOP || !link)
			break;
		free(at);
		at = link;
		link = NULL;
	}
	free(link);
	if (err)
		setup_complain(s, "%s in the image: %s", name, strerror(-err));
	free(at);
	return err;
}

static la_ssize_t member_read(struct archive *a, void *arg, const void **buf)
{
	struct member *m = arg;
	ssize_t n = m->outer ? archive_read_data(m->outer, m->buf, sizeof(m->buf))
			     : read(m->fd, m->buf, sizeof(m->buf));

	if (n < 0 && a)
		archive_set_error(a, EIO, "%s",
				  m->outer ? archive_error_string(m->outer) : strerror(errno));
	*buf = m->buf;
	return n;
}

/* A whole small file of it. New NUL-terminated memory, or NULL with a line. */
static char *read_text(struct setup *s, int fd, const char *name)
{
	struct member *m;
	char *text = NULL;
	size_t len = 0;
	ssize_t n = -1;

	if (member_open(s, fd, name, &m))
		return NULL;
	text = malloc(JSON_MAX + 1);
	while (text && len < JSON_MAX) {
		const void *block;

		n = member_read(NULL, m, &block);
		if (n <= 0 || len + (size_t)n > JSON_MAX)
			break;
		memcpy(text + len, block, (size_t)n);
		len += (size_t)n;
	}
	member_close(m);
	if (!text || n != 0) {
		setup_complain(s, "%s in the image can't be read", name);
		free(text);
		return NULL;
	}
	text[len] = '\0';
	return text;
}

static int oci_layers(struct setup *s, int fd, struct container_layers *l)
{
	char *name = strdup("index.json");
	bool index = true;
	int err = name ? 0 : setup_fail(s, -ENOMEM, "out of memory");

	for (int i = 0; name && index && i < INDEX_MAX; i++) {
		char *text = read_text(s, fd, name);

		free(name);
		index = false;
		name = text ? container_oci_manifest(s, text, &index) : NULL;
		free(text);
		err = name ? 0 : -EBADMSG;
	}
	if (!err) {
		char *text = read_text(s, fd, name);

		err = text ? container_oci_layers(s, text, l) : -EBADMSG;
		free(text);
	}
	free(name);
	return err;
}

static int find_layers(struct setup *s, int fd, struct container_layers *l)
{
	char *text = read_text(s, fd, "manifest.json");
	int err;

	if (!text)
		return oci_layers(s, fd, l);
	err = container_docker_layers(s, text, l);
	free(text);
	return err;
}

/* All that is in a directory but the directory itself. */
static int empty(const char *dir)
{
	DIR *d = opendir(*dir ? dir : ".");
	struct dirent *e;
	int err = 0;

	if (!d)
		return errno == ENOENT ? 0 : -errno;
	while (!err && (e = readdir(d))) {
		char *path;

		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		path = path_format("%s%s%s", dir, *dir ? "/" : "", e->d_name);
		err = path ? path_remove_tree(path) : -ENOMEM;
		free(path);
	}
	closedir(d);
	return err;
}

static int take_away(const char *path)
{
	const char *name, *slash = strrchr(path, '/');
	enum whiteout w = whiteout_of(path, &name);
	char *dir, *victim;
	int err = 0;

	if (w == NOT_WHITEOUT)
		return 0;
	dir = strndup(path, slash ? (size_t)(slash - path) : 0);
	if (!dir)
		return -ENOMEM;
	if (w == WHITEOUT_ALL) {
		err = empty(dir);
	} else {
		victim = path_format("%s%s%s", dir, *dir ? "/" : "", name);
		err = victim ? path_remove_tree(victim) : -ENOMEM;
		free(victim);
	}
	free(dir);
	return err;
}

static int take_all_away(struct setup *s, struct archive *in)
{
	struct archive_entry *e;
	int r;

	while ((r = archive_read_next_header(in, &e)) != ARCHIVE_EOF) {
		const char *name;
		int err;

		if (r < ARCHIVE_WARN)
			return unpack_fail(s, in);
		name = unpack_name(archive_entry_pathname(e));
		err = name ? take_away(name) : 0; /* a bad one is refused when it is unpacked */
		if (err)
			return setup_fail(s, err, "%s: %s", name, strerror(-err));
	}
	return 0;
}

static int read_layer(struct setup *s, int fd, const char *name, bool unpack)
{
	struct archive *in = unpack_reader();
	struct member *m = NULL;
	int err = in ? member_open(s, fd, name, &m) : setup_fail(s, -ENOMEM, "out of memory");

	if (!err && archive_read_open(in, m, NULL, member_read, NULL) != ARCHIVE_OK)
		err = unpack_fail(s, in);
	if (!err)
		err = unpack ? unpack_all(s, in, true) : take_all_away(s, in);
	if (in)
		archive_read_free(in);
	if (m)
		member_close(m);
	return err;
}

int container_unpack(struct setup *s, int fd)
{
	struct container_layers l = {0};
	int err = find_layers(s, fd, &l);

	for (size_t i = 0; i < l.n && !err; i++) {
		/* There is nothing below the first one. */
		if (i)
			err = read_layer(s, fd, l.name[i], false);
		if (!err)
			err = read_layer(s, fd, l.name[i], true);
	}
	container_layers_free(&l);
	return err;
}
