/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Write a "newc" cpio archive. */
#include "harness/netboot/cpio.h"

#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/stat.h>

#define ALIGN   4
#define TRAILER "TRAILER!!!"

struct entry {
	const char *name;
	mode_t mode;
	unsigned links, major, minor;
	const void *data;
	size_t len;
};

static void pad(FILE *out, size_t written)
{
	for (; written % ALIGN; written++)
		putc(0, out);
}

static int put(struct cpio *c, const struct entry *e)
{
	size_t name_size = strlen(e->name) + 1;
	int n;

	if (e->len > UINT32_MAX)
		return -EFBIG;
	/* magic ino mode uid gid nlink mtime filesize maj min rmaj rmin namesize check */
	n = fprintf(c->out, "070701%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X%08X",
		    ++c->inode, (unsigned)e->mode, 0, 0, e->links, 0, (unsigned)e->len, 0, 0,
		    e->major, e->minor, (unsigned)name_size, 0);
	if (n < 0)
		return -EIO;
	fwrite(e->name, 1, name_size, c->out);
	pad(c->out, (size_t)n + name_size);
	if (e->len)
		fwrite(e->data, 1, e->len, c->out);
	pad(c->out, e->len);
	return ferror(c->out) ? -EIO : 0;
}

int cpio_dir(struct cpio *c, const char *name, mode_t mode)
{
	return put(c, &(struct entry){.name = name, .mode = S_IFDIR | mode, .links = 2});
}

int cpio_file(struct cpio *c, const char *name, mode_t mode, const void *data, size_t len)
{
	return put(c, &(struct entry){.name = name,
				      .mode = S_IFREG | mode,
				      .links = 1,
				      .data = data,
				      .len = len});
}

int cpio_char_device(struct cpio *c, const char *name, mode_t mode, unsigned major, unsigned minor)
{
	return put(c, &(struct entry){.name = name,
				      .mode = S_IFCHR | mode,
				      .links = 1,
				      .major = major,
				      .minor = minor});
}

int cpio_end(struct cpio *c)
{
	int err = put(c, &(struct entry){.name = TRAILER, .links = 1});

	if (!err && fflush(c->out))
		err = -errno;
	return err;
}
