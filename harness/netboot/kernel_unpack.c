/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The boards' kernel once more, unpacked: what a crash kernel and a fast restart load. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/netboot/parts.h"
#include "harness/netboot/vmlinux.h"
#include "harness/paths.h"

#define KERNEL_MAX (512 << 20)

static int unpack(struct setup *s, const struct vmlinux_payload *p, const char *from,
		  const char *to)
{
	/* -f: gzip and lz4 ask it of a file that is only to be read, too. */
	const char *argv[] = {p->program, "-d", "-c", "-f", from, NULL};
	struct process_spec spec = {.argv = argv, .log = s->log, .output = to};

	return process_run(&spec, &s->signals, s->err, s->err_len);
}

static int trim(struct setup *s, const char *raw, const char *to)
{
	size_t len = 0;
	char *bytes = path_read(raw, KERNEL_MAX, &len);
	int err = bytes ? 0 : setup_fail(s, -errno, "%s: %s", raw, strerror(errno));

	if (!err) {
		len = vmlinux_trim(bytes, len);
		err = len ? path_write_atomic(to, bytes, len, 0644) : -ENOEXEC;
		if (err)
			setup_fail(s, err, "%s: %s", to, strerror(-err));
	}
	free(bytes);
	return err;
}

static int make(struct setup *s, const char *bzimage, const char *dir)
{
	struct vmlinux_payload p = {0};
	size_t len = 0;
	char *bytes = path_read(bzimage, KERNEL_MAX, &len), *packed = NULL;
	char *raw = path_format("%s/vmlinux.raw", dir), *to = path_format("%s/vmlinux", dir);
	int err = 0;

	if (!bytes || !raw || !to)
		err = setup_fail(s, -errno, "%s: %s", bzimage, strerror(errno));
	else if (vmlinux_payload_find(bytes, len, &p))
		err = setup_fail(s, -ENOEXEC, "%s: no kernel that can be unpacked", bzimage);
	else
		packed = path_format("%s/vmlinux%s", dir, p.suffix);
	if (!err && (!packed || path_write_atomic(packed, bytes + p.offset, p.len, 0644)))
		err = setup_fail(s, -EIO, "%s: can't be written", dir);
	free(bytes);
	if (!err)
		err = unpack(s, &p, packed, raw);
	if (!err)
		err = trim(s, raw, to);
	if (packed)
		unlink(packed);
	if (raw)
		unlink(raw);
	free(packed);
	free(raw);
	free(to);
	return err;
}

int kernel_unpack(struct setup *s, const char *dir)
{
	char *bzimage = path_format("%s/vmlinuz", dir);
	int err = bzimage ? make(s, bzimage, dir) : setup_fail(s, -ENOMEM, "out of memory");

	free(bzimage);
	return err;
}
