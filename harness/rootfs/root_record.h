/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The record of what was changed in a board's root (root_adapt.h), for people to read. */
#ifndef KDEV_HARNESS_ROOTFS_ROOT_RECORD_H
#define KDEV_HARNESS_ROOTFS_ROOT_RECORD_H

#include "harness/config/config.h"

struct root_record {
	char *text; /* safe for a terminal; NULL: there is none */
};

/* 0 or a negative errno; a root without one is no error. */
int root_record_read(const struct board_config *b, struct root_record *r);
void root_record_free(struct root_record *r);

#endif
