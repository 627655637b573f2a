/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For tests of root file systems: a directory to work in, archives made of a few lines. */
#ifndef KDEV_TESTS_ROOT_BENCH_H
#define KDEV_TESTS_ROOT_BENCH_H

#include <archive.h>
#include <archive_entry.h>
#include <stdbool.h>
#include <sys/types.h>

#include "harness/netboot/parts.h"

struct bench {
	char dir[32];  /* removed at the end */
	char tree[64]; /* DIR/tree, which is empty */
	char err[512];
	struct setup s;
};

struct bench *bench_open(void);
void bench_close(struct bench *b);

/* A path in the bench's directory; valid until the fourth call after it. */
const char *bench_path(struct bench *b, const char *leaf);
/* Write a file there, or read it: NULL if it can't be. The caller frees. */
void bench_write(struct bench *b, const char *leaf, const void *bytes, size_t len);
char *bench_read(struct bench *b, const char *leaf);

/* What an archive has, ended by M_END. */
struct member {
	const char *name;
	mode_t type;      /* AE_IFREG ... */
	const char *data; /* of a file; of a link: where it leads */
	size_t len;       /* of the data; 0: strlen */
	bool hard;
	uid_t uid;
	int major, minor;
	const char *xattr; /* the value of user.kdev */
};

#define M_DIR(n)                                                                                   \
	{                                                                                          \
		.name = (n), .type = AE_IFDIR                                                      \
	}
#define M_FILE(n, d)                                                                               \
	{                                                                                          \
		.name = (n), .type = AE_IFREG, .data = (d)                                         \
	}
#define M_DATA(n, d, l)                                                                            \
	{                                                                                          \
		.name = (n), .type = AE_IFREG, .data = (d), .len = (l)                             \
	}
#define M_LINK(n, to)                                                                              \
	{                                                                                          \
		.name = (n), .type = AE_IFLNK, .data = (to)                                        \
	}
#define M_END                                                                                      \
	{                                                                                          \
		.name = NULL                                                                       \
	}

/* A tar of them, compressed with gzip if told so. New memory. */
char *bench_tar(const struct member *m, bool gzip, size_t *len);

#endif
