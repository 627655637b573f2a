/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Bytes into a libuv stream. */
#include "console/sources/stream_write.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define QUEUE_MAX (1u << 20)

struct pending {
	uv_write_t req;
	char data[];
};

static void on_written(uv_write_t *req, int status)
{
	free(req);
}

int stream_write(uv_stream_t *stream, const void *bytes, size_t n)
{
	struct pending *p;
	uv_buf_t buf;
	int err;

	if (uv_stream_get_write_queue_size(stream) > QUEUE_MAX)
		return -ENOBUFS;
	p = malloc(sizeof(*p) + n);
	if (!p)
		return -ENOMEM;
	memcpy(p->data, bytes, n);
	buf = uv_buf_init(p->data, (unsigned)n);
	err = uv_write(&p->req, stream, &buf, 1, on_written);
	if (err)
		free(p);
	return err;
}
