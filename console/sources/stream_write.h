/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What people type to a console, into a libuv stream: copied, in order, and bounded. */
#ifndef KDEV_CONSOLE_STREAM_WRITE_H
#define KDEV_CONSOLE_STREAM_WRITE_H

#include <stddef.h>
#include <uv.h>

/* 0, -ENOMEM, -ENOBUFS while more than 1 MiB was not taken yet, or another negative errno. That
 * it fails later is told to who reads the stream. */
int stream_write(uv_stream_t *stream, const void *bytes, size_t n);

#endif
