/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a kernel image tells of itself: see ikconfig.h. */
#include "harness/kernel/ikconfig.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "harness/kernel/kconfig.h"

#define BEGIN "IKCFG_ST"
#define END   "IKCFG_ED"

/* struct setup_header: offsets in the first sector, and what the version's is counted from. */
#define HEADER_MAGIC   0x202
#define VERSION_FIELD  0x20e
#define VERSION_OFFSET 0x200
#define VERSION_MAX    128

#define WITH_GZIP_HEADER 16

int bzimage_release(const void *image, size_t len, char *buf, size_t size)
{
	const uint8_t *b = image;
	size_t at, n;

	if (len < VERSION_FIELD + 2 || memcmp(b + HEADER_MAGIC, "HdrS", 4) != 0)
		return -ENOEXEC;
	at = (size_t)b[VERSION_FIELD] | (size_t)b[VERSION_FIELD + 1] << 8;
	if (!at || at + VERSION_OFFSET >= len)
		return -ENOEXEC;
	at += VERSION_OFFSET;
	/* The release, a blank, and by whom it was built. */
	for (n = 0; at + n < len && n < VERSION_MAX && b[at + n] > ' ' && b[at + n] <= '~'; n++)
		if (b[at + n] == '/')
			return -ENOEXEC;
	if (!n || b[at] == '.' || at + n == len || n == VERSION_MAX)
		return -ENOEXEC;
	if (n >= size)
		return -ENOSPC;
	memcpy(buf, b + at, n);
	buf[n] = '\0';
	return 0;
}

/* Inflate into new memory of at most KCONFIG_MAX. */
static char *inflate_all(const uint8_t *from, size_t len, size_t *out)
{
	z_stream z = {.next_in = (Bytef *)from, .avail_in = (uInt)len};
	size_t room = 1 << 20;
	char *text = malloc(room + 1), *grown;
	int rc, err = 0;

	if (!text || inflateInit2(&z, WITH_GZIP_HEADER + MAX_WBITS) != Z_OK) {
		free(text);
		errno = ENOMEM;
		return NULL;
	}
	for (;;) {
		z.next_out = (Bytef *)text + z.total_out;
		z.avail_out = (uInt)(room - z.total_out);
		rc = inflate(&z, Z_NO_FLUSH);
		if (rc != Z_OK || z.avail_out)
			break;
		if (room >= KCONFIG_MAX) {
			err = EFBIG;
			break;
		}
		room *= 2;
		grown = realloc(text, room + 1);
		if (!grown) {
			err = ENOMEM;
			break;
		}
		text = grown;
	}
	*out = z.total_out;
	inflateEnd(&z);
	if (!err && rc != Z_STREAM_END)
		err = EBADMSG;
	if (err) {
		free(text);
		errno = err;
		return NULL;
	}
	text[*out] = '\0';
	return text;
}

char *ikconfig_read(const void *kernel, size_t len, size_t *out)
{
	const uint8_t *p = kernel, *all = kernel, *end;

	errno = ENOENT;
	/* Code that speaks of the marks may come before them. */
	while ((p = memmem(p, len - (size_t)(p - all), BEGIN, strlen(BEGIN)))) {
		p += strlen(BEGIN);
		end = memmem(p, len - (size_t)(p - all), END, strlen(END));
		if (!end)
			return NULL;
		if (end - p > 2 && p[0] == 0x1f && p[1] == 0x8b && end - p < KCONFIG_MAX)
			return inflate_all(p, (size_t)(end - p), out);
	}
	errno = ENOENT;
	return NULL;
}
