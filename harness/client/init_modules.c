/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The initrd's modules. Their order was computed at set-up (each after what it depends
 * on), so that the board needs no modprobe and no index files.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/module.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "harness/client/init.h"

/* Kernels since 5.17 can be built to unpack modules themselves; older Debian has them plain. */
static int flags_for(const char *path)
{
	const char *dot = strrchr(path, '.');

	return dot && strcmp(dot, ".ko") != 0 ? MODULE_INIT_COMPRESSED_FILE : 0;
}

static int parse_line(const char *line, size_t len, struct init_module *m)
{
	const char *space = memchr(line, ' ', len);
	size_t group, path;

	if (!space)
		return -EINVAL;
	group = (size_t)(space - line);
	path = len - group - 1;
	if (!group || group >= sizeof(m->group) || path >= sizeof(m->path) || space[1] != '/')
		return -EINVAL;
	memcpy(m->group, line, group);
	m->group[group] = '\0';
	memcpy(m->path, space + 1, path);
	m->path[path] = '\0';
	return 1;
}

int init_module_next(const char **text, struct init_module *m)
{
	while (**text) {
		const char *line = *text;
		size_t len = strcspn(line, "\n");

		*text += len + (line[len] == '\n');
		if (len && line[0] != '#')
			return parse_line(line, len, m);
	}
	return 0;
}

static int load(const char *path, const char *params)
{
	int fd, err = 0;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	/* EEXIST: built in, or loaded already as what another one needs. */
	if (syscall(SYS_finit_module, fd, params, flags_for(path)) && errno != EEXIST)
		err = -errno;
	close(fd);
	return err;
}

/* A file that the kernel has not finished unpacking stays open for writing for ever. */
static const char *hint(int err)
{
	return err == -ETXTBSY ? ": the initrd was cut short on its way here" : "";
}

static bool is_last_of_group(const char *rest, const char *group)
{
	struct init_module m;

	while (init_module_next(&rest, &m) > 0) {
		if (!strcmp(m.group, group))
			return false;
	}
	return true;
}

int init_modules_load(const char *list, const char *group, const char *params)
{
	struct init_module m;
	int r, err, first = 0;

	while ((r = init_module_next(&list, &m)) > 0) {
		bool last;

		if (strcmp(m.group, group) != 0)
			continue;
		last = is_last_of_group(list, group);
		err = load(m.path, last ? params : "");
		if (err)
			init_error("module %s: %s%s", m.path, strerror(-err), hint(err));
		if (err && !first)
			first = err;
	}
	if (r < 0)
		init_error("%s: a line is not 'GROUP /FILE': run `kdev setup --force`",
			   INITRD_MODULE_LIST);
	return r < 0 ? r : first;
}
