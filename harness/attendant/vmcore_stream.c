/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A core's stream taken apart: see vmcore_stream.h. */
#include "harness/attendant/vmcore_stream.h"

#include <errno.h>
#include <string.h>

/* "makedumpfile\0…" (16 bytes), then type and version: both 1, as big-endian 64-bit numbers. */
static const uint8_t magic[] = "makedumpfile\0\0\0\0"
			       "\0\0\0\0\0\0\0\1"
			       "\0\0\0\0\0\0\0\1";
#define MAGIC_LEN 32

static uint64_t be64(const uint8_t *p)
{
	uint64_t v = 0;

	for (int i = 0; i < 8; i++)
		v = v << 8 | p[i];
	return v;
}

/* What of the stream's head is here. */
static int take_magic(struct vmcore_stream *s, const uint8_t *b, size_t n)
{
	for (size_t i = 0; i < n && s->skipped + i < MAGIC_LEN; i++)
		if (b[i] != magic[s->skipped + i])
			return -EPROTO;
	s->skipped += n;
	return 0;
}

static int begin_part(struct vmcore_stream *s, uint64_t max)
{
	uint64_t at = be64(s->head), len = be64(s->head + 8);

	s->head_len = 0;
	/* -1, -1 */
	if (at == UINT64_MAX && len == UINT64_MAX) {
		s->whole = 1;
		return 0;
	}
	if (len == 0 || at > INT64_MAX || len > INT64_MAX)
		return -EPROTO;
	if (at > max || len > max - at)
		return -EFBIG;
	s->at = at;
	s->left = len;
	return 0;
}

static size_t least(size_t a, uint64_t b)
{
	return a < b ? a : (size_t)b;
}

int vmcore_stream_feed(struct vmcore_stream *s, const void *bytes, size_t n, uint64_t max,
		       vmcore_put_fn put, void *arg)
{
	const uint8_t *b = bytes;
	int err = 0;

	while (n && !err) {
		size_t k;

		if (s->whole)
			return -EPROTO;
		if (s->skipped < VMCORE_HEAD) {
			k = least(n, VMCORE_HEAD - s->skipped);
			err = take_magic(s, b, k);
		} else if (s->left) {
			k = least(n, s->left);
			err = put(arg, s->at, b, k);
			s->at += k;
			s->left -= k;
			s->bytes += k;
		} else {
			k = least(n, VMCORE_PART - s->head_len);
			memcpy(s->head + s->head_len, b, k);
			s->head_len += k;
			if (s->head_len == VMCORE_PART)
				err = begin_part(s, max);
		}
		b += k;
		n -= k;
	}
	return err;
}
