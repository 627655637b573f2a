/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Read what a module file says of itself. */
#include "harness/module/module_file.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "harness/log.h"
#include "harness/module/module_elf.h"
#include "harness/module/module_info.h"

/* Modules with all their debug information reach some hundred MiB. */
#define FILE_SIZE_MAX (512L << 20)

/* MODULE_NAME_LEN of a 64-bit kernel, with the NUL. */
#define NAME_SIZE 56

int module_error(char *err, size_t err_len, int code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (err_len && vsnprintf(err, err_len, fmt, ap) < 0)
		err[0] = 0;
	va_end(ap);
	if (err_len)
		log_make_safe(err);
	return code;
}

static int open_file(const char *path, off_t *size, char *err, size_t err_len)
{
	/* O_NONBLOCK: a FIFO is refused below, not waited for. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st = {0};
	int e = 0;

	if (fd < 0 && errno == ENOENT)
		return module_error(err, err_len, -ENOENT, "%s: there is no such file", path);
	if (fd < 0)
		return module_error(err, err_len, -errno, "%s: cannot be read: %s", path,
				    strerror(errno));
	if (fstat(fd, &st) < 0)
		e = module_error(err, err_len, -errno, "%s: cannot be read: %s", path,
				 strerror(errno));
	else if (S_ISDIR(st.st_mode))
		e = module_error(err, err_len, -EISDIR,
				 "%s: is a directory, expected a kernel module (NAME.ko)", path);
	else if (!S_ISREG(st.st_mode))
		e = module_error(err, err_len, -EINVAL,
				 "%s: is no regular file, expected a kernel module (NAME.ko)",
				 path);
	else if (st.st_size > FILE_SIZE_MAX)
		e = module_error(err, err_len, -EFBIG,
				 "%s: is larger than %ld MiB, no kernel module is", path,
				 FILE_SIZE_MAX >> 20);
	if (e) {
		close(fd);
		return e;
	}
	*size = st.st_size;
	return fd;
}

/*
 * A private copy in memory, mapped at *bytes (`size` bytes; MAP_FAILED when there is none), of
 * which *n bytes were read. What is checked is then what libkmod sees, and a file that is
 * truncated meanwhile can't kill us with SIGBUS. Returns the copy's descriptor.
 */
static int copy_file(int fd, off_t size, unsigned char **bytes, size_t *n)
{
	int copy = memfd_create("module", MFD_CLOEXEC), err = 0;
	ssize_t got;

	*n = 0;
	if (copy < 0)
		return -errno;
	if (ftruncate(copy, size) < 0)
		goto fail;
	*bytes = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_SHARED, copy, 0);
	if (*bytes == MAP_FAILED)
		goto fail;
	while (*n < (size_t)size && (got = read(fd, *bytes + *n, (size_t)size - *n)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			goto fail;
		*n += (size_t)got;
	}
	return copy;
fail:
	err = -errno;
	close(copy);
	return err;
}

/* Kernels before 4.18 have no name in .modinfo: it is then the file's. What is no name for a
 * module is refused: it will be part of commands and paths on the board. */
static int settle_name(struct module_file *m)
{
	if (!m->name) {
		const char *slash = strrchr(m->path, '/');
		const char *base = slash ? slash + 1 : m->path;

		m->name = strndup(base, strcspn(base, "."));
		if (!m->name)
			return -ENOMEM;
	}
	for (char *p = m->name; *p; p++) {
		if (*p == '-')
			*p = '_';
		if (!isalnum((unsigned char)*p) && *p != '_')
			return -ENOEXEC;
	}
	return *m->name && strlen(m->name) < NAME_SIZE ? 0 : -ENOEXEC;
}

static int parse(struct module_file *m, int copy, const unsigned char *bytes, size_t n, char *err,
		 size_t err_len)
{
	char why[128], build_id[MODULE_BUILD_ID_SIZE];
	int e;

	n = module_elf_size(bytes, n);
	e = module_elf_check(bytes, n, why, sizeof(why));
	if (e)
		return module_error(err, err_len, e, "%s: no kernel module: %s", m->path, why);
	module_elf_build_id(bytes, n, build_id);
	if (ftruncate(copy, (off_t)n) < 0)
		e = -errno;
	if (!e)
		e = module_info_read(m, copy);
	m->build_id = strdup(build_id);
	if (!e && !m->build_id)
		e = -ENOMEM;
	if (e)
		return module_error(err, err_len, e, "%s: cannot be read as a kernel module: %s",
				    m->path, strerror(-e));
	e = settle_name(m);
	if (e == -ENOEXEC)
		return module_error(err, err_len, e, "%s: '%s' is no name for a kernel module",
				    m->path, m->name);
	return e;
}

int module_file_read(const char *path, struct module_file *m, char *err, size_t err_len)
{
	unsigned char *bytes = MAP_FAILED;
	off_t size = 0;
	size_t n;
	int fd, copy, e;

	memset(m, 0, sizeof(*m));
	fd = open_file(path, &size, err, err_len);
	if (fd < 0)
		return fd;
	m->path = strdup(path);
	/* An empty file can't be mapped; one byte more than it has can. */
	copy = copy_file(fd, size ? size : 1, &bytes, &n);
	close(fd);
	if (copy < 0 || !m->path)
		e = module_error(err, err_len, copy < 0 ? copy : -ENOMEM, "%s: cannot be read: %s",
				 path, strerror(copy < 0 ? -copy : ENOMEM));
	else
		e = parse(m, copy, bytes, n, err, err_len);
	if (bytes != MAP_FAILED)
		munmap(bytes, (size_t)(size ? size : 1));
	if (copy >= 0)
		close(copy);
	if (e)
		module_file_free(m);
	return e;
}

void module_file_free(struct module_file *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->n_depends; i++)
		free(m->depends[i]);
	for (size_t i = 0; i < m->n_params; i++) {
		free(m->params[i].name);
		free(m->params[i].type);
	}
	for (size_t i = 0; i < m->n_symbols; i++)
		free(m->symbols[i].name);
	free(m->depends);
	free(m->params);
	free(m->symbols);
	free(m->path);
	free(m->name);
	free(m->vermagic);
	free(m->srcversion);
	free(m->build_id);
	free(m->license);
	memset(m, 0, sizeof(*m));
}
