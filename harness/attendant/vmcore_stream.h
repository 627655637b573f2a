/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * makedumpfile's flattened format (makedumpfile -F; its diskdump_mod.h): the core as a stream of
 * parts, each with its place in the file. Taken apart, so that what lies on the disk is the core
 * itself, as crash and drgn read it. Pure; every byte is hostile.
 */
#ifndef KDEV_HARNESS_VMCORE_STREAM_H
#define KDEV_HARNESS_VMCORE_STREAM_H

#include <stddef.h>
#include <stdint.h>

#define VMCORE_HEAD 4096 /* of the stream */
#define VMCORE_PART 16   /* the head of a part */

/* Bytes of the core for this place. A negative errno ends it all. */
typedef int (*vmcore_put_fn)(void *arg, uint64_t at, const void *bytes, size_t n);

/* {0} is the beginning; fields are for reading. */
struct vmcore_stream {
	uint8_t head[VMCORE_PART];
	size_t head_len;
	uint64_t skipped;  /* of the stream's own head */
	uint64_t at, left; /* of the part under way */
	uint64_t bytes;    /* of the core so far */
	int whole;         /* its end mark came */
};

/* max: the core may not be longer. 0, -EPROTO for what is no such stream or goes on after its
 * end, -EFBIG, or what put() said; then feed no more. */
int vmcore_stream_feed(struct vmcore_stream *s, const void *bytes, size_t n, uint64_t max,
		       vmcore_put_fn put, void *arg);

#endif
