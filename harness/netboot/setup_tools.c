/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What every part of set-up does: run a program, make a file, put it in its place; or complain. */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "harness/log.h"
#include "harness/netboot/parts.h"
#include "harness/paths.h"

void setup_complain(struct setup *s, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(s->err, s->err_len, fmt, ap);
	va_end(ap);
	log_make_safe(s->err);
}

int setup_run(struct setup *s, const char *const *argv)
{
	struct process_spec spec = {.argv = argv, .log = s->log};

	return process_run(&spec, &s->signals, s->err, s->err_len);
}

int setup_mkdirs(struct setup *s, const char *path, mode_t mode)
{
	int err = path_mkdirs(path, mode);

	return err ? setup_fail(s, err, "%s: cannot make it: %s", path, strerror(-err)) : 0;
}

int setup_write(struct setup *s, const char *path, const char *text, mode_t mode)
{
	int err = path_write_atomic(path, text, strlen(text), mode);

	return err ? setup_fail(s, err, "%s: cannot write it: %s", path, strerror(-err)) : 0;
}

/* All of it is on the disk before it has its name: a power cut leaves nothing that looks whole. */
static void sync_file_system(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd >= 0 && syncfs(fd))
		log_debug("%s: syncfs: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
}

int setup_replace(struct setup *s, const char *from, const char *to)
{
	sync_file_system(from);
	/* An exchange leaves no moment without either; then the old one is at `from`. */
	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_EXCHANGE) == 0) {
		path_remove_tree(from);
		return 0;
	}
	if (rename(from, to))
		return setup_fail(s, -errno, "%s: cannot move it into place: %s", to,
				  strerror(errno));
	return 0;
}
